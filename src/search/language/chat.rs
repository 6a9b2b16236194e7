//! What people wrap a question into: greetings, thanks, «клиент спрашивает», `could you please tell me`. A question is
//! searched without it, as long as there is a question left; a query of nothing else is searched as it stands.
//!
//! The phrases are written as patterns of folded words: `a|b` is either, `a?` may be missing. Where several fit, the longest
//! wins. Words that only fill a long message, but mean something in a short query, are no phrases: see [`is_filler`].

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// The phrases, one a line.
const PHRASES: &str = "\
    здравствуйте|здраствуйте|здрасте|здрасьте|здравствуй|приветствую|привет|приветик|хай всем?
    добрый|доброе|доброго|доброй день|дня|вечер|вечера|утро|утра|ночи|времени суток? всем?
    доброго времени суток
    подскажите|подскажыте|подскажи|подскажете|подсказать|посоветуйте|посоветуй пожалуйста? мне|нам?
    скажите|скажи пожалуйста? мне|нам?
    объясните|обьясните|объясни|поясните|расскажите|напомните|уточните|разъясните пожалуйста? мне|нам?
    помогите|помоги пожалуйста? мне|нам? разобраться|понять|найти|решить?
    пожалуйста|пожалуста|пожайлуста|пожалуйсто|пжалста|пожалста|пж|пжл|пжлст|плиз|плз
    спасибо|спс|спасибки|благодарю|мерси вам|вас? большое|огромное|заранее|всем?
    спасибо|благодарю за ответ|помощь|внимание|понимание|информацию|консультацию|разъяснение
    заранее спасибо|благодарю|благодарен|благодарна|благодарны вам|вас? большое|огромное? за? ответ|помощь?
    заранее большое|огромное спасибо за? ответ|помощь?
    большое|огромное спасибо за? ответ|помощь?
    буду|будем очень? благодарен|благодарна|благодарны|признателен|признательна|признательны вам? за? ответ|помощь?
    с уважением
    будьте|будь добры|любезны|добр|добра|любезен
    не могли|можете бы? вы? подсказать|помочь|сказать|объяснить|пояснить|рассказать|ответить|уточнить мне|нам? пожалуйста?
    могли|можете|можешь|сможете бы? вы? подсказать|помочь|сказать|объяснить|пояснить|рассказать|ответить мне|нам? пожалуйста?
    вы? не подскажете|подскажите мне|нам?
    можно|могу|можем ли? узнать|уточнить|спросить|поинтересоваться|выяснить у? вас?
    можно задать? вопрос
    хотел|хотела|хотели|хотелось|хочу|хотим бы? узнать|уточнить|спросить|поинтересоваться|выяснить|понять|разобраться у? вас?
    хотел|хотела|хотели|хочу|хотим бы? уточнить|задать|спросить у? вас? такой|один вопрос|момент
    вопрос такой|следующий
    такой|следующий|есть|маленький|небольшой вопрос|вопросик
    у меня|нас есть? такой|такая|вот|тут|следующий|следующая? вопрос|вопросик|ситуация|проблема|история|дело
    такая ситуация|история|проблема
    вот какая|такая ситуация|история|проблема
    меня|нас очень? интересует|интересуют такой|следующий? вопрос?
    мне|нам интересно узнать?
    мне|нам нужно|надо|необходимо|требуется узнать|уточнить|спросить|выяснить|понять
    нужна|требуется ваша помощь|консультация
    прошу вас? подсказать|помочь|разъяснить|пояснить|сообщить|объяснить|ответить|рассказать мне|нам?
    никак? не могу|можем|получается понять|разобраться|сообразить|дозвониться
    я? уже? не знаю|знаем куда|как|что|кому еще? обращаться|обратиться|делать|быть|поступить
    я? не понимаю|понимаем
    клиент|клиентка|клиенты|покупатель|покупательница|человек|пользователь|абонент|гость|гостья|девушка|мужчина|женщина спрашивает|спросил|спросила|спрашивают|интересуется|интересуются|уточняет|уточнил|уточнила|просит|просят|говорит|пишет|звонит|хочет|хотят|желает узнать|уточнить|понять|знать|подсказать|рассказать? про|о|об|насчет?
    спрашивает|спрашивают|интересуется|интересуются клиент|клиенты|покупатель|человек
    клиент|клиентка|покупатель|покупательница|человек обратился|обратилась|обращается с вопросом|просьбой
    вопрос от клиента|покупателя|пользователя
    клиенту|покупателю нужно|надо узнать|уточнить|понять
    слушайте|слушай|послушайте|смотрите|короче|вобщем|кстати|блин а? вот?
    коллеги|ребята|народ|ребят|господа|уважаемые|товарищи
    как я понял|поняла|понимаю
    насколько|если я? знаю|понимаю|помню|понял|поняла|правильно?
    если можно|возможно|несложно|нетрудно
    если вам? не сложно|трудно|затруднит
    извините|извини|простите|прости|извиняюсь|сорри|сори за? беспокойство?
    прошу прощения за? беспокойство?
    жду|ждем вашего? ответа|ответ
    очень прошу|нужно|надо|срочно помочь|помощь?
    всего доброго|хорошего|наилучшего
    хорошего|приятного вам? дня|вечера
    hi|hello|hey|hiya|greetings there|all|team|guys|everyone|everybody|folks|again?
    good morning|afternoon|evening|day to? all|everyone|you?
    dear team|support|all|sir|madam|sirs|colleagues or? madam?
    could|can|would|will you|u|someone|anyone|anybody|somebody please|kindly|possibly? tell|help|explain|advise|assist|show|clarify|share|guide|inform|walk to? me|us? out|know|understand|through? about|on|with|regarding?
    could|can|would|will you please|kindly let me|us know about|if|whether|how?
    please|pls|plz|kindly tell|help|explain|advise|assist|clarify|inform to? me|us? out|understand? about|with|regarding?
    please|pls|plz|kindly let me|us know about?
    please|pls|plz|kindly
    i|we would|d|want|wanted|need|like|wish like? to know|ask|find|understand|learn|check|clarify|inquire|enquire out? about|if|whether|how?
    id like|love to know|ask|find|understand|learn|check|clarify|inquire out? about|if|whether|how?
    tell|explain|help me|us to? understand? about|with|how?
    let me|us know about?
    i|we was|am|are|were just? wondering|curious if|whether|about? you|someone|anyone? could|can? help|tell|explain? me|us? with|about?
    im just? wondering|curious if|whether|about? you|someone? could|can? help|tell|explain? me|us? with|about?
    just? wondering if|whether|about
    a|the|my|our|one customer|client|user|shopper|buyer|visitor is|was|keeps? asking|asks|asked|wondering|wonders|inquiring|inquired|saying|says|calling|wants|wanted to? know|ask|find|understand? out? about|if|whether|how|for?
    customer|client|user|shopper|buyer is|was|keeps? asking|asks|asked|wondering|wonders|inquiring|inquired|saying|says|calling|wants|wanted to? know|ask|find|understand? out? about|if|whether|how|for?
    i|we have|got|ve a|one|another quick|small|simple? question about|regarding|on|concerning?
    i|we have|ve|am|are|were|was|im having|had|got|experiencing some|a|an|few? trouble|troubles|difficulty|difficulties|issue|issues|problem|problems with|when|in?
    im|am having|experiencing some|a|an|few? trouble|troubles|difficulty|difficulties|issue|issues|problem|problems with|when|in?
    quick|small|simple|another question about|regarding|on?
    question about|regarding|concerning
    thanks|thank|thx|tnx|cheers you|u? so|very? much? a? lot|million|bunch? in? advance? for? your|the|any|all? help|time|assistance|answer|support|reply|response?
    many thanks in? advance? for? your|the? help|time?
    any help|advice|ideas is|would be|will? be? much|greatly|highly? appreciated|welcome
    much|greatly|highly appreciated
    i|we would? really? appreciate your|any|some|the help|assistance|answer|advice
    sorry to bother|disturb|trouble|ask you?
    sorry for the? trouble|bother|inconvenience|question
    excuse|pardon me
    can|could|does|do|if anybody|anyone|someone|somebody please? explain|help|tell|know|knows|advise to? me|us? how|about|with?
    kind|best|warm regards|wishes
    need|needs some|your|a? help|assistance|advice with|on|about|regarding?
    help me|us please? with|understand|out?";

/// Words that say little in a long message; folded.
const FILLERS: &str = "\
    вопрос вопросик ситуация помогите разобраться понять узнать уточнить спросить обращаться обратиться знаю знает знаем понимаю \
    понимает подсказать объяснить рассказать интересует интересно клиент клиента клиенту клиентка клиентке клиенты сказали говорят \
    говорит пишет пишут сказал сказала ответьте жду ждем пытаюсь пытался пыталась попробовал попробовала пробовал пробовала решил \
    решила хочу хочет хотим хотят хотел хотела хотели хотелось добрый вчера опять снова постоянно вообще действительно прочитал \
    прочитала слышал слышала видел видела прошу уважением насчет собственно помощь \
    customer customers question questions help helping know knows knowing tell told telling explain explaining advise trouble bother \
    wondering wonder somebody anybody anyone someone understand want wants wanted wish like try trying tried something anything \
    appreciate advance sorry morning afternoon evening hear heard yesterday recently actually really kindly regarding concerning \
    maybe ask asks asking asked say says saying said";

/// A pattern: alternatives by place, and whether the place may stay empty.
type Pattern = Vec<(Vec<&'static str>, bool)>;

/// Patterns by the words they may begin with.
static PATTERNS: LazyLock<FxHashMap<&'static str, Vec<Pattern>>> = LazyLock::new(|| {
    let mut patterns: FxHashMap<&str, Vec<Pattern>> = FxHashMap::default();
    for line in PHRASES.lines() {
        let place = |place: &'static str| match place.strip_suffix('?') {
            Some(place) => (place.split('|').collect(), true),
            None => (place.split('|').collect(), false),
        };
        let pattern: Pattern = line.split_whitespace().map(place).collect();
        for (words, optional) in &pattern {
            for word in words {
                patterns.entry(word).or_default().push(pattern.clone());
            }
            if !optional {
                break;
            }
        }
    }
    patterns
});

/// Returns for each of the folded words of a query whether it belongs to a phrase that only wraps the question.
pub(crate) fn wrapping(words: &[&str]) -> Vec<bool> {
    let mut wraps = vec![false; words.len()];
    let mut at = 0;
    while at < words.len() {
        let longest = PATTERNS.get(words[at]).into_iter().flatten().map(|pattern| fit(pattern, &words[at..])).max();
        let length = longest.unwrap_or(0);
        wraps[at..at + length].fill(true);
        at += length.max(1);
    }
    wraps
}

/// Returns how many of the words a pattern covers; 0 when it does not fit.
fn fit(pattern: &[(Vec<&'static str>, bool)], words: &[&str]) -> usize {
    let Some(((place, optional), rest)) = pattern.split_first() else { return 0 };
    let here = match words.first() {
        Some(word) if place.contains(word) => {
            let length = fit(rest, &words[1..]);
            let whole = length > 0 || rest.iter().all(|(_, optional)| *optional);
            if whole { length + 1 } else { 0 }
        }
        _ => 0,
    };
    if *optional { here.max(fit(rest, words)) } else { here }
}

/// Returns whether a folded word is mostly filling where there are others.
pub(crate) fn is_filler(word: &str) -> bool {
    static WORDS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| FILLERS.split(' ').collect());
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is left of a question.
    fn left(text: &str) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        let wraps = wrapping(&words);
        let left: Vec<&str> = words.iter().zip(wraps).filter(|(_, wraps)| !wraps).map(|(word, _)| *word).collect();
        left.join(" ")
    }

    #[test]
    fn wrapping_is_told_from_the_question() {
        for (text, wanted) in [
            ("здравствуйте подскажите пожалуйста как вернуть товар", "как вернуть товар"),
            (
                "добрый день хотел бы уточнить у вас такой вопрос где мой заказ заранее спасибо за ответ",
                "где мой заказ",
            ),
            ("клиент спрашивает про возврат денег", "возврат денег"),
            ("я уже не знаю куда обращаться не пришел заказ", "не пришел заказ"),
            ("hi could you please tell me how to return an order", "how to return an order"),
            ("i would like to know if you ship abroad thank you so much in advance", "you ship abroad"),
            ("our customer is asking about refund", "refund"),
            ("поздравление с днем рождения", "поздравление с днем рождения"),
            ("вопрос оплаты", "вопрос оплаты"),
            ("customer account", "customer account"),
        ] {
            assert_eq!(left(text), wanted, "{text}");
        }
    }

    #[test]
    fn long_runs_of_optional_words_are_read_in_no_time() {
        let words = ["thanks"; 256];
        assert!(wrapping(&words).into_iter().all(|wraps| wraps));
    }
}
