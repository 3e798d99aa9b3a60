//! Random intents for one bucket, and what they grant, restated from the words of the intent language.

use super::s3::matches;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The frontends of every random intent: exact origins, patterns that hold them and each other, and one of an app.
pub(crate) const FRONTENDS: [(&str, &[&str]); 7] = [
    ("site", &["https://www.acme.example", "https://acme.example"]),
    ("shop", &["https://shop.acme.example:8443"]),
    ("pull", &["https://pr-*.acme.example"]),
    ("all", &["https://*.acme.example"]),
    ("local", &["http://localhost:3000"]),
    ("ports", &["http://localhost:*"]),
    ("app", &["capacitor://localhost"]),
];

/// Origins of pages: those of the frontends, and neighbours that look like them.
pub(crate) const PAGES: [&str; 26] = [
    "https://www.acme.example",
    "https://acme.example",
    "https://shop.acme.example:8443",
    "https://shop.acme.example",
    "https://shop.acme.example:443",
    "https://pr-7.acme.example",
    "https://pr-.acme.example",
    "https://pr-7.x.acme.example",
    "https://x-pr-7.acme.example",
    "https://a.b.acme.example",
    "https://.acme.example",
    "https://evilacme.example",
    "https://acme.example.evil.example",
    "https://www.acme.example.evil.example",
    "https://www.acme.example:8443",
    "http://www.acme.example",
    "https://WWW.acme.example",
    "https://www.acme.example/",
    "http://localhost:3000",
    "http://localhost:5173",
    "http://localhost",
    "http://localhost:",
    "https://localhost:3000",
    "capacitor://localhost",
    "ionic://localhost",
    "null",
];

pub(crate) const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

/// Request headers that need an allowance, and what the random grants name.
pub(crate) const HEADERS: [&str; 9] = [
    "authorization",
    "content-type",
    "if-range",
    "range",
    "x-acme-a",
    "x-acme-b",
    "x-amz-meta-user",
    "x-amz-checksum-crc32",
    "x-other",
];

/// What a grant can be on: the whole bucket, two parts, and a part of a part.
pub(crate) const TARGETS: [(&str, &str); 4] =
    [("files", "/*"), ("files/a", "/a/*"), ("files/inner", "/a/inner/*"), ("files/c", "/c/*")];

/// A path in each of the targets, the innermost that it belongs to in the order of [`TARGETS`].
pub(crate) const PATHS: [&str; 4] = ["/x", "/a/x", "/a/inner/x", "/c/x"];

/// A grant in the words of the intent language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    to: Vec<usize>,
    from: Vec<usize>,
    anyone: bool,
    purpose: Purpose,
    methods: Vec<&'static str>,
    request_headers: Vec<&'static str>,
    expose: Vec<&'static str>,
    bearer: bool,
    cache: Option<u32>,
}

#[derive(Debug, Clone)]
enum Purpose {
    Use(Vec<&'static str>),
    Upload(&'static str, &'static str),
}

/// Grants on the whole bucket, reading and writing.
pub(crate) fn words() -> impl Strategy<Value = Words> {
    let purpose = prop_oneof![
        3 => proptest::sample::subsequence(vec!["fonts", "media", "fetch", "range"], 1..3).prop_map(Purpose::Use),
        1 => Just(Purpose::Upload("presigned-put", "browser-fetch")),
        1 => Just(Purpose::Upload("presigned-post", "dropzone")),
        1 => Just(Purpose::Upload("multipart", "aws-sdk-js-v3")),
    ];
    let list = |all: &[&'static str], most| proptest::sample::subsequence(all.to_vec(), 0..=most);
    (
        proptest::sample::subsequence((0..FRONTENDS.len()).collect::<Vec<_>>(), 1..4),
        proptest::bool::weighted(0.15),
        purpose,
        list(&["GET", "PUT", "DELETE", "POST"], 1),
        list(&["x-acme-a", "x-acme-b", "x-acme-*", "X-Amz-Meta-User", "*"], 2),
        list(&["x-amz-version-id", "ETag"], 1),
        proptest::bool::weighted(0.25),
        proptest::option::weighted(0.2, prop_oneof![Just(600), Just(60)]),
    )
        .prop_map(|(from, anyone, purpose, methods, request_headers, expose, bearer, cache)| Words {
            to: vec![0],
            from,
            anyone,
            purpose,
            methods,
            request_headers,
            expose,
            bearer,
            cache,
        })
}

/// Grants on parts of the bucket, which mostly read.
pub(crate) fn words_on_paths() -> impl Strategy<Value = Words> {
    let to = proptest::sample::subsequence(vec![0, 1, 2, 3], 1..3);
    (words(), to, proptest::bool::weighted(0.1), proptest::bool::weighted(0.5)).prop_map(
        |(words, to, writes, simple)| {
            let purpose = match words.purpose {
                Purpose::Use(_) => words.purpose,
                Purpose::Upload(..) => Purpose::Use(vec!["fonts"]),
            };
            let methods = if writes { words.methods } else { Vec::new() };
            let (request_headers, expose) =
                if simple { (Vec::new(), Vec::new()) } else { (words.request_headers, words.expose) };
            // Most of the grants that differ only a little are refused, and those are not the interesting ones.
            let from = if simple { vec![0] } else { words.from };
            Words { to, purpose, methods, request_headers, expose, from, cache: None, ..words }
        },
    )
}

impl Words {
    /// The entry of `allow`.
    fn entry(&self) -> Value {
        let from: Vec<&str> =
            if self.anyone { vec!["anyone"] } else { self.from.iter().map(|&i| FRONTENDS[i].0).collect() };
        let mut entry = json!({ "from": from, "to": self.to.iter().map(|&i| TARGETS[i].0).collect::<Vec<_>>() });
        match &self.purpose {
            Purpose::Use(words) => entry["use"] = json!(words),
            Purpose::Upload(how, client) => entry["upload"] = json!({ "how": how, "client": client }),
        }
        let lists = [("methods", &self.methods), ("request-headers", &self.request_headers), ("expose", &self.expose)];
        for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            entry[key] = json!(list);
        }
        if self.bearer {
            entry["credentials"] = json!("bearer");
        }
        if let Some(seconds) = self.cache {
            entry["preflight-cache"] = json!(seconds);
        }
        entry
    }

    /// What it grants, by the tables of the language.
    fn granted(&self) -> Granted {
        let (methods, headers, expose): (&[&str], &[&str], &[&str]) = match &self.purpose {
            Purpose::Use(words) => {
                let mut sets = (BTreeSet::new(), BTreeSet::new());
                for word in words {
                    let (headers, expose): (&[&str], &[&str]) = match *word {
                        "fetch" => (&[], &["etag"]),
                        "media" => (&["range"], &["accept-ranges", "content-range"]),
                        "range" => (&["range", "if-range"], &["accept-ranges", "content-range", "etag"]),
                        _ => (&[], &[]),
                    };
                    sets.0.extend(headers);
                    sets.1.extend(expose);
                }
                let (headers, expose) = (sets.0.into_iter().copied().collect(), sets.1.into_iter().copied().collect());
                return self.with(vec!["GET", "HEAD"], headers, expose);
            }
            Purpose::Upload("presigned-put", _) => (&["PUT"], &["content-type"], &["etag"]),
            Purpose::Upload("presigned-post", _) => {
                (&["POST"], &["cache-control", "x-requested-with"], &["etag", "location"])
            }
            Purpose::Upload(..) => (
                &["GET", "HEAD", "POST", "PUT", "DELETE"],
                &[
                    "amz-sdk-invocation-id",
                    "amz-sdk-request",
                    "authorization",
                    "content-md5",
                    "content-type",
                    "x-amz-*",
                ],
                &[
                    "etag",
                    "x-amz-checksum-crc32",
                    "x-amz-checksum-crc32c",
                    "x-amz-checksum-crc64nvme",
                    "x-amz-checksum-sha1",
                    "x-amz-checksum-sha256",
                    "x-amz-checksum-type",
                    "x-amz-id-2",
                    "x-amz-request-id",
                    "x-amz-server-side-encryption",
                    "x-amz-version-id",
                ],
            ),
        };
        self.with(methods.to_vec(), headers.to_vec(), expose.to_vec())
    }

    fn with(
        &self,
        mut methods: Vec<&'static str>,
        mut headers: Vec<&'static str>,
        expose: Vec<&'static str>,
    ) -> Granted {
        methods.extend(&self.methods);
        headers.extend(&self.request_headers);
        if self.bearer {
            headers.push("authorization");
        }
        let expose = expose.into_iter().chain(self.expose.iter().copied());
        let origins =
            if self.anyone { vec!["*"] } else { self.from.iter().flat_map(|&i| FRONTENDS[i].1).copied().collect() };
        Granted {
            paths: self.to.iter().map(|&i| TARGETS[i].1).collect(),
            origins,
            methods,
            headers: headers.into_iter().map(str::to_ascii_lowercase).collect(),
            expose: expose.map(str::to_ascii_lowercase).collect(),
            max_age: self.cache.unwrap_or(7200),
        }
    }
}

/// What one grant allows.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    paths: Vec<&'static str>,
    origins: Vec<&'static str>,
    methods: Vec<&'static str>,
    headers: Vec<String>,
    expose: BTreeSet<String>,
    max_age: u32,
}

impl Granted {
    /// `Authorization` is only ever granted by its name.
    fn allows_header(&self, name: &str) -> bool {
        self.headers.iter().any(|header| if name == "authorization" { header == name } else { matches(header, name) })
    }
}

/// What a request is granted: the headers that the page may read, and how long its preflight may be remembered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Permitted {
    pub(crate) expose: Vec<String>,
    pub(crate) max_age: u32,
}

/// A request is granted when path, origin, method and all headers are those of one grant. What the page may read
/// is what any grant gives to this origin with this method: the answer does not know which headers were sent.
pub(crate) fn permits(
    grants: &[Granted],
    path: &str,
    origin: &str,
    method: &str,
    headers: &[&str],
) -> Option<Permitted> {
    let about = |g: &&Granted| {
        g.paths.iter().any(|p| matches(p, path))
            && g.origins.iter().any(|o| matches(o, origin))
            && g.methods.contains(&method)
    };
    let about: Vec<&Granted> = grants.iter().filter(about).collect();
    about.iter().find(|grant| headers.iter().all(|name| grant.allows_header(name)))?;
    let expose: BTreeSet<&String> = about.iter().flat_map(|g| &g.expose).collect();
    let max_age = about.iter().map(|g| g.max_age).min()?;
    Some(Permitted { expose: expose.into_iter().cloned().collect(), max_age })
}

/// The intent of some grants, as JSON, and what each of them grants. `cdn` is the object of that name.
pub(crate) fn intent(words: &[Words], cdn: Option<&Value>) -> (String, Vec<Granted>) {
    let frontends = FRONTENDS.iter().map(|(id, origins)| ((*id).to_owned(), json!(origins)));
    let mut files = json!({ "bucket": "random-files", "region": "eu-west-1" });
    if let Some(cdn) = cdn {
        files["cdn"] = cdn.clone();
        files["paths"] = json!({ "a": "/a/*", "inner": "/a/inner/*", "c": "/c/*" });
    }
    let intent = json!({
        "version": 1,
        "name": "random",
        "assets": { "files": files },
        "frontends": frontends.collect::<serde_json::Map<_, _>>(),
        "allow": words.iter().map(Words::entry).collect::<Vec<_>>(),
    });
    (intent.to_string(), words.iter().map(Words::granted).collect())
}
