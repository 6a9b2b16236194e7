//! Words whose forms no stemmer brings together: those that customers and help desks use every day. What a base needs
//! beyond them is a matter of its lexicon.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A word and its irregular forms, folded. Forms that are as often another word are left out.
const FORMS: &str = "\
    день дня дню днем дне дни дней дням днями днях
    человек люди людей людям людьми людях
    ребенок дети детей детям детьми детях
    год лет
    деньги денег
    письмо писем
    окно окон
    число чисел
    кресло кресел
    пятно пятен
    стекло стекол
    кольцо колец
    сестра сестер
    друг друзья друзей друзьям друзьями друзьях
    время времени временем времена времен
    имя имени именем имена имен
    ремень ремня ремни ремней
    уровень уровня уровню уровнем уровни уровней
    перечень перечня перечню перечнем перечни перечней
    корень корня корни корней
    палец пальца пальцы пальцев
    угол угла углу углы углов
    узел узла узлы узлов
    заем займа займы займов
    чехол чехла чехлы чехлов
    ковер ковра ковры ковров
    идти иду идет идут идем шел шла шло шли
    прийти приду придет придут придем пришел пришла пришло пришли
    уйти уйду уйдет уйдут ушел ушла ушло ушли
    выйти выйду выйдет выйдут вышел вышла вышло вышли
    войти войду войдет войдут вошел вошла вошли
    зайти зайду зайдет зайдут зашел зашла зашли
    найти найду найдет найдут нашел нашла нашло нашли найден найдена найдено найдены
    дойти дойдет дойдут дошел дошла дошло дошли
    пройти пройду пройдет пройдут прошел прошла прошло прошли
    подойти подойду подойдет подойдут подошел подошла подошло подошли
    перейти перейду перейдет перейдут перешел перешла перешли
    произойти произойдет произошел произошла произошло произошли
    ехать еду едет едут
    приехать приеду приедет приедут
    уехать уеду уедет уедут
    взять возьму возьмет возьмут взял взяла взяли взято
    снять сниму снимет снимут снял сняла сняло сняли снято сняты
    принять приму примет примут принял приняла приняли принят принята принято приняты
    занять займу займет займут занял заняла заняли занято
    понять пойму поймет поймут понял поняла поняли понято
    поднять подниму поднимет поднимут поднял подняла подняли поднят подняты
    начать начну начнет начнут начал начала начали начато
    дать даст дадут дадим дайте дал дала дало дали
    отдать отдам отдаст отдадут отдал отдала отдали
    выдать выдам выдаст выдадут выдал выдали
    продать продам продаст продадут продал продали
    передать передам передаст передадут передал передали
    сдать сдам сдаст сдадут сдал сдали
    создать создам создаст создадут создал создали
    прислать пришлю пришлет пришлют пришлите прислал прислали
    выслать вышлю вышлет вышлют вышлите выслал выслали
    послать пошлю пошлет пошлют послал послали
    вызвать вызову вызовет вызовут вызвал вызвали
    назвать назову назовет назовут назвал назвали
    брать беру берет берут берем
    выбрать выберу выберет выберут выберите выбрал выбрали
    забрать заберу заберет заберут заберите забрал забрали
    собрать соберу соберет соберут собрал собрали
    убрать уберу уберет уберут убрал убрали
    писать пишу пишет пишут пишите
    написать напишу напишет напишут напишите
    подписать подпишу подпишет подпишут подпишите
    списать спишу спишет спишут спишется
    искать ищу ищет ищут
    показать покажу покажет покажут
    заказать закажу закажет закажут закажите
    отказать откажу откажет откажут
    указать укажу укажет укажут укажите
    вернуть верну вернет вернут вернем верните вернул вернула вернули вернуло
    хотеть хочу хочет хотят хотим
    помочь помогу поможет помогут помог помогла помогли
    украсть украл украла украли украдут украден
    везти везу везет везут вез везла везли
    привезти привезу привезет привезут привез привезла привезли привезите
    перевезти перевезу перевезет перевезут перевез перевезли
    нести несу несет несут нес несла несли
    принести принесу принесет принесут принес принесла принесли
    внести внесу внесет внесут внес внесла внесли
    перевести переведу переведет переведут перевел перевела перевели
    ввести введу введет введут введите ввел ввела ввели
    вывести выведу выведет выведут вывел вывела вывели
    провести проведу проведет проведут провел провела провели
    become became
    begin began begun
    break broke broken
    bring brought
    build built
    buy bought
    catch caught
    child children
    choose chose chosen
    come came
    criterion criteria
    deal dealt
    draw drew drawn
    drive drove driven
    fall fell fallen
    find found
    foot feet
    forget forgot forgotten
    freeze froze frozen
    get got gotten
    give gave given
    go goes went gone
    grow grew grown
    half halves
    hear heard
    hide hid hidden
    hold held
    keep kept
    knife knives
    know knew known
    lead led
    lend lent
    lose lost
    make made
    man men
    matrix matrices
    mean meant
    meet met
    mouse mice
    overwrite overwrote overwritten
    pay paid
    person people
    repay repaid
    run ran
    sell sold
    send sent
    shelf shelves
    show shown
    speak spoke spoken
    spend spent
    stand stood
    steal stole stolen
    stick stuck
    take took taken
    teach taught
    tell told
    think thought
    throw threw thrown
    tooth teeth
    understand understood
    wear wore worn
    win won
    withdraw withdrew withdrawn
    woman women
    write wrote written";

/// Returns the word that a folded word is a form of; none when it is regular.
pub(super) fn base(word: &str) -> Option<&'static str> {
    static BASES: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| all().collect());
    BASES.get(word).copied()
}

/// Returns all irregular forms with their words.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMS.lines().flat_map(|line| {
        let mut words = line.split_whitespace();
        let base = words.next().unwrap_or_default();
        words.map(move |form| (form, base))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_belongs_to_two_words() {
        let mut seen = FxHashMap::default();
        for line in FORMS.lines() {
            let mut words = line.split_whitespace();
            let base = words.next().expect("a word");
            for form in words {
                assert_eq!(seen.insert(form, base), None, "{form}");
                assert_eq!(super::base(base), None, "{base} is a form itself");
            }
        }
        assert_eq!(super::base("дней"), Some("день"));
        assert_eq!(super::base("возврат"), None);
    }
}
