//! Compression of JSON that is worth it, for clients that accept it. Event streams stay as they are: each event would have
//! to be pushed through an encoder that waits for more.

use axum::body::HttpBody;
use axum::http::{Response, header};
use tower_http::compression::predicate::{And, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Below this a reply fits in one packet anyway.
const WORTH_IT: u16 = 1_024;

pub(super) fn compression() -> CompressionLayer<And<SizeAbove, Json>> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(WORTH_IT).and(Json))
}

/// Whether a reply is JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Predicate for Json {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let kind = response.headers().get(header::CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
    }
}
