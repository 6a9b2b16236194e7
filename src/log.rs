//! Logs: text on a terminal, JSON otherwise, on standard error. Only sets them up; everyone writes with `tracing`.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// The `[log]` section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The format.
    pub format: Format,
    /// The least level that is written, or a filter by module.
    pub level: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// Text.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("auto, text or json is expected"),
        }
    }
}

/// Starts logging. Later calls do nothing.
///
/// # Errors
/// When the level is not a filter.
pub fn start(config: &Config) -> Result<(), String> {
    let filter =
        EnvFilter::try_new(&config.level).map_err(|e| format!("log.level `{}` is not a level: {e}", config.level))?;
    let terminal = std::io::stderr().is_terminal();
    let json = match config.format {
        Format::Auto => !terminal,
        Format::Text => false,
        Format::Json => true,
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first: the logger is global.
    let _ = if json {
        builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        builder.with_ansi(terminal).with_target(false).try_init()
    };
    Ok(())
}
