//! What one side makes of a request.

use crate::deployed::{Asset, CacheBehavior, CorsRule, RuleOrder};
use crate::fetch::header::is_cors_safelisted_response_header_name;
use crate::fetch::{CredentialsMode, HeaderName, HeaderPattern};
use crate::intent::permits::{Permission, Request, allows};
use crate::intent::{Grant, Intent};
use crate::prove::headers;
use crate::prove::histories::{Histories, signed_url};
use crate::prove::origins::{OriginClass, Teller};
use crate::prove::slim;
use crate::simulate::{
    Asked, Decision, Door, Earlier, Outcome, PageRequest, Party, Readings, Scenario, Url, behavior_for, policy,
    simulate, simulate_readings,
};
use std::collections::{BTreeMap, BTreeSet};

/// Who is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// Nobody: the other side has it only.
    Nothing,
    /// An intent, of one of its assets.
    Grants(&'a Intent, usize),
    /// What AWS holds.
    Holds(&'a Asset),
}

impl<'a> Subject<'a> {
    /// What tells origins apart for it.
    pub(super) fn teller(self) -> Option<Teller<'a>> {
        match self {
            Self::Nothing => None,
            Self::Grants(intent, index) => Some(Teller::Grants(intent, index)),
            Self::Holds(asset) => Some(Teller::Held(asset)),
        }
    }

    /// Whether there is a distribution in front of the bucket.
    pub(super) fn has_distribution(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Grants(intent, index) => intent.assets.get(index).is_some_and(|asset| asset.cdn.is_some()),
            Self::Holds(asset) => asset.distribution.is_some(),
        }
    }

    /// The path patterns that it tells paths apart by, at a door.
    pub(super) fn path_patterns(self, door: Door) -> Vec<&'a str> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Grants(intent, index) => {
                let aliases = intent.assets.get(index).into_iter().flat_map(|asset| &asset.paths);
                aliases.map(|alias| alias.pattern.value.as_str()).collect()
            }
            Self::Holds(asset) => {
                let distribution = asset.distribution.as_ref().filter(|_| door == Door::Distribution);
                let behaviors = distribution.into_iter().flat_map(|d| &d.behaviors);
                behaviors.filter_map(|behavior| behavior.path_pattern.as_deref()).collect()
            }
        }
    }

    /// The grants on the asset.
    pub(super) fn grants(self) -> Vec<&'a Grant> {
        match self {
            Self::Grants(intent, index) => {
                intent.grants.iter().filter(|grant| grant.to.iter().any(|target| target.asset == index)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The bucket's rules.
    pub(super) fn rules(self) -> &'a [CorsRule] {
        match self {
            Self::Holds(asset) => asset.cors().map_or(&[], |cors| &cors.rules),
            _ => &[],
        }
    }

    /// The CORS sections of the response headers policies.
    pub(super) fn policies(self) -> Vec<&'a crate::deployed::CorsConfig> {
        match self {
            Self::Holds(asset) => {
                let behaviors = asset.distribution.iter().flat_map(|d| &d.behaviors);
                behaviors.filter_map(|behavior| behavior.response_headers_policy.as_ref()?.cors.as_ref()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The texts that it tells request headers apart by.
    pub(super) fn header_texts(self) -> Vec<&'a str> {
        let granted =
            self.grants().into_iter().flat_map(|grant| grant.request_headers.iter().map(HeaderPattern::as_str));
        let ruled = self.rules().iter().flat_map(|rule| rule.allowed_headers.iter().map(String::as_str));
        let policies = self.policies();
        let listed = policies.iter().flat_map(|cors| cors.allow_headers.iter().map(String::as_str));
        let held = if let Self::Holds(asset) = self { Some(asset) } else { None };
        let functions = held.into_iter().flat_map(Asset::function_rules);
        let functions = functions.flat_map(|rule| rule.allowed_headers.iter().map(String::as_str));
        granted.chain(ruled).chain(listed).chain(functions).collect()
    }
}

/// Whether a request is let through, and its answer told to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    /// Never.
    No,
    /// Not always; on what it depends.
    Depends(&'static str),
    /// Always.
    Yes,
    /// Neither granted nor denied here: an intent grants it at another door, and artifacts are on the other side.
    Open,
    /// Something has a say that is not modelled.
    Unknown(String),
}

impl Access {
    /// Never, sometimes, always.
    pub(super) fn level(&self) -> u8 {
        match self {
            Self::No | Self::Open | Self::Unknown(_) => 0,
            Self::Depends(_) => 1,
            Self::Yes => 2,
        }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) access: Access,
    /// The response headers that the page may read beside the safelisted ones.
    pub(super) exposed: BTreeSet<String>,
    /// Those, and the ones that are as little a difference as such requests at another door.
    pub(super) may_expose: BTreeSet<String>,
}

impl Answer {
    fn of(access: Access) -> Self {
        Self { access, exposed: BTreeSet::new(), may_expose: BTreeSet::new() }
    }
}

/// A path of a door.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) door: Door,
    pub(super) path: String,
    /// The index of its atom.
    pub(super) atom: usize,
}

/// A request without its headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'q> {
    /// The index of the place, and the place.
    pub(super) place: (usize, &'q Place),
    pub(super) origin: &'q str,
    pub(super) method: &'q str,
}

/// One side, ready to be asked.
pub(super) enum Asker<'a> {
    Nothing,
    Grants(Box<Granter<'a>>),
    Holds(Box<Holder>),
}

/// An intent, ready to be asked of one of its assets.
pub(super) struct Granter<'a> {
    intent: &'a Intent,
    asset: usize,
    origins: ByOrigin<'a>,
    /// Whether artifacts are on the other side.
    is_mixed: bool,
    /// Only what concerns the origin at hand.
    narrowed: Intent,
}

/// What AWS holds, ready to be asked.
pub(super) struct Holder {
    /// Without origins that nobody asks from.
    asset: Asset,
    /// The classes of origins, with the rules of this bucket that match them.
    classes: Vec<OriginClass>,
    /// Those that match the origin at hand.
    rules: Vec<usize>,
    /// By place.
    histories: Vec<Option<Histories>>,
}

impl<'a> Asker<'a> {
    /// `first_rule` is where the rules of this bucket begin among those that the classes name.
    pub(super) fn new(
        subject: Subject<'a>,
        is_mixed: bool,
        classes: &[OriginClass],
        first_rule: usize,
        names: &[String],
        places: &[Place],
    ) -> Self {
        match subject {
            Subject::Nothing => Self::Nothing,
            Subject::Grants(intent, index) => {
                let origins = ByOrigin::new(intent, index);
                let narrowed = origins.narrowed(intent, "");
                Self::Grants(Box::new(Granter { intent, asset: index, origins, is_mixed, narrowed }))
            }
            Subject::Holds(asset) => {
                let count = subject.rules().len();
                let own = |class: &OriginClass| OriginClass {
                    rules: class
                        .rules
                        .iter()
                        .filter_map(|at| at.checked_sub(first_rule))
                        .filter(|at| *at < count)
                        .collect(),
                    ..class.clone()
                };
                let classes: Vec<OriginClass> = classes.iter().map(own).collect();
                let asset = slim::asset(asset, &classes);
                let rules = asset.cors().map_or(&[][..], |cors| &cors.rules);
                let largest = |rule: &CorsRule| {
                    let covered = headers::covered(names, std::iter::once(rule.allowed_headers.as_slice()), None);
                    covered.into_iter().flatten().collect::<Vec<_>>().join(",")
                };
                let covered: Vec<String> = rules.iter().map(largest).collect();
                let histories = places.iter().map(|place| {
                    let behavior = behavior_at(&asset, place).ok()?;
                    Some(Histories::new(&asset, behavior?, &place.path, &classes, &covered))
                });
                let histories = histories.collect();
                Self::Holds(Box::new(Holder { asset, classes, rules: Vec::new(), histories }))
            }
        }
    }

    /// Turns to an origin and its class.
    pub(super) fn turn_to(&mut self, class: usize, origin: &str) {
        match self {
            Self::Nothing => {}
            Self::Grants(granter) => granter.narrowed = granter.origins.narrowed(granter.intent, origin),
            Self::Holds(holder) => {
                holder.rules = holder.classes.get(class).map(|class| class.rules.clone()).unwrap_or_default();
            }
        }
    }

    /// The largest header sets that it lets through with such requests.
    pub(super) fn header_sets<'n>(&self, question: Question<'_>, names: &'n [String]) -> Vec<BTreeSet<&'n str>> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Grants(granter) => {
                let concern = granter.narrowed.concern(&request(question, granter.asset));
                let covered = |set| names.iter().map(String::as_str).filter(|name| allows(set, name)).collect();
                concern.header_sets().map(covered).collect()
            }
            Self::Holds(holder) => holder.header_sets(question, names),
        }
    }

    /// What becomes of a request with these headers.
    pub(super) fn answer(&mut self, question: Question<'_>, headers: &[&str]) -> Answer {
        match self {
            Self::Nothing => Answer::of(Access::No),
            Self::Grants(granter) => granter.answer(question, headers),
            Self::Holds(holder) => holder.answer(question, headers),
        }
    }

    /// Whether a policy lets cookies and the like along. Intents have no word for it, and S3 looks at none.
    pub(super) fn lets_credentials(&self, question: Question<'_>) -> bool {
        let Self::Holds(holder) = self else { return false };
        let behavior = behavior_at(&holder.asset, question.place.1).ok().flatten();
        let Some(cors) = behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref()) else { return false };
        let readings = Readings::default();
        if !cors.allow_credentials || policy::allow_origin_entry(cors, question.origin, &readings).is_none() {
            return false;
        }
        let mut scenario = holder.scenario(question, &[], Vec::new(), None);
        if let Asked::Page(request) = &mut scenario.asked {
            request.credentials = CredentialsMode::Include;
        }
        simulate(&holder.asset, &scenario, &readings, false).verdict.decision == Decision::Readable
    }
}

fn request(question: Question<'_>, asset: usize) -> Request<'_> {
    let Question { place: (_, place), origin, method } = question;
    Request { asset, through_cdn: place.door == Door::Distribution, path: &place.path, origin, method }
}

/// The behaviour at a place: none at the bucket's own door; an error is why nobody can tell, empty when nothing leads here.
fn behavior_at<'d>(asset: &'d Asset, place: &Place) -> Result<Option<&'d CacheBehavior>, Vec<String>> {
    if place.door != Door::Distribution {
        return Ok(None);
    }
    let Some(distribution) = &asset.distribution else { return Err(Vec::new()) };
    match behavior_for(distribution, &place.path) {
        // Another origin's, or the distribution's owner's: no request gets here.
        None => Err(Vec::new()),
        Some(behavior) if !behavior.is_for_this_bucket => Err(Vec::new()),
        Some(behavior) if !behavior.unknown.is_empty() => {
            let which = behavior.path_pattern.as_deref().unwrap_or("*");
            Err(vec![format!("behaviour `{which}` of `{}`: {}", asset.id, behavior.unknown.join("; "))])
        }
        Some(behavior) => Ok(Some(behavior)),
    }
}

/// The grants on an asset by the origins that they name, so that those for one origin are found without asking all.
#[derive(Debug)]
pub(super) struct ByOrigin<'a> {
    literals: BTreeMap<&'a str, BTreeSet<usize>>,
    /// Those that name a pattern.
    patterns: BTreeSet<usize>,
}

impl<'a> ByOrigin<'a> {
    fn new(intent: &'a Intent, asset: usize) -> Self {
        let mut by_origin = Self { literals: BTreeMap::new(), patterns: BTreeSet::new() };
        for (at, grant) in intent.grants.iter().enumerate() {
            if !grant.to.iter().any(|target| target.asset == asset) {
                continue;
            }
            for origin in &grant.origins {
                if origin.is_literal() {
                    by_origin.literals.entry(origin.as_str()).or_default().insert(at);
                } else {
                    by_origin.patterns.insert(at);
                }
            }
        }
        by_origin
    }

    /// The intent with the grants on the asset for one origin only: it permits the same to requests from there.
    fn narrowed(&self, intent: &Intent, origin: &str) -> Intent {
        let grants: BTreeSet<usize> =
            self.literals.get(origin).into_iter().flatten().chain(&self.patterns).copied().collect();
        let narrow = |grant: &Grant| Grant {
            index: grant.index,
            span: grant.span,
            from: Vec::new(),
            frontends: Vec::new(),
            origins: grant.origins.iter().filter(|pattern| pattern.matches(origin)).cloned().collect(),
            to: grant.to.clone(),
            uses: grant.uses.clone(),
            upload: grant.upload,
            methods: grant.methods.clone(),
            request_headers: grant.request_headers.clone(),
            header_spans: BTreeMap::new(),
            expose: grant.expose.clone(),
            preflight_cache: grant.preflight_cache,
            credentials: grant.credentials,
            credentials_span: grant.credentials_span,
        };
        Intent {
            name: String::new(),
            environment: None,
            owner: None,
            assets: intent.assets.clone(),
            frontends: Vec::new(),
            withheld: Vec::new(),
            grants: grants.into_iter().filter_map(|at| intent.grants.get(at)).map(narrow).collect(),
            expectations: Vec::new(),
        }
    }
}

impl Granter<'_> {
    fn answer(&self, question: Question<'_>, headers: &[&str]) -> Answer {
        let names = |set: &BTreeSet<HeaderName>| -> BTreeSet<String> {
            let names = set.iter().map(HeaderName::as_str);
            names.filter(|name| !is_cors_safelisted_response_header_name(name)).map(ToOwned::to_owned).collect()
        };
        match self.narrowed.concern(&request(question, self.asset)).permits(headers) {
            Permission::Granted(granted) => Answer {
                access: Access::Yes,
                exposed: names(&granted.exposed),
                may_expose: names(if self.is_mixed { &granted.may_expose } else { &granted.exposed }),
            },
            Permission::Elsewhere(_) if self.is_mixed => Answer::of(Access::Open),
            Permission::Elsewhere(_) | Permission::Denied => Answer::of(Access::No),
        }
    }
}

impl Holder {
    fn scenario(
        &self,
        question: Question<'_>,
        headers: &[&str],
        given: Vec<Earlier>,
        first_rule: Option<usize>,
    ) -> Scenario {
        let Question { place: (_, place), origin, method } = question;
        let request = PageRequest::new(origin, method, self.url(place)).with_headers(headers.iter().copied());
        Scenario { given, first_rule, ..Scenario::of(Asked::Page(request)) }
    }

    /// The URL of a place, as a visitor has it who may read there.
    fn url(&self, place: &Place) -> Url {
        let url = Url::new(&self.asset, place.door, &place.path);
        match behavior_at(&self.asset, place).ok().flatten() {
            Some(behavior) => signed_url(url, behavior),
            None => url,
        }
    }

    /// The rules that match origin and method.
    fn matching(&self, method: &str) -> Vec<(usize, &CorsRule)> {
        let rules = self.asset.cors().map_or(&[][..], |cors| &cors.rules);
        let matching = self.rules.iter().filter_map(|&at| Some((at, rules.get(at)?)));
        matching.filter(|(_, rule)| rule.allowed_methods.iter().any(|m| m == method)).collect()
    }

    fn header_sets<'n>(&self, question: Question<'_>, names: &'n [String]) -> Vec<BTreeSet<&'n str>> {
        let behavior = behavior_at(&self.asset, question.place.1).ok().flatten();
        let policy = behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
        let rules = self.matching(question.method);
        let rules = rules.into_iter().map(|(_, rule)| rule.allowed_headers.as_slice());
        let functions =
            behavior.into_iter().flat_map(|b| b.function_rules().map(|rule| rule.allowed_headers.as_slice()));
        headers::covered(names, rules.chain(functions), policy)
    }

    fn answer(&mut self, question: Question<'_>, headers: &[&str]) -> Answer {
        match behavior_at(&self.asset, question.place.1) {
            Ok(_) => {}
            Err(why) if why.is_empty() => return Answer::of(Access::No),
            Err(why) => return Answer::of(Access::Unknown(why.join("; "))),
        }
        let run = |scenario: &Scenario| simulate_readings(&self.asset, scenario, &Readings::default(), &[], false);
        let alone = run(&self.scenario(question, headers, Vec::new(), None));
        let mut tally = Tally::default();
        tally.add(&alone, "what AWS has not documented");
        if self.asset.cors().is_some_and(|cors| cors.order == RuleOrder::Any) {
            for (first, _) in self.matching(question.method).into_iter().skip(1) {
                tally.add(
                    &run(&self.scenario(question, headers, Vec::new(), Some(first))),
                    "the order of the bucket's rules",
                );
            }
        }
        let mut histories = self.histories.get_mut(question.place.0).and_then(Option::take);
        if let Some(histories) = &mut histories {
            histories.each((question.origin, question.method, headers), &alone, &mut |given| {
                let outcomes = run(&self.scenario(question, headers, given, None));
                tally.add(&outcomes, "what the cache holds");
                outcomes
            });
        }
        if let Some(slot) = self.histories.get_mut(question.place.0) {
            *slot = histories;
        }
        tally.answer()
    }
}

/// What became of a request under several circumstances.
#[derive(Default)]
struct Tally {
    readable: usize,
    others: usize,
    /// What the first difference came from.
    depends: Option<&'static str>,
    unknown: Option<String>,
    exposed: BTreeSet<String>,
}

impl Tally {
    fn add(&mut self, outcomes: &[(Readings, Outcome)], circumstance: &'static str) {
        for (_, outcome) in outcomes {
            if outcome.verdict.decision == Decision::Unknown {
                self.unknown = Some(outcome.verdict.message.clone());
            } else if gives(outcome) {
                self.readable += 1;
                self.exposed.extend(outcome.exposed_headers.iter().cloned());
            } else {
                self.others += 1;
            }
            if self.readable > 0 && self.others > 0 {
                self.depends.get_or_insert(circumstance);
            }
        }
    }

    fn answer(self) -> Answer {
        let access = match (self.unknown, self.depends) {
            (Some(what), _) => Access::Unknown(what),
            (None, Some(on)) => Access::Depends(on),
            (None, None) if self.readable > 0 => Access::Yes,
            (None, None) => Access::No,
        };
        Answer { access, may_expose: self.exposed.clone(), exposed: self.exposed }
    }
}

/// Whether a page gets something of the asset: what CloudFront makes itself, and a refusal, carry nothing of it.
fn gives(outcome: &Outcome) -> bool {
    let last = outcome.exchanges.last().map(|exchange| &exchange.response);
    outcome.verdict.decision == Decision::Readable
        && last.is_some_and(|r| {
            matches!(r.by, Party::S3 | Party::Server)
                && r.error.as_ref().is_none_or(|error| error.code != "AccessDenied")
        })
}
