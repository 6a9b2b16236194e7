//! The queue and its thread, over stores that do as they are told.

use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;
use crate::event::{Error, Gap, GapGroup, Masked, Said, Wanted};

/// No step takes as long on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store that asks before each attempt whether it works; when nobody says, it hangs.
#[derive(Debug)]
struct Told {
    asked: Mutex<Sender<usize>>,
    told: Mutex<Receiver<bool>>,
    kept: Arc<Mutex<Vec<Id>>>,
}

impl EventStore for Told {
    fn append(&self, events: &[Arc<Event>]) -> Result<(), Error> {
        let _ = self.asked.lock().expect("a lock").send(events.len());
        match self.told.lock().expect("a lock").recv() {
            Ok(true) => {
                self.kept.lock().expect("a lock").extend(events.iter().map(|event| event.id));
                Ok(())
            }
            _ => Err(Error("told to fail".to_owned())),
        }
    }

    fn last(&self) -> Result<Option<Id>, Error> {
        Ok(None)
    }

    fn forget(&self, _before: Timestamp, _most: u64) -> Result<u64, Error> {
        Ok(0)
    }

    fn list(&self, _wanted: &Wanted, _limit: usize) -> Result<Vec<Event>, Error> {
        Ok(Vec::new())
    }

    fn gaps(&self, _since: Option<Timestamp>, _limit: usize) -> Result<Vec<GapGroup>, Error> {
        Ok(Vec::new())
    }

    fn said(&self, _since: Option<Timestamp>) -> Result<Vec<Said>, Error> {
        Ok(Vec::new())
    }
}

struct Scene {
    recorder: Recorder,
    asked: Receiver<usize>,
    tell: Sender<bool>,
    kept: Arc<Mutex<Vec<Id>>>,
}

fn scene() -> Scene {
    let (asked_to, asked) = channel();
    let (tell, told) = channel();
    let kept = Arc::default();
    let store = Told { asked: Mutex::new(asked_to), told: Mutex::new(told), kept: Arc::clone(&kept) };
    let recorder = Recorder::start(Arc::new(store), Duration::from_secs(3600)).expect("a thread");
    Scene { recorder, asked, tell, kept }
}

impl Scene {
    fn record(&self, note: &str) -> (Id, Result<(), Dropped>) {
        self.record_masked(&Masked::of(note))
    }

    fn record_masked(&self, note: &Masked) -> (Id, Result<(), Dropped>) {
        let gap = Gap {
            query: Masked::of("дрон"),
            searched: None,
            filters: Vec::new(),
            total: 0,
            note: Some(note.clone()),
            host: None,
        };
        self.recorder.record(ObjectId::from_bytes([1; 20]), Surface::Page, Report::Gap(gap))
    }

    fn asked(&self) -> usize {
        self.asked.recv_timeout(PATIENCE).expect("the store is asked")
    }

    fn tell(&self, works: bool) {
        self.tell.send(works).expect("the store waits for it");
    }
}

#[test]
fn store_that_hangs_holds_up_nobody_and_the_newest_are_dropped() {
    let scene = scene();
    let (first, _) = scene.record("");
    assert_eq!(scene.asked(), 1);
    let taken = (0..MOST + 100).filter(|_| scene.record("").1.is_ok()).count();
    assert_eq!(taken, MOST - 1, "the one that is being written is in the queue still");
    let counts = scene.recorder.counts();
    assert_eq!((counts.dropped, counts.queued, counts.stored), (101, MOST as u64, 0));
    scene.tell(true);
    assert_eq!(scene.asked(), BATCH);
    assert_eq!(*scene.kept.lock().expect("a lock"), [first], "what was accepted is not given up for what came later");
    assert!(scene.record("").1.is_ok(), "there is room again");
}

#[test]
fn long_notes_fill_the_queue_sooner() {
    let scene = scene();
    let note = Masked::of(&"а".repeat(8 << 10));
    let taken = (0..MOST).filter(|_| scene.record_masked(&note).1.is_ok()).count();
    assert!((900..1100).contains(&taken), "{taken} events of about 16 KiB");
}

#[test]
fn what_a_store_refuses_is_tried_again_in_order() {
    let scene = scene();
    let ids = [scene.record("").0];
    assert_eq!(scene.asked(), 1);
    scene.tell(false);
    assert_eq!(scene.asked(), 1);
    let (second, _) = scene.record("");
    scene.tell(false);
    assert_eq!(scene.asked(), 2);
    assert!(scene.recorder.counts().failing);
    scene.tell(true);
    assert!(scene.recorder.settle(PATIENCE));
    let counts = scene.recorder.counts();
    assert_eq!((counts.failures, counts.stored, counts.failing), (2, 2, false));
    assert_eq!(*scene.kept.lock().expect("a lock"), [ids[0], second]);
}

#[test]
fn what_is_queued_is_written_before_the_end() {
    let scene = scene();
    let ids: Vec<Id> = (0..600).map(|_| scene.record("").0).collect();
    (0..600).for_each(|_| scene.tell(true));
    scene.recorder.stop(PATIENCE);
    assert_eq!(*scene.kept.lock().expect("a lock"), ids);
    assert!(scene.record("").1.is_err(), "nothing is taken that would not be written");
}

#[test]
fn end_is_not_waited_for_for_ever() {
    let scene = scene();
    let _ = scene.record("");
    assert_eq!(scene.asked(), 1);
    scene.recorder.stop(Duration::ZERO);
    assert_eq!(scene.recorder.counts().stored, 0);
}
