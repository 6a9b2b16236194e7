//! What `otvet init` writes and says.

use super::Lang;
use super::templates::TEMPLATES;

/// Says that something was made.
pub fn made(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Ru => format!("создано  {path}\n"),
        Lang::En => format!("new   {path}\n"),
    }
}

/// Says that something was there.
pub fn kept(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Ru => format!("уже есть {path}\n"),
        Lang::En => format!("kept  {path}\n"),
    }
}

/// Says what to add to a hook that was there.
pub fn add_to_hook(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!("         добавьте в него строку: otvet check --staged {folder} || exit 1\n"),
        Lang::En => format!("      add this line to it: otvet check --staged {folder} || exit 1\n"),
    }
}

/// Says what to do next; in a clone the work goes back to where it came from.
pub const fn next(lang: Lang, is_clone: bool) -> &'static str {
    match lang {
        Lang::Ru if is_clone => {
            "\nДальше: git add -A && git commit -m 'первая статья' && git push\n\
             Следующая статья: otvet new answer --title 'Как оплатить заказ'\n"
        }
        Lang::En if is_clone => {
            "\nNext: git add -A && git commit -m 'first article' && git push\n\
             The next article: otvet new answer --title 'How to pay'\n"
        }
        Lang::Ru => {
            "\nДальше: git add -A && git commit -m 'первая статья' && otvet serve\n\
             Следующая статья: otvet new answer --title 'Как оплатить заказ'\n"
        }
        Lang::En => {
            "\nNext: git add -A && git commit -m 'first article' && otvet serve\n\
             The next article: otvet new answer --title 'How to pay'\n"
        }
    }
}

/// Says that nothing but the hook was put in.
pub fn only_hook(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => format!(
            "\nВ папке `{folder}` статьи уже есть, поэтому добавлена только проверка коммитов.\n\
             Следующая статья: otvet new answer --title 'Как оплатить заказ'\n"
        ),
        Lang::En => format!(
            "\nThere are articles in `{folder}`, so only the check of commits was put in.\n\
             The next article: otvet new answer --title 'How to pay'\n"
        ),
    }
}

/// Returns the hook that checks what is staged, in a language that was chosen or that of whoever commits.
pub fn hook(lang: Lang, folder: &str, chosen: Option<Lang>) -> String {
    let [about, missing, refused] = match lang {
        Lang::Ru => [
            "Проверяет то, что войдёт в коммит; обойти: git commit --no-verify. Создано `otvet init`.",
            "otvet здесь не установлен: статьи не проверены",
            "Коммит не сделан. Исправьте ошибки и повторите; сделать как есть: git commit --no-verify",
        ],
        Lang::En => [
            "Checks what is staged before it is committed; `git commit --no-verify` passes it by. Made by `otvet init`.",
            "otvet is not installed here: the content was not checked",
            "Nothing was committed. Mend the errors and try again; to commit as it is: git commit --no-verify",
        ],
    };
    let chosen = chosen.map(|lang| format!(" --lang {}", lang.code())).unwrap_or_default();
    format!(
        "#!/bin/sh\n\
         # {about}\n\
         if ! command -v otvet >/dev/null 2>&1; then\n  \
           echo '{missing}' >&2\n  \
           exit 0\n\
         fi\n\
         if [ ! -d {folder} ] && ! git cat-file -e HEAD:{folder} 2>/dev/null; then\n  \
           exit 0\n\
         fi\n\
         otvet check --staged {folder}{chosen} && exit 0\n\
         echo '{refused}' >&2\n\
         exit 1\n"
    )
}

/// Returns the files at the top of a repository with a first content folder, with their texts.
pub fn files_beside(lang: Lang, folder: &str) -> [(&'static str, String); 2] {
    [(".gitignore", GITIGNORE.to_owned()), ("config.toml", config(lang, folder))]
}

/// Returns the files of a first content folder, with their texts.
pub fn files(lang: Lang) -> Vec<(String, &'static str)> {
    let own = match lang {
        Lang::Ru => [
            ("vozvrat.md", ARTICLE_RU),
            ("_owners", OWNERS_RU),
            ("_lexicon.yml", LEXICON_RU),
            ("_tests/otvety.yml", TESTS_RU),
        ],
        Lang::En => [
            ("returns.md", ARTICLE_EN),
            ("_owners", OWNERS_EN),
            ("_lexicon.yml", LEXICON_EN),
            ("_tests/answers.yml", TESTS_EN),
        ],
    };
    let templates = TEMPLATES.iter().map(|template| (format!("_templates/{}.md", template.kind), template.text(lang)));
    own.into_iter().map(|(path, text)| (path.to_owned(), text)).chain(templates).collect()
}

/// Returns a first `config.toml`: what is mostly changed, as it is by default.
fn config(lang: Lang, folder: &str) -> String {
    let path = toml::Value::from(folder);
    match lang {
        Lang::Ru => format!(
            "# Настройки Otvet. Все они, с нынешними значениями: otvet config\n\
             [content]\n\
             path = {path}                # папка со статьями\n\
             # audiences = [\"public\", \"stores\", \"operators\", \"internal\"]   # для кого бывают статьи\n\
             \n\
             [server]\n\
             # listen = \"127.0.0.1:8080\"   # чтобы открыть другим: 0.0.0.0:8080, и скажите ниже, кому что видно\n\
             # public_url = \"https://kb.example.ru\"\n\
             \n\
             [access]\n\
             # anonymous = [\"public\"]      # что видит тот, кто не вошёл; дома, на 127.0.0.1, — всё\n"
        ),
        Lang::En => format!(
            "# Settings of Otvet. All of them, as they are now: otvet config\n\
             [content]\n\
             path = {path}                # the folder of articles\n\
             # audiences = [\"public\", \"stores\", \"operators\", \"internal\"]   # whom articles are for\n\
             \n\
             [server]\n\
             # listen = \"127.0.0.1:8080\"   # to open it to others: 0.0.0.0:8080, and say below who may see what\n\
             # public_url = \"https://kb.example.com\"\n\
             \n\
             [access]\n\
             # anonymous = [\"public\"]      # what those see who have not signed in; at home, on 127.0.0.1, everything\n"
        ),
    }
}

const GITIGNORE: &str = "/otvet-data/\n/otvet-tokens\n";

const ARTICLE_RU: &str = "\
---
title: Возврат товара
questions:                 # как спрашивают покупатели
  - Как вернуть товар?
  - Можно вернуть, если не подошло?
keywords: [рефанд]         # слова, по которым тоже искать
tags: [возврат]
audience: [public]         # кто видит; public — все
---
> [!ANSWER]
> Да, вернуть можно в течение 14 дней. Чек поможет, но не обязателен: найдём покупку по карте или номеру телефона.

## Что понадобится

- товар без следов носки;
- паспорт.

> [!INTERNAL]
> Эту заметку видят только сотрудники. Срок можно продлить на неделю без согласования.
";

const OWNERS_RU: &str = "\
# Кто отвечает за статьи, в которых нет `owner`, как в CODEOWNERS: путь и имена. Считается последнее совпадение.
# *            @redakciya
# /oplata/     @ivanova
";

const LEXICON_RU: &str = "\
# Слова, которые значат одно и то же.
synonyms:
  - [возврат, вернуть деньги]
";

const TESTS_RU: &str = "\
# Какая статья должна быть первой. Правка, которая это сломает, не пройдёт проверку.
- question: вернуть деньги
  first: vozvrat
";

const ARTICLE_EN: &str = "\
---
title: Returning an item
questions:                 # how customers ask
  - How do I return something?
  - Can I send it back if it does not fit?
keywords: [refund]         # other words to find it by
tags: [returns]
audience: [public]         # who may see it; public means anyone
---
> [!ANSWER]
> Yes, within 14 days. A receipt helps but is not needed: we find the purchase by card or telephone number.

## What you need

- the item, not worn;
- an identity document.

> [!INTERNAL]
> Only staff see this note. The time may be extended by a week without asking.
";

const OWNERS_EN: &str = "\
# Who answers for articles without `owner`, as in CODEOWNERS: a path and names. The last match counts.
# *            @editors
# /payment/    @smith
";

const LEXICON_EN: &str = "\
# Words that mean the same.
synonyms:
  - [return, send back]
";

const TESTS_EN: &str = "\
# Which article must come first. A change that breaks this does not pass the check.
- question: send back
  first: returns
";
