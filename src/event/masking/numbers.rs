//! Numbers that are a customer's: found among groups of digits by how many digits there are, how they are grouped, which
//! they are, and what they are called.
//!
//! Digits with separators between them are a run; some groups of a run, one behind the other, may be a number. The most
//! certain rule comes first, and the longest number, from the left.

use super::Found;
use super::signs::{Sign, What};

const TELEPHONE: &str = "[телефон]";
const CARD: &str = "[карта]";
const PASSPORT: &str = "[паспорт]";
const SNILS: &str = "[СНИЛС]";
const INN: &str = "[ИНН]";
const ACCOUNT: &str = "[счёт]";
const NUMBER: &str = "[номер]";

/// Most digits of a number; longer ones are nobody's.
const MOST: usize = 20;

/// What the words before numbers that are no customer's begin with.
const OF_THINGS: &[&str] = &[
    "заказ",
    "артикул",
    "арт",
    "sku",
    "код",
    "штрих",
    "ean",
    "накладн",
    "трек",
    "track",
    "order",
    "серийн",
    "модел",
    "model",
    "обращени",
    "тикет",
    "ticket",
    "заявк",
    "imei",
    "чек",
    "отправлени",
    "товар",
];
/// Words before telephone numbers, by how they begin.
const OF_TELEPHONES: &[&str] =
    &["телефон", "phone", "звон", "перезвон", "моб", "whats", "вотс", "ватс", "вацап", "viber", "вайбер", "tel"];

/// Digits without a separator among them.
#[derive(Debug)]
struct Group {
    /// The signs it consists of.
    signs: std::ops::Range<usize>,
    digits: String,
    /// Whether it is part of a date, an address of a network or a price.
    is_known: bool,
}

impl Group {
    fn len(&self) -> usize {
        self.digits.len()
    }
}

/// Finds numbers, from the left.
pub(super) fn find(signs: &[Sign]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if !matches!(signs[at].what, What::Digit(_)) {
            at += 1;
            continue;
        }
        let run = Run::read(signs, at);
        at = run.groups.last().map_or(at + 1, |last| last.signs.end);
        run.find(&mut found);
    }
    found
}

/// Groups of digits with separators between them.
struct Run<'a> {
    signs: &'a [Sign],
    groups: Vec<Group>,
}

impl<'a> Run<'a> {
    fn read(signs: &'a [Sign], from: usize) -> Self {
        let mut groups = Vec::new();
        let mut start = from;
        loop {
            let digits = signs[start..].iter().map_while(|sign| match sign.what {
                What::Digit(digit) => Some(char::from(b'0' + digit)),
                _ => None,
            });
            let digits: String = digits.collect();
            let end = start + digits.len();
            groups.push(Group { signs: start..end, digits, is_known: false });
            let between = signs[end..].iter().take_while(|sign| is_separator(sign)).count();
            let is_next = signs.get(end + between).is_some_and(|sign| matches!(sign.what, What::Digit(_)));
            if !is_next || !is_one_separator(&signs[end..end + between]) {
                break;
            }
            start = end + between;
        }
        let mut run = Self { signs, groups };
        run.know();
        run
    }

    /// Marks what is a date, an address of a network or a price.
    fn know(&mut self) {
        let number = |run: &Self, at: usize| run.groups[at].digits.parse::<u32>().unwrap_or(u32::MAX);
        for at in 0..self.groups.len() {
            let is_three = at + 2 < self.groups.len()
                && self.between(at).len() == 1
                && self.signs[self.between(at)][0].what == self.signs[self.between(at + 1)][0].what
                && self.between(at + 1).len() == 1;
            if is_three && !matches!(self.signs[self.between(at)][0].what, What::Space) {
                let [a, b, c] = [at, at + 1, at + 2].map(|at| (number(self, at), self.groups[at].len()));
                let is_day = |(day, length): (u32, usize)| (1..=31).contains(&day) && length <= 2;
                let is_month = |(month, length): (u32, usize)| (1..=12).contains(&month) && length <= 2;
                let is_year = |(year, length): (u32, usize)| (1900..=2100).contains(&year) && length == 4;
                let alone = self.groups.len() == 3 && c.1 == 2;
                if is_month(b) && ((is_day(a) && (is_year(c) || alone)) || (is_year(a) && is_day(c))) {
                    self.groups[at..at + 3].iter_mut().for_each(|group| group.is_known = true);
                }
            }
            if is_currency(&self.signs[self.groups[at].signs.end..]) {
                let mut from = at;
                while from > 0 && self.groups[from].len() == 3 && self.groups[from - 1].len() <= 3 && at - from < 3 {
                    from -= 1;
                }
                self.groups[from..=at].iter_mut().for_each(|group| group.is_known = true);
            }
        }
        let dotted = |at: usize| self.signs[self.between(at)].iter().all(|sign| sign.is_one_of("."));
        let is_network = self.groups.len() == 4 && (0..3).all(dotted) && (0..4).all(|at| number(self, at) <= 255);
        if is_network {
            self.groups.iter_mut().for_each(|group| group.is_known = true);
        }
    }

    /// Returns the signs between a group and the next one.
    fn between(&self, at: usize) -> std::ops::Range<usize> {
        self.groups[at].signs.end..self.groups[at + 1].signs.start
    }

    fn find(&self, found: &mut Vec<Found>) {
        let mut first = 0;
        while first < self.groups.len() {
            match self.number_at(first) {
                Some((last, name)) => {
                    found.push((self.bytes(first, last), name));
                    first = last + 1;
                }
                None => first += 1,
            }
        }
    }

    /// Returns the last group of the number that begins with this group, and what it is.
    fn number_at(&self, first: usize) -> Option<(usize, &'static str)> {
        let called = Called::before(self.signs, self.groups[first].signs.start);
        let mut digits = String::new();
        let ends = (first..self.groups.len()).map_while(|last| {
            digits.push_str(&self.groups[last].digits);
            (digits.len() <= MOST).then(|| Candidate { run: self, first, last, digits: digits.clone(), called })
        });
        let all: Vec<_> = ends.collect();
        RULES.iter().find_map(|rule| all.iter().rev().find_map(|candidate| Some((candidate.last, rule(candidate)?))))
    }

    /// Returns the bytes from a group to another, with the sign before them that belongs to them.
    fn bytes(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let (mut from, to) = (self.groups[first].signs.start, self.groups[last].signs.end);
        let before = self.signs[..from].iter().rev().take(3);
        let before = before.take_while(|sign| sign.what == What::Space || sign.is_one_of("(+"));
        let belongs = |(distance, sign): (usize, &Sign)| sign.is_one_of("(+").then_some(distance + 1);
        from -= before.enumerate().filter_map(belongs).last().unwrap_or_default();
        self.signs[from].start..self.signs[to - 1].end
    }
}

/// What stands before a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    Nothing,
    /// A number of a thing: an order, an article, a parcel.
    Thing,
    Telephone,
    Passport,
    Snils,
    Inn,
    Card,
    /// The end of a code of letters and digits.
    Code,
}

impl Called {
    fn before(signs: &[Sign], at: usize) -> Self {
        if at > 0 && matches!(signs[at - 1].what, What::Letter(c) if c.is_ascii()) {
            return Self::Code;
        }
        let is_between = |sign: &&Sign| sign.what == What::Space || sign.is_one_of(":№#.-–(+\"«");
        let gap = signs[..at].iter().rev().take(6).take_while(is_between);
        let numbered = gap.clone().any(|sign| sign.is_one_of("№#"));
        let end = at - gap.count();
        let word: String = signs[..end]
            .iter()
            .rev()
            .take(24)
            .map_while(|sign| match sign.what {
                What::Letter(c) => Some(c),
                _ => None,
            })
            .collect();
        let word: String = word.chars().rev().collect();
        let begins = |with: &[&str]| with.iter().any(|beginning| word.starts_with(beginning));
        match word.as_str() {
            "паспорт" | "паспорта" | "серия" | "загранпаспорт" | "passport" => {
                Self::Passport
            }
            "снилс" => Self::Snils,
            "инн" => Self::Inn,
            "карта" | "карты" | "карте" | "карту" | "картой" | "card" => Self::Card,
            "тел" => Self::Telephone,
            _ if begins(OF_TELEPHONES) => Self::Telephone,
            _ if begins(OF_THINGS) || numbered => Self::Thing,
            _ => Self::Nothing,
        }
    }
}

/// The rules, the most certain first.
const RULES: [fn(&Candidate<'_>) -> Option<&'static str>; 4] =
    [|it| it.international(), |it| it.abroad(), |it| it.national(), |it| it.other()];

/// Groups that may be a number.
struct Candidate<'a> {
    run: &'a Run<'a>,
    first: usize,
    last: usize,
    digits: String,
    called: Called,
}

impl Candidate<'_> {
    fn groups(&self) -> &[Group] {
        &self.run.groups[self.first..=self.last]
    }

    fn lengths(&self) -> Vec<usize> {
        self.groups().iter().map(Group::len).collect()
    }

    fn is_known(&self) -> bool {
        self.groups().iter().any(|group| group.is_known)
    }

    fn has_plus(&self) -> bool {
        let before = self.run.signs[..self.groups()[0].signs.start].iter().rev().take(3);
        before.take_while(|sign| sign.what == What::Space || sign.is_one_of("(+")).any(|sign| sign.what == What::Plus)
    }

    /// Whether a group is in brackets, as codes of cities are.
    fn has_brackets(&self) -> bool {
        let (from, to) = (self.groups()[0].signs.start, self.groups().last().map_or(0, |group| group.signs.end));
        self.run.signs[from.saturating_sub(1)..to].iter().any(|sign| sign.is_one_of("("))
    }

    /// Whether the groups are thousands: `1 200 000`.
    fn is_amount(&self) -> bool {
        let lengths = self.lengths();
        let between = (self.first..self.last).flat_map(|at| self.run.between(at));
        lengths.len() > 2
            && lengths[0] <= 3
            && lengths[1..].iter().all(|length| *length == 3)
            && between.into_iter().all(|at| self.run.signs[at].what == What::Space)
    }

    /// A telephone number with the code of a country whose numbers have one length, behind a plus.
    fn international(&self) -> Option<&'static str> {
        (self.has_plus() && is_of_country(&self.digits, self.digits.len())).then_some(TELEPHONE)
    }

    /// Any other number behind a plus; too many digits are better than too few.
    fn abroad(&self) -> Option<&'static str> {
        ((8..=15).contains(&self.digits.len()) && self.has_plus()).then_some(TELEPHONE)
    }

    /// A Russian telephone number with 8 or 7, or one of a neighbour, without a plus.
    fn national(&self) -> Option<&'static str> {
        let digits = self.digits.as_bytes();
        let is_mobile = digits.len() == 11 && matches!(digits, [b'7' | b'8', b'9', ..]);
        let is_fixed = digits.len() == 11 && matches!(digits, [b'7' | b'8', b'3' | b'4' | b'7' | b'8', ..]);
        let is_doubtful = matches!(self.called, Called::Thing | Called::Code) || self.is_amount();
        let is_dated = self.groups().iter().any(|group| group.is_known) && !is_mobile;
        let is_neighbour = digits.len() == 12 && is_of_country(&self.digits, 12);
        ((is_mobile || ((is_fixed || is_neighbour) && !is_doubtful)) && !is_dated).then_some(TELEPHONE)
    }

    fn other(&self) -> Option<&'static str> {
        if self.is_known() {
            return None;
        }
        let length = self.digits.len();
        if let Some(card) = self.card() {
            return Some(card);
        }
        if matches!(self.called, Called::Thing | Called::Code) || self.is_amount() {
            return None;
        }
        match self.called {
            Called::Telephone if (5..=15).contains(&length) => return Some(TELEPHONE),
            Called::Passport if (6..=10).contains(&length) => return Some(PASSPORT),
            Called::Snils if (9..=11).contains(&length) => return Some(SNILS),
            Called::Inn if length == 10 || length == 12 => return Some(INN),
            Called::Card if (8..=19).contains(&length) => return Some(CARD),
            _ => {}
        }
        self.document().or_else(|| self.local())
    }

    /// A card: by its check digit, or by its groups.
    fn card(&self) -> Option<&'static str> {
        let digits = self.digits.as_bytes();
        let lengths = self.lengths();
        let first = digits.first().copied().unwrap_or_default();
        let is_whole = lengths.len() == 1;
        let checks = luhn(digits);
        let is_issued = match digits.len() {
            // A bar code has as many digits.
            13 => first == b'4' && !(is_whole && ean(digits)),
            14 => self.digits.starts_with("36") || self.digits.starts_with("38"),
            // As many as an IMEI has, whose last digit is a check digit of the same kind.
            15 => self.digits.starts_with("34") || self.digits.starts_with("37"),
            16 => matches!(first, b'2'..=b'6'),
            17..=19 => matches!(first, b'2' | b'4' | b'5' | b'6'),
            _ => return None,
        };
        let is_grouped =
            matches!(lengths.as_slice(), [4, 4, 4, 4] | [4, 4, 4, 4, 2..=3] | [4, 6, 4..=5] | [8, 8] | [4, 4, 4, 4, 1]);
        let is_doubtful = matches!(self.called, Called::Thing | Called::Code);
        let typed_wrong = digits.len() == 16 && is_issued && is_whole && !is_doubtful;
        let by_check = is_issued && checks && !self.is_amount() && !self.is_years();
        let by_groups = is_grouped && !self.is_row() && !is_doubtful;
        (by_check || by_groups || typed_wrong).then_some(CARD)
    }

    fn is_years(&self) -> bool {
        let is_year = |group: &Group| group.len() == 4 && ["19", "20"].iter().any(|of| group.digits.starts_with(of));
        self.groups().iter().all(is_year)
    }

    /// Whether the groups are years or prices in a row.
    fn is_row(&self) -> bool {
        let is_price = |group: &Group| ["00", "50", "90", "99"].iter().any(|end| group.digits.ends_with(end));
        self.is_years() || (!luhn(self.digits.as_bytes()) && self.groups().iter().all(is_price))
    }

    /// A document: a passport, an account, or what has its check digits.
    fn document(&self) -> Option<&'static str> {
        let digits = self.digits.as_bytes();
        match self.lengths().as_slice() {
            [4, 6] | [2, 2, 6] => Some(PASSPORT),
            [3, 3, 3, 2] => Some(if snils(digits) { SNILS } else { NUMBER }),
            [11] if snils(digits) => Some(SNILS),
            [12] if inn(digits) => Some(INN),
            [20] | [5, 3, 1, 4, 4, 3] | [5, 3, 1, 4, 7] | [5, 3, 1, 11] if digits.starts_with(b"4") => Some(ACCOUNT),
            _ => None,
        }
    }

    /// A telephone number without the code of the country or of the city.
    fn local(&self) -> Option<&'static str> {
        let lengths = self.lengths();
        let first = self.digits.as_bytes().first().copied().unwrap_or_default();
        let is_code = |length: usize| (3..=5).contains(&length);
        let dashes = |mut between: std::ops::Range<usize>| between.all(|at| self.run.signs[at].what == What::Dash);
        match self.digits.len() {
            10 if first == b'9' => Some(TELEPHONE),
            10 if matches!(first, b'3' | b'4' | b'8') && lengths.len() == 1 => Some(NUMBER),
            10 if matches!(first, b'3' | b'4' | b'8') && (is_code(lengths[0]) || self.has_brackets()) => {
                Some(TELEPHONE)
            }
            7 if lengths == [3, 2, 2] && (self.first..self.last).all(|at| dashes(self.run.between(at))) => {
                Some(TELEPHONE)
            }
            _ => None,
        }
    }
}

/// Returns whether a number begins with the code of a country and has as many digits as its numbers have.
fn is_of_country(digits: &str, length: usize) -> bool {
    const COUNTRIES: [(&str, usize); 17] = [
        ("7", 11),
        ("1", 11),
        ("375", 12),
        ("380", 12),
        ("998", 12),
        ("996", 12),
        ("992", 12),
        ("994", 12),
        ("995", 12),
        ("993", 11),
        ("374", 11),
        ("373", 11),
        ("371", 11),
        ("370", 11),
        ("972", 12),
        ("971", 12),
        ("90", 12),
    ];
    COUNTRIES.iter().any(|(code, long)| *long == length && digits.starts_with(code))
}

fn is_separator(sign: &Sign) -> bool {
    matches!(sign.what, What::Space | What::Dash) || sign.is_one_of(".()/_№")
}

/// Whether signs divide groups of one number: some spaces, brackets, and at most one other sign.
fn is_one_separator(signs: &[Sign]) -> bool {
    let others = signs.iter().filter(|sign| sign.what != What::Space && !sign.is_one_of("()")).count();
    let spaces = signs.iter().filter(|sign| sign.what == What::Space).count();
    others <= 1 && spaces <= 3 && signs.len() <= 5
}

/// Whether a price ends here: a currency, or a number of thousands.
fn is_currency(behind: &[Sign]) -> bool {
    let mut behind = behind.iter().skip_while(|sign| sign.what == What::Space);
    let first = behind.clone().next().map(|sign| sign.what);
    if matches!(first, Some(What::Other('₽' | '$' | '€' | '£' | '₸' | '%'))) {
        return true;
    }
    let word: String = behind
        .by_ref()
        .map_while(|sign| match sign.what {
            What::Letter(c) => Some(c),
            _ => None,
        })
        .take(9)
        .collect();
    ["руб", "коп", "тыс", "млн", "rub", "usd", "eur", "тенге"].iter().any(|unit| word.starts_with(unit))
        || matches!(word.as_str(), "р" | "шт" | "бонусов" | "баллов")
}

/// The check digit of cards (source: ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u8]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| {
        let digit = u32::from(digit - b'0');
        if place % 2 == 0 { digit } else { digit * 2 - if digit > 4 { 9 } else { 0 } }
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

/// The check digit of bar codes (source: GS1 General Specifications, 7.9).
fn ean(digits: &[u8]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| u32::from(digit - b'0') * [1, 3][place % 2]);
    weighed.sum::<u32>().is_multiple_of(10)
}

/// The check digits of a SNILS (source: the Pension Fund's rules of 2011).
fn snils(digits: &[u8]) -> bool {
    let sum: u32 =
        digits.iter().take(9).zip((1..=9).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = digits.iter().skip(9).fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    digits.len() == 11 && sum % 101 % 100 == check
}

/// The check digits of a person's INN (source: order MMV-7-6/435 of the tax service).
fn inn(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let check = |weights: &[u32]| {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        sum % 11 % 10
    };
    digits.len() == 12
        && check(&WEIGHTS[1..]) == u32::from(digits[10] - b'0')
        && check(&WEIGHTS) == u32::from(digits[11] - b'0')
}
