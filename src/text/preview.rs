//! What is said of branches and commits that are not live.

use super::Lang;

/// Whose state a preview shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// A branch.
    Branch(&'a str),
    /// A commit that is not live.
    Commit,
    /// What was live once.
    Former,
    /// A branch whose last commit was live once.
    Merged(&'a str),
    /// What is live now.
    Live,
}

/// Returns what stands over every page of a preview.
pub fn banner(lang: Lang, shown: Shown<'_>, commit: &str, author: &str, day: &str) -> String {
    let by = if author.is_empty() { day.to_owned() } else { format!("{author}, {day}") };
    match (lang, shown) {
        (Lang::Ru, Shown::Branch(branch)) => {
            format!("Предпросмотр ветки «{branch}»: не опубликовано. Правка {commit} ({by}).")
        }
        (Lang::Ru, Shown::Commit) => format!("Предпросмотр правки {commit} ({by}): не опубликовано."),
        (Lang::Ru, Shown::Former) => {
            format!("Так база выглядела раньше, на правке {commit} ({by}). Клиенту отвечайте по нынешней.")
        }
        (Lang::Ru, Shown::Merged(branch)) => {
            format!(
                "Ветка «{branch}» уже опубликована: правка {commit} ({by}) — её последняя, а база с тех пор изменилась."
            )
        }
        (Lang::Ru, Shown::Live) => format!("Это правка {commit} ({by}): она и опубликована."),
        (Lang::En, Shown::Branch(branch)) => {
            format!("Preview of the branch “{branch}”: not live. Commit {commit} ({by}).")
        }
        (Lang::En, Shown::Commit) => format!("Preview of the commit {commit} ({by}): not live."),
        (Lang::En, Shown::Former) => {
            format!("This is how the base was at {commit} ({by}). Answer customers by what it says now.")
        }
        (Lang::En, Shown::Merged(branch)) => {
            format!(
                "The branch “{branch}” is live already: {commit} ({by}) is its last commit, and the base has changed since."
            )
        }
        (Lang::En, Shown::Live) => format!("This is the commit {commit} ({by}), and it is live."),
    }
}

/// Names the page that tells what differs from what is live.
pub const fn what_differs(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Что изменится",
        Lang::En => "What will change",
    }
}

/// Names that page where the preview is an earlier state: nothing would change that way.
pub const fn how_it_differs(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Чем отличается от опубликованного",
        Lang::En => "How it differs from what is live",
    }
}

/// Says that the live base went on since the branch began, and how many articles differ only for that.
pub fn behind(lang: Lang, commits: usize, articles: usize) -> String {
    match (lang, articles) {
        (Lang::Ru, 0) => format!("С начала ветки опубликовано других правок: {commits}."),
        (Lang::Ru, _) => format!(
            "С начала ветки опубликовано других правок: {commits}. Статьи, которые отличаются только из-за них ({articles}), — в конце: слияние их не изменит."
        ),
        (Lang::En, 0) => format!("Other commits that became live since the branch began: {commits}."),
        (Lang::En, _) => format!(
            "Other commits that became live since the branch began: {commits}. Articles that differ only because of them ({articles}) come last: merging leaves them as they are live."
        ),
    }
}

/// Marks an article that differs only by what became live since the branch began: it may be there alone, or in the branch.
pub const fn behind_here(lang: Lang, is_live: bool, is_in_branch: bool) -> &'static str {
    match (lang, is_live, is_in_branch) {
        (Lang::Ru, _, false) => "в ветке ещё нет",
        (Lang::Ru, false, _) => "в ветке ещё есть",
        (Lang::Ru, ..) => "в ветке прежняя",
        (Lang::En, _, false) => "not yet in the branch",
        (Lang::En, false, _) => "still in the branch",
        (Lang::En, ..) => "older in the branch",
    }
}

/// Names the same page of the live base.
pub const fn as_live(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Как сейчас опубликовано",
        Lang::En => "As it is live",
    }
}

/// Says that nothing differs.
pub const fn nothing_differs(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Для вас ничего не изменится: статьи те же.",
        Lang::En => "Nothing changes for you: the articles are the same.",
    }
}

/// Heads the questions that something else answers first.
pub const fn first_answers(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Какая статья отвечает первой",
        Lang::En => "What is found first",
    }
}

/// Says how many questions were asked, how many not, and how many something else answers first.
pub fn asked(lang: Lang, asked: usize, left: usize, differing: usize) -> String {
    let left = match (lang, left) {
        (_, 0) => String::new(),
        (Lang::Ru, left) => format!(" Не успели спросить: {left}."),
        (Lang::En, left) => format!(" Not asked for want of time: {left}."),
    };
    match (lang, differing) {
        (Lang::Ru, 0) => {
            format!("Вопросов из проверок и от читателей: {asked}. На все первой отвечает та же статья.{left}")
        }
        (Lang::Ru, _) => format!("Вопросов из проверок и от читателей: {asked}, по-другому: {differing}.{left}"),
        (Lang::En, 0) => format!("Questions of tests and readers: {asked}. The same article answers each first.{left}"),
        (Lang::En, _) => format!("Questions of tests and readers: {asked}, answered differently: {differing}.{left}"),
    }
}

/// Stands for an answer where nothing is found.
pub const fn nothing_found(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "ничего не найдено",
        Lang::En => "nothing is found",
    }
}
