//! CloudFront takes certificates from `us-east-1` only.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};

/// `certificate-region`
pub(super) const CODE: Code = Code {
    id: "certificate-region",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "a certificate for a distribution from another region than `us-east-1`",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (file, tree) in artifacts.outline.trees() {
        let mut certificates = Vec::new();
        tree.all(
            &|node| ["AcmCertificateArn", "ACMCertificateArn", "acm_certificate_arn"].contains(&node.key.as_str()),
            &mut certificates,
        );
        for certificate in certificates {
            let Some(arn) = certificate.text.as_deref().filter(|arn| arn.starts_with("arn:aws:acm:")) else { continue };
            let region = arn.split(':').nth(3).unwrap_or_default();
            if region != "us-east-1" && !region.is_empty() {
                findings.push(
                    file,
                    Diagnostic::new(&CODE, certificate.span, format!("a certificate from `{}`", shown(region)))
                        .label("CloudFront takes certificates from `us-east-1`")
                        .help("request the certificate there"),
                );
            }
        }
    }
}
