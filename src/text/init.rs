//! What `otvet init` writes and says.

use super::Lang;

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

/// Says what to do next.
pub fn next(lang: Lang, folder: &str) -> String {
    match lang {
        Lang::Ru => {
            format!("\nДальше: git add -A && git commit -m 'первая статья' && otvet serve --content {folder}\n")
        }
        Lang::En => format!("\nNext: git add -A && git commit -m 'first article' && otvet serve --content {folder}\n"),
    }
}

/// Returns the hook that checks what is staged.
pub fn hook(folder: &str) -> String {
    format!(
        "#!/bin/sh\n\
         # Checks what is staged before it is committed; `git commit --no-verify` passes it by. Made by `otvet init`.\n\
         if ! command -v otvet >/dev/null 2>&1; then\n  \
           echo 'otvet is not installed here: the content was not checked' >&2\n  \
           exit 0\n\
         fi\n\
         [ -d {folder} ] || exit 0\n\
         exec otvet check --staged {folder}\n"
    )
}

/// Returns the files of a first content folder, with their texts.
pub const fn files(lang: Lang) -> [(&'static str, &'static str); 6] {
    match lang {
        Lang::Ru => [
            (".gitignore", GITIGNORE),
            ("vozvrat.md", ARTICLE_RU),
            ("_lexicon.yml", LEXICON_RU),
            ("_tests/otvety.yml", TESTS_RU),
            ("_templates/otvet.md", TEMPLATE_RU),
            ("_templates/otkaz.md", REFUSAL_RU),
        ],
        Lang::En => [
            (".gitignore", GITIGNORE),
            ("returns.md", ARTICLE_EN),
            ("_lexicon.yml", LEXICON_EN),
            ("_tests/answers.yml", TESTS_EN),
            ("_templates/answer.md", TEMPLATE_EN),
            ("_templates/refusal.md", REFUSAL_EN),
        ],
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

const TEMPLATE_RU: &str = "\
---
title:
questions:
  -
tags: []
audience: [public]
---
> [!ANSWER]
> Ответ, который можно отправить как есть.

## Условия

> [!INTERNAL]
> Заметка для сотрудников.
";

const REFUSAL_RU: &str = "\
---
title:
type: refusal
questions:
  -
audience: [operators]
---
> [!ANSWER]
> Понимаю. Сделать это не получится, потому что … Зато можно …

## Почему нельзя

## Что предложить взамен
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

const TEMPLATE_EN: &str = "\
---
title:
questions:
  -
tags: []
audience: [public]
---
> [!ANSWER]
> An answer that can be sent as it is.

## Conditions

> [!INTERNAL]
> A note for staff.
";

const REFUSAL_EN: &str = "\
---
title:
type: refusal
questions:
  -
audience: [operators]
---
> [!ANSWER]
> I see. This is not possible, because … What we can do is …

## Why not

## What to offer instead
";
