//! Rules over what the user means. What means nothing has been refused by `intent` before.

mod acl_request_header;
mod any_port_origin;
mod covered_grant;
mod covered_origin;
mod covered_target;
mod duplicate_path;
mod ip_address_origin;
mod local_origin_in_production;
mod needless_origin_key;
mod origin_is_own_cdn;
mod origin_wildcard_trap;
mod path_without_wildcard;
mod plain_http_origin;
mod public_suffix_wildcard;
mod safelisted_request_header;
mod shared_host_wildcard;
mod uncovered_apex;
mod unseen_token;
mod wildcards;
mod withheld_origin_granted;

pub(crate) use acl_request_header::CODE as ACL_REQUEST_HEADER;
pub(crate) use needless_origin_key::CODE as NEEDLESS_ORIGIN_KEY;
pub(crate) use origin_is_own_cdn::CODE as ORIGIN_IS_OWN_CDN;
pub(crate) use origin_wildcard_trap::CODE as ORIGIN_WILDCARD_TRAP;
pub(crate) use plain_http_origin::CODE as PLAIN_HTTP_ORIGIN;
pub(crate) use public_suffix_wildcard::CODE as PUBLIC_SUFFIX_WILDCARD;
pub(crate) use shared_host_wildcard::CODE as SHARED_HOST_WILDCARD;
pub(crate) use uncovered_apex::CODE as UNCOVERED_APEX;

use super::{Rule, codes_of};
use crate::diagnostic::{Code, Diagnostics};
use crate::fetch::OriginPattern;
use crate::intent::{Frontend, Intent};
use crate::source::Span;

/// All rules, by code.
const RULES: &[Rule] = &[
    Rule { code: &acl_request_header::CODE, check: acl_request_header::check },
    Rule { code: &any_port_origin::CODE, check: any_port_origin::check },
    Rule { code: &covered_grant::CODE, check: covered_grant::check },
    Rule { code: &covered_origin::CODE, check: covered_origin::check },
    Rule { code: &covered_target::CODE, check: covered_target::check },
    Rule { code: &duplicate_path::CODE, check: duplicate_path::check },
    Rule { code: &ip_address_origin::CODE, check: ip_address_origin::check },
    Rule { code: &local_origin_in_production::CODE, check: local_origin_in_production::check },
    Rule { code: &needless_origin_key::CODE, check: needless_origin_key::check },
    Rule { code: &origin_is_own_cdn::CODE, check: origin_is_own_cdn::check },
    Rule { code: &origin_wildcard_trap::CODE, check: origin_wildcard_trap::check },
    Rule { code: &path_without_wildcard::CODE, check: path_without_wildcard::check },
    Rule { code: &plain_http_origin::CODE, check: plain_http_origin::check },
    Rule { code: &public_suffix_wildcard::CODE, check: public_suffix_wildcard::check },
    Rule { code: &safelisted_request_header::CODE, check: safelisted_request_header::check },
    Rule { code: &shared_host_wildcard::CODE, check: shared_host_wildcard::check },
    Rule { code: &uncovered_apex::CODE, check: uncovered_apex::check },
    Rule { code: &unseen_token::CODE, check: unseen_token::check },
    Rule { code: &withheld_origin_granted::CODE, check: withheld_origin_granted::check },
];

/// The codes of the rules.
pub fn codes() -> Vec<&'static Code> {
    codes_of(RULES)
}

/// Reports what the rules find.
pub fn check(diags: &mut Diagnostics, intent: &Intent) {
    for rule in RULES {
        (rule.check)(diags, intent);
    }
}

/// An origin of a frontend that a web server serves, in its parts.
struct WebOrigin<'i> {
    frontend: &'i Frontend,
    span: Span,
    origin: &'i OriginPattern,
    scheme: &'i str,
    host: &'i str,
    port: Option<&'i str>,
}

impl WebOrigin<'_> {
    /// Whether the host is below a top name: `printer.local` below `local`.
    fn is_below(&self, top: &str) -> bool {
        self.host.rsplit('.').next() == Some(top)
    }
}

/// Every origin of every frontend with the schemes of the web: others are of apps and extensions. A pattern that lets in
/// strangers is to be mended before anything else is said of it.
fn web_origins(intent: &Intent) -> Vec<WebOrigin<'_>> {
    let mut found = Vec::new();
    for frontend in &intent.frontends {
        for origin in &frontend.origins {
            let (span, origin) = (origin.span, &origin.value);
            let Some((scheme @ ("http" | "https"), host, port)) = origin.parts() else { continue };
            if origin.wildcard_risk().is_none() {
                found.push(WebOrigin { frontend, span, origin, scheme, host, port });
            }
        }
    }
    found
}
