//! Answers of 400 or more at a path where a function speaks, which CloudFront leaves out of them, or a Lambda@Edge,
//! which leaves all others alone, or of a distribution that has pages in their place: they are decided by somebody else
//! than the other answers there, so each class is asked a second time, for an object that is not there. Everywhere else
//! whoever speaks does so on errors, too, and the first time decides about both.

use super::counterexample::{About, Counterexample, Kind};
use super::histories::Histories;
use super::prover::{Class, Prover, scenario};
use crate::fetch::CredentialsMode;
use crate::intent::permits::{Granted, Permission};
use crate::simulate::{Asked, Decision, Earlier, Outcome, Readings, Scenario, function, policy, simulate_readings};

impl Prover<'_> {
    /// All errors of a request class. Nobody may read what is not granted; whoever is granted it reads no more than that,
    /// and reads it for certain where the intent asks for readable errors.
    pub(super) fn errors(&mut self, class: &Class<'_>, histories: &mut Histories) {
        self.proof.request_classes += 1;
        let outcomes = self.error(class, Vec::new());
        histories.each((class.origin, class.method, class.headers), &outcomes, &mut |given| self.error(class, given));
        if let Permission::Granted(granted) = &class.permission {
            self.error_with_cookies(class, granted);
        }
    }

    fn is_promised(&self) -> bool {
        let cdn = self.intent.assets.get(self.index).and_then(|asset| asset.cdn.as_ref());
        cdn.is_some_and(|cdn| cdn.readable_errors.0)
    }

    /// One error after some history.
    fn error(&mut self, class: &Class<'_>, given: Vec<Earlier>) -> Vec<(Readings, Outcome)> {
        let asked = Scenario { object_exists: false, ..scenario(class, given, None) };
        let permission = match &class.permission {
            Permission::Granted(granted) => Permission::Elsewhere(granted.clone()),
            other => other.clone(),
        };
        let outcomes = self.judged(&Class { permission, ..*class }, &asked);
        if matches!(class.permission, Permission::Granted(_)) && self.is_promised() {
            self.decided(&outcomes, &asked, Decision::Blocked, About::Response, Kind::UnderGrant, READABLE);
        }
        outcomes
    }

    /// The same with cookies: a policy allows them to all to whom it lets errors be read.
    fn error_with_cookies(&mut self, class: &Class<'_>, granted: &Granted) {
        let mut asked = Scenario { object_exists: false, ..scenario(class, Vec::new(), None) };
        if let Asked::Page(request) = &mut asked.asked {
            request.credentials = CredentialsMode::Include;
        }
        let outcomes = simulate_readings(self.asset, &asked, &Readings::default(), &[], false);
        let cors = class.place.behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
        let by_policy = cors.is_some_and(|cors| {
            cors.allow_credentials && policy::allow_origin_entry(cors, class.origin, &Readings::default()).is_some()
        });
        let lambda = class.place.behavior.and_then(|behavior| behavior.origin_response.as_ref());
        let by_lambda =
            lambda.is_some_and(|function| function::allows_credentials(function, class.origin, class.method));
        if granted.credentials && self.is_promised() {
            self.decided(&outcomes, &asked, Decision::Blocked, About::Credentials, Kind::UnderGrant, WITH_COOKIES);
        } else if !granted.credentials && (by_policy || by_lambda || self.asset.custom_origin().is_some()) {
            self.decided(&outcomes, &asked, Decision::Readable, About::Credentials, Kind::OverGrant, WITHOUT_COOKIES);
        }
    }

    /// Keeps an error that was decided wrongly.
    fn decided(
        &mut self,
        outcomes: &[(Readings, Outcome)],
        scenario: &Scenario,
        wrong: Decision,
        about: About,
        kind: Kind,
        (expected, actual): (&str, &str),
    ) {
        let is_wrong = |outcome: &Outcome| outcome.verdict.decision == wrong;
        let Some((readings, _)) = outcomes.iter().find(|(_, outcome)| is_wrong(outcome)) else { return };
        self.keep(Counterexample {
            kind,
            about,
            asset: self.asset.id.clone(),
            scenario: scenario.clone(),
            readings: readings.clone(),
            depends_on_reading: !outcomes.iter().all(|(_, outcome)| is_wrong(outcome)),
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            because: String::new(),
        });
    }
}

const READABLE: (&str, &str) = ("readable, also when it is an error", "blocked when it is an error");
const WITH_COOKIES: (&str, &str) =
    ("readable with cookies, also when it is an error", "an error is blocked with cookies");
const WITHOUT_COOKIES: (&str, &str) = ("no credentials: no grant speaks of them", "an error is readable with cookies");
