//! Keeping a parsed article for the next start, so that it need not be parsed again.
//!
//! What is read back is the article bit by bit, or nothing: bytes may be damaged anywhere. Deliberately knows no files and does
//! not say whether bytes are of this program and these settings; `publish` does.

use std::ops::Range;

use jiff::civil::Date;

use super::library::question_keys;
use super::markdown::{Fragment, Target};
use super::text::{Keeper, Unpacker};
use super::{Answer, Article, Link, Meta, Names, Review, Section, Slug, Status, Verified, owners};
use crate::audience::AudienceSet;
use crate::diagnostic::{Diagnostic, Finding};
use crate::record::{Reader, Writer, unzigzag, zigzag};

impl Article {
    /// Writes the article, so that [`Article::read_back`] returns it.
    ///
    /// Returns `false`, and leaves `out` as it was, for an article that does not come from [`Article::parse`], and for one that
    /// shares facts or fragments with others, since it is not a function of its own file.
    pub fn keep(&self, out: &mut Writer) -> bool {
        if self.written.is_some() {
            return false;
        }
        let start = out.0.len();
        out.text(&self.path);
        out.id(&self.blob);
        let mut keeper = Keeper::new(out, &self.source);
        keeper.pieces(&self.source);
        keep_sections(&self.sections, &mut keeper);
        keep_answers(&self.answers, &mut keeper);
        self.body.keep(&mut keeper);
        let is_whole = keeper.is_whole();
        keep_option(self.claims.then_some(self.wanted.as_str()), out);
        out.text(&self.title);
        out.text(&self.lang);
        out.number(u64::from(self.readable));
        keep_meta(&self.meta, out);
        keep_links(&self.links, out);
        keep_findings(&self.diagnostics, out);
        if !is_whole {
            out.0.truncate(start);
        }
        is_whole
    }

    /// Reads an article that was kept; `None` when the bytes are damaged.
    pub fn read_back(from: &mut Reader<'_>) -> Option<Self> {
        let (path, blob) = (from.text()?, from.id()?);
        let mut unpacker = Unpacker::new(*from)?;
        let source = unpacker.pieces()?;
        let sections = read_sections(&mut unpacker)?;
        let answers = read_answers(&mut unpacker)?;
        let body = Fragment::read_back(&mut unpacker)?;
        *from = unpacker.from;
        let claimed = match read_option(from)? {
            Some(slug) => Some(Slug::parse(slug).filter(|parsed| parsed.as_str() == slug)?),
            None => None,
        };
        let (title, lang) = (from.text()?.to_owned(), from.text()?.to_owned());
        let readable = from.number()? == 1;
        let meta = read_meta(from)?;
        let links = read_links(from)?;
        let diagnostics = read_findings(from, path)?;
        let claims = claimed.is_some();
        let wanted = claimed.unwrap_or_else(|| Slug::of_path(path));
        let question_keys = question_keys(readable, &meta);
        let path = path.into();
        Some(Self {
            path,
            blob,
            // What an article has before the library of some revision gives it another.
            slug: wanted.clone(),
            wanted,
            claims,
            title,
            owners: owners::own_name(meta.owner.as_deref()),
            meta,
            lang,
            answers,
            body,
            sections,
            links,
            source,
            written: None,
            diagnostics,
            readable,
            question_keys,
        })
    }
}

fn keep_sections(sections: &[Section], keeper: &mut Keeper<'_>) {
    keeper.out.number(sections.len() as u64);
    for Section { id, level, title, text, names, notes, note_names } in sections {
        keeper.out.number(u64::from(*level));
        [id, title, text, notes].into_iter().for_each(|text| keeper.text(text));
        keep_names(names, keeper.out);
        keep_names(note_names, keeper.out);
    }
}

fn read_sections(unpacker: &mut Unpacker<'_>) -> Option<Vec<Section>> {
    let section = |unpacker: &mut Unpacker<'_>| {
        let level = u8::try_from(unpacker.from.number()?).ok()?;
        let [id, title, text, notes] = [unpacker.text()?, unpacker.text()?, unpacker.text()?, unpacker.text()?];
        let names = read_names(unpacker, &text)?;
        let note_names = read_names(unpacker, &notes)?;
        Some(Section { id, level, title, text, names, notes, note_names })
    };
    let count = unpacker.from.size()?;
    several(count, || section(unpacker))
}

fn keep_answers(answers: &[Answer], keeper: &mut Keeper<'_>) {
    keeper.out.number(answers.len() as u64);
    for Answer { channel, text, names, html, markdown } in answers {
        keep_option(channel.as_deref(), keeper.out);
        keeper.text(text);
        keep_names(names, keeper.out);
        html.keep(keeper);
        keeper.text(markdown);
    }
}

fn read_answers(unpacker: &mut Unpacker<'_>) -> Option<Vec<Answer>> {
    let answer = |unpacker: &mut Unpacker<'_>| {
        let channel = read_option(&mut unpacker.from)?.map(str::to_owned);
        let text = unpacker.text()?;
        let names = read_names(unpacker, &text)?;
        let html = Fragment::read_back(unpacker)?;
        Some(Answer { channel, text, names, html, markdown: unpacker.text()? })
    };
    let count = unpacker.from.size()?;
    several(count, || answer(unpacker))
}

fn keep_names(names: &[(Range<u32>, u32)], out: &mut Writer) {
    out.number(names.len() as u64);
    for (place, link) in names {
        [place.start, place.end, *link].into_iter().for_each(|number| out.number(u64::from(number)));
    }
}

fn read_names(unpacker: &mut Unpacker<'_>, text: &str) -> Option<Names> {
    let mut end = 0;
    let mut name = |from: &mut Reader<'_>| {
        let (start, next, link) = (from.size()?, from.size()?, from.size()?);
        text.get(end..start)?;
        text.get(start..next)?;
        end = next;
        Some((u32::try_from(start).ok()?..u32::try_from(next).ok()?, u32::try_from(link).ok()?))
    };
    let count = unpacker.from.size()?;
    Some(several(count, || name(&mut unpacker.from))?.into())
}

fn keep_meta(meta: &Meta, out: &mut Writer) {
    let Meta {
        kind,
        summary,
        questions,
        keywords,
        tags,
        audience,
        owner,
        review,
        verified,
        status,
        superseded_by,
        redirect_from,
        related,
    } = meta;
    out.text(kind);
    [summary, owner, superseded_by].into_iter().for_each(|text| keep_option(text.as_deref(), out));
    for texts in [questions, keywords, tags, redirect_from, related] {
        out.number(texts.len() as u64);
        texts.iter().for_each(|text| out.text(text));
    }
    out.number(u64::from(audience.bits()));
    out.number(*status as u64);
    match review {
        None => out.number(0),
        Some(Review::Every(days)) => {
            out.number(1);
            out.number(u64::from(*days));
        }
        Some(Review::By(day)) => {
            out.number(2);
            keep_day(*day, out);
        }
    }
    out.number(u64::from(verified.is_some()));
    if let Some(Verified { by, on, digest, changed_since }) = verified {
        out.text(by);
        keep_day(*on, out);
        out.number(u64::from(digest.is_some()));
        out.number(digest.unwrap_or_default());
        out.number(u64::from(*changed_since));
    }
}

fn read_meta(from: &mut Reader<'_>) -> Option<Meta> {
    let owned = |from: &mut Reader<'_>| Some(read_option(from)?.map(str::to_owned));
    let texts = |from: &mut Reader<'_>| {
        let count = from.size()?;
        several(count, || from.text().map(str::to_owned))
    };
    let kind = from.text()?.to_owned();
    let (summary, owner, superseded_by) = (owned(from)?, owned(from)?, owned(from)?);
    let (questions, keywords, tags) = (texts(from)?, texts(from)?, texts(from)?);
    let (redirect_from, related) = (texts(from)?, texts(from)?);
    let audience = AudienceSet::from_bits(u32::try_from(from.number()?).ok()?);
    let status = match from.number()? {
        0 => Status::Current,
        1 => Status::Draft,
        2 => Status::Archived,
        _ => return None,
    };
    let review = match from.number()? {
        0 => None,
        1 => Some(Review::Every(u32::try_from(from.number()?).ok()?)),
        2 => Some(Review::By(read_day(from)?)),
        _ => return None,
    };
    let verified = match from.number()? {
        0 => None,
        1 => {
            let (by, on) = (from.text()?.to_owned(), read_day(from)?);
            let (has_digest, digest) = (from.number()? == 1, from.number()?);
            Some(Verified { by, on, digest: has_digest.then_some(digest), changed_since: from.number()? == 1 })
        }
        _ => return None,
    };
    Some(Meta {
        kind,
        summary,
        questions,
        keywords,
        tags,
        audience,
        owner,
        review,
        verified,
        status,
        superseded_by,
        redirect_from,
        related,
    })
}

fn keep_day(day: Date, out: &mut Writer) {
    out.number(zigzag(i64::from(day.year())));
    out.number(day.month() as u64);
    out.number(day.day() as u64);
}

fn read_day(from: &mut Reader<'_>) -> Option<Date> {
    let year = i16::try_from(unzigzag(from.number()?)).ok()?;
    let (month, day) = (i8::try_from(from.number()?).ok()?, i8::try_from(from.number()?).ok()?);
    Date::new(year, month, day).ok()
}

fn keep_links(links: &[Link], out: &mut Writer) {
    out.number(links.len() as u64);
    for Link { target, written, image, in_note, line, column } in links {
        let (kind, text, heading) = match target {
            Target::Outside(address) => (0, address.as_str(), None),
            Target::Heading(heading) => (1, heading.as_str(), None),
            Target::File { path, heading } => (2, path.as_str(), heading.as_deref()),
            Target::Name { name, heading } => (3, name.as_str(), heading.as_deref()),
            Target::Forbidden => (4, "", None),
        };
        out.number(kind << 2 | u64::from(*image) << 1 | u64::from(*in_note));
        out.text(text);
        keep_option(heading, out);
        out.text(written);
        out.number(u64::from(*line));
        out.number(u64::from(*column));
    }
}

fn read_links(from: &mut Reader<'_>) -> Option<Vec<Link>> {
    let link = |from: &mut Reader<'_>| {
        let (kind, text) = (from.number()?, from.text()?.to_owned());
        let heading = read_option(from)?.map(str::to_owned);
        let target = match kind >> 2 {
            0 => Target::Outside(text),
            1 => Target::Heading(text),
            2 => Target::File { path: text, heading },
            3 => Target::Name { name: text, heading },
            4 => Target::Forbidden,
            _ => return None,
        };
        let (image, in_note, written) = (kind & 2 != 0, kind & 1 != 0, from.text()?.to_owned());
        let (line, column) = (u32::try_from(from.number()?).ok()?, u32::try_from(from.number()?).ok()?);
        Some(Link { target, written, image, in_note, line, column })
    };
    let count = from.size()?;
    several(count, || link(from))
}

/// Findings are few and of many kinds, so they are kept as JSON.
fn keep_findings(diagnostics: &[Diagnostic], out: &mut Writer) {
    let found: Vec<_> = diagnostics.iter().map(|found| (found.line, found.column, &found.finding)).collect();
    let json = serde_json::to_vec(&found).expect("texts and numbers are JSON");
    out.bytes(if found.is_empty() { &[] } else { &json });
}

fn read_findings(from: &mut Reader<'_>, path: &str) -> Option<Vec<Diagnostic>> {
    let found: Vec<(u32, u32, Finding)> = match from.bytes()? {
        [] => Vec::new(),
        json => serde_json::from_slice(json).ok()?,
    };
    let whole = |(line, column, finding)| Diagnostic { path: path.to_owned(), line, column, finding };
    Some(found.into_iter().map(whole).collect())
}

fn keep_option(text: Option<&str>, out: &mut Writer) {
    out.number(u64::from(text.is_some()));
    if let Some(text) = text {
        out.text(text);
    }
}

fn read_option<'a>(from: &mut Reader<'a>) -> Option<Option<&'a str>> {
    match from.number()? {
        0 => Some(None),
        1 => from.text().map(Some),
        _ => None,
    }
}

/// Reads so many things. A number that is wrong makes no room for more than there are bytes to read.
fn several<T>(count: usize, mut read: impl FnMut() -> Option<T>) -> Option<Vec<T>> {
    let mut found = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        found.push(read()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::library::Rules;
    use crate::audience::Audiences;
    use crate::revision::ObjectId;

    /// An article with one of everything.
    fn article() -> Article {
        let text = "---
title: Возврат
slug: vozvrat
type: refusal
summary: Не принимаем
questions: [Можно ли вернуть?, Как вернуть?]
keywords: [рефанд]
tags: [возврат]
audience: [public, operators]
owner: petrova
review: {every: 90d}
verified: {by: petrova, on: 2026-11-12, digest: 0123456789abcdef}
status: archived
superseded_by: obmen
redirect_from: [old/vozvrat]
related: [obmen]
ownr: x
---
Начало [ссылка](b.md#c) и [[obmen#kak|обмен]], https://a.b/c, [туда](#usloviya), ![](x.png), [нет](javascript:x).

> [!ANSWER]
> Вернём за **14 дней**, не считая дня покупки, см. [[obmen]].

> [!ANSWER email]
> Здравствуйте! Вернём за **14 дней**, не считая дня покупки.

## Условия {#usloviya}

Текст условий, <b>который</b> длиннее двенадцати байт.

> [!INTERNAL]
> Лимит 500, <i>никому не говорить.
";
        let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::NOBODY };
        Article::parse("возвраты/vozvrat.md", ObjectId::from_bytes([7; 20]), text.as_bytes(), &rules)
    }

    fn kept(article: &Article) -> Vec<u8> {
        let mut out = Writer::default();
        assert!(article.keep(&mut out));
        out.0
    }

    #[test]
    fn article_is_read_back_bit_by_bit() {
        let article = article();
        assert!(article.diagnostics.len() > 2 && article.links.len() > 5 && article.answers.len() == 2);
        let bytes = kept(&article);
        let mut reader = Reader(&bytes);
        let read = Article::read_back(&mut reader).expect("whole bytes");
        assert!(reader.0.is_empty());
        assert_eq!(format!("{read:?}"), format!("{article:?}"));
        assert_eq!(kept(&read), bytes);
    }

    #[test]
    fn unreadable_article_is_read_back() {
        let article = Article::unreadable("a.md", ObjectId::from_bytes([1; 20]), Finding::NotUtf8);
        let read = Article::read_back(&mut Reader(&kept(&article))).expect("whole bytes");
        assert_eq!(format!("{read:?}"), format!("{article:?}"));
    }

    #[test]
    fn article_made_by_hand_is_not_kept() {
        let mut article = article();
        article.sections[0].text = "other".into();
        let mut out = Writer(vec![1]);
        assert!(!article.keep(&mut out));
        assert_eq!(out.0, [1]);
    }

    #[test]
    fn damaged_bytes_are_another_article_or_none_but_never_a_panic() {
        let bytes = kept(&article());
        for end in 0..bytes.len() {
            assert!(Article::read_back(&mut Reader(&bytes[..end])).is_none(), "cut at {end}");
        }
        for position in 0..bytes.len() {
            for flip in [1, 0x40, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[position] ^= flip;
                if let Some(read) = Article::read_back(&mut Reader(&damaged)) {
                    let _ = (
                        format!("{read:?}"),
                        read.body.render(true, &mut |_| None),
                        read.body.render(false, &mut |_| None),
                    );
                }
            }
        }
    }
}
