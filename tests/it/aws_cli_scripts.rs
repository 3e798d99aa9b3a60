//! The bundle's scripts, run against a stand-in for `aws` (`fake_aws.sh`).
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test that cannot go on says so by a panic, and makes its own files"
)]

mod functions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use corsynth::plan::Plan;
use serde_json::{Value, json};

use crate::aws_cli::{hostile_plan, on_disk};
use crate::sample_plan;
use crate::support::{project, tool};

const DISTRIBUTION: &str = "E2EXAMPLE123AB";

/// A bundle on disk, and the account that it is about.
struct Account {
    name: String,
    bundle: PathBuf,
    state: PathBuf,
    environment: Vec<(&'static str, String)>,
}

struct Run {
    status: i32,
    output: String,
    /// What was called by this run, without what only reads.
    writes: Vec<(String, Value)>,
}

/// `None` when the programs that the scripts need are missing.
fn account(name: &str, plan: &Plan) -> Option<Account> {
    if !["bash", "jq", "diff"].iter().all(|program| tool(program, "--version")) {
        return None;
    }
    let state = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("aws-cli-state").join(name);
    let _ = std::fs::remove_dir_all(&state);
    std::fs::create_dir_all(state.join("bin")).unwrap();
    std::fs::create_dir_all(state.join("empty")).unwrap();
    for (program, script) in [("aws", "fake_aws.sh"), ("curl", "fake_curl.sh")] {
        let text = std::fs::read_to_string(project("tests/it").join(script)).unwrap();
        let path = state.join("bin").join(program);
        std::fs::write(&path, text).unwrap();
        make_executable(&path);
    }
    let account = Account { name: name.to_owned(), bundle: on_disk(name, plan), state, environment: Vec::new() };
    account.write("key", &json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "Root", "Effect": "Allow" }] }));
    account.write(&format!("distribution.{DISTRIBUTION}"), &distribution());
    Some(account)
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_: &Path) {}

/// A distribution of somebody else's, from before cache policies, with functions and signers.
fn distribution() -> Value {
    let behavior = json!({
        "TargetOriginId": "their-bucket",
        "ViewerProtocolPolicy": "allow-all",
        "ForwardedValues": { "QueryString": false, "Cookies": { "Forward": "none" } },
        "MinTTL": 0,
        "TrustedKeyGroups": { "Enabled": true, "Quantity": 1, "Items": ["keys"] },
        "FunctionAssociations": { "Quantity": 1, "Items": [{ "EventType": "viewer-request", "FunctionARN": "arn" }] },
    });
    let with = |path: &str, origin: &str| {
        let mut behavior = behavior.clone();
        behavior["PathPattern"] = path.into();
        behavior["TargetOriginId"] = origin.into();
        behavior
    };
    json!({
        "CallerReference": "theirs",
        "Origins": { "Quantity": 2, "Items": [
            { "Id": "their-bucket", "DomainName": "acme-static-prod.s3.amazonaws.com", "OriginPath": "",
              "S3OriginConfig": { "OriginAccessIdentity": "origin-access-identity/cloudfront/E1" } },
            { "Id": "api", "DomainName": "api.example.com", "CustomOriginConfig": { "HTTPPort": 80 } },
        ] },
        "DefaultCacheBehavior": behavior,
        "CacheBehaviors": { "Quantity": 3, "Items": [
            with("/fonts/licensed/*", "api"), with("/api/*", "api"), with("*.woff2", "their-bucket"),
        ] },
    })
}

impl Account {
    fn write(&self, file: &str, value: &Value) {
        std::fs::write(self.state.join(file), value.to_string()).unwrap();
    }

    fn read(&self, file: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.state.join(file)).unwrap()).unwrap()
    }

    /// All documents in the account.
    fn documents(&self) -> BTreeMap<String, Value> {
        let files =
            std::fs::read_dir(&self.state).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        files
            .filter(|name| !["bin", "empty", "calls", "requests", "race", "answer"].contains(&name.as_str()))
            .map(|name| (name.clone(), self.read(&name)))
            .collect()
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Run {
        let calls = self.state.join("calls");
        let _ = std::fs::remove_file(&calls);
        let path = format!("{}:{}", self.state.join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash")
            .arg(self.bundle.join(script))
            .args(arguments)
            .current_dir(self.state.join("empty"))
            .env("PATH", path)
            .env("FAKE_AWS", &self.state)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        let calls = std::fs::read_to_string(calls).unwrap_or_default();
        let writes = calls.lines().filter_map(|line| {
            let call: Value = serde_json::from_str(line).unwrap();
            let operation = call["arguments"][1].as_str().unwrap().to_owned();
            let reads = ["get-", "list-", "describe-"].iter().any(|verb| operation.starts_with(verb));
            (!reads).then(|| (operation, call["payload"].clone()))
        });
        Run {
            status: output.status.code().unwrap(),
            output: String::from_utf8_lossy(&text).into_owned(),
            writes: writes.collect(),
        }
    }

    #[track_caller]
    fn succeed(&self, script: &str, arguments: &[&str]) -> Run {
        let run = self.run(script, arguments);
        assert_eq!(run.status, 0, "{}: {script}\n{}", self.name, run.output);
        run
    }

    fn backups(&self) -> usize {
        std::fs::read_dir(self.bundle.join("backup")).map_or(0, Iterator::count)
    }

    /// Another version of the intent, in the same place: the backups stay.
    fn emit(&mut self, plan: &Plan) {
        let backup = std::fs::rename(self.bundle.join("backup"), self.state.with_extension("backup"));
        self.bundle = on_disk(&self.name, plan);
        if backup.is_ok() {
            std::fs::rename(self.state.with_extension("backup"), self.bundle.join("backup")).unwrap();
        }
    }
}

impl Run {
    fn operations(&self) -> Vec<&str> {
        self.writes.iter().map(|(operation, _)| operation.as_str()).collect()
    }

    fn last_line(&self) -> &str {
        self.output.lines().last().unwrap_or_default()
    }
}

fn edge() -> Plan {
    sample_plan::plan(vec![sample_plan::static_asset()])
}

#[test]
fn applying_twice_changes_once_and_a_rollback_undoes_it() {
    let Some(account) = account("twice", &edge()) else { return };
    account.write(
        "cors.acme-static-prod",
        &json!({ "CORSRules": [{ "ID": "theirs", "AllowedOrigins": ["https://partner.example"], "AllowedMethods": ["GET"] }] }),
    );
    let before = account.documents();

    let planned = account.succeed("plan.sh", &[]);
    assert_eq!(planned.last_line(), "dry run: nothing was changed");
    assert!(planned.writes.is_empty());
    assert_eq!((account.documents(), account.backups()), (before.clone(), 0));

    let first = account.succeed("apply.sh", &[]);
    assert_eq!(
        first.operations(),
        [
            "put-key-policy",
            "put-bucket-policy",
            "put-bucket-cors",
            "create-origin-access-control",
            "create-cache-policy",
            "create-origin-request-policy",
            "create-response-headers-policy",
            "create-response-headers-policy",
            "update-distribution",
            "wait",
            "create-invalidation",
            "wait",
        ]
    );
    let rules = account.read("cors.acme-static-prod");
    let ids: Vec<_> = rules["CORSRules"].as_array().unwrap().iter().map(|rule| rule["ID"].clone()).collect();
    assert_eq!(ids, ["theirs", "corsynth-admin", "corsynth-site"]);
    let after = account.documents();

    let second = account.succeed("apply.sh", &[]);
    assert_eq!(second.last_line(), "no changes");
    assert!(second.writes.is_empty(), "{:?}", second.operations());
    assert_eq!((account.documents(), account.backups()), (after, 1));

    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), before);
    let again = account.succeed("rollback.sh", &[]);
    assert_eq!(again.last_line(), "nothing to restore");
    assert!(again.writes.is_empty(), "{:?}", again.operations());
}

#[test]
fn a_distribution_keeps_what_is_not_ours() {
    let Some(account) = account("behaviors", &edge()) else { return };
    let run = account.succeed("apply.sh", &[]);
    let config = account.read(&format!("distribution.{DISTRIBUTION}"));

    // The new behaviour is behind its exception and in front of the pattern that overlaps it.
    let items = config["CacheBehaviors"]["Items"].as_array().unwrap();
    let paths: Vec<_> = items.iter().map(|item| item["PathPattern"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/fonts/licensed/*", "/api/*", "/fonts/*", "*.woff2"]);
    assert_eq!(config["CacheBehaviors"]["Quantity"], 4);
    assert!(run.output.contains(r#"the new behaviour "/fonts/*" starts as a copy"#), "{}", run.output);

    for behavior in [&items[2], &config["DefaultCacheBehavior"]] {
        assert_eq!(behavior["TargetOriginId"], "their-bucket");
        assert_eq!(behavior["TrustedKeyGroups"]["Enabled"], true);
        assert_eq!(behavior["FunctionAssociations"]["Quantity"], 1);
        assert_eq!(behavior["ViewerProtocolPolicy"], "redirect-to-https");
        assert!(behavior.get("ForwardedValues").is_none() && behavior.get("MinTTL").is_none());
    }
    assert_eq!(items[2]["CachePolicyId"], "658327ea-f89d-4fab-a63d-7e88639e58f6");
    let own = account.documents().into_iter().find(|(name, _)| name.starts_with("cache-policy.")).unwrap().1;
    assert_eq!(config["DefaultCacheBehavior"]["CachePolicyId"], own["id"]);
    assert_eq!(items[1], distribution()["CacheBehaviors"]["Items"][1]);

    let origins = config["Origins"]["Items"].as_array().unwrap();
    assert_eq!(origins.len(), 2);
    assert_eq!(origins[0]["S3OriginConfig"]["OriginAccessIdentity"], "");
    assert!(origins[0]["OriginAccessControlId"].is_string());
    assert_eq!(origins[1], distribution()["Origins"]["Items"][1]);
}

#[test]
fn a_server_becomes_an_origin_and_nothing_of_s3_is_touched() {
    let plan = sample_plan::plan(vec![sample_plan::api_asset()]);
    let Some(account) = account("server", &plan) else { return };
    let before = account.documents();
    let first = account.succeed("apply.sh", &[]);
    assert_eq!(
        first.operations(),
        [
            "create-cache-policy",
            "create-origin-request-policy",
            "update-distribution",
            "wait",
            "create-invalidation",
            "wait"
        ]
    );
    let config = account.read(&format!("distribution.{DISTRIBUTION}"));
    let origins = config["Origins"]["Items"].as_array().unwrap();
    assert_eq!((origins.len(), &config["Origins"]["Quantity"]), (3, &json!(3)));
    assert_eq!(origins[2]["DomainName"], "api.internal.acme.com");
    assert_eq!(origins[2]["CustomOriginConfig"]["HTTPSPort"], 8443);
    assert_eq!(origins[2]["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only");
    assert_eq!(origins[2]["CustomOriginConfig"]["OriginSslProtocols"], json!({ "Quantity": 1, "Items": ["TLSv1.2"] }));
    assert!(origins[2].get("S3OriginConfig").is_none() && origins[2].get("OriginAccessControlId").is_none());
    let fonts = config["CacheBehaviors"]["Items"].as_array().unwrap();
    let fonts = fonts.iter().find(|item| item["PathPattern"] == "/fonts/*").unwrap();
    assert_eq!(fonts["TargetOriginId"], "corsynth-public-api");
    let told = "the default behaviour sends requests to origin \"their-bucket\", not to the server";
    assert!(first.output.contains(told), "{}", first.output);

    let second = account.succeed("apply.sh", &[]);
    assert_eq!(second.last_line(), "no changes");
    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), before);
}

#[test]
fn a_server_that_is_an_origin_already_keeps_its_settings() {
    let plan = sample_plan::plan(vec![sample_plan::api_asset()]);
    let Some(account) = account("server-known", &plan) else { return };
    let mut distribution = distribution();
    let with = |port: u16, id: &str| {
        json!({ "Id": id, "DomainName": "api.internal.acme.com", "OriginPath": "", "CustomHeaders": { "Quantity": 0 },
          "CustomOriginConfig": { "HTTPPort": 80, "HTTPSPort": port, "OriginProtocolPolicy": "match-viewer",
            "OriginSslProtocols": { "Quantity": 1, "Items": ["TLSv1.1"] }, "OriginReadTimeout": 45 } })
    };
    let items = distribution["Origins"]["Items"].as_array_mut().unwrap();
    items.extend([with(443, "other-port"), with(8443, "theirs")]);
    distribution["Origins"]["Quantity"] = 4.into();
    account.write(&format!("distribution.{DISTRIBUTION}"), &distribution);
    account.succeed("apply.sh", &[]);
    let config = account.read(&format!("distribution.{DISTRIBUTION}"));
    let origins = config["Origins"]["Items"].as_array().unwrap();
    assert_eq!((origins.len(), &origins[2]), (4, &with(443, "other-port")));
    let mut expected = with(8443, "theirs");
    expected["CustomOriginConfig"]["OriginProtocolPolicy"] = "https-only".into();
    assert_eq!(origins[3], expected);
}

#[test]
fn verify_finds_a_server_that_allows_cookies_which_nobody_granted() {
    let plan = sample_plan::plan(vec![sample_plan::api_asset()]);
    let Some(mut account) = account("server-verify", &plan) else { return };
    account.environment.push(("CORSYNTH_URL_PUBLIC_API", "https://api.acme.com/img/a.png".to_owned()));
    account.environment.push(("FAKE_CURL_REFUSES", "https://corsynth-check.invalid".to_owned()));
    let answers = account.state.join("answer");
    account.environment.push(("FAKE_CURL", answers.display().to_string()));
    let checks = std::fs::read_to_string(account.bundle.join("public-api/checks.json")).unwrap();
    assert!(checks.contains("\"credentials\": \"refused\"") && checks.contains("\"method\": \"PATCH\""), "{checks}");
    let headers = "HTTP/2 200\r\nAccess-Control-Allow-Origin: ORIGIN\r\nAccess-Control-Expose-Headers: ETag\r\n\
                   Access-Control-Allow-Methods: GET, HEAD, PATCH, POST\r\nAccess-Control-Allow-Headers: x-trace, authorization\r\n";
    std::fs::write(&answers, format!("{headers}Access-Control-Allow-Credentials: true\r\n\r\n")).unwrap();
    let generous = account.run("verify.sh", &[]);
    assert_eq!(generous.status, 1, "{}", generous.output);
    let told = "access-control-allow-credentials: expected \"none\", got \"true\"";
    assert!(generous.output.contains(told), "{}", generous.output);
    assert!(generous.output.contains("ok        preflight: \"PATCH\""), "{}", generous.output);
}

#[test]
fn what_is_taken_away_goes_last() {
    let Some(mut account) = account("narrow", &edge()) else { return };
    account.succeed("apply.sh", &[]);
    let wide = account.documents();

    let mut asset = sample_plan::static_asset();
    asset.cors.as_mut().unwrap().rules[1].allowed_origins.remove(0);
    let cdn = asset.cdn.as_mut().unwrap();
    cdn.bucket_policy.pop();
    let cors = cdn.response_headers_policies[0].config.cors.as_mut().unwrap();
    cors.access_control_allow_origins.remove(0);
    account.emit(&sample_plan::plan(vec![asset]));

    let run = account.succeed("apply.sh", &[]);
    assert_eq!(
        run.operations(),
        [
            "put-bucket-cors",
            "update-response-headers-policy",
            "wait",
            "put-bucket-policy",
            "put-bucket-cors",
            "create-invalidation",
            "wait",
        ]
    );
    // In between, the bucket grants both.
    let between = run.writes[0].1["CORSRules"].to_string();
    assert!(between.contains("https://acme.com") && between.contains("corsynth-previous.1"), "{between}");
    let narrow = account.read("cors.acme-static-prod").to_string();
    assert!(!narrow.contains("https://acme.com") && !narrow.contains("previous"), "{narrow}");
    assert!(!account.read("policy.acme-static-prod").to_string().contains("CorsynthStaticList"));
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");

    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), wide);
}

#[test]
fn an_interrupted_run_is_finished_by_the_next() {
    let Some(account) = account("interrupted", &edge()) else { return };
    // The distribution is refused, after the bucket was written.
    let path = account.state.join("bin/aws");
    let fake = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, fake.replace("match \"$FAKE_AWS/distribution.$id\" &&", "refuse TooBad &&")).unwrap();
    let run = account.run("apply.sh", &[]);
    assert_eq!(run.status, 1, "{}", run.output);
    assert!(run.output.contains("TooBad") && run.output.contains("run apply.sh again to finish it"), "{}", run.output);
    std::fs::write(&path, fake).unwrap();

    let run = account.succeed("apply.sh", &[]);
    assert_eq!(run.operations()[0], "update-distribution");
    // One for each of the two runs.
    assert_eq!(run.operations().iter().filter(|operation| **operation == "create-invalidation").count(), 2);
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
}

#[test]
fn a_rule_in_front_of_ours_is_an_error_until_told_otherwise() {
    let Some(account) = account("shadow", &edge()) else { return };
    account.write(
        "cors.acme-static-prod",
        &json!({ "CORSRules": [{ "AllowedOrigins": ["https://*.acme.com"], "AllowedMethods": ["HEAD", "PUT"] }] }),
    );
    let before = account.documents();
    let run = account.run("apply.sh", &[]);
    assert_eq!(run.status, 1);
    assert!(run.output.contains("stands in front of \"corsynth-admin\""), "{}", run.output);
    assert_eq!(account.documents(), before);

    account.succeed("apply.sh", &["--replace-cors"]);
    assert_eq!(account.read("cors.acme-static-prod")["CORSRules"].as_array().unwrap().len(), 2);
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), before);
}

#[test]
fn a_stale_etag_is_read_again_once() {
    let Some(account) = account("race", &edge()) else { return };
    std::fs::write(account.state.join("race"), "").unwrap();
    let run = account.succeed("apply.sh", &[]);
    assert_eq!(run.operations().iter().filter(|operation| **operation == "update-distribution").count(), 2);
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
}

#[test]
fn an_unknown_distribution_remains_to_be_done() {
    let plan = sample_plan::plan(vec![sample_plan::preview_asset("eu-west-1")]);
    let Some(mut account) = account("unknown", &plan) else { return };
    let run = account.succeed("apply.sh", &[]);
    assert_eq!(run.operations(), ["put-bucket-cors", "create-origin-access-control", "create-cache-policy"]);
    assert!(run.output.contains("set CORSYNTH_DISTRIBUTION_PREVIEW_BUILDS to its id"), "{}", run.output);
    assert!(account.succeed("apply.sh", &[]).output.contains("no changes\nremains to be done:"));

    account.environment.push(("CORSYNTH_DISTRIBUTION_PREVIEW_BUILDS", DISTRIBUTION.to_owned()));
    let run = account.succeed("apply.sh", &[]);
    assert_eq!(run.operations()[..2], ["put-bucket-policy", "update-distribution"]);
    let policy = account.read("policy.acme-preview");
    assert_eq!(
        policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"],
        format!("arn:aws:cloudfront::111122223333:distribution/{DISTRIBUTION}")
    );
    // The bucket is no origin of theirs yet.
    let origins = account.read(&format!("distribution.{DISTRIBUTION}"))["Origins"].clone();
    assert_eq!(origins["Items"][2]["DomainName"], "acme-preview.s3.eu-west-1.amazonaws.com");
    assert_eq!(origins["Quantity"], 3);
}

#[test]
fn names_can_be_overridden() {
    let Some(mut account) = account("overridden", &edge()) else { return };
    account.environment.push(("CORSYNTH_NAME_PREFIX", "other".to_owned()));
    account.environment.push(("CORSYNTH_BUCKET_STATIC", "another-bucket".to_owned()));
    account.succeed("apply.sh", &[]);
    let documents = account.documents();
    assert!(documents.contains_key("cors.another-bucket"));
    assert_eq!(documents["policy.another-bucket"]["Statement"][0]["Resource"], "arn:aws:s3:::another-bucket/*");
    assert_eq!(documents["policy.another-bucket"]["Statement"][1]["Resource"], "arn:aws:s3:::another-bucket");
    let (_, policy) = documents.iter().find(|(name, _)| name.starts_with("cache-policy.")).unwrap();
    assert_eq!(policy["config"]["Name"], "other-static-cache-0a1b2c3d");

    for bad in ["a;b", "--x", "$(touch x)", "a b"] {
        account.environment.push(("CORSYNTH_BUCKET_STATIC", bad.to_owned()));
        let run = account.run("apply.sh", &[]);
        assert_eq!(run.status, 2, "{}", run.output);
        assert!(run.output.contains("is not valid") && run.writes.is_empty(), "{}", run.output);
    }
}

#[test]
fn another_account_is_refused() {
    let mut asset = sample_plan::static_asset();
    sample_plan::bucket_mut(&mut asset).account = Some("999999999999".into());
    let Some(account) = account("account", &sample_plan::plan(vec![asset])) else { return };
    let before = account.documents();
    let run = account.run("apply.sh", &[]);
    assert_eq!(run.status, 1);
    assert!(run.output.contains("the intent is about account 999999999999"), "{}", run.output);
    assert_eq!(account.documents(), before);
}

#[test]
fn text_of_a_plan_stays_data() {
    let text = "--endpoint-url=http://evil.test $(touch pwned)`touch pwned`'; touch pwned; '\"; touch pwned; \"\n\
                touch pwned\n\\(\"x\" | halt_error)${IFS}%s\\n$0*?[a]";
    let Some(mut account) = account("hostile", &hostile_plan(text)) else { return };
    account.write("distribution.EOTHER", &distribution());
    account.environment.push(("CORSYNTH_DISTRIBUTION_PREVIEW_BUILDS", "EOTHER".to_owned()));
    account.environment.push(("CORSYNTH_URL_STATIC", "https://cdn.acme.com".to_owned()));
    let before = account.documents();
    account.succeed("apply.sh", &[]);
    let rules = account.read("cors.acme-tiles")["CORSRules"].clone();
    assert_eq!(rules[0]["AllowedOrigins"][1], format!("https://{text}"));
    assert_eq!(rules[0]["ExposeHeaders"], json!([text]));
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
    account.run("verify.sh", &[]);
    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), before);
    for folder in [account.state.join("empty"), account.bundle.clone()] {
        let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!names.iter().any(|name| name == "pwned"), "{names:?}");
    }
}

#[test]
fn verify_compares_what_a_browser_would_read() {
    let Some(mut account) = account("verify", &edge()) else { return };
    account.environment.push(("CORSYNTH_URL_STATIC", "https://cdn.acme.com/img/a.png".to_owned()));
    let headers = "HTTP/2 200\r\nAccess-Control-Allow-Origin: ORIGIN\r\naccess-control-expose-headers: etag\r\n\
                   Access-Control-Allow-Methods: GET, HEAD\r\nAccess-Control-Allow-Headers: range, if-range\r\n\r\n";
    let answers = account.state.join("answer");
    std::fs::write(&answers, headers).unwrap();
    account.environment.push(("FAKE_CURL", answers.display().to_string()));

    // An edge that answers the allowed origins only.
    account.environment.push(("FAKE_CURL_REFUSES", "https://corsynth-check.invalid".to_owned()));
    let good = account.run("verify.sh", &[]);
    assert_eq!(good.status, 0, "{}", good.output);
    assert!(good.output.contains("https://cdn.acme.com/img/a.png"), "{}", good.output);
    let requests = std::fs::read_to_string(account.state.join("requests")).unwrap();
    assert!(requests.contains("Access-Control-Request-Headers: if-range,range"), "{requests}");
    let origins: Vec<_> =
        requests.lines().filter(|line| line.contains("/img/a.png") && !line.contains("OPTIONS")).collect();
    assert!(!origins[0].contains("Origin:"), "{requests}");
    assert!(origins[1].contains("Origin: https://acme.com") && origins[2].contains("Origin: https://www.acme.com"));

    // One that answers everybody, whoever asks.
    account.environment.push(("FAKE_CURL_REFUSES", "nobody".to_owned()));
    let open = account.run("verify.sh", &[]);
    assert_eq!(open.status, 1, "{}", open.output);
    assert!(open.output.contains("DIFFERENT refused: \"GET\""), "{}", open.output);
}
