//! Judgement, told as small fleets. `world` builds them; each file tells of one question.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod asking;
mod away;
mod believing;
mod estimating;
mod following;
mod glancing;
mod handing;
mod judging;
mod laws;
mod picking;
mod runs;
mod telling;
mod tracing;
mod world;
