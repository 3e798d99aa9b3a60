//! What holds for a server of the user's own and not for a bucket: it looks at cookies and `Authorization`, so these must
//! reach it where they are granted and may not be given away where they are not; and it is proved for the server that keeps
//! its contract.

use super::counterexample::{About, Counterexample, Kind};
use super::prover::{Place, Prover};
use crate::deployed::{Asset, CacheBehavior, Selection};
use crate::fetch::CredentialsMode;
use crate::intent::{self, AssetOrigin, Credentials, Grant, Intent};
use crate::simulate::{Asked, Decision, PageRequest, Readings, Scenario, simulate_readings};

/// What is in the way where the artifacts have another origin than the intent: a server for a bucket, or another server.
pub(super) fn other_origin(meant: &intent::Asset, asset: &Asset) -> Option<String> {
    let id = &meant.id.value;
    match (&meant.origin, asset.custom_origin()) {
        (AssetOrigin::Bucket(_), None) => None,
        (AssetOrigin::Bucket(bucket), Some(found)) => Some(format!(
            "the artifacts have the server `{}` for `{id}`, which is the bucket `{}`",
            found.domain_name, bucket.name.value
        )),
        (AssetOrigin::Custom(custom), None) => {
            Some(format!("the artifacts do not say what `{}`, the server of `{id}`, answers", custom.url.value))
        }
        (AssetOrigin::Custom(custom), Some(found)) => {
            let same = (custom.host.as_str(), custom.port) == (found.domain_name.as_str(), found.https_port);
            (!same).then(|| {
                let (domain, port) = (&found.domain_name, found.https_port);
                format!(
                    "the artifacts ask `{domain}` on port {port} for `{id}`, which comes from `{}`",
                    custom.url.value
                )
            })
        }
    }
}

impl Prover<'_> {
    /// Says on which condition the rest is proved.
    pub(super) fn on_condition(&mut self) {
        let Some(custom) = self.asset.custom_origin() else { return };
        let (id, domain) = (&self.asset.id, &custom.domain_name);
        let note = if custom.contract.rules.is_empty() {
            format!("`{id}`: provided that `{domain}` sends no CORS headers of its own, which no artifact shows")
        } else {
            format!(
                "`{id}`: provided that `{domain}` keeps its contract, which no artifact shows; `verify.sh` of the AWS CLI bundle \
                 and `corsynth test --export curl` ask it"
            )
        };
        self.proof.note(note);
    }

    /// Whether requests with cookies are readable, exactly where that is promised.
    pub(super) fn cookies(&mut self, place: &Place<'_>, origin: &str, method: &str, promised: bool) {
        let request = PageRequest { credentials: CredentialsMode::Include, ..page_request(place, origin, method) };
        let asked = asked(request);
        for (readings, outcome) in simulate_readings(self.asset, &asked, &Readings::default(), &[], false) {
            let readable = match outcome.verdict.decision {
                Decision::Readable => true,
                Decision::Blocked => false,
                Decision::Unknown => return self.proof.unknown(outcome.verdict.message),
            };
            if readable == promised {
                continue;
            }
            let (kind, expected, actual) = if promised {
                (Kind::UnderGrant, "readable with cookies", "blocked with cookies")
            } else {
                (
                    Kind::OverGrant,
                    "no credentials: no grant speaks of them",
                    "readable with cookies, which the server looks at",
                )
            };
            return self.keep(found(
                self.asset.id.clone(),
                About::Credentials,
                (kind, expected.to_owned(), actual),
                asked,
                readings,
            ));
        }
    }

    /// Whether what identifies a user reaches the server, and no answer to one user is kept for another.
    pub(super) fn users(&mut self, place: &Place<'_>, origin: &str, method: &str, grants: &[usize]) {
        let (Some(_), Some(behavior)) = (self.asset.custom_origin(), place.behavior) else { return };
        let (intent, id) = (self.intent, self.asset.id.clone());
        let identifying = grants.iter().filter_map(|&at| identity(intent, at));
        for (credentials, name) in identifying {
            let reaches = forwards(behavior, name);
            let kept = behavior.cache_policy.max_ttl > 0 && !is_keyed(behavior, name);
            let (kind, expected, actual) = match (reaches, kept) {
                (false, _) => (
                    Kind::UnderGrant,
                    format!("the server gets `{name}`"),
                    "neither the cache policy nor the origin request policy takes it",
                ),
                (true, true) => (
                    Kind::OverGrant,
                    "an answer to one user is for that one alone".to_owned(),
                    "the cache keeps it for all others",
                ),
                (true, false) => continue,
            };
            let mut request = page_request(place, origin, method);
            match credentials {
                Credentials::Bearer => request.headers.push((name.to_ascii_lowercase(), None)),
                _ => request.credentials = CredentialsMode::Include,
            }
            let readings = Readings::default();
            self.keep(found(id.clone(), About::Users, (kind, expected, actual), asked(request), readings));
        }
    }
}

fn page_request(place: &Place<'_>, origin: &str, method: &str) -> PageRequest {
    PageRequest::new(origin, method, place.url.clone())
}

fn asked(request: PageRequest) -> Scenario {
    Scenario::of(Asked::Page(request))
}

fn found(
    asset: String,
    about: About,
    (kind, expected, actual): (Kind, String, &str),
    scenario: Scenario,
    readings: Readings,
) -> Counterexample {
    Counterexample {
        kind,
        about,
        asset,
        scenario,
        depends_on_reading: !readings.unusual().is_empty(),
        readings,
        expected,
        actual: actual.to_owned(),
        because: String::new(),
    }
}

/// The header by which a grant lets pages say who their user is.
fn identity(intent: &Intent, at: usize) -> Option<(Credentials, &'static str)> {
    let grant: &Grant = intent.grants.iter().find(|grant| grant.index == at)?;
    match grant.credentials {
        Credentials::Cookies => Some((Credentials::Cookies, "Cookie")),
        Credentials::Bearer => Some((Credentials::Bearer, "Authorization")),
        // Whose signature CloudFront checks itself.
        _ => None,
    }
}

/// Whether a header of the viewer's reaches the server. `Authorization` cannot be named in an origin request policy, only
/// come along with everything, and cookies have a section of their own.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-forward-authorization>
fn forwards(behavior: &CacheBehavior, name: &str) -> bool {
    let policy = behavior.origin_request_policy.as_ref();
    if name == "Cookie" {
        let all = |selection: &Selection| *selection == Selection::All;
        return all(&behavior.cache_policy.cookies) || policy.is_some_and(|policy| all(&policy.cookies));
    }
    let comes_along = |selection: &Selection| !matches!(selection, Selection::Whitelist(_)) && selection.takes(name);
    behavior.cache_policy.headers.takes(name) || policy.is_some_and(|policy| comes_along(&policy.headers))
}

fn is_keyed(behavior: &CacheBehavior, name: &str) -> bool {
    match name {
        "Cookie" => behavior.cache_policy.cookies == Selection::All,
        _ => behavior.cache_policy.headers.takes(name),
    }
}
