//! The stand-in's process, and how it is asked.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, anyhow, bail};
use serde_json::{Value, json};

pub(crate) struct Standin {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Standin {
    pub(crate) fn start(script: &Path) -> anyhow::Result<Self> {
        Self::run(Command::new("node").arg(script))
    }

    /// One that takes this certificate for an authority's.
    pub(crate) fn start_trusting(script: &Path, certificate: &Path) -> anyhow::Result<Self> {
        Self::run(Command::new("node").arg(script).env("NODE_EXTRA_CA_CERTS", certificate))
    }

    fn run(node: &mut Command) -> anyhow::Result<Self> {
        let mut process = node
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node is needed for the stand-in")?;
        let commands = process.stdin.take().context("its commands")?;
        let answers = BufReader::new(process.stdout.take().context("its answers")?);
        Ok(Self {
            process,
            commands,
            answers,
        })
    }

    /// Fetches what an overview shows into the file. Bytes it wrote.
    pub(crate) fn poll(&mut self, server: &str, key: &str, file: &Path) -> anyhow::Result<u64> {
        let command = json!({ "do": "poll", "server": server, "key": key, "file": file });
        number(&self.ask(&command)?, "bytes").map(|bytes| bytes as u64)
    }

    /// Reads the file as at a start. Nanoseconds until the first fifty rows were in memory.
    pub(crate) fn open(&mut self, file: &Path) -> anyhow::Result<f64> {
        let answer = self.ask(&json!({ "do": "open", "file": file }))?;
        if number(&answer, "rows")? as u64 != 50 {
            bail!("the stand-in did not read fifty rows");
        }
        number(&answer, "nanos")
    }

    fn ask(&mut self, command: &Value) -> anyhow::Result<Value> {
        writeln!(self.commands, "{command}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line).context("the stand-in said nothing that can be read")?;
        match answer["error"].as_str() {
            Some(error) => bail!("the stand-in: {error}"),
            None => Ok(answer),
        }
    }
}

fn number(answer: &Value, name: &str) -> anyhow::Result<f64> {
    answer[name].as_f64().ok_or_else(|| anyhow!("no {name} in its answer"))
}

impl Drop for Standin {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
