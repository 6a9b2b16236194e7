//! Leaves out of modules and style sheets what is written for people: comments, indentation, spaces that separate nothing.
//!
//! Deliberately understands as little as it can: words, texts, patterns and signs. Names stay as they are written, so what an error
//! in a browser names is what stands in the sources, and nothing is put in another order.

/// Returns a module or script as short as it gets without other names.
pub(super) fn script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut gap) = (text, "");
    // Of every open bracket, whether a loop or a condition begins with it; and whether the last one closed did.
    let (mut heads, mut is_head) = (Vec::new(), false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' | '"' => quoted(rest),
            '`' => template(rest),
            '/' if begins_pattern(&out) => pattern(rest),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        if first.is_whitespace() || token.starts_with("//") || token.starts_with("/*") {
            gap = if gap == "\n" || token.contains('\n') { "\n" } else { " " };
            continue;
        }
        if !gap.is_empty() && out.chars().next_back().is_some_and(|before| separates(before, gap, first)) {
            out.push_str(gap);
        }
        gap = "";
        match first {
            '(' => heads.push(["for", "while", "if"].contains(&last_word(&out))),
            '}' if out.ends_with(';') && !is_head => drop(out.pop()),
            _ => {}
        }
        is_head = if first == ')' { heads.pop() == Some(true) } else { is_head && first == ';' };
        // What never changes need not say so to a browser.
        out.push_str(if token == "const" { "let" } else { token });
    }
    out
}

/// Whether two signs would mean something else without the gap between them. The end of a line may end a statement, except
/// where none can end or go on.
fn separates(before: char, gap: &str, behind: char) -> bool {
    let apart = (is_word(before) && is_word(behind)) || (before == behind && "+-/".contains(before));
    let ends = gap == "\n" && !"{;,([:?&|=<*".contains(before) && !"}).,:?&|=]".contains(behind);
    apart || ends
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_$#\\".contains(c)
}

/// Whether a slash behind this begins a pattern; else it divides.
fn begins_pattern(out: &str) -> bool {
    const BEFORE: [&str; 6] = ["return", "typeof", "case", "in", "of", "await"];
    match out.chars().next_back() {
        Some(c) if is_word(c) => BEFORE.contains(&last_word(out)),
        Some(c) => !")]}'\"`".contains(c),
        None => true,
    }
}

/// The word that a text ends with; empty where it ends with a sign.
fn last_word(out: &str) -> &str {
    out.rsplit(|c| !is_word(c)).next().unwrap_or_default()
}

/// The length of a text in quotation marks.
fn quoted(text: &str) -> usize {
    let mark = text.as_bytes()[0];
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            _ if byte == mark => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a template, with the templates inside it.
fn template(text: &str) -> usize {
    let (bytes, mut at) = (text.as_bytes(), 1);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => return at + 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                at += 2;
                let mut depth = 1;
                while depth > 0 && at < bytes.len() {
                    match bytes[at] {
                        b'{' => depth += 1,
                        b'}' => depth -= 1,
                        b'`' => at += template(&text[at..]) - 1,
                        b'\'' | b'"' => at += quoted(&text[at..]) - 1,
                        _ => {}
                    }
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of a regular expression without its flags.
fn pattern(text: &str) -> usize {
    let (mut bytes, mut inside) = (text.bytes().enumerate().skip(1), false);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'[' => inside = true,
            b']' => inside = false,
            b'/' if !inside => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns a style sheet without comments and without spaces that separate nothing.
pub(super) fn style(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut gap) = (text, false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' | '"' => quoted(rest),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        if first.is_whitespace() || token.starts_with("/*") {
            gap = true;
            continue;
        }
        // A space before a colon or a bracket stands between selectors, and one around `+` and `-` belongs to a sum.
        if gap
            && !out.is_empty()
            && !out.ends_with(['{', '}', ';', ',', ':', '>', '('])
            && !['{', '}', ';', ',', '>', ')', '!'].contains(&first)
        {
            out.push(' ');
        }
        gap = false;
        if first == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(token);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_says_the_same_in_fewer_letters() {
        for (long, short) in [
            ("// a\nlet a = 'x // y';\n\n  // b\n  f(); // c\n", "let a='x // y';f();"),
            ("/* a */ a = b /* c */ + +b - -c - --d;", "a=b+ +b- -c- --d;"),
            ("const { a, b } = c\nf()\n(g)", "let{a,b}=c\nf()\n(g)"),
            ("if (a) {\n  b()\n}\nc()", "if(a){b()}\nc()"),
            ("a\n  .b()\n  ?.c", "a.b()?.c"),
            ("{ a = () => { b(); }; }", "{a=()=>{b()}}"),
            ("{ while (a(b)); }", "{while(a(b));}"),
            ("return x\n  && 'on' in w", "return x&&'on'in w"),
            ("x = async () => a ? b : `${ c + `{${ d }` } // }` ;", "x=async()=>a?b:`${ c + `{${ d }` } // }`;"),
            ("const gap = /[/\"' ]+ \\/ /g, half = a / b / c;", "let gap=/[/\"' ]+ \\/ /g,half=a/b/c;"),
            ("return / /.test(a) || b[0] / 2", "return/ /.test(a)||b[0]/2"),
            ("x = 'it\\'s  ';\n#y = 1; static z", "x='it\\'s  ';#y=1;static z"),
            ("import a  from \"b\"", "import a from\"b\""),
            ("слово  =  'ё'  ;", "слово='ё';"),
        ] {
            assert_eq!(script(long), short, "{long}");
            assert_eq!(script(short), short, "what is short stays as it is");
        }
    }

    #[test]
    fn style_says_the_same_in_fewer_letters() {
        for (long, short) in [
            ("/* a\n b */ a { b: c }\n  d { e: f; } /* g */\n", "a{b:c}d{e:f}"),
            (
                "a :is(b, c) > d:hover ~ e { f: calc(1px + 2px - (3px * 4)) }",
                "a :is(b,c)>d:hover ~ e{f:calc(1px + 2px - (3px * 4))}",
            ),
            (
                "@media (a) and (min-width: 1rem) { b { content: \"› {  \" / ''; } }",
                "@media (a) and (min-width:1rem){b{content:\"› {  \" / ''}}",
            ),
            ("a { margin: 0 auto !important }", "a{margin:0 auto!important}"),
            ("a { inset: auto 0 -1px; --x: .5rem }", "a{inset:auto 0 -1px;--x:.5rem}"),
            (".a .b, [c] *, ::before { d: e }", ".a .b,[c] *,::before{d:e}"),
        ] {
            assert_eq!(style(long), short, "{long}");
            assert_eq!(style(short), short, "what is short stays as it is");
        }
    }
}
