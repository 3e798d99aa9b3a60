//! A scenario in words, as the command line takes it: words in, a [`Scenario`] out, and back. What one direction
//! writes the other reads, so that a counterexample can be told as a command.

mod address;
mod given;
mod readings;

pub use readings::readings;

use super::{Asked, Door, HttpRequest, PageRequest, Scenario};
use crate::deployed::{Asset, Deployed};
use crate::fetch::header::is_token;
use crate::fetch::{CredentialsMode, HeaderList, OriginPattern};

/// A request and its history, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The page's origin.
    pub origin: Option<String>,
    /// The method.
    pub method: String,
    /// `asset:/path`, or a whole URL.
    pub url: String,
    /// Headers: `NAME: VALUE`, or `NAME` for a value that is not safelisted.
    pub headers: Vec<String>,
    /// The credentials mode.
    pub credentials: CredentialsMode,
    /// The history, oldest first: `METHOD URL [origin=O] [NAME=VALUE…] [same-browser]`.
    pub given: Vec<String>,
    /// Whether the request goes as it stands.
    pub raw: bool,
    /// Whether the use-CORS-preflight flag is set.
    pub preflight: bool,
    /// Whether the object does not exist.
    pub missing: bool,
    /// The door of `asset:/path`; the asset's usual one when it is not told.
    pub via: Option<Door>,
    /// The rule that S3 gets first, from 1, where what keeps no order sends the rules.
    pub first_rule: Option<usize>,
}

/// Why words are no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong: lower case, no final period, text of others in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Vec<String>,
}

impl Mistake {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new() }
    }

    fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// A scenario, and the asset that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<'d> {
    /// The asset.
    pub asset: &'d Asset,
    /// The request and its history.
    pub scenario: Scenario,
    /// What is odd about the words, though they say something.
    pub remarks: Vec<String>,
}

/// What URLs may name.
#[derive(Debug, Clone, Copy)]
pub struct Names<'d> {
    /// What AWS holds.
    pub deployed: &'d Deployed,
    /// Whether any name means the one asset there is: a lone list of CORS rules does not tell its bucket.
    pub any: bool,
}

impl Words {
    /// The scenario that the words tell.
    pub fn read<'d>(&self, names: Names<'d>) -> Result<Ask<'d>, Mistake> {
        let mut remarks = Vec::new();
        let method = method(&self.method)?;
        let headers = self.headers.iter().map(|text| header(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(origin) = &self.origin {
            remarks.extend(odd_origin(origin)?);
        }
        let (asset, asked) = if self.raw {
            if self.preflight {
                return Err(Mistake::new("a raw request has no preflight")
                    .help("give the preflight itself: `--method OPTIONS` with its headers"));
            }
            let headers = self.raw_headers(headers)?;
            let (asset, url) = address::locate(names, &self.url, &address::knocking(&method, &headers), self.via)?;
            (asset, Asked::Raw(HttpRequest { method: method.into(), url, headers }))
        } else {
            let knocking = address::knocking(&method, &HeaderList::new());
            let (asset, url) = address::locate(names, &self.url, &knocking, self.via)?;
            let Some(origin) = self.origin.clone() else {
                return Err(Mistake::new("a request of a page has an origin")
                    .help("name it: `--origin https://www.example.com`, or `--origin null`")
                    .help("`--raw` sends a request without one"));
            };
            let (credentials, use_cors_preflight) = (self.credentials, self.preflight);
            let (origin, method) = (origin.into(), method.into());
            (asset, Asked::Page(PageRequest { origin, method, url, headers, credentials, use_cors_preflight }))
        };
        let given = self.given.iter().map(|text| given::read(names, asset, text)).collect::<Result<_, _>>()?;
        let first_rule = self.first_rule.map(|number| rule(asset, number)).transpose()?;
        let scenario = Scenario { given, asked, object_exists: !self.missing, first_rule };
        Ok(Ask { asset, scenario, remarks })
    }

    /// The headers of a raw request, which all have values.
    fn raw_headers(&self, headers: Vec<(String, Option<String>)>) -> Result<HeaderList, Mistake> {
        let origin = self.origin.iter().map(|origin| Ok(("Origin".to_owned(), origin.clone())));
        let given = headers.into_iter().map(|(name, value)| match value {
            Some(value) => Ok((name, value)),
            None => Err(Mistake::new(format!("the header `{name}` of a raw request has no value"))
                .help(format!("write `{name}: VALUE`"))),
        });
        origin.chain(given).collect()
    }

    /// The words that tell a scenario.
    pub fn telling(asset: &Asset, scenario: &Scenario) -> Self {
        let no_headers = HeaderList::new();
        let (url, method, headers) = match &scenario.asked {
            Asked::Page(page) => (&page.url, &page.method, &no_headers),
            Asked::Raw(request) => (&request.url, &request.method, &request.headers),
        };
        let (url, via) = address::spell(asset, url, &address::knocking(method, headers));
        let mut words = Self {
            method: method.to_string(),
            url,
            via,
            missing: !scenario.object_exists,
            first_rule: scenario.first_rule.map(|index| index.saturating_add(1)),
            given: scenario.given.iter().map(|earlier| given::spell(asset, earlier)).collect(),
            ..Self::default()
        };
        match &scenario.asked {
            Asked::Page(page) => {
                let spell = |(name, value): &(String, Option<String>)| match value {
                    Some(value) => format!("{name}: {value}"),
                    None => name.clone(),
                };
                words.origin = Some(page.origin.to_string());
                words.headers = page.headers.iter().map(spell).collect();
                words.credentials = page.credentials;
                words.preflight = page.use_cors_preflight;
            }
            Asked::Raw(request) => {
                words.raw = true;
                words.headers = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            }
        }
        words
    }

    /// The arguments of `corsynth simulate` that give these words. What goes without saying is left out.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut option = |name: &str, value: &str| arguments.extend([name.to_owned(), value.to_owned()]);
        if let Some(origin) = &self.origin {
            option("--origin", origin);
        }
        if self.method != "GET" {
            option("--method", &self.method);
        }
        option("--url", &self.url);
        for header in &self.headers {
            option("--header", header);
        }
        if self.credentials != CredentialsMode::default() {
            option("--credentials", self.credentials.as_str());
        }
        for earlier in &self.given {
            option("--given", earlier);
        }
        if let Some(via) = self.via {
            option("--via", via.as_str());
        }
        if let Some(number) = self.first_rule {
            option("--first-rule", &number.to_string());
        }
        for (flag, is_set) in [("--raw", self.raw), ("--preflight", self.preflight), ("--missing", self.missing)] {
            arguments.extend(is_set.then(|| flag.to_owned()));
        }
        arguments
    }
}

/// The index of a rule by its number.
fn rule(asset: &Asset, number: usize) -> Result<usize, Mistake> {
    let count = asset.bucket.cors.as_ref().map_or(0, |cors| cors.rules.len());
    number.checked_sub(1).filter(|index| *index < count).ok_or_else(|| {
        Mistake::new(format!("there is no rule {number}")).help(match count {
            0 => format!("the bucket of `{}` has no CORS rules", asset.id),
            _ => format!("the bucket of `{}` has rules 1 to {count}", asset.id),
        })
    })
}

/// A method as it was given: a token. The browser makes upper case of some.
fn method(text: &str) -> Result<String, Mistake> {
    if is_token(text) { Ok(text.to_owned()) } else { Err(Mistake::new(format!("`{text}` is not a method"))) }
}

/// `NAME: VALUE`, or `NAME`.
fn header(text: &str) -> Result<(String, Option<String>), Mistake> {
    let (name, value) = match text.split_once(':') {
        Some((name, value)) => (name.trim(), Some(value)),
        None => (text.trim(), None),
    };
    if !is_token(name) {
        return Err(Mistake::new(format!("`{name}` is not the name of a header"))
            .help("a header is written `NAME: VALUE`, or `NAME` for a value that is not safelisted"));
    }
    Ok((name.to_owned(), value.map(|value| header_value(name, value)).transpose()?))
}

/// A value without what surrounds it. <https://fetch.spec.whatwg.org/#concept-header-value-normalize>
fn header_value(name: &str, value: &str) -> Result<String, Mistake> {
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    if value.contains(['\0', '\r', '\n']) {
        return Err(Mistake::new(format!("the value of `{name}` holds a line end or a zero byte")));
    }
    Ok(value.to_owned())
}

/// What is to be said about an origin that no browser sends; a mistake when nothing can send it.
fn odd_origin(text: &str) -> Result<Option<String>, Mistake> {
    if text.is_empty() || text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Mistake::new(format!("`{text}` is not an origin"))
            .help("write it as the browser sends it: `scheme://host[:port]`, or `null`"));
    }
    let is_serialized = text == "null" || OriginPattern::parse(text).is_ok_and(|pattern| pattern.is_literal());
    Ok((!is_serialized).then(|| {
        format!("no browser sends the origin `{text}`: it is `scheme://host[:port]` in lower case, without a path")
    }))
}
