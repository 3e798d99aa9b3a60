//! CloudFront Functions that speak CORS: their code is a text in the files, or beside them, and only looked at.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::aws::quotas::FUNCTION_CODE_BYTES;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::outline::Node;

/// `reflected-origin`
pub(super) const REFLECTS: Code = Code {
    id: "reflected-origin",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a function that allows whatever origin asks",
};

/// `unpublished-function`
pub(super) const UNPUBLISHED: Code = Code {
    id: "unpublished-function",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a function that is not published, so it never runs",
};

/// `oversized-function`
pub(super) const LARGE: Code = Code {
    id: "oversized-function",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "a function of more than 10 KB, or with what its runtime does not know",
};

/// `upper-case-function-header`
pub(super) const UPPER: Code = Code {
    id: "upper-case-function-header",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "a header in a function by a name that is not in lower case",
};

/// `cors-on-success-only`
pub(super) const SUCCESS: Code = Code {
    id: "cors-on-success-only",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "CORS headers by a function that does not run for errors",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (file, tree) in artifacts.outline.trees() {
        let mut functions = Vec::new();
        tree.all(&is_function, &mut functions);
        for function in functions {
            code(findings, artifacts, file, function);
            publication(findings, artifacts, file, function);
        }
    }
    success_only(findings, artifacts);
}

fn is_function(node: &Node) -> bool {
    let runtime = node.descend("Runtime").or_else(|| node.descend("FunctionRuntime"));
    let of_cloudfront = runtime.and_then(|r| r.text.as_deref()).is_some_and(|text| text.starts_with("cloudfront-js-"));
    let code = node.member("FunctionCode").or_else(|| node.member("code"));
    of_cloudfront && code.is_some()
}

fn code(findings: &mut Findings, artifacts: &Artifacts<'_>, file: usize, function: &Node) {
    let Some(found) = function.member("FunctionCode").or_else(|| function.member("code")) else { return };
    let Some(text) = found.text.as_deref() else { return };
    let place = artifacts.outline.headline(file, found);
    let mut told = |code: &'static Code, message: &str, help: &str| {
        findings.push(file, Diagnostic::new(code, place.span, message).label("in this code").help(help));
    };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let allows = plain.find("access-control-allow-origin");
    let copies = allows.is_some_and(|at| {
        let behind: String = plain.chars().skip(at).take(120).collect();
        behind.contains("headers.origin.value") || behind.contains("headers['origin'].value")
    });
    let compares =
        ["includes(", "indexOf(", "===", ".test(", "==", "has(", ".get("].iter().any(|word| plain.contains(word));
    if copies && !compares {
        told(
            &REFLECTS,
            "the function allows whatever origin asks",
            "compare the origin with a list before it is sent back",
        );
    }
    let runtime = function.descend("Runtime").and_then(|r| r.text.as_deref()).unwrap_or_default();
    if text.len() > FUNCTION_CODE_BYTES {
        told(&LARGE, "the function has more than 10 KB", "keep lists in a key value store");
    } else if runtime.ends_with("1.0") && (text.contains("let ") || text.contains("const ")) {
        told(&LARGE, "`let` and `const` in a function for runtime 1.0", "write `cloudfront-js-2.0`");
    }
    let names = ["Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"];
    if let Some(name) = names
        .iter()
        .find(|name| text.contains(&format!("headers['{name}']")) || text.contains(&format!("headers[\"{name}\"]")))
    {
        told(
            &UPPER,
            &format!("`{}` in a function", shown(name)),
            "write header names in lower case: other ones are refused",
        );
    }
}

fn publication(findings: &mut Findings, artifacts: &Artifacts<'_>, file: usize, function: &Node) {
    let switch = function.member("AutoPublish").or_else(|| function.member("publish"));
    let off = switch.filter(|switch| switch.text.as_deref() == Some("false"));
    // CloudFormation publishes only when asked to.
    let is_template = function.member("FunctionConfig").is_some() && function.member("FunctionCode").is_some();
    let place = match (off, switch) {
        (Some(off), _) => artifacts.outline.headline(file, off),
        (None, None) if is_template => artifacts.outline.headline(file, function),
        _ => return,
    };
    findings.push(
        file,
        Diagnostic::new(&UNPUBLISHED, place.span, "the function is not published")
            .label("a behaviour runs what is published, and this is not")
            .help("write `AutoPublish: true` (CloudFormation) or `publish = true` (Terraform)"),
    );
}

/// A function at the viewer's response does not run when the origin answers with an error.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>
fn success_only(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    // Who lets a function of corsynth's speak was told what that means for errors.
    for behavior in behaviors(artifacts).into_iter().filter(|behavior| behavior.it.viewer_response.is_none()) {
        let Some((file, node)) = artifacts.outline.find(&behavior.it.site) else { continue };
        let lists = ["FunctionAssociations", "function_association", "LambdaFunctionAssociations"];
        let event = lists.iter().filter_map(|list| node.descend(list)).find_map(|list| {
            let mut events = Vec::new();
            list.all(&|node| node.text.as_deref() == Some("viewer-response"), &mut events);
            events.first().copied()
        });
        let other_voice =
            behavior.edge_cors().is_some() || (behavior.forwards("Origin") && behavior.bucket_has_rules());
        if let Some(event) = event.filter(|_| !other_voice) {
            findings.push(
                file,
                Diagnostic::new(&SUCCESS, event.span, "only a function at the viewer's response may speak CORS here")
                    .label("it does not run when the bucket answers with an error")
                    .help("use a response headers policy with `CorsConfig`: it counts for errors, too"),
            );
        }
    }
}
