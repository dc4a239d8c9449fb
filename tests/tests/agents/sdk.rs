//! Running a story of tests/mcp. It says on its output what it did, or asks for time to pass, and waits for a line.

use std::path::PathBuf;
use std::process::Stdio;

use cachebash_core::domain::Span;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use crate::program::Program;

/// Whose SDK.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sdk {
    TypeScript,
    Python,
}

impl Sdk {
    /// Plays a story to its end; anything else than a good end fails the test.
    pub(crate) async fn plays(self, story: &str, program: &mut Program, more: &[(&str, &str)]) {
        self.plays_watched(story, program, more, async |_, _| ()).await;
    }

    /// The same, and after everything that it did somebody looks.
    pub(crate) async fn plays_watched(
        self,
        story: &str,
        program: &mut Program,
        more: &[(&str, &str)],
        mut watch: impl AsyncFnMut(&Program, &str),
    ) {
        let stories = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mcp");
        let mut child = self
            .command(story, &stories)
            .env("CACHEBASH_URL", &program.url)
            .env("CACHEBASH_OWNER_KEY", program.owner.reveal())
            .env("CACHEBASH_EXAMPLES", stories.join("examples.json"))
            .envs(more.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the story starts");
        let mut stdin = child.stdin.take().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut ended = false;
        while let Some(line) = said.next_line().await.unwrap() {
            let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{self:?} {story} said: {line}"));
            if let Some(what) = told["did"].as_str() {
                println!("{self:?} {story}: {what}");
                watch(program, what).await;
                stdin.write_all(b"\n").await.unwrap();
            } else if let Some(seconds) = told["pass"].as_i64() {
                program.pass(Span::from_secs(seconds)).await;
                stdin.write_all(b"\n").await.unwrap();
            } else {
                ended = told["end"] == true;
            }
        }
        let status = child.wait().await.unwrap();
        assert!(status.success() && ended, "{self:?}: {story} ended with {status}");
    }

    fn command(self, story: &str, stories: &std::path::Path) -> Command {
        let prepared = |name: &str| {
            let place = std::env::var_os(name);
            PathBuf::from(place.unwrap_or_else(|| panic!("{name} is set by cargo xtask test --only mcp")))
        };
        match self {
            Self::TypeScript => {
                let mut node = Command::new("node");
                node.arg(prepared("CACHEBASH_MCP_TYPESCRIPT").join(format!("{story}.js")));
                node
            }
            Self::Python => {
                let mut python = Command::new(prepared("CACHEBASH_MCP_PYTHON"));
                python
                    // Leave no compiled files among the sources.
                    .arg("-B")
                    .arg(stories.join("python").join(format!("{story}.py")));
                python
            }
        }
    }
}
