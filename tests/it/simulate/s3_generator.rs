//! Rules and requests out of a seed. Every rule has an age of its own where it has one, so that an answer shows which
//! rule made it.

use serde_json::{Map, Value, json};

const ORIGINS: [&str; 16] = [
    "*",
    "https://a.test",
    "https://b.test",
    "http://a.test",
    "https://a.test:8443",
    "https://A.test",
    "https://a.test/",
    "https://*.a.test",
    "https://*",
    "http*",
    "*.test",
    "*://a.test",
    "https://a.test*",
    "https://app-*.a.test",
    "null",
    "capacitor://localapp",
];
const RUNS: [&str; 6] = ["", "x", "x.y", "a.test", "s://b", ":8443"];
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
const ALLOWED_HEADERS: [&str; 9] =
    ["*", "x-amz-*", "X-Amz-Meta-*", "content-type", "Range", "authorization", "*-id", "x-*-id", "if-none-match"];
const REQUESTED_HEADERS: [&str; 11] = [
    "content-type",
    "Content-Type",
    "range",
    "authorization",
    "x-amz-date",
    "X-Amz-Meta-User",
    "x-amz-",
    "x-request-id",
    "x--id",
    "if-none-match",
    "dpop",
];
const EXPOSED: [&str; 3] = ["ETag", "x-amz-request-id", "Content-Range"];

/// `SplitMix64`. <https://prng.di.unimi.it/splitmix64.c>
pub(super) struct Seed(pub(super) u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("a small number")
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick(&mut self, list: &[&str]) -> String {
        list[self.below(list.len())].to_owned()
    }

    /// Some of a list, at least one, none twice.
    fn some(&mut self, list: &[&str], at_most: usize) -> Vec<String> {
        let mut picked = Vec::new();
        for _ in 0..=self.below(at_most) {
            let item = self.pick(list);
            if !picked.contains(&item) {
                picked.push(item);
            }
        }
        picked
    }
}

/// Configurations with requests, as `s3-engine probe` takes them.
pub(super) fn cases(seed: u64, configurations: usize, requests: usize) -> Vec<Value> {
    let mut seed = Seed(seed);
    let case = |number| {
        let rules = if seed.once_in(25) { Value::Null } else { rules(&mut seed) };
        let requests: Vec<Value> = (0..requests).map(|_| request(&mut seed, &rules)).collect();
        json!({ "name": format!("case {number}"), "rules": rules, "requests": requests })
    };
    (0..configurations).map(case).collect()
}

fn rules(seed: &mut Seed) -> Value {
    let count = 1 + seed.below(4);
    let rule = |number| {
        let mut rule = Map::new();
        rule.insert("AllowedOrigins".into(), seed.some(&ORIGINS, 3).into());
        rule.insert("AllowedMethods".into(), seed.some(&METHODS, 3).into());
        if !seed.once_in(3) {
            rule.insert("AllowedHeaders".into(), seed.some(&ALLOWED_HEADERS, 3).into());
        }
        if seed.once_in(2) {
            rule.insert("ExposeHeaders".into(), seed.some(&EXPOSED, 3).into());
        }
        if !seed.once_in(8) {
            let age = if seed.once_in(6) { 0 } else { 100 + number };
            rule.insert("MaxAgeSeconds".into(), age.into());
        }
        Value::Object(rule)
    };
    (0..count).map(rule).collect()
}

/// Mostly near what some rule says, or requests would hardly ever be allowed.
fn request(seed: &mut Seed, rules: &Value) -> Value {
    let rule = match rules.as_array() {
        Some(rules) if !seed.once_in(5) => rules[seed.below(rules.len())].clone(),
        _ => Value::Null,
    };
    let words = |member: &str, otherwise: &[&str]| -> Vec<String> {
        match rule[member].as_array() {
            Some(words) => words.iter().map(|word| word.as_str().expect(member).to_owned()).collect(),
            None => otherwise.iter().map(|&word| word.to_owned()).collect(),
        }
    };
    let of = |seed: &mut Seed, words: &[String]| words[seed.below(words.len())].clone();
    let mut headers = Map::new();
    if !seed.once_in(15) {
        let pattern = of(seed, &words("AllowedOrigins", &ORIGINS));
        headers.insert("Origin".into(), origin(seed, &pattern).into());
    }
    let method = of(seed, &words("AllowedMethods", &METHODS));
    let sent = if seed.below(20) < 11 {
        "OPTIONS".to_owned()
    } else if seed.once_in(3) || method == "POST" {
        seed.pick(&["GET", "GET", "HEAD", "PUT", "DELETE"])
    } else {
        method.clone()
    };
    let names_method = if sent == "OPTIONS" { !seed.once_in(15) } else { seed.once_in(5) };
    if names_method {
        let odd = ["PATCH", "OPTIONS", "get", "Put", "MYMETHOD"];
        let method = if seed.once_in(8) { seed.pick(&odd) } else { method };
        headers.insert("Access-Control-Request-Method".into(), method.into());
    }
    let names_headers = if sent == "OPTIONS" { !seed.once_in(3) } else { seed.once_in(5) };
    if names_headers {
        let allowed = words("AllowedHeaders", &ALLOWED_HEADERS);
        let value = requested(seed, &allowed);
        headers.insert("Access-Control-Request-Headers".into(), value.into());
    }
    json!({ "method": sent, "headers": headers })
}

/// An origin near a pattern.
fn origin(seed: &mut Seed, pattern: &str) -> String {
    if pattern == "*" {
        let known: Vec<&str> = ORIGINS.into_iter().filter(|origin| !origin.contains('*')).collect();
        return seed.pick(&known);
    }
    let origin = pattern.replace('*', &seed.pick(&RUNS));
    match seed.below(12) {
        0 => origin.to_uppercase(),
        1 => origin + ":443",
        2 => origin + "/",
        3 => origin.replacen("https:", "http:", 1),
        4 => format!("x{origin}"),
        _ => origin,
    }
}

/// A value of `Access-Control-Request-Headers`, most often as browsers write it.
fn requested(seed: &mut Seed, allowed: &[String]) -> String {
    let mut names = Vec::new();
    for _ in 0..=seed.below(3) {
        names.push(match seed.below(4) {
            0 => seed.pick(&REQUESTED_HEADERS),
            1 => allowed[seed.below(allowed.len())].replace('*', "date").to_uppercase(),
            _ => allowed[seed.below(allowed.len())].replace('*', &seed.pick(&["", "x", "date"])).to_lowercase(),
        });
    }
    names.retain(|name| !name.is_empty());
    if seed.once_in(20) {
        names.push(seed.pick(&["", "a b", "x(y)"]));
    }
    names.join(&seed.pick(&[",", ",", ", ", " , "]))
}
