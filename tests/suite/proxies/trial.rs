//! What every proxy must hold, asked through it.

use super::application::{Application, Arrival};
use super::program::{Program, Running};
use crate::server::house::{Client, House, Pair, Reply};
use claviger::credential::Cost;
use claviger::model::Status;
use claviger::server::Limits;

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

/// Paths that are protected, plain and crooked; the open list is `/open` and nothing like it.
const PATHS: [&str; 27] = [
    "/",
    "/api/Asset",
    "/api/Asset/5?x=1",
    "/API/Asset",
    "/other",
    "/open/",
    "/open/x",
    "/OPEN",
    "/Open",
    "//open",
    "/open/..%2fapi/Asset",
    "/open/../api/Asset",
    "/open/%2e%2e/api/Asset",
    "/open%2f..%2fapi",
    "/%6fpen",
    "/open;/api/Asset",
    "/api/Asset/../../open",
    "/./open",
    "/open%00",
    "/open%20",
    "/api//Asset",
    "/api/Asset;x",
    "/api/Asset%2fx",
    "/_claviger",
    "/auth/nginx",
    "/api/%zz",
    "/open.",
];

/// What a client may try to pass for, or have looked at instead.
const FORGED: [&str; 26] = [
    "X-Claviger-Key: evil",
    "X-Claviger-Group: evil",
    "X-Claviger-Environment: evil",
    "X-Claviger-Filter: evil",
    "x-claviger-group: evil",
    "X_Claviger_Group: evil",
    "X.Claviger.Group: evil",
    "X_CLAVIGER_KEY: evil",
    "X-Claviger_Group: evil",
    "X-Claviger-Group: evil\r\nX-Claviger-Group: evil",
    "X-Claviger-Ref: evil",
    "X-Original-URI: /open",
    "X-Original-Method: GET",
    "X-Forwarded-Uri: /open",
    "X-Forwarded-Method: GET",
    "X-Forwarded-Uri: /status\r\nX-Forwarded-Method: GET",
    "X-Original-URL: /open",
    "X-Rewrite-URL: /open",
    "X-HTTP-Method-Override: GET",
    "X-HTTP-Method: GET",
    "X-Method-Override: GET",
    "X_Original_URI: /open",
    "X_Forwarded_Uri: /open",
    "Connection: X-Claviger-Group, X-Claviger-Key",
    "Connection: X-Original-URI, X-Forwarded-Uri, X-Forwarded-Method, X-Original-Method",
    "Connection: Authorization, X-Api-Key",
];

pub struct Trial {
    house: House,
    application: Application,
    proxy: Running,
    reader: Pair,
    root: Pair,
}

impl Trial {
    pub fn new(program: Program) -> Self {
        let house = House::with(Limits::default(), "", Cost::TEST);
        let application = Application::start();
        let proxy = program.start(house.address, house.fastcgi, application.address);
        let (reader, root) = (house.key("READER"), house.key("ROOT"));
        Self { house, application, proxy, reader, root }
    }

    pub fn all(&self) {
        self.members();
        self.strangers();
        self.forgers();
        self.at_once();
    }

    fn ask(&self, method: &str, path: &str, lines: &str) -> Option<Reply> {
        let mut client = Client::new(self.proxy.address);
        let request = format!("{method} {path} HTTP/1.1\r\nHost: app\r\nContent-Length: 0\r\n{lines}\r\n");
        std::io::Write::write_all(&mut client.stream, request.as_bytes()).unwrap();
        client.read(method == "HEAD")
    }

    fn status(&self, method: &str, path: &str, lines: &str) -> u16 {
        self.ask(method, path, lines).map_or(0, |reply| reply.status)
    }

    /// Who may, gets through, with the true identity once; who may not, gets the exact refusal.
    fn members(&self) {
        for lines in [self.reader.basic(), self.reader.headers(), self.house.logon(&self.reader)] {
            let reply = self.ask("GET", "/api/Asset/5?x=1", &lines).unwrap();
            assert_eq!((reply.status, reply.body.as_str()), (200, "app"), "{reply:?}");
            let arrivals = self.application.arrivals();
            let [arrival] = &arrivals[..] else { panic!("{arrivals:?}") };
            assert_eq!((arrival.method.as_str(), arrival.target.as_str()), ("GET", "/api/Asset/5?x=1"));
            holds_identity(arrival, &self.reader, "READER");
        }
        let refused = self.ask("DELETE", "/api/Asset/5", &self.reader.basic()).unwrap();
        let reference = refused.header("x-claviger-ref").to_owned();
        assert_eq!(refused.status, 403);
        assert_eq!(refused.body, format!(r#"{{"error":"Insufficient Permissions","ref":"{reference}"}}"#));
        assert_eq!(self.house.why(&reference).error, "Insufficient Permissions");
        let invalid = self.ask("GET", "/api/Asset/5", "").unwrap();
        let reference = invalid.header("x-claviger-ref").to_owned();
        assert_eq!(invalid.body, format!(r#"{{"error":"Invalid API Key","ref":"{reference}"}}"#));
        assert_eq!((invalid.status, invalid.header("cache-control")), (401, "no-store"));
        assert!(self.application.arrivals().is_empty());
        for path in ["/open", "/open?x=1"] {
            assert_eq!(self.status("GET", path, ""), 200, "the open list is open: {path}");
        }
        assert_eq!(self.application.arrivals().len(), 2);
    }

    /// Nothing unauthenticated reaches the application, by whatever path and method.
    pub fn strangers(&self) {
        let twice = format!("{}{}", self.root.basic(), self.root.headers());
        for path in PATHS {
            for method in METHODS {
                for lines in
                    ["", "Authorization: Basic eDp5\r\n", "X-Api-Key: x\r\nX-Api-Secret: y\r\n", &twice]
                {
                    let status = self.status(method, path, lines);
                    assert_ne!(status, 200, "{method} {path} {lines}");
                    let arrivals = self.application.arrivals();
                    assert!(arrivals.is_empty(), "{method} {path} {lines} {arrivals:?}");
                }
            }
        }
    }

    /// No forged header changes what may be, and none that looks like an identity arrives.
    pub fn forgers(&self) {
        for forged in FORGED {
            let lines = format!("{forged}\r\n");
            for (method, path) in [("GET", "/api/Asset"), ("DELETE", "/api/Asset"), ("POST", "/other")] {
                assert_ne!(self.status(method, path, &lines), 200, "a stranger with {forged}");
                let with_key = format!("{}{lines}", self.reader.headers());
                let status = self.status(method, path, &with_key);
                let arrivals = self.application.arrivals();
                // A credential named as hop-by-hop may be lost on the way; Apache refuses what it cannot remove.
                let lost = forged.contains("X-Api-Key")
                    || forged.to_lowercase().contains("claviger") && status == 403;
                if method == "GET" {
                    assert!(status == 200 || lost, "{status} {forged}");
                } else {
                    assert_ne!(status, 200, "{method} {path} with {forged}");
                }
                assert_eq!(arrivals.len(), usize::from(status == 200), "{forged} {arrivals:?}");
                for arrival in &arrivals {
                    holds_identity(arrival, &self.reader, "READER");
                }
            }
            let open = self.status("GET", "/open", &lines);
            for arrival in self.application.arrivals() {
                assert!(
                    !arrival.headers.iter().any(|(_, v)| v.contains("evil")),
                    "{open} {forged} {arrival:?}"
                );
            }
        }
    }

    /// On a connection that is kept, the request after a disable is refused, again and again.
    pub fn at_once(&self) {
        let mut client = Client::new(self.proxy.address);
        let request = format!("GET /api/Asset HTTP/1.1\r\n{}", self.reader.basic());
        for round in 0..20 {
            assert_eq!(client.ask(&request, "").status, 200, "{round}");
            self.house.set(self.reader.key, Status::Disabled);
            assert_eq!(client.ask(&request, "").status, 401, "{round}");
            self.house.set(self.reader.key, Status::Active);
        }
    }
}

fn holds_identity(arrival: &Arrival, pair: &Pair, group: &str) {
    for (name, value) in [
        ("x-claviger-key", pair.key.as_str()),
        ("x-claviger-group", group),
        ("x-claviger-environment", "prd"),
    ] {
        assert_eq!(arrival.all(name), [value], "{name} {arrival:?}");
    }
    assert!(arrival.all("x-claviger-filter").iter().all(|v| v.is_empty()), "{arrival:?}");
    let plain = |name: &str| name.replace(['_', '.'], "-");
    for (name, value) in &arrival.headers {
        assert!(!value.contains("evil"), "{arrival:?}");
        assert!(!value.contains(pair.secret.expose()), "{arrival:?}");
        let hidden = [
            "authorization",
            "x-api-key",
            "x-api-secret",
            "x-http-method-override",
            "x-original-url",
            "x-rewrite-url",
        ];
        assert!(!hidden.contains(&plain(name).as_str()), "{arrival:?}");
    }
    let mut identity: Vec<String> =
        arrival.headers.iter().map(|(n, _)| plain(n)).filter(|n| n.starts_with("x-claviger")).collect();
    let count = identity.len();
    identity.sort();
    identity.dedup();
    assert_eq!(identity.len(), count, "{arrival:?}");
}
