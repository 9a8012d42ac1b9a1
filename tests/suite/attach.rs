//! Consoles and commands at the admin socket of a server: real sockets, several clients, broken ones among them.

mod broken;
pub mod house;
mod news;
mod raw;
pub mod rights;
mod same;
pub mod serve;
mod shut;
mod slow;
mod teller;
