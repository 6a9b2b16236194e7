//! Articles that are no longer there, for those who might have seen them.

use crate::audience::{Access, AudienceSet};

/// What an article was that is no longer there.
#[derive(Debug, Clone)]
pub struct Removed {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who could see it.
    pub audience: AudienceSet,
    /// Whether it was a draft or unreadable.
    pub hidden: bool,
}

impl PartialEq for Removed {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Removed {}

impl Removed {
    pub(super) fn visible_to(&self, access: Access) -> bool {
        access.is_editor() || (!self.hidden && self.audience.meets(access.audiences()))
    }
}
