//! What a first start shows: the owner key, and as a link and a picture what a phone needs to pair.

use std::fmt::Write;

use cachebash_core::domain::RawKey;
use cachebash_core::pairing::Pairing;
use qrcode::render::unicode::Dense1x2;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

/// Black on bright white, so that the code is dark on light on any terminal.
const INK: &str = "\u{1b}[30;107m";
const PLAIN: &str = "\u{1b}[0m";

/// What to print at a first start: the key, the link that pairs a phone with the server at `url`, and the link as a QR
/// code of half blocks, two modules a line.
///
/// The key is shown by design. Print it to the terminal of whoever started the server, never to a log.
pub fn pairing_banner(url: &str, key: &RawKey) -> String {
    let link = Pairing {
        server: url.to_owned(),
        key: key.clone(),
        program: None,
    }
    .link();
    let mut banner = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        banner,
        "This is the first start. The owner key is shown this once:\n\n  {}\n",
        key.reveal()
    );
    match picture(&link) {
        Ok(picture) => {
            let _ = writeln!(banner, "Scan to pair a phone, or open the link on it:\n");
            for line in picture.lines() {
                let _ = writeln!(banner, "  {INK}{line}{PLAIN}");
            }
            let _ = writeln!(banner);
        }
        // Longer than any code can hold; it can still be copied.
        Err(_) => {
            let _ = writeln!(banner, "Open this link on a phone to pair it:\n");
        }
    }
    let _ = writeln!(banner, "  {link}");
    banner
}

fn picture(link: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L)?;
    Ok(code.render::<Dense1x2>().build())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use qrcode::Color;

    fn key() -> RawKey {
        RawKey::new(format!("cb_{:064}", 4))
    }

    #[test]
    fn the_banner_holds_the_key_and_a_link_that_the_parser_reads_back() {
        let banner = pairing_banner("http://192.0.2.7:8080", &key());
        assert!(banner.contains(&format!("\n  {}\n", key().reveal())));
        let link = banner.lines().last().unwrap().trim();
        let read = Pairing::parse(link).unwrap();
        assert_eq!(read.key, key());
        assert_eq!(read.server.trim_end_matches('/'), "http://192.0.2.7:8080");
    }

    #[test]
    fn the_picture_is_the_code_of_the_link_dark_on_light_with_a_quiet_border() {
        let link = "cachebash://pair?v=1&url=http%3A%2F%2F127.0.0.1&key=cb_0";
        let code = QrCode::with_error_correction_level(link, EcLevel::L).unwrap();
        let lines: Vec<Vec<char>> = picture(link)
            .unwrap()
            .lines()
            .map(|line| line.chars().collect())
            .collect();
        let inked = |x: usize, y: usize| match lines[y / 2][x] {
            '█' => true,
            '▀' => y.is_multiple_of(2),
            '▄' => !y.is_multiple_of(2),
            ' ' => false,
            other => unreachable!("{other}"),
        };
        let (width, border) = (code.width(), 4);
        assert_eq!(lines[0].len(), width + 2 * border);
        for y in 0..width {
            for x in 0..width {
                assert_eq!(inked(x + border, y + border), code[(x, y)] == Color::Dark, "{x},{y}");
            }
        }
        assert!((0..width + 2 * border).all(|x| !inked(x, 0) && !inked(x, border - 1)));
    }

    #[test]
    fn an_address_too_long_for_a_picture_still_has_its_link() {
        let url = format!("http://{}.example", "a".repeat(4_000));
        let banner = pairing_banner(&url, &key());
        assert!(banner.contains("cachebash://pair?v=1&url="));
        assert!(!banner.contains('█'));
    }
}
