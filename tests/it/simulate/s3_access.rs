//! Whom S3 lets in, what it answers then, and how it says so.

use super::s3_cases::{bucket, request};
use corsynth::deployed::{Bucket, Principal, Resource, Site, Source, Statement};
use corsynth::simulate::s3::{self, Client};
use corsynth::simulate::{ExchangeKind, HttpResponse, Reading, Readings, Step, Trace};
use serde_json::json;

const OWN: Client = Client::OwnDistribution { signs: true };
const UNSIGNED: Client = Client::OwnDistribution { signs: false };
const FOREIGN: Client = Client::ForeignDistribution;

fn statement(actions: &[&str], resource: Resource) -> Statement {
    Statement {
        sid: None,
        allows: true,
        principal: Principal::CloudFront,
        actions: actions.iter().map(|&action| action.to_owned()).collect(),
        resources: vec![resource],
        source: Source::OwnDistribution,
        other_conditions: Vec::new(),
        site: Site::default(),
    }
}

fn ask(bucket: &Bucket, client: Client, exists: bool, method: &str, path: &str) -> (HttpResponse, Vec<Step>) {
    let request = request(method, path, &json!({ "Origin": "https://app.test" }));
    let mut trace = Trace::new(true);
    let response = s3::respond(bucket, &Readings::default(), client, exists, &request, &mut trace);
    trace.exchange(ExchangeKind::Actual, request, response.clone());
    let steps = trace.into_exchanges().pop().expect("an exchange").steps;
    (response, steps)
}

fn status(bucket: &Bucket, client: Client, method: &str, path: &str) -> u16 {
    ask(bucket, client, true, method, path).0.status
}

#[test]
fn statements_are_judged_by_principal_source_action_and_resource() {
    let read = || statement(&["s3:GetObject"], Resource::Objects);
    let anyone = || Statement { principal: Principal::Anyone, source: Source::Any, ..read() };
    let table: [(&str, Vec<Statement>, [u16; 3]); 13] = [
        ("nothing", vec![], [403, 403, 403]),
        ("as it should be", vec![read()], [200, 403, 403]),
        ("any distribution", vec![Statement { source: Source::Any, ..read() }], [200, 403, 200]),
        ("everybody", vec![anyone()], [200, 200, 200]),
        ("everybody by way of ours", vec![Statement { source: Source::OwnDistribution, ..anyone() }], [200, 403, 403]),
        ("another source", vec![Statement { source: Source::Other("arn".into()), ..read() }], [403, 403, 403]),
        ("another principal", vec![Statement { principal: Principal::Other("arn".into()), ..read() }], [403, 403, 403]),
        ("another action", vec![statement(&["s3:PutObject"], Resource::Objects)], [403, 403, 403]),
        ("a pattern of actions", vec![statement(&["S3:get*"], Resource::Objects)], [200, 403, 403]),
        ("the bucket only", vec![statement(&["s3:*"], Resource::Bucket)], [403, 403, 403]),
        ("keys like this", vec![statement(&["*"], Resource::ObjectsLike("a/?.txt".into()))], [200, 403, 403]),
        ("other keys", vec![statement(&["*"], Resource::ObjectsLike("b/*".into()))], [403, 403, 403]),
        (
            "a condition that is not modelled",
            vec![Statement { other_conditions: vec!["aws:SourceIp".into()], ..read() }],
            [403, 403, 403],
        ),
    ];
    for (name, policy, expected) in table {
        let bucket = Bucket { policy: Some(policy.clone()), ..Bucket::default() };
        let found = [OWN, UNSIGNED, FOREIGN].map(|client| status(&bucket, client, "GET", "/a/b.txt"));
        assert_eq!(found, expected, "{name}");
        let denies = Statement { allows: false, ..anyone() };
        let bucket = Bucket { policy: Some([policy, vec![denies]].concat()), ..bucket };
        assert_eq!(status(&bucket, OWN, "GET", "/a/b.txt"), 403, "{name}, and an explicit deny");
        assert_eq!(status(&bucket, Client::Direct, "GET", "/a/b.txt"), 200, "{name}: a browser is not judged");
    }
    let untold = Bucket::default();
    assert_eq!([OWN, UNSIGNED, FOREIGN].map(|client| status(&untold, client, "GET", "/a/b.txt")), [200; 3]);
    let encoded = Bucket { policy: Some(vec![statement(&["*"], Resource::ObjectsLike("a b/ü".into()))]), ..untold };
    assert_eq!(status(&encoded, OWN, "GET", "/a%20b/%C3%BC"), 200);
}

#[test]
fn each_method_needs_its_permission_and_has_its_status() {
    let table = [
        ("GET", "/o", Some("s3:GetObject"), 200),
        ("HEAD", "/o", Some("s3:GetObject"), 200),
        ("GET", "/o?uploadId=1", Some("s3:ListMultipartUploadParts"), 200),
        ("PUT", "/o", Some("s3:PutObject"), 200),
        ("POST", "/", Some("s3:PutObject"), 204),
        ("POST", "/?delete", Some("s3:DeleteObject"), 200),
        ("POST", "/o?uploads", Some("s3:PutObject"), 200),
        ("POST", "/o?uploadId=1", Some("s3:PutObject"), 200),
        ("DELETE", "/o", Some("s3:DeleteObject"), 204),
        ("DELETE", "/o?uploadId=1", Some("s3:AbortMultipartUpload"), 204),
        ("POST", "/o", None, 405),
        ("PATCH", "/o", None, 405),
        ("get", "/o", None, 405),
    ];
    for (method, path, action, expected) in table {
        assert_eq!(status(&Bucket::default(), Client::Direct, method, path), expected, "{method} {path}");
        for (permission, lets_in) in [(action, true), (Some("s3:GetObjectAcl"), false)] {
            let policy = permission.map(|permission| statement(&[permission], Resource::Objects));
            let bucket = Bucket { policy: Some(policy.into_iter().collect()), ..Bucket::default() };
            let expected = if lets_in || action.is_none() { expected } else { 403 };
            assert_eq!(status(&bucket, OWN, method, path), expected, "{method} {path} with {permission:?}");
        }
    }
    let (response, _) = ask(&Bucket::default(), Client::Direct, true, "POST", "/o");
    let error = response.error.expect("an error");
    assert_eq!(error.code, "MethodNotAllowed");
    assert_eq!(error.details, [("Method", "POST"), ("ResourceType", "OBJECT")].map(|(n, v)| (n, v.to_owned())));
}

#[test]
fn a_missing_object_is_told_to_those_who_may_list() {
    let list = statement(&["s3:ListBucket"], Resource::Bucket);
    let read = statement(&["s3:GetObject"], Resource::Objects);
    let rules = json!([{ "AllowedOrigins": ["https://app.test"], "AllowedMethods": ["GET"] }]);
    for (policy, client, expected, code) in [
        (None, Client::Direct, 404, "NoSuchKey"),
        (None, OWN, 404, "NoSuchKey"),
        (Some(vec![read.clone()]), OWN, 403, "AccessDenied"),
        (Some(vec![read, list.clone()]), OWN, 404, "NoSuchKey"),
        (Some(vec![list]), OWN, 403, "AccessDenied"),
    ] {
        let bucket = Bucket { policy, ..bucket(&rules) };
        let (response, _) = ask(&bucket, client, false, "GET", "/o");
        assert_eq!((response.status, &*response.error.expect("an error").code), (expected, code));
        assert_eq!(response.headers.first("Access-Control-Allow-Origin"), Some("https://app.test"), "errors, too");
        assert_eq!(response.headers.first("Content-Type"), Some("application/xml"));
        assert_eq!(ask(&bucket, client, false, "HEAD", "/o").0.error, None, "an answer to HEAD has no body");
    }
}

#[test]
fn objects_under_a_key_need_the_keys_permission() {
    let all = || Some(vec![statement(&["s3:*"], Resource::Objects)]);
    let key = |actions: &[&str]| Some(vec![statement(actions, Resource::Key)]);
    for (key_policy, [get, put, delete]) in [
        (None, [200, 200, 204]),
        (key(&[]), [403, 403, 204]),
        (key(&["kms:Decrypt"]), [200, 403, 204]),
        (key(&["kms:Decrypt", "kms:GenerateDataKey*"]), [200, 200, 204]),
    ] {
        let kms_key = Some("arn:aws:kms:eu-central-1:111122223333:key/1".to_owned());
        let bucket = Bucket { policy: all(), kms_key, key_policy, ..Bucket::default() };
        let found = ["GET", "PUT", "DELETE"].map(|method| status(&bucket, OWN, method, "/o"));
        assert_eq!(found, [get, put, delete], "{:?}", bucket.key_policy);
        let unencrypted = Bucket { kms_key: None, ..bucket };
        assert_eq!(status(&unencrypted, OWN, "GET", "/o"), 200);
    }
}

#[test]
fn preflights_are_nobodys_business_but_the_rules() {
    let rules = json!([{ "AllowedOrigins": ["*"], "AllowedMethods": ["GET"] }]);
    let bucket = Bucket { policy: Some(Vec::new()), ..bucket(&rules) };
    let asks = json!({ "Origin": "https://app.test", "Access-Control-Request-Method": "GET" });
    for client in [Client::Direct, OWN, UNSIGNED, FOREIGN] {
        let preflight = request("OPTIONS", "/missing", &asks);
        let response = s3::respond(&bucket, &Readings::default(), client, false, &preflight, &mut Trace::new(false));
        assert_eq!(response.status, 200);
    }
}

#[test]
fn a_trace_names_the_rule_and_what_the_earlier_ones_lack() {
    let rules = json!([
        { "ID": "other-site", "AllowedOrigins": ["https://other.test"], "AllowedMethods": ["GET"] },
        { "AllowedOrigins": ["https://app.test"], "AllowedMethods": ["PUT"] },
        { "ID": "app", "AllowedOrigins": ["https://*.test"], "AllowedMethods": ["GET"] },
    ]);
    let bucket = Bucket { policy: Some(vec![statement(&["s3:GetObject"], Resource::Objects)]), ..bucket(&rules) };
    let told = |steps: Vec<Step>| -> Vec<String> {
        steps.into_iter().map(|step| format!("{}: {}", step.what, step.because)).collect()
    };
    let (_, steps) = ask(&bucket, OWN, true, "GET", "/o");
    assert!(steps.iter().all(|step| step.source.starts_with("https://")));
    assert_eq!(
        told(steps),
        [
            "allows `s3:GetObject`: statement 1 of the bucket's policy allows it",
            "passes over rule `other-site`: its `AllowedOrigins` have nothing for `https://app.test`",
            "passes over rule 2: its `AllowedMethods` lack `GET`",
            "answers by rule `app`: it is the first rule for `GET` from `https://app.test`",
        ]
    );
    let (_, steps) = ask(&bucket, OWN, true, "DELETE", "/o");
    assert_eq!(
        told(steps),
        [
            "denies `s3:DeleteObject`: no statement of the bucket's policy allows it for the distribution",
            "passes over rule `other-site`: its `AllowedOrigins` have nothing for `https://app.test`",
            "passes over rule 2: its `AllowedMethods` lack `DELETE`",
            "passes over rule `app`: its `AllowedMethods` lack `DELETE`",
            "sends no CORS headers, and no `Vary`: no rule matches",
        ]
    );
    let asks = json!({
        "Origin": "https://app.test",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range,x-id",
    });
    let rules = json!([
        { "AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["Range"] },
    ]);
    let preflight = request("OPTIONS", "/o", &asks);
    let mut trace = Trace::new(true);
    let bucket = super::s3_cases::bucket(&rules);
    let refusal = s3::respond(&bucket, &Readings::default(), Client::Direct, true, &preflight, &mut trace);
    trace.exchange(ExchangeKind::Preflight, preflight, refusal.clone());
    let steps = told(trace.into_exchanges().pop().expect("an exchange").steps);
    assert_eq!(steps[0], "passes over rule 1: its `AllowedHeaders` have nothing for `x-id`");
    assert_eq!(steps[1], format!("refuses the preflight: {}", refusal.error.expect("an error").message));
}

#[test]
fn each_reading_is_told_where_it_decides_and_only_there() {
    let get = json!({ "Origin": "https://app.test" });
    let rule = |origins: &[&str], age: u64| json!([{ "AllowedOrigins": origins, "AllowedMethods": ["GET"], "MaxAgeSeconds": age }]);
    let allow_origin = "Access-Control-Allow-Origin";
    let max_age = "Access-Control-Max-Age";
    let app = Some("https://app.test");
    for (rules, header, reading, values) in [
        (rule(&["https://app.test", "*"], 1), allow_origin, Reading::S3WildcardBeside, [Some("*"), app]),
        (rule(&["https://app.test"], 0), max_age, Reading::S3ZeroMaxAge, [Some("0"), None]),
        (rule(&["https://APP.test"], 1), allow_origin, Reading::S3OriginCase, [None, app]),
    ] {
        let bucket = bucket(&rules);
        for ((value, _), expected) in reading.info().values.iter().zip(values) {
            let readings = Readings::default().with(reading, value).expect("a value");
            let request = request("GET", "/o", &get);
            let response = s3::respond(&bucket, &readings, Client::Direct, true, &request, &mut Trace::new(true));
            assert_eq!(response.headers.first(header), expected, "{value}");
            assert_eq!(readings.consulted(), [reading]);
        }
    }
    for rules in [
        rule(&["*", "https://app.test"], 1),
        rule(&["https://other.test", "*"], 1),
        rule(&["https://APP.test", "https://app.test"], 1),
        rule(&["https://other.test"], 0),
    ] {
        let (readings, request) = (Readings::default(), request("GET", "/o", &get));
        s3::respond(&bucket(&rules), &readings, Client::Direct, true, &request, &mut Trace::new(true));
        assert_eq!(readings.consulted(), [], "{rules}");
    }
}
