//! The one address that clients know: each connection goes on to a node that takes it, in turn.

use std::io::copy;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

pub(crate) struct Balancer {
    pub(crate) url: String,
    nodes: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Balancer {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let nodes = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&nodes);
        // It ends with the process.
        spawn(move || {
            for (turn, client) in listener.incoming().flatten().enumerate() {
                let nodes: Vec<SocketAddr> = known.lock().unwrap().clone();
                spawn(move || {
                    let mut in_turn = nodes.iter().cycle().skip(turn % nodes.len().max(1)).take(nodes.len());
                    // Where nobody takes it, the client is cut off, and asks again.
                    if let Some(node) = in_turn.find_map(|node| TcpStream::connect(node).ok()) {
                        join(client, node);
                    }
                });
            }
        });
        Self { url, nodes }
    }

    /// These are the nodes from now on, alive or not.
    pub(crate) fn set(&self, nodes: &[&str]) {
        let parsed = nodes
            .iter()
            .map(|url| url.strip_prefix("http://").unwrap().parse().unwrap());
        *self.nodes.lock().unwrap() = parsed.collect();
    }
}

fn join(client: TcpStream, node: TcpStream) {
    let (Ok(mut from_client), Ok(mut to_node)) = (client.try_clone(), node.try_clone()) else {
        return;
    };
    let asking = spawn(move || {
        let _ = copy(&mut from_client, &mut to_node);
        let _ = to_node.shutdown(Shutdown::Write);
    });
    let (mut from_node, mut to_client) = (node, client);
    let _ = copy(&mut from_node, &mut to_client);
    let _ = to_client.shutdown(Shutdown::Both);
    let _ = asking.join();
}
