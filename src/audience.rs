//! Who may see what: the known audiences, sets of them, and a reader's access.
//!
//! Deliberately knows nothing of sign-in: whatever establishes a reader yields an [`Access`] here.

use std::fmt;

/// The name of the audience that means anyone.
pub const PUBLIC: &str = "public";

/// The most audiences a base may have.
pub const MOST: usize = 32;

/// A set of audiences, as bits given out by [`Audiences`]. Bit 0 is always `public`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct AudienceSet(u32);

impl AudienceSet {
    /// The empty set: nobody.
    pub const NOBODY: Self = Self(0);
    /// The set of `public` alone.
    pub const PUBLIC: Self = Self(1);

    /// Returns the union of both sets.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether the sets share an audience.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns whether every audience of `other` is in this set.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether whoever belongs to `other` may see what is for this set: anybody may see what is public.
    pub const fn reaches(self, other: Self) -> bool {
        self.meets(Self::PUBLIC) || self.covers(other)
    }

    /// Returns how wide the set is: more for a set that [`reaches`](Self::reaches) another and is not reached by it.
    pub const fn width(self) -> u32 {
        if self.meets(Self::PUBLIC) { u32::BITS + 1 } else { self.0.count_ones() }
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the set of these bits, as [`AudienceSet::bits`] gave them.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns the bits, for keys of caches and compact storage.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

/// The audiences a base knows, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audiences {
    /// Position is the bit; `public` is first.
    names: Vec<String>,
}

/// The list of audiences in the configuration cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// More than [`MOST`] names.
    #[error("at most {MOST} audiences are possible")]
    TooMany,
    /// A name that cannot be written in front matter without trouble.
    #[error("`{0}` is not an audience name: use letters, digits, `-` and `_`")]
    BadName(String),
    /// A name that is not in the list.
    #[error("unknown audience `{name}`; known are {known}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The known names, with commas.
        known: String,
    },
}

impl Audiences {
    /// Builds the list; `public` is added where it is missing, doubles are dropped.
    ///
    /// # Errors
    /// When a name is empty or has other characters than letters, digits, `-` and `_`, or there are too many.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let mut known = vec![PUBLIC.to_owned()];
        for name in names {
            let name = name.as_ref();
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
                return Err(Error::BadName(name.to_owned()));
            }
            if !known.iter().any(|k| k == name) {
                known.push(name.to_owned());
            }
        }
        if known.len() > MOST {
            return Err(Error::TooMany);
        }
        Ok(Self { names: known })
    }

    /// Returns the set of one audience.
    pub fn get(&self, name: &str) -> Option<AudienceSet> {
        self.names.iter().position(|known| known == name).map(|bit| AudienceSet(1 << bit))
    }

    /// Returns the set of several audiences.
    ///
    /// # Errors
    /// When a name is unknown.
    pub fn set<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> Result<AudienceSet, Error> {
        names.into_iter().try_fold(AudienceSet::NOBODY, |set, name| {
            let name = name.as_ref();
            let one =
                self.get(name).ok_or_else(|| Error::Unknown { name: name.to_owned(), known: self.names.join(", ") })?;
            Ok(set.with(one))
        })
    }

    /// Returns all known audiences.
    pub fn all(&self) -> AudienceSet {
        AudienceSet(((1u64 << self.names.len()) - 1) as u32)
    }

    /// Returns the known names; `public` first.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns the names in a set, in the order of the list.
    pub fn names_of(&self, set: AudienceSet) -> Vec<&str> {
        let bits = self.names.iter().enumerate();
        bits.filter(|(bit, _)| set.0 >> bit & 1 == 1).map(|(_, name)| name.as_str()).collect()
    }
}

impl Default for Audiences {
    /// Returns `public`, `stores`, `operators` and `internal`.
    fn default() -> Self {
        Self { names: [PUBLIC, "stores", "operators", "internal"].map(str::to_owned).to_vec() }
    }
}

/// What one reader may see.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    audiences: AudienceSet,
    editor: bool,
}

impl Access {
    /// Returns the access of a reader in these audiences. Whoever may see anything may see what is public.
    pub const fn reader(audiences: AudienceSet) -> Self {
        let audiences = if audiences.is_empty() { audiences } else { audiences.with(AudienceSet::PUBLIC) };
        Self { audiences, editor: false }
    }

    /// Returns the access of an editor: everything, drafts and unreadable articles included.
    pub const fn editor() -> Self {
        Self { audiences: AudienceSet(u32::MAX), editor: true }
    }

    /// Returns the audiences this reader belongs to.
    pub const fn audiences(self) -> AudienceSet {
        self.audiences
    }

    /// Returns whether drafts and unreadable articles are shown.
    pub const fn is_editor(self) -> bool {
        self.editor
    }

    /// Returns whether the reader is staff, and so may read `> [!INTERNAL]` notes: any audience besides `public`.
    pub const fn sees_notes(self) -> bool {
        self.editor || self.audiences.0 & !1 != 0
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({:#b}{})", self.audiences.0, if self.editor { ", editor" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_is_the_first_bit_whatever_the_order() {
        let audiences = Audiences::new(["stores", "public"]).expect("good names");
        assert_eq!(audiences.get(PUBLIC), Some(AudienceSet::PUBLIC));
        assert_eq!(audiences.names_of(audiences.all()), ["public", "stores"]);
    }

    #[test]
    fn only_staff_see_internal_notes() {
        let audiences = Audiences::default();
        assert!(!Access::reader(AudienceSet::PUBLIC).sees_notes());
        assert!(Access::reader(audiences.get("stores").expect("known")).sees_notes());
    }

    #[test]
    fn unknown_name_is_an_error_that_lists_the_known() {
        let error = Audiences::default().set(["storse"]).expect_err("unknown");
        assert_eq!(error.to_string(), "unknown audience `storse`; known are public, stores, operators, internal");
    }
}
