//! The real programs, each with the shipped configuration on ports of its own, on the loopback alone.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Nginx,
    /// With the widespread recipe that caches the answers of the auth request.
    CachingNginx,
    /// Without asking anyone: the control.
    OpenNginx,
    /// With that recipe, and deaf to `no-store`: the control.
    DeafNginx,
    Caddy,
    Haproxy,
    Apache,
}

/// A program that runs; it ends with this value.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    directory: TempDir,
}

fn asset(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/proxies").join(name)).unwrap()
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Program {
    /// Starts it before the application, asking claviger.
    pub fn start(self, claviger: SocketAddr, fastcgi: SocketAddr, application: SocketAddr) -> Running {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        let address = free_port();
        let here = |text: String| {
            let text = text.replace("127.0.0.1:7420", &claviger.to_string());
            let text = text.replace("127.0.0.1:7421", &fastcgi.to_string());
            text.replace("127.0.0.1:8080", &application.to_string())
                .replace(":8000", &format!(":{}", address.port()))
        };
        let mut command = match self {
            Self::Nginx | Self::CachingNginx | Self::DeafNginx | Self::OpenNginx => {
                let site = match self {
                    Self::CachingNginx | Self::DeafNginx => asset("nginx.conf").replace(
                        "proxy_pass http://claviger/auth/nginx;",
                        &(if self == Self::DeafNginx { "proxy_ignore_headers Cache-Control; " } else { "" }.to_owned() +
                        "proxy_pass http://claviger/auth/nginx; proxy_cache verdicts; proxy_cache_valid 200 401 403 10m; \
                         proxy_cache_key $http_authorization$http_x_api_key$http_x_api_secret$request_method$request_uri;"),
                    ),
                    Self::OpenNginx => {
                        "server { listen 127.0.0.1:8000; location / { proxy_pass http://127.0.0.1:8080; } }".to_owned()
                    }
                    _ => asset("nginx.conf"),
                };
                std::fs::write(at.join("site.conf"), here(site)).unwrap();
                let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|kind| format!("{kind}_temp_path {}/{kind};\n", at.display()))
                    .concat();
                let whole = format!(
                    "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n\
                     proxy_cache_path {0}/cache keys_zone=verdicts:1m;\n{temp}include {0}/site.conf;\n}}\n",
                    at.display()
                );
                std::fs::write(at.join("nginx.conf"), whole).unwrap();
                let mut command = Command::new("nginx");
                command.arg("-e").arg(at.join("error.log")).arg("-c").arg(at.join("nginx.conf"));
                command
            }
            Self::Caddy => {
                std::fs::write(at.join("Caddyfile"), here(asset("Caddyfile"))).unwrap();
                let mut command = Command::new("caddy");
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(at.join("Caddyfile"));
                command.env("HOME", at).env("XDG_DATA_HOME", at).env("XDG_CONFIG_HOME", at);
                command
            }
            Self::Apache => {
                let mut command = Command::new("apache2");
                command.args(["-X", "-f"]).arg(at.join("apache.conf"));
                command
            }
            Self::Haproxy => {
                std::fs::write(at.join("haproxy.lua"), here(asset("haproxy.lua"))).unwrap();
                std::fs::write(at.join("haproxy.cfg"), here(asset("haproxy.cfg"))).unwrap();
                let mut command = Command::new("haproxy");
                command.current_dir(at).args(["-db", "-f", "haproxy.cfg"]);
                command
            }
        };
        if self == Self::Apache {
            std::fs::write(at.join("site.conf"), here(asset("apache.conf"))).unwrap();
            let modules = [
                "mpm_event",
                "authn_core",
                "authz_core",
                "authz_user",
                "authnz_fcgi",
                "proxy",
                "proxy_http",
                "headers",
                "setenvif",
            ];
            let load = |module: &str| {
                format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n")
            };
            let whole = format!(
                "ServerRoot {0}\nServerName app\nPidFile {0}/pid\nErrorLog {0}/error.log\nDefaultRuntimeDir {0}\n\
                 Mutex file:{0} default\nUser nobody\nGroup nogroup\n{1}Include {0}/site.conf\n",
                at.display(),
                modules.map(load).concat()
            );
            std::fs::write(at.join("apache.conf"), whole).unwrap();
        }
        let log = std::fs::File::create(at.join("log")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{self:?} cannot be started: {error}"));
        let running = Running { child, address, directory };
        for _ in 0..100 {
            if TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_ok() {
                return running;
            }
            let (_keep, wait) = std::sync::mpsc::channel::<()>();
            let _ = wait.recv_timeout(Duration::from_millis(50));
        }
        let read =
            |name: &str| std::fs::read_to_string(running.directory.path().join(name)).unwrap_or_default();
        panic!("{self:?} does not answer: {}{}", read("log"), read("error.log"));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
