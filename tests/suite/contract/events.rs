//! What every event store must do.

use std::sync::Arc;

use jiff::Timestamp;
use otvet::event::sqlite::SqliteStore;
use otvet::event::{Event, EventStore, Feedback, Gap, Id, Kind, Masked, Report, Surface, Verdict, Wanted};
use otvet::revision::ObjectId;

const BEGUN: i64 = 1_795_000_000_000;

fn moment(number: u64) -> Timestamp {
    Timestamp::from_millisecond(BEGUN + number as i64).expect("a time")
}

fn event(number: u64, report: Report) -> Arc<Event> {
    let id = Id::of(number).expect("a small number");
    Arc::new(Event { id, at: moment(number), edition: ObjectId::from_bytes([7; 20]), surface: Surface::Tablet, report })
}

fn said(number: u64, verdict: Verdict, slug: &str) -> Arc<Event> {
    let note = Some(Masked::of("«кавычки», 'и прочее';\n--\u{0}"));
    let (channel, query) = (Some(Masked::of("email")), Some(Masked::of("возврат")));
    event(number, Report::Feedback(Feedback { verdict, slug: slug.to_owned(), channel, note, query }))
}

fn gap(number: u64, query: &str) -> Arc<Event> {
    event(
        number,
        Report::Gap(Gap {
            query: Masked::of(query),
            searched: Some(Masked::of("иное")),
            filters: vec![("tag".to_owned(), Masked::of("a\"b")), ("tag".to_owned(), Masked::of("c"))],
            total: 3,
            note: None,
            host: Some(Masked::of("чат 17")),
        }),
    )
}

/// All that a store must do, of one that is empty.
fn keeps_events(store: &dyn EventStore) {
    assert_eq!(store.last().expect("an empty store"), None);
    let events = [
        said(10, Verdict::Helped, "vozvrat"),
        gap(11, "Доставка дроном"),
        said(12, Verdict::Wrong, "vozvrat"),
        gap(13, "упаковка"),
        gap(14, "доставка дроном?"),
        said(15, Verdict::Helped, "obmen"),
    ];
    store.append(&events[..2]).expect("written");
    store.append(&events).expect("written, those that were there as they were");
    assert_eq!(store.last().expect("the last").map(Id::number), Some(15));
    let list = |wanted: &Wanted, limit| store.list(wanted, limit).expect("a list");
    let all = list(&Wanted::default(), 100);
    assert!(all.iter().eq(events.iter().rev().map(|event| &**event)), "as they were, the last first: {all:#?}");
    let ids = |wanted: &Wanted, limit| list(wanted, limit).iter().map(|event| event.id.number()).collect::<Vec<_>>();
    let kinds = vec![Kind::NoAnswer, Kind::Wrong];
    assert_eq!(ids(&Wanted { kinds, ..Wanted::default() }, 100), [14, 13, 12, 11]);
    assert_eq!(ids(&Wanted { slug: Some("vozvrat".to_owned()), ..Wanted::default() }, 100), [12, 10]);
    assert_eq!(ids(&Wanted { since: Some(moment(14)), ..Wanted::default() }, 100), [15, 14]);
    assert_eq!(ids(&Wanted { before: Id::of(14), ..Wanted::default() }, 2), [13, 12]);
    let gaps = store.gaps(None, 10).expect("gaps");
    let told: Vec<_> = gaps.iter().map(|gap| (gap.query.as_str(), gap.count, gap.id.number())).collect();
    assert_eq!(told, [("доставка дроном?", 2, 14), ("упаковка", 1, 13)]);
    assert_eq!((gaps[0].first, gaps[0].last, gaps[0].total), (moment(11), moment(14), 3));
    assert_eq!(store.gaps(Some(moment(14)), 10).expect("gaps").len(), 1);
    assert_eq!(store.gaps(None, 1).expect("gaps").len(), 1);
    let counts = store.said(None).expect("counts");
    let told: Vec<_> = counts.iter().map(|said| (said.slug.as_str(), said.counts, said.last)).collect();
    assert_eq!(told, [("obmen", [1, 0, 0, 0, 0], moment(15)), ("vozvrat", [1, 0, 1, 0, 0], moment(12))]);
    assert_eq!(store.forget(moment(12), 100).expect("forgotten"), 2);
    assert_eq!(store.forget(moment(0), 3).expect("forgotten"), 1);
    assert_eq!(ids(&Wanted::default(), 100), [15, 14, 13]);
}

#[test]
fn sqlite_keeps_events() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_events(&SqliteStore::at(folder.path().join("events.db")));
}
