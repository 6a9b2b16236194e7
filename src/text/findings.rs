//! What findings about content say to editors: a message, and a remedy that names what to do.
//!
//! Deliberately says nothing of places: whoever shows a finding puts file, line and column in front.

mod rules;
mod terms;

use super::Lang;
use crate::diagnostic::Finding;
pub use rules::rule;
use terms::{TAB, term};

/// Returns whether a target names a file that is no article: a picture, a PDF.
fn is_other_file(target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    ending.is_some_and(|ending| !matches!(ending, "md" | "markdown" | "html"))
}

/// Returns what was found, in one sentence without a full stop.
pub fn message(lang: Lang, finding: &Finding) -> String {
    match lang {
        Lang::Ru => message_ru(finding),
        Lang::En => message_en(finding),
    }
}

/// Returns what to do about it, in one or two sentences.
pub fn remedy(lang: Lang, finding: &Finding) -> String {
    match lang {
        Lang::Ru => remedy_ru(finding),
        Lang::En => remedy_en(finding),
    }
}

/// Returns a size in the unit that people would use, in bytes where it is too near another one to be told from it.
fn bytes(lang: Lang, size: u64, other: u64) -> String {
    let (kib, mib, plain) = match lang {
        Lang::Ru => ("КиБ", "МиБ", "байт"),
        Lang::En => ("KiB", "MiB", "bytes"),
    };
    let (unit, name) = if size >= 1 << 20 { (1 << 20, mib) } else { (1 << 10, kib) };
    let tenths = size * 10 / unit;
    if size < 1 << 10 || tenths == other * 10 / unit {
        return format!("{size} {plain}");
    }
    let (whole, tenth) = (tenths / 10, tenths % 10);
    match (tenth, lang) {
        (0, _) => format!("{whole} {name}"),
        (_, Lang::Ru) => format!("{whole},{tenth} {name}"),
        (_, Lang::En) => format!("{whole}.{tenth} {name}"),
    }
}

/// Returns a slug as a shell takes it for one word.
fn quoted(slug: &str) -> String {
    let is_plain = slug.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    if is_plain { slug.to_owned() } else { format!("'{}'", slug.replace('\'', "'\\''")) }
}

fn message_en(finding: &Finding) -> String {
    let lang = Lang::En;
    match finding {
        Finding::FrontMatterSyntax { reason } => format!("the front matter is not valid YAML: {reason}"),
        Finding::FrontMatterUnclosed => "the front matter has no closing `---`".to_owned(),
        Finding::FrontMatterMisplaced => "the front matter does not begin with `---` on the first line".to_owned(),
        Finding::FrontMatterTooLarge { limit } => format!("the front matter has more than {limit}"),
        Finding::FrontMatterForbidden { what } => format!("`{what}` may not be used in front matter"),
        Finding::WrongType { key, expected, .. } => format!("`{key}` must be {expected}"),
        Finding::UnknownKey { key, .. } => format!("unknown key `{key}`"),
        Finding::UnknownTestKey { key, .. } => format!("unknown key `{key}` in an answer test"),
        Finding::CutOff { rest } => format!("`{rest}` is a comment, not a part of the value"),
        Finding::DuplicateKey { key } => format!("`{key}` is written twice"),
        Finding::UnknownAudience { name, .. } if name.is_empty() => "`audience` is empty".to_owned(),
        Finding::UnknownAudience { name, .. } => format!("unknown audience `{name}`"),
        Finding::UnknownOwner { name, .. } => format!("unknown owner `{name}`"),
        Finding::Owners { reason } => format!("`_owners` cannot be used here: {reason}"),
        Finding::OwnersOfNothing { pattern } => format!("`{pattern}` matches no file"),
        Finding::BadSlug { slug } => format!("`{slug}` cannot be a slug"),
        Finding::SlugTaken { slug, by } => format!("slug `{slug}` is taken by `{by}`"),
        Finding::RedirectTaken { from, by } => format!("the address `{from}` is taken by `{by}`"),
        Finding::QuestionTaken { question, by } => format!("`{by}` answers the question “{question}”, too"),
        Finding::LostAddress { slug } => {
            format!("the article was found at `{slug}`, and this address leads nowhere now")
        }
        Finding::BrokenLink { target, .. } if target.is_empty() => "the link has no address".to_owned(),
        Finding::BrokenLink { target, removed: true, .. } => {
            format!("the link `{target}` leads to what this change removes")
        }
        Finding::BrokenLink { target, .. } => format!("the link `{target}` leads nowhere"),
        Finding::BrokenAnchor { target, .. } => format!("the link `{target}` names a heading that is not there"),
        Finding::ForbiddenLink { target } => format!("`{target}` cannot be shown or linked to"),
        Finding::UnknownArticle { key, slug, removed: true, .. } => {
            format!("`{key}` names the article `{slug}`, which this change removes")
        }
        Finding::UnknownArticle { key, slug, .. } => format!("`{key}` names the unknown article `{slug}`"),
        Finding::SpacedAddress { target } => format!("this is no link: the address `{target}` has spaces"),
        Finding::NoAnswer => "the article answers nothing".to_owned(),
        Finding::DoubleAnswer { channel } if channel.is_empty() => "there is a second `[!ANSWER]`".to_owned(),
        Finding::DoubleAnswer { channel } => format!("there is a second `[!ANSWER {channel}]`"),
        Finding::NoAltText { target } => format!("the image `{target}` has no alternative text"),
        Finding::DoubleHeadingId { id } => format!("a second heading has the id `{id}`"),
        Finding::HtmlRemoved { what } => format!("raw HTML was removed: `{what}`"),
        Finding::MisplacedMark { mark } => format!("`{mark}` does not begin a block quote"),
        Finding::UnknownMark { mark, .. } => format!("unknown mark `{mark}`"),
        Finding::DefinedInNote { what } => format!("what `{what}` refers to is defined in an internal note"),
        Finding::Conflict => "two versions of the text are left from a merge".to_owned(),
        Finding::NoteRunsOn => "this line stands right behind an internal note and is not part of it".to_owned(),
        Finding::NotUtf8 => "the file is not text in UTF-8".to_owned(),
        Finding::TooLarge { size, limit } => {
            format!("the file has {}, more than {}", bytes(lang, *size, *limit), bytes(lang, *limit, 0))
        }
        Finding::TooComplex { what } => format!("the text has more than {what}"),
        Finding::BadPath { reason } => format!("a file of this name cannot be served: {reason}"),
        Finding::PathCollision { with } => format!("the name differs from `{with}` in case or Unicode form only"),
        Finding::NotAFile { what } => format!("this is not a file: {what}"),
        Finding::TooMany { limit } => format!("the content has more than {limit}"),
        Finding::Unreadable { reason } => format!("the file cannot be read: {reason}"),
        Finding::Attachment { reason } if reason.starts_with("files of this kind") => reason.clone(),
        Finding::Attachment { reason } => format!("the file is not served: {reason}"),
        Finding::Lexicon { reason } => format!("the lexicon cannot be used here: {reason}"),
        Finding::AnswerTest { reason } => format!("the answer test cannot be used: {reason}"),
        Finding::ReviewOverdue { due, .. } => format!("the review was due on {due}"),
        Finding::ReviewSoon { due, days: 0, .. } => format!("the review is due today, {due}"),
        Finding::ReviewSoon { due, days: 1, .. } => format!("the review is due tomorrow, {due}"),
        Finding::ReviewSoon { due, days, .. } => format!("the review is due in {days} days, on {due}"),
        Finding::VerifiedAhead { on } => format!("`verified.on` is a day that is yet to come: {on}"),
        Finding::VerifiedBefore { on, .. } => {
            format!("the article says something else, and still counts as verified on {on}")
        }
        Finding::WrongAnswer { question, wanted, most, at, first } => {
            let place = if *most == 1 { "first".to_owned() } else { format!("among the first {most}") };
            let found = match at {
                _ if first.is_empty() => "nothing is found".to_owned(),
                Some(at) => format!("it is number {at}, and `{first}` is first"),
                None => format!("it is not found, and `{first}` is first"),
            };
            format!("for “{question}” `{wanted}` must come {place}, but {found}")
        }
        Finding::UnwantedAnswer { question, slug, at } => {
            format!("“{question}” must not find `{slug}`, but it is number {at}")
        }
        Finding::Facts { reason } => format!("the facts cannot be used here: {reason}"),
        Finding::UnknownFact { name, .. } if name.is_empty() => "no fact is named".to_owned(),
        Finding::UnknownFact { name, .. } => format!("there is no fact `{name}`"),
        Finding::UnknownFragment { name, .. } => format!("there is no fragment `{name}`"),
        Finding::MisspeltReference { written, .. } => format!("`{{{{{written}:…}}}}` puts nothing in"),
        Finding::FragmentInLine { name } => {
            format!("the fragment `{name}` has several lines and does not stand alone on its line")
        }
        Finding::NestedFragment => "a fragment cannot hold a fragment".to_owned(),
        Finding::Misspelt { word, .. } => format!("no dictionary has the word `{word}`"),
        Finding::RepeatedFact { said, name } => format!("“{said}” is also what the fact `{name}` says"),
    }
}

fn remedy_en(finding: &Finding) -> String {
    let nearest = |suggestion: &Option<String>, otherwise: &str| match suggestion {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => otherwise.to_owned(),
    };
    let fixed = match finding {
        Finding::FrontMatterSyntax { reason } if reason == TAB => {
            "Put two spaces in place of the tab; until then only editors see the article."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a quote") => {
            "Put the other quote behind the value; until then only editors see the article."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a bracket") => {
            "Close the bracket, or put the whole value into quotes; until then only editors see the article."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a colon") => {
            "Write it as `key: value`; until then only editors see the article."
        }
        Finding::FrontMatterSyntax { reason }
            if reason.starts_with("a value cannot begin") || reason.starts_with("there is more") =>
        {
            "Put the whole value into quotes; until then only editors see the article."
        }
        Finding::FrontMatterSyntax { .. } => {
            "Mend the line; until then only editors see the article. A value with `: ` or `#` in it needs quotes."
        }
        Finding::FrontMatterUnclosed => "Put `---` on a line of its own after the last key.",
        Finding::FrontMatterMisplaced => {
            "Take out the empty lines above it and put three hyphens, `---`, before and behind it; until then only editors see the article."
        }
        Finding::FrontMatterTooLarge { .. } => "Move what readers should read into the text below.",
        Finding::FrontMatterForbidden { .. } => "Write the value out.",
        Finding::WrongType { key, expected, suggestion, .. } => {
            let until = match key.as_str() {
                "audience" | "status" => "Until then only editors see the article.",
                _ => "Until then the key counts as missing.",
            };
            let how = match (suggestion, expected.as_str()) {
                (Some(meant), _) => format!("Did you mean `{meant}`?"),
                (None, "a text") if key == "owner" => "One name is possible; several stand in `_owners`.".to_owned(),
                (None, "a text" | "a list of texts") => {
                    "A value with `: `, `[` or `{` in it needs quotes around it.".to_owned()
                }
                _ => "Correct the value.".to_owned(),
            };
            return format!("{how} {until}");
        }
        Finding::UnknownTestKey { suggestion, .. } => {
            return nearest(suggestion, "Remove it; until then the test is not asked.");
        }
        Finding::UnknownKey { suggestion, .. } => {
            return nearest(suggestion, "Remove it, or see `otvet schema` for the keys.");
        }
        Finding::CutOff { .. } => "Put the whole value into quotes; a comment needs a space behind its `#`.",
        Finding::DuplicateKey { .. } => "Keep one; until then only editors see the article.",
        Finding::UnknownAudience { known, suggestion, .. } => {
            return nearest(suggestion, &format!("Known are {known}. Until then only editors see the article."));
        }
        Finding::UnknownOwner { suggestion, .. } => {
            return nearest(
                suggestion,
                "Write somebody who is known, or add the name to `_owners` or `content.owners`.",
            );
        }
        Finding::Owners { .. } => "Mend the line; until then it says nothing.",
        Finding::OwnersOfNothing { .. } => "Correct the path, which begins at the content folder, or remove the line.",
        Finding::BadSlug { .. } => "Use letters, digits, `-` and `/`, without `.md`; until then the path is the slug.",
        Finding::SlugTaken { .. } => {
            "Give one of the two articles another `slug`; until then this one has its path as slug."
        }
        Finding::RedirectTaken { .. } => "Remove it from `redirect_from` here or there.",
        Finding::QuestionTaken { .. } => {
            "Leave the question to one of the two, so that it has one answer; archive the other or narrow its `audience`."
        }
        Finding::LostAddress { slug } => {
            return format!("People and pages may link to it. Add `redirect_from: [{slug}]`.");
        }
        Finding::BrokenLink { removed: true, .. } => {
            "Take the link out, or lead it elsewhere; or leave what it leads to."
        }
        Finding::UnknownArticle { removed: true, .. } => "Take it out, or name another article; or leave the article.",
        Finding::BrokenLink { target, suggestion, .. } if is_other_file(target) => {
            return nearest(suggestion, "Put the file there, or correct the target.");
        }
        Finding::BrokenLink { suggestion, .. } => {
            return nearest(
                suggestion,
                "Correct the target or remove the link. Was the article moved? Give it `redirect_from`.",
            );
        }
        Finding::BrokenAnchor { headings, .. } if headings.is_empty() => {
            "The article has no headings; drop the part from `#` on."
        }
        Finding::BrokenAnchor { headings, .. } => return format!("Its headings are {headings}."),
        Finding::ForbiddenLink { .. } => {
            "Link to https, http, mailto or tel addresses and to files of the content; keep images in the content folder."
        }
        Finding::UnknownArticle { suggestion, .. } => {
            return nearest(suggestion, "Write the slug of an existing article.");
        }
        Finding::SpacedAddress { target } => {
            return format!("Put it into angle brackets: `(<{}>)`.", target.replace('\\', ""));
        }
        Finding::NoAnswer => "Begin with a `> [!ANSWER]` block, or with text before the first `##` heading.",
        Finding::DoubleAnswer { .. } => {
            "Make one of them, or name another channel: `> [!ANSWER email]`. Only the first counts."
        }
        Finding::NoAltText { .. } => "Say what it shows: `![what it shows](…)`.",
        Finding::DoubleHeadingId { .. } => "Give it another `{#id}`; it was numbered.",
        Finding::HtmlRemoved { .. } => "Write it in Markdown, or leave it out.",
        Finding::MisplacedMark { .. } => {
            "Put an empty line before the quote, and the mark on the quote's first line: `> [!INTERNAL]`. Until then what holds an internal mark is shown to staff only."
        }
        Finding::UnknownMark { suggestion, .. } => return format!("Did you mean `{suggestion}`?"),
        Finding::DefinedInNote { .. } => "Put the definition outside of the note; until then this is shown as written.",
        Finding::Conflict => "Leave one of the two sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`.",
        Finding::NoteRunsOn => {
            "Put `>` before the line, or an empty line between the two; until then both are shown to staff only."
        }
        Finding::NotUtf8 => "Save it as UTF-8.",
        Finding::TooLarge { .. } => "Divide the article, or make the file smaller.",
        Finding::TooComplex { .. } => "Simplify it or divide it; until then its text is not shown.",
        Finding::BadPath { .. } => "Rename it.",
        Finding::PathCollision { .. } => "Rename one of the two; this one is left out.",
        Finding::NotAFile { .. } => "Put a copy of the file in its place; it is left out.",
        Finding::TooMany { .. } => "Point `content.path` at a smaller folder; the rest is left out.",
        Finding::Unreadable { .. } => "Run `git fsck`, and fetch the object again.",
        Finding::Attachment { .. } => "Put in a file that is served: a picture, PDF, text, table, sound or film.",
        Finding::Lexicon { .. } => "Correct `_lexicon.yml`; what cannot be used is left out.",
        Finding::AnswerTest { .. } => "Correct the test; until then it tests nothing.",
        Finding::ReviewOverdue { slug, .. } | Finding::ReviewSoon { slug, .. } => {
            return format!("Read the article; if all of it is right, note that: otvet verify {}", quoted(slug));
        }
        Finding::VerifiedBefore { slug, .. } => {
            return format!(
                "If all of it is right, note that: otvet verify {}. Then a later change shows by itself. Or remove `verified`.",
                quoted(slug)
            );
        }
        Finding::VerifiedAhead { .. } => {
            "Write the day on which the article was read: until a day that is yet to come it would count as verified."
        }
        Finding::WrongAnswer { .. } => {
            "Add the question to `questions` of the article that answers it, or its words to `keywords` or `_lexicon.yml`; or correct the test."
        }
        Finding::UnwantedAnswer { .. } => {
            "Take the words out of the article or narrow its `audience`; or correct the test."
        }
        Finding::Facts { .. } => "Correct the file; what cannot be used is left out, and articles that name it say so.",
        Finding::UnknownFact { suggestion, .. } => {
            return nearest(
                suggestion,
                "Add it to a file in `_facts`, or correct the name; until then the braces are shown.",
            );
        }
        Finding::UnknownFragment { suggestion, .. } => {
            return nearest(
                suggestion,
                "Add the file to `_fragments`, or correct the name; until then the braces are shown.",
            );
        }
        Finding::MisspeltReference { meant, .. } => return format!("Did you mean `{{{{{meant}}}}}`?"),
        Finding::FragmentInLine { .. } => "Put it on a line of its own; until then the braces are shown.",
        Finding::Misspelt { suggestion, .. } => {
            return nearest(suggestion, "Correct it; a word that is right goes into `_spelling.txt`.");
        }
        Finding::NestedFragment => "Write the text out; until then the fragment cannot be used.",
        Finding::RepeatedFact { name, .. } => {
            return format!(
                "Write `{{{{fact:{name}}}}}`, so that it changes with the fact; or give the fact `repeats: allowed`."
            );
        }
    };
    fixed.to_owned()
}

fn message_ru(finding: &Finding) -> String {
    let lang = Lang::Ru;
    match finding {
        Finding::FrontMatterSyntax { reason } => format!("шапка статьи — не YAML: {}", term(reason)),
        Finding::FrontMatterUnclosed => "шапка статьи не закрыта строкой `---`".to_owned(),
        Finding::FrontMatterMisplaced => "шапка статьи должна начинаться с `---` в первой строке файла".to_owned(),
        Finding::FrontMatterTooLarge { limit } => format!("шапка статьи слишком велика: больше {}", term(limit)),
        Finding::FrontMatterForbidden { what } => format!("в шапке статьи нельзя использовать `{}`", term(what)),
        Finding::WrongType { key, expected, .. } => format!("`{key}`: ожидается {}", term(expected)),
        Finding::UnknownKey { key, .. } => format!("неизвестный ключ `{key}`"),
        Finding::UnknownTestKey { key, .. } => format!("в проверке ответа неизвестный ключ `{key}`"),
        Finding::CutOff { rest } => format!("`{rest}` — это комментарий, а не часть значения"),
        Finding::DuplicateKey { key } => format!("ключ `{key}` записан дважды"),
        Finding::UnknownAudience { name, .. } if name.is_empty() => "список `audience` пуст".to_owned(),
        Finding::UnknownAudience { name, .. } => format!("неизвестная аудитория `{name}`"),
        Finding::UnknownOwner { name, .. } => format!("неизвестный владелец `{name}`"),
        Finding::Owners { reason } => format!("список владельцев здесь не прочитать: {}", term(reason)),
        Finding::OwnersOfNothing { pattern } => format!("под `{pattern}` не подходит ни один файл"),
        Finding::BadSlug { slug } => format!("`{slug}` не годится в качестве адреса статьи"),
        Finding::SlugTaken { slug, by } => format!("адрес `{slug}` уже занят статьёй `{by}`"),
        Finding::RedirectTaken { from, by } => format!("прежний адрес `{from}` занят статьёй `{by}`"),
        Finding::QuestionTaken { question, by } => format!("на вопрос «{question}» отвечает и `{by}`"),
        Finding::LostAddress { slug } => format!("раньше статья была по адресу `{slug}`, теперь он никуда не ведёт"),
        Finding::BrokenLink { target, .. } if target.is_empty() => "у ссылки нет адреса".to_owned(),
        Finding::BrokenLink { target, removed: true, .. } => {
            format!("ссылка `{target}` ведёт на то, что удаляет эта правка")
        }
        Finding::BrokenLink { target, .. } => format!("ссылка `{target}` никуда не ведёт"),
        Finding::BrokenAnchor { target, .. } => format!("в статье нет заголовка, на который ведёт ссылка `{target}`"),
        Finding::ForbiddenLink { target } => format!("`{target}` нельзя показать и на него нельзя сослаться"),
        Finding::UnknownArticle { key, slug, removed: true, .. } => {
            format!("`{key}` называет статью `{slug}`, которую удаляет эта правка")
        }
        Finding::UnknownArticle { key, slug, .. } => format!("`{key}` называет неизвестную статью `{slug}`"),
        Finding::SpacedAddress { target } => format!("это не ссылка: в адресе `{target}` есть пробелы"),
        Finding::NoAnswer => "в статье нет ответа".to_owned(),
        Finding::DoubleAnswer { channel } if channel.is_empty() => "второй блок `[!ANSWER]`".to_owned(),
        Finding::DoubleAnswer { channel } => format!("второй блок `[!ANSWER {channel}]`"),
        Finding::NoAltText { target } => format!("у картинки `{target}` нет описания"),
        Finding::DoubleHeadingId { id } => format!("второй заголовок с якорем `{id}`"),
        Finding::HtmlRemoved { what } => format!("HTML убран: `{what}`"),
        Finding::MisplacedMark { mark } => format!("пометка `{mark}` стоит не в начале цитаты"),
        Finding::UnknownMark { mark, .. } => format!("неизвестная пометка `{mark}`"),
        Finding::DefinedInNote { what } => format!("то, на что ссылается `{what}`, записано во внутренней заметке"),
        Finding::Conflict => "после слияния в файле остались оба варианта текста".to_owned(),
        Finding::NoteRunsOn => "строка стоит сразу за внутренней заметкой, но не входит в неё".to_owned(),
        Finding::NotUtf8 => "файл — не текст в UTF-8".to_owned(),
        Finding::TooLarge { size, limit } => {
            format!("в файле {}, а можно не больше {}", bytes(lang, *size, *limit), bytes(lang, *limit, 0))
        }
        Finding::TooComplex { what } => format!("текст слишком сложен: больше {}", term(what)),
        Finding::BadPath { reason } => format!("файл с таким именем показать нельзя: {}", term(reason)),
        Finding::PathCollision { with } => format!("имя отличается от `{with}` только регистром или записью букв"),
        Finding::NotAFile { what } => format!("это не файл: {}", term(what)),
        Finding::TooMany { limit } => format!("в папке слишком много всего: больше {}", term(limit)),
        Finding::Unreadable { reason } => format!("файл не читается: {}", term(reason)),
        Finding::Attachment { reason } if reason.starts_with("files of this kind") => term(reason),
        Finding::Attachment { reason } => format!("файл не показывается: {}", term(reason)),
        Finding::Lexicon { reason } => format!("словарь здесь не годится: {}", term(reason)),
        Finding::AnswerTest { reason } => format!("проверка ответа не годится: {}", term(reason)),
        Finding::ReviewOverdue { due, .. } => format!("проверка просрочена: срок был {due}"),
        Finding::ReviewSoon { due, days: 0, .. } => format!("срок проверки — сегодня, {due}"),
        Finding::ReviewSoon { due, days: 1, .. } => format!("срок проверки — завтра, {due}"),
        Finding::ReviewSoon { due, days, .. } => format!("до срока проверки, {due}, осталось дней: {days}"),
        Finding::VerifiedAhead { on } => format!("`verified.on` — день, который ещё не наступил: {on}"),
        Finding::VerifiedBefore { on, .. } => {
            format!("статья говорит другое, а отметка о проверке прежняя, от {on}")
        }
        Finding::WrongAnswer { question, wanted, most, at, first } => {
            let place = if *most == 1 { "первой".to_owned() } else { format!("среди первых {most}") };
            let found = match at {
                _ if first.is_empty() => "не находится ничего".to_owned(),
                Some(at) => format!("она на месте {at}, а первой — `{first}`"),
                None => format!("её нет, а первой — `{first}`"),
            };
            format!("на вопрос «{question}» статья `{wanted}` должна быть {place}, но {found}")
        }
        Finding::UnwantedAnswer { question, slug, at } => {
            format!("на вопрос «{question}» статья `{slug}` находиться не должна, но она на месте {at}")
        }
        Finding::Facts { reason } => format!("факты здесь не прочитать: {}", term(reason)),
        Finding::UnknownFact { name, .. } if name.is_empty() => "не сказано, какой факт вставить".to_owned(),
        Finding::UnknownFact { name, .. } => format!("факта `{name}` нет"),
        Finding::UnknownFragment { name, .. } => format!("фрагмента `{name}` нет"),
        Finding::MisspeltReference { written, .. } => format!("`{{{{{written}:…}}}}` ничего не вставляет"),
        Finding::FragmentInLine { name } => {
            format!("во фрагменте `{name}` несколько строк, а стоит он не на своей строке")
        }
        Finding::NestedFragment => "во фрагмент нельзя вставить фрагмент".to_owned(),
        Finding::Misspelt { word, .. } => format!("слова `{word}` нет в словаре"),
        Finding::RepeatedFact { said, name } => format!("«{said}» — это факт `{name}`"),
    }
}

fn remedy_ru(finding: &Finding) -> String {
    let nearest = |suggestion: &Option<String>, otherwise: &str| match suggestion {
        Some(nearest) => format!("Может быть, `{nearest}`?"),
        None => otherwise.to_owned(),
    };
    let fixed = match finding {
        Finding::FrontMatterSyntax { reason } if reason == TAB => {
            "Замените табуляцию двумя пробелами: до этого статью видят только редакторы."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a quote") => {
            "Поставьте вторую кавычку после значения: до этого статью видят только редакторы."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a bracket") => {
            "Закройте скобку или возьмите всё значение в кавычки: до этого статью видят только редакторы."
        }
        Finding::FrontMatterSyntax { reason } if reason.starts_with("a colon") => {
            "Напишите `ключ: значение`: до этого статью видят только редакторы."
        }
        Finding::FrontMatterSyntax { reason }
            if reason.starts_with("a value cannot begin") || reason.starts_with("there is more") =>
        {
            "Возьмите всё значение в кавычки: до этого статью видят только редакторы."
        }
        Finding::FrontMatterSyntax { .. } => {
            "Исправьте строку: до этого статью видят только редакторы. Значение, в котором есть `: ` или `#`, возьмите в кавычки."
        }
        Finding::FrontMatterUnclosed => "Поставьте `---` отдельной строкой после последнего ключа.",
        Finding::FrontMatterMisplaced => {
            "Уберите пустые строки перед ней и поставьте до и после неё три дефиса, `---`: до этого статью видят только редакторы."
        }
        Finding::FrontMatterTooLarge { .. } => "Перенесите в текст статьи то, что нужно читателю.",
        Finding::FrontMatterForbidden { .. } => "Запишите значение целиком.",
        Finding::WrongType { key, expected, suggestion, .. } => {
            let until = match key.as_str() {
                "audience" | "status" => "До исправления статью видят только редакторы.",
                _ => "Пока этого ключа как будто нет.",
            };
            let how = match (suggestion, expected.as_str()) {
                (Some(meant), _) => format!("Может быть, `{meant}`?"),
                (None, "a text") if key == "owner" => "Здесь одно имя; несколько записывают в `_owners`.".to_owned(),
                (None, "a text" | "a list of texts") => {
                    "Значение, в котором есть `: `, `[` или `{`, возьмите в кавычки.".to_owned()
                }
                _ => "Исправьте значение.".to_owned(),
            };
            return format!("{how} {until}");
        }
        Finding::UnknownTestKey { suggestion, .. } => {
            return nearest(suggestion, "Уберите его: пока проверка не задаётся.");
        }
        Finding::UnknownKey { suggestion, .. } => {
            return nearest(suggestion, "Уберите его; список ключей показывает `otvet schema`.");
        }
        Finding::CutOff { .. } => "Возьмите всё значение в кавычки; в комментарии после `#` ставят пробел.",
        Finding::DuplicateKey { .. } => "Оставьте один: до этого статью видят только редакторы.",
        Finding::UnknownAudience { known, suggestion, .. } => {
            return nearest(suggestion, &format!("Известны {known}. До исправления статью видят только редакторы."));
        }
        Finding::UnknownOwner { suggestion, .. } => {
            return nearest(
                suggestion,
                "Укажите известного владельца или добавьте имя в `_owners` или `content.owners`.",
            );
        }
        Finding::Owners { .. } => "Исправьте строку: пока её как будто нет.",
        Finding::OwnersOfNothing { .. } => "Исправьте путь, он начинается от папки базы, или уберите строку.",
        Finding::BadSlug { .. } => "Возьмите буквы, цифры, `-` и `/`, без `.md`; пока адрес статьи — путь к файлу.",
        Finding::SlugTaken { .. } => "Дайте одной из двух статей другой `slug`; пока адрес этой — путь к файлу.",
        Finding::RedirectTaken { .. } => "Уберите его из `redirect_from` здесь или там.",
        Finding::QuestionTaken { .. } => {
            "Оставьте вопрос одной из двух статей, чтобы ответ был один; другую уберите в архив или сузьте её `audience`."
        }
        Finding::LostAddress { slug } => {
            return format!("На него могут вести ссылки. Добавьте `redirect_from: [{slug}]`.");
        }
        Finding::BrokenLink { target, .. } if target.is_empty() => "Напишите адрес в скобках или уберите ссылку.",
        Finding::BrokenLink { removed: true, .. } => {
            "Уберите ссылку или направьте её в другое место. Удаляется по ошибке? Верните файл."
        }
        Finding::UnknownArticle { removed: true, .. } => {
            "Уберите её отсюда или назовите другую. Удаляется по ошибке? Верните файл."
        }
        Finding::BrokenLink { target, suggestion, .. } if is_other_file(target) => {
            return nearest(suggestion, "Положите файл по этому адресу или исправьте адрес.");
        }
        Finding::BrokenLink { suggestion, .. } => {
            return nearest(
                suggestion,
                "Исправьте адрес или уберите ссылку. Статья переехала? Добавьте в неё `redirect_from`.",
            );
        }
        Finding::BrokenAnchor { headings, .. } if headings.is_empty() => {
            "В статье нет заголовков: уберите часть от `#`."
        }
        Finding::BrokenAnchor { headings, .. } => return format!("Есть заголовки {headings}."),
        Finding::ForbiddenLink { .. } => {
            "Ссылаться можно на адреса https, http, mailto, tel и на файлы базы; картинки кладите в папку базы."
        }
        Finding::UnknownArticle { suggestion, .. } => return nearest(suggestion, "Укажите адрес существующей статьи."),
        Finding::SpacedAddress { target } => {
            return format!("Возьмите его в угловые скобки: `(<{}>)`.", target.replace('\\', ""));
        }
        Finding::NoAnswer => "Начните с блока `> [!ANSWER]` или с текста до первого заголовка `##`.",
        Finding::DoubleAnswer { .. } => {
            "Объедините их или назовите другой канал: `> [!ANSWER email]`. Считается только первый."
        }
        Finding::NoAltText { .. } => "Скажите, что на ней: `![что на картинке](…)`.",
        Finding::DoubleHeadingId { .. } => "Дайте ему другой `{#якорь}`; пока к нему добавлен номер.",
        Finding::HtmlRemoved { .. } => "Запишите то же в Markdown или уберите.",
        Finding::MisplacedMark { .. } => {
            "Поставьте перед цитатой пустую строку, а пометку — в её первую строку: `> [!INTERNAL]`. До этого всё, в чём стоит внутренняя пометка, видят только сотрудники."
        }
        Finding::UnknownMark { suggestion, .. } => return format!("Может быть, `{suggestion}`?"),
        Finding::DefinedInNote { .. } => "Перенесите сноску или адрес из заметки: пока ссылка показана как написана.",
        Finding::Conflict => "Оставьте один из двух вариантов и удалите строки `<<<<<<<`, `=======` и `>>>>>>>`.",
        Finding::NoteRunsOn => {
            "Поставьте перед строкой `>` или отделите её пустой строкой: до этого и заметку, и строку видят только сотрудники."
        }
        Finding::NotUtf8 => "Сохраните файл в UTF-8.",
        Finding::TooLarge { .. } => "Разделите статью или уменьшите файл.",
        Finding::TooComplex { .. } => "Упростите или разделите текст: до этого он не показывается.",
        Finding::BadPath { .. } => "Переименуйте файл.",
        Finding::PathCollision { .. } => "Переименуйте один из двух; этот пропущен.",
        Finding::NotAFile { .. } => "Положите на его место копию файла; пока он пропущен.",
        Finding::TooMany { .. } => "Укажите в `content.path` папку поменьше; остальное пропущено.",
        Finding::Unreadable { .. } => "Запустите `git fsck` и получите объект заново.",
        Finding::Attachment { .. } => {
            "Положите файл, который показывается: картинку, PDF, текст, таблицу, звук или видео."
        }
        Finding::Lexicon { .. } => "Исправьте `_lexicon.yml`; что не годится, пропущено.",
        Finding::AnswerTest { .. } => "Исправьте проверку; пока она ничего не проверяет.",
        Finding::ReviewOverdue { slug, .. } | Finding::ReviewSoon { slug, .. } => {
            return format!("Перечитайте статью; если всё верно, запишите это: otvet verify {}", quoted(slug));
        }
        Finding::VerifiedBefore { slug, .. } => {
            return format!(
                "Если всё верно, запишите это: otvet verify {}, и следующие правки будут видны сами. Или уберите `verified`.",
                quoted(slug)
            );
        }
        Finding::VerifiedAhead { .. } => {
            "Запишите день, когда статью прочитали: иначе она до того дня будет считаться проверенной."
        }
        Finding::WrongAnswer { .. } => {
            "Добавьте вопрос в `questions` нужной статьи или его слова в `keywords` либо в `_lexicon.yml`; или исправьте проверку."
        }
        Finding::UnwantedAnswer { .. } => {
            "Уберите эти слова из статьи или сузьте её `audience`; или исправьте проверку."
        }
        Finding::Facts { .. } => "Исправьте файл; что не годится, пропущено, и статьи, где это нужно, об этом скажут.",
        Finding::UnknownFact { suggestion, .. } => {
            return nearest(
                suggestion,
                "Добавьте его в файл папки `_facts` или исправьте имя; пока в статье видны скобки.",
            );
        }
        Finding::UnknownFragment { suggestion, .. } => {
            return nearest(
                suggestion,
                "Добавьте файл в папку `_fragments` или исправьте имя; пока в статье видны скобки.",
            );
        }
        Finding::MisspeltReference { meant, .. } => return format!("Может быть, `{{{{{meant}}}}}`?"),
        Finding::FragmentInLine { .. } => "Поставьте его на отдельную строку; пока в статье видны скобки.",
        Finding::Misspelt { suggestion, .. } => {
            return nearest(suggestion, "Исправьте; верное слово добавьте в `_spelling.txt`.");
        }
        Finding::NestedFragment => "Впишите текст целиком; до этого фрагмент не вставляется.",
        Finding::RepeatedFact { name, .. } => {
            return format!(
                "Напишите `{{{{fact:{name}}}}}`, чтобы текст менялся вместе с фактом, или дайте факту `repeats: allowed`."
            );
        }
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_apart() {
        let said = |size, limit| {
            let finding = Finding::TooLarge { size, limit };
            (message(Lang::Ru, &finding), message(Lang::En, &finding).replace("the file has ", ""))
        };
        let (ru, en) = said(600_000, 512 << 10);
        assert_eq!(
            (&ru[..], &en[..]),
            ("в файле 585,9 КиБ, а можно не больше 512 КиБ", "585.9 KiB, more than 512 KiB")
        );
        assert_eq!(said((20 << 20) + 1, 20 << 20).1, "20971521 bytes, more than 20 MiB");
    }

    #[test]
    fn message_and_remedy_are_said_in_both_languages() {
        let finding = Finding::UnknownKey { key: "ownr".to_owned(), suggestion: Some("owner".to_owned()) };
        assert_eq!(message(Lang::En, &finding), "unknown key `ownr`");
        assert_eq!(remedy(Lang::Ru, &finding), "Может быть, `owner`?");
        let finding = Finding::BadPath { reason: "control character".to_owned() };
        assert_eq!(message(Lang::Ru, &finding), "файл с таким именем показать нельзя: управляющий символ");
    }
}
