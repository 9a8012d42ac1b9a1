//! The load: wrk with 64 connections, and what it measured.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

use crate::ground::Pair;

/// Seconds of one measurement.
const SECONDS: u32 = 3;
const CONNECTIONS: u32 = 64;
/// Milliseconds of a pause between two requests, where there is one.
const PAUSE: u32 = 10;
/// How often another pause is tried, and how near its rate must be.
const TRIES: usize = 4;
const NEAR: f64 = 0.04;

/// Requests that wrk sends by turns.
pub struct Load {
    _directory: TempDir,
    script: PathBuf,
}

/// What wrk says.
#[derive(Clone, Copy)]
pub struct Measured {
    /// Requests a second.
    pub rate: f64,
    /// Milliseconds.
    pub p99: f64,
}

impl Load {
    /// `POST /v1/verify` with these credentials and a table.
    pub fn verify(pairs: &[Pair]) -> Self {
        Self::of("POST", "/v1/verify", r#"'{"table":"Asset","operation":"select"}'"#, pairs)
    }

    /// `GET` of something behind a proxy.
    pub fn get(pairs: &[Pair]) -> Self {
        Self::of("GET", "/api/Asset/5", "nil", pairs)
    }

    fn of(method: &str, path: &str, body: &str, pairs: &[Pair]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let credentials: Vec<String> = pairs.iter().map(|pair| format!("'{}',\n", pair.basic())).collect();
        let credentials = credentials.concat();
        let script = directory.path().join("load.lua");
        let text = format!(
            "local credentials = {{\n{credentials}}}\nlocal requests, turn, pause = {{}}, 0, 0\n\
             function init(args)\n\
               pause = tonumber(args[1] or '0')\n\
               for i, credential in ipairs(credentials) do\n\
                 requests[i] = wrk.format('{method}', '{path}', {{['Authorization'] = 'Basic ' .. credential}}, {body})\n\
               end\n\
             end\n\
             function request()\n\
               turn = turn % #requests + 1\n\
               return requests[turn]\n\
             end\n"
        );
        // wrk waits whole milliseconds, and a request a millisecond is what each connection is to send: with a pause
        // after each they go in bursts, and no rate holds. So most follow at once, and a few wait for long.
        let paced = format!(
            "function delay()\n  if math.random() < pause / {PAUSE} then return {PAUSE} end\n  return 0\nend\n"
        );
        std::fs::write(&script, &text).unwrap();
        std::fs::write(script.with_file_name("paced.lua"), text + &paced).unwrap();
        Self { _directory: directory, script }
    }

    /// As fast as it goes.
    pub fn run(&self, address: SocketAddr) -> Measured {
        Self::wrk(address, &self.script, 0.0)
    }

    /// At this rate, or as near to it as this server and wrk come.
    pub fn paced(&self, address: SocketAddr, rate: f64) -> Measured {
        let script = self.script.with_file_name("paced.lua");
        let turn = |rate: f64| f64::from(CONNECTIONS) / rate * 1000.0;
        // A connection waits for its answer too, and how long that takes is only known from trying.
        let mut pause = turn(rate) / 2.0;
        let mut measured = Self::wrk(address, &script, pause);
        for _ in 0..TRIES {
            let near = (measured.rate / rate - 1.0).abs() < NEAR;
            if near || (pause <= 0.0 && measured.rate < rate) {
                break;
            }
            pause = (pause + turn(rate) - turn(measured.rate)).max(0.0);
            measured = Self::wrk(address, &script, pause);
        }
        measured
    }

    fn wrk(address: SocketAddr, script: &Path, pause: f64) -> Measured {
        let output = Command::new("taskset")
            .args(["-c", &crate::peer::others(), "wrk", "-t1", "--latency", "--timeout", "10"])
            .args([format!("-c{CONNECTIONS}"), format!("-d{SECONDS}")])
            .arg("-s")
            .arg(script)
            .arg(format!("http://{address}/"))
            .args(["--", &format!("{pause:.4}")])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && !text.contains("Non-2xx"), "{text}");
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
            line.unwrap_or_else(|| panic!("{text}")).trim().to_owned()
        };
        Measured { rate: field("Requests/sec:").parse().unwrap(), p99: millis(&field("99%")) }
    }
}

fn millis(text: &str) -> f64 {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text[..text.len() - unit.len()].parse().unwrap();
    number
        * match unit {
            "us" => 0.001,
            "ms" => 1.0,
            "s" => 1000.0,
            other => panic!("{other} is no unit of wrk's"),
        }
}
