//! What each kind of finding asks of content, in one line, for viewers that group findings by it.

use crate::text::Lang;

/// The code, and what holds where nothing of that kind is found, in English and Russian.
const RULES: [(&str, &str, &str); 57] = [
    ("KB001", "front matter is valid YAML", "шапка статьи — правильный YAML"),
    ("KB002", "front matter stands between `---` at the top", "шапка статьи стоит в начале между `---`"),
    ("KB003", "front matter is not too large", "шапка статьи не слишком велика"),
    ("KB004", "front matter has no anchors, tags and merge keys", "в шапке статьи нет якорей, тегов и слияний"),
    ("KB005", "values are of the right type", "значения нужного вида"),
    ("KB006", "keys are known", "ключи известны"),
    ("KB007", "no key is written twice", "ни один ключ не записан дважды"),
    ("KB008", "audiences are known", "аудитории известны"),
    ("KB009", "owners are known", "владельцы известны"),
    ("KB010", "slugs can be addresses", "адреса статей годятся"),
    ("KB011", "no two articles have one slug", "у каждой статьи свой адрес"),
    ("KB012", "no former address belongs to another article", "прежние адреса не заняты"),
    ("KB013", "no two articles answer one question", "на вопрос отвечает одна статья"),
    ("KB014", "former addresses lead on", "прежние адреса ведут дальше"),
    ("KB015", "values are not cut off by a comment", "комментарий не отрезает часть значения"),
    ("KB020", "links lead somewhere", "ссылки куда-то ведут"),
    ("KB021", "linked headings exist", "заголовки, на которые ссылаются, есть"),
    ("KB022", "links lead where they may", "ссылки ведут туда, куда можно"),
    ("KB023", "named articles exist", "названные статьи есть"),
    ("KB024", "addresses with spaces stand in angle brackets", "адреса с пробелами стоят в угловых скобках"),
    ("KB030", "articles answer something", "в статье есть ответ"),
    ("KB031", "there is one answer for each channel", "для каждого канала один ответ"),
    ("KB032", "images say what they show", "у картинок есть описание"),
    ("KB033", "heading ids are unique", "якоря заголовков не повторяются"),
    ("KB034", "raw HTML is shown", "HTML показывается"),
    ("KB035", "marks begin block quotes", "пометки стоят в начале цитат"),
    ("KB036", "marks are known", "пометки известны"),
    ("KB037", "what is shown is not defined in internal notes", "показанное не определено во внутренних заметках"),
    ("KB038", "internal notes end with an empty line", "внутренние заметки отделены пустой строкой"),
    ("KB039", "no merge conflict is left", "не осталось следов слияния"),
    ("KB040", "files are text in UTF-8", "файлы — текст в UTF-8"),
    ("KB041", "files are not too large", "файлы не слишком велики"),
    ("KB042", "texts are not too complex", "тексты не слишком сложны"),
    ("KB050", "file names can be served", "имена файлов годятся"),
    ("KB051", "file names differ in more than case", "имена файлов отличаются не только регистром"),
    ("KB052", "everything is a file", "всё — файлы"),
    ("KB053", "there is not too much of anything", "ничего не слишком много"),
    ("KB054", "files can be read", "файлы читаются"),
    ("KB055", "attachments can be served", "вложения показываются"),
    ("KB060", "the lexicon can be used", "словарь синонимов годится"),
    ("KB061", "answer tests can be asked", "проверки ответов можно задать"),
    ("KB062", "questions find the right article", "на вопросы находится нужная статья"),
    ("KB063", "questions do not find the wrong article", "на вопросы не находится лишнее"),
    ("KB064", "`_owners` can be read", "`_owners` читается"),
    ("KB065", "patterns of `_owners` match files", "под строки `_owners` подходят файлы"),
    ("KB070", "reviews are not overdue", "проверки не просрочены"),
    ("KB071", "no review is due soon", "срок проверки не подошёл"),
    ("KB072", "nothing was verified on a day to come", "день проверки уже наступил"),
    ("KB073", "verified articles say what they said then", "проверенные статьи не изменились после проверки"),
    ("KB080", "facts can be used", "факты годятся"),
    ("KB081", "named facts exist", "названные факты есть"),
    ("KB082", "named fragments exist", "названные фрагменты есть"),
    ("KB083", "long fragments stand on lines of their own", "длинные фрагменты стоят на своих строках"),
    ("KB084", "fragments hold no fragments", "фрагменты не вложены"),
    ("KB085", "facts are named, not repeated", "факты названы, а не повторены"),
    ("KB086", "braces put something in", "скобки что-то вставляют"),
    ("KB090", "words are spelt as in the dictionary", "слова есть в словаре"),
];

/// Returns what a kind of finding asks, by its code.
pub fn rule(lang: Lang, code: &str) -> &'static str {
    let rule = RULES.iter().find(|(known, ..)| *known == code);
    rule.map_or("", |(_, english, russian)| match lang {
        Lang::Ru => russian,
        Lang::En => english,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_rule() {
        let source = include_str!("../../diagnostic.rs");
        let codes = source.split("=> \"KB").skip(1).map(|rest| format!("KB{}", &rest[..3]));
        let mut codes: Vec<String> = codes.collect();
        codes.sort_unstable();
        assert_eq!(codes, RULES.map(|(code, ..)| code), "in both, and in order");
        assert!(RULES.iter().all(|(code, ..)| !rule(Lang::Ru, code).is_empty()));
    }
}
