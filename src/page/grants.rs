//! What the intent grants, in one sentence a grant.

use super::markup::{Element, element, prose};
use super::{Page, line_link};
use crate::fetch::{HeaderName, HeaderPattern, Method};
use crate::intent::{Credentials, Grant, Intent, Target};

/// The grants as a list. Everything else is denied, which is said, too.
pub(super) fn grants(page: &Page<'_>, intent: &Intent) -> Vec<Element> {
    let item = |grant: &Grant| {
        let line = page.compiled.source.position(grant.span.start).line;
        prose(element("li"), &sentence(intent, grant)).text(" (").child(line_link(line)).text(")")
    };
    let withheld = intent
        .withheld
        .iter()
        .map(|frontend| prose(element("p"), &format!("`{}` is kept from this environment.", frontend.id.value)));
    let rest = element("p").text("Everything else is denied.");
    std::iter::once(element("ol").children(intent.grants.iter().map(item))).chain(withheld).chain([rest]).collect()
}

/// "Pages of `shop` may read … "
fn sentence(intent: &Intent, grant: &Grant) -> String {
    let who = match grant.frontends.as_slice() {
        [one] if one == "anyone" => "Every website".to_owned(),
        frontends => format!("Pages of {}", listed(frontends.iter().map(String::as_str))),
    };
    let methods = listed(grant.methods.iter().map(Method::as_str));
    let to = listed(
        grant.to.iter().map(|target| target_name(intent, target)).collect::<Vec<_>>().iter().map(String::as_str),
    );
    let kind = if grant.upload.is_some() { "upload to" } else { "use" };
    let headers: Vec<&str> = grant.request_headers.iter().map(HeaderPattern::as_str).collect();
    let exposed: Vec<String> = grant.expose.iter().map(HeaderName::spelled).collect();
    let sent = if headers.is_empty() { String::new() } else { format!(", may send {}", listed(headers.into_iter())) };
    let read = if exposed.is_empty() {
        String::new()
    } else {
        format!(", and read {}", listed(exposed.iter().map(String::as_str)))
    };
    let shown = match grant.credentials {
        Credentials::None => "",
        Credentials::Cookies => ", with cookies",
        Credentials::SignedCookies => ", with signed cookies of CloudFront",
        Credentials::SignedUrls => ", by signed URLs of CloudFront",
        Credentials::Bearer => ", with an `Authorization` header of their own",
    };
    format!("{who} may {kind} {to} with {methods}{shown}{sent}{read}.")
}

fn target_name(intent: &Intent, target: &Target) -> String {
    let asset = intent.assets.get(target.asset);
    let path = target.path.and_then(|path| Some(format!("/{}", asset?.paths.get(path)?.id.value)));
    format!("{}{}", asset.map_or("", |asset| asset.id.value.as_str()), path.unwrap_or_default())
}

/// `a`, `b` and `c`
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
