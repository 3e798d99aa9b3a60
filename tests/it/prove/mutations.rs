//! Breaks every field of correct plans, one at a time: the proof must fail with a counterexample that can be run, or
//! the change must be one that means nothing, and brute force must agree.

use super::universe::{Universe, violation, wrong};
use crate::examples::compile_last;
use crate::support::project;
use corsynth::deployed::{
    CacheBehavior, CorsConfig, CorsConfiguration, CorsRule, CustomErrorResponse, CustomHeader, Deployed, Distribution,
    OriginRequestPolicy, PolicyName, Principal, Provenance, Resource, RuleOrder, Selection, Site, Source, Statement,
    ViewerProtocolPolicy, managed,
};
use corsynth::intent::Intent;
use corsynth::intent::permits::Request;
use corsynth::prove::{About, Kind, Proof, prove};
use corsynth::simulate::{Asked, Decision, Door, simulate};
use std::collections::{BTreeMap, BTreeSet};

const STRANGER: &str = "https://stranger.example";

/// Changes that mean nothing, by the end of their names (`subject: asset part: change`), and why. Every plan that is proved after one of them is also
/// searched by brute force.
const EQUIVALENT: &[(&str, &str)] = &[
    ("anyone: files distribution: fixed origin", "`*` is for the fixed origin, too"),
    ("01-public-fonts: fonts distribution: fixed origin", "`*` is for the fixed origin, too"),
    ("simple cors", "the policy says `*` where the bucket says `*`"),
    ("anyone: files behaviour *: cors with preflight", "S3 answers, and a policy that does not override adds nothing"),
    ("anyone: files behaviour *: policy credentials", "browsers take no `*` for credentials"),
    ("01-public-fonts: fonts behaviour *: policy credentials", "browsers take no `*` for credentials"),
    ("anyone: files behaviour *: policy origin added", "`*` stands beside it"),
    ("01-public-fonts: fonts behaviour *: policy origin added", "`*` stands beside it"),
    ("05-kms: video statement 1: statement source any", "the key lets in nobody else"),
    ("07-china: static statement 1: statement source any", "the key lets in nobody else"),
    ("07-china: static rule 1: rule origin dropped", "the policy answers, and no preflight is needed"),
    ("07-china: static distribution: fixed origin", "the policy replaces what S3 says to the fixed origin"),
    ("07-china: static behaviour *: options dropped", "nothing that is granted there needs a preflight"),
    ("origin unkeyed", "the policy replaces what was cached for another origin"),
    ("caching optimized", "the policy replaces what was cached for another origin"),
    ("catalog rule 1: rule method added", "the distribution does not let the method through"),
    ("08-custom-origin: images distribution: fixed origin", "the server has no part in CORS"),
    ("09-edge-functions: kit distribution: fixed origin", "the functions replace what S3 says to the fixed origin"),
    ("12-many-origins: sdk distribution: fixed origin", "the function replaces what S3 says to the fixed origin"),
    ("13-readable-errors: kit distribution: fixed origin", "the functions replace what S3 says to the fixed origin"),
    ("10-own-everything: pages rule 1: rule origin dropped", "the policy answers, and no preflight is needed"),
    ("10-own-everything: pages distribution: fixed origin", "the policy replaces what S3 says to the fixed origin"),
    ("10-own-everything: pages behaviour *: options dropped", "nothing that is granted there needs a preflight"),
    ("08-custom-origin: images behaviour *: forwards host", "a server does not take `Host` for a bucket"),
    ("08-custom-origin: catalog behaviour *: forwards host", "a server does not take `Host` for a bucket"),
    ("08-custom-origin: orders behaviour *: forwards host", "a server does not take `Host` for a bucket"),
    ("upload through the CDN: files statement 1: statement dropped", "nothing is read through it"),
    ("upload through the CDN: files statement 1: statement source other", "nothing is read through it"),
    ("upload through the CDN: files statement 1: statement principal other", "nothing is read through it"),
    ("upload through the CDN: files statement 1: statement denies", "nothing is read through it"),
    ("upload through the CDN: files statement 1: statement action dropped", "nothing is read through it"),
    ("upload through the CDN: files statement 1: statement on the bucket", "nothing is read through it"),
    ("name", "names and comments decide nothing"),
    ("comment", "names and comments decide nothing"),
    ("compress", "compression decides nothing"),
    ("ttl min", "how long something is kept decides nothing, as long as it may be kept"),
    ("ttl default", "how long something is kept decides nothing, as long as it may be kept"),
    ("ttl zero", "what is not cached cannot be wrong"),
    ("query strings in the key", "S3 does not look at them for CORS"),
    ("cookies in the key", "S3 does not look at cookies"),
    ("security headers", "they are no CORS headers"),
    ("aliases", "the name of a host decides nothing"),
    ("allow all protocols", "pages name assets by their https address"),
    ("https only", "pages name assets by their https address"),
    ("all methods", "S3 answers only what its rules and policies allow"),
    ("options not cached", "what is not cached cannot be wrong"),
    ("rules reversed", "rules mean the same in every order"),
    ("rules in any order", "rules mean the same in every order"),
    ("rule repeated", "the first one decides"),
    ("policy method added", "S3 still refuses the preflight"),
    ("policy method dropped", "safelisted methods need not be listed"),
    ("policy header added", "S3 still refuses the preflight"),
    ("policy headers wildcard", "S3 still refuses the preflight"),
    ("policy origin dropped", "the bucket answers what the policy does not"),
    ("policy detached", "the bucket answers what the policy does not"),
    ("policy cors dropped", "the bucket answers what the policy does not"),
    ("policy override off", "the bucket says the same as the policy"),
    ("policy removes vary", "the cache key tells origins apart"),
    ("policy removes allow-origin", "the policy adds it again"),
    ("custom header", "not a CORS header"),
    ("rule expose dropped", "the policy says what is exposed"),
    ("rule age changed", "the policy says for how long"),
    ("rule age dropped", "the policy says for how long"),
    ("rule method dropped", "the policy answers, and no preflight is needed"),
    ("rule dropped", "the policy answers, and no preflight is needed"),
    ("cors dropped", "the policy answers, and no preflight is needed"),
    ("rule origin added", "objects are private, and the distribution does not forward `Origin`"),
    ("forwarding dropped", "the key forwards what it holds"),
    ("forwarded header dropped", "the key forwards what it holds"),
    ("forwards all", "the key holds all that S3 looks at"),
    ("statement action added", "the methods of the behaviours do not reach it"),
    ("error page", "nothing that is granted is an error"),
    ("key header dropped", "what is not cached, or not forwarded, need not be in the key"),
    ("key emptied", "nothing that S3 looks at is forwarded, or nothing is cached"),
    ("06-environments: modules behaviour *: options dropped", "nothing that is granted there needs a preflight"),
    ("options allowed", "S3 answers preflights by its rules"),
    ("options cached", "the key holds all that S3 looks at"),
    ("policy age dropped", "no preflight is needed"),
    ("policy age changed", "no preflight is needed"),
    ("policy expose dropped", "the bucket exposes the same"),
];

/// All changes of one field, by name.
pub(crate) fn mutations(whole: &Deployed) -> Vec<(String, Deployed)> {
    let mut all = Mutations { whole, found: Vec::new() };
    for asset in 0..whole.assets.len() {
        all.bucket(asset);
        all.statements(asset);
        if let Some(distribution) = &whole.assets[asset].distribution {
            all.distribution(asset, distribution);
            for at in 0..distribution.behaviors.len() {
                all.behavior(asset, at, &distribution.behaviors[at]);
            }
        }
    }
    all.found
}

struct Mutations<'d> {
    whole: &'d Deployed,
    found: Vec<(String, Deployed)>,
}

fn without<T: Clone>(list: &[T], at: usize) -> Vec<T> {
    let mut list = list.to_vec();
    list.remove(at);
    list
}

impl Mutations<'_> {
    fn change(&mut self, name: String, change: impl FnOnce(&mut Deployed)) {
        let mut changed = self.whole.clone();
        change(&mut changed);
        if changed != *self.whole {
            self.found.push((name, changed));
        }
    }

    fn bucket(&mut self, asset: usize) {
        let whole = self.whole;
        let id = &whole.assets[asset].id;
        let Some(cors) = whole.assets[asset].cors() else { return };
        self.change(format!("{id}: cors dropped"), |d| {
            *d.assets[asset].cors_mut().unwrap() = CorsConfiguration::default();
        });
        self.change(format!("{id}: rules reversed"), |d| {
            d.assets[asset].cors_mut().unwrap().rules.reverse();
        });
        self.change(format!("{id}: rules in any order"), |d| {
            d.assets[asset].cors_mut().unwrap().order = RuleOrder::Any;
        });
        for (at, rule) in cors.rules.iter().enumerate() {
            let name = |what: &str| format!("{id} rule {}: {what}", at + 1);
            let with = |d: &mut Deployed, change: &dyn Fn(&mut CorsRule)| {
                change(&mut d.assets[asset].cors_mut().unwrap().rules[at]);
            };
            self.change(name("rule dropped"), |d| {
                d.assets[asset].cors_mut().unwrap().rules.remove(at);
            });
            self.change(name("rule repeated"), |d| {
                d.assets[asset].cors_mut().unwrap().rules.push(rule.clone());
            });
            for which in 0..rule.allowed_origins.len() {
                self.change(name("rule origin dropped"), |d| {
                    with(d, &|r| r.allowed_origins = without(&rule.allowed_origins, which));
                });
                self.change(name("rule origin widened"), |d| {
                    with(d, &|r| r.allowed_origins[which] = widened(&rule.allowed_origins[which]));
                });
            }
            self.change(name("rule origin added"), |d| with(d, &|r| r.allowed_origins.push(STRANGER.into())));
            self.change(name("rule origin wildcard"), |d| with(d, &|r| r.allowed_origins = vec!["*".into()]));
            for which in 0..rule.allowed_methods.len() {
                self.change(name("rule method dropped"), |d| {
                    with(d, &|r| r.allowed_methods = without(&rule.allowed_methods, which));
                });
            }
            for method in ["GET", "PUT", "POST", "DELETE", "HEAD"] {
                if !rule.allowed_methods.iter().any(|m| m == method) {
                    self.change(name("rule method added"), |d| with(d, &|r| r.allowed_methods.push(method.into())));
                }
            }
            for which in 0..rule.allowed_headers.len() {
                self.change(name("rule header dropped"), |d| {
                    with(d, &|r| r.allowed_headers = without(&rule.allowed_headers, which));
                });
            }
            self.change(name("rule header added"), |d| with(d, &|r| r.allowed_headers.push("x-stranger".into())));
            self.change(name("rule headers wildcard"), |d| with(d, &|r| r.allowed_headers = vec!["*".into()]));
            for which in 0..rule.expose_headers.len() {
                self.change(name("rule expose dropped"), |d| {
                    with(d, &|r| r.expose_headers = without(&rule.expose_headers, which));
                });
            }
            self.change(name("rule expose added"), |d| with(d, &|r| r.expose_headers.push("x-stranger".into())));
            if whole.assets[asset].custom_origin().is_some() {
                self.change(name("rule credentials"), |d| with(d, &|r| r.allow_credentials = !r.allow_credentials));
            }
            self.change(name("rule age changed"), |d| with(d, &|r| r.max_age_seconds = Some(86_400)));
            self.change(name("rule age dropped"), |d| with(d, &|r| r.max_age_seconds = None));
        }
    }

    fn statements(&mut self, asset: usize) {
        let whole = self.whole;
        let id = &whole.assets[asset].id;
        let Some(policy) = &whole.assets[asset].bucket.policy else { return };
        for (at, statement) in policy.iter().enumerate() {
            let name = |what: &str| format!("{id} statement {}: {what}", at + 1);
            let with = |d: &mut Deployed, change: &dyn Fn(&mut Statement)| {
                change(&mut d.assets[asset].bucket.policy.as_mut().unwrap()[at]);
            };
            self.change(name("statement dropped"), |d| {
                d.assets[asset].bucket.policy.as_mut().unwrap().remove(at);
            });
            self.change(name("statement source any"), |d| with(d, &|s| s.source = Source::Any));
            self.change(name("statement source other"), |d| {
                with(d, &|s| s.source = Source::Other("arn:aws:cloudfront::1:distribution/E".into()));
            });
            self.change(name("statement principal other"), |d| {
                with(d, &|s| s.principal = Principal::Other("arn:aws:iam::1:root".into()));
            });
            self.change(name("statement denies"), |d| with(d, &|s| s.allows = false));
            for which in 0..statement.actions.len() {
                self.change(name("statement action dropped"), |d| {
                    with(d, &|s| s.actions = without(&statement.actions, which));
                });
            }
            self.change(name("statement action added"), |d| with(d, &|s| s.actions.push("s3:DeleteObject".into())));
            self.change(name("statement on the bucket"), |d| with(d, &|s| s.resources = vec![Resource::Bucket]));
        }
        for at in 0..whole.assets[asset].bucket.key_policy.as_ref().map_or(0, Vec::len) {
            self.change(format!("{id} key statement {}: key statement dropped", at + 1), |d| {
                d.assets[asset].bucket.key_policy.as_mut().unwrap().remove(at);
            });
        }
    }

    fn distribution(&mut self, asset: usize, distribution: &Distribution) {
        let id = &self.whole.assets[asset].id;
        let name = |what: &str| format!("{id} distribution: {what}");
        let with = |d: &mut Deployed, change: &dyn Fn(&mut Distribution)| {
            change(d.assets[asset].distribution.as_mut().unwrap());
        };
        self.change(name("distribution dropped"), |d| d.assets[asset].distribution = None);
        self.change(name("aliases"), |d| with(d, &|x| x.aliases = vec!["cdn.example".into()]));
        self.change(name("unsigned"), |d| with(d, &|x| x.origin_access_control = None));
        self.change(name("fixed origin"), |d| {
            with(d, &|x| x.origin_custom_headers = vec![("Origin".into(), STRANGER.into())]);
        });
        for status in [403, 404] {
            self.change(name("error page"), |d| {
                let page = CustomErrorResponse { error_code: status, response_code: Some(200) };
                with(d, &|x| x.custom_error_responses = vec![page.clone()]);
            });
        }
        for at in 0..distribution.behaviors.len() {
            self.change(name("behaviour dropped"), |d| {
                with(d, &|x| x.behaviors = without(&distribution.behaviors, at));
            });
        }
    }

    fn behavior(&mut self, asset: usize, at: usize, behavior: &CacheBehavior) {
        let id = &self.whole.assets[asset].id;
        let path = behavior.path_pattern.as_deref().unwrap_or("*");
        let name = |what: &str| format!("{id} behaviour {path}: {what}");
        let with = |d: &mut Deployed, change: &dyn Fn(&mut CacheBehavior)| {
            change(&mut d.assets[asset].distribution.as_mut().unwrap().behaviors[at]);
        };
        let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
        let read = words(&["GET", "HEAD"]);
        let read_options = words(&["GET", "HEAD", "OPTIONS"]);
        let seven = words(&["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]);
        self.change(name("compress"), |d| with(d, &|b| b.compress = !behavior.compress));
        self.change(name("allow all protocols"), |d| {
            with(d, &|b| b.viewer_protocol_policy = ViewerProtocolPolicy::AllowAll);
        });
        self.change(name("https only"), |d| with(d, &|b| b.viewer_protocol_policy = ViewerProtocolPolicy::HttpsOnly));
        self.change(name("another path"), |d| with(d, &|b| b.path_pattern = Some("/stranger/*".into())));
        self.change(name("all methods"), |d| with(d, &|b| b.allowed_methods.clone_from(&seven)));
        let options = behavior.allowed_methods.iter().any(|m| m == "OPTIONS");
        if options {
            self.change(name("options dropped"), |d| {
                with(d, &|b| {
                    b.allowed_methods.clone_from(&read);
                    b.cached_methods.clone_from(&read);
                });
            });
            self.change(name("options cached"), |d| with(d, &|b| b.cached_methods.clone_from(&read_options)));
        } else {
            self.change(name("options allowed"), |d| with(d, &|b| b.allowed_methods.clone_from(&read_options)));
        }
        self.change(name("options not cached"), |d| with(d, &|b| b.cached_methods.clone_from(&read)));
        self.key(name, with, behavior);
        self.forwarding(name, with, behavior);
        self.policy(name, with, behavior);
    }

    fn key(
        &mut self,
        name: impl Fn(&str) -> String,
        with: impl Fn(&mut Deployed, &dyn Fn(&mut CacheBehavior)),
        behavior: &CacheBehavior,
    ) {
        self.change(name("cache policy name"), |d| with(d, &|b| b.cache_policy.name = PolicyName::Own("x".into())));
        self.change(name("cache policy comment"), |d| with(d, &|b| b.cache_policy.comment = Some("x".into())));
        self.change(name("ttl min"), |d| with(d, &|b| b.cache_policy.min_ttl = 60));
        self.change(name("ttl default"), |d| with(d, &|b| b.cache_policy.default_ttl = 60));
        self.change(name("ttl zero"), |d| with(d, &|b| b.cache_policy.max_ttl = 0));
        self.change(name("query strings in the key"), |d| with(d, &|b| b.cache_policy.query_strings = Selection::All));
        self.change(name("cookies in the key"), |d| with(d, &|b| b.cache_policy.cookies = Selection::All));
        self.change(name("caching optimized"), |d| {
            let id = "658327ea-f89d-4fab-a63d-7e88639e58f6";
            with(d, &|b| b.cache_policy = managed::cache_policy(id).unwrap());
        });
        if let Selection::Whitelist(headers) = &behavior.cache_policy.headers {
            self.change(name("key emptied"), |d| with(d, &|b| b.cache_policy.headers = Selection::None));
            for which in 0..headers.len() {
                let what = if headers[which] == "Origin" { "origin unkeyed" } else { "key header dropped" };
                self.change(name(what), |d| {
                    with(d, &|b| b.cache_policy.headers = Selection::Whitelist(without(headers, which)));
                });
            }
        }
    }

    fn forwarding(
        &mut self,
        name: impl Fn(&str) -> String,
        with: impl Fn(&mut Deployed, &dyn Fn(&mut CacheBehavior)),
        behavior: &CacheBehavior,
    ) {
        self.change(name("forwarding dropped"), |d| with(d, &|b| b.origin_request_policy = None));
        self.change(name("forwards all"), |d| {
            let id = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
            with(d, &|b| b.origin_request_policy = managed::origin_request_policy(id));
        });
        self.change(name("forwards host"), |d| {
            let id = "216adef6-5c7f-47e4-b989-5492eafa07d3";
            with(d, &|b| b.origin_request_policy = managed::origin_request_policy(id));
        });
        let Some(Selection::Whitelist(headers)) = behavior.origin_request_policy.as_ref().map(|p| &p.headers) else {
            return;
        };
        for which in 0..headers.len() {
            self.change(name("forwarded header dropped"), |d| {
                with(d, &|b| {
                    b.origin_request_policy = Some(OriginRequestPolicy {
                        name: PolicyName::Own("x".into()),
                        comment: None,
                        headers: Selection::Whitelist(without(headers, which)),
                        cookies: Selection::None,
                        query_strings: Selection::None,
                        provenance: Provenance::default(),
                        site: Site::default(),
                    });
                });
            });
        }
    }

    fn policy(
        &mut self,
        name: impl Fn(&str) -> String,
        with: impl Fn(&mut Deployed, &dyn Fn(&mut CacheBehavior)),
        behavior: &CacheBehavior,
    ) {
        self.change(name("policy detached"), |d| with(d, &|b| b.response_headers_policy = None));
        for (what, id) in [
            ("simple cors", "60669652-455b-4ae9-85a4-c4c02393f86c"),
            ("cors with preflight", "5cc3b908-e619-4b99-88e5-2cf7f45965bd"),
            ("policy security headers", "67f7725c-6f97-4210-82d7-5512b31e9d03"),
        ] {
            let what = if what == "policy security headers" { "policy detached" } else { what };
            self.change(name(what), |d| with(d, &|b| b.response_headers_policy = managed::response_headers_policy(id)));
        }
        let Some(policy) = &behavior.response_headers_policy else { return };
        self.change(name("policy comment"), |d| {
            with(d, &|b| b.response_headers_policy.as_mut().unwrap().comment = Some("x".into()));
        });
        self.change(name("policy security headers"), |d| {
            with(d, &|b| b.response_headers_policy.as_mut().unwrap().security_headers = None);
        });
        for (what, header) in
            [("policy removes allow-origin", "Access-Control-Allow-Origin"), ("policy removes vary", "Vary")]
        {
            self.change(name(what), |d| {
                with(d, &|b| b.response_headers_policy.as_mut().unwrap().remove_headers.push(header.into()));
            });
        }
        self.change(name("custom header"), |d| {
            with(d, &|b| {
                let header = CustomHeader { header: "x-custom".into(), value: "1".into(), overrides: true };
                b.response_headers_policy.as_mut().unwrap().custom_headers.push(header);
            });
        });
        let Some(cors) = &policy.cors else { return };
        self.change(name("policy cors dropped"), |d| {
            with(d, &|b| b.response_headers_policy.as_mut().unwrap().cors = None);
        });
        let mut say = |what: &str, change: &dyn Fn(&mut CorsConfig)| {
            self.change(name(what), |d| {
                with(d, &|b| change(b.response_headers_policy.as_mut().unwrap().cors.as_mut().unwrap()));
            });
        };
        say("policy override off", &|c| c.origin_override = !c.origin_override);
        say("policy credentials", &|c| c.allow_credentials = !c.allow_credentials);
        say("policy age changed", &|c| c.max_age_sec = Some(86_400));
        say("policy age dropped", &|c| c.max_age_sec = None);
        say("policy origin added", &|c| c.allow_origins.push(STRANGER.into()));
        say("policy origin wildcard", &|c| c.allow_origins = vec!["*".into()]);
        for which in 0..cors.allow_origins.len() {
            say("policy origin dropped", &|c| c.allow_origins = without(&cors.allow_origins, which));
            say("policy origin widened", &|c| c.allow_origins[which] = widened(&cors.allow_origins[which]));
        }
        say("policy method added", &|c| c.allow_methods.push("PUT".into()));
        for which in 0..cors.allow_methods.len() {
            say("policy method dropped", &|c| c.allow_methods = without(&cors.allow_methods, which));
        }
        say("policy header added", &|c| c.allow_headers.push("x-stranger".into()));
        say("policy headers wildcard", &|c| c.allow_headers = vec!["*".into()]);
        for which in 0..cors.allow_headers.len() {
            let what =
                if cors.allow_headers[which] == "Accept" { "policy header added" } else { "policy header dropped" };
            say(what, &|c| c.allow_headers = without(&cors.allow_headers, which));
        }
        say("policy expose added", &|c| c.expose_headers.push("x-stranger".into()));
        for which in 0..cors.expose_headers.len() {
            say("policy expose dropped", &|c| c.expose_headers = without(&cors.expose_headers, which));
        }
    }
}

/// An origin made to match more.
fn widened(origin: &str) -> String {
    match origin.split_once("://") {
        Some((scheme, rest)) if !rest.contains('*') => {
            let domain = rest.split_once('.').map_or(rest, |(_, domain)| domain);
            format!("{scheme}://*.{domain}")
        }
        _ => "*".to_owned(),
    }
}

/// Every counterexample of a proof happens when it is run.
#[track_caller]
pub(crate) fn replays(intent: &Intent, deployed: &Deployed, proof: &Proof, name: &str) {
    for found in &proof.counterexamples {
        let asset = deployed.asset(&found.asset).expect("a counterexample is about an asset");
        let outcome = simulate(asset, &found.scenario, &found.readings, false);
        let Asked::Page(request) = &found.scenario.asked else {
            let status = outcome.exchanges[0].response.status;
            let right = if found.scenario.object_exists { status < 300 } else { found.actual == status.to_string() };
            assert!(right, "{name}: {found:#?}");
            continue;
        };
        if found.about == About::Credentials {
            let readable = outcome.verdict.decision == Decision::Readable;
            assert_eq!(readable, found.kind == Kind::OverGrant, "{name}: {found:#?}");
            continue;
        }
        // What a server answers to one user and not to another is not modelled.
        if found.about == About::Users {
            assert!(asset.custom_origin().is_some(), "{name}: {found:#?}");
            continue;
        }
        let headers: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        // Artifacts of others have ids of their own.
        let of_intent = |a: &corsynth::intent::Asset| {
            a.id.value == found.asset
                || (asset.bucket.name.is_some()
                    && asset.bucket.name.as_ref() == a.bucket().map(|bucket| &bucket.name.value))
                || intent.assets.len() == 1
        };
        let index = intent.assets.iter().position(of_intent).expect("an asset of the intent");
        let asked = Request {
            asset: index,
            through_cdn: request.url.door == Door::Distribution,
            path: &request.url.path,
            origin: &request.origin,
            method: &request.method,
        };
        let permission = intent.permits(&asked, &headers);
        assert!(wrong(&permission, &outcome).is_some(), "{name} does not happen: {found:#?}\n{outcome:#?}");
    }
}

/// Intents that use every layer in every way that the language knows.
fn subjects() -> Vec<(String, String)> {
    let mut subjects: Vec<(String, String)> = std::fs::read_dir(project("examples"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path.join("corsynth.yaml")).unwrap())
        })
        .collect();
    subjects.sort();
    for (name, cdn, allow) in [
        ("bucket authority", "authority: bucket", "{ from: site, to: files, use: [images, range] }"),
        ("unkeyed edge", "key-on-origin: false", "{ from: site, to: files, use: range }"),
        (
            "upload through the CDN",
            "",
            "{ from: site, to: files, upload: { how: presigned-put, via: cdn }, credentials: signed-urls }",
        ),
        ("anyone", "", "{ from: anyone, to: files, use: range }"),
        ("bearer", "", "{ from: site, to: files, use: fetch, credentials: bearer }"),
        ("nothing cached", "ttl: { max: 0 }", "{ from: site, to: files, use: range }"),
    ] {
        let text = format!(
            "version: 1\nname: acme\nassets:\n  files: {{ bucket: acme-files, region: eu-west-1, cdn: {{ {cdn} }} }}\n\
             frontends:\n  site: [https://www.acme.example, https://acme.example]\nallow:\n  - {allow}\n"
        );
        subjects.push((name.to_owned(), text));
    }
    subjects
}

/// Requests around a plan: its origins and their neighbours, its headers, its paths.
fn universe(intent: &Intent) -> Universe {
    let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
    let mut origins: BTreeSet<String> = BTreeSet::from([STRANGER.to_owned(), "null".to_owned()]);
    for origin in intent.grants.iter().flat_map(|g| &g.origins).map(corsynth::fetch::OriginPattern::as_str).take(3) {
        origins.insert(origin.replace('*', "x"));
        origins.insert(widened(&origin.replace('*', "x")).replace('*', "y"));
    }
    origins.retain(|origin| origin != "*");
    let headers: BTreeSet<String> = intent
        .grants
        .iter()
        .flat_map(|g| g.request_headers.iter().map(|h| h.as_str().replace('*', "x")))
        .take(3)
        .chain(["x-stranger".to_owned()])
        .collect();
    let mut header_sets: Vec<Vec<String>> = headers.iter().map(|h| vec![h.clone()]).collect();
    header_sets.push(Vec::new());
    // Nothing but the patterns tells paths apart.
    let patterns = intent.assets.iter().flat_map(|asset| &asset.paths).map(|path| path.pattern.value.as_str());
    let path = |pattern: &str| format!("/{}", pattern.replace('*', "x").trim_start_matches('/'));
    let mut paths: BTreeSet<String> = patterns.map(path).collect();
    paths.insert("/x".to_owned());
    Universe {
        origins: origins.into_iter().collect(),
        methods: vec!["GET", "PUT", "POST"],
        header_sets,
        paths: paths.into_iter().collect(),
        earlier_origins: words(&[STRANGER, "https://www.acme.example"]),
    }
}

#[test]
fn every_change_of_a_correct_plan_is_refuted_or_means_nothing() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unused: BTreeSet<&str> = EQUIVALENT.iter().map(|(end, _)| *end).collect();
    let mut unexplained = Vec::new();
    for (subject, text) in subjects() {
        let compiled = compile_last(&subject, text.into_bytes());
        let (Some(intent), Some(plan)) = (&compiled.intent, &compiled.plan) else {
            panic!("{subject}: {:#?}", compiled.diagnostics)
        };
        let whole = Deployed::from(plan);
        let proof = prove(intent, &whole);
        assert!(proof.is_proved(), "{subject}: {proof:#?}");
        let universe = universe(intent);
        for (name, deployed) in mutations(&whole) {
            *counts.entry("mutations").or_default() += 1;
            let proof = prove(intent, &deployed);
            if !proof.is_proved() {
                replays(intent, &deployed, &proof, &format!("{subject}: {name}"));
                let over = proof.counterexamples.iter().any(|c| c.kind == Kind::OverGrant);
                let under = proof.counterexamples.iter().any(|c| c.kind == Kind::UnderGrant);
                let how = if over {
                    "over-grant"
                } else if under {
                    "under-grant"
                } else {
                    "unknown"
                };
                *counts.entry(how).or_default() += 1;
                continue;
            }
            let name = format!("{subject}: {name}");
            match EQUIVALENT.iter().filter(|(end, _)| name.ends_with(end)).max_by_key(|(end, _)| end.len()) {
                Some((end, _)) => {
                    unused.remove(end);
                    *counts.entry("equivalent").or_default() += 1;
                    let found = violation(intent, &deployed, &universe);
                    assert_eq!(found, None, "{name} was proved");
                }
                None => unexplained.push(name),
            }
        }
    }
    println!("mutations: {counts:?}");
    assert!(unexplained.is_empty(), "proved, and not on the list:\n{}", unexplained.join("\n"));
    assert!(unused.is_empty(), "on the list for nothing: {unused:?}");
    assert!(counts["over-grant"] >= 200 && counts["under-grant"] >= 200, "{counts:?}");
}
