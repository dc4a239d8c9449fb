//! A PostgreSQL server of the test's own that waits for the disk, to be killed and started again on the same data.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where initdb and postgres are; `xtask/scripts/with-postgres` sets it.
const PROGRAMS: &str = "CACHEBASH_TEST_POSTGRES_PROGRAMS";

pub(crate) struct Postgres {
    programs: PathBuf,
    home: tempfile::TempDir,
    postmaster: Option<Child>,
}

impl Postgres {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let programs = std::env::var_os(PROGRAMS).unwrap_or_else(|| panic!("{PROGRAMS} names no folder"));
        let home = tempfile::Builder::new().prefix("nodes").tempdir().unwrap();
        if as_root() {
            let given = Command::new("chown").arg("postgres").arg(home.path()).status().unwrap();
            assert!(given.success());
        }
        let mut server = Self {
            programs: programs.into(),
            home,
            postmaster: None,
        };
        let made = server
            .program("initdb")
            .args([
                "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8",
            ])
            .stdout(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        server.start();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=postgres", self.home.path().display())
    }

    /// Starts it, if it lives not, and waits until it takes connections.
    pub(crate) fn start(&mut self) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.home.path().join("log"))
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        let ready = self.programs.join("pg_isready");
        loop {
            let gone = match &mut self.postmaster {
                Some(postmaster) => postmaster.try_wait().unwrap().is_some(),
                None => true,
            };
            if gone {
                // One that finds a process of the last one still dying ends at once, and is started again.
                let postmaster = self
                    .program("postgres")
                    .args([
                        "-D",
                        "data",
                        "-h",
                        "",
                        "-c",
                        "fsync=on",
                        "-c",
                        "synchronous_commit=on",
                        "-k",
                    ])
                    .arg(self.home.path())
                    .stdout(Stdio::null())
                    .stderr(log.try_clone().unwrap())
                    .spawn();
                self.postmaster = Some(postmaster.unwrap());
            }
            let mut asked = Command::new(&ready);
            asked
                .arg("-q")
                .arg("-U")
                .arg("postgres")
                .arg("-h")
                .arg(self.home.path());
            if asked.status().unwrap().success() {
                return;
            }
            assert!(Instant::now() < deadline, "PostgreSQL did not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills every one of its processes in the middle of whatever it does.
    pub(crate) fn kill(&mut self) {
        let killed = self.kill_all();
        assert!(killed > 3, "it has processes beside its first");
    }

    /// Says how many processes there were. One that ended by itself meanwhile is as dead as the others.
    fn kill_all(&mut self) -> usize {
        let Some(mut postmaster) = self.postmaster.take() else {
            return 0;
        };
        let mut all = children_of(postmaster.id());
        all.push(postmaster.id());
        drop(
            Command::new("kill")
                .arg("-9")
                .args(all.iter().map(u32::to_string))
                .output(),
        );
        drop(postmaster.kill());
        postmaster.wait().unwrap();
        all.len()
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if as_root() {
            // It refuses to be run by root.
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--init-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.home.path()).stdin(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill_all();
    }
}

fn as_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

fn children_of(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| parent_of(*id) == Some(parent))
        .collect()
}

/// The second word behind the name, which stands in brackets and may hold anything.
fn parent_of(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(Path::new("/proc").join(id.to_string()).join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
