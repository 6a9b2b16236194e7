//! What differs between two texts of an article as people read it: blocks beside blocks (paragraphs, items, rows,
//! headings), and within a changed block words beside words.
//!
//! Pure functions of HTML that [`crate::article::markdown`] has written: [`tree`] reads it, [`align`] finds which block is
//! which, [`words`] compares the words of a changed one, [`writer`] writes the result. [`origins`] asks the same of many
//! texts: since when a paragraph is as it is.
//!
//! Deliberately knows no git, no article and no reader: whoever calls decides what may be compared.

mod align;
mod origins;
mod plain;
mod tree;
mod words;
mod writer;

use std::time::Instant;

use align::Limits;
pub use origins::{Origin, Origins};
pub use plain::as_line;
use tree::Common;
use writer::Writer;

use crate::text::Words;

/// What became of a block, in words of the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Labels {
    /// It is new.
    pub added: &'static str,
    /// It is gone.
    pub removed: &'static str,
    /// Words of it changed.
    pub changed: &'static str,
    /// It came from elsewhere in the text.
    pub moved_here: &'static str,
    /// It is now elsewhere in the text.
    pub moved_away: &'static str,
}

impl Labels {
    /// Returns the words of a language.
    pub const fn of(w: &Words) -> Self {
        Self {
            added: w.diff_added_line,
            removed: w.diff_removed_line,
            changed: w.label_changed,
            moved_here: w.label_moved_here,
            moved_away: w.label_moved_away,
        }
    }
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Same,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Something in it changed.
    Changed,
    /// It stands elsewhere; told both where it stood and where it stands.
    Moved,
}

/// How many blocks came, went, changed and moved: paragraphs, items, rows, whole lists and tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub added: usize,
    /// Those that are gone.
    pub removed: usize,
    /// Those of which words changed.
    pub changed: usize,
    /// Those that stand elsewhere.
    pub moved: usize,
}

impl Counts {
    /// Returns whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The difference of two texts.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// The blocks of both, in order.
    pub blocks: Vec<Shown>,
    /// How many differ.
    pub counts: Counts,
}

/// A block of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What became of it.
    pub fate: Fate,
    /// It as HTML, with what changed marked.
    pub html: String,
}

/// Compares two texts. Beyond the deadline the difference is still right, but may be larger than it need be.
pub fn compare(old: &str, new: &str, labels: &Labels, deadline: Instant) -> Difference {
    let mut common = Common::default();
    let (old, new) = (common.read(old), common.read(new));
    let mut limits = Limits::until(deadline);
    let steps = align::steps(&old, &new, &mut limits);
    let moves = align::moved(&steps, &mut limits);
    let mut writer = Writer::new(labels, &moves, deadline);
    let blocks = steps.iter().map(|step| {
        let fate = writer.step(step);
        Shown { fate, html: std::mem::take(&mut writer.html) }
    });
    Difference { blocks: blocks.collect(), counts: writer.counts }
}

/// Compares two plain texts of one line, such as titles, and returns HTML.
pub fn compare_lines(old: &str, new: &str, labels: &Labels, deadline: Instant) -> String {
    let mut common = Common::default();
    let read = |common: &mut Common, text: &str| common.words.read(vec![tree::Node::Text(text.to_owned())], false);
    let (old, new) = (read(&mut common, old), read(&mut common, new));
    let moves = align::Moves::default();
    let mut writer = Writer::new(labels, &moves, deadline);
    words::runs(&old, &new, deadline).iter().for_each(|run| writer.words(run.words, run.side));
    writer.html
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LABELS: Labels =
        Labels { added: "new", removed: "gone", changed: "changed", moved_here: "moved", moved_away: "moved away" };

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    fn html(old: &str, new: &str) -> String {
        compare(old, new, &LABELS, soon()).blocks.into_iter().map(|block| block.html).collect()
    }

    #[test]
    fn changed_words_are_marked_in_their_paragraph() {
        let shown = html(
            "<p>Срок возврата — <b>14 дней</b> со дня покупки.</p>",
            "<p>Срок возврата — <b>30 дней</b> со дня покупки.</p>",
        );
        insta::assert_snapshot!(shown, @r#"<p class="d-changed"><span class="d-mark changed">changed</span> Срок возврата — <del class="was" data-label="gone"><b>14</b></del><ins class="now" data-label="new"><b>30</b></ins><b> дней</b> со дня покупки.</p>"#);
    }

    #[test]
    fn paragraph_that_came_or_went_is_marked_whole() {
        insta::assert_snapshot!(html("<h2 id=\"a\">Сроки</h2><p>Быстро.</p>", "<h2 id=\"a\">Сроки</h2><p>Быстро.</p><p>Без выходных, с девяти.</p>"), @r#"
        <h2>Сроки</h2>
        <p>Быстро.</p>
        <p class="d-added"><span class="d-mark added">new</span> <ins class="now" data-label="new">Без выходных, с девяти.</ins></p>
        "#);
        insta::assert_snapshot!(html("<p>Одно.</p><p>Совсем другое слово.</p>", "<p>Одно.</p>"), @r#"
        <p>Одно.</p>
        <p class="d-removed"><span class="d-mark removed">gone</span> <del class="was" data-label="gone">Совсем другое слово.</del></p>
        "#);
    }

    #[test]
    fn paragraph_that_stands_elsewhere_has_moved() {
        let (a, b, c) = (
            "<p>Первый абзац этой статьи.</p>",
            "<p>Второй абзац этой статьи, подлиннее.</p>",
            "<p>Третий говорит о своём.</p>",
        );
        let difference = compare(&[a, b, c].concat(), &[b, c, a].concat(), &LABELS, soon());
        assert_eq!(difference.counts, Counts { moved: 1, ..Counts::default() });
        let shown: String = difference.blocks.into_iter().map(|block| block.html).collect();
        insta::assert_snapshot!(shown, @r#"
        <p class="d-away"><span class="d-mark moved">moved away</span> Первый абзац этой статьи.</p>
        <p>Второй абзац этой статьи, подлиннее.</p>
        <p>Третий говорит о своём.</p>
        <p class="d-moved"><span class="d-mark moved">moved</span> Первый абзац этой статьи.</p>
        "#);
    }

    #[test]
    fn paragraph_that_stands_elsewhere_and_changed_is_compared_with_what_it_was() {
        let rest = "<p>С лифтом подъём бесплатный.</p><h2>Сборка</h2>";
        let (was, is) = ("<p>Подъём без лифта стоит 300 рублей.</p>", "<p>Подъём без лифта стоит 400 рублей.</p>");
        insta::assert_snapshot!(html(&[was, rest].concat(), &[rest, is].concat()), @r#"
        <p class="d-away"><span class="d-mark moved">moved away</span> Подъём без лифта стоит 300 рублей.</p>
        <p>С лифтом подъём бесплатный.</p>
        <h2>Сборка</h2>
        <p class="d-moved"><span class="d-mark moved">moved</span> Подъём без лифта стоит <del class="was" data-label="gone">300</del><ins class="now" data-label="new">400</ins> рублей.</p>
        "#);
    }

    #[test]
    fn items_and_rows_are_beside_each_other() {
        let old = "<ul><li>чек</li><li>паспорт покупателя</li></ul>";
        let new = "<ul><li>чек или выписка</li><li>коробка от товара</li><li>паспорт покупателя</li></ul>";
        insta::assert_snapshot!(html(old, new), @r#"
        <ul><li class="d-changed"><span class="d-mark changed">changed</span> чек<ins class="now" data-label="new"> или выписка</ins></li>
        <li class="d-added"><span class="d-mark added">new</span> <ins class="now" data-label="new">коробка от товара</ins></li>
        <li>паспорт покупателя</li>
        </ul>
        "#);
        let old = "<table><thead><tr><th>Город</th><th>Срок</th></tr></thead><tbody><tr><td>Тверь</td><td>3 дня</td></tr></tbody></table>";
        let new = "<table><thead><tr><th>Город</th><th>Срок</th></tr></thead><tbody><tr><td>Москва</td><td>1 день</td></tr><tr><td>Тверь</td><td>2 дня</td></tr></tbody></table>";
        insta::assert_snapshot!(html(old, new), @r#"
        <table><thead><tr><th>Город</th>
        <th>Срок</th>
        </tr>
        </thead>
        <tbody><tr class="d-added"><td><span class="d-mark added">new</span> <ins class="now" data-label="new">Москва</ins></td>
        <td><ins class="now" data-label="new">1 день</ins></td>
        </tr>
        <tr><td>Тверь</td>
        <td class="d-changed"><span class="d-mark changed">changed</span> <del class="was" data-label="gone">3</del><ins class="now" data-label="new">2</ins> дня</td>
        </tr>
        </tbody>
        </table>
        "#);
    }

    #[test]
    fn another_link_or_style_is_a_change_of_its_words() {
        insta::assert_snapshot!(html("<p>См. <a href=\"/a/x\">обмен</a> и другое.</p>", "<p>См. <a href=\"/a/y\">обмен</a> и другое.</p>"), @r#"<p class="d-changed"><span class="d-mark changed">changed</span> См. <del class="was" data-label="gone"><a href="/a/x">обмен</a></del><ins class="now" data-label="new"><a href="/a/y">обмен</a></ins> и другое.</p>"#);
    }

    #[test]
    fn what_has_little_in_common_is_shown_as_replaced() {
        insta::assert_snapshot!(html("<p>Да, примем без чека.</p>", "<p>Нет, чек нужен всегда, кроме рассрочки.</p>"), @r#"
        <p class="d-removed"><span class="d-mark removed">gone</span> <del class="was" data-label="gone">Да, примем без чека.</del></p>
        <p class="d-added"><span class="d-mark added">new</span> <ins class="now" data-label="new">Нет, чек нужен всегда, кроме рассрочки.</ins></p>
        "#);
    }

    #[test]
    fn equal_texts_differ_in_nothing() {
        let text = "<p>a <b>b</b></p>\n<ul>\n<li>c</li>\n</ul>";
        let difference = compare(text, "<p>a <b>b</b></p><ul><li>c</li></ul>", &LABELS, soon());
        assert!(difference.counts.is_empty());
        assert!(difference.blocks.iter().all(|block| block.fate == Fate::Same));
    }

    #[test]
    fn nothing_but_what_the_writer_of_articles_writes_is_kept() {
        let bad = "<p onclick=\"x\" id=\"q\">a<img src=\"/files/a.png\" onerror=\"x\"></p></section><li>&lt;script&gt;";
        insta::assert_snapshot!(html("", bad), @r#"
        <p class="d-added"><span class="d-mark added">new</span> <ins class="now" data-label="new">a<img src="/files/a.png"></ins></p>
        <li class="d-added"><span class="d-mark added">new</span> <ins class="now" data-label="new">&lt;script&gt;</ins></li>
        "#);
    }

    #[test]
    fn title_is_compared_by_words() {
        insta::assert_snapshot!(compare_lines("Возврат <товара>", "Возврат и обмен <товара>", &LABELS, soon()), @r#"Возврат <ins class="now" data-label="new">и обмен </ins>&lt;товара&gt;"#);
    }

    #[test]
    fn paragraph_is_as_old_as_the_text_that_first_had_it() {
        let newest = "<p>Один.</p><p>Два новых.</p><ul><li>Три.</li><li>Четыре.</li></ul>";
        let mut origins = Origins::of(newest);
        let texts = ["<p>Один.</p><p>Два.</p><ul><li>Три.</li></ul>", "<ul><li>Три.</li></ul><p>Два.</p>"];
        for (number, text) in (1..).zip(texts) {
            assert_eq!(origins.unsettled(), Some(number - 1));
            origins.came_from(number - 1, &[(number, text.to_owned())], Origin::Text(number - 1), soon());
        }
        origins.came_from(2, &[], Origin::Text(2), soon());
        assert_eq!(origins.unsettled(), None);
        let marked = origins.html(&mut |origin| format!("[{origin:?}]"));
        insta::assert_snapshot!(marked, @r#"
        <p>[Text(1)]Один.</p>
        <p>[Text(0)]Два новых.</p>
        <ul><li>[Text(2)]Три.</li>
        <li>[Text(0)]Четыре.</li>
        </ul>
        "#);
    }

    #[test]
    fn paragraph_of_joined_branches_is_as_old_as_on_the_branch_it_came_from() {
        // 0 joined 1 and 2, which both began with 3.
        let mut origins = Origins::of("<p>Один на ветке.</p><p>Два.</p><p>Три на главной.</p><p>При слиянии.</p>");
        let text = |words: [&str; 3]| words.map(|word| format!("<p>{word}</p>")).concat();
        let (main, side) = (text(["Один.", "Два.", "Три на главной."]), text(["Один на ветке.", "Два.", "Три."]));
        let base = text(["Один.", "Два.", "Три."]);
        origins.came_from(0, &[(1, main), (2, side)], Origin::Text(0), soon());
        origins.came_from(1, &[(3, base.clone())], Origin::Text(1), soon());
        origins.came_from(2, &[(3, base)], Origin::Text(2), soon());
        origins.came_from(3, &[], Origin::Before, soon());
        let marked = origins.html(&mut |origin| format!("[{origin:?}]"));
        insta::assert_snapshot!(marked, @r"
        <p>[Text(2)]Один на ветке.</p>
        <p>[Before]Два.</p>
        <p>[Text(1)]Три на главной.</p>
        <p>[Text(0)]При слиянии.</p>
        ");
    }

    #[test]
    fn huge_texts_are_compared_within_bounds() {
        let list = |word: &str| (0..20_000).map(|n| format!("<p>{word} {n} {word}</p>")).collect::<String>();
        let start = Instant::now();
        let difference = compare(&list("a"), &list("b"), &LABELS, start + Duration::from_millis(200));
        assert_eq!(difference.blocks.len(), 20_000);
        let deep = format!("{}x{}", "<blockquote>".repeat(5000), "</blockquote>".repeat(5000));
        assert_eq!(compare(&deep, "<p>y</p>", &LABELS, start).counts.added, 1);
    }

    proptest::proptest! {
        #[test]
        fn new_text_is_the_difference_without_what_is_gone(old in "(<p>[ab ]{0,6}</p>|<ul><li>[ab ]{0,4}</li></ul>){0,6}", new in "(<p>[ab ]{0,6}</p>|<ul><li>[ab ]{0,4}</li></ul>){0,6}") {
            let difference = compare(&old, &new, &LABELS, soon());
            let kept: String = difference.blocks.iter().filter(|b| b.fate != Fate::Removed).map(|b| b.html.as_str()).collect();
            // Whatever is marked as gone, and every mark, is taken away.
            let mut text = String::new();
            let mut rest = kept.as_str();
            while let Some((before, from)) = rest.split_once("<del class=\"was\"") {
                text.push_str(before);
                rest = from.split_once("</del>").map_or("", |(_, behind)| behind);
            }
            text.push_str(rest);
            let bare = |html: &str| { let mut out = String::new(); let mut inside = false; for c in html.chars() { match c { '<' => inside = true, '>' => inside = false, c if !inside && c.is_alphabetic() => out.push(c), _ => {} } } out };
            let marks = text.replace(">new</span>", "></span>").replace(">changed</span>", "></span>").replace(">gone</span>", "></span>");
            proptest::prop_assert_eq!(bare(&marks), bare(&new));
        }
    }
}
