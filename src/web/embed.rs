//! Who may embed the panel: origins, checked once at the start, so that a policy never holds what browsers would read in
//! another way than the administrator meant.

use axum::http::{HeaderValue, Uri};

use super::edge;

/// The origins that may embed the panel, besides this server itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Checks a list of origins.
    ///
    /// # Errors
    /// When one of them is no origin as browsers write it; the message says how it should be written.
    pub fn parse<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        origins.into_iter().map(checked).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the origins divided by spaces.
    pub(super) fn listed(&self) -> String {
        self.0.join(" ")
    }

    /// Returns the content security policy of the panel.
    pub(super) fn policy(&self) -> HeaderValue {
        edge::policy(format!("frame-ancestors 'self' {}", self.listed()).trim_end())
    }
}

fn checked(text: &str) -> Result<String, String> {
    let example = "an origin such as \"https://desk.example.org\" is expected";
    if text.contains('*') {
        return Err(format!("`{text}` stands for many origins; each has to be named, {example}"));
    }
    let uri: Uri = text.parse().map_err(|_| format!("`{text}` is no origin: {example}"))?;
    let (Some(scheme @ ("https" | "http")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(format!("`{text}` is no origin: {example}"));
    };
    // Browsers compare the origin letter by letter with what they write themselves.
    let default = if scheme == "https" { 443 } else { 80 };
    let port = authority.port_u16().filter(|&port| port != default).map(|port| format!(":{port}")).unwrap_or_default();
    let origin = format!("{scheme}://{}{port}", authority.host().to_ascii_lowercase());
    let host_is_plain = authority.host().bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
    if text != origin || !host_is_plain {
        return Err(format!("`{text}` is not as browsers write an origin: write \"{origin}\""));
    }
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_only_as_browsers_write_them() {
        for good in
            ["https://desk.example.org", "http://localhost:3000", "https://xn--e1afmkfd.xn--p1ai", "http://[::1]:8080"]
        {
            assert_eq!(Origins::parse([good]).expect(good).listed(), good);
        }
        let wrong = |text: &str| Origins::parse([text]).expect_err(text);
        for (text, told) in [
            ("https://desk.example.org/", "write \"https://desk.example.org\""),
            ("https://Desk.Example.org", "write \"https://desk.example.org\""),
            ("https://desk.example.org:443", "write \"https://desk.example.org\""),
            ("https://me@desk.example.org", "write \"https://desk.example.org\""),
            ("https://desk.example.org/app?x", "write \"https://desk.example.org\""),
            ("*", "stands for many origins"),
            ("https://*.example.org", "stands for many origins"),
            ("desk.example.org", "is no origin"),
            ("ftp://desk.example.org", "is no origin"),
            ("https://пример.рф", "is no origin"),
            ("https://a b", "is no origin"),
            ("null", "is no origin"),
            ("", "is no origin"),
            ("https://a.example; script-src *", "stands for many origins"),
            ("https://a.example;x", "`https://a.example;x`"),
        ] {
            assert!(wrong(text).contains(told), "{text}: {}", wrong(text));
        }
    }

    #[test]
    fn policy_names_the_server_itself_and_the_origins() {
        let policy = |origins: &[&str]| {
            let origins = Origins::parse(origins.iter().copied()).expect("origins");
            origins.policy().to_str().expect("ASCII").to_owned()
        };
        assert!(policy(&[]).ends_with("; frame-ancestors 'self'"), "{}", policy(&[]));
        assert!(
            policy(&["https://a.example", "https://b.example"])
                .ends_with(" 'self' https://a.example https://b.example")
        );
    }
}
