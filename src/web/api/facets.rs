//! Facets on the wire: how many of the articles found have which property.

use serde::Serialize;
use utoipa::ToSchema;

use crate::edition::View;
use crate::search::Facets as Counted;

/// Most values of a property; how many there are besides is said.
const MOST: usize = 50;

/// How many of all the articles found have which property, whatever page was asked for. The names are those of the
/// parameters that narrow the search to a value. Each list begins with what most have; counts are exact.
#[derive(Serialize, ToSchema)]
pub(super) struct Facets<'a> {
    /// Kinds of article.
    r#type: Vec<ValueCount<'a>>,
    /// Tags, in lower case.
    tag: Vec<ValueCount<'a>>,
    /// Folders; an article counts for its own and for each above it.
    under: Vec<FolderCount<'a>>,
    /// Languages.
    lang: Vec<ValueCount<'a>>,
    /// Owners.
    owner: Vec<ValueCount<'a>>,
    /// States.
    status: Vec<ValueCount<'a>>,
    /// How many values more each property has than are listed.
    more: More,
}

/// A value, and how many have it.
#[derive(Serialize, ToSchema)]
struct ValueCount<'a> {
    /// The value, as the parameter takes it.
    value: &'a str,
    /// The number of articles.
    count: usize,
}

/// A folder, and how many are in it or below.
#[derive(Serialize, ToSchema)]
struct FolderCount<'a> {
    /// Its path, as `under` takes it.
    value: &'a str,
    /// Its name, as people read it.
    title: String,
    /// The number of articles.
    count: usize,
}

/// How many values are not listed.
#[derive(Serialize, ToSchema)]
#[schema(as = MoreValues)]
struct More {
    r#type: usize,
    tag: usize,
    under: usize,
    lang: usize,
    owner: usize,
    status: usize,
}

impl<'a> Facets<'a> {
    pub(super) fn of(view: &View, facets: &'a Counted) -> Self {
        let listed = |counts: &'a [(String, usize)]| -> Vec<ValueCount<'a>> {
            counts.iter().take(MOST).map(|(value, count)| ValueCount { value, count: *count }).collect()
        };
        let more = |counts: &[(String, usize)]| counts.len().saturating_sub(MOST);
        let folders = facets.folders.iter().take(MOST);
        Self {
            r#type: listed(&facets.kinds),
            tag: listed(&facets.tags),
            under: folders
                .map(|(path, count)| FolderCount { value: path, title: view.folder_name(path), count: *count })
                .collect(),
            lang: listed(&facets.langs),
            owner: listed(&facets.owners),
            status: listed(&facets.statuses),
            more: More {
                r#type: more(&facets.kinds),
                tag: more(&facets.tags),
                under: more(&facets.folders),
                lang: more(&facets.langs),
                owner: more(&facets.owners),
                status: more(&facets.statuses),
            },
        }
    }
}
