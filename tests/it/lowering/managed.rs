//! A policy of AWS's own is used exactly where it says what is needed.
//!
//! The tables are those of
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
//! `using-managed-origin-request-policies.html` and `using-managed-response-headers-policies.html`.

use corsynth::aws::cloudfront::{CachePolicyConfig, ItemBehavior, ResponseHeadersPolicyConfig, SecurityHeaders};
use corsynth::compile::{Input, Syntax, compile};
use corsynth::plan::{Cdn, PolicyRef};

/// What a cache policy says: the three ages, the headers in the key, query strings, cookies, and the two encodings.
type CacheTable = (u64, u64, u64, &'static [&'static str], bool, bool, bool, bool);

const CACHE: [(&str, CacheTable); 4] = [
    ("658327ea-f89d-4fab-a63d-7e88639e58f6", (1, 86_400, 31_536_000, &[], false, false, true, true)),
    ("4135ea2d-6df8-44a3-9df3-4b5a84be39ad", (0, 0, 0, &[], false, false, false, false)),
    ("b2884449-e4de-46a7-ac36-70bc7f1ddd6d", (1, 86_400, 31_536_000, &[], false, false, false, false)),
    ("08627262-05a9-4f76-9ded-b50ca2e3a84f", (0, 86_400, 31_536_000, &["Origin"], true, false, true, false)),
];

const SECURITY: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

fn cdn(settings: &str, grant: &str) -> Cdn {
    let yaml = format!(
        "version: 1\nname: acme\nassets:\n  files: {{ bucket: acme-files, region: eu-west-1, cdn: {{ {settings} }} }}\n\
         frontends:\n  site: https://www.acme.example\nallow:\n  - {{ from: site, to: files, {grant} }}\n"
    );
    let compiled = compile(Input { name: "m.yaml".to_owned(), bytes: yaml.into_bytes(), syntax: Syntax::Yaml });
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    plan.assets[0].cdn.clone().expect("a CDN")
}

fn says(config: &CachePolicyConfig, table: &CacheTable) -> bool {
    let (min, default, max, headers, query, cookies, gzip, brotli) = *table;
    let all = |behavior: ItemBehavior| behavior == ItemBehavior::All;
    (config.min_ttl, config.default_ttl, config.max_ttl) == (min, default, max)
        && config.headers == headers
        && (all(config.query_string_behavior), all(config.cookie_behavior)) == (query, cookies)
        && (config.enable_accept_encoding_gzip, config.enable_accept_encoding_brotli) == (gzip, brotli)
}

#[test]
fn managed_policies_are_chosen_exactly_where_they_say_the_same() {
    let ages = [
        (None, (0, 86_400, 31_536_000)),
        (Some("min: 1"), (1, 86_400, 31_536_000)),
        (Some("min: 1, default: 1d, max: 365d"), (1, 86_400, 31_536_000)),
        (Some("min: 2"), (2, 86_400, 31_536_000)),
        (Some("default: 1h"), (0, 3600, 31_536_000)),
        (Some("max: 1"), (0, 1, 1)),
        (Some("max: 0"), (0, 0, 0)),
    ];
    let mut managed = 0;
    for (ttl, (min, default, max)) in ages {
        for (authority, key) in [("edge", true), ("edge", false), ("bucket", true)] {
            for grant in ["use: fonts", "use: range", "upload: { how: multipart, via: cdn }"] {
                for security in [false, true] {
                    let ttl = ttl.map_or_else(String::new, |ttl| format!(", ttl: {{ {ttl} }}"));
                    let settings =
                        format!("authority: {authority}, key-on-origin: {key}, security-headers: {security}{ttl}");
                    let plan = cdn(&settings, grant);
                    let behavior = &plan.behaviors[0];
                    let writes = grant.starts_with("upload");
                    let caches = max > 0 && !writes;
                    match &behavior.cache_policy {
                        PolicyRef::Managed(policy) => {
                            let (_, (low, usual, high, headers, ..)) =
                                CACHE.iter().find(|(id, _)| *id == policy.id).expect("a policy of the table");
                            let needed = if caches { (min, default, max) } else { (0, 0, 0) };
                            assert_eq!((*low, *usual, *high), needed, "{settings} {grant}");
                            assert!(headers.is_empty() && (!key || !caches), "{settings} {grant}");
                            managed += 1;
                        }
                        PolicyRef::Own(id) => {
                            let config = &plan.cache_policies.iter().find(|p| p.id == *id).unwrap().config;
                            assert!(caches, "{settings} {grant}");
                            assert_eq!((config.min_ttl, config.default_ttl, config.max_ttl), (min, default, max));
                            assert!(!CACHE.iter().any(|(_, table)| says(config, table)), "{settings} {grant}");
                        }
                    }
                    let forwards = behavior.origin_request_policy.as_ref().map(|policy| match policy {
                        PolicyRef::Managed(policy) => policy.id,
                        PolicyRef::Own(id) => panic!("{id:?}"),
                    });
                    let alone = !key && grant == "use: fonts";
                    let needed = match (writes, alone) {
                        // AllViewerExceptHostHeader: uploads have any headers and query strings.
                        (true, _) => Some("b689b0a8-53d0-40ab-baf2-68738e2966ac"),
                        (false, true) => None,
                        // CORS-S3Origin: `Origin` and the two headers of a preflight.
                        (false, false) => Some("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"),
                    };
                    assert_eq!(forwards, needed, "{settings} {grant}");
                    let speaks = authority == "edge" && !writes;
                    match &behavior.response_headers_policy {
                        Some(PolicyRef::Managed(policy)) => {
                            assert!(policy.id == SECURITY && security && !speaks, "{settings} {grant}");
                        }
                        Some(PolicyRef::Own(id)) => {
                            let own = plan.response_headers_policies.iter().find(|p| p.id == *id).unwrap();
                            assert!(own.config.cors.is_some() && speaks, "{settings} {grant}");
                            assert_eq!(own.config.security_headers.is_some(), security);
                        }
                        None => assert!(!speaks && !security, "{settings} {grant}"),
                    }
                }
            }
        }
    }
    assert!(managed > 20, "{managed}");
}

/// Referrer-Policy, HSTS for a year, nosniff (the one that overrides), SAMEORIGIN, `1; mode=block`.
#[test]
fn own_security_headers_are_those_of_the_managed_policy() {
    let plan = cdn("security-headers: true", "use: fonts");
    let ResponseHeadersPolicyConfig { security_headers, .. } = &plan.response_headers_policies[0].config;
    assert_eq!(
        security_headers.as_ref(),
        Some(&SecurityHeaders {
            strict_transport_security_max_age: 31_536_000,
            frame_option: "SAMEORIGIN".to_owned(),
            referrer_policy: "strict-origin-when-cross-origin".to_owned(),
            xss_protection_block: true,
            content_type_options_override: true,
        })
    );
}
