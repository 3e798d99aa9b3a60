//! Origins of distributions: which host is asked, and who signs.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::intent::codes;
use crate::outline::Node;

/// `signed-website-endpoint`
pub(super) const WEBSITE: Code = Code {
    id: "signed-website-endpoint",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "an S3 website endpoint as an origin that is to be signed for",
};

/// `global-bucket-endpoint`
pub(super) const GLOBAL: Code = Code {
    id: "global-bucket-endpoint",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a bucket by its global endpoint, which redirects",
};

/// `two-origin-identities`
pub(super) const BOTH: Code = Code {
    id: "two-origin-identities",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "an origin access control and an origin access identity at one origin",
};

/// `unsigned-origin`
pub(super) const UNSIGNED: Code = Code {
    id: "unsigned-origin",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "an origin access control that does not always sign",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (file, tree) in artifacts.outline.trees() {
        let mut origins = Vec::new();
        tree.all(
            &|node| node.member("DomainName").is_some() && (has(node, "OriginId") || has(node, "Id")),
            &mut origins,
        );
        for origin in origins {
            check_origin(findings, artifacts, file, origin);
        }
        let mut controls = Vec::new();
        tree.all(&|node| node.key != "planned_values" && node.member("SigningBehavior").is_some(), &mut controls);
        for control in controls {
            let Some(behavior) = control.member("SigningBehavior") else { continue };
            if let Some(word @ ("never" | "no-override")) = behavior.text.as_deref() {
                findings.push(
                    file,
                    Diagnostic::new(
                        &UNSIGNED,
                        behavior.span,
                        format!("`{word}`: requests may reach the bucket unsigned"),
                    )
                    .label("the bucket's policy lets in signed requests only")
                    .help("write `always`"),
                );
            }
        }
    }
}

fn has(node: &Node, member: &str) -> bool {
    node.member(member).is_some()
}

/// What a member says, when it says something.
fn said<'n>(node: &'n Node, member: &str) -> Option<&'n Node> {
    node.descend(member).filter(|found| {
        found.text.as_deref() != Some("") && (found.text.is_some() || found.span.start < found.span.end)
    })
}

fn check_origin(findings: &mut Findings, artifacts: &Artifacts<'_>, file: usize, origin: &Node) {
    let Some(domain) = origin.member("DomainName") else { return };
    let text = artifacts.outline.source(file).map_or("", |source| source.slice(domain.span));
    let control = said(origin, "OriginAccessControlId");
    let identity = said(origin, "OriginAccessIdentity");
    let signs = control.is_some() || identity.is_some();
    let is_website = text.contains("s3-website") || text.contains("website_endpoint") || text.contains("WebsiteURL");
    if is_website && (signs || has(origin, "S3OriginConfig")) {
        findings.push(
            file,
            Diagnostic::new(&WEBSITE, domain.span, "a website endpoint cannot be signed for")
                .label("it speaks HTTP only, and knows no signatures")
                .help("use the bucket's regional REST endpoint: `BUCKET.s3.REGION.amazonaws.com`"),
        );
    }
    let host = domain.text.as_deref().unwrap_or_default();
    let partition: Option<(&Code, &str, &str)> = if host.contains(".s3.us-gov-") || host.contains(".s3.us-iso") {
        Some((
            &codes::CDN_IN_UNSUPPORTED_PARTITION,
            "a bucket in a partition without CloudFront",
            "take a bucket in `aws`",
        ))
    } else if host.ends_with(".amazonaws.com.cn") || host.ends_with(".amazonaws.eu") {
        let message = "a bucket in a partition where CloudFront's features are not confirmed";
        Some((&codes::UNVERIFIED_PARTITION, message, "try every CORS request there before it counts"))
    } else {
        None
    };
    if let Some((code, message, help)) = partition {
        findings.push(file, Diagnostic::new(code, domain.span, message).label("this bucket").help(help));
    }
    let global = host.ends_with(".s3.amazonaws.com") || text.trim_end_matches('"').ends_with(".s3.amazonaws.com");
    let by_attribute =
        text.trim_end_matches(['"', '}']).ends_with(".bucket_domain_name") || is_domain_attribute(domain);
    if global || by_attribute {
        findings.push(
            file,
            Diagnostic::new(&GLOBAL, domain.span, format!("a bucket by its global endpoint: `{}`", shown(text.trim_matches('"'))))
                .label("S3 redirects from here for hours after a bucket is made, and no preflight follows")
                .help("use the regional one: `BUCKET.s3.REGION.amazonaws.com`, `bucket_regional_domain_name`, `RegionalDomainName`"),
        );
    }
    if let (Some(control), Some(identity)) = (control, identity) {
        findings.push(
            file,
            Diagnostic::new(
                &BOTH,
                artifacts.outline.headline(file, identity).span,
                "an origin access identity beside an origin access control",
            )
            .label("CloudFront takes one of the two")
            .related(artifacts.outline.headline(file, control).span, "the other one")
            .help("keep the origin access control, and leave `OriginAccessIdentity` empty"),
        );
    }
}

/// `Fn::GetAtt` of `DomainName`.
fn is_domain_attribute(domain: &Node) -> bool {
    domain.children.iter().any(|child| {
        let of_list = child.children.last().and_then(|last| last.text.as_deref());
        child.key == "Fn::GetAtt"
            && (child.text.as_deref().is_some_and(|text| text.ends_with(".DomainName"))
                || of_list == Some("DomainName"))
    })
}
