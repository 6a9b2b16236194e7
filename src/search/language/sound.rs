//! How words sound: Russian in Latin letters, English in Russian ones, and doubled letters, all to one alphabet.

/// Spellings by sound, longest first: what is written, and the letters of the common alphabet.
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "S"),
    ("sch", "S"),
    ("сч", "S"),
    ("зч", "S"),
    ("zh", "Z"),
    ("sh", "S"),
    ("ch", "C"),
    ("kh", "h"),
    ("ts", "ts"),
    ("yu", "iu"),
    ("ju", "iu"),
    ("ya", "ia"),
    ("ja", "ia"),
    ("yo", "e"),
    ("jo", "e"),
    ("ye", "e"),
    ("ck", "k"),
    ("ph", "f"),
    ("iy", "i"),
    ("yy", "i"),
    ("а", "a"),
    ("б", "b"),
    ("в", "v"),
    ("г", "g"),
    ("д", "d"),
    ("е", "e"),
    ("ж", "Z"),
    ("з", "z"),
    ("и", "i"),
    ("й", "i"),
    ("к", "k"),
    ("л", "l"),
    ("м", "m"),
    ("н", "n"),
    ("о", "o"),
    ("п", "p"),
    ("р", "r"),
    ("с", "s"),
    ("т", "t"),
    ("у", "u"),
    ("ф", "f"),
    ("х", "h"),
    ("ц", "ts"),
    ("ч", "C"),
    ("ш", "S"),
    ("щ", "S"),
    ("ъ", ""),
    ("ы", "i"),
    ("ь", ""),
    ("э", "e"),
    ("ю", "iu"),
    ("я", "ia"),
    ("w", "v"),
    ("q", "k"),
    ("c", "k"),
    ("x", "ks"),
    ("y", "i"),
    ("j", "i"),
];

/// Latin spellings of Russian, longest first. What `y` is depends on what stands before it.
pub(crate) const RUSSIAN: &[(&str, &str)] = &[
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("iu", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("ia", "ия"),
    ("yo", "е"),
    ("jo", "е"),
    ("iy", "ий"),
    ("yy", "ый"),
    ("yj", "ый"),
    ("a", "а"),
    ("b", "б"),
    ("v", "в"),
    ("w", "в"),
    ("g", "г"),
    ("d", "д"),
    ("e", "е"),
    ("z", "з"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("q", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("f", "ф"),
    ("h", "х"),
    ("c", "ц"),
    ("x", "кс"),
];

/// Returns the sound of a folded word, so that words written in either alphabet meet; doubled letters count once.
pub(crate) fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (letters, length) = match SOUNDS.iter().find(|(written, _)| rest.starts_with(written)) {
            Some((written, letters)) => (*letters, written.len()),
            None => (&rest[..c.len_utf8()], c.len_utf8()),
        };
        for letter in letters.chars() {
            if !sound.ends_with(letter) {
                sound.push(letter);
            }
        }
        rest = &rest[length..];
    }
    sound
}

/// Returns how a word in Latin letters may be written in Russian, the likeliest first.
pub(crate) fn in_russian(word: &str) -> Vec<String> {
    let spell = |y: &str, c: &str| {
        let mut russian = String::with_capacity(2 * word.len());
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let (letters, length) = match RUSSIAN.iter().find(|(written, _)| rest.starts_with(written)) {
                Some((written, letters)) => (if *written == "c" { c } else { *letters }, written.len()),
                None if first == 'y' => {
                    let after_vowel = russian.ends_with(['а', 'е', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я']);
                    (if after_vowel { "й" } else { y }, 1)
                }
                None => (&rest[..first.len_utf8()], first.len_utf8()),
            };
            russian.push_str(letters);
            rest = &rest[length..];
        }
        russian
    };
    let mut spellings = vec![spell("ы", "ц")];
    if word.contains("sch") {
        spellings.push(spellings[0].replace('щ', "сч"));
    }
    for (y, c) in [("й", "ц"), ("и", "ц"), ("ы", "к")] {
        let other = spell(y, c);
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_sound_alike() {
        for (latin, russian) in [
            ("vozvrat", "возврат"),
            ("nakladnoy", "накладной"),
            ("chek", "чек"),
            ("zhaloba", "жалоба"),
            ("docker", "докер"),
            ("skhema", "схема"),
            ("schet", "счет"),
        ] {
            assert_eq!(sound(latin), sound(russian), "{latin}");
        }
        assert_eq!(sound("коллекция"), sound("колекция"));
        assert_ne!(sound("возврат"), sound("возрат"));
    }

    #[test]
    fn latin_letters_are_written_in_russian() {
        assert_eq!(in_russian("vozvrat")[0], "возврат");
        assert_eq!(in_russian("oplaty")[0], "оплаты");
        assert!(in_russian("schet").contains(&"счет".to_owned()) && in_russian("eshche")[0] == "еще");
        assert!(in_russian("pechat").contains(&"печат".to_owned()));
        assert!(in_russian("nakladnoy").contains(&"накладной".to_owned()));
    }
}
