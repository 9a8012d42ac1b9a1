//! The store on a real directory: what it keeps, what it refuses, and how it comes back.

mod basics;
mod bench;
