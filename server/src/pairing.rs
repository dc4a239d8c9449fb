//! What a first start shows: the owner key as a link and as a picture that a phone can read.

use std::fmt::Write;

use cachebash_core::domain::RawKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// All but the unreserved characters of a URI.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The link that pairs a phone with a server: `cachebash://pair?v=1&url=<encoded>&key=cb_…`.
pub fn pairing_link(url: &str, key: &RawKey) -> String {
    let (url, key) = (
        utf8_percent_encode(url, ENCODED),
        utf8_percent_encode(key.reveal(), ENCODED),
    );
    format!("cachebash://pair?v=1&url={url}&key={key}")
}

/// What to print at a first start: the key, the pairing link, and the link as a QR code of half blocks. The code is
/// dark on light by itself, so that it reads on any terminal.
pub fn pairing_banner(url: &str, key: &RawKey) -> String {
    let link = pairing_link(url, key);
    let mut banner = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(banner, "This is the first start. The owner key is shown this once:\n");
    let _ = writeln!(banner, "  {}\n", key.reveal());
    match QrCode::with_error_correction_level(link.as_bytes(), EcLevel::L) {
        Ok(code) => {
            let picture = code
                .render::<Dense1x2>()
                .dark_color(Dense1x2::Light)
                .light_color(Dense1x2::Dark)
                .quiet_zone(true)
                .build();
            let _ = writeln!(banner, "Scan to pair a phone:\n");
            for line in picture.lines() {
                let _ = writeln!(banner, "  \u{1b}[38;2;0;0;0;48;2;255;255;255m{line}\u{1b}[0m");
            }
            let _ = writeln!(banner);
        }
        // A URL too long for a code can still be copied.
        Err(_) => {
            let _ = writeln!(banner, "To pair a phone:\n");
        }
    }
    let _ = writeln!(banner, "  {link}");
    banner
}
