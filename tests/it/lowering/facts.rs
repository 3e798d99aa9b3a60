//! Small intents, and the facts of their plans as short texts.

use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::plan::{Cdn, Plan, PolicyRef};
use std::fmt::Write as _;

fn compiled(yaml: &str) -> Compiled {
    compile(Input { name: "corsynth.yaml".to_owned(), bytes: yaml.as_bytes().to_vec(), syntax: Syntax::Yaml })
}

/// An intent with one asset `files` and two frontends, `site` and `shop`; `asset` and `allow` are flow YAML.
fn intent(asset: &str, allow: &[&str]) -> String {
    let grants = allow.iter().map(|grant| format!("  - {{ {grant} }}\n")).collect::<Vec<_>>().concat();
    format!(
        "version: 1\nname: acme\nassets:\n  files: {{ bucket: acme-files, region: eu-west-1, {asset} }}\n\
         frontends:\n  site: https://www.acme.example\n  shop: https://shop.acme.example\n  any: https://*.acme.example\n\
         allow:\n{grants}"
    )
}

#[track_caller]
fn planned(asset: &str, allow: &[&str]) -> (Plan, Vec<String>) {
    let compiled = compiled(&intent(asset, allow));
    let choices = compiled.choices.into_iter().map(|choice| choice.text).collect();
    (compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics)), choices)
}

#[track_caller]
fn planned_cdn(cdn: &str, allow: &[&str]) -> Cdn {
    let paths = "paths: { fonts: /fonts/*, latin: /fonts/latin/*, inbox: /inbox/*, js: /*.js }";
    let (plan, _) = planned(&format!("{paths}, cdn: {{ {cdn} }}"), allow);
    plan.assets[0].cdn.clone().expect("the asset has a CDN")
}

fn name(policy: &PolicyRef) -> String {
    match policy {
        PolicyRef::Managed(policy) => policy.name.to_owned(),
        PolicyRef::Own(id) => format!("own {}", id.key()),
    }
}

/// A line for each behaviour: path, allowed and cached methods, and the three policies.
fn behaviors(cdn: &Cdn) -> String {
    let mut out = String::new();
    for behavior in &cdn.behaviors {
        let path = behavior.path_pattern.as_deref().unwrap_or("default");
        let (allowed, cached) = (behavior.allowed_methods.methods().len(), behavior.cached_methods.methods().len());
        let of = |policy: &Option<PolicyRef>| policy.as_ref().map_or_else(|| "none".to_owned(), name);
        let policies =
            [name(&behavior.cache_policy), of(&behavior.origin_request_policy), of(&behavior.response_headers_policy)];
        writeln!(out, "{path} {allowed}/{cached} {}", policies.join(", ")).unwrap();
    }
    out
}

/// A line for each response headers policy.
fn policies(cdn: &Cdn) -> String {
    let mut out = String::new();
    for policy in &cdn.response_headers_policies {
        write!(out, "{}:", policy.id.key()).unwrap();
        if let Some(cors) = &policy.config.cors {
            let lists = [
                &cors.access_control_allow_origins,
                &cors.access_control_allow_methods,
                &cors.access_control_allow_headers,
                &cors.access_control_expose_headers,
            ];
            let lists: Vec<String> = lists.iter().map(|list| list.join(" ")).collect();
            write!(out, " {} | {}", lists.join(" | "), cors.access_control_max_age_sec).unwrap();
        }
        for header in &policy.config.custom_headers {
            write!(out, " {}: {}", header.header, header.value).unwrap();
        }
        out.push_str(if policy.config.security_headers.is_some() { " + security\n" } else { "\n" });
    }
    out
}

/// A line for each rule of the bucket.
fn rules(plan: &Plan) -> String {
    let rules = plan.assets[0].cors.iter().flat_map(|cors| &cors.rules);
    let lines = rules.map(|rule| {
        let lists = [&rule.allowed_origins, &rule.allowed_methods, &rule.allowed_headers, &rule.expose_headers];
        let lists: Vec<String> = lists.iter().map(|list| list.join(" ")).collect();
        format!("{}: {} | {}\n", rule.id, lists.join(" | "), rule.max_age_seconds)
    });
    lines.collect::<Vec<_>>().concat()
}

fn statements(cdn: &Cdn) -> String {
    let all = cdn.bucket_policy.iter().chain(&cdn.key_policy);
    all.map(|s| format!("{} {:?} {}\n", s.sid, s.resource, s.actions.join(" "))).collect::<Vec<_>>().concat()
}

#[test]
fn the_edge_speaks_with_origin_in_the_key_and_the_bucket_answers_preflights() {
    let cdn = planned_cdn("", &["from: site, to: files, use: range"]);
    assert_eq!(behaviors(&cdn), "default 3/3 own files, CORS-S3Origin, own files\n");
    assert_eq!(
        policies(&cdn),
        "files: https://www.acme.example | GET HEAD | if-range range | Accept-Ranges Content-Range ETag | 7200\n"
    );
    assert_eq!(
        cdn.cache_policies[0].config.headers,
        ["Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"]
    );
    let (plan, _) = planned("cdn: {}", &["from: site, to: files, use: range"]);
    assert_eq!(
        rules(&plan),
        "corsynth-site-get-head: https://www.acme.example | GET HEAD | if-range range \
         | Accept-Ranges Content-Range ETag | 7200\n"
    );
}

#[test]
fn origin_is_in_the_key_wherever_the_bucket_or_an_exact_list_speaks() {
    for (cdn, allow, keyed) in [
        ("", "from: site, to: files, use: fonts", true),
        ("", "from: [site, shop], to: files, use: range", true),
        ("", "from: any, to: files, use: fonts", true),
        ("", "from: anyone, to: files, use: fonts", true),
        ("authority: bucket", "from: site, to: files, use: fonts", true),
        ("authority: bucket", "from: anyone, to: files, use: range", true),
        ("key-on-origin: false", "from: site, to: files, use: fonts", false),
        ("key-on-origin: false", "from: site, to: files, use: range", false),
        // Nothing is cached, so there is no key, and S3 hears `Origin` all the same.
        ("ttl: { max: 0 }", "from: site, to: files, use: fonts", false),
        ("authority: bucket, key-on-origin: false, ttl: { max: 0 }", "from: site, to: files, use: fonts", false),
    ] {
        let cdn_plan = planned_cdn(cdn, &[allow]);
        for behavior in &cdn_plan.behaviors {
            let headers = match &behavior.cache_policy {
                PolicyRef::Managed(_) => 0,
                PolicyRef::Own(id) => {
                    cdn_plan.cache_policies.iter().find(|p| p.id == *id).expect("an own policy").config.headers.len()
                }
            };
            assert_eq!(headers, if keyed { 3 } else { 0 }, "{cdn} {allow}");
            // A cached answer to `OPTIONS` needs all three in the key.
            assert_eq!(behavior.cached_methods.methods().contains(&"OPTIONS"), keyed, "{cdn} {allow}");
        }
    }
}

#[test]
fn without_the_key_the_edge_speaks_alone_where_no_preflight_is_needed() {
    let cdn = planned_cdn("key-on-origin: false", &["from: site, to: files, use: fonts"]);
    assert_eq!(behaviors(&cdn), "default 2/2 own files/unkeyed, none, own files\n");
    assert_eq!(policies(&cdn), "files: https://www.acme.example | GET HEAD | Accept |  | 7200\n");
    let cdn = planned_cdn("key-on-origin: false", &["from: site, to: files, use: range"]);
    assert_eq!(behaviors(&cdn), "default 3/2 own files/unkeyed, CORS-S3Origin, own files\n");
}

#[test]
fn the_bucket_speaks_where_it_is_told_to_or_written_to() {
    let cdn = planned_cdn("authority: bucket", &["from: any, to: files, use: fetch"]);
    assert_eq!(behaviors(&cdn), "default 3/3 own files, CORS-S3Origin, none\n");
    // Pages show images with plain tags, too; S3 sends no `Vary` to those.
    let cdn = planned_cdn("authority: bucket, security-headers: true", &["from: any, to: files, use: [images, fetch]"]);
    assert_eq!(behaviors(&cdn), "default 3/3 own files, CORS-S3Origin, own files\n");
    assert_eq!(policies(&cdn), "files: Vary: Origin + security\n");

    let upload = "from: shop, to: files/inbox, upload: { how: multipart, via: cdn }";
    // The bucket must not hear of the readers of fonts on the path of uploads, so the policy speaks for them alone.
    let cdn = planned_cdn("ttl: { min: 1h }", &["from: shop, to: files/fonts, use: fonts", upload]);
    assert_eq!(
        behaviors(&cdn),
        "/fonts/* 2/2 own files/unkeyed, none, own files/fonts\n\
         /inbox/* 7/2 CachingDisabled, AllViewerExceptHostHeader, none\n"
    );
}

#[test]
fn direct_uploads_do_not_touch_the_cdn() {
    let upload = "from: shop, to: files, upload: { how: presigned-put }";
    let (plan, choices) = planned("cdn: {}", &[upload]);
    assert!(plan.assets[0].cdn.is_none());
    assert_eq!(choices, ["nothing is granted through the CDN, so nothing is made for it"]);
    assert_eq!(rules(&plan), "corsynth-shop-put: https://shop.acme.example | PUT | content-type | ETag | 7200\n");
    let (plan, _) = planned("cdn: {}", &["from: site, to: files, use: fonts", upload]);
    let cdn = plan.assets[0].cdn.as_ref().expect("the site reads through it");
    assert_eq!(statements(cdn), "CorsynthFilesRead Objects s3:GetObject\n");
    assert_eq!(cdn.behaviors[0].allowed_methods.methods().len(), 3);
}

#[test]
fn more_specific_paths_come_first_and_equal_grants_share_a_policy() {
    let cdn = planned_cdn("", &["from: site, to: files/fonts, use: fonts", "from: shop, to: files/latin, use: fonts"]);
    assert_eq!(
        behaviors(&cdn),
        "/fonts/latin/* 2/2 own files/unkeyed, none, own files/latin\n\
         /fonts/* 2/2 own files/unkeyed, none, own files/fonts\n"
    );
    // What is granted on a path is granted on the paths inside.
    assert_eq!(
        policies(&cdn),
        "files/fonts: https://www.acme.example | GET HEAD | Accept |  | 7200\n\
         files/latin: https://shop.acme.example https://www.acme.example | GET HEAD | Accept |  | 7200\n"
    );
    let cdn = planned_cdn("", &["from: site, to: [files/fonts, files/inbox, files], use: fonts"]);
    assert_eq!(
        behaviors(&cdn),
        "/fonts/* 3/3 own files, CORS-S3Origin, own files/fonts\n\
         /inbox/* 3/3 own files, CORS-S3Origin, own files/fonts\n\
         default 3/3 own files, CORS-S3Origin, own files/fonts\n"
    );
}

#[test]
fn statements_let_in_what_is_granted_and_no_more() {
    let key = "encryption: sse-kms, kms-key: \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd\"";
    let read = "from: site, to: files, use: fetch";
    let put = "from: site, to: files, upload: { how: presigned-put, via: cdn }, credentials: signed-urls";
    let parts = "from: site, to: files, upload: { how: multipart, via: cdn }";
    let delete = "from: site, to: files, use: fetch, methods: [DELETE]";
    for (asset, allow, expected) in [
        ("cdn: {}", read, "CorsynthFilesRead Objects s3:GetObject\n"),
        (
            "cdn: { missing-objects: 404 }",
            read,
            "CorsynthFilesRead Objects s3:GetObject\nCorsynthFilesList Bucket s3:ListBucket\n",
        ),
        ("cdn: {}", put, "CorsynthFilesRead Objects s3:GetObject\nCorsynthFilesWrite Objects s3:PutObject\n"),
        (
            "cdn: {}",
            parts,
            "CorsynthFilesRead Objects s3:GetObject\n\
             CorsynthFilesWrite Objects s3:AbortMultipartUpload s3:ListMultipartUploadParts s3:PutObject\n",
        ),
        ("cdn: {}", delete, "CorsynthFilesRead Objects s3:GetObject\nCorsynthFilesWrite Objects s3:DeleteObject\n"),
        (
            &format!("{key}, cdn: {{}}"),
            read,
            "CorsynthFilesRead Objects s3:GetObject\nCorsynthFilesUseKey Key kms:Decrypt\n",
        ),
        (
            &format!("{key}, cdn: {{}}"),
            put,
            "CorsynthFilesRead Objects s3:GetObject\nCorsynthFilesWrite Objects s3:PutObject\n\
             CorsynthFilesUseKey Key kms:Decrypt kms:Encrypt kms:GenerateDataKey*\n",
        ),
    ] {
        let (plan, _) = planned(asset, &[allow]);
        let cdn = plan.assets[0].cdn.as_ref().expect("a CDN");
        assert_eq!(statements(cdn), expected, "{asset} {allow}");
    }
}

#[test]
fn invalidations_cover_the_paths_that_changed() {
    let paths = |to: &str| planned_cdn("", &[&format!("from: site, to: {to}, use: fonts")]).invalidation_paths;
    assert_eq!(paths("files"), ["/*"]);
    assert_eq!(paths("files/fonts"), ["/fonts/*"]);
    assert_eq!(paths("[files/latin, files/inbox]"), ["/fonts/latin/*", "/inbox/*"]);
    // A `*` can only be the last character there.
    assert_eq!(paths("files/js"), ["/*"]);
    assert_eq!(paths("[files, files/fonts]"), ["/*"]);
}

#[test]
fn choices_are_told() {
    let (_, choices) = planned(
        "cdn: { ttl: { min: 1, default: 1d, max: 365d }, key-on-origin: false }",
        &["from: anyone, to: files, use: fonts"],
    );
    assert_eq!(
        choices,
        [
            "cache policy: the AWS managed `CachingOptimized` (658327ea-f89d-4fab-a63d-7e88639e58f6) says exactly what is needed",
        ]
    );
    let (_, choices) = planned(
        "paths: { fonts: /fonts/* }, cdn: {}",
        &["from: site, to: files, use: fonts", "from: shop, to: files/fonts, use: fonts"],
    );
    assert_eq!(
        choices[0],
        "`Origin` is kept from the bucket on path `/fonts/*`, all other paths: its rules know no paths, and would answer \
         there for grants of other paths"
    );
}

#[test]
fn an_asset_without_grants_is_left_alone() {
    let yaml = intent("cdn: {}", &["from: site, to: files, use: fonts"])
        .replace("frontends:", "  unused: { bucket: acme-unused, region: eu-west-1, cdn: {} }\nfrontends:");
    let plan = compiled(&yaml).plan.expect("a warning does not stop it");
    assert_eq!(plan.assets.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["files"]);
}
