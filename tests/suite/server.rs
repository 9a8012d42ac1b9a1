//! The verification server, in process on a port of its own, spoken to over real sockets.

mod abuse;
mod at_once;
mod contract;
mod forward;
mod history;
pub mod house;
mod hunt;
mod limits;
mod reasons;
mod timing;
