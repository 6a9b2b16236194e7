//! Stems and roots of words.
//!
//! The stem is Snowball's (Russian or English by the script of the word) with the fleeting vowel folded; the root strips
//! derivational suffixes by a table, so that настроить, настройка and настраивать meet. The root over-conflates on
//! purpose: it is only a weak signal.

use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::{Script, irregular, is_stop, script_of};

/// Words whose stems are kept; a corpus has a few ten thousand frequent ones.
const KEPT: usize = 1 << 15;

/// Derivational suffixes of Russian; the longest that leaves enough letters is stripped, up to four times. Ordered
/// by length, longest first.
const SUFFIXES: &[&str] = &[
    "ированн",
    "ировани",
    "ирован",
    "ивающ",
    "ывающ",
    "ировк",
    "ировщ",
    "ацион",
    "ивани",
    "ывани",
    "овани",
    "евани",
    "ованн",
    "еванн",
    "ирова",
    "ивал",
    "ывал",
    "ываем",
    "иваем",
    "иван",
    "ыван",
    "ован",
    "еван",
    "ени",
    "ани",
    "яни",
    "енн",
    "анн",
    "янн",
    "ыва",
    "ива",
    "ова",
    "ева",
    "ующ",
    "ающ",
    "яющ",
    "ивш",
    "авш",
    "аем",
    "яем",
    "уем",
    "ац",
    "яц",
    "ен",
    "ан",
    "ян",
    "ва",
    "ск",
    "к",
    "н",
    "й",
    "ь",
    "и",
    "е",
    "а",
    "я",
    "ы",
    "у",
    "ю",
    "л",
    "о",
];

/// Softened endings and what they alternate with.
const ALTERNATIONS: &[(&str, &str)] = &[
    ("жд", "д"),
    ("вл", "в"),
    ("пл", "п"),
    ("бл", "б"),
    ("мл", "м"),
    ("щ", "т"),
    ("ст", "т"),
    ("ч", "т"),
    ("ж", "з"),
    ("ш", "с"),
];

/// Fewest letters of a root.
const MIN_ROOT: usize = 4;

/// Finds stems and roots; remembers those of frequent words.
#[derive(Debug)]
pub(crate) struct Stems {
    russian: Snowball,
    english: Snowball,
    /// Where the forms of a word are in `forms`.
    kept: FxHashMap<Box<str>, usize>,
    forms: Vec<Forms>,
}

/// The stem and the root of a word; none where they are not indexed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    /// The stem; none for words that are never stemmed.
    pub(crate) stem: Option<Box<str>>,
    /// The root; none unless Cyrillic. For Latin words it would only repeat the stem.
    pub(crate) root: Option<Box<str>>,
    /// Whether the word is a stop word.
    pub(crate) stop: bool,
}

/// A stemmer that can be printed.
struct Snowball(Stemmer);

impl std::fmt::Debug for Snowball {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.algorithm().name())
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self {
            russian: Snowball(Stemmer::new(Algorithm::Russian)),
            english: Snowball(Stemmer::new(Algorithm::English)),
            kept: FxHashMap::default(),
            forms: Vec::new(),
        }
    }
}

impl Stems {
    /// Returns the stem and the root of a folded word.
    pub(crate) fn of(&mut self, word: &str, script: Script) -> &Forms {
        let at = match self.kept.get(word) {
            Some(&at) => at,
            None => self.keep(word, script),
        };
        &self.forms[at]
    }

    fn keep(&mut self, word: &str, script: Script) -> usize {
        if self.forms.len() >= KEPT {
            self.kept.clear();
            self.forms.clear();
        }
        let forms = self.find(word, script);
        self.forms.push(forms);
        self.kept.insert(word.into(), self.forms.len() - 1);
        self.forms.len() - 1
    }

    fn find(&self, word: &str, script: Script) -> Forms {
        let stop = is_stop(word);
        let word = if stop { word } else { irregular::base(word).unwrap_or(word) };
        match script {
            Script::Other => Forms { stop, ..Forms::default() },
            Script::Latin => Forms { stem: Some(self.english.0.stem(word).as_ref().into()), root: None, stop },
            Script::Cyrillic => {
                let stem = self.russian.0.stem(word);
                let stem = without_fleeting_vowel(&stem);
                Forms { root: Some(root(&stem).into()), stem: Some(stem.into()), stop }
            }
        }
    }
}

/// Returns the irregular forms that have this stem or root: they need not begin as it does.
pub(crate) fn irregular_forms(stem: &str) -> &'static [&'static str] {
    static FORMS: LazyLock<FxHashMap<Box<str>, Vec<&'static str>>> = LazyLock::new(|| {
        let mut stems = Stems::default();
        let mut forms: FxHashMap<Box<str>, Vec<&str>> = FxHashMap::default();
        for (form, _) in irregular::all() {
            let found = stems.of(form, script_of(form));
            for key in found.stem.iter().chain(&found.root) {
                forms.entry(key.clone()).or_default().push(form);
            }
        }
        forms
    });
    FORMS.get(stem).map_or(&[], Vec::as_slice)
}

/// Drops the vowel of «скидок», «карточек», «продавец», which «скидка», «карточка», «продавца» do not have, and turns the
/// one of «настроек», «батареек» into what «настройка», «батарейка» have.
fn without_fleeting_vowel(stem: &str) -> String {
    let mut letters: Vec<char> = stem.chars().collect();
    if let [.., before, 'е', 'к'] = letters[..]
        && letters.len() >= 4
        && is_vowel(before)
    {
        let vowel = letters.len() - 2;
        letters[vowel] = 'й';
        return letters.into_iter().collect();
    }
    if let [.., before, vowel @ ('о' | 'е'), last @ ('к' | 'ц')] = letters[..]
        && letters.len() >= 5
        && !is_vowel(before)
        && !(last == 'ц' && vowel == 'о')
    {
        letters.remove(letters.len() - 2);
    }
    letters.into_iter().collect()
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
}

/// Returns the derivational root of a stem.
fn root(stem: &str) -> String {
    let mut rest = stem;
    for _ in 0..4 {
        let long_enough = |left: &&str| left.chars().count() >= MIN_ROOT;
        let Some(left) = SUFFIXES.iter().filter_map(|suffix| rest.strip_suffix(suffix)).find(long_enough) else {
            break;
        };
        rest = left;
    }
    let mut root = rest.to_owned();
    // The first letters stay as they are: highlighting goes by them.
    if let Some((from, to)) = ALTERNATIONS.iter().find(|(from, _)| rest.ends_with(from))
        && rest.chars().count() > from.chars().count() + 1
    {
        root.truncate(rest.len() - from.len());
        root.push_str(to);
    }
    // «оформлять» and «оформить», «платить» and «плачу» differ in the last vowel, too.
    if let Some((at, 'а')) = root.char_indices().rev().find(|&(_, c)| is_vowel(c)) {
        root.replace_range(at..at + 'а'.len_utf8(), "о");
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(word: &str) -> Forms {
        let latin = word.is_ascii();
        Stems::default().of(word, if latin { Script::Latin } else { Script::Cyrillic }).clone()
    }

    fn meet(words: &[&str], what: fn(&Forms) -> &Option<Box<str>>) -> bool {
        words.windows(2).all(|pair| what(&forms(pair[0])) == what(&forms(pair[1])))
    }

    #[test]
    fn word_forms_share_a_stem() {
        assert!(meet(&["возврат", "возврата", "возвратом"], |f| &f.stem));
        assert!(meet(&["скидка", "скидок", "скидки"], |f| &f.stem));
        assert!(meet(&["карточка", "карточек"], |f| &f.stem));
        assert!(meet(&["настройка", "настроек", "настройки"], |f| &f.stem));
        assert!(meet(&["батарейка", "батареек"], |f| &f.stem));
        assert!(meet(&["чек", "чеки", "чеков", "чеком"], |f| &f.stem));
        assert!(meet(&["заказ", "заказов", "заказы"], |f| &f.stem));
        assert!(meet(&["сотрудник", "сотрудников"], |f| &f.stem));
        assert!(meet(&["продавец", "продавца", "продавцов"], |f| &f.stem));
        assert!(meet(&["return", "returned", "returns"], |f| &f.stem));
    }

    #[test]
    fn irregular_forms_share_a_stem() {
        assert!(meet(&["день", "дня", "дней", "днями"], |f| &f.stem));
        assert!(meet(&["деньги", "денег", "деньгами"], |f| &f.stem));
        assert!(meet(&["ребенок", "ребенка", "детям"], |f| &f.stem));
        assert!(meet(&["прийти", "пришел", "придет"], |f| &f.stem));
        assert!(meet(&["pay", "paid", "paying"], |f| &f.stem));
        assert!(!meet(&["день", "деньги"], |f| &f.stem));
    }

    #[test]
    fn derived_words_share_a_root() {
        assert!(meet(&["настроить", "настройка", "настраивать", "настроенный"], |f| &f.root));
        assert!(meet(&["удалить", "удаление", "удален"], |f| &f.root));
    }

    #[test]
    fn words_with_digits_are_not_stemmed() {
        assert_eq!(Stems::default().of("kc2", Script::Other), &Forms::default());
    }
}
