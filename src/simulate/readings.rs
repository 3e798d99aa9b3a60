//! Readings: behaviour of AWS or of browsers that nobody has confirmed, or on which sources disagree. Each has a name
//! and its possible values; a proof must hold under all of them.

use std::cell::Cell;

/// A question whose answer is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reading {
    /// How many labels `*.` spans in an origin of a response headers policy.
    PolicyWildcard,
    /// What `OriginOverride: false` leaves of a policy when the origin sent CORS headers.
    PolicyOverrideOff,
    /// Whether S3's `Access-Control-Allow-Credentials` survives an overriding policy that says `false`.
    BucketCredentials,
    /// Whether a policy with a list of origins sends `Vary: Origin` to a request with an origin.
    PolicyVary,
    /// Whether a policy is applied to answers that CloudFront makes itself.
    PolicyOnOwnErrors,
    /// Whether a policy is applied to an answer that a function made on `viewer-request`.
    PolicyOnFunctionAnswers,
    /// What a header pattern such as `x-amz-*` in a policy becomes in `Access-Control-Allow-Headers`.
    PolicyHeaderPattern,
    /// Whether the managed policies with preflights expose headers on other answers, too.
    ManagedExpose,
    /// Whether a policy can remove CORS headers of the origin.
    CorsRemoval,
    /// Whether a policy matches origins of other schemes than `http` and `https`.
    PolicyOtherSchemes,
    /// What S3 answers by a rule in which `*` stands beside other origins.
    S3WildcardBeside,
    /// Whether S3 sends `Access-Control-Max-Age: 0` for `MaxAgeSeconds: 0`.
    S3ZeroMaxAge,
    /// Whether case counts when S3 compares origins.
    S3OriginCase,
    /// Whether `*` in `Access-Control-Allow-Headers` covers `Authorization`.
    AuthorizationByWildcard,
    /// Whether `GET` and `HEAD` share an entry of CloudFront's cache.
    HeadAndGet,
    /// Whether a custom error page replaces a refused preflight.
    ErrorPageForOptions,
    /// What a server answers to `OPTIONS` without the headers of a preflight.
    ServerOptions,
    /// Whether CloudFront looks for a signature before functions run, or after.
    SignatureCheck,
}

/// What there is to know about a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadingInfo {
    /// Which one.
    pub reading: Reading,
    /// Its name on the command line.
    pub name: &'static str,
    /// The question.
    pub question: &'static str,
    /// The possible answers: name and meaning; the first is the one that the evidence favours.
    pub values: &'static [(&'static str, &'static str)],
    /// The evidence for each side.
    pub source: &'static str,
}

/// How many there are.
const COUNT: usize = 18;

/// All readings, in the order of [`Reading`].
pub const READINGS: [ReadingInfo; COUNT] = [
    ReadingInfo {
        reading: Reading::PolicyWildcard,
        name: "policy-wildcard",
        question: "how many labels does `*.` span in an origin of a response headers policy?",
        values: &[("any-depth", "one or more"), ("one-label", "exactly one")],
        source: "the guide does not say; emulators disagree (floci: any depth, yulin: one label)",
    },
    ReadingInfo {
        reading: Reading::PolicyOverrideOff,
        name: "policy-override-off",
        question: "what does `OriginOverride: false` leave of a policy when the origin sent CORS headers?",
        values: &[
            ("per-header", "headers that the origin did not send are added"),
            ("all-or-nothing", "none of the policy's CORS headers is added"),
        ],
        source: "per header: CloudFront's guide of 2023; all or nothing: a reading of the current one (yulin)",
    },
    ReadingInfo {
        reading: Reading::BucketCredentials,
        name: "bucket-credentials",
        question: "does S3's `Access-Control-Allow-Credentials: true` survive an overriding policy that says `false`?",
        values: &[("kept", "it does"), ("replaced", "the policy's `false` takes it away")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::PolicyVary,
        name: "policy-vary",
        question: "does a policy with a list of origins send `Vary: Origin` to a request with `Origin`?",
        values: &[("sent", "it does"), ("omitted", "it does not")],
        source: "emulators send it (yulin, cdk-local); observed only for requests without `Origin` (ttoss/ttoss#1205)",
    },
    ReadingInfo {
        reading: Reading::PolicyOnOwnErrors,
        name: "policy-on-own-errors",
        question: "is a policy applied to answers of CloudFront's own: a method that is not allowed, a redirect to `https`?",
        values: &[("applied", "it is"), ("not-applied", "it is not")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::PolicyOnFunctionAnswers,
        name: "policy-on-function-answers",
        question: "is a policy applied to an answer that a function makes on `viewer-request`?",
        values: &[("applied", "it is"), ("not-applied", "it is not")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::PolicyHeaderPattern,
        name: "policy-header-pattern",
        question: "what does a pattern such as `x-amz-*` in a policy become in `Access-Control-Allow-Headers`?",
        values: &[
            ("literal", "it is sent as it is, and browsers know no patterns"),
            ("echoed", "the names that were asked for"),
        ],
        source: "the guide lists patterns without saying what is sent",
    },
    ReadingInfo {
        reading: Reading::ManagedExpose,
        name: "managed-expose",
        question: "do the managed policies with `Access-Control-Expose-Headers: *` send it with other answers than preflights?",
        values: &[
            ("sent", "they do"),
            ("preflights-only", "only `Access-Control-Allow-Origin` goes with other answers"),
        ],
        source: "the guide's page on settings says the one, its page on managed policies the other",
    },
    ReadingInfo {
        reading: Reading::CorsRemoval,
        name: "cors-removal",
        question: "does a policy that lists an `Access-Control-*` header for removal remove the origin's?",
        values: &[("removed", "it does: the name is not among those that must not be listed"), ("kept", "it does not")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::PolicyOtherSchemes,
        name: "policy-other-schemes",
        question: "does a policy match origins of other schemes than `http` and `https`, such as `capacitor`?",
        values: &[("matched", "it does"), ("ignored", "it does not")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::S3WildcardBeside,
        name: "s3-wildcard-beside",
        question: "what does S3 answer by a rule in which `*` stands beside other origins?",
        values: &[("wildcard", "`*`"), ("first-listed", "what the first entry that matches says")],
        source: "implementations disagree (LocalStack and cloudserver: `*`, versitygw: first listed)",
    },
    ReadingInfo {
        reading: Reading::S3ZeroMaxAge,
        name: "s3-zero-max-age",
        question: "does S3 send `Access-Control-Max-Age: 0` for `MaxAgeSeconds: 0`?",
        values: &[("sent", "it does"), ("omitted", "it sends none, and browsers keep the answer for five seconds")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::S3OriginCase,
        name: "s3-origin-case",
        question: "does case count when S3 compares origins?",
        values: &[("sensitive", "it does"), ("insensitive", "it does not")],
        source: "not documented; browsers send lower case",
    },
    ReadingInfo {
        reading: Reading::AuthorizationByWildcard,
        name: "authorization-by-wildcard",
        question: "does `*` in `Access-Control-Allow-Headers` cover `Authorization`?",
        values: &[("standard", "it does not, by the Fetch standard"), ("chromium", "it does, in Chromium 156")],
        source: "https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name; observed in Chromium 156",
    },
    ReadingInfo {
        reading: Reading::HeadAndGet,
        name: "head-and-get",
        question: "do `GET` and `HEAD` share an entry of CloudFront's cache?",
        values: &[("shared", "an answer to one serves the other"), ("separate", "they do not")],
        source: "the guide says that answers to `OPTIONS` are cached apart from those to `GET` and `HEAD`, and no more",
    },
    ReadingInfo {
        reading: Reading::ErrorPageForOptions,
        name: "error-page-for-options",
        question: "does a custom error page replace the refusal of a preflight?",
        values: &[("replaced", "with its `ResponseCode`"), ("kept", "the refusal stands")],
        source: "not documented",
    },
    ReadingInfo {
        reading: Reading::ServerOptions,
        name: "server-options",
        question: "what does a server of your own answer to `OPTIONS` without the headers of a preflight?",
        values: &[("refused", "405: it has no such method"), ("answered", "200, as to a `GET`")],
        source: "a matter of the server: https://www.rfc-editor.org/rfc/rfc9110#name-options asks for nothing in particular",
    },
    ReadingInfo {
        reading: Reading::SignatureCheck,
        name: "signature-check",
        question: "does CloudFront look for a signature before a function runs on `viewer-request`, or after?",
        values: &[
            ("before-functions", "a preflight without a signature never gets to the function"),
            ("after-functions", "the function can answer a preflight that has none"),
        ],
        source: "not documented; nothing was found for either side",
    },
];

impl Reading {
    /// What there is to know about it.
    pub fn info(self) -> &'static ReadingInfo {
        // In the order of the enum, by the test below.
        READINGS.get(self as usize).unwrap_or(&READINGS[0])
    }

    /// The reading with this name.
    pub fn named(name: &str) -> Option<Self> {
        READINGS.iter().find(|info| info.name == name).map(|info| info.reading)
    }
}

/// An answer to every question. Remembers which questions were asked.
#[derive(Debug, Clone, Default)]
pub struct Readings {
    values: [u8; COUNT],
    consulted: Cell<u32>,
}

impl PartialEq for Readings {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for Readings {}

impl Readings {
    /// The answer to a question: the name of the value.
    pub fn value(&self, reading: Reading) -> &'static str {
        self.consulted.set(self.consulted.get() | 1 << reading as u8);
        self.peek(reading)
    }

    /// The same, without remembering the question.
    pub fn peek(&self, reading: Reading) -> &'static str {
        let value = self.values.get(reading as usize).copied().unwrap_or_default();
        reading.info().values.get(usize::from(value)).map_or("", |(name, _)| name)
    }

    /// The same answers but for one; `None` when the question has no such answer.
    #[must_use]
    pub fn with(&self, reading: Reading, value: &str) -> Option<Self> {
        let index = reading.info().values.iter().position(|(name, _)| *name == value)?;
        let mut changed = Self { values: self.values, consulted: Cell::new(0) };
        *changed.values.get_mut(reading as usize)? = u8::try_from(index).ok()?;
        Some(changed)
    }

    /// The same answers with each other answer to one question.
    pub fn alternatives(&self, reading: Reading) -> Vec<Self> {
        let now = self.peek(reading);
        let others = reading.info().values.iter().filter(|(name, _)| *name != now);
        others.filter_map(|(name, _)| self.with(reading, name)).collect()
    }

    /// The answers that are not the favoured ones, as `NAME=VALUE`.
    pub fn unusual(&self) -> Vec<(&'static str, &'static str)> {
        let unusual =
            READINGS.iter().filter(|info| info.values.first().is_none_or(|(v, _)| *v != self.peek(info.reading)));
        unusual.map(|info| (info.name, self.peek(info.reading))).collect()
    }

    /// The questions that were asked.
    pub fn consulted(&self) -> Vec<Reading> {
        let consulted = self.consulted.get();
        READINGS.iter().map(|info| info.reading).filter(|&reading| consulted & (1 << reading as u8) != 0).collect()
    }

    /// Forgets which questions were asked.
    pub fn forget_consulted(&self) {
        self.consulted.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_has_its_place_a_name_and_answers() {
        for (index, info) in READINGS.iter().enumerate() {
            assert_eq!(info.reading as usize, index);
            assert_eq!(Reading::named(info.name), Some(info.reading));
            assert!(info.values.len() >= 2, "{}", info.name);
        }
    }

    #[test]
    fn questions_are_remembered_and_answers_change_one_at_a_time() {
        let readings = Readings::default();
        assert_eq!(readings.value(Reading::S3OriginCase), "sensitive");
        assert_eq!(readings.consulted(), [Reading::S3OriginCase]);
        let [other] = readings.alternatives(Reading::S3OriginCase).try_into().unwrap();
        let other: Readings = other;
        assert_eq!(other.unusual(), [("s3-origin-case", "insensitive")]);
        assert_ne!(readings, other);
    }
}
