//! What `otvet new` says.

use super::Lang;

/// Says that the article was made.
pub fn made(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Ru => format!("создано  {path}\n"),
        Lang::En => format!("new  {path}\n"),
    }
}

/// Says that another article has the same title.
pub fn same_title(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Ru => format!("Статья с таким заголовком уже есть: {path}. Может быть, дополнить её?\n"),
        Lang::En => format!("There is an article of this title already: {path}. Would it do to extend that one?\n"),
    }
}

/// Says who answers for the article.
pub fn owned_by(lang: Lang, owners: &[&str]) -> String {
    match (lang, owners) {
        (Lang::Ru, []) => "Ответственного нет: добавьте `owner` в шапку или строку в `_owners`.\n".to_owned(),
        (Lang::Ru, owners) => format!("Отвечает за неё: {}\n", owners.join(", ")),
        (Lang::En, []) => {
            "Nobody answers for it: add `owner` to the front matter, or a line to `_owners`.\n".to_owned()
        }
        (Lang::En, owners) => format!("Who answers for it: {}\n", owners.join(", ")),
    }
}

/// Says what to do next.
pub fn next(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "\nДальше:\n\
             1. Напишите ответ в блоке [!ANSWER], а в `questions` — как об этом спрашивают.\n\
             2. Посмотрите, что выходит:     otvet serve --preview {folder}\n\
             3. Уберите `status: draft`, проверьте и запишите: otvet check {folder} && git add {folder} && git commit\n"
        ),
        Lang::En => format!(
            "\nNext:\n\
             1. Write the answer into the block [!ANSWER], and into `questions` how people ask for it.\n\
             2. See what it looks like:      otvet serve --preview {folder}\n\
             3. Remove `status: draft`, check and commit: otvet check {folder} && git add {folder} && git commit\n"
        ),
    }
}
