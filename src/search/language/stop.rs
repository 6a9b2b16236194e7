//! Stop words: words so common that they say little about what is asked. They are not dropped: in titles and headings
//! they still tell «где карта» from «как карта», and a query of stop words alone is searched as it stands.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// Russian and English stop words, question words and politeness included; folded.
pub(crate) const STOP: &str = "\
    a about after all also am an and any are as at be because been before being between both but by can could \
    did do does doing dont during each few for from further had has have having he hello her here hers hi him \
    his how i id if im in into is it its ive just may me might mine more most must my no nor not now of off on \
    once only or other our ours out over own please same she should so some such tell than thank thanks that the \
    their them then there these they this those through to too under until up us very was we were what when \
    where whether which while who whom whose why will with would you your yours а без более больше будет буду \
    будут будь будьте бы был была были было быть в вам вами вас ваш ваша ваше ваши весь во вот все всего всех \
    всю вы где да даже для до доброе добрый его ее ей если есть еще же за зачем здесь здравствуйте и из или им \
    их к кажется как какая какие каким какими каких каков какова каково каковы какого какое какой какую кем ко кого когда кому конечно которая которого \
    которое которой котором которую которые который которых кто куда ли либо лучше меня мне много мной мог могу \
    могут мое может можно мои мой моя мы на над надо нам нас наш наша наше наши не него нее ней нельзя нет ни \
    нибудь нигде ним них ничего но ну нужно о об однако он она они оно от откуда очень перед по под подскажите \
    пожалуйста после потом потому почему почти при привет про просто раз разве с сам свое своего своей свои свой \
    свою себе себя сейчас скажите сколько со спасибо так такая также такие такой там те тебя тем теперь то тогда \
    того тоже той только том тот ту тут ты у уже хорошо хоть хотя чего чей чем чему через что чтоб чтобы чье чья эта \
    эти этим этих это этого этой этом этот эту я";

/// Returns whether a folded word is a stop word.
pub(crate) fn is_stop(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| STOP.split(' ').collect());
    WORDS.contains(word)
}

/// Returns whether a folded word denies the one behind it: «без чека» says the opposite of «с чеком».
pub(crate) fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "не" | "без"
            | "нет"
            | "нельзя"
            | "no"
            | "not"
            | "without"
            | "cannot"
            | "cant"
            | "dont"
            | "doesnt"
            | "didnt"
            | "isnt"
            | "wont"
    )
}

/// Tells word by word which words of a text are denied: the one behind a negation, with at most one stop word between.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Denied {
    /// Words that the negation still reaches.
    reach: u8,
}

impl Denied {
    /// Takes the next word of the text. Returns whether it is denied.
    pub(crate) fn is(&mut self, word: &str, stop: bool) -> bool {
        if is_negation(word) {
            self.reach = 2;
            return false;
        }
        let reached = self.reach > 0;
        self.reach = if stop { self.reach.saturating_sub(1) } else { 0 };
        reached && !stop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_words_are_stop_words_and_content_is_not() {
        assert!(["как", "где", "how", "не", "здравствуйте", "все"].into_iter().all(is_stop));
        assert!(!["возврат", "return", "чек", "деньги"].into_iter().any(is_stop));
    }

    #[test]
    fn word_behind_a_negation_is_denied() {
        let denied = |text: &str| {
            let mut denied = Denied::default();
            text.split(' ').filter(|word| denied.is(word, is_stop(word))).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(denied("вернуть без чека товар"), "чека");
        assert_eq!(denied("не был доставлен заказ"), "доставлен");
        assert_eq!(denied("с чеком и без"), "");
        assert_eq!(denied("without a receipt"), "receipt");
    }
}
