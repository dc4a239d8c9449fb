//! Whose keys the recording used: their programs and capabilities, as the replies tell them.

use std::collections::{BTreeMap, BTreeSet};

use cachebash_core::domain::RawKey;
use serde_json::{Value, json};

use super::cases::Case;

/// The tenant whose keys are listed.
pub(crate) const DEMO: &str = "home";

/// The numbers that stand in the keys, as the contract's section 0 gives them.
const NUMBERED: [(&str, u32); 9] = [
    ("admin", 1),
    ("phone", 2),
    ("phone_role", 3),
    ("owner", 4),
    ("provisioner", 5),
    ("builder", 6),
    ("reviewer", 7),
    ("rotating", 12),
    ("vector", 19),
];

/// Keys by their number are looked for up to here.
const MOST: u32 = 100;

/// The key of a number: `cb_` and the number in 64 digits.
pub(crate) fn key(number: u32) -> RawKey {
    RawKey::new(format!("cb_{number:064}"))
}

/// The tenant a case was recorded in; `None` where no known key was used.
pub(crate) fn tenant_of(case: &Case) -> Option<String> {
    match case.who() {
        "none" | "custom" => None,
        "revoked" | "hyphen" => Some(DEMO.to_owned()),
        who if NUMBERED.iter().any(|(name, _)| *name == who) => Some(DEMO.to_owned()),
        who => Some(who.to_owned()),
    }
}

/// Every key of the recording, by tenant.
pub(crate) fn derive(cases: &[Case]) -> BTreeMap<String, Vec<Value>> {
    let mut tenants: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let listed = cases
        .iter()
        .find(|case| case.path() == "/v1/keys" && case.method() == "GET" && case.status() == 200);
    let listed = listed.and_then(Case::data).expect("a list of keys");
    let told = told(cases);
    for row in listed["keys"].as_array().unwrap() {
        let number = (1..MOST).find(|number| key(*number).hash().as_str() == row["keyHash"]);
        let number = number.expect("a key of a low number");
        let program = row["programId"].as_str().unwrap();
        let named = NUMBERED
            .iter()
            .find(|(_, known)| *known == number)
            .map(|(name, _)| (*name).to_owned());
        let who = named.or_else(|| told.programs.get(program).cloned());
        // A key without a list of its own is shown with `*`; the refusals tell what it has.
        let capabilities = match who.as_deref().and_then(|who| told.capabilities.get(who)) {
            Some(held) => json!(held),
            None => row["capabilities"].clone(),
        };
        tenants.entry(DEMO.to_owned()).or_default().push(json!({
            "as": who, "number": number, "program": program, "label": row["label"],
            "capabilities": capabilities, "createdAt": row["createdAt"], "revoked": false,
        }));
    }
    // No list shows the keys of other tenants, nor the revoked one. All of theirs that answered could do everything.
    let mut others = BTreeSet::new();
    let known = |who: &str| NUMBERED.iter().any(|(name, _)| *name == who) || told.programs.values().any(|it| it == who);
    for case in cases.iter().filter(|case| !known(case.who())) {
        if let Some(tenant) = tenant_of(case) {
            others.insert((tenant, case.who().to_owned()));
        }
    }
    for (place, (tenant, who)) in others.into_iter().enumerate() {
        let revoked = cases.iter().all(|case| case.who() != who || case.status() == 401);
        tenants.entry(tenant).or_default().push(json!({
            "as": who, "number": MOST + place as u32, "program": "legacy", "label": who,
            "capabilities": ["*"], "createdAt": Value::Null, "revoked": revoked,
        }));
    }
    tenants
}

struct Told {
    /// Who has a program, where only a sentence says so.
    programs: BTreeMap<String, String>,
    /// What a key holds, where a refusal lists it.
    capabilities: BTreeMap<String, Vec<String>>,
}

/// What refusals say about whoever was refused.
fn told(cases: &[Case]) -> Told {
    let mut told = Told {
        programs: BTreeMap::new(),
        capabilities: BTreeMap::new(),
    };
    for case in cases {
        let body = case.response["body"].to_string();
        let numbered = NUMBERED.iter().any(|(name, _)| *name == case.who());
        if let (Some(program), false) = (between(&body, "Caller \\\"", "\\\""), numbered) {
            told.programs.insert(program.to_owned(), case.who().to_owned());
        }
        if let Some(held) = between(&body, "but key has [", "]") {
            let held = held.split(", ").map(str::to_owned).collect();
            told.capabilities.insert(case.who().to_owned(), held);
        }
    }
    // Whoever is refused as no admin has not everything, but what the contract's section 4 gives a builder and its like.
    let agents = told.capabilities.get("builder").cloned().unwrap_or_default();
    for case in cases {
        if case.response["body"]["error"]["message"] == "Admin access required" {
            let held = told.capabilities.entry(case.who().to_owned());
            held.or_insert_with(|| agents.clone());
        }
    }
    told
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}
