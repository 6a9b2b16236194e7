//! The way to a server, with what happens to ways: a connection refused, cut, silent, or answered by somebody else.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

/// What happens to connections.
#[derive(Debug, Clone)]
pub enum Way {
    /// They lead to the server.
    Open,
    /// They are accepted and nothing ever comes back.
    Silent,
    /// Every request is answered with these bytes, whatever it asks for.
    Answered(String),
    /// They lead to the server, but requests for one path are answered with these bytes.
    Except(&'static str, String),
}

impl Way {
    /// Every request is answered with a page, as the login page of a shop's Wi-Fi is.
    pub fn page(html: &str) -> Self {
        Self::Answered(answer("text/html; charset=utf-8", html))
    }

    /// One address is answered as the server would that has another edition or version.
    pub fn ours(path: &'static str, edition: &str, body: &str) -> Self {
        let edition = format!("Otvet-Edition: {edition}\r\nContent-Length");
        Self::Except(path, answer("application/json", body).replacen("Content-Length", &edition, 1))
    }

    /// One address fails.
    pub fn failing(path: &'static str) -> Self {
        Self::Except(path, answer("text/plain", "").replacen("200 OK", "500 Internal Server Error", 1))
    }

    /// One script is another than the server's, as after an update of the program.
    pub fn script(path: &'static str, text: &str) -> Self {
        Self::Except(path, answer("text/javascript; charset=utf-8", text))
    }
}

fn answer(media_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// An address that leads to a server, or not.
pub struct Door {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: Option<JoinHandle<()>>,
}

struct State {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    server: SocketAddr,
    way: Way,
    /// Counts changes of the way; connections of before are cut.
    era: u64,
    closed: bool,
    streams: Vec<TcpStream>,
}

impl Door {
    /// Opens a way to a server.
    pub fn to(server: SocketAddr) -> Self {
        let inside = Inside { server, way: Way::Open, era: 0, closed: false, streams: Vec::new() };
        let state = Arc::new(State { inside: Mutex::new(inside), changed: Condvar::new() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        Self { address, acceptor: Some(accept(listener, state.clone())), state }
    }

    /// Opens a place that answers every request with a page: a site of somebody else.
    pub fn page(html: &str) -> Self {
        let mut door = Self::to((Ipv4Addr::LOCALHOST, 1).into());
        door.turn(Way::page(html));
        door
    }

    /// Returns where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says where the server is now.
    pub fn lead_to(&self, server: SocketAddr) {
        self.state.lock().server = server;
    }

    /// Cuts all connections; new ones go another way.
    pub fn turn(&mut self, way: Way) {
        self.change(|inside| inside.way = way);
        if self.acceptor.is_none() {
            self.state.lock().closed = false;
            let listener = TcpListener::bind(self.address).expect("the port is still ours");
            self.acceptor = Some(accept(listener, self.state.clone()));
        }
    }

    /// Cuts all connections and refuses new ones, as when the server is gone.
    pub fn close(&mut self) {
        self.change(|inside| inside.closed = true);
        if let Some(acceptor) = self.acceptor.take() {
            // One more connection wakes the thread that accepts, so that it sees that it is to end.
            drop(TcpStream::connect(self.address));
            acceptor.join().expect("no panic");
        }
    }

    fn change(&self, change: impl FnOnce(&mut Inside)) {
        let mut inside = self.state.lock();
        change(&mut inside);
        inside.era += 1;
        for stream in inside.streams.drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.state.changed.notify_all();
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.close();
    }
}

impl State {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody panics while holding it")
    }
}

fn accept(listener: TcpListener, state: Arc<State>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if state.lock().closed {
                return;
            }
            let Ok(stream) = stream else { continue };
            let state = state.clone();
            // A connection that breaks is what this is for.
            std::thread::spawn(move || drop(lead(stream, &state)));
        }
    })
}

fn lead(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let (way, era, server) = {
        let mut inside = state.lock();
        inside.streams.push(stream.try_clone()?);
        (inside.way.clone(), inside.era, inside.server)
    };
    match way {
        Way::Open => join(stream, server, &[], state)?,
        Way::Except(path, bytes) => {
            // Browsers send a request for another thing on a connection of its own when there are none to spare; one request
            // for each connection makes it so for all.
            let mut head = Vec::new();
            let mut piece = [0; 4096];
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                let read = stream.read(&mut piece)?;
                if read == 0 {
                    return Ok(());
                }
                head.extend(&piece[..read]);
            }
            let asked = head.strip_prefix(format!("GET {path}").as_bytes());
            if asked.is_some_and(|rest| rest.starts_with(b" ") || rest.starts_with(b"?")) {
                stream.write_all(bytes.as_bytes())?;
            } else {
                let text = String::from_utf8_lossy(&head).replacen("\r\n", "\r\nConnection: close\r\n", 1);
                let text = text.replace("Connection: keep-alive\r\n", "");
                join(stream, server, text.as_bytes(), state)?;
            }
        }
        Way::Silent => {
            let inside = state.lock();
            drop(state.changed.wait_while(inside, |inside| inside.era == era));
        }
        Way::Answered(bytes) => {
            let mut request = [0; 16 << 10];
            let _ = stream.read(&mut request)?;
            stream.write_all(bytes.as_bytes())?;
        }
    }
    Ok(())
}

/// Lets bytes flow both ways until one side ends.
fn join(mut stream: TcpStream, server: SocketAddr, first: &[u8], state: &State) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    state.lock().streams.push(server.try_clone()?);
    server.write_all(first)?;
    let (mut from, mut to) = (server.try_clone()?, stream.try_clone()?);
    let back = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = std::io::copy(&mut stream, &mut server);
    let _ = server.shutdown(Shutdown::Write);
    back.join().expect("no panic");
    Ok(())
}
