//! A server whose certificate no public authority signed, and a person who says who may vouch for it.

use cachebash_core::companion::{Authorities, Companion, CompanionError, Options};
use cachebash_server::{Limits, Server, ServerOptions, Tls};
use tempfile::TempDir;

use crate::world::{Phone, new_account};

/// The server, and the text that vouches for it.
async fn own_server() -> (String, cachebash_core::domain::RawKey, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = TempDir::new().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = Server::open(ServerOptions {
        limits: Limits::Off,
        tls: Some(Tls::from_pem_files(&cert, &key).unwrap()),
        ..ServerOptions::default()
    })
    .unwrap();
    let owner = server.owner_key().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
    (url, owner, made.cert.pem())
}

#[tokio::test]
async fn a_server_of_ones_own_is_trusted_where_its_authority_is_named_and_nowhere_else() {
    let (url, owner, vouches) = own_server().await;
    let phone = Phone::new();
    let stranger = phone.open();
    let refused = stranger.add_account(new_account(&url, &owner)).await.unwrap_err();
    assert!(matches!(refused, CompanionError::Offline), "{refused:?}");
    assert!(stranger.accounts().unwrap().is_empty());
    drop(stranger);

    let options = || Options {
        authorities: Authorities::from_pem(&vouches).unwrap(),
        ..phone.options()
    };
    let companion = Companion::open(options()).unwrap();
    companion.add_account(new_account(&url, &owner)).await.unwrap();
    companion.suspend().await.unwrap();
    drop(companion);

    // An account that is kept is reached in the same way after a start.
    let companion = Companion::open(options()).unwrap();
    let report = companion.refresh(None).await.unwrap();
    let failed: Vec<_> = report.sources.iter().filter(|source| source.cause.is_some()).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
