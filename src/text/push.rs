//! What git prints to whoever pushed, behind `remote:`.

use std::time::Duration;

use super::Lang;
use super::check::{counted, seconds};

/// Returns a refusal that has nothing to do with the content.
pub fn refusal(lang: Lang, reason: String) -> String {
    match lang {
        Lang::Ru => format!("Otvet ✗ отклонено: {reason}\n"),
        Lang::En => format!("Otvet ✗ refused: {reason}\n"),
    }
}

/// Says that a push moves too many branches.
pub fn too_many(lang: Lang, count: usize, most: usize) -> String {
    match lang {
        Lang::Ru => format!("веток и меток сразу: {count}, а можно не больше {most}. Отправьте их частями."),
        Lang::En => format!("{count} branches and tags at once, more than {most}. Push them in parts."),
    }
}

/// Says that a ref is neither a branch nor a tag.
pub fn not_a_branch(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Ru => format!("`{name}` — не ветка и не метка. Отправьте ветку: git push origin HEAD:refs/heads/ИМЯ"),
        Lang::En => {
            format!("`{name}` is neither a branch nor a tag. Push a branch: git push origin HEAD:refs/heads/NAME")
        }
    }
}

/// Says that a branch or tag cannot be called so.
pub fn bad_name(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Ru => format!("`{name}` не годится как имя. Возьмите буквы, цифры, `-`, `_`, `.` и `/`, до 100 знаков."),
        Lang::En => {
            format!("`{name}` cannot be a name. Use letters, digits, `-`, `_`, `.` and `/`, up to 100 of them.")
        }
    }
}

/// Says that the live branch cannot be removed.
pub fn removes_live(lang: Lang, branch: &str) -> String {
    match lang {
        Lang::Ru => format!("ветку `{branch}` читают все, удалить её нельзя."),
        Lang::En => format!("everybody reads `{branch}`: it cannot be removed."),
    }
}

/// Says that the live branch has commits that the push does not know.
pub fn loses_commits(lang: Lang, branch: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "в ветке `{branch}` есть правки, которые так потеряются. Возьмите их и отправьте снова: git pull --rebase && git push"
        ),
        Lang::En => format!(
            "`{branch}` has commits that would be lost. Take them in and push again: git pull --rebase && git push"
        ),
    }
}

/// Says that somebody else's push came first.
pub fn overtaken(lang: Lang, branch: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "пока вы отправляли, в ветке `{branch}` появились чужие правки. Возьмите их и отправьте снова: git pull --rebase && git push"
        ),
        Lang::En => format!(
            "while you were pushing, others changed `{branch}`. Take that in and push again: git pull --rebase && git push"
        ),
    }
}

/// Says that the content folder is gone.
pub fn no_folder(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!("в этой правке нет папки `{folder}`, а статьи берутся из неё. Верните её."),
        Lang::En => {
            format!("there is no folder `{folder}` in this commit, and the articles are read from it. Put it back.")
        }
    }
}

/// Says that a folder would take the place of the whole repository.
pub fn new_folder(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "появилась папка `{folder}`: статьи стали бы браться только из неё, а остальные пропали бы. Назовите её иначе, или пусть администратор задаст `content.path`."
        ),
        Lang::En => format!(
            "there is a folder `{folder}` now: articles would be read from it alone, and all others would be gone. Call it otherwise, or have the administrator set `content.path`."
        ),
    }
}

/// Says that what was pushed cannot be read.
pub fn unreadable(lang: Lang, reason: &str) -> String {
    match lang {
        Lang::Ru => format!("не получается прочитать присланное: {reason}. Проверьте у себя: git fsck"),
        Lang::En => format!("what was pushed cannot be read: {reason}. Check it: git fsck"),
    }
}

/// Says that the server stops.
pub const fn stopping(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "сервер останавливается, ничего не принято. Отправьте ещё раз чуть позже.",
        Lang::En => "the server is stopping, nothing was taken. Push again in a moment.",
    }
}

/// Names the command that checks the same before a push.
pub fn check_yourself(lang: Lang, branch: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "Ничего не принято, читатели видят прежние статьи.\n\
             Проверить у себя:         otvet check --since origin/{branch}\n\
             Сохранить без публикации: git push origin HEAD:refs/heads/chernovik"
        ),
        Lang::En => format!(
            "Nothing was taken, readers see what they saw before.\n\
             Check it yourself:       otvet check --since origin/{branch}\n\
             Keep without publishing: git push origin HEAD:refs/heads/draft"
        ),
    }
}

/// Returns the first line about a branch that nobody reads.
pub fn draft(
    lang: Lang,
    branch: &str,
    (errors, warnings): (usize, usize),
    touched: usize,
    files: usize,
    took: Duration,
) -> String {
    let found = counted(lang, errors, warnings);
    let seconds = seconds(lang, took);
    match lang {
        Lang::Ru if found.is_empty() => {
            format!(
                "Otvet: `{branch}` — черновик, можно публиковать (отличается файлов: {touched} из {files}, {seconds} с)"
            )
        }
        Lang::Ru => format!(
            "Otvet: `{branch}` — черновик; до публикации: {found} (отличается файлов: {touched} из {files}, {seconds} с)"
        ),
        Lang::En if found.is_empty() => {
            format!(
                "Otvet: `{branch}` is a draft, ready to be published (files that differ: {touched} of {files}, {seconds} s)"
            )
        }
        Lang::En => {
            format!(
                "Otvet: `{branch}` is a draft; before it is published: {found} (files that differ: {touched} of {files}, {seconds} s)"
            )
        }
    }
}

/// Says what is live now.
pub fn published(lang: Lang, commit: &str, changed: &[String], more: usize, took: Duration) -> String {
    let seconds = seconds(lang, took);
    let mut text = match lang {
        Lang::Ru => format!("Otvet ✓ опубликовано {commit} за {seconds} с\n"),
        Lang::En => format!("Otvet ✓ live: {commit}, in {seconds} s\n"),
    };
    for address in changed {
        text += &format!("  {address}\n");
    }
    if more > 0 {
        text += &format!("  {}\n", super::check::more(lang, more));
    }
    text
}

/// Says where branches that are not live can be looked at.
pub fn previews(lang: Lang, addresses: &[String]) -> String {
    let (shown, differs) = match lang {
        Lang::Ru => ("Предпросмотр:  ", "Что изменится: "),
        Lang::En => ("Preview:          ", "What will change: "),
    };
    addresses.iter().map(|address| format!("{shown}{address}/\n{differs}{address}/difference\n")).collect()
}

/// Says that the live branch went on since a draft began, and how to take that in.
pub fn behind(lang: Lang, branch: &str, live: &str, commits: usize) -> String {
    match lang {
        Lang::Ru => format!(
            "Ветка `{branch}` отстала: с её начала опубликовано правок: {commits}. Взять их: git pull --no-rebase origin {live}\n"
        ),
        Lang::En => format!(
            "`{branch}` is behind: commits that became live since it began: {commits}. Take them: git pull --no-rebase origin {live}\n"
        ),
    }
}

/// Says that a commit was taken and is not live yet, and why.
pub fn not_live_yet(lang: Lang, reason: &str) -> String {
    match lang {
        Lang::Ru => format!("Otvet: принято, но пока не опубликовано: {reason}\n"),
        Lang::En => format!("Otvet: taken, but not live yet: {reason}\n"),
    }
}

/// Says that another branch than the one that was pushed is read, and that it does not exist.
pub fn no_live_branch(lang: Lang, live: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "Otvet: читатели видят ветку `{live}`, а её ещё нет. Отправьте её: git push origin HEAD:refs/heads/{live}\n"
        ),
        Lang::En => format!(
            "Otvet: readers see the branch `{live}`, which does not exist yet. Push it: git push origin HEAD:refs/heads/{live}\n"
        ),
    }
}

/// Says that there is no such repository here.
pub const fn nothing_hosted(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: такого репозитория здесь нет. Проверьте адрес; размещение включает `git.host`.",
        Lang::En => "Otvet: there is no such repository here. Check the address; hosting is turned on by `git.host`.",
    }
}

/// Says that the address of the repository lacks its end.
pub fn address_cut(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Ru => format!("Otvet: адрес репозитория заканчивается на `.git`: …/git/{name}.git"),
        Lang::En => format!("Otvet: the address of the repository ends with `.git`: …/git/{name}.git"),
    }
}

/// Says that something other than clone, fetch and push was asked for.
pub const fn other_service(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: здесь можно только git clone, git fetch и git push обычной программой git.",
        Lang::En => "Otvet: only git clone, git fetch and git push of the ordinary git program are possible here.",
    }
}

/// Says that a token is needed.
pub const fn token_needed(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: нужен ключ. Имя любое, вместо пароля ключ; его делает администратор: otvet token new ИМЯ",
        Lang::En => {
            "Otvet: a token is needed. Any name will do, the password is the token; the administrator makes it: otvet token new NAME"
        }
    }
}

/// Says that web pages may not clone or push.
pub const fn not_for_pages(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: этот адрес — для программы git, не для страниц.",
        Lang::En => "Otvet: this address is for the git program, not for web pages.",
    }
}

/// Says that others keep git busy.
pub const fn busy(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: сейчас слишком много одновременных git push и clone. Повторите через несколько секунд.",
        Lang::En => "Otvet: too many pushes and clones at the moment. Try again in a few seconds.",
    }
}

/// Says that a push is too large.
pub fn too_large(lang: Lang, mebibytes: u64) -> String {
    match lang {
        Lang::Ru => {
            format!("Otvet: отправка больше {mebibytes} МиБ. Уберите большие файлы или отправьте правки частями.")
        }
        Lang::En => format!("Otvet: the push is larger than {mebibytes} MiB. Leave out large files, or push in parts."),
    }
}

/// Says that git itself failed.
pub const fn git_failed(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => "Otvet: не получилось запустить git на сервере; ничего не принято. Подробности в журнале сервера.",
        Lang::En => "Otvet: git could not be run on the server; nothing was taken. The log of the server says why.",
    }
}
