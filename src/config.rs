//! The configuration: composes each module's own settings from the defaults, a file, the environment and flags, and
//! remembers where each value came from. Checked once at the start; nothing is read later.
//!
//! The defaults are the shipped `config.toml` itself, so what it says is what holds.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use toml::{Table, Value};

use crate::article::library::Rules;
use crate::audience::{Access, AudienceSet, Audiences};
use crate::preview::Readers;
use crate::web::api::offline;
use crate::web::embed::Origins;
use crate::{event, follow, host, log, publish, search};

/// The shipped defaults, with their documentation.
pub const DEFAULTS: &str = include_str!("../config.toml");

/// The file read when none is named, if it exists.
pub const FILE: &str = "config.toml";

/// Keys that have no default and so stand in the shipped file only as comments.
const WITHOUT_DEFAULT: &[&str] = &["access.anonymous"];

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[server] listen`
    pub listen: SocketAddr,
    /// `[server] public_url`, without a slash at its end.
    pub public_url: Option<String>,
    /// `[server] trusted_proxies`
    pub trusted_proxies: Vec<IpAddr>,
    /// `[content]`
    pub content: publish::Config,
    /// `[search] fallback`
    pub fallback: Option<String>,
    /// `[embed] origins`
    pub embed: Origins,
    /// `[git]`
    pub git: host::Config,
    /// `[content] remote`, and how it is followed; none when the content is here.
    pub follow: Option<follow::Config>,
    /// `[search]`
    pub search: search::Config,
    /// `[data] dir`
    pub data: PathBuf,
    /// `[events]`
    pub events: event::Config,
    /// `[log]`
    pub log: log::Config,
    /// What the parse of an article depends on, from `[content]`.
    pub rules: Rules,
    /// Who may own an article, besides those named in `_owners`; from `[content]`.
    pub owners: Vec<String>,
    /// The dictionaries that spelling is checked by, from `[check]`.
    pub dictionaries: Vec<PathBuf>,
    /// What a reader who has not signed in may see, from `[access]`.
    pub anonymous: Access,
    /// `[previews] readers`
    pub previews: Readers,
    /// `[offline]`
    pub offline: offline::Config,
    /// Every value with its origin, by key.
    pub origins: BTreeMap<String, (Value, Origin)>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The shipped defaults.
    Default,
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the configuration `{path}`: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A key that means nothing.
    #[error("unknown setting `{key}` ({origin}){}", suggestion.as_ref().map(|s| format!(": did you mean `{s}`?")).unwrap_or_default())]
    Unknown {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// The nearest known key.
        suggestion: Option<String>,
    },
    /// A value that cannot be used.
    #[error("setting `{key}` ({origin}) cannot be used: {reason}")]
    Value {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// Why.
        reason: String,
    },
    /// `access.anonymous` is needed and not set.
    #[error(
        "refusing to listen on {0} without being told who may read what: set `access.anonymous`, for example \
         anonymous = [\"public\"] under [access] in {FILE}, or OTVET_ACCESS__ANONYMOUS=public"
    )]
    AnonymousUnset(SocketAddr),
}

/// Settings given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`
    pub file: Option<PathBuf>,
    /// Key, value and the flag's name.
    pub values: Vec<(&'static str, Value, &'static str)>,
}

impl Config {
    /// Reads the configuration: defaults, then the file, then the environment, then flags.
    ///
    /// # Errors
    /// When a file cannot be read, a key is unknown or a value cannot be used; the message names the key and its origin.
    pub fn load(flags: &Flags, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let mut values = Values::defaults();
        if let Some(path) = flags.file.clone().or_else(|| Path::new(FILE).exists().then(|| PathBuf::from(FILE))) {
            values.file(&path)?;
        }
        values.environment(environment)?;
        for (key, value, flag) in &flags.values {
            values.set((*key).to_owned(), value.clone(), Origin::Flag(flag))?;
        }
        values.check()
    }
}

/// Every value with its origin, while they are put together.
struct Values {
    known: BTreeMap<String, (Value, Origin)>,
}

impl Values {
    fn defaults() -> Self {
        let table: Table = DEFAULTS.parse().expect("the shipped config.toml is valid, a test reads it");
        let mut known = BTreeMap::new();
        for (key, value) in leaves(table) {
            known.insert(key, (value, Origin::Default));
        }
        Self { known }
    }

    fn file(&mut self, path: &Path) -> Result<(), Error> {
        let unreadable = |reason: String| Error::Unreadable { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
        let table: Table = text.parse().map_err(|e: toml::de::Error| unreadable(e.to_string()))?;
        for (key, value) in leaves(table) {
            self.set(key, value, Origin::File(path.to_owned()))?;
        }
        Ok(())
    }

    fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<(), Error> {
        let ours = variables.into_iter().filter(|(name, _)| name.starts_with("OTVET_") && name.contains("__"));
        for (name, text) in ours.collect::<BTreeMap<_, _>>() {
            let key = name["OTVET_".len()..].to_lowercase().replacen("__", ".", 1);
            let value = if self.is_list(&key) { list_of(&text) } else { Value::String(text) };
            self.set(key, value, Origin::Environment(name))?;
        }
        Ok(())
    }

    fn is_list(&self, key: &str) -> bool {
        WITHOUT_DEFAULT.contains(&key) || matches!(self.known.get(key), Some((Value::Array(_), _)))
    }

    fn set(&mut self, key: String, value: Value, origin: Origin) -> Result<(), Error> {
        if !self.known.contains_key(&key) && !WITHOUT_DEFAULT.contains(&key.as_str()) {
            let known = self.known.keys().map(String::as_str).chain(WITHOUT_DEFAULT.iter().copied());
            let suggestion = crate::spelling::nearest(&key, known).map(str::to_owned);
            return Err(Error::Unknown { key, origin, suggestion });
        }
        // Every setting is a text or a list of texts, so that a file, the environment and a flag can say the same.
        let fits = match &value {
            Value::Array(items) => self.is_list(&key) && items.iter().all(Value::is_str),
            other => other.is_str() && !self.is_list(&key),
        };
        if !fits {
            let reason =
                if self.is_list(&key) { "a list of texts is expected" } else { "a text in quotes is expected" };
            return Err(Error::Value { key, origin, reason: reason.to_owned() });
        }
        self.known.insert(key, (value, origin));
        Ok(())
    }

    fn text(&self, key: &str) -> &str {
        self.known
            .get(key)
            .and_then(|(value, _)| value.as_str())
            .expect("the shipped config.toml has every text setting")
    }

    /// Returns the text, or none when it is empty.
    fn optional(&self, key: &str) -> Option<String> {
        Some(self.text(key)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Returns the list, or none when it is not set.
    fn list(&self, key: &str) -> Option<Vec<&str>> {
        let (value, _) = self.known.get(key)?;
        Some(value.as_array()?.iter().filter_map(Value::as_str).collect())
    }

    fn wrong(&self, key: &str, reason: impl fmt::Display) -> Error {
        let origin = self.known.get(key).map_or(Origin::Default, |(_, origin)| origin.clone());
        Error::Value { key: key.to_owned(), origin, reason: reason.to_string() }
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&self, key: &str) -> Result<T, Error> {
        self.text(key).parse().map_err(|e| self.wrong(key, e))
    }

    fn duration(&self, key: &str) -> Result<Duration, Error> {
        let text = self.text(key);
        let span: jiff::SignedDuration = text
            .parse()
            .map_err(|_| self.wrong(key, format!("`{text}` is not a duration such as \"2s\" or \"500ms\"")))?;
        let allowed = Duration::from_millis(1)..=Duration::from_secs(3600);
        match Duration::try_from(span) {
            Ok(duration) if allowed.contains(&duration) => Ok(duration),
            _ => Err(self.wrong(key, "between 1ms and 1h is possible")),
        }
    }

    fn switch(&self, key: &str) -> Result<bool, Error> {
        match self.text(key) {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            other => Err(self.wrong(key, format!("`{other}` is neither \"on\" nor \"off\""))),
        }
    }

    /// Reads a time that is counted in days, and has weeks of seven and years of 365 of them.
    fn days(&self, key: &str) -> Result<Duration, Error> {
        let text = self.text(key);
        let wrong = || self.wrong(key, format!("`{text}` is not a time such as \"365d\" or \"26w\", up to ten years"));
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
        let number: u64 = number.trim().parse().map_err(|_| wrong())?;
        let days = match unit {
            "d" => Some(number),
            "w" => number.checked_mul(7),
            "y" => number.checked_mul(365),
            _ => None,
        };
        let days = days.filter(|days| (1..=3650).contains(days)).ok_or_else(wrong)?;
        Ok(Duration::from_secs(days * 24 * 3600))
    }

    fn whole<T: FromStr + PartialOrd + fmt::Display>(&self, key: &str, allowed: RangeInclusive<T>) -> Result<T, Error> {
        let number = self.text(key).parse().ok().filter(|number| allowed.contains(number));
        number.ok_or_else(|| {
            let (from, to) = allowed.into_inner();
            self.wrong(key, format!("`{}` is not a whole number from {from} to {to}", self.text(key)))
        })
    }

    fn audiences(&self, key: &str, known: &Audiences) -> Result<Option<AudienceSet>, Error> {
        self.list(key).map(|names| known.set(names).map_err(|e| self.wrong(key, e))).transpose()
    }

    /// Reads who may look at previews. The public never may: what is on a branch is not decided.
    fn preview_readers(&self, known: &Audiences) -> Result<Readers, Error> {
        const KEY: &str = "previews.readers";
        match self.list(KEY).unwrap_or_default().as_slice() {
            [] => Ok(Readers::Nobody),
            ["staff"] => Ok(Readers::Staff),
            names => match known.set(names).map_err(|e| self.wrong(KEY, e))? {
                set if set.meets(AudienceSet::PUBLIC) => {
                    Err(self.wrong(KEY, "`public` cannot look at previews: what is on a branch is not decided"))
                }
                set => Ok(Readers::Of(set)),
            },
        }
    }

    /// A file that repeats the default (a copy of the shipped one) says nothing new.
    fn is_chosen(&self, key: &str) -> bool {
        let (value, origin) = &self.known[key];
        *origin != Origin::Default && *value != Self::defaults().known[key].0
    }

    fn check(self) -> Result<Config, Error> {
        let audiences = Audiences::new(self.list("content.audiences").unwrap_or_default())
            .map_err(|e| self.wrong("content.audiences", e))?;
        let default_audience = self.audiences("content.default_audience", &audiences)?.unwrap_or_default();
        let previews = self.preview_readers(&audiences)?;
        let listen: SocketAddr = self.parsed("server.listen")?;
        let anonymous = match self.audiences("access.anonymous", &audiences)? {
            Some(set) => set,
            None if listen.ip().is_loopback() => audiences.all(),
            None => return Err(Error::AnonymousUnset(listen)),
        };
        let public_url = self.optional("server.public_url");
        if public_url.as_deref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            return Err(self.wrong("server.public_url", "an address that begins with https:// is expected"));
        }
        let proxies = self.list("server.trusted_proxies").unwrap_or_default().into_iter();
        let proxies = proxies.map(|proxy| {
            proxy.parse().map_err(|_| {
                self.wrong("server.trusted_proxies", format!("`{proxy}` is not an address such as \"10.0.0.2\""))
            })
        });
        let follow = match self.optional("content.remote") {
            None => None,
            Some(remote) => {
                follow::check_remote(&remote).map_err(|reason| self.wrong("content.remote", reason))?;
                let secret = self.optional("content.webhook_secret");
                let (branch, every) = (self.optional("content.branch"), self.duration("content.fetch")?);
                Some(follow::Config { remote, branch, every, secret })
            }
        };
        let git = host::Config {
            host: self.switch("git.host")?,
            name: self.optional("git.name"),
            tokens: PathBuf::from(self.text("git.tokens")),
            lang: match self.text("git.lang") {
                "" => None,
                lang => Some(lang.parse().map_err(|()| self.wrong("git.lang", "`ru` or `en` is expected"))?),
            },
        };
        if git.host && follow.is_some() {
            return Err(
                self.wrong("git.host", "a repository that is followed (`content.remote`) is pushed to where it lives")
            );
        }
        Ok(Config {
            follow,
            git,
            trusted_proxies: proxies.collect::<Result<_, _>>()?,
            listen,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            content: publish::Config {
                path: self.text("content.path").trim_end_matches('/').to_owned(),
                path_is_chosen: self.is_chosen("content.path"),
                branch: self.optional("content.branch"),
                poll: self.duration("content.poll")?,
                quiet: self.duration("content.quiet")?,
            },
            embed: Origins::parse(self.list("embed.origins").unwrap_or_default())
                .map_err(|e| self.wrong("embed.origins", e))?,
            fallback: self.optional("search.fallback"),
            search: search::Config::default(),
            data: PathBuf::from(self.text("data.dir")),
            events: event::Config {
                record: self.switch("events.record")?,
                keep: self.days("events.keep")?,
                queries: self.switch("events.queries")?,
            },
            log: log::Config { format: self.parsed("log.format")?, level: self.text("log.level").to_owned() },
            rules: Rules { audiences, default_audience },
            owners: self.list("content.owners").unwrap_or_default().into_iter().map(str::to_owned).collect(),
            dictionaries: self.list("check.dictionary").unwrap_or_default().into_iter().map(PathBuf::from).collect(),
            anonymous: Access::reader(anonymous),
            previews,
            offline: offline::Config {
                hours: self.whole("offline.hours", 0..=24 * 365)?,
                articles: self.whole("offline.articles", 1..=50_000)?,
            },
            origins: self.known,
        })
    }
}

/// Reads a list from the environment: `a,b` or `["a", "b"]`.
fn list_of(text: &str) -> Value {
    let parts = text.trim().trim_matches(['[', ']']).split(',').map(|part| part.trim().trim_matches('"'));
    Value::Array(parts.filter(|part| !part.is_empty()).map(|part| Value::String(part.to_owned())).collect())
}

/// Returns the values of a table with their keys, as `section.key`.
fn leaves(table: Table) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (section, value) in table {
        match value {
            Value::Table(keys) => {
                found.extend(keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), as_text(value))))
            }
            other => found.push((section, as_text(other))),
        }
    }
    found
}

/// Every setting is a text, so that the environment can say it, too; `true` without quotes means the same.
fn as_text(value: Value) -> Value {
    match value {
        Value::Boolean(value) => Value::String(value.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> Result<Config, Error> {
        Config::load(
            &Flags { file: Some(PathBuf::from("config.toml")), ..Flags::default() },
            environment.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())),
        )
    }

    #[test]
    fn shipped_file_is_the_default() {
        let config = load(&[]).expect("the shipped file is valid");
        assert!(config.listen.ip().is_loopback());
        assert!(!config.content.path_is_chosen);
        assert_eq!(config.anonymous.audiences(), config.rules.audiences.all());
    }

    #[test]
    fn unknown_key_stops_the_start_with_a_suggestion() {
        let error = load(&[("OTVET_CONTENT__BRANHC", "main")]).expect_err("unknown").to_string();
        assert_eq!(
            error,
            "unknown setting `content.branhc` (environment OTVET_CONTENT__BRANHC): did you mean `content.branch`?"
        );
    }

    #[test]
    fn wrong_value_names_key_and_origin() {
        let error = load(&[("OTVET_CONTENT__POLL", "soon")]).expect_err("not a duration").to_string();
        assert!(
            error.starts_with("setting `content.poll` (environment OTVET_CONTENT__POLL) cannot be used:"),
            "{error}"
        );
    }

    #[test]
    fn reports_are_kept_for_days_weeks_or_years() {
        let days = |text| load(&[("OTVET_EVENTS__KEEP", text)]).map(|config| config.events.keep.as_secs() / 86_400);
        assert_eq!(
            (days("30d").expect("days"), days("2w").expect("weeks"), days("1y").expect("a year")),
            (30, 14, 365)
        );
        for wrong in ["0d", "365", "d", "", "-1d", "11y", "день", "99999999999999999999w"] {
            assert!(matches!(days(wrong), Err(Error::Value { .. })), "{wrong}");
        }
        assert!(load(&[("OTVET_EVENTS__RECORD", "yes")]).is_err());
        assert!(!load(&[("OTVET_EVENTS__RECORD", "off")]).expect("off").events.record);
    }

    #[test]
    fn listening_to_the_world_needs_to_be_told_who_may_read() {
        let world = ("OTVET_SERVER__LISTEN", "0.0.0.0:8080");
        assert!(matches!(load(&[world]), Err(Error::AnonymousUnset(_))));
        let config = load(&[world, ("OTVET_ACCESS__ANONYMOUS", "public")]).expect("told");
        assert_eq!(config.anonymous.audiences(), AudienceSet::PUBLIC);
    }
}
