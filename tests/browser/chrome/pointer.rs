//! Mouse and finger: what is pressed is pressed where it is seen, and must be what lies on top there.

use serde_json::{Value, json};

use super::Session;
use super::page::{Page, until};

/// Finds where an element can be pressed: once it is there, on top, and where it was a frame ago.
const PLACE: &str = "(() => {
  const one = document.querySelector(SELECTOR);
  if (!one) return null;
  one.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const box = one.getClientRects()[0];
  if (!box || !box.width || !box.height) return null;
  const x = box.left + box.width / 2, y = box.top + box.height / 2, top = document.elementFromPoint(x, y);
  const stood = one.stood === x + ' ' + y;
  one.stood = x + ' ' + y;
  return stood && top && one.contains(top) ? { x, y } : null;
})()";

impl Page {
    #[track_caller]
    fn place(&self, selector: &str) -> (f64, f64) {
        let script = PLACE.replace("SELECTOR", &json!(selector).to_string());
        // Where no scripts run, nothing moves, and nothing can wait in the page.
        let place =
            if self.has_scripts() { self.until(&script) } else { [self.eval(&script), self.eval(&script)][1].clone() };
        (place["x"].as_f64().expect("a number"), place["y"].as_f64().expect("a number"))
    }

    /// Clicks what a selector finds first.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let (x, y) = self.place(selector);
        self.click_at(x, y);
    }

    /// Clicks what a selector finds first in a frame of another site that stands at the top left of `holder`.
    #[track_caller]
    pub fn click_inside(&self, holder: &str, frame: &Session, selector: &str) {
        let place = until(frame, &PLACE.replace("SELECTOR", &json!(selector).to_string()));
        let edge = self.eval(&format!("document.querySelector('{holder}').getBoundingClientRect().toJSON()"));
        let of = |value: &Value, name: &str| value[name].as_f64().expect("a number");
        self.click_at(of(&place, "x") + of(&edge, "left"), of(&place, "y") + of(&edge, "top"));
    }

    fn click_at(&self, x: f64, y: f64) {
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
            self.session.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Taps what a selector finds first.
    #[track_caller]
    pub fn tap(&self, selector: &str) {
        let (x, y) = self.place(selector);
        self.session
            .call("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] }));
        self.session.call("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
    }
}
