//! `otvet verify`: writes into the front matter who says today that an article is right, and what it said then.
//!
//! Deliberately commits nothing: what was written is looked at with `git diff` and committed like any other edit.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use unicode_normalization::UnicodeNormalization;

use super::{Outcome, VerifyArgs};
use crate::article::Article;
use crate::article::Verified;
use crate::article::front_matter::edit::with_verified;
use crate::audience::Access;
use crate::config::Flags;
use crate::publish::{self, source::Source};
use crate::spelling::nearest;

/// Verifies each article that is named.
pub(super) fn run(args: VerifyArgs) -> Outcome {
    let config = super::load(&Flags { file: args.config.clone(), ..Flags::default() })?;
    let dir = args.content.clone().unwrap_or_else(|| PathBuf::from(&config.content.path));
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}`", dir.display()));
    }
    let library = publish::read(Source::folder(dir.clone()), &config.rules).map_err(|error| error.to_string())?.library;
    let on = args.on.unwrap_or_else(|| jiff::Zoned::now().date());
    let naming = library.naming(Access::editor());
    let articles = library.named(&naming);
    let mut files = Vec::with_capacity(args.slugs.len());
    // All are looked at before the first is written.
    for name in &args.slugs {
        let known = library.by_slug(name, &naming).or_else(|| library.by_path(name));
        let known = known.or_else(|| library.by_path(&inside(&dir, name)?));
        let known = known.or_else(|| library.redirect(name, &naming));
        let Some(number) = known else {
            let slugs = articles.iter().map(|article| article.slug.as_str());
            let advice = nearest(name, slugs).map(|slug| format!("; did you mean `{slug}`?")).unwrap_or_default();
            return Err(format!("there is no article `{name}`{advice}"));
        };
        files.push(verified(&articles[number], &dir, &args, on)?);
    }
    for (path, text, said) in files {
        replace(&path, &text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        super::print(&said)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the path inside the content folder of a file that is named as it lies on disk, as shells complete it.
fn inside(dir: &Path, name: &str) -> Option<String> {
    let (dir, file) = (fs::canonicalize(dir).ok()?, fs::canonicalize(name).ok()?);
    Some(file.strip_prefix(dir).ok()?.to_str()?.nfc().collect())
}

/// Returns the file, its new text, and what is said about it.
fn verified(
    article: &Article,
    dir: &Path,
    args: &VerifyArgs,
    on: jiff::civil::Date,
) -> Result<(PathBuf, String, String), String> {
    let path = dir.join(&*article.path);
    let by = args.by.clone().or_else(|| article.owner().map(str::to_owned));
    let by = by.ok_or_else(|| format!("`{}` has no owner: say who verifies it with --by NAME", article.path))?;
    if !article.readable {
        return Err(format!("the front matter of `{}` cannot be read; `otvet check` says why", article.path));
    }
    let bytes = fs::read(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("`{}` is not UTF-8", path.display()))?;
    let digest = Some(article.digest());
    let text = with_verified(&text, &Verified { by: by.clone(), on, digest, changed_since: false })
        .ok_or_else(|| format!("the front matter of `{}` cannot be changed", article.path))?;
    let said = format!("{}: verified by {by} on {on}\n", path.display());
    Ok((path, text, said))
}

/// Replaces a file as a whole: whoever reads it meanwhile gets the one or the other.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let partial = path.with_file_name(format!(".{name}.partial"));
    let mut file = fs::File::create(&partial)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(fs::metadata(path)?.permissions())?;
    file.sync_all()?;
    fs::rename(&partial, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_named_as_it_lies_on_disk() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kb = folder.path().join("kb");
        fs::create_dir_all(kb.join("возврат")).expect("a folder");
        for file in [kb.join("возврат/без чека.md"), folder.path().join("README.md")] {
            fs::write(file, "Да.").expect("a file");
        }
        let of = |path: &str| inside(&kb, &folder.path().join(path).display().to_string());
        assert_eq!(of("kb/возврат/без чека.md").as_deref(), Some("возврат/без чека.md"));
        assert_eq!(of("kb/../kb/возврат/без чека.md").as_deref(), Some("возврат/без чека.md"));
        assert_eq!((of("README.md"), of("kb/none.md")), (None, None));
    }
}
