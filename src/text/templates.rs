//! Templates of articles that `otvet new` begins with where the content folder has none of its own, and that `otvet init`
//! puts there.

use super::Lang;

/// A template.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// The kind of article, as `type` in front matter and in the name of the file.
    pub kind: &'static str,
    /// What people may also call it.
    also: &'static [&'static str],
    /// The text in Russian and in English.
    texts: [&'static str; 2],
}

impl Template {
    /// Returns the text in a language.
    pub const fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ru => self.texts[0],
            Lang::En => self.texts[1],
        }
    }
}

macro_rules! template {
    ($kind:literal, $also:expr) => {
        Template {
            kind: $kind,
            also: $also,
            texts: [
                include_str!(concat!("templates/ru/", $kind, ".md")),
                include_str!(concat!("templates/en/", $kind, ".md")),
            ],
        }
    };
}

/// All templates, the usual one first.
pub const TEMPLATES: [Template; 7] = [
    template!("answer", &["ответ", "otvet", "статья", "article"]),
    template!("refusal", &["отказ", "otkaz"]),
    template!("procedure", &["порядок", "процедура", "инструкция", "poryadok", "instrukciya"]),
    template!("playbook", &["плейбук", "сценарий", "pleybuk", "scenariy"]),
    template!("reply", &["реплика", "шаблон", "replika", "shablon"]),
    template!("example", &["пример", "примеры", "разбор", "primer", "primery"]),
    template!("standard", &["стандарт", "правило", "standart", "pravilo"]),
];

/// Returns the template of a kind, by its name or another that people use.
pub fn of_kind(name: &str) -> Option<&'static Template> {
    let name = name.to_lowercase();
    TEMPLATES.iter().find(|template| template.kind == name || template.also.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_their_names_in_both_languages() {
        assert_eq!(of_kind("Отказ").map(|template| template.kind), Some("refusal"));
        assert_eq!(of_kind("article").map(|template| template.kind), Some("answer"));
        assert!(of_kind("письмо").is_none());
        for template in TEMPLATES {
            for lang in Lang::ALL {
                assert!(template.text(lang).contains(&format!("type: {}\n", template.kind)));
            }
        }
    }
}
