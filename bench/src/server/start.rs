//! From the start of the program to the first answer, beside the least that the program can do: print its version.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Line;
use crate::verdict::{Budget, Verdicts, median};

const ROUNDS: usize = 21;
const PATIENCE: Duration = Duration::from_secs(20);

/// A server in a process of its own, killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts `cachebash serve` on a free port.
    pub(crate) fn start(program: &Path, data: &Path, output: Stdio) -> anyhow::Result<Self> {
        // Free a moment ago; whoever took it since makes the run fail and not lie.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(program);
        command
            .args(["serve", "--json", "--limits", "off", "--listen", &address.to_string()])
            .arg("--data")
            .arg(data);
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            // It logs as it does where it runs, and not between the figures.
            .stderr(File::create(data.join("server.log"))?)
            .spawn()
            .context("starting the server")?;
        Ok(Self { child, address })
    }

    /// Waits for the first answer.
    pub(crate) fn answers(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(mut stream) = TcpStream::connect(self.address) {
                stream.write_all(b"GET /v1/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer)?;
                if answer.starts_with("HTTP/1.1 200") {
                    return Ok(());
                }
                bail!("the server is not well: {}", answer.lines().next().unwrap_or_default());
            }
            std::thread::yield_now();
        }
        bail!("the server did not answer in {} s", PATIENCE.as_secs())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nFrom start to first answer:");
    let folder = tempfile::tempdir_in(&line.data)?;
    // The very first start makes a database and a key, which is done once in a server's life.
    Process::start(&line.program, folder.path(), Stdio::null())?.answers()?;
    let (mut starts, mut versions) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let status = Command::new(&line.program)
            .arg("--version")
            .stdout(Stdio::null())
            .status()?;
        versions.push(began.elapsed().as_secs_f64() * 1e3);
        if !status.success() {
            bail!("the program does not tell its version");
        }
        let began = Instant::now();
        let server = Process::start(&line.program, folder.path(), Stdio::null())?;
        server.answers()?;
        starts.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let (start, version) = (median(starts), median(versions));
    println!("  first answer after {start:.1} ms, version after {version:.1} ms");
    verdicts.add(
        "start to first answer, against --version",
        start / version,
        Budget::AtMost(3.0),
        "×",
    );
    Ok(())
}
