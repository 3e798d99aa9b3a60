//! Redirects of the request itself.
//!
//! <https://fetch.spec.whatwg.org/#http-redirect-fetch>

use super::console::Complaint;
use super::request::{Request, is_origin_of};
use crate::simulate::{HttpResponse, Url};

const MOST_REDIRECTS: u8 = 20;

/// <https://fetch.spec.whatwg.org/#redirect-status>
pub(super) fn is_redirect_status(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Turns the request to where the response points. `false` when it points nowhere: then it is a response like others.
pub(super) fn follow(request: &mut Request<'_>, response: &HttpResponse) -> Result<bool, Complaint> {
    if !is_redirect_status(response.status) {
        return Ok(false);
    }
    let Some(location) = response.headers.first("Location") else { return Ok(false) };
    let target = resolve(&request.url, location)?;
    let origin = &request.page.origin;
    if target.has_user_info && (request.is_cors || !is_origin_of(origin, &target.url)) {
        return Err(Complaint::RedirectUserInfo);
    }
    if target.url.host != request.url.host {
        return Err(Complaint::NotModelled(format!("the redirect to `{}` leads out of the model", target.url)));
    }
    if request.redirects == MOST_REDIRECTS {
        return Err(Complaint::TooManyRedirects);
    }
    request.redirects += 1;
    let turns_to_get = match response.status {
        301 | 302 => request.method == "POST",
        303 => request.method != "GET" && request.method != "HEAD",
        _ => false,
    };
    if turns_to_get {
        "GET".clone_into(&mut request.method);
        // <https://fetch.spec.whatwg.org/#request-body-header-name>
        for name in ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type"] {
            request.headers.delete(name);
        }
    }
    // The hosts are the same, so only the scheme makes a difference.
    if request.url.is_https != target.url.is_https {
        // <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
        request.headers.delete("Authorization");
        // <https://fetch.spec.whatwg.org/#concept-request-tainted-origin>
        request.is_tainted |= !is_origin_of(origin, &request.url);
    }
    let from = std::mem::replace(&mut request.url, target.url);
    request.redirected_from.get_or_insert(from);
    Ok(true)
}

struct Target {
    url: Url,
    has_user_info: bool,
}

/// The address that a `Location` names. <https://fetch.spec.whatwg.org/#concept-response-location-url>
fn resolve(base: &Url, location: &str) -> Result<Target, Complaint> {
    let location = location.split('#').next().unwrap_or_default();
    let absolute = |is_https: bool, rest: &str| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let default_port = if is_https { ":443" } else { ":80" };
        let host = host.strip_suffix(default_port).unwrap_or(host).to_ascii_lowercase();
        let url = with_path(&Url { is_https, host: host.into(), ..base.clone() }, path);
        Target { url, has_user_info: user.is_some_and(|user| !user.is_empty()) }
    };
    if let Some(rest) = location.strip_prefix("//") {
        return Ok(absolute(base.is_https, rest));
    }
    if let Some((scheme, rest)) = location.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?'])) {
        return match scheme.to_ascii_lowercase().as_str() {
            "https" => Ok(absolute(true, rest)),
            "http" => Ok(absolute(false, rest)),
            _ => Err(Complaint::RedirectAddress(location.to_owned())),
        };
    }
    let url = if location.starts_with('/') {
        with_path(base, location)
    } else if location.starts_with('?') {
        with_path(base, &format!("{}{location}", base.path))
    } else if location.split(['/', '?']).next().is_some_and(|first| first.contains(':')) {
        return Err(Complaint::RedirectAddress(location.to_owned()));
    } else {
        let folder = base.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        with_path(base, &format!("{folder}/{location}"))
    };
    Ok(Target { url, has_user_info: false })
}

fn with_path(base: &Url, path: &str) -> Url {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query.into())));
    let path = if path.is_empty() { "/" } else { path };
    Url { path: path.into(), query, ..base.clone() }
}
