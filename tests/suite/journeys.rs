//! Journeys: the real loop, keys from a script, a screen in memory, a clipboard of our own, a real store.

mod groups;
mod keys;
mod meanwhile;
mod opening;
mod review;
mod rotation;
mod stage;
mod why;
mod window;
