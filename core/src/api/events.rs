//! A server's event stream (docs/contract-extensions.md), as far as this client uses it: a word each time something
//! changed. What changed is asked for like everything else, so an event that is lost or comes twice does no harm.

use std::fmt;
use std::time::Duration;

/// A stream that is alive says so every 30 s; one that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(75);

/// The name of an event that tells of changes, as the stream spells it.
const CHANGES: &[u8] = b"event: changes";

/// An open stream. Dropping it closes it.
pub struct Events {
    response: reqwest::Response,
    lines: Lines,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events(…)")
    }
}

impl Events {
    pub(super) fn of(response: reqwest::Response) -> Self {
        Self {
            response,
            lines: Lines::default(),
        }
    }

    /// Waits until something changed. Says no when the stream has ended.
    pub async fn next(&mut self) -> bool {
        loop {
            match tokio::time::timeout(SILENCE, self.response.chunk()).await {
                Ok(Ok(Some(bytes))) if self.lines.tell_of_changes(&bytes) => return true,
                Ok(Ok(Some(_))) => {}
                Ok(Ok(None) | Err(_)) | Err(_) => return false,
            }
        }
    }
}

/// The line that is not whole yet; no more of it than is needed to know its beginning.
#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    fn tell_of_changes(&mut self, bytes: &[u8]) -> bool {
        let mut told = false;
        for byte in bytes {
            if matches!(byte, b'\n' | b'\r') {
                told |= self.begun == CHANGES;
                self.begun.clear();
            } else if self.begun.len() <= CHANGES.len() {
                self.begun.push(*byte);
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn changes_are_heard_however_the_stream_is_cut_and_nothing_else_is() {
        let stream = b"event: ready\nid: x\ndata: event: changes\n\n: heartbeat\n\nevent: changes\nid: y\ndata: {}\n\n";
        for cut in 1..stream.len() {
            let mut lines = Lines::default();
            let told = stream.chunks(cut).filter(|part| lines.tell_of_changes(part)).count();
            assert_eq!(told, 1, "in pieces of {cut}");
        }
    }
}
