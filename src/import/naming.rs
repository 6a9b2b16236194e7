//! The paths of imported articles: made of folders and titles in Latin letters, a function of the source alone.

use std::collections::HashMap;

use super::{Draft, lose};
use crate::article::slug::heading_id;
use crate::diagnostic::loss::{Loss, Lost};
use crate::digest::fnv;
use crate::path::collision_key;

/// The most characters of a name.
const LONGEST: usize = 72;
/// The most folders within folders; deeper ones are left out.
const DEEPEST: usize = 6;

/// Returns a path for each draft, in their order, each once. Of several that want one name the first has it, the others get a
/// few digits that depend on their place in the source.
pub(super) fn paths(drafts: &[Draft], into: &str, losses: &mut Vec<Loss>) -> Vec<String> {
    let common = common_folders(drafts);
    let mut taken: HashMap<String, ()> = HashMap::new();
    let each = drafts.iter().map(|draft| {
        let folders = draft.folders.iter().skip(common).take(DEEPEST).map(|folder| name(folder));
        let folder: Vec<String> = (!into.is_empty()).then(|| into.to_owned()).into_iter().chain(folders).collect();
        let title = if draft.overview { "index".to_owned() } else { name(&draft.title) };
        let path = |name: &str| folder.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("/");
        let wanted = path(&format!("{title}.md"));
        if taken.insert(collision_key(&wanted), ()).is_none() {
            return wanted;
        }
        let digest = fnv(format!("{}:{}", draft.key, draft.line).bytes());
        let others = (0u64..).map(|number| format!("{title}-{:05x}.md", (digest >> 8).wrapping_add(number) & 0xf_ffff));
        let free =
            others.into_iter().map(|name| path(&name)).find(|path| taken.insert(collision_key(path), ()).is_none());
        let free = free.unwrap_or(wanted);
        lose(losses, &draft.key, draft.line, Lost::NameTaken { name: free.clone() });
        free
    });
    each.collect()
}

/// Returns how many folders at the top all drafts have in common: what holds everything tells nothing.
fn common_folders(drafts: &[Draft]) -> usize {
    let Some(first) = drafts.first() else { return 0 };
    let common = |draft: &Draft| first.folders.iter().zip(&draft.folders).take_while(|(a, b)| a == b).count();
    let common = drafts.iter().map(common).min().unwrap_or_default();
    // A single article keeps its folder, and so do articles that are all in one.
    if drafts.iter().any(|draft| draft.folders.len() > common) { common } else { common.min(common.saturating_sub(1)) }
}

/// Returns a folder or title as a name in a path.
pub(super) fn name(text: &str) -> String {
    let mut name = heading_id(text);
    if name.len() > LONGEST {
        name.truncate(LONGEST);
        name.truncate(name.rfind('-').filter(|at| *at > LONGEST / 2).unwrap_or(LONGEST));
    }
    // Names that begin so are not articles; names of devices are none on Windows.
    let name = name.trim_start_matches('_');
    match crate::path::Name::of(name.as_bytes()) {
        crate::path::Name::Good(name) => name,
        _ => format!("x-{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(folders: &[&str], title: &str, key: &str) -> Draft {
        let folders = folders.iter().map(|folder| (*folder).to_owned()).collect();
        Draft { folders, title: title.to_owned(), key: key.to_owned(), ..Draft::default() }
    }

    #[test]
    fn names_are_made_of_the_source_alone() {
        let drafts = [
            draft(&["Export", "Возвраты"], "Без чека?", "1"),
            draft(&["Export", "Возвраты"], "Без чека!", "2"),
            draft(&["Export"], "CON", "3"),
            draft(&["Export"], "…", "4"),
            draft(&["Export"], &"очень длинный заголовок ".repeat(9), "5"),
        ];
        let mut losses = Vec::new();
        let made = paths(&drafts, "import", &mut losses);
        assert_eq!(made[0], "import/vozvraty/bez-cheka.md");
        assert!(
            made[1].starts_with("import/vozvraty/bez-cheka-")
                && made[1].len() == "import/vozvraty/bez-cheka-12345.md".len()
        );
        assert_eq!(&made[2..4], ["import/x-con.md", "import/section.md"]);
        assert!(made[4].len() < 90, "{}", made[4]);
        assert_eq!(losses.len(), 1);
        assert_eq!(made, paths(&drafts, "import", &mut Vec::new()));
    }
}
