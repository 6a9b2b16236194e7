//! `otvet check`: one engine of findings, printed for people, programs and workflows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::{CheckArgs, Format, Outcome};
use crate::config::Flags;
use crate::diagnostic::{Diagnostic, Severity};
use crate::publish::{self, source::Source};
use crate::text::Lang;
use crate::text::check::{severity, summary};
use crate::text::findings::{message, remedy};

/// Checks a folder, or the latest commit of a bare repository.
pub(super) fn run(args: CheckArgs) -> Outcome {
    let config = super::load(&Flags { file: args.config.clone(), ..Flags::default() })?;
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}` to check", dir.display()));
    }
    let source = if super::is_git_folder(&dir) {
        Source::branch(super::find_in_bare(&dir, &config).map_err(|error| error.to_string())?)
    } else {
        Source::folder(dir.clone())
    };
    let library = publish::read(source, &config.rules).map_err(|error| error.to_string())?;
    let findings = library.diagnostics();
    let lang = args.lang.unwrap_or_else(super::locale);
    let count = |wanted| findings.iter().filter(|d| d.finding.severity() == wanted).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let found_in: BTreeSet<&str> = findings.iter().map(|found| found.path.as_str()).collect();
    let articles = library.articles().iter().filter(|article| found_in.contains(&*article.path));
    let sources: BTreeMap<&str, String> = articles.map(|article| (&*article.path, article.source.text())).collect();
    let out = match args.format {
        Format::Human => {
            human(&dir, findings, &sources, lang) + &summary(lang, library.articles().len(), errors, warnings) + "\n"
        }
        Format::Json => {
            serde_json::to_string_pretty(&machine(findings, lang, library.articles().len(), errors, warnings))
                .expect("plain JSON")
                + "\n"
        }
        Format::Github => github(&dir, findings, lang),
        Format::Sarif => serde_json::to_string_pretty(&sarif(&dir, findings, lang)).expect("plain JSON") + "\n",
    };
    super::print(&out)?;
    Ok(ExitCode::from(u8::from(errors > 0 || (args.strict && warnings > 0))))
}

/// `path:line:column  CODE severity: message`, the line, a caret, the remedy.
fn human(dir: &Path, findings: &[Diagnostic], sources: &BTreeMap<&str, String>, lang: Lang) -> String {
    let mut out = String::new();
    for found in findings {
        let finding = &found.finding;
        let place = format!("{}:{}:{}", dir.join(&found.path).display(), found.line, found.column);
        out += &format!("{place}  {} {}\n", finding.code(), severity(lang, finding.severity()));
        out += &format!("  {}\n", message(lang, finding));
        let line = sources.get(found.path.as_str()).and_then(|source| source.lines().nth(found.line as usize - 1));
        if let Some(line) = line.filter(|line| !line.trim().is_empty() && line.chars().count() <= 160) {
            let number = found.line.to_string();
            let indent = " ".repeat(number.len());
            out += &format!(
                "  {number} | {line}\n  {indent} | {}^\n",
                " ".repeat(found.column.saturating_sub(1) as usize)
            );
        }
        out += &format!("  → {}\n\n", remedy(lang, finding));
    }
    out
}

fn machine(findings: &[Diagnostic], lang: Lang, articles: usize, errors: usize, warnings: usize) -> serde_json::Value {
    let findings: Vec<_> = findings
        .iter()
        .map(|d| {
            json!({
                "path": d.path, "line": d.line, "column": d.column, "severity": d.finding.severity().name(),
                "code": d.finding.code(), "message": message(lang, &d.finding), "help": remedy(lang, &d.finding),
            })
        })
        .collect();
    json!({ "articles": articles, "errors": errors, "warnings": warnings, "diagnostics": findings })
}

/// Workflow commands (`::error file=…`), with the escapes that GitHub asks for.
fn github(dir: &Path, findings: &[Diagnostic], lang: Lang) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |d: &Diagnostic| {
        let file = dir.join(&d.path).display().to_string();
        let text = format!("{} → {}", message(lang, &d.finding), remedy(lang, &d.finding));
        let level = d.finding.severity().name();
        format!(
            "::{level} file={},line={},col={},title={}::{}\n",
            property(&file),
            d.line,
            d.column,
            d.finding.code(),
            data(&text)
        )
    };
    findings.iter().map(line).collect()
}

fn sarif(dir: &Path, findings: &[Diagnostic], lang: Lang) -> serde_json::Value {
    let results: Vec<_> = findings
        .iter()
        .map(|d| {
            json!({
                "ruleId": d.finding.code(), "level": d.finding.severity().name(),
                "message": { "text": format!("{} → {}", message(lang, &d.finding), remedy(lang, &d.finding)) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": crate::edition::encode_path(&dir.join(&d.path).display().to_string()) },
                    "region": { "startLine": d.line, "startColumn": d.column },
                }}],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "otvet", "version": env!("CARGO_PKG_VERSION") } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}
