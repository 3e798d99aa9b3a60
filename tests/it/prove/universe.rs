//! A generous finite universe of requests and histories, and what is wrong in it: the judge of the prover. It asks the
//! simulator about every request one by one, and knows nothing of classes.

use corsynth::deployed::{Asset, Deployed};
use corsynth::fetch::{CredentialsMode, HeaderList};
use corsynth::intent::Intent;
use corsynth::intent::permits::{Permission, Request};
use corsynth::simulate::{
    Asked, Decision, Door, Earlier, HttpRequest, Outcome, PageRequest, Party, Readings, Scenario, Url, Visitor,
    simulate_readings,
};
use std::collections::BTreeSet;

/// What the requests of a universe are made of.
#[derive(Debug, Clone)]
pub(crate) struct Universe {
    pub(crate) origins: Vec<String>,
    pub(crate) methods: Vec<&'static str>,
    pub(crate) header_sets: Vec<Vec<String>>,
    pub(crate) paths: Vec<String>,
    /// Origins of earlier requests; one without is added.
    pub(crate) earlier_origins: Vec<String>,
}

/// The first request that gets more or less than it is granted.
pub(crate) fn violation(intent: &Intent, deployed: &Deployed, universe: &Universe) -> Option<String> {
    for (index, meant) in intent.assets.iter().enumerate() {
        let Some(asset) = deployed.asset(&meant.id.value) else { continue };
        let doors: &[Door] = match (asset.distribution.is_some(), asset.custom_origin().is_some()) {
            (_, true) => &[Door::Distribution],
            (true, false) => &[Door::Distribution, Door::Bucket],
            (false, false) => &[Door::Bucket],
        };
        for &door in doors {
            let found = universe.paths.iter().find_map(|path| at(intent, index, asset, door, path, universe));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn at(intent: &Intent, index: usize, asset: &Asset, door: Door, path: &str, universe: &Universe) -> Option<String> {
    let url = Url::for_reader(asset, door, path);
    let pasts = if door == Door::Distribution { histories(&url, universe) } else { vec![Vec::new()] };
    for origin in &universe.origins {
        for method in &universe.methods {
            for headers in &universe.header_sets {
                let names: Vec<&str> = headers.iter().map(String::as_str).collect();
                let request = Request { asset: index, through_cdn: door == Door::Distribution, path, origin, method };
                let permission = intent.permits(&request, &names);
                for given in &pasts {
                    let page = PageRequest {
                        origin: origin.as_str().into(),
                        method: (*method).into(),
                        url: url.clone(),
                        headers: headers.iter().map(|h| (h.clone(), None)).collect(),
                        credentials: CredentialsMode::SameOrigin,
                        use_cors_preflight: false,
                    };
                    let scenario = Scenario {
                        given: given.clone(),
                        asked: Asked::Page(page),
                        object_exists: true,
                        first_rule: None,
                    };
                    for (readings, outcome) in simulate_readings(asset, &scenario, &Readings::default(), &[], false) {
                        if let Some(wrong) = wrong(&permission, &outcome) {
                            let given: Vec<&HttpRequest> = given.iter().map(|e| &e.request).collect();
                            return Some(format!(
                                "{wrong}: {method} {url} from {origin} with {headers:?} after {given:#?} reading {:?}",
                                readings.unusual()
                            ));
                        }
                    }
                }
            }
        }
    }
    None
}

/// No history, every single earlier request, and pairs of a preflight and a request.
fn histories(url: &Url, universe: &Universe) -> Vec<Vec<Earlier>> {
    let earlier = |method: &str, origin: &Option<String>, asked: Option<&str>, asked_headers: Option<&str>| {
        let mut headers = HeaderList::new();
        if let Some(origin) = origin {
            headers.append("Origin", origin.clone());
        }
        if let Some(method) = asked {
            headers.append("Access-Control-Request-Method", method.to_owned());
        }
        if let Some(names) = asked_headers {
            headers.append("Access-Control-Request-Headers", names.to_owned());
        }
        let request = HttpRequest { method: method.into(), url: url.clone(), headers };
        Earlier { visitor: Visitor::Another, request }
    };
    let origins = || std::iter::once(None).chain(universe.earlier_origins.iter().cloned().map(Some));
    let mut pasts = vec![Vec::new()];
    for origin in origins() {
        for (method, asked, headers) in [
            ("GET", None, None),
            ("HEAD", None, None),
            ("GET", Some("PUT"), None),
            ("GET", None, Some("x-corsynth-other")),
            ("OPTIONS", Some("GET"), None),
            ("OPTIONS", Some("GET"), Some("range")),
            ("OPTIONS", Some("PUT"), Some("content-type")),
        ] {
            pasts.push(vec![earlier(method, &origin, asked, headers)]);
        }
    }
    for origin in origins() {
        let get = earlier("GET", &origin, None, None);
        pasts.push(vec![earlier("OPTIONS", &origin, Some("GET"), Some("range")), get]);
    }
    pasts
}

/// What is wrong with an outcome, in one word.
pub(crate) fn wrong(permission: &Permission, outcome: &Outcome) -> Option<&'static str> {
    let readable = outcome.verdict.decision == Decision::Readable;
    let last = outcome.exchanges.last();
    let exposed: BTreeSet<&str> = outcome.exposed_headers.iter().map(String::as_str).collect();
    match permission {
        Permission::Denied => {
            (readable && last.is_some_and(|e| matches!(e.response.by, Party::S3 | Party::Server))).then_some("readable")
        }
        Permission::Granted(_) if !readable => Some("blocked"),
        Permission::Elsewhere(_) if !readable => None,
        Permission::Granted(granted) | Permission::Elsewhere(granted) => {
            let promised = matches!(permission, Permission::Granted(_));
            let denied = last.and_then(|e| e.response.error.as_ref()).is_some_and(|e| e.code == "AccessDenied");
            let may: BTreeSet<&str> = granted.may_expose.iter().map(corsynth::fetch::HeaderName::as_str).collect();
            let safelisted = |h: &str| corsynth::fetch::header::is_cors_safelisted_response_header_name(h);
            let age = outcome.preflight_max_age;
            if promised && denied {
                Some("not let in")
            } else if !exposed.is_subset(&may) {
                Some("exposed")
            } else if promised
                && granted.exposed.iter().any(|h| !exposed.contains(h.as_str()) && !safelisted(h.as_str()))
            {
                Some("not exposed")
            } else if promised
                && age.is_some_and(|age| age > granted.max_age.into() || age < granted.least_max_age.into())
            {
                Some("remembered too long or too short")
            } else {
                None
            }
        }
    }
}
