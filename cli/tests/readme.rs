//! The README as it is read: its shell blocks, in their order, against servers on free loopback ports. A command that no
//! longer works as written fails here.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use support::{Served, World, post};

const README: &str = include_str!("../../README.md");
/// How the README calls the command.
const COMMAND: [&str; 3] = ["cargo", "run", "--"];
/// Where the README's own server listens.
const OWN: &str = "http://127.0.0.1:8787";
/// The server that the README takes as given.
const HOSTED: &str = "https://api.cachebash.dev";

/// A person at a shell who follows the README.
struct Reader {
    world: World,
    hosted: Served,
    own: Option<Served>,
    variables: BTreeMap<String, String>,
    done: Vec<String>,
}

impl Reader {
    fn new() -> Self {
        let world = World::new();
        let hosted = world.serve(&world.folder("hosted"), &[]);
        let bearer = format!("Authorization: Bearer {}", hosted.owner_key.as_ref().unwrap());
        let session = r#"{"sessionId":"builder.x","programId":"builder","name":"x","state":"working"}"#;
        let (status, _) = post(&format!("{}/v1/sessions", hosted.url), &[bearer], session);
        assert!(status.contains(" 201 "), "{status}");
        Self {
            world,
            hosted,
            own: None,
            variables: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// What stands in the README for what differs from machine to machine.
    fn here(&self, text: &str) -> String {
        let server = self.own.as_ref().unwrap_or(&self.hosted);
        let mut text = text
            .replace("cb_…", server.owner_key.as_ref().unwrap())
            .replace(HOSTED, &self.hosted.url)
            .replace(OWN, &server.url);
        for (name, value) in &self.variables {
            text = text.replace(&format!("${name}"), value);
        }
        text
    }

    fn follow(&mut self, line: &str) {
        if let Some((name, value)) = line.strip_prefix("export ").and_then(|rest| rest.split_once('=')) {
            self.variables.insert(name.to_owned(), self.here(value));
        } else if let Some((name, inner)) = line.split_once("=$(") {
            let printed = self.run(inner.strip_suffix(')').unwrap());
            self.variables.insert(name.to_owned(), printed.trim_end().to_owned());
        } else {
            self.run(line);
        }
    }

    fn run(&mut self, line: &str) -> String {
        let words: Vec<String> = words(line).iter().map(|word| self.here(word)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["cargo", "xtask", _] => String::new(),
            ["curl", "-X", "POST", url, "-H", header, "-d", body] => {
                let (status, answer) = post(url, &[(*header).to_owned()], body);
                assert!(status.contains(" 201 "), "{line}: {status}: {answer}");
                self.done.push("curl".to_owned());
                answer
            }
            [cargo, run, dashes, rest @ ..] if [*cargo, *run, *dashes] == COMMAND => {
                self.done.push(rest[0].to_owned());
                self.command(line, rest)
            }
            other => panic!("nobody here knows how to follow {other:?}"),
        }
    }

    fn command(&mut self, line: &str, args: &[&str]) -> String {
        if let ["serve", "--data", folder] = args {
            self.own = Some(self.world.serve(&self.world.folder(folder), &[]));
            return String::new();
        }
        let variables: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let said = self.world.run_with(args, &variables, "");
        if args[0] == "watch" {
            assert!(said.code == 1 && said.err.contains("terminal"), "{line}: {said:?}");
            return said.out;
        }
        assert_eq!(said.code, 0, "{line}: {said:?}");
        said.out
    }
}

/// The words of a line as a shell takes them apart, without what follows a `#`.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if open == c => quote = None,
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The lines of the README's shell blocks; one that goes on is joined.
fn lines() -> Vec<String> {
    let blocks = README.split("```").skip(1).step_by(2);
    let shell = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    shell
        .flat_map(|block| {
            let joined = block.replace("\\\n", " ");
            joined
                .lines()
                .map(str::to_owned)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_of_the_readme_works_as_written_and_in_order() {
    let mut reader = Reader::new();
    let lines = lines();
    for line in &lines {
        reader.follow(line);
    }
    for expected in ["demo", "account", "watch", "state", "search", "serve", "keys", "curl"] {
        assert!(reader.done.iter().any(|done| done == expected), "{expected}: {lines:?}");
    }
    let seen = reader.run(lines.last().unwrap());
    assert!(seen.contains("builder") && seen.contains("Working"), "{seen}");
}
