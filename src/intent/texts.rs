//! The small languages inside an intent's texts: names, durations, path patterns, origins.
//!
//! Each function reports what is wrong, with the corrected text where it can be told, and answers the value or
//! nothing.

use super::codes;
use super::raw::{Duration, PathPattern};
use crate::aws::quotas::PATH_PATTERN_CHARACTERS;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, shown};
use crate::document::Spanned;
use crate::fetch::OriginPattern;
use crate::fetch::origin::{OriginError, OriginProblem as P};
use crate::source::Span;
use std::ops::Range;

/// Reports under `code` that `text` is not what `noun` says, unless it is good; answers whether it is.
pub(super) fn require(
    diags: &mut Diagnostics,
    text: &Spanned<String>,
    good: bool,
    code: &'static Code,
    noun: &str,
    rule: &str,
) -> bool {
    if !good {
        diags.push(
            Diagnostic::new(code, text.span, format!("`{}` is no {noun}", shown(&text.value))).label(rule.to_owned()),
        );
    }
    good
}

/// Longest id of an asset, a frontend or a path. With it every AWS name fits: a name of 40 characters, an asset, a
/// path, the purpose and the hash stay under 128.
const LONGEST_ID: usize = 32;

/// Lower case letters, digits and single hyphens, beginning with a letter.
pub(super) fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// The name of the whole: like an id, but hyphens may stand anywhere behind the first letter.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(super) fn is_bucket_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&text.len())
        && text.starts_with(edge)
        && text.ends_with(edge)
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        && !text.contains("..")
        && text.parse::<std::net::Ipv4Addr>().is_err()
        && !["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|p| text.starts_with(p))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|s| text.ends_with(s))
}

/// `eu-west-1`, `us-gov-west-1`: words, then a number.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-').rev();
    let number = parts.next().unwrap_or_default();
    let words: Vec<_> = parts.collect();
    (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && words.len() >= 2
        && words.iter().all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase()))
        && words.last().is_some_and(|w| (2..=4).contains(&w.len()))
}

/// `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`. An alias will not do: the statement belongs to the key.
pub(super) fn is_kms_key_arn(text: &str) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let word = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match fields.as_slice() {
        ["arn", partition, "kms", region, account, key] => {
            word(partition) && is_region(region) && is_account(account) && key.strip_prefix("key/").is_some_and(word)
        }
        _ => false,
    }
}

/// 12 digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Upper case letters and digits, as CloudFront makes them.
pub(super) fn is_distribution(text: &str) -> bool {
    (5..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The API tells no grammar; ids that were seen are UUIDs.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_KeyGroup.html>
pub(super) fn is_key_group(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// A host name with at least one dot; CloudFront takes one `*.` in front.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>
pub(super) fn is_alias(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        })
}

/// Seconds of a duration: a number, or a number with `s`, `m`, `h` or `d`. At most ten years.
pub(super) fn seconds(diags: &mut Diagnostics, duration: &Spanned<Duration>) -> Option<u32> {
    let text = duration.value.0.as_str();
    let (number, factor) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 3600),
        Some(number) if text.ends_with('d') => (number, 86_400),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let digits = (1..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let seconds = digits.then(|| number.parse::<u32>().ok()?.checked_mul(factor)).flatten();
    let seconds = seconds.filter(|&s| s <= 10 * 365 * 86_400);
    if seconds.is_none() {
        diags.push(
            Diagnostic::new(&codes::INVALID_DURATION, duration.span, format!("`{}` is no duration", shown(text)))
                .label("seconds, or a number with `s`, `m`, `h` or `d`")
                .help("write `7200`, `90s`, `10m`, `2h` or `1d`; at most ten years"),
        );
    }
    seconds
}

/// Reports what CloudFront would not accept as a path pattern.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>
pub(super) fn path_pattern(diags: &mut Diagnostics, pattern: &Spanned<PathPattern>) -> Option<String> {
    let text = pattern.value.0.as_deref()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.*$/~\"'@:+&?".contains(c);
    let finding = |label: &str| {
        let message = format!("`{}` is no path pattern", shown(text));
        Diagnostic::new(&codes::INVALID_PATH_PATTERN, pattern.span, message).label(label.to_owned())
    };
    if !text.starts_with('/') {
        let corrected = format!("/{text}");
        let finding = finding("a path pattern begins with `/`");
        diags.push(if text.chars().all(allowed) && !text.is_empty() && !text.contains("://") {
            finding.help(format!("write `{}`", shown(&corrected))).fix_text(pattern.span, corrected).safe()
        } else {
            finding.help("write the path alone, such as `/fonts/*`")
        });
    } else if let Some(bad) = text.chars().find(|&c| !allowed(c)) {
        diags
            .push(finding(&format!("`{}` cannot stand in a path pattern", bad.escape_debug())).help(
                "letters, digits and `_ - . * $ / ~ \" ' @ : + & ?`, where `*` is any run and `?` one character",
            ));
    } else if text.len() > PATH_PATTERN_CHARACTERS {
        diags.push(finding(&format!("at most {PATH_PATTERN_CHARACTERS} characters")));
    } else if text.matches('*').count() > MOST_WILDCARDS {
        diags.push(finding(&format!("at most {MOST_WILDCARDS} times `*`")).help("write several paths"));
    } else if text == "/*" {
        diags.push(finding("this is the whole asset").help("leave the path out, and grant `to` the asset itself"));
    } else {
        return Some(text.to_owned());
    }
    None
}

/// Wildcards of one path pattern: what two patterns have in common takes the longer to find out the more there are.
const MOST_WILDCARDS: usize = 8;

/// The place of a part of the text at `span`; the whole where the source does not write the text as it is, perhaps in
/// quotes.
pub(crate) fn part_of(span: Span, text: &str, place: Range<usize>) -> Span {
    let in_source = span.end - span.start;
    let quotes = in_source.saturating_sub(text.len()) / 2;
    if in_source != text.len() && in_source != text.len() + 2 {
        return span;
    }
    let part = span.part(quotes + place.start, place.len());
    if part.start == part.end { span } else { part }
}

/// The origin that a text of a frontend names.
pub(super) fn origin(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<OriginPattern> {
    let several = "write a list: `[https://a.example, https://b.example]`";
    OriginPattern::parse(&text.value).map_err(|error| no_origin(diags, text, error, several)).ok()
}

/// Reports why a text is no origin. `several` says what to do with several in one text.
pub(super) fn no_origin(diags: &mut Diagnostics, text: &Spanned<String>, error: OriginError, several: &str) {
    let whole = error.problem == P::SeveralOrigins;
    let span = if whole { text.span } else { part_of(text.span, &text.value, error.place) };
    let (code, message, label) = match error.problem {
        P::Empty => (&codes::MALFORMED_ORIGIN, "an empty text is no origin", "expected `scheme://host[:port]`"),
        P::BareWildcard => (&codes::BARE_WILDCARD_ORIGIN, "`*` is not an origin", "this would be every website"),
        P::Null => (
            &codes::NULL_ORIGIN,
            "`null` cannot be a frontend",
            "sandboxed frames and local files of anybody send `null`",
        ),
        P::SeveralOrigins => {
            (&codes::MALFORMED_ORIGIN, "several origins in one text", "an origin holds no comma and no space")
        }
        P::WhiteSpace => (&codes::NON_CANONICAL_ORIGIN, "white space in an origin", "no browser sends this"),
        P::MissingScheme => (&codes::MALFORMED_ORIGIN, "an origin without a scheme", "expected `scheme://host[:port]`"),
        P::BadScheme => (&codes::MALFORMED_ORIGIN, "pages of this scheme have no origin", "not a scheme with origins"),
        P::UserInfo => (&codes::NON_CANONICAL_ORIGIN, "an origin with a user", "no origin has a user"),
        P::Path => (&codes::NON_CANONICAL_ORIGIN, "an origin with a path", "an origin ends with its host or port"),
        P::TrailingSlash => {
            (&codes::NON_CANONICAL_ORIGIN, "an origin with a slash at the end", "an origin has no path, not even `/`")
        }
        P::UpperCase => (&codes::NON_CANONICAL_ORIGIN, "upper case in an origin", "browsers send lower case"),
        P::NonAscii => {
            (&codes::NON_CANONICAL_ORIGIN, "an origin that is not ASCII", "browsers send the host as punycode")
        }
        P::BadHost => (&codes::MALFORMED_ORIGIN, "not a host name", "no browser would send this host"),
        P::NonCanonicalAddress => {
            (&codes::NON_CANONICAL_ORIGIN, "not an address as browsers write it", "no browser sends this spelling")
        }
        P::BadPort => (&codes::MALFORMED_ORIGIN, "not a port", "expected a number from 1 to 65535, or `*`"),
        P::DefaultPort => {
            (&codes::NON_CANONICAL_ORIGIN, "an origin with its default port", "browsers leave this port out")
        }
        P::SeveralWildcards => (
            &codes::UNSUPPORTED_ORIGIN_WILDCARD,
            "more than one `*` in an origin",
            "S3 and CloudFront know one `*` in an origin",
        ),
        P::WildcardPlace => (
            &codes::UNSUPPORTED_ORIGIN_WILDCARD,
            "a `*` in the scheme of an origin",
            "`*` stands in the host or for the port",
        ),
        P::Pattern => (
            &codes::WILDCARD_ORIGIN_IN_EXPECTATION,
            "a `*` in the origin of a page",
            "an expectation is about one page, and that has one origin",
        ),
    };
    let shown = shown(&text.value);
    let message = match error.problem {
        P::Empty | P::BareWildcard | P::Null => message.to_owned(),
        _ => format!("{message}: `{shown}`"),
    };
    let mut finding = Diagnostic::new(code, span, message).label(label);
    finding = match error.problem {
        P::BareWildcard => finding.help("write `from: anyone` in the grant, and leave the frontend out"),
        P::Null => finding.help("serve the page from an origin of its own, and name that"),
        P::SeveralOrigins => finding.help(several),
        P::Pattern => finding.help("write one of the origins that it stands for"),
        P::SeveralWildcards => finding.help("split it into several origins with one `*` each"),
        _ => finding,
    };
    // The browser's spelling of the same origin is what was meant; anything else is a guess.
    let is_safe = code == &codes::NON_CANONICAL_ORIGIN && !matches!(error.problem, P::Path | P::UserInfo);
    diags.push(match error.corrected {
        // What a block of several lines holds cannot be replaced in one piece.
        Some(corrected) if text.value.contains('\n') => finding.help(format!("write `{corrected}`")),
        Some(corrected) => {
            let finding = finding.help(format!("write `{corrected}`")).fix_text(text.span, corrected);
            if is_safe { finding.safe() } else { finding }
        }
        None => finding,
    });
}
