//! The screens in a real Chromium: keys, clipboard, frames, faults, accessibility. Where no browser is installed, the
//! tests say so once and pass; `OTVET_BROWSER=chromium` makes a missing one an error. Screenshots are left in
//! `target/screenshots`.

#![expect(unreachable_pub, reason = "what the modules share is reachable in this binary only")]

mod access;
mod budget;
mod chrome;
mod copying;
#[path = "../../benches/corpus/mod.rs"]
mod corpus;
mod door;
mod faults;
mod feedback;
mod figures;
mod harness;
mod keyboard;
mod layout;
mod live;
mod look;
mod naughty;
mod offline;
mod panel;
mod screen;
mod shift;
mod shop;
mod site;
mod support;
mod tablet;
mod typing;
