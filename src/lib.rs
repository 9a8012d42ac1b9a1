//! claviger keeps the keys: it issues long-lived API keys to other systems, shows each Secret once, says who may do
//! what with a key, and verifies keys for any API, so that a disable holds from the very next request.
//!
//! # The house
//! Whatever anyone wants is a value: a `Command` changes something, a `Query` reads. The registry is the one door for
//! both, and the journal is the list of what it accepted. Arrows point down only:
//!
//! ```text
//! main  cli              words of the command line, printing
//! console    server      two faces that never know each other: for people (Event -> update -> Effect, and view), and
//!                        for other processes (verification over HTTP, administrators' socket)
//! client                 the door, through a socket
//! registry               the door: rules applied, index, queries
//! store    credential    journal, head and sled, recovery · Key and Secret, Argon2
//! clock  sync  model     what time it is, and how it is written · locks · nouns and rules, pure
//! ```
//!
//! The layering test reads `src/` and holds these arrows.

pub mod cli;
pub mod client;
pub mod clock;
pub mod console;
pub mod credential;
pub mod model;
pub mod registry;
pub mod server;
pub mod store;
mod sync;
