//! Answers that were recorded on AWS, and vectors of others, each with its source: `tests/s3/`.

use crate::support::project;
use corsynth::deployed::{
    Asset, Bucket, CorsConfiguration, CorsRule, Principal, Provenance, Resource, RuleOrder, Site, Source, Statement,
};
use corsynth::fetch::HeaderList;
use corsynth::simulate::s3::{self, Client};
use corsynth::simulate::{Door, HttpRequest, HttpResponse, Readings, Trace, Url};
use proptest::prelude::*;
use serde_json::Value;

/// A checked-in list of cases.
pub(super) fn cases(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(project(&format!("tests/s3/{file}"))).expect(file);
    serde_json::from_str(&text).expect(file)
}

/// A bucket with rules as `aws s3api put-bucket-cors` takes them; `null` is none.
pub(super) fn bucket(rules: &Value) -> Bucket {
    let words = |rule: &Value, member: &str| {
        let words = rule[member].as_array().into_iter().flatten();
        words.map(|word| word.as_str().expect(member).to_owned()).collect()
    };
    let rule = |rule: &Value| CorsRule {
        id: rule["ID"].as_str().map(str::to_owned),
        allowed_origins: words(rule, "AllowedOrigins"),
        allowed_methods: words(rule, "AllowedMethods"),
        allowed_headers: words(rule, "AllowedHeaders"),
        expose_headers: words(rule, "ExposeHeaders"),
        allow_credentials: false,
        max_age_seconds: rule["MaxAgeSeconds"].as_u64(),
        provenance: Provenance::default(),
        site: Site::default(),
    };
    let cors = rules
        .as_array()
        .map(|rules| CorsConfiguration { rules: rules.iter().map(rule).collect(), order: RuleOrder::Kept });
    Bucket { cors, ..Bucket::default() }
}

/// A request for a path of a bucket, with headers as a JSON object.
pub(super) fn request(method: &str, path: &str, headers: &Value) -> HttpRequest {
    let asset = Asset {
        id: "docs".to_owned(),
        bucket: Bucket::default(),
        distribution: None,
        provenance: Provenance::default(),
    };
    let headers = headers.as_object().into_iter().flatten();
    let headers: HeaderList =
        headers.map(|(name, value)| (name.clone(), value.as_str().expect(name).to_owned())).collect();
    HttpRequest { method: method.into(), url: Url::new(&asset, Door::Bucket, path), headers }
}

/// What a case differs in from the answer; nothing when it is reproduced.
fn differences(case: &Value, response: &HttpResponse) -> Vec<String> {
    let expected = &case["expect"];
    let mut differences = Vec::new();
    let mut compare = |what: &str, ours: Value, theirs: &Value| {
        if ours != *theirs {
            differences.push(format!("{}: {what}: expected {theirs}, found {ours}", case["name"]));
        }
    };
    compare("status", response.status.into(), &expected["status"]);
    let error = response.error.as_ref();
    if !expected["body_code"].is_null() {
        compare("code", error.map(|e| e.code.clone()).into(), &expected["body_code"]);
        compare("message", error.map(|e| e.message.clone()).into(), &expected["body_message"]);
        let details = ["Method", "ResourceType"].into_iter().zip(["body_method", "body_resource_type"]);
        let details: Vec<(String, &Value)> = details
            .map(|(name, member)| (name.to_owned(), &expected[member]))
            .filter(|(_, value)| !value.is_null())
            .collect();
        let ours: Vec<(String, Value)> =
            error.iter().flat_map(|e| e.details.clone()).map(|(name, value)| (name.to_owned(), value.into())).collect();
        let ours: Vec<(String, &Value)> = ours.iter().map(|(name, value)| (name.clone(), value)).collect();
        if ours != details {
            compare("details", format!("{ours:?}").into(), &format!("{details:?}").into());
        }
    }
    if expected["body_empty"] == true {
        compare("body", error.map(|e| e.code.clone()).into(), &Value::Null);
    }
    let header = |name: &str| Value::from(response.headers.get(name).as_deref());
    let is_cors = |name: &str| name.starts_with("Access-Control-") || name == "Vary";
    for (name, value) in expected["headers"].as_object().expect("headers") {
        // The object's own headers are no part of the model.
        let is_modelled = match name.as_str() {
            "Content-Length" => case["request"]["method"] == "OPTIONS",
            "Content-Type" => !expected["body_code"].is_null(),
            name => is_cors(name),
        };
        if is_modelled {
            compare(name, header(name), value);
        }
    }
    for name in expected["absent_headers"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        compare(name, header(name), &Value::Null);
    }
    if case["headers_recorded"] == "full" {
        for (name, value) in response.headers.iter() {
            compare(name, value.into(), &expected["headers"][name]);
        }
    }
    differences
}

/// The path of the case's URL.
fn path(case: &Value) -> &'static str {
    if case["url"] == "bucket" { "/" } else { "/o.txt" }
}

#[test]
fn every_answer_recorded_on_aws_is_reproduced() {
    let cases = cases("aws-recorded.json");
    assert_eq!(cases.len(), 18);
    let mut wrong = Vec::new();
    for case in &cases {
        let request =
            request(case["request"]["method"].as_str().expect("a method"), path(case), &case["request"]["headers"]);
        let readings = Readings::default();
        let mut trace = Trace::new(false);
        let response = if case["bucket_exists"] == false {
            s3::respond_without_bucket(&request, &mut trace)
        } else {
            s3::respond(&bucket(&case["cors_rules"]), &readings, Client::Direct, true, &request, &mut trace)
        };
        wrong.extend(differences(case, &response));
        assert!(readings.consulted().is_empty(), "{}: what was recorded is no question", case["name"]);
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The vectors of s3-tests are sent by nobody in particular to a bucket that everybody may read.
#[test]
fn the_vectors_of_others_are_reproduced() {
    let statement = |action: &str, resource| Statement {
        sid: None,
        allows: true,
        principal: Principal::Anyone,
        actions: vec![action.to_owned()],
        resources: vec![resource],
        source: Source::Any,
        other_conditions: Vec::new(),
        site: Site::default(),
    };
    let public = vec![statement("s3:GetObject", Resource::Objects), statement("s3:ListBucket", Resource::Bucket)];
    let (mut wrong, mut judged, mut skipped) = (Vec::new(), 0, Vec::new());
    for case in &cases("secondary-vectors.json") {
        if !["high", "medium"].iter().any(|&confidence| case["confidence"] == confidence) {
            skipped.push(case["name"].as_str().expect("a name").to_owned());
            continue;
        }
        judged += 1;
        let request =
            request(case["request"]["method"].as_str().expect("a method"), path(case), &case["request"]["headers"]);
        let bucket = Bucket { policy: Some(public.clone()), ..bucket(&case["cors_rules"]) };
        let anybody = Client::OwnDistribution { signs: false };
        let response = s3::respond(&bucket, &Readings::default(), anybody, true, &request, &mut Trace::new(false));
        wrong.extend(differences(case, &response));
    }
    assert_eq!(wrong, Vec::<String>::new());
    // Disputed, and without its rules.
    let known = ["s3tests/options-origin-without-acrm/foo.suffix", "fineuploader-1016/post-to-object-405-keeps-cors"];
    assert_eq!((judged, skipped), (18, known.map(str::to_owned).to_vec()));
}

/// A comparison that finds nothing would prove nothing.
#[test]
fn a_wrong_answer_is_a_difference() {
    for case in &cases("aws-recorded.json") {
        let request = request("GET", "/", &serde_json::json!({ "Origin": "https://other.test" }));
        let rules = serde_json::json!([
            { "AllowedOrigins": ["https://other.test"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 1 }
        ]);
        let response =
            s3::respond(&bucket(&rules), &Readings::default(), Client::Direct, true, &request, &mut Trace::new(false));
        assert!(!differences(case, &response).is_empty(), "{}", case["name"]);
    }
}

proptest! {
    /// Whatever stands in rules and requests, there is an answer, and a request without rules for it gets none of
    /// their headers.
    #[test]
    fn any_text_is_answered(
        origins in proptest::collection::vec("[*a-c%é:/]{0,6}|.{0,6}", 0..4),
        names in proptest::collection::vec("[*a-cA-Cé]{0,4}|.{0,4}", 0..4),
        method in "GET|HEAD|PUT|POST|DELETE|OPTIONS|.{0,4}",
        path in "/[a%2é?*]{0,6}|.{0,6}",
        origin in "[a-c%é:/]{0,6}",
        asked in "[a-cA-Cé, ]{0,9}",
    ) {
        let rules = serde_json::json!([{
            "AllowedOrigins": origins, "AllowedMethods": ["GET", method], "AllowedHeaders": names, "MaxAgeSeconds": 5,
        }]);
        let headers = serde_json::json!({
            "Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": asked,
        });
        let statement = Statement {
            sid: None,
            allows: true,
            principal: Principal::CloudFront,
            actions: names.clone(),
            resources: origins.iter().cloned().map(Resource::ObjectsLike).collect(),
            source: Source::OwnDistribution,
            other_conditions: Vec::new(),
            site: Site::default(),
        };
        let bucket = Bucket { policy: Some(vec![statement]), ..bucket(&rules) };
        let request = request(&method, &path, &headers);
        let client = Client::OwnDistribution { signs: true };
        let response = s3::respond(&bucket, &Readings::default(), client, true, &request, &mut Trace::new(true));
        prop_assert!([200, 204, 400, 403, 405].contains(&response.status));
        prop_assert_eq!(response.headers.contains("Vary"), response.headers.contains("Access-Control-Allow-Origin"));
        let without = Bucket { cors: None, ..bucket };
        let response = s3::respond(&without, &Readings::default(), client, true, &request, &mut Trace::new(true));
        prop_assert!(!response.headers.contains("Vary"));
    }
}
