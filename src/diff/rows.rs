//! Rows: the same change for many requests, told once.

use super::atoms::{Atoms, Part};
use super::pairs::Label;
use crate::deployed::Asset;
use crate::fetch::CredentialsMode;
use crate::simulate::{Asked, Door, PageRequest, Scenario, Url};
use std::collections::{BTreeMap, BTreeSet};

/// What happened to some access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is there afterwards only.
    Gained,
    /// It was there before only.
    Lost,
}

impl Change {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }
}

/// The access that is gained or lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Requests at all.
    Requests {
        /// The header sets that may be sent along; the largest ones, none of which is part of another.
        header_sets: Vec<Vec<Part>>,
        /// The response headers that may be read beside the safelisted ones.
        exposed: Vec<String>,
    },
    /// Request headers, with requests that are allowed before and after.
    RequestHeaders(Vec<Part>),
    /// Request headers in one request that could be sent before and after, but not together.
    HeadersTogether(Vec<Part>),
    /// Response headers that may be read, of requests that are allowed before and after.
    Exposed(Vec<String>),
    /// That cookies and the like go along.
    Credentials,
}

impl What {
    /// The word for machines.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Requests { .. } => "requests",
            Self::RequestHeaders(_) => "request-headers",
            Self::HeadersTogether(_) => "request-headers-together",
            Self::Exposed(_) => "exposed-headers",
            Self::Credentials => "credentials",
        }
    }
}

/// One request of which a row tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// The page's origin.
    pub origin: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The door.
    pub door: Door,
    /// Names of headers that the page sets.
    pub headers: Vec<String>,
    /// Whether cookies and the like go along.
    pub credentials: bool,
}

impl Witness {
    /// The request as the simulator takes it.
    pub fn scenario(&self, asset: &Asset) -> Scenario {
        let url = Url::new(asset, self.door, &self.path);
        let request = PageRequest::new(self.origin.as_str(), self.method.as_str(), url).with_headers(&self.headers);
        let credentials = if self.credentials { CredentialsMode::Include } else { CredentialsMode::SameOrigin };
        let request = PageRequest { credentials, ..request };
        Scenario::of(Asked::Page(request))
    }
}

/// A change, for every combination of its origins, methods, paths and doors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name of the sides.
    pub name: String,
    /// Their environment.
    pub environment: Option<String>,
    /// The asset.
    pub asset: String,
    /// Gained or lost.
    pub change: Change,
    /// What.
    pub what: What,
    /// From where.
    pub origins: Vec<Part>,
    /// With which methods.
    pub methods: Vec<String>,
    /// Where.
    pub paths: Vec<Part>,
    /// Through which doors.
    pub doors: Vec<Door>,
    /// What it depends on, when it is not so always: before when it was gained, after when it was lost, or the other way
    /// round; the text says which.
    pub depends: Option<String>,
    /// One such request.
    pub witness: Witness,
}

/// Access that somebody should decide on, not only let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Pages of origins that a pattern with `*` stands for.
    Wildcard,
    /// Cookies, or `Authorization`.
    Credentials,
    /// A method that is neither `GET` nor `HEAD`.
    Write,
    /// Pages of anyone.
    Anyone,
}

impl Risk {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Wildcard, Self::Credentials, Self::Write, Self::Anyone];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wildcard => "wildcard",
            Self::Credentials => "credentials",
            Self::Write => "write",
            Self::Anyone => "anyone",
        }
    }
}

impl Row {
    /// What of it somebody should decide on. Nothing of what is lost.
    pub fn risks(&self) -> Vec<Risk> {
        let from = |is: &dyn Fn(&str) -> bool| {
            let part = |part: &Part| !part.all.is_empty() && part.all.iter().all(|text| is(text));
            matches!(self.what, What::Requests { .. }) && self.origins.iter().any(part)
        };
        let is_authorization = |part: &Part| part.all.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
        let is = |risk: &Risk| match risk {
            Risk::Wildcard => from(&|text| text.contains('*') && text != "*"),
            Risk::Anyone => from(&|text| text == "*"),
            Risk::Credentials => match &self.what {
                What::Requests { header_sets, .. } => header_sets.iter().flatten().any(is_authorization),
                What::RequestHeaders(parts) | What::HeadersTogether(parts) => parts.iter().any(is_authorization),
                What::Credentials => true,
                What::Exposed(_) => false,
            },
            Risk::Write => {
                matches!(self.what, What::Requests { .. })
                    && self.methods.iter().any(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS"))
            }
        };
        Risk::ALL.into_iter().filter(|risk| self.change == Change::Gained && is(risk)).collect()
    }
}

/// A change for one class of requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    pub(super) fact: Fact,
    pub(super) door: Door,
    /// The path, as an index of an atom.
    pub(super) path: usize,
    /// The origin, as an index of a class.
    pub(super) origin: usize,
    pub(super) method: String,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact {
    pub(super) change: Change,
    pub(super) what: What,
    pub(super) depends: Option<String>,
    /// Headers of a request that shows it.
    pub(super) headers: Vec<String>,
}

/// What the indices of units stand for.
pub(super) struct Legend<'l> {
    /// The paths of each door, each with the shortest of its atom.
    pub(super) paths: BTreeMap<Door, (Atoms, Vec<String>)>,
    pub(super) origins: &'l Atoms,
    /// Of each class of origins, its atoms, and one that a browser sends.
    pub(super) classes: &'l [(BTreeSet<usize>, Option<String>)],
}

type Methods = BTreeSet<String>;
type Classes = BTreeSet<usize>;

/// What a row says beside its doors.
type Key = (Fact, Methods, Classes, Vec<Part>);

/// Units that say the same of methods, origins, paths or doors, as one row.
pub(super) fn rows(label: &Label, units: impl IntoIterator<Item = Unit>, legend: &Legend<'_>) -> Vec<Row> {
    let mut by_method: BTreeMap<(Fact, Door, usize, usize), Methods> = BTreeMap::new();
    for Unit { fact, door, path, origin, method } in units {
        by_method.entry((fact, door, path, origin)).or_default().insert(method);
    }
    let mut by_origin: BTreeMap<(Fact, Methods, Door, usize), Classes> = BTreeMap::new();
    for ((fact, door, path, origin), methods) in by_method {
        by_origin.entry((fact, methods, door, path)).or_default().insert(origin);
    }
    let mut by_path: BTreeMap<(Fact, Methods, (Classes, Door)), BTreeSet<usize>> = BTreeMap::new();
    for ((fact, methods, door, path), origins) in by_origin {
        by_path.entry((fact, methods, (origins, door))).or_default().insert(path);
    }
    // Two doors may know different paths; what they are called is the same then.
    let mut by_door: BTreeMap<Key, BTreeMap<Door, String>> = BTreeMap::new();
    for ((fact, methods, (origins, door)), paths) in by_path {
        let Some((atoms, shortest)) = legend.paths.get(&door) else { continue };
        let path = paths.iter().filter_map(|&at| shortest.get(at)).min_by_key(|path| path.len()).cloned();
        let key = (fact, methods, origins, atoms.describe(&paths));
        by_door.entry(key).or_default().insert(door, path.unwrap_or_default());
    }
    by_door.into_iter().filter_map(|(key, doors)| row(label, key, doors, legend)).collect()
}

/// One row; `doors` have a path each.
fn row(label: &Label, key: Key, doors: BTreeMap<Door, String>, legend: &Legend<'_>) -> Option<Row> {
    let (fact, methods, origins, paths) = key;
    let classes = || origins.iter().filter_map(|&at| legend.classes.get(at));
    let atoms = classes().flat_map(|(atoms, _)| atoms.iter().copied()).collect();
    let (door, path) = doors.first_key_value()?;
    let witness = Witness {
        origin: classes().find_map(|(_, page)| page.clone())?,
        method: methods.first()?.clone(),
        path: path.clone(),
        door: *door,
        headers: fact.headers,
        credentials: fact.what == What::Credentials,
    };
    Some(Row {
        name: label.name.clone(),
        environment: label.environment.clone(),
        asset: label.asset.clone(),
        change: fact.change,
        what: fact.what,
        origins: legend.origins.describe(&atoms),
        methods: methods.into_iter().collect(),
        paths,
        doors: doors.into_keys().collect(),
        depends: fact.depends,
        witness,
    })
}
