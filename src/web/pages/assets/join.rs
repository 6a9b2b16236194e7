//! Makes one module of several, so that a browser asks once and what they have in common is compressed once.
//!
//! The modules stay what they are: each runs in a scope of its own, in the order in which they need one another, and only what it
//! exports is seen by those behind it. So an export has a name of its own among all that are joined, is a function or a constant, and
//! is imported under its name; tests see to it.

/// Returns the module `entry` with all that it imports, by way of others, too.
pub(super) fn joined(entry: &str, read: impl Fn(&str) -> Option<&'static str>) -> String {
    order(entry, &read).into_iter().filter_map(read).map(scoped).collect()
}

/// Returns the names of a module and of all that it imports, each behind those that it needs.
pub(super) fn order(entry: &str, read: impl Fn(&str) -> Option<&'static str>) -> Vec<&str> {
    let (mut order, mut open) = (Vec::new(), vec![(entry, false)]);
    while let Some((name, needs_nothing)) = open.pop() {
        if needs_nothing {
            order.push(name);
        } else if !open.contains(&(name, true)) && !order.contains(&name) {
            open.push((name, true));
            let mut needed: Vec<_> = imports(read(name).unwrap_or_default()).map(|name| (name, false)).collect();
            needed.reverse();
            open.append(&mut needed);
        }
    }
    order
}

/// Returns the modules that a module imports, in order.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| line.starts_with("import "));
    lines.filter_map(|line| line.split_once("'./")?.1.strip_suffix("';"))
}

/// Returns the names that a module exports.
fn exports(text: &str) -> Vec<&str> {
    let declared = text.lines().filter_map(|line| line.strip_prefix("export "));
    let named = declared.map(|line| line.trim_start_matches("async ").split_once(' ').map_or("", |(_, rest)| rest));
    named.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()).collect()
}

/// A module as a statement of a larger one.
fn scoped(text: &str) -> String {
    let names = exports(text).join(", ");
    let lines = text.lines().filter(|line| !line.starts_with("import "));
    let body: Vec<&str> = lines.map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    let body = body.join("\n");
    if names.is_empty() {
        return format!("{{\n{body}\n}}\n");
    }
    format!("const {{ {names} }} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Option<&'static str> {
        match name {
            "main.js" => Some("import './b.js';\nimport { a } from './a.js';\na(1);"),
            "b.js" => Some("import { a } from './a.js';\nlet n = 0;\nexport const b = a(++n);"),
            "a.js" => Some("let n = 1;\nexport function a(x) { return x + n; }\nexport async function c() {}"),
            _ => None,
        }
    }

    #[test]
    fn modules_run_behind_what_they_need_and_in_scopes_of_their_own() {
        assert_eq!(order("main.js", read), ["a.js", "b.js", "main.js"]);
        let joined = joined("main.js", read);
        assert_eq!(
            joined.lines().collect::<Vec<_>>(),
            [
                "const { a, c } = (() => {",
                "let n = 1;",
                "function a(x) { return x + n; }",
                "async function c() {}",
                "return { a, c };",
                "})();",
                "const { b } = (() => {",
                "let n = 0;",
                "const b = a(++n);",
                "return { b };",
                "})();",
                "{",
                "a(1);",
                "}",
            ]
        );
    }

    #[test]
    fn modules_are_written_so_that_they_can_be_joined() {
        for entry in ["main.js", "sw.js"] {
            let mut known: Vec<&str> = Vec::new();
            for module in order(entry, super::super::source) {
                let text = super::super::source(module).expect("every module that is imported is there");
                for line in text.lines().filter(|line| line.starts_with("import ")) {
                    let names =
                        line.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map_or("", |(names, _)| names);
                    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                        assert!(known.contains(&name), "{module} imports `{name}`, which nothing before it exports");
                    }
                    assert!(!line.contains(" as ") && line.ends_with("';"), "{module}: {line}");
                }
                for line in text.lines().filter(|line| line.starts_with("export ")) {
                    let is_constant = ["export const ", "export function ", "export async function "];
                    assert!(is_constant.iter().any(|begin| line.starts_with(begin)), "{module}: {line}");
                    assert!(!line.contains("const {") && !line.contains("const ["), "{module}: {line}");
                }
                for name in exports(text) {
                    assert!(!known.contains(&name), "{module} exports `{name}`, which another one does, too");
                    known.push(name);
                }
            }
        }
    }
}
