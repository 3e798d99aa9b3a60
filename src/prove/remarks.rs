//! What refutes nothing, or only where somebody decided it: credentials, and the browser's own cache.

use super::counterexample::{About, Counterexample, Kind};
use super::prover::{Class, Place, Prover, scenario};
use crate::fetch::{CredentialsMode, HeaderList};
use crate::intent::permits::Permission;
use crate::simulate::{Asked, Decision, Earlier, HttpRequest, Readings, Visitor, function, policy, simulate};

impl Prover<'_> {
    /// A policy that lets cookies along where no grant speaks of them. S3 does so for every origin but `*`, has no
    /// switch for it, and does not look at cookies: that is noted.
    pub(super) fn credentials(&mut self, place: &Place<'_>, origin: &str) {
        let class = Class { place, origin, method: "GET", headers: &[], permission: Permission::Denied, rules: &[] };
        let mut asked = scenario(&class, Vec::new(), None);
        if let Asked::Page(request) = &mut asked.asked {
            request.credentials = CredentialsMode::Include;
        }
        let readings = Readings::default();
        if simulate(self.asset, &asked, &readings, false).verdict.decision != Decision::Readable {
            return;
        }
        let cors = place.behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
        let by_policy = cors.is_some_and(|cors| {
            cors.allow_credentials && policy::allow_origin_entry(cors, origin, &readings).is_some()
        });
        let speaking = place.behavior.and_then(|behavior| behavior.viewer_response.as_ref());
        let by_function = speaking.is_some_and(|function| function::allows_credentials(function, origin, "GET"));
        if by_policy || by_function {
            self.keep(Counterexample {
                kind: Kind::OverGrant,
                about: About::Credentials,
                asset: self.asset.id.clone(),
                scenario: asked,
                readings,
                depends_on_reading: false,
                expected: "no credentials: no grant speaks of them".to_owned(),
                actual: format!("the {} allows credentials", if by_policy { "policy" } else { "function" }),
                because: String::new(),
            });
        } else {
            self.proof.note(format!(
                "`{}`: S3 sends `Access-Control-Allow-Credentials: true` to every origin that a rule names, and has no switch \
                 for it; it does not look at cookies, so nothing is gained by them",
                self.asset.id
            ));
        }
    }

    /// Whether the answer to a plain tag, left in the browser's own cache, spoils a later request of a script: noted,
    /// because no server sees it.
    pub(super) fn browser_cache(&mut self, place: &Place<'_>, origin: &str) {
        let class = Class { place, origin, method: "GET", headers: &[], permission: Permission::Denied, rules: &[] };
        let request = HttpRequest { method: "GET".into(), url: place.url.clone(), headers: HeaderList::new() };
        let before = Earlier { visitor: Visitor::SameBrowser, request };
        let after = simulate(self.asset, &scenario(&class, vec![before], None), &Readings::default(), false);
        if after.verdict.decision == Decision::Blocked {
            self.proof.note(format!(
                "`{}`: S3 sends no `Vary` to a request without `Origin`, so a page that shows an object by a plain tag cannot \
                 read it by script as long as the browser keeps it; `crossorigin` on the tag avoids that",
                self.asset.id
            ));
        }
    }
}
