//! The model of S3 against a second reading of its rules, and against other people's servers.
//!
//! Seeded rules and requests. No server answers quite as S3: `tests/s3/engine-differences.json` lists how each is
//! known to differ, with the evidence, and what it answers must be explained by that list to the last header.
//! With `CORSYNTH_S3_ENGINE`, the path of a program that answers `probe ENGINE CASES --out FILE`, they are really asked;
//! `CORSYNTH_S3_REQUESTS` says how much each.

use super::s3_cases::{bucket, request};
use super::s3_generator;
use super::s3_oracle::{Answer, QUIRKS, Quirk, answer};
use crate::support::{project, unwrapped};
use corsynth::simulate::s3::{self, Client};
use corsynth::simulate::{Readings, Trace};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const SEED: u64 = 0x00c0_4515;
const CONFIGURATIONS: usize = 480;
const REQUESTS: usize = 5;

/// A row of the table: a way in which servers differ from S3.
struct Row {
    name: String,
    quirk: Quirk,
    engines: Vec<String>,
}

fn table() -> Vec<Row> {
    let text = unwrapped(std::fs::read_to_string(project("tests/s3/engine-differences.json")));
    let rows: Vec<Value> = unwrapped(serde_json::from_str(&text));
    let row = |row: &Value| {
        let text = |member: &str| row[member].as_str().filter(|text| !text.is_empty()).expect("a text").to_owned();
        for member in ["theirs", "ours", "evidence"] {
            text(member);
        }
        let name = text("name");
        let (_, quirk) = QUIRKS.iter().find(|(known, _)| *known == name).expect("a known name");
        let engines = row["engines"].as_array().expect("engines").iter();
        Row { quirk: *quirk, engines: engines.map(|e| e.as_str().expect("a name").to_owned()).collect(), name }
    };
    rows.iter().map(row).collect()
}

/// What the model answers.
fn ours(rules: &Value, asked: &Value) -> Answer {
    let request = request(asked["method"].as_str().expect("a method"), "/o.txt", &asked["headers"]);
    let response =
        s3::respond(&bucket(rules), &Readings::default(), Client::Direct, true, &request, &mut Trace::new(false));
    let headers = response.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    Answer {
        status: response.status.into(),
        code: response.error.map(|error| error.code.into_owned()),
        headers: headers.filter(|(name, _)| is_compared(name)).collect(),
    }
}

fn is_compared(name: &str) -> bool {
    name.starts_with("access-control-") || name == "vary"
}

/// What a server answered.
fn theirs(answered: &Value) -> Answer {
    let headers = answered["headers"].as_object().into_iter().flatten();
    Answer {
        status: answered["status"].as_u64().unwrap_or_default(),
        code: answered["code"].as_str().map(str::to_owned),
        headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect(),
    }
}

#[test]
fn two_readings_of_the_rules_agree() {
    let (mut allowed, mut pairs) = (0, 0);
    for case in s3_generator::cases(SEED, 4 * CONFIGURATIONS, REQUESTS) {
        for asked in case["requests"].as_array().expect("requests") {
            let ours = ours(&case["rules"], asked);
            assert_eq!(ours, answer(&case["rules"], asked, &BTreeSet::new()), "{} {asked}", case["rules"]);
            allowed += usize::from(!ours.headers.is_empty());
            pairs += 1;
        }
    }
    // Neither all nor nothing.
    assert!(pairs / 4 < allowed && allowed < pairs * 3 / 4, "{allowed} of {pairs} are answered with CORS headers");
}

/// What a proof of independence from the order rests on.
#[test]
fn the_first_of_the_matching_rules_answers() {
    let (readings, mut several) = (Readings::default(), 0);
    for case in s3_generator::cases(SEED, CONFIGURATIONS, REQUESTS) {
        let Some(cors) = bucket(&case["rules"]).cors else { continue };
        for asked in case["requests"].as_array().expect("requests") {
            let header = |name: &str| asked["headers"][name].as_str();
            let Some(origin) = header("Origin") else { continue };
            let method = header("Access-Control-Request-Method").or(asked["method"].as_str()).expect("a method");
            let names = header("Access-Control-Request-Headers").unwrap_or_default().split(',').map(str::trim);
            let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
            let matching: Vec<usize> = s3::matching_rules(&cors, &readings, origin, method, &names).collect();
            let alone = |index: usize| ours(&Value::from(vec![case["rules"][index].clone()]), asked);
            let answer = ours(&case["rules"], asked);
            match matching.first() {
                Some(&first) => assert_eq!(answer, alone(first), "{} {asked}", case["rules"]),
                None => assert!(answer.headers.is_empty(), "{} {asked}", case["rules"]),
            }
            let by_rules = (0..cors.rules.len()).filter(|&index| !alone(index).headers.is_empty());
            if answer.status < 400 {
                assert_eq!(matching, by_rules.collect::<Vec<_>>(), "{} {asked}", case["rules"]);
                several += usize::from(matching.len() > 1);
            }
        }
    }
    assert!(several > 50, "{several} requests are allowed by several rules");
}

#[test]
fn the_table_of_differences_names_each_once() {
    let names: Vec<String> = table().into_iter().map(|row| row.name).collect();
    assert_eq!(names, QUIRKS.map(|(name, _)| name.to_owned()));
}

/// How many answers there are, how many are the model's, and how often each row is needed to explain another.
fn explained(engine: &str, cases: &[Value], answered: &[Value]) -> (usize, usize, BTreeMap<Quirk, usize>) {
    let quirks: BTreeSet<Quirk> =
        table().into_iter().filter(|row| row.engines.iter().any(|e| e == engine)).map(|row| row.quirk).collect();
    let (mut pairs, mut same, mut needed) = (0, 0, quirks.iter().map(|&quirk| (quirk, 0)).collect::<BTreeMap<_, _>>());
    let mut unclassified = Vec::new();
    assert_eq!(answered.len(), cases.len());
    for (case, answered) in cases.iter().zip(answered) {
        assert_eq!(answered["put"], "ok", "{engine} refuses {}: {answered}", case["rules"]);
        let requests = case["requests"].as_array().expect("requests");
        let answers = answered["answers"].as_array().expect("answers");
        assert_eq!(answers.len(), requests.len());
        for (asked, answered) in requests.iter().zip(answers) {
            pairs += 1;
            let (ours, theirs) = (ours(&case["rules"], asked), theirs(answered));
            if ours == theirs {
                same += 1;
                continue;
            }
            if answer(&case["rules"], asked, &quirks) != theirs {
                unclassified.push(format!("{} {asked}\n   ours {ours:?}\n theirs {theirs:?}", case["rules"]));
                continue;
            }
            for (quirk, count) in &mut needed {
                let others: BTreeSet<Quirk> = quirks.iter().copied().filter(|other| other != quirk).collect();
                *count += usize::from(answer(&case["rules"], asked, &others) != theirs);
            }
        }
    }
    assert!(
        unclassified.is_empty(),
        "{engine}: {} of {pairs} answers are explained by no row\n{}",
        unclassified.len(),
        unclassified.iter().take(5).cloned().collect::<Vec<_>>().join("\n"),
    );
    (pairs, same, needed)
}

#[test]
fn other_servers_differ_only_as_the_table_says() {
    let Some(program) = std::env::var_os("CORSYNTH_S3_ENGINE") else {
        eprintln!("not run: `CORSYNTH_S3_ENGINE` names no program that asks other S3 servers");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let requests =
        std::env::var("CORSYNTH_S3_REQUESTS").map(|count| count.parse::<usize>().expect("a number of requests"));
    let cases = s3_generator::cases(SEED, requests.map_or(CONFIGURATIONS, |count| count.div_ceil(REQUESTS)), REQUESTS);
    let path = folder.path().join("cases.json");
    std::fs::write(&path, Value::from(cases.clone()).to_string()).expect("the cases can be written");
    let engines: BTreeSet<String> = table().into_iter().flat_map(|row| row.engines).collect();
    for engine in engines {
        let out = folder.path().join(format!("{engine}.json"));
        let status = Command::new(&program).arg("probe").arg(&engine).arg(&path).arg("--out").arg(&out).status();
        assert!(status.expect("the program starts").success(), "{engine} cannot be asked");
        let answered: Vec<Value> = unwrapped(serde_json::from_str(&unwrapped(std::fs::read_to_string(&out))));
        let (pairs, same, needed) = explained(&engine, &cases, &answered);
        println!("{engine}: {pairs} answers, {same} as ours");
        for (quirk, count) in needed {
            let (name, _) = QUIRKS.iter().find(|(_, known)| *known == quirk).expect("a known name");
            println!("{count:6} {name}");
            assert!(count > 0, "{engine} does not differ by `{name}`: the row is out of date");
        }
    }
}
