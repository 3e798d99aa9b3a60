//! The sentences that the formats for people share. Text of the user stands in backticks, or is told apart by the caller.

use crate::cost::{BehaviorCost, Factor, Functions, Invalidations, Preflights, Price, Stores, usd};

/// `*` is the default behaviour's pattern in the console, too.
pub(super) fn path(behavior: &BehaviorCost) -> &str {
    behavior.path.as_deref().unwrap_or("*")
}

/// `20`, `5 × 4 = 20`, or `any number`.
fn factors(factors: &[Factor], product: Option<u64>) -> String {
    let Some(product) = product else { return "any number".to_owned() };
    let counts: Vec<String> = factors.iter().filter_map(|f| f.known).map(|known| known.to_string()).collect();
    if counts.len() < 2 { product.to_string() } else { format!("{} = {product}", counts.join(" × ")) }
}

/// How many copies of an object there are.
pub(super) fn copies(behavior: &BehaviorCost) -> String {
    let known = behavior.known_copies();
    let beyond = if behavior.is_unbounded() && known.is_some() { ", and more by whoever makes them up" } else { "" };
    format!("{}{beyond}", factors(&behavior.objects, known))
}

/// How many copies of a preflight's answer there are.
pub(super) fn preflight_copies(behavior: &BehaviorCost) -> String {
    factors(&behavior.preflights, behavior.known_preflight_copies())
}

/// What one part of the key does.
pub(super) fn factor(factor: &Factor) -> String {
    let known = factor.known.map_or_else(|| "any number".to_owned(), |known| known.to_string());
    format!("{known}: {}", factor.because)
}

/// What that does to the hit ratio.
pub(super) fn hit_ratio(behavior: &BehaviorCost) -> String {
    match behavior.known_copies() {
        Some(copies) => format!(
            "each copy is a miss once in its lifetime at each edge location: of n requests for an object at least n − {copies} are hits there"
        ),
        None => "each copy is a miss once in its lifetime at each edge location, and nobody can say how many there are"
            .to_owned(),
    }
}

/// Who is granted what the preflights are for.
pub(super) fn grant(preflights: &Preflights) -> String {
    format!("grant {} (from {})", preflights.grant + 1, preflights.frontends.join(", "))
}

/// When a preflight is due.
pub(super) fn due(preflights: &Preflights) -> String {
    if preflights.browsers.is_empty() {
        return "no preflight: its requests are simple".to_owned();
    }
    let methods = (!preflights.methods.is_empty()).then(|| format!("for {}", preflights.methods.join(", ")));
    let headers = (preflights.headers > 0).then(|| "when the page sets a granted request header".to_owned());
    let when: Vec<String> = methods.into_iter().chain(headers).collect();
    format!("a preflight {}, allowed to be remembered for {} s", when.join(", and "), preflights.max_age)
}

/// What browsers make of it, a line each.
pub(super) fn browsers(preflights: &Preflights) -> Vec<String> {
    let line = |browser: &crate::cost::BrowserPreflights| {
        let doubt = if browser.confirmed { "" } else { " (its limit is unconfirmed)" };
        format!(
            "{}{doubt}: remembered for {} s, so at most {} for a URL in a session of an hour, {} in one of eight",
            browser.browser, browser.remembered, browser.in_one_hour, browser.in_eight_hours
        )
    };
    preflights.browsers.iter().map(line).collect()
}

/// What functions cost, or would, a line each.
pub(super) fn functions(functions: &Functions) -> Vec<String> {
    let mut lines = if functions.count == 0 {
        vec![
            "none: response headers policies say all that is granted, and have no price".to_owned(),
            "what needs one is refused by name until `authority: function` or `preflight: function` is set: \
             `differing-grants-at-edge`, `header-pattern-at-edge`, `origin-pattern-at-edge`"
                .to_owned(),
        ]
    } else {
        let runs = super::super::counted(usize::try_from(functions.runs_per_request).unwrap_or(usize::MAX), "time");
        vec![format!(
            "{}: the intent sets `authority: function`, `preflight: function` or `inject-origin`; at most {runs} a request",
            functions.count
        )]
    };
    if functions.lambda_at_edge > 0 {
        lines.push(format!(
            "as Lambda@Edge as well, for `readable-errors`: {}; each costs by request and by time whenever the origin is asked, \
             which is not counted here: https://aws.amazon.com/lambda/pricing/",
            functions.lambda_at_edge
        ));
    }
    let Some(price) = functions.price else {
        lines
            .push("the price of one is not known in here: the list prices are those of the partition `aws`".to_owned());
        return lines;
    };
    lines.push(format!(
        "one that runs on every request would cost {} USD for a million requests, after {} a month that are free",
        usd(price.micro_usd),
        price.free_per_month
    ));
    if let Some((micro, requests)) = functions.monthly_micro_usd.zip(functions.requests) {
        lines.push(format!("for {requests} requests a month that is {} USD", usd(micro)));
    }
    lines.push(list_price(price));
    lines.extend(functions.stores.iter().flat_map(|stores| self::stores(stores, functions.requests)));
    lines
}

fn stores(stores: &Stores, requests: Option<u64>) -> Vec<String> {
    let times = super::super::counted(usize::try_from(stores.reads_per_request).unwrap_or(usize::MAX), "time");
    let held = super::super::counted(stores.count, "key value store");
    let mut lines =
        vec![format!("{held} for origins that code has no room for: asked at most {times} a request with `Origin`")];
    let Some(price) = stores.price else { return lines };
    lines.push(format!(
        "a million look-ups cost {} USD, after {} a month that are free; without a request of a page there is none",
        usd(price.micro_usd),
        price.free_per_month
    ));
    if let Some((micro, requests)) = stores.monthly_micro_usd.zip(requests) {
        lines.push(format!("for {requests} requests a month, all of pages, that is {} USD", usd(micro)));
    }
    lines
}

/// What invalidations cost, a line each.
pub(super) fn invalidations(invalidations: &Invalidations) -> Vec<String> {
    let paths = super::super::counted(usize::try_from(invalidations.paths).unwrap_or(usize::MAX), "path");
    let mut lines =
        vec![format!("a change of the CORS rules of every bucket behind a distribution invalidates {paths}")];
    match invalidations.price {
        Some(price) => {
            let free = invalidations.free_changes.unwrap_or_default();
            lines.push(format!(
                "the account's first {} paths a month are free, so {free} such changes are; a path more costs {} USD",
                price.free_per_month,
                usd(price.micro_usd)
            ));
            lines.push(list_price(price));
        }
        None => lines.push("their price is not known in here".to_owned()),
    }
    lines
}

fn list_price(price: Price) -> String {
    format!("list price as of {}, which ages: {}", price.looked_up, price.page)
}
