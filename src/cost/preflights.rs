//! How often browsers ask before they send.
//!
//! A browser remembers a preflight by origin, URL and credentials, for as long as `Access-Control-Max-Age` says and no
//! longer than it likes. <https://fetch.spec.whatwg.org/#concept-cache>

use crate::intent::{Grant, Intent};
use crate::plan::{AssetPlan, PolicyRef};

/// The longest that a browser remembers a preflight, in seconds, and whether somebody says so who should know.
/// Chromium and Firefox: <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age>.
/// `WebKit`: UNCONFIRMED.
const BROWSERS: [(&str, u32, bool); 3] = [("Chromium", 7200, true), ("Firefox", 86_400, true), ("WebKit", 600, false)];

const HOUR: u64 = 3600;

/// The preflights of one grant on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflights {
    /// Its place in `allow`, from 0.
    pub grant: usize,
    /// Who it is for, sorted.
    pub frontends: Vec<String>,
    /// The granted methods that no page may use without one, sorted.
    pub methods: Vec<String>,
    /// Granted request headers that no page may send without one; how many entries.
    pub headers: usize,
    /// For how long AWS lets browsers remember one, seconds: what the plan says, which may be less than the grant.
    pub max_age: u32,
    /// For how long browsers do, and what that comes to; empty when the grant needs no preflight.
    pub browsers: Vec<BrowserPreflights>,
}

/// What one browser makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserPreflights {
    /// Which.
    pub browser: &'static str,
    /// Whether its own limit is confirmed.
    pub confirmed: bool,
    /// For how long it remembers a preflight, seconds.
    pub remembered: u32,
    /// The most preflights for one URL in a session of an hour, and in one of eight.
    pub in_one_hour: u64,
    /// See `in_one_hour`.
    pub in_eight_hours: u64,
}

pub(super) fn by_grant(intent: &Intent, asset: &AssetPlan) -> Vec<Preflights> {
    let index = intent.assets.iter().position(|a| a.id.value == asset.id);
    let reaches = |grant: &&Grant| grant.to.iter().any(|target| Some(target.asset) == index);
    intent.grants.iter().filter(reaches).map(|grant| of_grant(grant, asset)).collect()
}

fn of_grant(grant: &Grant, asset: &AssetPlan) -> Preflights {
    let unsafe_methods = grant.methods.iter().filter(|method| !method.is_cors_safelisted());
    let mut methods: Vec<String> = unsafe_methods.map(|method| method.as_str().to_owned()).collect();
    methods.sort();
    let max_age = max_age(grant, asset);
    let needed = !methods.is_empty() || !grant.request_headers.is_empty();
    Preflights {
        grant: grant.index,
        frontends: grant.frontends.clone(),
        methods,
        headers: grant.request_headers.len(),
        max_age,
        browsers: if needed {
            BROWSERS.iter().map(|browser| of_browser(*browser, max_age)).collect()
        } else {
            Vec::new()
        },
    }
}

fn of_browser((browser, cap, confirmed): (&'static str, u32, bool), max_age: u32) -> BrowserPreflights {
    let remembered = max_age.min(cap);
    // One when the page opens, and one whenever the last is forgotten.
    let within = |session: u64| session.div_ceil(u64::from(remembered.max(1)));
    BrowserPreflights { browser, confirmed, remembered, in_one_hour: within(HOUR), in_eight_hours: within(8 * HOUR) }
}

/// The least age of all that answers for the grant.
fn max_age(grant: &Grant, asset: &AssetPlan) -> u32 {
    let of_rules = asset.cors.iter().flat_map(|cors| &cors.rules).filter_map(|rule| {
        let from = asset.rule_provenance.get(&rule.id)?;
        super::grants(from).any(|index| index == grant.index).then_some(rule.max_age_seconds)
    });
    let of_policies = asset.cdn.iter().flat_map(|cdn| {
        let here = cdn.behaviors.iter().filter(|b| super::grants(&b.provenance).any(|index| index == grant.index));
        here.filter_map(|behavior| {
            let Some(PolicyRef::Own(id)) = &behavior.response_headers_policy else { return None };
            let policy = cdn.response_headers_policies.iter().find(|policy| policy.id == *id)?;
            policy.config.cors.as_ref().map(|cors| cors.access_control_max_age_sec)
        })
    });
    of_rules.chain(of_policies).min().unwrap_or(grant.preflight_cache)
}
