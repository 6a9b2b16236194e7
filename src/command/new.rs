//! `otvet new`: a new article from a template, under a name made of its title.
//!
//! The template is a file `_templates/TYPE.md` of the content folder, else a built-in one. It is an article like any other: the title
//! and the owner are put into its front matter, and a key `folder` in it, which says where such articles belong, is taken out.
//! Nothing is ever overwritten.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{NewArgs, Outcome, files, folder_below};
use crate::article::front_matter::edit;
use crate::article::slug::heading_id;
use crate::audience::Access;
use crate::check::{self, Content, Settings, State};
use crate::config::{Config, Flags};
use crate::edition::today;
use crate::publish::{self, source::Source};
use crate::spelling::nearest;
use crate::text::Lang;
use crate::text::new as words;
use crate::text::templates::{self, TEMPLATES};

/// Where an editor's own templates are, below the content folder.
const FOLDER: &str = "_templates";
/// The most bytes of a template.
const MOST_BYTES: u64 = 64 << 10;
/// The most characters of a file name made of a title, without its ending.
const LONGEST_NAME: usize = 80;

/// Makes the article and says what to do next.
pub(super) fn run(args: &NewArgs) -> Outcome {
    let config = super::load(&Flags { file: args.place.config.clone(), ..Flags::default() })?;
    let lang = args.place.lang.unwrap_or_else(super::locale);
    let dir = args.place.content.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}`; `otvet init` makes a first one", dir.display()));
    }
    let template = template(&dir, &args.kind, lang, &config)?;
    let title = args.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let content = publish::read(Source::folder(dir.clone()), &config.rules).map_err(|error| error.to_string())?;
    let owner = args.owner.as_deref().map(|owner| owner.trim_start_matches('@'));
    owner.map_or(Ok(()), |owner| must_be_known(owner, &content, &config))?;
    let folder = match &args.folder {
        Some(folder) => folder_below(&dir, folder)?,
        None => folder_below(&dir, &edit::value_of(&template, "folder").unwrap_or_default())?,
    };
    let path = free_path(&content, &folder, &title)?;
    let text = filled(&template, &title, owner).ok_or("the front matter of the template cannot be read")?;
    if !files::create(&dir, &path, text.as_bytes())? {
        return Err(format!("`{}` is there already, and stays as it is", dir.join(&path).display()));
    }
    super::print(&said(&dir, &path, &title, &content, &config, lang)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the text of the template for a kind of article.
fn template(dir: &Path, kind: &str, lang: Lang, config: &Config) -> Result<String, String> {
    let is_name = !kind.is_empty() && !kind.starts_with('.') && !kind.contains(['/', '\\']);
    let built_in = templates::of_kind(kind);
    let names = [Some(kind), built_in.map(|template| template.kind)];
    for name in names.into_iter().flatten().filter(|_| is_name) {
        let path = dir.join(FOLDER).join(format!("{name}.md"));
        let wrong = |error: &dyn std::fmt::Display| format!("cannot read the template `{}`: {error}", path.display());
        match fs::metadata(&path) {
            Ok(data) if data.len() > MOST_BYTES => return Err(wrong(&format!("more than {} KiB", MOST_BYTES >> 10))),
            Ok(_) => return fs::read_to_string(&path).map_err(|error| wrong(&error)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(wrong(&error)),
        }
    }
    if let Some(template) = built_in {
        let text = template.text(lang);
        // Where audiences have other names, the article is for the default one.
        let is_known = config.rules.audiences.get("operators").is_some();
        let other = if is_known { None } else { edit::without_key(text, "audience") };
        return Ok(other.unwrap_or_else(|| text.to_owned()));
    }
    let mut known: Vec<String> = TEMPLATES.iter().map(|template| template.kind.to_owned()).collect();
    let own = fs::read_dir(dir.join(FOLDER)).into_iter().flatten().flatten();
    known.extend(own.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".md")?.to_owned())));
    known.sort_unstable();
    known.dedup();
    let meant = nearest(kind, known.iter().map(String::as_str));
    let meant = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    Err(format!("there is no template `{kind}`{meant}\nthere are: {}", known.join(", ")))
}

fn must_be_known(owner: &str, content: &Content, config: &Config) -> Result<(), String> {
    let known = config.owners.iter().map(|name| name.trim_start_matches('@')).chain(content.owners.names());
    let known: Vec<&str> = known.collect();
    if known.is_empty() || known.contains(&owner) {
        return Ok(());
    }
    let meant = nearest(owner, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    Err(format!("nobody is called `{owner}` in `_owners` or `content.owners`{meant}"))
}

/// Returns the path of the new article, which nothing has yet.
fn free_path(content: &Content, folder: &str, title: &str) -> Result<String, String> {
    if !title.chars().any(char::is_alphanumeric) {
        return Err("the title has no letters: an address cannot be made of it".to_owned());
    }
    let mut name = heading_id(title);
    if name.len() > LONGEST_NAME {
        name.truncate(LONGEST_NAME);
        name.truncate(name.rfind('-').unwrap_or(LONGEST_NAME));
    }
    let slug = if folder.is_empty() { name } else { format!("{folder}/{name}") };
    let library = &content.library;
    let taken = library.by_slug(&slug, &library.naming(Access::editor()));
    if let Some(article) = taken.and_then(|number| library.articles().get(number)) {
        return Err(format!("the address `{slug}` is taken by `{}`, “{}”", article.path, article.title));
    }
    Ok(format!("{slug}.md"))
}

/// Puts the title and the owner into the template.
fn filled(template: &str, title: &str, owner: Option<&str>) -> Option<String> {
    let text = edit::without_key(template, "folder")?;
    let text = edit::with_key(&text, "title", &edit::scalar(title))?;
    owner.map_or(Some(text.clone()), |owner| edit::with_key(&text, "owner", &edit::scalar(owner)))
}

/// Returns what was made, what the check says of it, and what to do next.
fn said(dir: &Path, path: &str, title: &str, before: &Content, config: &Config, lang: Lang) -> Result<String, String> {
    let content = publish::read(Source::folder(dir.to_owned()), &config.rules).map_err(|error| error.to_string())?;
    let settings = Settings::plain(config.owners.clone(), today());
    let state = |content| State { content, edition: &|| None };
    let mut report = check::check(&state(&content), Some(&state(before)), &settings);
    report.found.retain(|found| found.diagnostic.path == path);
    report.unasked = 0;
    let folder = dir.display().to_string();
    let mut out = words::made(lang, &format!("{folder}/{path}"));
    let same = before.library.articles().iter().find(|article| article.title.to_lowercase() == title.to_lowercase());
    out += &same.map(|article| words::same_title(lang, &article.path)).unwrap_or_default();
    let owners = content.library.by_path(path).map(|number| &content.library.articles()[number]);
    let owners: Vec<&str> = owners.into_iter().flat_map(|article| article.owners()).collect();
    out += &words::owned_by(lang, &owners);
    if !report.found.is_empty() {
        out += &format!("\n{}", check::print::findings(&report, &folder, lang, check::print::MOST));
    }
    Ok(out + &words::next(lang, &folder))
}
