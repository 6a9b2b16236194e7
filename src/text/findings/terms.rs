//! The English terms that findings carry in themselves (what is expected, why a name is bad), in Russian.

/// What the parser says of a tab.
pub(super) const TAB: &str = "a tab indents the line; use spaces";

/// What findings say in their own words, in English and Russian. What is not here is shown as it is.
const TERMS: [(&str, &str); 78] = [
    ("a text", "текст"),
    ("a list of texts", "список текстов"),
    ("a list of audiences", "список аудиторий"),
    ("a word of lower-case letters, digits and `-`", "слово из строчных букв, цифр и `-`"),
    ("a language code such as `ru`", "код языка, например `ru`"),
    ("`current`, `draft` or `archived`", "`current`, `draft` или `archived`"),
    ("`{every: 90d}` or `{by: 2027-02-01}`", "`{every: 90d}` или `{by: 2027-02-01}`"),
    ("`{by: NAME, on: 2026-11-12}`", "`{by: ИМЯ, on: 2026-11-12}`"),
    ("a time such as `90d`, `12w`, `3m` or `1y`", "срок, например `90d`, `12w`, `3m` или `1y`"),
    ("a date such as `2026-11-12`", "дата, например `2026-11-12`"),
    (TAB, "отступ сделан табуляцией, а нужны пробелы"),
    ("mapping values are not allowed in this context", "лишнее двоеточие, или не хватает отступа"),
    ("a quote is not closed", "кавычка не закрыта"),
    ("there is more behind the closing quote", "после закрывающей кавычки есть что-то ещё"),
    ("a bracket is not closed, or a comma is missing", "скобка не закрыта или не хватает запятой"),
    ("a bracket has no other", "у скобки нет пары"),
    ("a colon and a space are missing behind a key", "после ключа нужны двоеточие и пробел"),
    (
        "a key is expected here: look at indents, brackets and quotes",
        "здесь ожидается ключ: проверьте отступы, скобки и кавычки",
    ),
    ("the indent is not that of the lines around it", "отступ не такой, как у соседних строк"),
    (
        "`\\` in double quotes begins a special character; write `\\\\`",
        "`\\` в двойных кавычках начинает особый знак; напишите `\\\\`",
    ),
    ("keys with values are expected, such as `title: …`", "ожидаются ключи со значениями, например `title: …`"),
    ("keys with values are expected, such as `synonyms:`", "ожидаются ключи со значениями, например `synonyms:`"),
    ("a second document", "второй документ"),
    ("a list or map as a key", "список или словарь в качестве ключа"),
    ("16 KiB", "16 КиБ"),
    ("500 values", "500 значений"),
    ("50000 values", "50 000 значений"),
    ("8 lists and maps within one another", "8 списков и словарей друг в друге"),
    ("4096 bytes in one text", "4096 байт в одном тексте"),
    ("1024 bytes in one text", "1024 байт в одном тексте"),
    ("32 nested quotes or lists", "32 цитат и списков друг в друге"),
    ("64 table columns", "64 столбцов в таблице"),
    ("5,000 table rows", "5000 строк в таблицах"),
    ("2,000 link definitions", "2000 определений ссылок"),
    ("1,000 footnotes", "1000 сносок"),
    ("4 MiB of HTML", "4 МиБ HTML"),
    ("empty name", "пустое имя"),
    ("name longer than 255 bytes", "имя длиннее 255 байт"),
    ("space or full stop at the edge of a name", "пробел или точка на краю имени"),
    ("not valid UTF-8", "не UTF-8"),
    ("the name is not UTF-8", "имя не в UTF-8"),
    ("slash inside a name", "косая черта в имени"),
    ("a name that git reserves", "имя, занятое самим git"),
    ("control character", "управляющий символ"),
    ("invisible or direction-changing character", "невидимый символ или символ, меняющий направление письма"),
    (r#"one of \ : * ? " < > |"#, r#"один из символов \ : * ? " < > |"#),
    ("a name that Windows reserves", "имя, занятое Windows"),
    ("path longer than 1,024 bytes", "путь длиннее 1024 байт"),
    ("not in Unicode NFC", "имя не в форме Unicode NFC"),
    ("entry of an unknown mode", "запись неизвестного вида"),
    ("16 folders within folders", "16 папок друг в друге"),
    (
        "a pointer of git LFS, the file itself is not in the repository",
        "это указатель git LFS, самого файла в репозитории нет",
    ),
    ("symbolic link", "символическая ссылка"),
    ("submodule", "подмодуль"),
    ("200,000 entries", "200 000 файлов и папок"),
    ("32 MiB of paths", "32 МиБ путей"),
    ("a group of synonyms has one word only", "в группе синонимов одно слово"),
    ("a one-way group needs `from` and `to`", "односторонней группе нужны `from` и `to`"),
    ("expected a word or phrase", "ожидается слово или выражение"),
    (
        "expected a list of groups such as `[refund, money back]`",
        "ожидается список групп, например `[рефанд, возврат денег]`",
    ),
    (
        "expected base words with their forms, such as `man: [men]`",
        "ожидаются слова с их формами, например `человек: [люди]`",
    ),
    ("expected abbreviations with what they stand for", "ожидаются сокращения с расшифровкой"),
    (
        "expected a list of tests such as `- {question: …, first: a-slug}`",
        "ожидается список проверок вида `- {question: …, first: адрес-статьи}`",
    ),
    ("`question` is missing", "нет ключа `question`"),
    (
        "exactly one of `first`, `among` with `article`, `absent` and `nothing` is needed",
        "нужен ровно один ключ из `first`, `among` с `article`, `absent` и `nothing`",
    ),
    ("expected a text or a list of texts", "ожидается текст или список текстов"),
    ("`among` must be a number from 1 to 10", "`among` — число от 1 до 10"),
    ("`nothing` can only be `true`", "`nothing` может быть только `true`"),
    (
        "keys with values are expected, such as `days: 14 days`",
        "ожидаются ключи со значениями, например `days: 14 дней`",
    ),
    ("names have letters, digits, `-`, `_` and `.` only", "в именах бывают только буквы, цифры, `-`, `_` и `.`"),
    ("the fact has no value", "у факта нет значения"),
    ("a fact is one text, not a list", "факт — это один текст, а не список"),
    ("a fact is one text", "факт — это один текст"),
    ("another file has a fact of this name", "факт с таким именем уже есть в другом файле"),
    (
        "`!` is not possible here; write the exception on a line below, the last match counts",
        "`!` здесь не действует; запишите исключение строкой ниже: считается последнее совпадение",
    ),
    (
        "`[…]` is not possible here; write `*` or a line for each",
        "`[…]` здесь не действует; поставьте `*` или запишите строки по одной",
    ),
    ("more than 1000 lines; the rest is not read", "строк больше 1000, остальные не читаются"),
    ("`repeats` can only be `allowed`", "`repeats` может быть только `allowed`"),
];

/// What findings say around a value.
const AROUND: [[(&str, &str); 2]; 5] = [
    [("files of this kind are not served: ", "файлы такого вида не показываются: "), ("", "")],
    [("a value cannot begin with ", "значение не может начинаться с "), ("", "")],
    [("more than ", "больше "), ("", "")],
    [("", "ключ "), (" is written twice", " записан дважды")],
    [("", ""), (" is not allowed", " использовать нельзя")],
];

/// Returns in Russian what a finding says in English.
pub(super) fn term(english: &str) -> String {
    if let Some((_, russian)) = TERMS.iter().find(|(known, _)| *known == english) {
        return (*russian).to_owned();
    }
    let around = |[before, behind]: &[(&str, &str); 2]| {
        let value = english.strip_prefix(before.0)?.strip_suffix(behind.0)?;
        Some(format!("{}{}{}", before.1, term(value), behind.1))
    };
    AROUND.iter().find_map(around).unwrap_or_else(|| english.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places_in_terms() {
        assert_eq!(term("`days` is written twice"), "ключ `days` записан дважды");
        assert_eq!(term("more than 8 lists and maps within one another"), "больше 8 списков и словарей друг в друге");
        assert_eq!(term("a value cannot begin with `@`"), "значение не может начинаться с `@`");
        assert_eq!(term("something new"), "something new");
    }
}
