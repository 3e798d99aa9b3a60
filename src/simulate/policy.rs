//! What a response headers policy makes of a response. It looks at the viewer's request, answers no preflight of its
//! own, and decorates whatever the bucket, the cache or an error page said: first it removes, then it adds.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>

use super::HttpRequest;
use super::glob::{glob, itself};
use super::readings::{Reading, Readings};
use super::server::Audience;
use super::trace::{Party, Step, Trace};
use crate::deployed::{CorsConfig, CustomHeader, PolicyName, Provenance, ResponseHeadersPolicy};
use crate::fetch::HeaderList;
use smol_str::{SmolStr, format_smolstr};

pub use super::policy_origins::{allow_origin_entry, origin_matches};

/// Where it is written down what a policy does.
pub(super) const SOURCE: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html";

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
const EXPOSE_HEADERS: &str = "Access-Control-Expose-Headers";
const ALLOW_METHODS: &str = "Access-Control-Allow-Methods";
const ALLOW_HEADERS: &str = "Access-Control-Allow-Headers";
const MAX_AGE: &str = "Access-Control-Max-Age";

/// What `ALL` stands for among the methods. The order is UNCONFIRMED, and has no say.
const ALL_METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

/// Who gets a response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Viewer<'v> {
    /// What was asked.
    pub(super) request: &'v HttpRequest,
    /// How what is not confirmed is read.
    pub(super) readings: &'v Readings,
    /// Who looks at the response: only in a browser's cache can its `Vary` decide anything.
    pub(super) audience: Audience,
}

/// Makes the headers of a response those that the viewer gets.
pub(super) fn apply(policy: &ResponseHeadersPolicy, viewer: Viewer<'_>, headers: &mut HeaderList, trace: &mut Trace) {
    for name in &policy.remove_headers {
        let is_cors = is_cors_response_header(name);
        if headers.contains(name) && (!is_cors || viewer.readings.value(Reading::CorsRemoval) == "removed") {
            headers.delete(name);
            tell(trace, &policy.provenance, || (format!("removes `{name}`"), "the policy lists it".to_owned()));
        }
    }
    if let Some(cors) = &policy.cors {
        let is_managed = matches!(policy.name, PolicyName::Managed(_));
        Work { cors, is_managed, viewer, headers, trace, provenance: &policy.provenance }.add_cors();
    }
    for custom in &policy.custom_headers {
        add_custom(policy, custom, headers, trace);
    }
}

/// Whether a policy puts CORS headers on an answer that has none.
pub(super) fn speaks(policy: &ResponseHeadersPolicy, viewer: Viewer<'_>) -> bool {
    let both = policy.cors.as_ref().zip(viewer.request.headers.first("Origin"));
    both.is_some_and(|(cors, origin)| allow_origin_entry(cors, origin, viewer.readings).is_some())
}

/// A CORS section at work on a response.
struct Work<'w> {
    cors: &'w CorsConfig,
    is_managed: bool,
    viewer: Viewer<'w>,
    headers: &'w mut HeaderList,
    trace: &'w mut Trace,
    provenance: &'w Provenance,
}

impl Work<'_> {
    fn add_cors(&mut self) {
        let Viewer { request, readings, .. } = self.viewer;
        let Some(origin) = request.headers.first("Origin") else {
            self.tell(|| ("adds no CORS headers".to_owned(), "the request has no `Origin`".to_owned()));
            return self.add_vary("a policy with a CORS section says so to requests without `Origin`");
        };
        let Some(entry) = allow_origin_entry(self.cors, origin, readings) else {
            self.tell(|| ("adds no CORS headers".to_owned(), format!("no entry of the policy matches `{origin}`")));
            return self.add_vary_of_list();
        };
        self.tell(|| (format!("lets `{origin}` in"), format!("the policy's entry `{entry}` matches")));
        let values = self.values(entry, origin);
        let by_policy = self.cors.origin_override || !self.headers.contains(ALLOW_ORIGIN);
        if self.cors.origin_override {
            self.replace(values);
            self.settle_credentials(entry);
        } else {
            self.complement(values);
        }
        if entry != "*" {
            self.add_vary_of_list();
        } else if by_policy && self.headers.first(ALLOW_ORIGIN) == Some("*") && self.headers.contains("Vary") {
            self.headers.delete("Vary");
            self.tell(|| ("drops `Vary`".to_owned(), "the policy says `*` to everybody".to_owned()));
        }
    }

    /// What the policy has to say to an origin, the answer to a preflight being longer.
    fn values(&self, entry: &str, origin: &str) -> Vec<(&'static str, String)> {
        let (cors, Viewer { request, readings, .. }) = (self.cors, self.viewer);
        let mut values = Vec::with_capacity(6);
        values.push((ALLOW_ORIGIN, if entry == "*" { entry } else { origin }.to_owned()));
        if cors.allow_credentials {
            values.push((ALLOW_CREDENTIALS, "true".to_owned()));
        }
        let is_preflight = request.method == "OPTIONS" && request.headers.contains("Access-Control-Request-Method");
        let exposes = !cors.expose_headers.is_empty()
            && (is_preflight || !self.is_managed || readings.value(Reading::ManagedExpose) == "sent");
        if exposes {
            values.push((EXPOSE_HEADERS, cors.expose_headers.join(", ")));
        }
        if !is_preflight {
            return values;
        }
        if cors.allow_methods.iter().any(|method| method == "ALL") {
            values.push((ALLOW_METHODS, ALL_METHODS.to_owned()));
        } else if !cors.allow_methods.is_empty() {
            values.push((ALLOW_METHODS, cors.allow_methods.join(", ")));
        }
        values.extend(self.allowed_headers().map(|list| (ALLOW_HEADERS, list)));
        values.extend(cors.max_age_sec.map(|seconds| (MAX_AGE, seconds.to_string())));
        values
    }

    /// The names and `*`, and what becomes of patterns such as `x-amz-*`.
    fn allowed_headers(&self) -> Option<String> {
        let Viewer { request, readings, .. } = self.viewer;
        let entries = &self.cors.allow_headers;
        let is_pattern = |entry: &&String| entry.contains('*') && *entry != "*";
        if !entries.iter().any(|entry| is_pattern(&entry)) {
            return (!entries.is_empty()).then(|| entries.join(", "));
        }
        let requested = request.headers.get("Access-Control-Request-Headers").unwrap_or_default().to_ascii_lowercase();
        let patterns: Vec<String> = entries.iter().filter(is_pattern).map(|p| p.to_ascii_lowercase()).collect();
        let is_listed = |name: &str| entries.iter().any(|entry| entry.eq_ignore_ascii_case(name));
        let covered: Vec<&str> = requested
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty() && !is_listed(name))
            .filter(|name| patterns.iter().any(|pattern| glob(pattern, name, itself)))
            .collect();
        let reading = Reading::PolicyHeaderPattern;
        let value = if covered.is_empty() { readings.peek(reading) } else { readings.value(reading) };
        if value == "literal" {
            return Some(entries.join(", "));
        }
        let names = entries.iter().filter(|entry| !is_pattern(entry)).map(String::as_str);
        let list: Vec<&str> = names.chain(covered).collect();
        (!list.is_empty()).then(|| list.join(", "))
    }

    /// `OriginOverride: true`: what the policy says replaces what the bucket said; what it leaves open stays.
    fn replace(&mut self, values: Vec<(&'static str, String)>) {
        for (name, value) in values {
            let before = self.headers.first(name).is_some_and(|before| before != value);
            self.tell(|| {
                let what = if before { "replaces" } else { "sets" };
                (format!("{what} `{name}: {value}`"), "the policy overrides the origin".to_owned())
            });
            self.headers.set(name, value);
        }
    }

    /// `AccessControlAllowCredentials: false` beside the bucket's `true`. Next to `*` the header has no say.
    fn settle_credentials(&mut self, entry: &str) {
        if self.cors.allow_credentials || !self.headers.contains(ALLOW_CREDENTIALS) {
            return;
        }
        let reading = Reading::BucketCredentials;
        let value = if entry == "*" { self.viewer.readings.peek(reading) } else { self.viewer.readings.value(reading) };
        if value == "replaced" {
            self.headers.delete(ALLOW_CREDENTIALS);
        }
        self.tell(|| {
            let what = if value == "replaced" { "takes away" } else { "leaves" };
            (format!("{what} the bucket's `{ALLOW_CREDENTIALS}`"), "reading `bucket-credentials`".to_owned())
        });
    }

    /// `OriginOverride: false`: what the bucket said stays.
    fn complement(&mut self, values: Vec<(&'static str, String)>) {
        let origin_spoke = self.headers.iter().any(|(name, _)| is_cors_response_header(name));
        let (said, missing): (Vec<_>, Vec<_>) = values.into_iter().partition(|(name, _)| self.headers.contains(name));
        for (name, _) in said {
            self.tell(|| {
                (format!("keeps the bucket's `{name}`"), "the policy does not override the origin".to_owned())
            });
        }
        if origin_spoke && !missing.is_empty() && self.viewer.readings.value(Reading::PolicyOverrideOff) != "per-header"
        {
            return self.tell(|| {
                ("adds no CORS headers".to_owned(), "the origin sent some; reading `policy-override-off`".to_owned())
            });
        }
        for (name, value) in missing {
            self.tell(|| (format!("sets `{name}: {value}`"), "the origin did not send it".to_owned()));
            self.headers.append(name, value);
        }
    }

    /// A list of origins makes the answer depend on `Origin`.
    fn add_vary_of_list(&mut self) {
        let is_list = self.cors.allow_origins.iter().all(|entry| entry != "*");
        if !is_list || self.varies() {
            return;
        }
        let (readings, reading) = (self.viewer.readings, Reading::PolicyVary);
        let value = if self.viewer.audience == Audience::BrowserCache {
            readings.value(reading)
        } else {
            readings.peek(reading)
        };
        if value == "sent" {
            self.add_vary("the policy has a list of origins; reading `policy-vary`");
        }
    }

    /// Whether the response tells caches that it depends on `Origin`.
    fn varies(&self) -> bool {
        let mut names = self.headers.values("Vary").flat_map(|value| value.split(',')).map(str::trim);
        names.any(|name| name == "*" || name.eq_ignore_ascii_case("Origin"))
    }

    fn add_vary(&mut self, why: &'static str) {
        if self.varies() {
            return;
        }
        let before = self.headers.get("Vary");
        let value = before.map_or(SmolStr::new_static("Origin"), |before| format_smolstr!("{before}, Origin"));
        self.headers.set("Vary", value);
        self.tell(|| ("adds `Origin` to `Vary`".to_owned(), why.to_owned()));
    }

    fn tell(&mut self, words: impl FnOnce() -> (String, String)) {
        tell(self.trace, self.provenance, words);
    }
}

fn add_custom(policy: &ResponseHeadersPolicy, custom: &CustomHeader, headers: &mut HeaderList, trace: &mut Trace) {
    let name = custom.header.as_str();
    let ignored = if is_cors_response_header(name) {
        Some("the API refuses CORS headers as custom headers")
    } else if policy.cors.is_some() && name.eq_ignore_ascii_case("Vary") {
        Some("next to a CORS section it has no effect")
    } else if !custom.overrides && headers.contains(name) {
        Some("the origin sent one, and the policy does not override it")
    } else {
        None
    };
    if ignored.is_none() {
        headers.set(custom.header.clone(), custom.value.clone());
    }
    tell(trace, &policy.provenance, || match ignored {
        Some(why) => (format!("does not set `{name}`"), why.to_owned()),
        None => (format!("sets `{name}: {}`", custom.value), "a custom header of the policy".to_owned()),
    });
}

/// Headers of a response that have a say in CORS.
fn is_cors_response_header(name: &str) -> bool {
    const PREFIX: &str = "access-control-";
    name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// A step of a policy: what, and why.
fn tell(trace: &mut Trace, provenance: &Provenance, words: impl FnOnce() -> (String, String)) {
    trace.step(|| {
        let (what, why) = words();
        Step::new(Party::CloudFront, what, SOURCE).because(why).from(provenance)
    });
}
