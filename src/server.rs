//! The server: one process holds the store, and answers others.

pub mod admin;
