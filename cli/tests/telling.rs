//! A status bar and a job that tells what began, from the command line.

#![allow(clippy::unwrap_used)]

mod support;

use support::World;

struct Fleet<'a> {
    world: &'a World,
    server: support::Served,
}

impl<'a> Fleet<'a> {
    /// A home with an account on a server where a builder works.
    fn new(world: &'a World) -> Self {
        let server = world.serve(&world.folder("hub"), &[]);
        let key = server.owner_key.clone().unwrap();
        let add = ["account", "add", "--server", &server.url, "--key-env", "K"];
        world.run_with(&add, &[("K", &key)], "").well();
        let fleet = Self { world, server };
        fleet.says("builder", "working", "At it");
        fleet
    }

    fn says(&self, program: &str, state: &str, status: &str) {
        let key = self.server.owner_key.as_ref().unwrap();
        let session = format!(
            r#"{{"sessionId":"{program}.x","programId":"{program}","name":"X","state":"{state}","status":"{status}"}}"#
        );
        let headers = [format!("Authorization: Bearer {key}")];
        let (answer, body) = support::post(&format!("{}/v1/sessions", self.server.url), &headers, &session);
        assert!(answer.contains(" 201 "), "{answer} {body}");
    }

    fn run(&self, args: &[&str]) -> String {
        self.world.run(args).well()
    }
}

#[test]
fn a_job_tells_each_block_once() {
    let world = World::new();
    let fleet = Fleet::new(&world);
    assert_eq!(fleet.run(&["notify"]), "", "what was there before is no news");
    fleet.says("deployer", "blocked", "Run it now?");
    assert_eq!(fleet.run(&["notify"]), "deployer is blocked\n");
    assert_eq!(fleet.run(&["notify"]), "");

    fleet.run(&["alert-rules", "--level", "full", "--off", "finished"]);
    fleet.says("linter", "blocked", "Which rules?");
    fleet.says("scribe", "complete", "Written");
    let due = world.run(&["notify", "--json"]).json();
    let alerts = due["alerts"].as_array().unwrap();
    assert_eq!(alerts.len(), 1, "{due}");
    assert_eq!(
        (&alerts[0]["kind"], &alerts[0]["words"]),
        (&"blocked".into(), &"Which rules?".into())
    );
}

#[test]
fn rules_are_shown_changed_and_kept() {
    let world = World::new();
    let fleet = Fleet::new(&world);
    let usual = fleet.run(&["alert-rules"]);
    assert!(
        usual.contains("fell         off\n") && usual.contains("quiet        never\n"),
        "{usual}"
    );
    fleet.run(&[
        "alert-rules",
        "--on",
        "fell",
        "--off",
        "silent",
        "--quiet",
        "22:30-07:00",
    ]);
    let rules = world.run(&["alert-rules", "--json"]).json();
    assert_eq!(rules["quiet"]["fromMinute"], 1_350);
    let told = rules["told"].to_string();
    assert!(told.contains("fell") && !told.contains("silent"), "{told}");
    fleet.run(&["alert-rules", "--quiet", "never"]);
    assert_eq!(
        world.run(&["alert-rules", "--json"]).json()["quiet"],
        serde_json::Value::Null
    );
    for wrong in ["22-7", "24:00-07:00", "07:00-07:00"] {
        let said = world.run(&["alert-rules", "--quiet", wrong]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("22:00-07:00"), "{}", said.err);
    }
}

#[test]
fn a_status_bar_has_the_fleet_in_under_four_kilobytes_and_as_much_of_it_as_asked_for() {
    let world = World::new();
    let fleet = Fleet::new(&world);
    fleet.says("deployer", "blocked", "Run it now?");
    let lines = fleet.run(&["glance", "--level", "full"]);
    assert!(lines.starts_with("1 needs you · As of "), "{lines}");
    assert!(lines.contains("deployer") && lines.contains("Run it now?"), "{lines}");
    let counts = fleet.run(&["glance", "--level", "counts", "--json", "--offline"]);
    assert!(counts.len() < 4_096 && !counts.contains("deployer"), "{counts}");
    let counts: serde_json::Value = serde_json::from_str(&counts).unwrap();
    assert_eq!((&counts["version"], &counts["total"]), (&1.into(), &2.into()));
    assert!(counts["expiresAt"].as_i64().unwrap() > counts["asOf"].as_i64().unwrap());
}
