//! Changes to an input: some that no reader of text survives by luck, some that stay JSON and lie.

use crate::dice::Dice;

/// What readers trip over.
const TOKENS: [&str; 28] = [
    "null",
    "true",
    "0",
    "-1",
    "-0",
    "1e999",
    "1e-999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "0.1",
    "\"\"",
    "\"2026-02-30T25:61:61Z\"",
    "\"+275760-09-13T00:00:00Z\"",
    "\"-9999-01-01T00:00:00Z\"",
    "{\"_seconds\":9223372036854775807,\"_nanoseconds\":999999999}",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\u{202e}\u{0}\u{feff}\"",
    "\"ẞﬃİ\u{1f469}\u{200d}\u{1f4bb}\"",
    "[]",
    "{}",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":{\"a\":",
    "cb_",
    "%",
    "%ff%00",
];

/// Nesting deeper than any reader should follow.
const DEEP: usize = 3_000;

/// An input made of another one, and of a third.
pub(super) fn mutated(input: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    // Mostly few changes: what is wrong in one place gets deepest.
    let most = 1 << dice.roll(4);
    let changes = 1 + dice.roll(most);
    for _ in 0..changes {
        change(&mut bytes, other, dice);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.roll(bytes.len() + 1);
    match dice.roll(12) {
        0..=3 => replace_a_value(bytes, dice),
        4 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.roll(8);
            }
        }
        5 => {
            let end = (at + 1 + dice.roll(40)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        6 => {
            let end = (at + 1 + dice.roll(200)).min(bytes.len());
            let copy = bytes[at.min(end)..end].to_vec();
            bytes.splice(at..at, copy);
        }
        7 => {
            let token = dice.pick(&TOKENS).as_bytes();
            bytes.splice(at..at, token.iter().copied());
        }
        8 => {
            let from = dice.roll(other.len() + 1);
            let end = (from + 1 + dice.roll(400)).min(other.len());
            bytes.splice(at..at, other[from.min(end)..end].iter().copied());
        }
        9 => bytes.truncate(at),
        10 => drop_a_field(bytes, dice),
        _ => {
            let nest = *dice.pick(&["[", "{\"data\":"]);
            let deep = nest.repeat(1 + dice.roll(DEEP));
            bytes.splice(at..at, deep.into_bytes());
        }
    }
}

/// Puts another value behind one of the colons of a JSON text; the rest stays as it was.
fn replace_a_value(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let Some((from, end)) = a_value(bytes, dice) else {
        return;
    };
    let token = dice.pick(&TOKENS).as_bytes();
    bytes.splice(from..end, token.iter().copied());
}

/// Takes a field's value and what is behind it up to the next field out, as a server that left it away.
fn drop_a_field(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let Some((from, end)) = a_value(bytes, dice) else {
        return;
    };
    let name_from = bytes[..from.saturating_sub(2)].iter().rposition(|byte| *byte == b'"');
    if bytes.get(end) == Some(&b',') {
        bytes.drain(name_from.unwrap_or(from)..=end);
    }
}

/// Where the value behind a colon begins and ends, as far as this can be told without reading the whole.
fn a_value(bytes: &[u8], dice: &mut Dice) -> Option<(usize, usize)> {
    let colons: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b':').collect();
    if colons.is_empty() {
        return None;
    }
    let from = dice.pick(&colons) + 1;
    let (mut depth, mut quoted, mut end) = (0_usize, false, from);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' if quoted => end += 1,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted && depth > 0 => depth -= 1,
            b',' | b']' | b'}' if !quoted && depth == 0 => break,
            _ => {}
        }
        end += 1;
    }
    let end = end.min(bytes.len());
    Some((from.min(end), end))
}
