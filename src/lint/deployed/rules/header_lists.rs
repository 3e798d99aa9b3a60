//! Names in the lists of headers that S3 refuses, that browsers never ask for, or that every page can read anyway.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>, and <https://fetch.spec.whatwg.org/#forbidden-request-header>

use super::super::view::{List, lists};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Severity, shown};
use crate::fetch::header;
use crate::intent::codes;
use crate::lint::intent::ACL_REQUEST_HEADER;

/// Code, message, label, help.
type Told = (&'static Code, &'static str, &'static str, &'static str);

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    request_headers(findings, artifacts);
    exposed_headers(findings, artifacts);
}

fn request_headers(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for list in lists(artifacts, List::RequestHeaders) {
        for name in list.items {
            let (code, message, label, help): Told = if name.matches('*').count() > 1 {
                (
                    &codes::SEVERAL_HEADER_WILDCARDS,
                    "more than one `*` in a request header",
                    "S3 knows one `*` in a header",
                    "split it into several",
                )
            } else if header::is_response_header_name(name) {
                (
                    &codes::RESPONSE_HEADER_AS_REQUEST_HEADER,
                    "a response header among the request headers",
                    "servers send it, and pages do not",
                    "remove it: no page sends it, and S3 and CloudFront answer with it on their own",
                )
            } else if header::is_forbidden_request_header(name) {
                (
                    &codes::FORBIDDEN_REQUEST_HEADER,
                    "a request header that browsers let no page set",
                    "browsers send it on their own, and never ask for it",
                    "remove it: no preflight ever asks for it",
                )
            } else if name.eq_ignore_ascii_case("x-amz-acl") {
                (
                    &ACL_REQUEST_HEADER,
                    "a request header for ACLs, which new buckets refuse",
                    "S3 answers `AccessControlListNotSupported` where ACLs are disabled",
                    "remove it, and let the bucket's owner own what is uploaded",
                )
            } else {
                continue;
            };
            let place = artifacts.at(list.site, list.member, Some(name));
            let mut finding =
                Diagnostic::new(code, place.span, format!("{message}: `{}`", shown(name))).label(label).help(help);
            if code == &codes::FORBIDDEN_REQUEST_HEADER {
                finding.severity = Severity::Warning;
            }
            findings.push(place.file, finding);
        }
    }
}

fn exposed_headers(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for list in lists(artifacts, List::ExposedHeaders) {
        for name in list.items {
            let (code, message, label, help): Told = if name.contains('*') && !list.is_edge {
                (
                    &codes::WILDCARD_EXPOSED_HEADER,
                    "a `*` among the exposed headers, which S3 refuses",
                    "`put-bucket-cors` fails on it",
                    "list the headers that pages read",
                )
            } else if header::is_forbidden_response_header_name(name) {
                (
                    &codes::FORBIDDEN_RESPONSE_HEADER,
                    "an exposed header that browsers let no page read",
                    "browsers hide it whatever is exposed",
                    "remove it: it stays hidden",
                )
            } else if header::is_cors_safelisted_response_header_name(name) {
                (
                    &codes::SAFELISTED_EXPOSED_HEADER,
                    "an exposed header that every page can read anyway",
                    "browsers show it without being asked",
                    "remove it",
                )
            } else {
                continue;
            };
            let place = artifacts.at(list.site, list.member, Some(name));
            let mut finding =
                Diagnostic::new(code, place.span, format!("{message}: `{}`", shown(name))).label(label).help(help);
            if code == &codes::FORBIDDEN_RESPONSE_HEADER {
                finding.severity = Severity::Warning;
            }
            findings.push(place.file, finding);
        }
    }
}
