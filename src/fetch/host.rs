//! What the host of an origin says about who owns it: addresses, names of this machine, registrable domains.

use psl::{Psl as _, Type};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Domains that the public suffix list takes for one owner's, and under which customers of a service get names. What the
/// list does know below them (`s3.eu-west-1.amazonaws.com`) is not concerned.
const SHARED: [&str; 7] = [
    // Load balancers, buckets, APIs: https://docs.aws.amazon.com/general/latest/gr/rande.html
    "amazonaws.com",
    // https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Beijing.html
    "amazonaws.com.cn",
    // Hosted sign-in pages: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
    "amazoncognito.com",
    // https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domains.html
    "awsapprunner.com",
    // https://docs.github.com/en/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace
    "github.dev",
    // Function URLs and others: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
    "on.aws",
    // https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview#storage-account-endpoints
    "windows.net",
];

/// Top names that no registry gives out: <https://www.rfc-editor.org/rfc/rfc6761>, and for `internal`
/// <https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en>.
const NEVER_REGISTERED: [&str; 4] = ["home.arpa", "internal", "localhost", "test"];

/// Whose the names below a domain are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// One owner's.
    OneOwner,
    /// Anybody's, by a registry: `com`, `co.uk`.
    PublicSuffix,
    /// Anybody's, by a hosting service: `github.io`.
    SharedHost,
}

/// Whose the names below `domain` are, as the public suffix list has it: <https://publicsuffix.org/list/>.
pub fn names_below(domain: &str) -> Names {
    if NEVER_REGISTERED.contains(&domain) {
        return Names::OneOwner;
    }
    let whose = |name: &str| match psl::List.suffix(name.as_bytes()).and_then(|suffix| suffix.typ()) {
        Some(Type::Private) => Names::SharedHost,
        Some(Type::Icann) | None => Names::PublicSuffix,
    };
    // A rule of the list may begin with `*.`, and then every name below the domain is a suffix.
    let below = format!("0.{domain}");
    match registrable(domain) {
        None => whose(domain),
        Some(_) if registrable(&below).is_none() => whose(&below),
        Some(owned) if SHARED.contains(&owned) => Names::SharedHost,
        Some(_) => Names::OneOwner,
    }
}

/// The domain that somebody registered, of a name below it or of itself: `acme.co.uk` of `www.acme.co.uk`.
pub fn registrable(name: &str) -> Option<&str> {
    let domain = psl::List.domain(name.as_bytes())?;
    std::str::from_utf8(domain.as_bytes()).ok()
}

/// Whether a host is an address, and not a name.
pub fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

/// Whether a host is this machine, always. <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>
pub fn is_loopback(host: &str) -> bool {
    let v6 = || host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).and_then(|h| h.parse::<Ipv6Addr>().ok());
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|a| a.is_loopback())
        || v6().is_some_and(|a| a.is_loopback())
}

/// Whether somebody got this very name from a registry. What a hosting service gives out is often no page itself.
pub fn is_registered(domain: &str) -> bool {
    let by_registry = |(_, suffix): (&str, &str)| names_below(suffix) == Names::PublicSuffix;
    registrable(domain) == Some(domain) && domain.split_once('.').is_some_and(by_registry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_belong_to_one_or_to_anybody() {
        for (domain, names) in [
            ("acme.com", Names::OneOwner),
            ("acme.example", Names::OneOwner),
            ("acme.github.io", Names::OneOwner),
            ("d123.amplifyapp.com", Names::OneOwner),
            ("abc123.execute-api.eu-west-1.amazonaws.com", Names::OneOwner),
            ("localhost", Names::OneOwner),
            ("internal", Names::OneOwner),
            ("com", Names::PublicSuffix),
            ("kawasaki.jp", Names::PublicSuffix),
            ("local", Names::PublicSuffix),
            ("on.aws", Names::SharedHost),
            ("lambda-url.eu-west-1.on.aws", Names::SharedHost),
            ("amazonaws.com", Names::SharedHost),
            ("elb.amazonaws.com", Names::SharedHost),
            ("eu-west-1.elb.amazonaws.com", Names::SharedHost),
            ("s3.amazonaws.com", Names::SharedHost),
            ("s3-website-us-east-1.amazonaws.com", Names::SharedHost),
            ("s3.xx-nowhere-9.amazonaws.com", Names::SharedHost),
            ("execute-api.eu-west-1.amazonaws.com", Names::SharedHost),
            ("awsapprunner.com", Names::SharedHost),
            ("eu-west-1.awsapprunner.com", Names::SharedHost),
            ("app.github.dev", Names::SharedHost),
        ] {
            assert_eq!(names_below(domain), names, "{domain}");
        }
    }

    #[test]
    fn addresses_and_this_machine_are_known() {
        for (host, address, loopback) in [
            ("localhost", false, true),
            ("app.localhost", false, true),
            ("127.0.0.2", true, true),
            ("[::1]", true, true),
            ("10.0.0.1", true, false),
            ("[2001:db8::1]", true, false),
            ("notlocalhost", false, false),
            ("localhost.example", false, false),
        ] {
            assert_eq!((is_address(host), is_loopback(host)), (address, loopback), "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_registered_domain_has_one_owner(
            name in "[a-z][a-z0-9]{8,20}",
            suffix in prop::sample::select(vec!["com", "co.uk", "example", "com.br", "dev", "github.io", "foo.ck", "io"]),
            label in "([a-z]{1,8}\\.)?",
        ) {
            prop_assert_eq!(names_below(&format!("{label}{name}.{suffix}")), Names::OneOwner);
        }
    }
}
