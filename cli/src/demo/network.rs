//! The demo's network: a forwarder on loopback between the companion and the server, with a switch. When it is cut,
//! connections really break and new ones are really refused, so what the companion then shows is what it shows on a train.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The switch. Dropping it ends the forwarding.
pub(crate) struct Network {
    address: SocketAddr,
    cut: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Network {
    /// Forwards from a free loopback port to `server`.
    pub(crate) async fn to(server: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (cut, is_cut) = watch::channel(false);
        let task = tokio::spawn(forward(listener, server, is_cut));
        Ok(Self { address, cut, task })
    }

    /// Where the companion connects to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts or restores it.
    pub(crate) fn set_cut(&self, cut: bool) {
        self.cut.send_replace(cut);
    }

    /// Whether it is cut.
    pub(crate) fn is_cut(&self) -> bool {
        *self.cut.borrow()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn forward(listener: TcpListener, server: SocketAddr, is_cut: watch::Receiver<bool>) {
    loop {
        let Ok((client, _)) = listener.accept().await else {
            return;
        };
        // The port stays ours while the network is cut; a caller is hung up on before a byte is read.
        if *is_cut.borrow() {
            drop(client);
            continue;
        }
        tokio::spawn(carry(client, server, is_cut.clone()));
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, mut is_cut: watch::Receiver<bool>) {
    let Ok(mut upstream) = TcpStream::connect(server).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut upstream) => {}
        _ = is_cut.wait_for(|cut| *cut) => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_cut_breaks_what_is_open_and_a_restored_network_carries_again() {
        let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = echo.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = echo.accept().await {
                tokio::spawn(async move {
                    let mut byte = [0];
                    while socket.read_exact(&mut byte).await.is_ok() && socket.write_all(&byte).await.is_ok() {}
                });
            }
        });
        let network = Network::to(server).await.unwrap();
        let mut byte = [0];
        let mut open = TcpStream::connect(network.address()).await.unwrap();
        open.write_all(b"a").await.unwrap();
        open.read_exact(&mut byte).await.unwrap();
        network.set_cut(true);
        assert!(open.read_exact(&mut byte).await.is_err(), "the open connection ends");
        let mut refused = TcpStream::connect(network.address()).await.unwrap();
        assert_eq!(
            refused.read(&mut byte).await.unwrap_or(0),
            0,
            "a new one carries nothing"
        );
        network.set_cut(false);
        let mut again = TcpStream::connect(network.address()).await.unwrap();
        again.write_all(b"b").await.unwrap();
        again.read_exact(&mut byte).await.unwrap();
        assert_eq!(&byte, b"b");
    }
}
