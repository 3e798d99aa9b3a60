//! The voices that can be on a path, of which one is chosen for each.

use super::cors::Rule;
use super::errors::Errors;

/// What speaks on one path.
#[derive(Debug, Clone)]
pub(super) enum Voice {
    /// S3, by the bucket's rules.
    Bucket,
    /// S3, uncached, on a path that is written to.
    BucketUncached,
    /// A response headers policy that says this rule; S3 or the server answers preflights.
    Edge(Rule),
    /// A response headers policy that says this rule, uncached: the server looks at what identifies users.
    EdgeUncached(Rule),
    /// A response headers policy that says this rule. No preflight is needed, and S3 never hears of `Origin`.
    EdgeAlone(Rule),
    /// A CloudFront function, by the rules in [`Spoken::function_rules`].
    Function {
        /// Whether what identifies users reaches the server, so that nothing is cached.
        uncached: bool,
        /// Who lets pages read errors, which it is left out of.
        errors: Errors,
    },
}

impl Voice {
    /// Whether S3 or the server hears of `Origin`, and what it says about it counts.
    pub(super) fn is_heard_by_origin(&self) -> bool {
        !matches!(self, Self::EdgeAlone(_) | Self::Function { .. })
    }
}

/// The bucket's rules, and a voice for each region.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) rules: Vec<Rule>,
    pub(super) voices: Vec<Voice>,
    /// What a function of a region knows, where the asset has functions: the rules of the grants there.
    pub(super) function_rules: Vec<Vec<Rule>>,
    pub(super) choices: Vec<String>,
}
