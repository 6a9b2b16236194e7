//! A server over a repository of its own, for a browser: it publishes when the test says so, can be stopped and
//! started on its port, and stands behind a [`Door`].

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use otvet::event::Recorder;
use otvet::event::sqlite::SqliteStore;
use otvet::server::Limits;
use otvet::web::State;
use otvet::web::embed::Origins;
use tempfile::TempDir;

use crate::door::{Door, Way};
use crate::support::base::TestBase;
use crate::support::repo::TestRepo;
use crate::support::running::Running;
use crate::support::sample::sample;

/// How long reports are kept.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A server with its content.
pub struct Shop {
    /// What it serves, below `kb`.
    pub repo: TestRepo,
    base: TestBase,
    running: Option<Running>,
    door: Door,
    embed: Origins,
    data: TempDir,
}

static SAMPLE: LazyLock<SocketAddr> = LazyLock::new(|| {
    let shop = Shop::over(sample().0);
    let address = shop.running.as_ref().expect("it runs").address;
    // It serves until the tests are over.
    std::mem::forget(shop);
    address
});

/// Returns an address of the sample content, on a server that all tests share and none changes.
pub fn sample_at(path: &str) -> String {
    format!("http://{}{path}", *SAMPLE)
}

impl Shop {
    /// A server over the sample content.
    pub fn sample() -> Self {
        Self::over(sample().0)
    }

    /// A server over these articles: path below `kb`, text.
    pub fn of(articles: &[(&str, &str)]) -> Self {
        let mut repo = TestRepo::new();
        for (path, text) in articles {
            repo.write(&format!("kb/{path}"), text);
        }
        Self::over(repo)
    }

    /// A server over a repository whose files are yet to be committed.
    pub fn over(mut repo: TestRepo) -> Self {
        repo.commit("начало");
        let mut base = TestBase::new(repo.content("kb"));
        base.must_publish();
        let data = TempDir::new().expect("a temporary folder");
        let running = run(&base, Origins::default(), &data);
        let door = Door::to(running.address);
        Self { repo, base, running: Some(running), door, embed: Origins::default(), data }
    }

    /// Lets a page of another origin embed the panel.
    pub fn embedded_by(mut self, origin: &str) -> Self {
        self.stop();
        self.embed = Origins::parse([origin]).expect("an origin");
        self.start();
        self
    }

    /// Returns an address of this server.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.door.address())
    }

    /// Commits what was written and publishes it; returns the edition.
    pub fn publish(&mut self, message: &str) -> String {
        let commit = self.repo.commit(message);
        self.base.must_publish();
        commit.to_string()
    }

    /// Stops the server: connections end, new ones are refused.
    pub fn stop(&mut self) {
        self.door.close();
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }

    /// Starts it again where it was.
    pub fn start(&mut self) {
        let running = run(&self.base, self.embed.clone(), &self.data);
        self.door.lead_to(running.address);
        self.running = Some(running);
        self.door.turn(Way::Open);
    }

    /// Cuts all connections and lets new ones go another way.
    pub fn way(&mut self, way: Way) {
        self.door.turn(way);
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(base: &TestBase, embed: Origins, data: &TempDir) -> Running {
    let shared = base.state();
    let (editions, reader, repository) = (shared.editions.clone(), shared.anonymous, shared.repository.clone());
    let store = Arc::new(SqliteStore::at(data.path().join("events.db")));
    let events = Some(Recorder::start(store, YEAR).expect("a thread"));
    Running::start(0, Limits::default(), |stopping| State {
        stopping,
        repository,
        embed,
        events,
        ..State::new(editions, reader)
    })
}
