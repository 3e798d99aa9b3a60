//! The CORS check of a response, and the header names that it exposes.

use super::console::Complaint;
use super::list::{Extracted, combined, extract};
use crate::fetch::header::{is_cors_safelisted_response_header_name, is_forbidden_response_header_name};
use crate::fetch::{CredentialsMode, HeaderList};

/// <https://fetch.spec.whatwg.org/#cors-check>
pub(super) fn cors_check(origin: &str, credentials: CredentialsMode, response: &HeaderList) -> Result<(), Complaint> {
    let with_credentials = credentials == CredentialsMode::Include;
    let Some(allowed) = combined(response, "Access-Control-Allow-Origin") else {
        return Err(Complaint::NoAllowOrigin);
    };
    if allowed == "*" {
        return if with_credentials { Err(Complaint::WildcardWithCredentials) } else { Ok(()) };
    }
    if allowed != origin {
        return Err(Complaint::OtherOrigin(allowed.into_owned()));
    }
    if !with_credentials {
        return Ok(());
    }
    match combined(response, "Access-Control-Allow-Credentials") {
        Some(value) if value == "true" => Ok(()),
        value => Err(Complaint::NoCredentials(value.unwrap_or_default().into_owned())),
    }
}

/// The names that a page may read beside the safelisted ones, of a response that passed the CORS check.
/// <https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list>
///
/// With credentials `*` is the name of a header that nobody has, and left out.
pub(super) fn exposed_header_names(credentials: CredentialsMode, response: &HeaderList) -> Vec<String> {
    let Extracted::Tokens(tokens) = extract(response, "Access-Control-Expose-Headers") else { return Vec::new() };
    if credentials != CredentialsMode::Include && tokens.contains(&"*") {
        return vec!["*".to_owned()];
    }
    let names = tokens.into_iter().filter(|name| {
        *name != "*" && !is_cors_safelisted_response_header_name(name) && !is_forbidden_response_header_name(name)
    });
    let mut names: Vec<String> = names.map(str::to_ascii_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    names
}
