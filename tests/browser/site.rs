//! Every type of page there is, and the windows in which it must do.

use crate::chrome::page::{DESKTOP, NARROW, Size, TABLET};
use crate::shop::sample_at;

/// Every type of page: its name in screenshots, and an address of the sample content.
pub const PAGES: [(&str, &str); 13] = [
    ("start", "/"),
    ("results", "/search?q=возврат"),
    ("corrected", "/search?q=djpdhfn"),
    ("nothing", "/search?q=йцукйцук"),
    ("article", "/a/vozvrat-bez-cheka"),
    ("folder", "/browse/vozvraty"),
    ("catalogue", "/browse"),
    ("history", "/history/vozvrat-bez-cheka"),
    ("changes", "/changes"),
    ("reviews", "/reviews"),
    ("status", "/status"),
    ("panel", "/panel?q=возврат"),
    ("problem", "/a/net-takoy-stati"),
];

/// The windows, by their names in screenshots.
pub const SIZES: [(&str, Size); 3] = [("desktop", DESKTOP), ("tablet", TABLET), ("narrow", NARROW)];

/// The themes.
pub const THEMES: [&str; 2] = ["light", "dark"];

/// Returns an address of the sample content with everything in it that an address cannot hold encoded.
pub fn address(path: &str) -> String {
    let (path, query) = path.split_once("q=").unwrap_or((path, ""));
    let query = if query.is_empty() { String::new() } else { format!("q={}", otvet::edition::encode_path(query)) };
    sample_at(&format!("{path}{query}"))
}
