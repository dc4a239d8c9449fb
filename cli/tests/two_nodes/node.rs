//! One server process, which dies by SIGKILL.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

pub(crate) struct Node {
    pub(crate) url: String,
    child: Child,
    log: std::path::PathBuf,
    _home: tempfile::TempDir,
}

impl Node {
    /// The first of the database, which tells the owner key.
    pub(crate) fn first(database: &str, more: &[&str]) -> (Self, Option<String>) {
        Self::spawn(database, more)
    }

    pub(crate) fn start(database: &str, more: &[&str]) -> Self {
        let (node, key) = Self::spawn(database, more);
        assert_eq!(key, None, "there is one owner");
        node
    }

    fn spawn(database: &str, more: &[&str]) -> (Self, Option<String>) {
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cachebash"));
        command
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--json",
                "--database",
                database,
                "--data",
            ])
            .arg(home.path().join("data"));
        if more.is_empty() {
            command.args(["--limits", "off"]);
        }
        command
            .args(more)
            .env_clear()
            .env("HOME", home.path())
            .env("LANG", "C.UTF-8")
            .env("CACHEBASH_ENCRYPTION_KEY", "07".repeat(32))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("no node: {}", std::fs::read_to_string(&log).unwrap_or_default()));
        let node = Self {
            url: ready["url"].as_str().unwrap().to_owned(),
            child,
            log,
            _home: home,
        };
        (node, ready["ownerKey"].as_str().map(str::to_owned))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let last: Vec<&str> = log.lines().rev().take(20).collect();
            eprintln!("the node at {} last said: {last:#?}", self.url);
        }
    }
}
