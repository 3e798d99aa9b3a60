//! The rules, one file each.

mod bare_behavior;
mod bucket_policy;
mod cached_writes;
mod certificate;
mod credentials;
mod custom_headers;
mod edge_authorization;
mod error_pages;
mod etag;
mod functions;
mod header_lists;
mod host;
mod managed_preflight;
mod method_sets;
mod methods;
mod needless_key;
mod no_cors_through_cdn;
mod origins;
mod overlap;
mod own_host;
mod policy_kinds;
mod policy_version;
mod preflight_age;
mod preflight_allowed;
mod preflight_answer;
mod preflight_key;
mod quota;
mod raw_origins;
mod shadowed;
mod signed_preflight;
mod ttls;
mod two_owners;
mod two_voices;
mod unkeyed_origin;
mod uploads;
mod vary;

use super::Rule;

/// All of them.
pub(super) const RULES: &[Rule] = &[
    Rule { codes: &[&origins::LOCAL_ORIGIN, &origins::ORIGIN_PATTERN_REFUSED], check: origins::check },
    Rule { codes: &[], check: own_host::check },
    Rule { codes: &[&methods::GET_WITHOUT_HEAD], check: methods::check },
    Rule { codes: &[&credentials::CODE], check: credentials::check },
    Rule { codes: &[], check: header_lists::check },
    Rule { codes: &[&preflight_age::ABOVE, &preflight_age::NO_AGE], check: preflight_age::check },
    Rule { codes: &[&etag::CODE], check: etag::check },
    Rule { codes: &[&overlap::CODE], check: overlap::check },
    Rule { codes: &[&unkeyed_origin::CODE], check: unkeyed_origin::check },
    Rule { codes: &[&no_cors_through_cdn::CODE], check: no_cors_through_cdn::check },
    Rule { codes: &[&preflight_key::CODE], check: preflight_key::check },
    Rule { codes: &[&preflight_allowed::CODE], check: preflight_allowed::check },
    Rule { codes: &[&preflight_answer::CODE, &preflight_answer::UNFORWARDED], check: preflight_answer::check },
    Rule { codes: &[&managed_preflight::CODE], check: managed_preflight::check },
    Rule { codes: &[&ttls::DISABLED, &ttls::ENCODING], check: ttls::check },
    Rule { codes: &[&cached_writes::CODE], check: cached_writes::check },
    Rule { codes: &[&host::CODE], check: host::check },
    Rule { codes: &[&needless_key::COOKIES], check: needless_key::check },
    Rule { codes: &[&two_voices::CODE], check: two_voices::check },
    Rule {
        codes: &[&custom_headers::CORS, &custom_headers::VARY, &custom_headers::REMOVED, &custom_headers::EMPTY],
        check: custom_headers::check,
    },
    Rule { codes: &[&edge_authorization::CODE], check: edge_authorization::check },
    Rule { codes: &[&method_sets::CODE], check: method_sets::check },
    Rule { codes: &[&shadowed::CODE], check: shadowed::check },
    Rule { codes: &[&bare_behavior::CODE], check: bare_behavior::check },
    Rule { codes: &[&error_pages::CODE], check: error_pages::check },
    Rule {
        codes: &[
            &bucket_policy::SOURCE,
            &bucket_policy::WIDE,
            &bucket_policy::PUBLIC,
            &bucket_policy::MISSING,
            &bucket_policy::KMS,
        ],
        check: bucket_policy::check,
    },
    Rule {
        codes: &[&raw_origins::WEBSITE, &raw_origins::GLOBAL, &raw_origins::BOTH, &raw_origins::UNSIGNED],
        check: raw_origins::check,
    },
    Rule { codes: &[&two_owners::CODE], check: two_owners::check },
    Rule {
        codes: &[
            &functions::REFLECTS,
            &functions::UNPUBLISHED,
            &functions::LARGE,
            &functions::UPPER,
            &functions::SUCCESS,
        ],
        check: functions::check,
    },
    Rule { codes: &[&certificate::CODE], check: certificate::check },
    Rule { codes: &[&signed_preflight::CODE], check: signed_preflight::check },
    Rule { codes: &[&uploads::CODE, &uploads::WRITE_ONLY], check: uploads::check },
    Rule { codes: &[&vary::CODE], check: vary::check },
    Rule { codes: &[&policy_kinds::CODE], check: policy_kinds::check },
    Rule { codes: &[&policy_version::CODE], check: policy_version::check },
    Rule { codes: &[&quota::CODE], check: quota::check },
];
