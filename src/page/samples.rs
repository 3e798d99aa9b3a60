//! Requests that show the way: of each asset one that is granted for each kind of grant, and one that is blocked.

use super::Judged;
use super::access::STRANGER;
use crate::deployed::Asset;
use crate::fetch::{CredentialsMode, HeaderPattern, Method};
use crate::intent::{Credentials, Grant, Target, Via};
use crate::simulate::{
    Asked, Decision, Door, Outcome, PageRequest, Readings, Scenario, Url, default_door, simulate_readings,
};

/// A request and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Sample<'d> {
    /// What is asked.
    pub(super) asset: &'d Asset,
    /// The asset's id in the intent.
    pub(super) name: String,
    /// The request.
    pub(super) scenario: Scenario,
    /// What came of it, with all steps; under other readings, too.
    pub(super) outcomes: Vec<(Readings, Outcome)>,
}

impl Sample<'_> {
    /// What came of it under the favoured readings.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.outcomes.first().map(|(_, outcome)| outcome)
    }

    fn is(&self, decision: Decision) -> bool {
        self.outcome().is_some_and(|outcome| outcome.verdict.decision == decision)
    }
}

/// The samples of all assets that something is granted on.
pub(super) fn samples<'d>(judged: &Judged<'d>) -> Vec<Sample<'d>> {
    let mut samples = Vec::new();
    for (index, meant) in judged.intent.assets.iter().enumerate() {
        let Some(asset) = judged.asset(index) else { continue };
        let ask = |scenario: Scenario| {
            let outcomes = simulate_readings(asset, &scenario, &Readings::default(), &[], true);
            Sample { asset, name: meant.id.value.clone(), scenario, outcomes }
        };
        let on_asset = |grant: &&Grant| grant.to.iter().any(|target| target.asset == index);
        let mut shown = Vec::new();
        let mut blocked = None;
        for grant in judged.intent.grants.iter().filter(on_asset) {
            let Some(target) = grant.to.iter().find(|target| target.asset == index) else { continue };
            let path = path(judged, target);
            let kind = (grant.upload.map(|upload| upload.via), grant.credentials);
            if !shown.contains(&kind)
                && let Some(scenario) = granted(asset, grant, &path)
            {
                shown.push(kind);
                samples.push(ask(scenario));
            }
            blocked = blocked.or_else(|| {
                let methods = grant.methods.iter().map(Method::as_str).chain(["PUT", "DELETE", "PATCH"]);
                let mut asked = methods.map(|method| ask(blockable(asset, grant, &path, method)));
                asked.find(|sample| sample.is(Decision::Blocked))
            });
        }
        samples.extend(blocked);
    }
    samples
}

/// A granted request: with a header that needs a preflight where the grant has one.
fn granted(asset: &Asset, grant: &Grant, path: &str) -> Option<Scenario> {
    let origin = match grant.origins.iter().find(|origin| origin.is_literal()).or_else(|| grant.origins.first())? {
        any if any.is_any() => STRANGER.to_owned(),
        literal if literal.is_literal() => literal.to_string(),
        pattern => ["example", "8080"].iter().map(|t| pattern.as_str().replace('*', t)).find(|o| pattern.matches(o))?,
    };
    let method = grant.methods.first()?.as_str();
    let header = grant.request_headers.iter().find(|header| header.is_literal()).map(HeaderPattern::as_str);
    Some(scenario(asset, grant, path, &origin, method, header))
}

fn blockable(asset: &Asset, grant: &Grant, path: &str, method: &str) -> Scenario {
    scenario(asset, grant, path, STRANGER, method, None)
}

fn scenario(asset: &Asset, grant: &Grant, path: &str, origin: &str, method: &str, header: Option<&str>) -> Scenario {
    let door = match grant.upload {
        Some(upload) if upload.via == Via::S3 => Door::Bucket,
        _ => default_door(asset, method, path),
    };
    // Signed cookies are cookies; anybody else who may read has a signed URL.
    let url = match grant.credentials {
        Credentials::SignedCookies => Url::new(asset, door, path),
        _ => Url::for_reader(asset, door, path),
    };
    let credentials = if grant.promises_cookies() { CredentialsMode::Include } else { CredentialsMode::SameOrigin };
    let headers = header.iter().map(|name| (*name).to_owned());
    let request = PageRequest { credentials, ..PageRequest::new(origin, method, url).with_headers(headers) };
    Scenario::of(Asked::Page(request))
}

/// A path that a target names.
fn path(judged: &Judged<'_>, target: &Target) -> String {
    let asset = judged.intent.assets.get(target.asset);
    let pattern = target.path.and_then(|path| Some(asset?.paths.get(path)?.pattern.value.as_str()));
    let text = pattern.unwrap_or("/*").replace('*', "example").replace('?', "x");
    if text.starts_with('/') { text } else { format!("/{text}") }
}
