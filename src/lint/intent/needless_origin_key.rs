//! With `Origin` in its key a cache keeps a copy for every website, and anybody can make up more. Where every website
//! gets the same answer, one copy serves all.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html>

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject};
use crate::fetch::OriginPattern;
use crate::intent::{Authority, Grant, Intent, Via};

/// `needless-origin-key`
pub(crate) const CODE: Code = Code {
    id: "needless-origin-key",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "`key-on-origin: true` where the CDN says the same to anyone",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for (index, asset) in intent.assets.iter().enumerate() {
        let Some(cdn) = &asset.cdn else { continue };
        let (true, Some(span)) = cdn.key_on_origin else { continue };
        let through = |grant: &&Grant| {
            grant.to.iter().any(|t| t.asset == index) && grant.upload.is_none_or(|u| u.via == Via::Cdn)
        };
        let mut grants = intent.grants.iter().filter(through).peekable();
        let has_grants = grants.peek().is_some();
        let is_constant = grants.all(|g| g.origins.iter().any(OriginPattern::is_any));
        if cdn.authority == Authority::Edge && cdn.ttl.max > 0 && has_grants && is_constant {
            diags.push(
                Diagnostic::new(&CODE, span, "`Origin` is in the cache key, and everybody gets the same answer")
                    .label("a copy for every website, and for whatever `Origin` somebody makes up")
                    .help("write `key-on-origin: false`: one copy then serves all")
                    .fix(span, "false")
                    .about([Subject::Asset(asset.id.value.clone())]),
            );
        }
    }
}
