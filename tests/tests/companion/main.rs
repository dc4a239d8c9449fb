//! The companion as a face uses it, against our own server and against one that misbehaves.
//!
//! Nothing here sleeps: clocks stand until they are set, and what takes time is waited for by its own event.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod accounts;
mod acts;
mod asking;
mod away;
mod believing;
mod damage;
mod delivering;
mod draining;
mod files;
mod following;
#[cfg(target_os = "linux")]
mod full_disk;
mod glancing;
mod keeping;
mod keys_asked_for;
mod lists;
mod looking_up;
mod observing;
mod other_door;
mod pacing;
mod painting;
mod reading;
mod recording;
mod refreshing;
mod remembering;
mod ring;
mod ringed;
mod scripted;
mod searching;
mod splitting;
mod storm;
mod telling;
mod trusting;
mod waking;
mod world;
