//! Calls of a route with what its own schema says it takes, and with ids of everybody.

use cachebash_server::ListedRoute;
use serde_json::{Map, Value, json};

use crate::house::{House, IDS};
use crate::support::{Got, Person};

/// Throws that repeat.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % below
    }

    /// One that both tenants have, one that only one of them has, or one that nobody has.
    fn id(&mut self, house: &House) -> String {
        let place = self.roll(IDS.len() + 4);
        match place.checked_sub(IDS.len()) {
            None => IDS[place].to_owned(),
            Some(0) => house.hashes[0].clone(),
            Some(1) => house.hashes[1].clone(),
            Some(2) => "nobody".to_owned(),
            Some(_) => format!("{:016x}", self.roll(usize::MAX)),
        }
    }

    /// What is most likely meant by a field of that name, and now and then something else.
    fn named(&mut self, name: &str, house: &House) -> String {
        let fitting = match name {
            "programId" | "source" | "target" | "from" => "builder",
            "sessionId" => "builder.shared",
            "taskId" | "taskIds" => ["task-shared", "claimed-shared"][self.roll(2)],
            "messageIds" | "messageId" => "message-shared",
            "questionId" => "question-shared",
            "sprintId" => "sprint-shared",
            "storyId" => "story-shared",
            "keyHash" => return house.hashes[self.roll(2)].clone(),
            _ => return self.id(house),
        };
        if self.roll(3) == 0 {
            self.id(house)
        } else {
            fitting.to_owned()
        }
    }

    pub(crate) fn arguments(&mut self, schema: &Value, house: &House) -> Value {
        let mut arguments = Map::new();
        let empty = Map::new();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in schema["properties"].as_object().unwrap_or(&empty) {
            if name == "idempotency_key" || (!required.contains(&json!(name)) && self.roll(3) == 0) {
                continue;
            }
            arguments.insert(name.clone(), self.value(name, schema, house));
        }
        Value::Object(arguments)
    }

    fn value(&mut self, name: &str, schema: &Value, house: &House) -> Value {
        if let Some(words) = schema["enum"].as_array() {
            return words[self.roll(words.len())].clone();
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
        match kind {
            Some("string") => json!(self.named(name, house)),
            Some("integer" | "number") => {
                let least = schema["minimum"].as_i64().unwrap_or(0);
                json!(least + self.roll(5) as i64)
            }
            Some("boolean") => json!(self.roll(2) == 0),
            Some("array") => {
                let item = self.value(name, &schema["items"], house);
                json!([item])
            }
            _ => self.arguments(schema, house),
        }
    }
}

/// One call.
pub(crate) struct Asked {
    method: &'static str,
    target: String,
    body: Value,
}

impl Asked {
    pub(crate) fn of(route: &ListedRoute, house: &House, dice: &mut Dice) -> Self {
        let mut arguments = dice.arguments(&route.arguments, house);
        let mut target = String::new();
        for segment in route.path.split('/').skip(1) {
            target.push('/');
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    target.push_str(&dice.named(name, house));
                    // An id in the body goes before the path's, and so is tried as well.
                    if dice.roll(4) > 0 {
                        arguments.as_object_mut().unwrap().remove(name);
                    }
                }
                None => target.push_str(segment),
            }
        }
        if route.method == "GET" {
            let mut before = '?';
            for (name, value) in arguments.as_object().unwrap() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if value.is_array() || value.is_object() {
                    continue;
                }
                target.push(before);
                target.push_str(&format!("{name}={text}"));
                before = '&';
            }
        }
        Self {
            method: route.method,
            target,
            body: arguments,
        }
    }

    pub(crate) async fn ask(&self, person: &Person) -> Got {
        let body = if self.method == "GET" {
            String::new()
        } else {
            self.body.to_string()
        };
        person.send(self.method, &self.target, body).await
    }

    pub(crate) fn told(&self) -> String {
        format!("{} {} {}", self.method, self.target, self.body)
    }
}

const HEADERS: [(&str, &str); 3] = [
    ("content-type", "application/json"),
    ("accept", "application/json, text/event-stream"),
    ("mcp-protocol-version", "2025-06-18"),
];

async fn say(person: &Person, session: Option<&str>, method: &str, params: Value) -> Got {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let mut headers = HEADERS.to_vec();
    headers.extend(session.map(|session| ("mcp-session-id", session)));
    person.send_with("POST", "/v1/mcp", &headers, message.to_string()).await
}

async fn session(person: &Person) -> String {
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "curious", "version": "1"}});
    let got = say(person, None, "initialize", hello).await;
    assert_eq!(got.status, 200, "{got:?}");
    got.headers["mcp-session-id"].to_str().unwrap().to_owned()
}

/// Somebody who speaks MCP.
pub(crate) struct Agent {
    person: Person,
    session: String,
}

impl Agent {
    pub(crate) async fn of(person: &Person) -> Self {
        let session = session(person).await;
        let person = person.clone();
        Self { person, session }
    }

    /// The tools with their schemas.
    pub(crate) async fn tools(&self) -> Vec<(String, Value)> {
        let got = say(&self.person, Some(&self.session), "tools/list", json!({})).await;
        let tools = got.body["result"]["tools"].as_array().unwrap().iter();
        tools
            .map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool["inputSchema"].clone()))
            .collect()
    }

    pub(crate) async fn call(&self, tool: &str, arguments: &Value) -> Got {
        let params = json!({"name": tool, "arguments": arguments});
        say(&self.person, Some(&self.session), "tools/call", params).await
    }
}
