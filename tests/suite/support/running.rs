//! A server with sockets, in a thread of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use otvet::server::{self, Limits};
use otvet::web::State;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

/// A server that listens on loopback until it is stopped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts a server on a port (0: a free one) with the state that is made for it, given how it learns of its end.
    pub fn start(port: u16, limits: Limits, state: impl FnOnce(watch::Receiver<bool>) -> State) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (listening, is_listening) = std::sync::mpsc::channel();
        let (stopping, is_stopping) = watch::channel(false);
        let state = Arc::new(state(is_stopping));
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("a free port");
                listening.send(listener.local_addr().expect("an address")).expect("the test waits for it");
                let until = async { stopped.await.expect("the test stops the server") };
                server::run(limits, listener, state, until, stopping).await
            })
        });
        Self { address: is_listening.recv().expect("the server listens"), stop, server }
    }

    /// Stops it in order.
    pub fn stop(self) {
        self.stop.send(()).expect("the server runs");
        self.server.join().expect("no panic").expect("an orderly end");
    }
}
