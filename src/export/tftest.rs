//! A file for `terraform test` beside those of the emitted module: for each exchange, asserts on the rules and policies
//! that decide it.
//!
//! Terraform sends no request, so it can see only what the module says. What the module does not decide (another's
//! behaviour, a header that is not forwarded) is left out, and the file says so.

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use super::{Expected, Exported, ExportedExchange, ExportedRequest};
use crate::aws::cloudfront::ResponseHeadersPolicyCorsConfig;
use crate::intent::Via;
use crate::plan::{AssetPlan, CacheBehavior, LogicalId, Plan, PolicyRef};
use crate::render::Stamp;
use crate::render::hcl::{self, and, at, call, code, each, equal, get, list, not, number, path, text, texts};
use crate::render::test_file::{self, assert};

/// The file. It belongs into `tests/` of the module that the plan is rendered to.
pub fn tftest(plan: &Plan, exported: &[Exported], stamp: &Stamp) -> String {
    let runs = exported.iter().enumerate().map(|(index, expectation)| {
        let exchanges = expectation.exchanges.iter();
        let asserts: Vec<Structure> = exchanges
            .filter_map(|exchange| Some((exchange, Asked::of(plan, &exchange.request)?)))
            .flat_map(|(exchange, asked)| {
                let told = asked.asserts(exchange).into_iter();
                told.map(|(condition, what)| assert(condition, format!("{}: {what}", expectation.name)))
            })
            .collect();
        (format!("expectation_{}", index + 1), expectation.name.clone(), asserts)
    });
    test_file::print(plan, stamp, runs)
}

/// What a browser asks for, and what the plan says there.
struct Asked<'a> {
    plan: &'a Plan,
    asset: &'a AssetPlan,
    /// The origin of the page.
    origin: &'a str,
    /// The method: of a preflight, the one that it asks for.
    method: &'a str,
    /// The headers that a preflight asks for, lower case.
    headers: Vec<String>,
    is_preflight: bool,
    /// The behaviour with its place among the asset's; `None` at the bucket.
    behavior: Option<(usize, &'a CacheBehavior)>,
}

type Assertion = (Expression, String);

impl<'a> Asked<'a> {
    /// `None` where the plan says nothing: no page asks, or another's behaviour answers.
    fn of(plan: &'a Plan, request: &'a ExportedRequest) -> Option<Self> {
        let asset = plan.assets.iter().find(|asset| asset.id == request.asset)?;
        let behavior = match request.via {
            Via::S3 => None,
            Via::Cdn => {
                let url = request.path.split('?').next().unwrap_or_default();
                let mut behaviors = asset.cdn.as_ref()?.behaviors.iter().enumerate();
                Some(
                    behaviors
                        .find(|(_, b)| b.path_pattern.as_deref().is_none_or(|pattern| path_matches(pattern, url)))?,
                )
            }
        };
        let headers = request.headers.get("access-control-request-headers").unwrap_or_default();
        let headers = headers.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty());
        Some(Self {
            plan,
            asset,
            origin: request.headers.first("origin")?,
            method: request.asked_method().unwrap_or(&request.method),
            headers: headers.collect(),
            is_preflight: request.asked_method().is_some(),
            behavior,
        })
    }

    fn asserts(&self, exchange: &ExportedExchange) -> Vec<Assertion> {
        // What a function answers stands in its own rules, which tests of its code are about.
        if let Some(runs) = self.runs_the_function_that_answers() {
            return vec![runs];
        }
        let mut out = Vec::new();
        let allowed = exchange.expected("access-control-allow-origin");
        if let Some(status) = exchange.status.filter(|_| self.is_preflight) {
            self.preflight(&mut out, (200..300).contains(&status));
        }
        if allowed == Expected::Anything {
            return out;
        }
        let allowed = allowed.value().is_some();
        let exposed = exchange.expected("access-control-expose-headers").value();
        let policy = self.policy();
        match policy.filter(|(_, cors)| lists(&cors.access_control_allow_origins, self.origin)) {
            Some((id, _)) if allowed => {
                let config = policy_config(id);
                out.push((
                    any_matches(items(&config, "access_control_allow_origins"), self.origin),
                    format!("the policy {} lists {}", id.key(), self.origin),
                ));
                let credentials = exchange.expected("access-control-allow-credentials");
                if credentials != Expected::Anything {
                    let allows = credentials == Expected::Value("true");
                    let flag = call("alltrue", [each(config.clone(), "access_control_allow_credentials")]);
                    let says = if allows { "allows" } else { "does not allow" };
                    out.push((
                        if allows { flag } else { not(flag) },
                        format!("the policy {} {says} credentials", id.key()),
                    ));
                }
                if let Some(exposed) = exposed {
                    out.push((
                        same_names(items(&config, "access_control_expose_headers"), exposed),
                        format!("the policy {} exposes exactly {exposed}", id.key()),
                    ));
                }
            }
            Some(_) => {}
            None => {
                if !allowed && let Some((id, _)) = policy {
                    out.push((
                        not(any_matches(items(&policy_config(id), "access_control_allow_origins"), self.origin)),
                        format!("the policy {} does not list {}", id.key(), self.origin),
                    ));
                }
                self.by_the_bucket(&mut out, allowed, exposed);
            }
        }
        out
    }

    /// That the behaviour runs the function that answers this preflight, or that says who may read.
    fn runs_the_function_that_answers(&self) -> Option<Assertion> {
        let behavior = self.behavior?.1;
        let (event, id) = if self.is_preflight {
            ("viewer-request", behavior.viewer_request.as_ref()?)
        } else {
            ("viewer-response", behavior.viewer_response.as_ref()?)
        };
        let function = self.asset.cdn.as_ref()?.functions.iter().find(|function| function.id == *id)?;
        if self.is_preflight && !function.config.answers_preflights {
            return None;
        }
        let pattern = behavior.path_pattern.as_deref().unwrap_or("*");
        let of_asset = at(path(["output", "function_associations"]), text(&self.asset.id));
        let events = ForExpr::new("runs".into(), at(of_asset, text(pattern)), code("runs.event_type"));
        let condition = call("contains", [events.into(), text(event)]);
        Some((condition, format!("the behavior of {pattern} runs {} on {event}", id.key())))
    }

    /// A preflight succeeds where OPTIONS reaches the bucket and a rule covers all that is asked for.
    fn preflight(&self, out: &mut Vec<Assertion>, succeeds: bool) {
        if let Some(reaches) = self.allows("OPTIONS").filter(|_| succeeds || !self.plan_allows("OPTIONS")) {
            let word = if succeeds { "lets" } else { "does not let" };
            let condition = if succeeds { reaches } else { not(reaches) };
            out.push((condition, format!("the behavior {word} OPTIONS through")));
        }
        if succeeds || !self.has_rule() {
            out.push(self.rule_is_there(succeeds));
        }
    }

    /// S3 says who may read, where no policy does.
    fn by_the_bucket(&self, out: &mut Vec<Assertion>, allowed: bool, exposed: Option<&str>) {
        let decided = self.has_rule() == allowed;
        let rule = self.rule_is_there(allowed);
        // A preflight may have said it.
        if decided && !out.contains(&rule) {
            out.push(rule);
        }
        if !allowed && !self.is_preflight && !self.plan_allows(self.method) {
            out.extend(
                self.allows(self.method)
                    .map(|allows| (not(allows), format!("the behavior does not let {} through", self.method))),
            );
        }
        if let Some(exposed) = exposed.filter(|_| decided && allowed) {
            out.push((
                same_names(call("flatten", [self.matching("rule.expose_headers")]), exposed),
                format!("the rules of {} expose exactly {exposed} to {}", self.whose(), self.origin),
            ));
        }
    }

    /// Whose rules decide.
    fn whose(&self) -> &'static str {
        if self.asset.bucket().is_some() { "the bucket" } else { "the server's contract" }
    }

    fn rule_is_there(&self, there: bool) -> Assertion {
        let headers =
            if self.headers.is_empty() { String::new() } else { format!(" with {}", self.headers.join(", ")) };
        let asked = format!("{} from {}{headers}", self.method, self.origin);
        // A rule of a contract has no id; every rule has this.
        let value = if self.asset.bucket().is_some() { "rule.id" } else { "rule.max_age_seconds" };
        let count = call("length", [self.matching(value)]);
        if there {
            (hcl::at_most(number(1u8), count), format!("a rule of {} allows {asked}", self.whose()))
        } else {
            (equal(count, number(0u8)), format!("no rule of {} allows {asked}", self.whose()))
        }
    }

    /// The policy that speaks of CORS here, with what it says.
    fn policy(&self) -> Option<(&'a LogicalId, &'a ResponseHeadersPolicyCorsConfig)> {
        let Some(PolicyRef::Own(id)) = &self.behavior?.1.response_headers_policy else { return None };
        let policies = &self.asset.cdn.as_ref()?.response_headers_policies;
        let policy = policies.iter().find(|policy| policy.id == *id)?;
        Some((&policy.id, policy.config.cors.as_ref()?))
    }

    /// Whether a rule of the plan allows what is asked for: of the bucket, or of the server's contract.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>
    fn has_rule(&self) -> bool {
        let allows = |origins: &[String], methods: &[String], headers: &[String]| {
            let allowed: Vec<String> = headers.iter().map(|pattern| pattern.to_ascii_lowercase()).collect();
            methods.iter().any(|method| method == self.method)
                && lists(origins, self.origin)
                && self.headers.iter().all(|name| lists(&allowed, name))
        };
        let rules = self.asset.cors.iter().flat_map(|cors| &cors.rules);
        let contract = self.asset.custom_origin().into_iter().flat_map(|custom| &custom.contract);
        rules.into_iter().any(|r| allows(&r.allowed_origins, &r.allowed_methods, &r.allowed_headers))
            || contract.into_iter().any(|r| allows(&r.allowed_origins, &r.allowed_methods, &r.allowed_headers))
    }

    /// The same question to the module: `value` of each rule that allows it.
    fn matching(&self, value: &'static str) -> Expression {
        let rules = test_file::bucket_cors_rules(self.plan, self.asset);
        let mut condition = and(
            call("contains", [code("rule.allowed_methods"), text(self.method)]),
            any_matches(code("rule.allowed_origins"), self.origin),
        );
        if !self.headers.is_empty() {
            let covered = code(
                r#"anytrue([for pattern in rule.allowed_headers : can(regex(format("^%s$", replace(replace(lower(pattern), "/[^0-9a-z*]/", "\\$0"), "*", ".*")), name))])"#,
            );
            let all = ForExpr::new("name".into(), texts(&self.headers), covered);
            condition = and(condition, call("alltrue", [all.into()]));
        }
        ForExpr::new("rule".into(), rules, code(value)).with_cond_expr(condition).into()
    }

    /// Whether the module's behaviour lets a method through; `None` at the bucket.
    fn allows(&self, method: &str) -> Option<Expression> {
        let behaviors = at(path(["output", "cache_behaviors"]), text(&self.asset.id));
        let behavior = at(behaviors, number(u64::try_from(self.behavior?.0).unwrap_or_default()));
        Some(call("contains", [get(behavior, "allowed_methods"), text(method)]))
    }

    fn plan_allows(&self, method: &str) -> bool {
        self.behavior.is_none_or(|(_, behavior)| behavior.allowed_methods.methods().contains(&method))
    }
}

/// `cors_config` of a policy of the module.
fn policy_config(id: &LogicalId) -> Expression {
    get(at(path(["aws_cloudfront_response_headers_policy", "this"]), text(id.key())), "cors_config")
}

/// All items of a list of a policy.
fn items(config: &Expression, name: &'static str) -> Expression {
    call("flatten", [each(call("flatten", [each(config.clone(), name)]), "items")])
}

/// Whether one of the patterns stands for the text; `*` is any run of characters.
fn any_matches(patterns: Expression, wanted: &str) -> Expression {
    let pattern = code(r#"format("^%s$", replace(replace(pattern, "/[^0-9A-Za-z*]/", "\\$0"), "*", ".*"))"#);
    let matches = call("can", [call("regex", [pattern, text(wanted)])]);
    call("anytrue", [ForExpr::new("pattern".into(), patterns, matches).into()])
}

/// Whether a list holds the names of a header's value, in any order and case.
fn same_names(actual: Expression, expected: &str) -> Expression {
    let lower = ForExpr::new("name".into(), actual, code("lower(name)"));
    let mut names: Vec<String> = expected.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    hcl::equal(
        call("jsonencode", [call("sort", [call("distinct", [lower.into()])])]),
        call("jsonencode", [if names.is_empty() { list([]) } else { texts(names) }]),
    )
}

/// Whether one of the patterns, with one `*` at most, stands for the text.
fn lists(patterns: &[String], wanted: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.split_once('*') {
        None => pattern == wanted,
        Some((head, tail)) => {
            wanted.len() >= head.len() + tail.len() && wanted.starts_with(head) && wanted.ends_with(tail)
        }
    })
}

/// Whether a path pattern of CloudFront stands for a path: `*` is any run of characters, `?` one. The slash in front
/// is optional.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html>
fn path_matches(pattern: &str, path: &str) -> bool {
    let path: Vec<char> = path.trim_start_matches('/').chars().collect();
    // Which beginnings of the path the pattern so far stands for, by their lengths.
    let mut reached: Vec<bool> = (0..=path.len()).map(|length| length == 0).collect();
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    for symbol in pattern.chars() {
        let before = reached.clone();
        let mut any = false;
        reached = (0..=path.len())
            .map(|length| {
                any |= before.get(length).copied().unwrap_or_default();
                let one = length.checked_sub(1).and_then(|last| Some((before.get(last)?, path.get(last)?)));
                match symbol {
                    '*' => any,
                    '?' => one.is_some_and(|(reached, _)| *reached),
                    symbol => one.is_some_and(|(reached, c)| *reached && *c == symbol),
                }
            })
            .collect();
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_their_layers_do() {
        let list = |pattern: &str| vec![pattern.to_owned()];
        assert!(lists(&list("https://pr-*.example"), "https://pr-1.a.example"));
        assert!(!lists(&list("https://a*a"), "https://a"));
        for (pattern, path, matches) in [
            ("/fonts/*", "/fonts/a/b.woff2", true),
            ("fonts/*.woff?", "/fonts/a.woff2", true),
            ("/fonts/*", "/font", false),
            ("*.js", "/a/b.js", true),
            ("*", "/", true),
            ("/a?c", "/ac", false),
            ("/A", "/a", false),
        ] {
            assert_eq!(path_matches(pattern, path), matches, "{pattern} {path}");
        }
    }
}
