//! Prints what an evaluation found: for people as tables, for programs as JSON.

use serde_json::{Value, json};

use super::{Evaluated, percentile};
use crate::relevance::figures::Figure;
use crate::relevance::report::{self, Asked, NOISE, PLAIN, Row};
use crate::text::Lang;
use crate::text::findings::{message, remedy};

/// Returns how long searches took, in one line.
pub(super) fn times(one: &Evaluated) -> String {
    let mut sorted = one.times.clone();
    sorted.sort_unstable();
    let at = |percent| format!("{:.2}", percentile(&sorted, percent).as_secs_f64() * 1000.0);
    let (p50, p95, p99, p100) = (at(50), at(95), at(99), at(100));
    format!("{}: {} searches, p50 {p50} ms, p95 {p95} ms, p99 {p99} ms, slowest {p100} ms", one.name, sorted.len())
}

/// Returns tables of figures, the questions that changed most or were answered worst, and the tests that failed.
pub(super) fn text(all: &[Evaluated], other: Option<&str>, changed: usize, worst: usize, lang: Lang) -> String {
    let mut out = String::new();
    for one in all {
        let rows = report::rows(&one.asked);
        out += &format!("{}, commit {}, articles: {}\n", one.name, one.commit.short(), one.articles);
        if one.hopeless > 0 {
            out += &crate::text::eval::hopeless(lang, one.hopeless);
            out += "\n";
        }
        if !rows.is_empty() {
            out += &figures(&rows);
        }
        if let Some(other) = other {
            out += &gains(&rows, other);
            out += &changes(&one.asked, changed);
        }
        out += &missed(&one.asked, worst);
        out += &tests(one, lang);
        out += "\n";
    }
    if all.len() > 1 {
        out += &overview(all);
    }
    out
}

fn figures(rows: &[Row]) -> String {
    let mut out = format!(
        "{:<14} {:>5}  {:<21}  {:<21}  {:<21}  {}\n",
        "kind", "n", "nDCG@10 [95 %]", "MRR@10 [95 %]", "success@1 [95 %]", "of clean"
    );
    for row in rows {
        let clean = row.of_clean.as_ref().map_or_else(String::new, figure);
        let line = format!(
            "{:<14} {:>5}  {:<21}  {:<21}  {:<21}  {clean}",
            row.kind,
            row.count,
            figure(&row.ndcg),
            figure(&row.mrr),
            figure(&row.success)
        );
        out += line.trim_end();
        out += "\n";
    }
    out
}

fn gains(rows: &[Row], other: &str) -> String {
    let mut out = format!(
        "against {other} (* sure)\n{:<14} {:>5}  {:<25}  {:<25}  {}\n",
        "kind", "n", "Δ nDCG@10 [95 %]", "Δ MRR@10 [95 %]", "Δ success@1 [95 %]"
    );
    for row in rows {
        let Some(gain) = &row.gain else { continue };
        let line = format!(
            "{:<14} {:>5}  {:<25}  {:<25}  {}",
            row.kind,
            row.count,
            difference(&gain.ndcg),
            difference(&gain.mrr),
            difference(&gain.success)
        );
        out += line.trim_end();
        out += "\n";
    }
    out
}

fn changes(asked: &[Asked], most: usize) -> String {
    let mut out = String::new();
    for (one, by) in report::changed_most(asked, most) {
        let first = |ranking: &[String]| ranking.first().cloned().unwrap_or_else(|| "nothing".to_owned());
        let before = one.other.as_ref().map_or_else(String::new, |(ranking, _)| first(ranking));
        out += &format!(
            "{by:+.3}  {:<12}  {}\n        first {}, was {before}, right {}\n",
            one.question.kind,
            one.question.words,
            first(&one.ranking),
            right(one)
        );
    }
    out
}

fn missed(asked: &[Asked], most: usize) -> String {
    let missed = asked.iter().filter(|one| one.score.mrr == 0.0).take(most);
    let line = |one: &Asked| format!("missed  {:<12}  {}  → {}\n", one.question.kind, one.question.words, right(one));
    missed.map(line).collect()
}

fn right(asked: &Asked) -> &str {
    asked.question.relevant.first().map_or("", String::as_str)
}

fn tests(one: &Evaluated, lang: Lang) -> String {
    if one.tests == 0 && one.failures.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    for found in &one.failures {
        let place = format!("{}:{}:{}", one.content.join(&found.path).display(), found.line, found.column);
        let (message, remedy) = (message(lang, &found.finding), remedy(lang, &found.finding));
        out += &format!("{place}  {}\n  {message}\n  → {remedy}\n", found.finding.code());
    }
    out + &crate::text::eval::tests(lang, one.tests, one.failures.len()) + "\n"
}

/// One line for each subject, and the mean of all.
fn overview(all: &[Evaluated]) -> String {
    let mut out = format!(
        "{:<16} {:>8} {:>8} {:>9} {:>7}   {:>7}\n",
        "nDCG@10", "plain", "noise", "of clean", "Δ plain", "Δ noise"
    );
    let mut sums = [(0.0, 0usize); 5];
    let cell = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
    for one in all {
        let rows = report::rows(&one.asked);
        let find = |kind: &str| rows.iter().find(|row| row.kind == kind);
        let gain = |row: Option<&Row>| row.and_then(|row| row.gain.as_ref()).map(|gain| gain.ndcg.value);
        let (plain, noise) = (find(PLAIN), find(NOISE));
        let values = [
            plain.map(|row| row.ndcg.value),
            noise.map(|row| row.ndcg.value),
            noise.and_then(|row| row.of_clean).map(|figure| figure.value),
            gain(plain),
            gain(noise),
        ];
        for (sum, value) in sums.iter_mut().zip(values) {
            if let Some(value) = value {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
        let sure = |row: Option<&Row>| row.and_then(|row| row.gain.as_ref()).is_some_and(|gain| gain.ndcg.is_sure());
        let mut cells = values.map(cell);
        for (cell, row) in cells[3..].iter_mut().zip([plain, noise]) {
            *cell += if sure(row) { " *" } else { "  " };
        }
        out += &line(&one.name, cells);
    }
    let mut means = sums.map(|(sum, count)| cell((count > 0).then(|| sum / count as f64)));
    means[3..].iter_mut().for_each(|cell| *cell += "  ");
    out + &line("mean", means)
}

fn line(name: &str, cells: [String; 5]) -> String {
    let [a, b, c, d, e] = cells;
    format!("{name:<16} {a:>8} {b:>8} {c:>9} {d:>9} {e:>9}").trim_end().to_owned() + "\n"
}

fn figure(figure: &Figure) -> String {
    if figure.low.is_nan() {
        return format!("{:.3}", figure.value);
    }
    format!("{:.3} [{:.3}–{:.3}]", figure.value, figure.low, figure.high)
}

fn difference(figure: &Figure) -> String {
    if figure.low.is_nan() {
        return format!("{:+.3}", figure.value);
    }
    let sure = if figure.is_sure() { " *" } else { "" };
    format!("{:+.3} [{:+.3}, {:+.3}]{sure}", figure.value, figure.low, figure.high)
}

/// Returns everything as one document.
pub(super) fn json(all: &[Evaluated], changed: usize, lang: Lang) -> Value {
    let subject = |one: &Evaluated| {
        let rows = report::rows(&one.asked);
        let changes = report::changed_most(&one.asked, changed);
        json!({
            "set": one.name, "commit": one.commit.to_string(), "articles": one.articles, "without_article": one.hopeless,
            "rows": rows.iter().map(row).collect::<Vec<_>>(),
            "changed": changes.iter().map(|(one, by)| change(one, *by)).collect::<Vec<_>>(),
            "tests": { "asked": one.tests, "failed": one.failures.iter().map(|found| json!({
                "path": found.path, "line": found.line, "column": found.column, "code": found.finding.code(),
                "message": message(lang, &found.finding), "help": remedy(lang, &found.finding),
            })).collect::<Vec<_>>() },
        })
    };
    json!({ "sets": all.iter().map(subject).collect::<Vec<_>>() })
}

fn row(row: &Row) -> Value {
    let gain = row.gain.as_ref().map(
        |gain| json!({ "ndcg10": value(&gain.ndcg), "mrr10": value(&gain.mrr), "success1": value(&gain.success) }),
    );
    json!({
        "kind": row.kind, "n": row.count, "ndcg10": value(&row.ndcg), "mrr10": value(&row.mrr),
        "success1": value(&row.success), "of_clean": row.of_clean.as_ref().map(value), "gain": gain,
    })
}

fn value(figure: &Figure) -> Value {
    let end = |end: f64| (!end.is_nan()).then_some(end);
    json!({ "value": figure.value, "low": end(figure.low), "high": end(figure.high) })
}

fn change(one: &Asked, by: f64) -> Value {
    json!({
        "id": one.question.id, "query": one.question.words, "kind": one.question.kind, "ndcg10": by,
        "first": one.ranking.first(), "was": one.other.as_ref().and_then(|(ranking, _)| ranking.first()),
        "relevant": one.question.relevant,
    })
}
