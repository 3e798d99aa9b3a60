//! Where the objects of an asset come from: a bucket with its region, or a server. What belongs to the one is refused
//! for the other.

use super::codes;
use super::raw::{Authority, Encryption, Manage, Named, RawAsset};
use super::texts::part_of;
use super::{AssetOrigin, Bucket, CustomOrigin};
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::Spanned;
use crate::fetch::OriginPattern;
use crate::fetch::origin::{OriginError, OriginProblem as P};
use crate::source::Span;

/// The origin of an asset, of whose words `bucket` and `region` mean something by themselves. What is missing, too much or
/// wrong is reported.
pub(super) fn read(
    diags: &mut Diagnostics,
    raw: &Named<RawAsset>,
    bucket: Option<&Spanned<String>>,
    region: Option<&Spanned<String>>,
    kms_key: Option<String>,
) -> Option<AssetOrigin> {
    let asset = &raw.value;
    let Some(url) = &asset.origin else {
        incomplete(diags, raw);
        mismatched_authority(diags, asset, Authority::Origin, "bucket");
        return Some(AssetOrigin::Bucket(Bucket { name: bucket?.clone(), region: region?.clone(), kms_key }));
    };
    if let Some(bucket) = &asset.bucket {
        diags.push(
            Diagnostic::new(
                &codes::ORIGIN_AND_BUCKET,
                url.span,
                format!("`{}` has both `bucket` and `origin`", raw.id.value),
            )
            .label("the objects come from one place")
            .related(bucket.span, "the bucket")
            .help("remove one of the two, or make two assets"),
        );
        return None;
    }
    bucket_settings(diags, asset);
    mismatched_authority(diags, asset, Authority::Bucket, "origin");
    if asset.cdn.is_none() {
        diags.push(
            Diagnostic::new(&codes::CUSTOM_ORIGIN_WITHOUT_CDN, url.span, format!("`{}` has no `cdn`", raw.id.value))
                .label("browsers would talk to this server, which AWS has no part in")
                .help("add `cdn: {}`, the distribution in front of it"),
        );
    }
    custom_origin(diags, url, asset)
}

/// An asset without its bucket, or without its region.
fn incomplete(diags: &mut Diagnostics, raw: &Named<RawAsset>) {
    let (id, asset) = (&raw.id, &raw.value);
    // A member that is there and is no text has been reported.
    let missing = |what: &str| {
        Diagnostic::new(&codes::INCOMPLETE_ASSET, id.span, format!("asset `{}` has no `{what}`", shown(&id.value)))
            .label(format!("`{what}` is missing here"))
    };
    match (&asset.bucket, &asset.region) {
        _ if !asset.place_is_readable => {}
        (None, None) => diags.push(
            missing("bucket")
                .help("add `bucket:` and `region:`, or for a server of your own `origin: https://HOST` and a `cdn`"),
        ),
        (None, Some(_)) => diags.push(missing("bucket").help("add `bucket:`")),
        (Some(_), None) => diags.push(missing("region").help("add `region:`")),
        (Some(_), Some(_)) => {}
    }
}

fn mismatched_authority(diags: &mut Diagnostics, asset: &RawAsset, wrong: Authority, right: &str) {
    let authority = asset.cdn.as_ref().and_then(|cdn| cdn.authority.as_ref());
    let Some(authority) = authority.filter(|authority| authority.value == wrong) else { return };
    let (message, label) = match wrong {
        Authority::Bucket => ("`authority: bucket` without a bucket", "the objects come from a server"),
        _ => ("`authority: origin` for a bucket", "the objects come from S3, which speaks by the bucket's rules"),
    };
    diags.push(
        Diagnostic::new(&codes::MISMATCHED_AUTHORITY, authority.span, message)
            .label(label)
            .help(format!("write `authority: {right}`, or leave it out: the edge speaks then"))
            .fix_text(authority.span, right),
    );
}

/// What only a bucket has.
fn bucket_settings(diags: &mut Diagnostics, asset: &RawAsset) {
    let cdn = asset.cdn.as_ref();
    let own = asset.manage.as_ref().filter(|manage| manage.value == Manage::Own);
    let kms = asset.encryption.as_ref().filter(|encryption| encryption.value == Encryption::SseKms);
    let settings: [(&str, Option<Span>, &str); 6] = [
        ("region", asset.region.as_ref().map(|region| region.span), "a server is in no region of AWS"),
        ("account", asset.account.as_ref().map(|account| account.span), "no account owns the server"),
        ("encryption", kms.map(|encryption| encryption.span), "S3 encrypts objects of buckets only"),
        ("kms-key", asset.kms_key.as_ref().map(|key| key.span), "S3 encrypts objects of buckets only"),
        (
            "missing-objects",
            cdn.and_then(|cdn| cdn.missing_objects.as_ref()).map(|missing| missing.span),
            "the server says itself what it does not have",
        ),
        ("manage: own", own.map(|own| own.span), "the server exists, and corsynth cannot make it"),
    ];
    for (word, span, label) in settings {
        let Some(span) = span else { continue };
        diags.push(
            Diagnostic::new(&codes::BUCKET_SETTING_ON_CUSTOM_ORIGIN, span, format!("`{word}` is about a bucket"))
                .label(label)
                .help(format!("remove `{word}`")),
        );
    }
}

fn custom_origin(diags: &mut Diagnostics, url: &Spanned<String>, asset: &RawAsset) -> Option<AssetOrigin> {
    let text = url.value.as_str();
    let malformed = |place: Span, message: &str, label: &str| {
        Diagnostic::new(&codes::MALFORMED_CUSTOM_ORIGIN, place, format!("{message}: `{}`", shown(text)))
            .label(label.to_owned())
    };
    let pattern = match OriginPattern::parse(text) {
        Ok(pattern) => pattern,
        Err(error) => {
            diags.push(malformed_url(url, &error));
            return None;
        }
    };
    let (scheme, host, port) = pattern.parts()?;
    let place = |piece: &str| {
        // A host may be called like a scheme.
        let from = if piece == scheme { 0 } else { scheme.len() };
        let at = text.get(from..).and_then(|rest| rest.find(piece)).map_or(0, |at| from + at);
        part_of(url.span, text, at..at + piece.len())
    };
    if scheme != "https" {
        let finding = malformed(place(scheme), "CloudFront is to ask the server over `https`", "not `https`");
        let corrected = format!("https://{host}");
        diags.push(match port {
            None if scheme == "http" => finding
                .help(format!("write `{corrected}`, if the server has a certificate for its name"))
                .fix_text(url.span, corrected),
            _ => finding.help("write `https://HOST`, or `https://HOST:PORT`"),
        });
        return None;
    }
    if host.contains('*') || port == Some("*") {
        diags.push(
            malformed(place("*"), "one server is meant", "no `*` is possible here")
                .help("write the name of the server"),
        );
        return None;
    }
    // <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>
    let last = host.rsplit('.').next().unwrap_or_default();
    if host.starts_with('[') || last.bytes().all(|b| b.is_ascii_digit()) {
        diags.push(
            malformed(place(host), "an address where CloudFront takes a name only", "not a name")
                .help("give the server a name in DNS, and a certificate for it"),
        );
        return None;
    }
    if !host.contains('.') {
        diags.push(
            malformed(place(host), "not a name that CloudFront could look up", "a name without a dot")
                .help("write the whole name of the server, such as `https://assets.example.com`"),
        );
        return None;
    }
    // <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html>
    let port: u16 = port.map_or(Some(443), |port| port.parse().ok())?;
    if !matches!(port, 80 | 443 | 1024..) {
        diags.push(
            malformed(place(&format!(":{port}")), "a port that CloudFront does not take", "80, 443, or from 1024 on")
                .help("let the server listen on 443"),
        );
        return None;
    }
    let aliases = asset.cdn.iter().flat_map(|cdn| cdn.aliases.iter().flatten());
    if let Some(alias) = aliases.clone().find(|alias| alias.value == host) {
        diags.push(
            malformed(place(host), "the distribution would ask itself", "this is a name of the distribution")
                .related(alias.span, "it answers to it")
                .help("write the name of the server behind it"),
        );
        return None;
    }
    if let Some(finding) = of_s3(host, url) {
        diags.push(finding);
        return None;
    }
    Some(AssetOrigin::Custom(CustomOrigin { url: url.clone(), host: host.to_owned(), port }))
}

/// Why a text is no address of a server, in the words of frontends' origins.
fn malformed_url(url: &Spanned<String>, error: &OriginError) -> Diagnostic {
    let (what, label) = match error.problem {
        P::Path => ("the address of the server has a path", "it ends with its host or port"),
        P::TrailingSlash => ("the address of the server has a slash at the end", "it ends with its host or port"),
        P::UserInfo => ("the address of the server has a user", "CloudFront signs in nowhere"),
        P::UpperCase => ("upper case in the address of the server", "host names are lower case"),
        P::NonAscii => ("the address of the server is not ASCII", "DNS knows the punycode"),
        P::DefaultPort => ("the address of the server has its default port", "this port goes without saying"),
        P::MissingScheme => ("the address of the server has no scheme", "expected `https://HOST`"),
        P::BadScheme => ("CloudFront is to ask the server over `https`", "not `https`"),
        P::BadPort => ("not a port", "expected a number"),
        _ => ("not the address of a server", "expected `https://HOST`, or `https://HOST:PORT`"),
    };
    let span = part_of(url.span, &url.value, error.place.clone());
    let finding =
        Diagnostic::new(&codes::MALFORMED_CUSTOM_ORIGIN, span, format!("{what}: `{}`", shown(&url.value))).label(label);
    let corrected = error.corrected.as_ref().filter(|corrected| corrected.starts_with("https://"));
    match corrected {
        Some(corrected) if url.value.contains('\n') => finding.help(format!("write `{corrected}`")),
        Some(corrected) => {
            let finding = finding.help(format!("write `{corrected}`")).fix_text(url.span, corrected.clone());
            let same = matches!(error.problem, P::UpperCase | P::DefaultPort | P::TrailingSlash | P::NonAscii);
            if same { finding.safe() } else { finding }
        }
        None => finding,
    }
}

/// A host of S3 is a bucket, which the intent has words for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
fn of_s3(host: &str, url: &Spanned<String>) -> Option<Diagnostic> {
    let rest = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    if let Some(at) = rest.find(".s3-website") {
        let bucket = rest.get(..at).unwrap_or_default();
        return Some(
            Diagnostic::new(&codes::BUCKET_AS_CUSTOM_ORIGIN, url.span, "a website endpoint of S3 as a custom origin")
                .label("it speaks `http` only, and its bucket must be public")
                .help(format!(
                    "write `bucket: {}` and its `region`: CloudFront signs its requests to the REST endpoint",
                    shown(bucket)
                )),
        );
    }
    let at = rest.find(".s3.").or_else(|| rest.find(".s3-")).or_else(|| rest.strip_suffix(".s3").map(str::len))?;
    let bucket = rest.get(..at).unwrap_or_default();
    let region = rest.get(at..).and_then(|rest| rest.strip_prefix(".s3.").or_else(|| rest.strip_prefix(".s3-")));
    let region = region.filter(|region| super::texts::is_region(region)).unwrap_or("REGION");
    Some(
        Diagnostic::new(&codes::BUCKET_AS_CUSTOM_ORIGIN, url.span, format!("`{}` is a bucket", shown(host)))
            .label("as a custom origin it would have to be public, and its CORS rules would be nobody's")
            .help(format!("write `bucket: {}` and `region: {region}` in place of `origin`", shown(bucket))),
    )
}
