//! What is masked and what is not, case by case, and what holds for any text.

use proptest::prelude::*;

use super::*;

/// Texts, and what they become.
const MASKED: &[(&str, &str)] = &[
    // E-mail addresses.
    ("пишите на ivan.petrov+1@mail.ru, спасибо", "пишите на [e-mail], спасибо"),
    ("ИВАН@ПОЧТА.РФ", "[e-mail]"),
    ("ivan @ mail.ru", "[e-mail]"),
    ("ivan@\u{200b}mail.ru", "[e-mail]"),
    ("ivan＠mail。ru", "[e-mail]"),
    ("a@b.co и c@d.co.", "[e-mail] и [e-mail]."),
    ("79161234567@mail.ru", "[e-mail]"),
    ("<o'neil_1@sub.example.com>", "<[e-mail]>"),
    ("user@localhost", "[e-mail]"),
    // Telephone numbers.
    ("+79161234567", "[телефон]"),
    ("+7 916 123-45-67", "[телефон]"),
    ("+7 (916) 123-45-67 звоните", "[телефон] звоните"),
    ("8 916 123 45 67", "[телефон]"),
    ("8-916-123-45-67", "[телефон]"),
    ("8(916)1234567", "[телефон]"),
    ("8.916.123.45.67", "[телефон]"),
    ("8 9 1 6 1 2 3 4 5 6 7", "[телефон]"),
    ("89161234567 не доставили", "[телефон] не доставили"),
    ("тел.89161234567", "тел.[телефон]"),
    ("(495) 123-45-67", "[телефон]"),
    ("8 (495) 123-45-67", "[телефон]"),
    ("495 123-45-67", "[телефон]"),
    ("(4712) 12-34-56", "[телефон]"),
    ("9161234567", "[телефон]"),
    ("916 123 45 67", "[телефон]"),
    ("123-45-67", "[телефон]"),
    ("телефон 12-34-56", "телефон [телефон]"),
    ("8-800-555-35-35", "[телефон]"),
    ("+375 29 123-45-67", "[телефон]"),
    ("375291234567", "[телефон]"),
    ("+44 20 7946 0958", "[телефон]"),
    ("+49 1512 3456789", "[телефон]"),
    ("+1 (212) 555-0100", "[телефон]"),
    ("+\u{a0}7\u{a0}916\u{a0}123\u{2011}45\u{2011}67", "[телефон]"),
    ("8\u{200b}9\u{200b}1\u{200b}6\u{200b}1234567", "[телефон]"),
    ("８９１６１２３４５６７", "[телефон]"),
    ("٨٩١٦١٢٣٤٥٦٧", "[телефон]"),
    ("8 9О5 l23 45 67", "[телефон]"),
    ("8️⃣9️⃣1️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣", "[телефон]"),
    ("заказ 12345, тел 8 916 123 45 67", "заказ 12345, тел [телефон]"),
    ("заказ 12345 89161234567", "заказ 12345 [телефон]"),
    ("от 12.11.2026 8 916 123 45 67 и 5 990 ₽", "от 12.11.2026 [телефон] и 5 990 ₽"),
    ("8 916 123 45 67 500 руб", "[телефон] 500 руб"),
    // Cards.
    ("4111111111111111", "[карта]"),
    ("4111 1111 1111 1111", "[карта]"),
    ("карта 2200-7001-2345-6789", "карта [карта]"),
    ("5555.5555.5555.4444", "[карта]"),
    ("411111 1111111111", "[карта]"),
    ("3782 822463 10005", "[карта]"),
    ("4111\u{2009}1111\u{2009}1111\u{2009}1111", "[карта]"),
    ("заказ 4111111111111111", "заказ [карта]"),
    ("6304 0000 0000 0000 000", "[карта]"),
    // Documents.
    ("паспорт 4509 123456", "паспорт [паспорт]"),
    ("45 09 123456", "[паспорт]"),
    ("паспорт 45 09 № 123456", "паспорт [паспорт]"),
    ("112-233-445 95", "[СНИЛС]"),
    ("11223344595", "[СНИЛС]"),
    ("ИНН 500100732259", "ИНН [ИНН]"),
    ("500100732259", "[ИНН]"),
    ("40817810099910004312", "[счёт]"),
];

/// Texts that stay as they are.
const KEPT: &[&str] = &[
    "",
    "возврат без чека",
    "заказ 12345",
    "заказ № 1234567890",
    "номер заказа 1234567890",
    "артикул 4601234567893",
    "штрихкод 4607001771234",
    "4601234567893",
    "SKU-1234567890",
    "AB1234567890CD",
    "iPhone 15",
    "iPhone 15 Pro Max 256",
    "Galaxy S24 Ultra 12/512",
    "SM-S928B/DS",
    "RTX 4090",
    "5 990 ₽",
    "12 490,00 руб.",
    "1 200 000 рублей",
    "1 234 567 890 руб",
    "9 200 000 000 рублей",
    "от 5 990 до 12 990",
    "12.11.2026",
    "с 12.11.2026 по 20.12.2026",
    "01.02.2026-05.03.2026",
    "2026-11-26T12:30:00Z",
    "12/11/26",
    "10:00-22:00",
    "ст. 18 ЗоЗПП",
    "п. 6.1 ст. 26.1 закона № 2300-1",
    "постановление № 2463 от 31.12.2020",
    "ГОСТ Р 51303-2013",
    "14 дней, 30 дней, 2 года",
    "2023 2024 2025 2026",
    "карта Мир",
    "карта *1234",
    "скидка 10% на 3 товара",
    "192.168.100.200",
    "трек 80086012345678",
    "10 000 000 000",
    "@ivan",
    "5 @ 10",
    "обмен 3-2-1",
    "код товара 9161234567",
    "IMEI 356938035643809",
];

#[test]
fn customers_data_is_masked_and_what_else_is_said_stays() {
    let wrong: Vec<_> = MASKED
        .iter()
        .map(|(text, expected)| (*text, masked(text), *expected))
        .filter(|(_, made, expected)| made != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let wrong: Vec<_> = KEPT.iter().map(|text| (*text, masked(text))).filter(|(text, made)| text != made).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A telephone number in some grouping: separators between any digits.
fn telephone() -> impl Strategy<Value = String> {
    let separator = prop::sample::select(vec!["", "", " ", "-", ".", "\u{a0}", " - ", "\u{200b}", "\u{2011}"]);
    let beginning = prop::sample::select(vec!["+79", "89", "79", "+7 9", "8 9", "8(9", "+7(9"]);
    (beginning, prop::collection::vec((separator, 0u8..10), 9)).prop_map(|(beginning, rest)| {
        let written: String = rest.iter().map(|(separator, digit)| format!("{separator}{digit}")).collect();
        format!("{beginning}{written}")
    })
}

fn visible_digits(text: &str) -> String {
    let digit = |sign: Sign| match sign.what {
        What::Digit(digit) => Some(char::from(b'0' + digit)),
        _ => None,
    };
    signs::of(text).into_iter().filter_map(digit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn masking_ends_and_what_is_masked_is_masked(text in "[0-9 +()@.,a-zа-я№-]{0,60}|\\PC{0,40}") {
        let once = masked(&text);
        prop_assert_eq!(&masked(&once), &once);
    }

    #[test]
    fn text_without_digits_and_without_at_is_left_alone(text in "[a-zA-Zа-яА-ЯёЁ «».,!?:;()\n-]{0,80}") {
        prop_assert_eq!(masked(&text), text);
    }

    #[test]
    fn telephone_in_any_grouping_leaves_none_of_its_digits(
        written in telephone(),
        before in "[а-я ]{0,20} ", behind in " [а-я ]{0,20}",
    ) {
        let made = masked(&format!("{before}{written}{behind}"));
        prop_assert!(visible_digits(&made).is_empty(), "{} became {}", written, made);
    }

    #[test]
    fn card_with_its_check_digit_leaves_none_of_its_digits(
        body in prop::collection::vec(0u8..10, 14),
        first in prop::sample::select(vec![2u8, 4, 5, 6]),
        separator in prop::sample::select(vec!["", " ", "-", ".", "\u{a0}", "\u{2009}", " - "]),
        group in 3usize..7,
    ) {
        let mut digits = vec![first];
        digits.extend(body);
        let weighed = digits.iter().rev().enumerate().map(|(place, digit)| {
            if place % 2 == 0 { digit * 2 - if *digit > 4 { 9 } else { 0 } } else { *digit }
        });
        digits.push((10 - weighed.map(u32::from).sum::<u32>() % 10) as u8 % 10);
        let written: String = digits
            .chunks(group)
            .map(|group| group.iter().map(|digit| char::from(b'0' + digit)).collect::<String>())
            .collect::<Vec<_>>()
            .join(separator);
        let made = masked(&written);
        prop_assert!(visible_digits(&made).is_empty(), "{} became {}", written, made);
    }
}
