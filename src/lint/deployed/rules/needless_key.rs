//! What is in the cache key and changes no answer splits the cache.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html>

use super::super::view::{Behavior, behaviors};
use super::super::{Artifacts, Findings};
use crate::deployed::Selection;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use crate::lint::intent::NEEDLESS_ORIGIN_KEY;

/// `needless-cookie-key`
pub(super) const COOKIES: Code = Code {
    id: "needless-cookie-key",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "cookies in the cache key of a bucket, which reads none",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts).into_iter().filter(Behavior::caches) {
        let is_any = |origins: &[String]| !origins.is_empty() && origins.iter().all(|origin| origin == "*");
        let rules = behavior.asset.bucket.cors.iter().flat_map(|cors| &cors.rules);
        let mut rules = rules.peekable();
        let constant = match behavior.edge_cors() {
            Some(cors) if cors.origin_override => is_any(&cors.allow_origins),
            _ => rules.peek().is_some() && rules.all(|rule| is_any(&rule.allowed_origins)),
        };
        let explicit = matches!(behavior.it.cache_policy.headers, Selection::Whitelist(_)) && behavior.keys("Origin");
        let vary = behavior.edge_decides();
        if explicit && constant && vary {
            let (site, member) = behavior.cache_policy_at("Headers");
            let place = artifacts.at(site, member, Some("Origin"));
            findings.push(
                place.file,
                Diagnostic::new(
                    &NEEDLESS_ORIGIN_KEY,
                    place.span,
                    "`Origin` is in the cache key, and every answer says `*`",
                )
                .label("one copy for each origin, all of them the same")
                .help("take `Origin` out of the cache policy"),
            );
        }
        if behavior.it.cache_policy.cookies != Selection::None {
            let (site, member) = behavior.cache_policy_at("Cookies");
            let place = artifacts.at(site, member, None);
            findings.push(
                place.file,
                Diagnostic::new(&COOKIES, place.span, "cookies are in the cache key of a bucket, which reads none")
                    .label("one copy for each set of cookies, all of them the same")
                    .help("set the cookie behaviour to `none`"),
            );
        }
    }
}
