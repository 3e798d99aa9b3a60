//! Who is let in beside pages: distributions of somebody else, and the own one where nothing is.

use super::counterexample::{About, Counterexample, Kind};
use super::paths;
use super::prover::{Place, Prover};
use crate::deployed::{Asset, Resource};
use crate::fetch::HeaderList;
use crate::simulate::{Asked, Door, HttpRequest, Party, Readings, Scenario, Server, Trace, Url, simulate};

impl Prover<'_> {
    /// Whether a distribution of somebody else could read the bucket.
    pub(super) fn strangers(&mut self) {
        if self.asset.bucket.policy.is_none() {
            return self.proof.note(format!(
                "`{}`: the bucket's policy is not among the artifacts, so it is taken to let the distribution in",
                self.asset.id
            ));
        }
        let keys = key_patterns(self.asset);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let Some(witnesses) = paths::witnesses(&keys) else {
            return self.proof.unknown(format!("the keys in the bucket's policy of `{}` are too many", self.asset.id));
        };
        let told_apart = witnesses.iter().filter(|(matches, _)| matches.contains(&true)).map(|(_, path)| path.as_str());
        let objects = std::iter::once("/corsynth").chain(told_apart);
        let of_objects = objects.flat_map(|path| ["GET", "PUT", "DELETE"].map(|method| (method, path)));
        // Reading, writing and deleting objects, and listing the bucket.
        for (method, path) in of_objects.chain([("GET", "/")]) {
            let url = Url::new(self.asset, Door::ForeignDistribution, path);
            let request = HttpRequest { method: method.into(), url, headers: HeaderList::new() };
            let readings = Readings::default();
            let mut server = Server::new(self.asset, &readings, true);
            let response = server.respond(&request, &mut Trace::new(false));
            self.proof.request_classes += 1;
            if response.status < 300 {
                let why = self.why_let_in(&request);
                self.raw(
                    Kind::OverGrant,
                    request,
                    true,
                    "the bucket lets in its own distribution only",
                    "a distribution of anybody is let in",
                    &format!("{why}, and does not ask for the distribution's `AWS:SourceArn`"),
                );
            }
        }
    }

    /// The statement that lets a request in.
    fn why_let_in(&self, request: &HttpRequest) -> String {
        let asked = Asked::Raw(request.clone());
        let scenario = Scenario::of(asked);
        let outcome = simulate(self.asset, &scenario, &Readings::default(), true);
        let mut steps = outcome.exchanges.into_iter().flat_map(|exchange| exchange.steps);
        let allows = steps.find(|step| step.by == Party::S3 && step.what.starts_with("allows `"));
        allows.map_or_else(|| "the bucket's policy allows it".to_owned(), |step| step.because)
    }

    /// What the distribution gets for an object that does not exist: 404, and the right to list the bucket that goes
    /// with it, only where the intent says so.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    pub(super) fn missing_object(&mut self, place: &Place<'_>) {
        let reads = place.behavior.is_some_and(|b| b.allowed_methods.iter().any(|m| m == "GET"));
        let Some(cdn) = self.intent.assets.get(self.index).and_then(|asset| asset.cdn.as_ref()) else { return };
        if !reads || self.asset.bucket.policy.is_none() {
            return;
        }
        let request = HttpRequest { method: "GET".into(), url: place.url.clone(), headers: HeaderList::new() };
        let readings = Readings::default();
        let scenario = Scenario { object_exists: false, ..Scenario::of(Asked::Raw(request.clone())) };
        // Before a page takes the place of the error.
        let has_pages = self.asset.distribution.as_ref().is_some_and(|d| !d.custom_error_responses.is_empty());
        let bare = has_pages.then(|| {
            let mut bare = self.asset.clone();
            bare.distribution.iter_mut().for_each(|distribution| distribution.custom_error_responses.clear());
            bare
        });
        let outcome = simulate(bare.as_ref().unwrap_or(self.asset), &scenario, &readings, false);
        self.proof.request_classes += 1;
        let status = outcome.exchanges.last().map(|e| e.response.status);
        match (cdn.missing_objects_404, status) {
            (true, Some(403)) => self.raw(
                Kind::UnderGrant,
                request,
                false,
                "404 for an object that does not exist",
                "403",
                "the bucket's policy does not let the distribution list the bucket",
            ),
            (false, Some(404)) => self.raw(
                Kind::OverGrant,
                request,
                false,
                "403 for an object that does not exist",
                "404",
                "the bucket's policy lets the distribution list the bucket",
            ),
            _ => {}
        }
    }

    /// Keeps a counterexample that is one request as it stands.
    fn raw(&mut self, kind: Kind, request: HttpRequest, object_exists: bool, expected: &str, actual: &str, why: &str) {
        self.keep(Counterexample {
            kind,
            about: About::Access,
            asset: self.asset.id.clone(),
            scenario: Scenario { object_exists, ..Scenario::of(Asked::Raw(request)) },
            readings: Readings::default(),
            depends_on_reading: false,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            because: why.to_owned(),
        });
    }
}

/// The keys that a bucket's policy tells apart, as path patterns.
pub(super) fn key_patterns(asset: &Asset) -> Vec<String> {
    let statements = asset.bucket.policy.iter().flatten();
    let resources = statements.flat_map(|statement| &statement.resources);
    let keys = resources.filter_map(|resource| match resource {
        Resource::ObjectsLike(key) => Some(format!("/{key}")),
        _ => None,
    });
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    keys.dedup();
    keys
}
