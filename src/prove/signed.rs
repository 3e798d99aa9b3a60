//! Paths for signed requests: nobody reads there without a signature, and a preflight, which has no cookies, gets through.

use super::counterexample::{About, Counterexample, Kind};
use super::prover::{Place, Prover};
use crate::deployed::KEY_GROUP_PARAMETER;
use crate::fetch::CredentialsMode;
use crate::intent::permits::path_matches;
use crate::intent::{Credentials, Grant};
use crate::simulate::{
    Asked, Decision, Outcome, PageRequest, Party, Reading, Readings, Scenario, Url, simulate_readings,
};
use std::collections::BTreeSet;

impl Prover<'_> {
    /// Whether something is granted for signed requests on a path.
    pub(super) fn is_for_signed_requests(&self, path: &str) -> bool {
        let Some(asset) = self.intent.assets.get(self.index) else { return false };
        self.intent.grants.iter().filter(|grant| is_signed(grant)).any(|grant| {
            grant.to.iter().filter(|target| target.asset == self.index).any(|target| {
                let pattern = target.path.and_then(|at| asset.paths.get(at));
                pattern.is_none_or(|pattern| path_matches(&pattern.pattern.value, path))
            })
        })
    }

    /// Whether the signatures that are asked for are those of the intent.
    pub(super) fn signers(&mut self, place: &Place<'_>) {
        let meant = self.intent.assets.get(self.index).and_then(|asset| asset.cdn.as_ref());
        let (Some(cdn), Some(behavior)) = (meant, place.behavior) else { return };
        let found: BTreeSet<&str> = behavior.trusted_key_groups.iter().map(String::as_str).collect();
        let meant: BTreeSet<&str> = cdn.signers.iter().map(|signer| signer.value.as_str()).collect();
        let is_told = !meant.is_empty() && !found.is_empty() && !found.contains(KEY_GROUP_PARAMETER);
        if is_told && found != meant && self.is_for_signed_requests(place.path) {
            let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join("`, `");
            self.proof.unknown(format!(
                "`{}` of `{}` asks for signatures of the key groups `{}`, and the intent for those of `{}`",
                place.path,
                self.asset.id,
                list(&found),
                list(&meant)
            ));
        }
    }

    /// What is granted for signed requests, asked for without a signature, and with signed cookies.
    pub(super) fn signatures(&mut self, place: &Place<'_>, origin: &str, method: &str, grants: &[usize]) {
        let intent = self.intent;
        let of = |at: &usize| intent.grants.iter().find(|grant| grant.index == *at);
        let signed: Vec<&Grant> = grants.iter().filter_map(of).filter(|grant| is_signed(grant)).collect();
        if signed.is_empty() {
            return;
        }
        let request = PageRequest::new(origin, method, Url { query: None, ..place.url.clone() });
        self.unsigned(&request);
        for grant in signed.iter().filter(|grant| grant.credentials == Credentials::SignedCookies) {
            let literal = grant.request_headers.iter().filter(|header| header.is_literal());
            let all = literal.map(|header| (header.as_str().to_owned(), None)).collect();
            for headers in [Vec::new(), all] {
                self.with_cookies(PageRequest { headers, credentials: CredentialsMode::Include, ..request.clone() });
            }
        }
    }

    /// Nothing of the asset may be read without a signature.
    fn unsigned(&mut self, request: &PageRequest) {
        let scenario = asked(request.clone());
        self.proof.request_classes += 1;
        for (readings, outcome) in simulate_readings(self.asset, &scenario, &Readings::default(), &[], false) {
            let by_origin = outcome.exchanges.last().is_some_and(|e| e.response.by != Party::CloudFront);
            if outcome.verdict.decision == Decision::Readable && by_origin {
                let told = ("blocked: it is granted for signed requests only", "readable without a signature");
                return self.found(Kind::OverGrant, told, scenario, readings);
            }
        }
    }

    /// A page whose visitor has signed cookies reads what is granted, whatever a preflight asks for.
    fn with_cookies(&mut self, request: PageRequest) {
        let scenario = asked(request);
        self.proof.request_classes += 1;
        let outcomes = simulate_readings(self.asset, &scenario, &Readings::default(), &[], false);
        let blocked = |outcome: &Outcome| outcome.verdict.decision != Decision::Readable;
        let Some((readings, _)) = outcomes.iter().find(|(_, outcome)| blocked(outcome)) else { return };
        // The one question that only a distribution can answer: the intent was warned of it.
        let holds = |(readings, outcome): &(Readings, Outcome)| {
            readings.peek(Reading::SignatureCheck) != "after-functions" || !blocked(outcome)
        };
        let is_asked = outcomes.iter().any(|(_, outcome)| outcome.consulted.contains(&Reading::SignatureCheck));
        if is_asked && outcomes.iter().all(holds) {
            return self.proof.note(format!(
                "`{}`: preflights to a path for signed cookies get through if functions run before CloudFront looks for a \
                 signature: this needs the reading `signature-check=after-functions`",
                self.asset.id
            ));
        }
        let told = ("readable with signed cookies", "blocked with signed cookies");
        let readings = readings.clone();
        self.found(Kind::UnderGrant, told, scenario, readings);
    }

    fn found(&mut self, kind: Kind, (expected, actual): (&str, &str), scenario: Scenario, readings: Readings) {
        self.keep(Counterexample {
            kind,
            about: About::Access,
            asset: self.asset.id.clone(),
            scenario,
            depends_on_reading: !readings.unusual().is_empty(),
            readings,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            because: String::new(),
        });
    }
}

fn is_signed(grant: &Grant) -> bool {
    matches!(grant.credentials, Credentials::SignedCookies | Credentials::SignedUrls)
}

fn asked(request: PageRequest) -> Scenario {
    Scenario::of(Asked::Page(request))
}
