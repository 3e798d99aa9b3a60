//! Names within a bundle: folders, payload files, and the environment variables of its scripts.
//!
//! Ids of a plan become paths and variable names only here, and only as harmless characters.

use crate::plan::{AssetPlan, LogicalId};

pub(super) const BUCKET_CORS: &str = "bucket-cors.cli.json";
pub(super) const BUCKET_POLICY: &str = "bucket-policy.statements.json";
pub(super) const KEY_POLICY: &str = "key-policy.statements.json";
pub(super) const CACHE_BEHAVIORS: &str = "cache-behaviors.json";
pub(super) const INVALIDATION: &str = "invalidation.paths.json";
pub(super) const ORIGIN_CONTRACT: &str = "origin-contract.json";
pub(super) const CHECKS: &str = "checks.json";

/// Kinds of named policies: stems of files, and the words of `aws cloudfront create-KIND`.
pub(super) const ORIGIN_ACCESS_CONTROL: &str = "origin-access-control";
pub(super) const CACHE_POLICY: &str = "cache-policy";
pub(super) const ORIGIN_REQUEST_POLICY: &str = "origin-request-policy";
pub(super) const RESPONSE_HEADERS_POLICY: &str = "response-headers-policy";

/// The stem of the files of a function: its settings, and its code.
pub(super) const FUNCTION: &str = "function";

/// The folder of one asset.
pub(super) struct Folder(String);

impl Folder {
    pub(super) fn of(asset: &AssetPlan) -> Self {
        Self(file_name(&asset.id))
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    pub(super) fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }
}

/// The payload file of a policy: `static/cache-policy.json`, or `static/cache-policy.fonts.json`.
pub(super) fn policy_file(kind: &str, id: &LogicalId) -> String {
    let folder = file_name(&id.asset);
    match &id.part {
        Some(part) => format!("{folder}/{kind}.{}.json", file_name(part)),
        None => format!("{folder}/{kind}.json"),
    }
}

/// The code of a function: `static/function.js`, or `static/function.fonts.js`.
pub(super) fn code_file(id: &LogicalId) -> String {
    let settings = policy_file(FUNCTION, id);
    format!("{}.js", settings.strip_suffix(".json").unwrap_or(&settings))
}

/// What is in the key value store of a function: `static/function.store.json`.
pub(super) fn store_file(id: &LogicalId) -> String {
    let settings = policy_file(FUNCTION, id);
    format!("{}.store.json", settings.strip_suffix(".json").unwrap_or(&settings))
}

/// `CORSYNTH_BUCKET_PREVIEW_BUILDS`.
pub(super) fn variable(what: &str, asset: &str) -> String {
    let asset: String =
        asset.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("CORSYNTH_{what}_{asset}")
}

/// Ids are lower case letters, digits and hyphens and stay as they are. Any other character of a plan that was
/// made otherwise becomes its code, so that a name is never a path and two ids never share one.
fn file_name(id: &str) -> String {
    let mut name = String::new();
    for c in id.chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' {
            name.push(c);
        } else {
            name.extend(["_", &format!("{:x}", u32::from(c)), "_"]);
        }
    }
    if name.is_empty() { "_".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_never_leave_their_folder() {
        assert_eq!(file_name("media-eu"), "media-eu");
        assert_eq!(file_name("../a"), "_2e__2e__2f_a");
        assert_eq!(file_name(""), "_");
        assert_eq!(variable("URL", "a-b$(c)"), "CORSYNTH_URL_A_B__C_");
    }
}
