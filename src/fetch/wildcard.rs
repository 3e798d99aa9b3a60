//! Patterns of origins that also let in strangers. They have a meaning, and S3 can say it; nobody should.

use super::host::{Names, names_below};
use super::origin::OriginPattern;
use std::ops::Range;

/// Why strangers match a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WildcardTrouble {
    /// The `*` reaches into the name that somebody registers: `https://*acme.com`, `https://acme.*`.
    Trap,
    /// Behind the `*` is nothing but a public suffix: `https://*.co.uk`.
    PublicSuffix,
    /// Behind the `*` is a service that gives names to anybody: `https://pr-*.vercel.app`.
    SharedHost,
}

/// A danger of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WildcardRisk {
    /// Why strangers match.
    pub trouble: WildcardTrouble,
    /// The bytes of the pattern, from the `*` to the end of the host.
    pub place: Range<usize>,
    /// The domain behind the `*`; empty when there is none.
    pub domain: String,
    /// What was meant, when it can be told.
    pub corrected: Option<OriginPattern>,
}

impl OriginPattern {
    /// Why strangers match this pattern, if they do. A `*` spans dots, so only the labels behind the one it stands in are
    /// certain, and these must be somebody's domain as a whole. [`OriginPattern::any`] is a word of its own, and none.
    pub fn wildcard_risk(&self) -> Option<WildcardRisk> {
        let (scheme, host, port) = self.parts()?;
        let (before, behind) = host.split_once('*')?;
        let (glued, domain) = behind.split_once('.').unwrap_or((behind, ""));
        let names = if domain.is_empty() { Names::PublicSuffix } else { names_below(domain) };
        let trouble = match names {
            Names::OneOwner => return None,
            Names::SharedHost => WildcardTrouble::SharedHost,
            Names::PublicSuffix if !domain.is_empty() && glued.is_empty() && before.is_empty() => {
                WildcardTrouble::PublicSuffix
            }
            Names::PublicSuffix => WildcardTrouble::Trap,
        };
        let start = scheme.len() + "://".len() + before.len();
        // `*acme.com` was meant to be `*.acme.com`.
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let dotted = (!glued.is_empty() && !glued.starts_with('-'))
            .then(|| OriginPattern::parse(&format!("{scheme}://{before}*.{behind}{port}")).ok())
            .flatten();
        Some(WildcardRisk {
            trouble,
            place: start..start + 1 + behind.len(),
            domain: domain.to_owned(),
            corrected: dotted.filter(|pattern| pattern.wildcard_risk().is_none()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_told_from_owners() {
        use WildcardTrouble as T;
        for (text, trouble, place, corrected) in [
            ("https://*example.com", T::Trap, "*example.com", "https://*.example.com"),
            ("https://pr-*example.com:8443", T::Trap, "*example.com", "https://pr-*.example.com:8443"),
            ("https://*-example.com", T::Trap, "*-example.com", ""),
            ("https://app-*.com", T::Trap, "*.com", ""),
            ("https://app.example.*", T::Trap, "*", ""),
            ("https://*", T::Trap, "*", ""),
            ("http://*:3000", T::Trap, "*", ""),
            ("https://app*", T::Trap, "*", ""),
            ("https://app.*.com", T::Trap, "*.com", ""),
            ("https://acme.*.co.uk", T::Trap, "*.co.uk", ""),
            ("http://localhost*", T::Trap, "*", ""),
            ("http://*localhost", T::Trap, "*localhost", "http://*.localhost"),
            ("https://*.com", T::PublicSuffix, "*.com", ""),
            ("https://*.co.uk", T::PublicSuffix, "*.co.uk", ""),
            ("https://*.github.io", T::SharedHost, "*.github.io", ""),
            ("https://*acme.github.io", T::SharedHost, "*acme.github.io", "https://*.acme.github.io"),
            ("https://pr-*.vercel.app", T::SharedHost, "*.vercel.app", ""),
            ("https://acme-*-team.netlify.app", T::SharedHost, "*-team.netlify.app", ""),
            ("https://*.cloudfront.net", T::SharedHost, "*.cloudfront.net", ""),
            ("https://*.s3.eu-west-1.amazonaws.com", T::SharedHost, "*.s3.eu-west-1.amazonaws.com", ""),
            ("https://*.ngrok.io", T::SharedHost, "*.ngrok.io", ""),
            ("https://*.on.aws", T::SharedHost, "*.on.aws", ""),
        ] {
            let risk = OriginPattern::parse(text).expect(text).wildcard_risk().expect(text);
            assert_eq!(risk.trouble, trouble, "{text}");
            assert_eq!(text.get(risk.place), Some(place), "{text}");
            assert_eq!(risk.corrected.map(|c| c.to_string()).unwrap_or_default(), corrected, "{text}");
        }
        for text in [
            "https://*.example.com",
            "https://pr-*.example.com",
            "https://*-pr.example.com:8443",
            "https://*.acme.github.io",
            "https://*.d123.amplifyapp.com",
            "https://*.acme.co.uk",
            "http://*.localhost:3000",
            "http://localhost:*",
            "https://*.corp.internal",
            "https://www.github.io",
        ] {
            assert_eq!(OriginPattern::parse(text).expect(text).wildcard_risk(), None, "{text}");
        }
        assert_eq!(OriginPattern::any().wildcard_risk(), None);
    }
}
