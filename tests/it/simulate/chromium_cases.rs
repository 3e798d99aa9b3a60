//! Generated requests and canned answers for the comparison with Chromium: plausible ones, and near misses.

use corsynth::fetch::{CredentialsMode, HeaderList};
use corsynth::simulate::browser::PageRequest;
use corsynth::simulate::trace::Party;
use corsynth::simulate::{Door, HttpRequest, HttpResponse, Url};
use serde_json::{Map, Value, json};

/// The path to which redirects lead; the tool answers there with a page without any CORS header.
const ELSEWHERE: &str = "/elsewhere";

/// An answer: status, and headers in order.
pub(super) type Answer = (u16, Vec<(String, String)>);

/// A request of a page, and what the server answers.
#[derive(Debug, Clone)]
pub(super) struct Case {
    origin: String,
    target: String,
    path: String,
    method: String,
    headers: Vec<(String, String)>,
    credentials: CredentialsMode,
    preflight: Answer,
    response: Answer,
}

impl Case {
    /// In the format of the tool.
    pub(super) fn to_json(&self, index: usize) -> Value {
        let headers: Map<String, Value> =
            self.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        json!({
            "id": index.to_string(), "origin": self.origin, "target": self.target, "path": self.path,
            "request": {"method": self.method, "headers": headers, "credentials": self.credentials.as_str()},
            "preflight": answer_to_json(&self.preflight), "response": answer_to_json(&self.response),
        })
    }

    /// As the model takes it. The tool puts the number of the case into the address.
    pub(super) fn page(&self, index: usize) -> PageRequest {
        let (scheme, host) = self.target.split_once("://").unwrap();
        let path = format!("/__case/{index}{}", self.path);
        let (path, query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
        PageRequest {
            origin: self.origin.as_str().into(),
            method: self.method.as_str().into(),
            url: Url {
                is_https: scheme == "https",
                door: Door::Distribution,
                host: host.into(),
                path: path.into(),
                query: query.map(Into::into),
            },
            headers: self.headers.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect(),
            credentials: self.credentials,
            use_cors_preflight: false,
        }
    }

    /// The same, as if the page did not set some headers. Names come in lower case.
    pub(super) fn without(&self, is_left_out: impl Fn(&str, &str) -> bool) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(name, value)| !is_left_out(&name.to_ascii_lowercase(), value));
        other
    }

    /// The same, with values of some headers that are not safelisted.
    pub(super) fn with_unsafe(&self, is_meant: impl Fn(&str, &str) -> bool) -> Self {
        let mut other = self.clone();
        for (name, value) in &mut other.headers {
            if is_meant(&name.to_ascii_lowercase(), value) {
                "?".clone_into(value);
            }
        }
        other
    }

    /// Whether an answer of the case, or the page at the end of its redirect, has this header.
    pub(super) fn sends(&self, name: &str) -> bool {
        let is_redirect = self.response.1.iter().any(|(name, _)| name == "location");
        is_redirect && name == "content-type" || self.response.1.iter().any(|(sent, _)| sent == name)
    }
}

fn answer_to_json((status, headers): &Answer) -> Value {
    let mut object = Map::new();
    for (name, value) in headers {
        match object.get_mut(name) {
            None => drop(object.insert(name.clone(), Value::from(value.as_str()))),
            Some(Value::Array(values)) => values.push(Value::from(value.as_str())),
            Some(one) => *one = json!([one.take(), value]),
        }
    }
    json!({"status": status, "headers": object})
}

/// What the tool's server does.
pub(super) struct Server<'c>(pub(super) &'c Case);

impl Server<'_> {
    pub(super) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let page = (200, vec![("content-type".to_owned(), "text/html".to_owned())]);
        let is_preflight = request.method == "OPTIONS" && request.headers.contains("access-control-request-method");
        let (status, headers) = match () {
            () if request.url.path == ELSEWHERE => &page,
            () if is_preflight => &self.0.preflight,
            () => &self.0.response,
        };
        let headers: HeaderList = headers.iter().cloned().collect();
        HttpResponse { status: *status, headers, error: None, by: Party::S3 }
    }
}

/// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    /// Once in so many times.
    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }
}

const ORIGINS: [&str; 6] = [
    "https://app.example.com",
    "https://app.example.com",
    "https://sub.app.example.com:8443",
    "http://localhost:3000",
    "null",
    "https://cdn.example.net",
];
#[rustfmt::skip]
const METHODS: [&str; 24] = [
    "GET", "GET", "GET", "GET", "GET", "get", "HEAD", "head", "POST", "POST", "pOsT", "PUT", "PUT", "PUT", "put",
    "DELETE", "delete", "PATCH", "patch", "OPTIONS", "PURGE", "trace", "CONNECT", "a b",
];
/// Names with plausible values; a fifth of the values is random instead.
#[rustfmt::skip]
const HEADERS: [(&str, &[&str]); 36] = [
    ("X-A", &["1"]),
    ("x-b", &["", " 2 "]),
    ("x-amz-meta-name", &["value"]),
    ("x-amz-date", &["20250101T000000Z"]),
    ("Authorization", &["Bearer x"]),
    ("authorization", &["AWS4-HMAC-SHA256 x"]),
    ("Content-Type", &["text/plain", "TEXT/PLAIN;charset=utf-8", "multipart/form-data; boundary=x", "application/json", "image/png", "", "text/plain; a=\"b\"", "text/plain, text/html", "application/x-www-form-urlencoded ;", "text/plain2"]),
    ("content-type", &["text/plain ", "font/woff2", "/", "text", "text/plain;;;", "text /plain"]),
    ("Accept", &["*/*", "image/*;q=0.5", "a\tb", "(x)", "text/html,application/xml", "\"x\""]),
    ("accept", &["", "{a}", "<a>", "a:b"]),
    ("Accept-Language", &["de", "de-AT;q=0.5, *", "de_DE", "(x)"]),
    ("Content-Language", &["de, en", "x.y=z", "a/b"]),
    ("Range", &["bytes=0-", "bytes=0-99", "bytes=5-5", "bytes=6-5", "bytes=-5", "bytes=-", "bytes=0-1,2-3", "bytes= 0-1", "BYTES=0-", "items=0-", "bytes=0", "bytes=00-01", "bytes=+1-2", "bytes=9223372036854775807-"]),
    ("range", &["bytes=1-2 ", "bytes=1 -2", "bytes=a-b"]),
    ("Cache-Control", &["no-cache", "max-age=0"]),
    ("If-None-Match", &["\"x\""]),
    ("If-Match", &["*"]),
    ("Content-MD5", &["x"]),
    ("Content-Encoding", &["gzip"]),
    ("Host", &["x"]),
    ("Cookie", &["a=b"]),
    ("Sec-Foo", &["x"]),
    ("Proxy-Foo", &["x"]),
    ("Date", &["x"]),
    ("Origin", &["https://evil.example"]),
    ("TE", &["trailers"]),
    ("Via", &["x"]),
    ("Access-Control-Request-Method", &["GET"]),
    ("Access-Control-Request-Private-Network", &["true"]),
    ("X-HTTP-Method-Override", &["PUT", "TRACE", "put, Connect", "track"]),
    ("x-http-method", &["trace", "tracer"]),
    ("User-Agent", &["corsynth"]),
    ("DPR", &["2"]),
    ("Save-Data", &["on"]),
    ("Viewport-Width", &["1"]),
    ("x y", &["1"]),
];
const TOKENS: [&str; 8] = ["x-a", "x-b", "X-C", "authorization", "content-type", "range", "etag", "*"];

pub(super) fn generate(seed: u64, count: usize) -> Vec<Case> {
    let mut random = Random(seed);
    (0..count).map(|_| random.case()).collect()
}

impl Random {
    fn case(&mut self) -> Case {
        let origin = self.pick(&ORIGINS).to_owned();
        let target = match origin.as_str() {
            "http://localhost:3000" if self.one_in(2) => "http://cdn.example.net:8080",
            _ if self.one_in(4) => "https://bucket.s3.eu-west-1.amazonaws.com:8443",
            _ => "https://cdn.example.net",
        };
        let method = match self.pick(&METHODS) {
            // Node's server knows no such method in HTTP/1.1.
            "patch" if target.starts_with("http:") => "PATCH",
            method => method,
        };
        let method = method.to_owned();
        let mut headers = self.request_headers();
        if target.starts_with("http:") {
            // Neither does it take control characters in a value.
            for (_, value) in &mut headers {
                value.retain(|c| c == '\t' || c >= ' ' && c != '\u{7f}');
            }
        }
        let modes = [&CredentialsMode::Omit, &CredentialsMode::SameOrigin, &CredentialsMode::Include];
        let credentials = *self.pick(&modes);
        // Otherwise nearly every preflight fails by one of its many conditions.
        let is_kind = self.one_in(2);
        let preflight = self.preflight(&origin, &method, &headers, is_kind);
        let response = self.response(&origin, target, is_kind);
        let path = self.pick(&["/", "/a/b.txt", "/o?x=1", "/o?x=1&y=%20", "/%7Eo"]).to_owned();
        Case { origin, target: target.to_owned(), path, method, headers, credentials, preflight, response }
    }

    fn request_headers(&mut self) -> Vec<(String, String)> {
        let count = self.pick(&[&0, &0, &0, &1, &1, &2, &3, &8]);
        let mut headers: Vec<(String, String)> = Vec::new();
        for _ in 0..*count {
            let (name, values) = HEADERS[self.below(HEADERS.len())];
            if headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) || name == "x y" && !self.one_in(4) {
                continue;
            }
            // Chromium looks into its client hints, and drops odd ones in redirects: not a matter of CORS.
            let is_hint = ["DPR", "Save-Data", "Viewport-Width"].contains(&name);
            let value = match self.below(10) {
                _ if is_hint => self.pick(values).to_owned(),
                0 => self.random_value(),
                1 => self.long_value(name),
                _ => self.pick(values).to_owned(),
            };
            headers.push((name.to_owned(), value));
        }
        headers
    }

    /// A short value of any Latin-1 characters.
    fn random_value(&mut self) -> String {
        let length = self.below(6);
        (0..length).map(|_| char::from(u8::try_from(self.below(256)).unwrap())).filter(|c| *c != '\0').collect()
    }

    /// A value around the limit of 128 bytes.
    fn long_value(&mut self, name: &str) -> String {
        let length = 126 + self.below(5);
        let start = match name.to_ascii_lowercase().as_str() {
            "content-type" => "text/plain;",
            "range" => "bytes=0",
            _ => "",
        };
        let letter = if name.eq_ignore_ascii_case("range") { "0" } else { "x" };
        let end = if name.eq_ignore_ascii_case("range") { "-" } else { "" };
        format!("{start}{}{end}", letter.repeat(length - start.len() - end.len()))
    }

    fn preflight(&mut self, origin: &str, method: &str, headers: &[(String, String)], is_kind: bool) -> Answer {
        let statuses: &[&u16] = &[&200, &200, &204, &201, &299, &301, &307, &304, &400, &403, &404, &500];
        let status = if is_kind { 200 } else { *self.pick(statuses) };
        let mut sent = Vec::new();
        if status == 301 || status == 307 {
            let location = self.pick(&["", "/elsewhere", "https://x.example/"]);
            push_unless_empty(&mut sent, "location", location);
        }
        self.cors_headers(origin, is_kind, &mut sent);
        let methods = match self.below(if is_kind { 4 } else { 10 }) {
            0 => "*".to_owned(),
            1 | 2 => format!("GET, {}", method.to_ascii_uppercase()),
            3 => format!("{method},PUT , POST"),
            4 => String::new(),
            5 => "GET,,HEAD,".to_owned(),
            6 => self.pick(&["put", "PUT; GET", "PUT GET", "(", ",", "PUT,\t", "DELETE/PUT"]).to_owned(),
            7 => "PATCH, *".to_owned(),
            _ => "PUT, DELETE".to_owned(),
        };
        self.push_list(&mut sent, "access-control-allow-methods", &methods);
        let mut names: Vec<String> =
            headers.iter().map(|(name, _)| name.clone()).filter(|name| name != "x y").collect();
        if !is_kind && self.one_in(2) && !names.is_empty() {
            names.remove(self.below(names.len()));
        }
        if self.one_in(3) {
            names.push(self.pick(&TOKENS).to_owned());
        }
        let names = match self.below(if is_kind { 4 } else { 8 }) {
            0 => "*".to_owned(),
            1 => names.join(",").to_ascii_uppercase(),
            4 => self.pick(&["", "x-a x-b", "x-a;x-b", "\"x-a\"", ",", "x-*", "*, authorization"]).to_owned(),
            _ => names.join(self.pick(&[", ", ",", " , ", ",,", ",\t"])),
        };
        self.push_list(&mut sent, "access-control-allow-headers", &names);
        push_unless_empty(&mut sent, "access-control-max-age", self.pick(&["", "", "0", "60", "x", "-1"]));
        (status, sent)
    }

    fn response(&mut self, origin: &str, target: &str, is_kind: bool) -> Answer {
        let statuses: &[&u16] = &[&200, &200, &200, &200, &201, &204, &206, &304, &400, &403, &404, &500, &302, &307];
        let status = *self.pick(statuses);
        let mut sent = Vec::new();
        self.cors_headers(origin, is_kind, &mut sent);
        let tokens: Vec<&str> = (0..self.below(4)).map(|_| self.pick(&TOKENS)).collect();
        let exposed = match self.below(8) {
            0 => "*".to_owned(),
            1 => self.pick(&["etag x-a", "etag;", "(", ",", "etag,,x-a,", "set-cookie, etag", "\tetag"]).to_owned(),
            2 => String::new(),
            _ => tokens.join(self.pick(&[", ", ",", " ,"])),
        };
        self.push_list(&mut sent, "access-control-expose-headers", &exposed);
        let others = [
            ("etag", "\"1\""),
            ("x-a", "1"),
            ("x-b", "2"),
            ("x-c", "3"),
            ("set-cookie", "a=b"),
            ("content-type", "text/plain"),
            ("content-language", "de"),
            ("cache-control", "no-store"),
            ("expires", "0"),
            ("last-modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("pragma", "no-cache"),
            ("vary", "Origin"),
            ("age", "0"),
            ("server", "x"),
        ];
        for (name, value) in others {
            if self.one_in(3) {
                sent.push((name.to_owned(), value.to_owned()));
            }
        }
        if status == 302 || status == 307 {
            let other_scheme = format!("http://{}{ELSEWHERE}", target.split_once("://").unwrap().1);
            let user = format!("https://u:p@{}/", target.split_once("://").unwrap().1);
            let same = format!("{target}{ELSEWHERE}?q");
            let is_https = target.starts_with("https");
            let locations = ["", ELSEWHERE, &same, if is_https { &user } else { &other_scheme }, "ftp://x/", "?again"];
            push_unless_empty(&mut sent, "location", self.pick(&locations));
        }
        (status, sent)
    }

    /// `Access-Control-Allow-Origin` and `-Credentials`.
    fn cors_headers(&mut self, origin: &str, is_kind: bool, sent: &mut Vec<(String, String)>) {
        let allowed = match self.below(if is_kind { 8 } else { 16 }) {
            0..=3 => origin.to_owned(),
            4..=7 => "*".to_owned(),
            8 => format!("{origin}/"),
            9 => origin.to_ascii_uppercase(),
            10 => format!("{origin}, *"),
            11 => format!(" {origin} "),
            12 => "https://other.example.com".to_owned(),
            13 => {
                #[rustfmt::skip]
                let odd = [
                    "null", "", "https://*.example.com", "*.example.com", "**", "app.example.com", "localhost:3000", "foo",
                    "https://", "https://app.example.com:443", "https://a.example:99999", "//app.example.com", "http://[::1]",
                    "http://[::1", "a b", "https://a b", "capacitor://localhost", "https://a.example:", "https://a.example:x",
                    "https:a.example", "https:/a.example", "https://u@", "https://a<b", "1:2", "file:///x", "http://?x",
                ];
                self.pick(&odd).to_owned()
            }
            14 => return,
            _ => {
                sent.push(("access-control-allow-origin".to_owned(), origin.to_owned()));
                self.pick(&[origin, "*"]).to_owned()
            }
        };
        sent.push(("access-control-allow-origin".to_owned(), allowed));
        let values: &[&str] = &["true", "true", "True", "false", " true ", "true, true", "", "1"];
        if is_kind || !self.one_in(3) {
            let value = if is_kind { "true" } else { self.pick(values) };
            sent.push(("access-control-allow-credentials".to_owned(), value.to_owned()));
        }
    }

    /// One header, or two of the same name, or none for an empty list.
    fn push_list(&mut self, sent: &mut Vec<(String, String)>, name: &str, list: &str) {
        match list.split_once(", ") {
            Some((first, rest)) if self.one_in(6) => {
                sent.push((name.to_owned(), first.to_owned()));
                sent.push((name.to_owned(), rest.to_owned()));
            }
            _ => push_unless_empty(sent, name, list),
        }
    }
}

fn push_unless_empty(sent: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !value.is_empty() {
        sent.push((name.to_owned(), value.to_owned()));
    }
}
