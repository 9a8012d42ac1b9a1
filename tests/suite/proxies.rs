//! The configurations of `assets/proxies`, in the real programs, before an application that tells what reached it.
//!
//! Paths × methods × forged headers: nothing unauthenticated reaches the application, no forged identity survives, the
//! refusals' bodies are exact, and a disable counts at once. Each needs its program:
//! `cargo test --test suite proxies -- --ignored`.

mod application;
mod program;
mod trial;

use program::Program;
use trial::Trial;

#[test]
#[ignore = "needs nginx"]
fn nginx_lets_through_what_may_and_nothing_else() {
    Trial::new(Program::Nginx).all();
}

#[test]
#[ignore = "needs nginx"]
fn an_nginx_that_caches_verdicts_does_not_keep_a_key_alive() {
    Trial::new(Program::CachingNginx).all();
}

#[test]
#[ignore = "needs caddy"]
fn caddy_lets_through_what_may_and_nothing_else() {
    Trial::new(Program::Caddy).all();
}

#[test]
#[ignore = "needs haproxy"]
fn haproxy_lets_through_what_may_and_nothing_else() {
    Trial::new(Program::Haproxy).all();
}

#[test]
#[ignore = "needs apache2"]
fn apache_lets_through_what_may_and_nothing_else() {
    Trial::new(Program::Apache).all();
}

#[test]
#[ignore = "needs nginx"]
fn control_a_proxy_that_caches_against_our_word_is_caught() {
    let trial = Trial::new(Program::DeafNginx);
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trial.at_once())).is_err());
}

#[test]
#[ignore = "needs nginx"]
fn control_a_proxy_that_asks_nobody_is_caught() {
    let trial = Trial::new(Program::OpenNginx);
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trial.strangers())).is_err());
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trial.forgers())).is_err());
}
