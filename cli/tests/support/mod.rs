//! A world for one test: a temporary home, the command in it, and a server that is killed when the test ends.

#![allow(dead_code, clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Said {
    /// Standard output of a command that must succeed.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The same as JSON.
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }
}

/// A temporary home.
pub(crate) struct World {
    home: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder in it.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The command, with nothing of the surroundings but this home.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cachebash"));
        command
            .args(args)
            // What a command writes beside itself is gone with the world.
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[], "")
    }

    /// Runs it with variables and a text on standard input.
    pub(crate) fn run_with(&self, args: &[&str], variables: &[(&str, &str)], input: &str) -> Said {
        let mut command = self.command(args);
        let mut child = command
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails early may not read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// A server over `folder`.
    pub(crate) fn serve(&self, folder: &Path, more: &[&str]) -> Served {
        let folder = folder.to_str().unwrap();
        let mut args = vec!["serve", "--listen", "127.0.0.1:0", "--json", "--data", folder];
        args.extend(more);
        self.serve_as(self.command(&args))
    }

    /// A server as the command says; it must print what it says when ready.
    pub(crate) fn serve_as(&self, mut command: Command) -> Served {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            err.read_to_string(&mut log).unwrap();
            log
        });
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            panic!("the server did not start: {line}{}", log.join().unwrap());
        };
        let stdin = child.stdin.take();
        Served {
            url: ready["url"].as_str().unwrap().to_owned(),
            owner_key: ready["ownerKey"].as_str().map(str::to_owned),
            log: Some(log),
            out,
            stdin,
            child,
        }
    }
}

/// Posts to a server of this machine as `curl` would, and gives the status line and the body.
pub(crate) fn post(url: &str, headers: &[String], body: &str) -> (String, String) {
    ask("POST", url, headers, body)
}

/// Patches the same way.
pub(crate) fn patch(url: &str, headers: &[String], body: &str) -> (String, String) {
    ask("PATCH", url, headers, body)
}

/// Deletes the same way.
pub(crate) fn delete(url: &str, headers: &[String]) -> (String, String) {
    ask("DELETE", url, headers, "")
}

/// Gets the same way.
pub(crate) fn get(url: &str, key: &str) -> (String, String) {
    ask("GET", url, &[format!("Authorization: Bearer {key}")], "")
}

fn ask(method: &str, url: &str, headers: &[String], body: &str) -> (String, String) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

/// A running server.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) owner_key: Option<String>,
    log: Option<std::thread::JoinHandle<String>>,
    out: BufReader<std::process::ChildStdout>,
    stdin: Option<ChildStdin>,
    child: Child,
}

impl Served {
    /// Sets its clock, and gives its answer.
    pub(crate) fn set_clock(&mut self, line: &str) -> String {
        self.stdin
            .as_mut()
            .unwrap()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        self.out.read_line(&mut answer).unwrap();
        answer.trim().to_owned()
    }

    /// Ends its standard input.
    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Asks it to stop, as a service manager does, and gives its exit code.
    #[cfg(unix)]
    pub(crate) fn terminate(self) -> Option<i32> {
        self.signal();
        self.ended()
    }

    /// Waits for its end, and gives its exit code.
    pub(crate) fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// The same, and gives all that it logged.
    #[cfg(unix)]
    pub(crate) fn terminate_and_tell(mut self) -> String {
        self.signal();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.log.take().unwrap().join().unwrap()
    }

    /// Asks it to stop.
    #[cfg(unix)]
    pub(crate) fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(&id).status().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A home with an account that may act on a server which is known to it, and one agent.
pub(crate) fn to_act_in(world: &World) -> Served {
    let server = world.serve(&world.folder("hub"), &[]);
    let key = server.owner_key.clone().unwrap();
    let add = [
        "account",
        "add",
        "--server",
        &server.url,
        "--key-env",
        "K",
        "--allow-writes",
    ];
    world.run_with(&add, &[("K", &key)], "").well();
    let session = r#"{"sessionId":"builder.auth","programId":"builder","name":"Auth"}"#;
    posted(&server.url, "sessions", &key, session);
    server
}

/// Writes what an agent does.
pub(crate) fn posted(url: &str, what: &str, key: &str, body: &str) {
    let headers = [format!("Authorization: Bearer {key}")];
    let (status, body) = post(&format!("{url}/v1/{what}"), &headers, body);
    assert!(status.contains(" 20"), "{status} {body}");
}
