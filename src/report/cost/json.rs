//! For programs: version 1, `schemas/cost.v1.schema.json` is the contract.

use super::super::json::pretty;
use crate::cost::{AssetCost, BehaviorCost, Cost, Factor, Preflights, Price, QuotaUse, Switch};
use serde::Serialize;

/// The document, pretty-printed, with a newline at its end.
pub fn cost_json(cost: &Cost) -> String {
    let functions = &cost.functions;
    pretty(&Document {
        version: 1,
        name: &cost.name,
        environment: cost.environment.as_deref(),
        assets: cost.assets.iter().map(asset).collect(),
        quotas: cost.quotas.iter().map(quota).collect(),
        functions: Functions {
            count: functions.count,
            price: functions.price.map(price),
            requests_per_month: functions.requests,
            micro_usd_per_month: functions.monthly_micro_usd,
            lambda_at_edge: Some(functions.lambda_at_edge).filter(|count| *count > 0),
            key_value_stores: functions.stores.as_ref().map(|stores| Stores {
                count: stores.count,
                reads_per_request: stores.reads_per_request,
                price: stores.price.map(price),
                micro_usd_per_month: stores.monthly_micro_usd,
            }),
        },
        invalidations: cost.invalidations.as_ref().map(|invalidations| Invalidations {
            paths: invalidations.paths,
            free_changes_per_month: invalidations.free_changes,
            price: invalidations.price.map(price),
        }),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    name: &'a str,
    environment: Option<&'a str>,
    assets: Vec<OfAsset<'a>>,
    quotas: Vec<Row<'a>>,
    functions: Functions,
    invalidations: Option<Invalidations>,
}

#[derive(Serialize)]
struct OfAsset<'a> {
    asset: &'a str,
    behaviors: Vec<Behavior<'a>>,
    switches: Vec<Choice<'a>>,
    preflights: Vec<OfGrant<'a>>,
    invalidation_paths: &'a [String],
}

#[derive(Serialize)]
struct Behavior<'a> {
    path: Option<&'a str>,
    cached: bool,
    object_copies: Option<u64>,
    unbounded: bool,
    objects: Vec<Part<'a>>,
    preflight_copies: Option<u64>,
    preflights: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    header: &'static str,
    known: Option<u64>,
    unbounded: bool,
    because: &'a str,
}

#[derive(Serialize)]
struct Choice<'a> {
    setting: &'static str,
    effect: &'static str,
    possible: bool,
    code: Option<&'static str>,
    because: Option<&'a str>,
}

#[derive(Serialize)]
struct OfGrant<'a> {
    grant: usize,
    frontends: &'a [String],
    methods: &'a [String],
    request_headers: usize,
    max_age: u32,
    browsers: Vec<OfBrowser>,
}

#[derive(Serialize)]
struct OfBrowser {
    browser: &'static str,
    confirmed: bool,
    remembered: u32,
    in_one_hour: u64,
    in_eight_hours: u64,
}

#[derive(Serialize)]
struct Row<'a> {
    what: &'static str,
    scope: &'a str,
    used: usize,
    quota: usize,
    adjustable: &'static str,
    page: &'static str,
}

#[derive(Serialize)]
struct Functions {
    count: usize,
    price: Option<ListPrice>,
    requests_per_month: Option<u64>,
    micro_usd_per_month: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lambda_at_edge: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_value_stores: Option<Stores>,
}

#[derive(Serialize)]
struct Stores {
    count: usize,
    reads_per_request: u64,
    price: Option<ListPrice>,
    micro_usd_per_month: Option<u64>,
}

#[derive(Serialize)]
struct Invalidations {
    paths: u64,
    free_changes_per_month: Option<u64>,
    price: Option<ListPrice>,
}

#[derive(Serialize)]
struct ListPrice {
    unit: &'static str,
    per: u64,
    micro_usd: u64,
    free_per_month: u64,
    page: &'static str,
    looked_up: &'static str,
}

fn asset(cost: &AssetCost) -> OfAsset<'_> {
    OfAsset {
        asset: &cost.asset,
        behaviors: cost.behaviors.iter().map(behavior).collect(),
        switches: cost.switches.iter().map(setting).collect(),
        preflights: cost.preflights.iter().map(grant).collect(),
        invalidation_paths: &cost.invalidation_paths,
    }
}

fn behavior(cost: &BehaviorCost) -> Behavior<'_> {
    let of_cached = |count: Option<u64>, factors: &[Factor]| count.filter(|_| !factors.is_empty());
    Behavior {
        path: cost.path.as_deref(),
        cached: cost.cached,
        object_copies: of_cached(cost.known_copies(), &cost.objects),
        unbounded: cost.is_unbounded(),
        objects: cost.objects.iter().map(part).collect(),
        preflight_copies: of_cached(cost.known_preflight_copies(), &cost.preflights),
        preflights: cost.preflights.iter().map(part).collect(),
    }
}

fn part(factor: &Factor) -> Part<'_> {
    Part { header: factor.header, known: factor.known, unbounded: factor.unbounded, because: &factor.because }
}

fn setting(switch: &Switch) -> Choice<'_> {
    Choice {
        setting: switch.setting,
        effect: switch.effect,
        possible: switch.obstacle.is_none(),
        code: switch.obstacle.as_ref().map(|why| why.code),
        because: switch.obstacle.as_ref().map(|why| why.message.as_str()),
    }
}

fn grant(preflights: &Preflights) -> OfGrant<'_> {
    let browser = |browser: &crate::cost::BrowserPreflights| OfBrowser {
        browser: browser.browser,
        confirmed: browser.confirmed,
        remembered: browser.remembered,
        in_one_hour: browser.in_one_hour,
        in_eight_hours: browser.in_eight_hours,
    };
    OfGrant {
        grant: preflights.grant,
        frontends: &preflights.frontends,
        methods: &preflights.methods,
        request_headers: preflights.headers,
        max_age: preflights.max_age,
        browsers: preflights.browsers.iter().map(browser).collect(),
    }
}

fn quota(row: &QuotaUse) -> Row<'_> {
    Row {
        what: row.what,
        scope: &row.scope,
        used: row.used,
        quota: row.quota,
        adjustable: row.adjustable.as_str(),
        page: row.page,
    }
}

fn price(price: Price) -> ListPrice {
    let Price { unit, per, micro_usd, free_per_month, page, looked_up } = price;
    ListPrice { unit, per, micro_usd, free_per_month, page, looked_up }
}
