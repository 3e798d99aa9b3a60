//! What functions and invalidations cost, by list price.

use super::Options;
use crate::aws::partition::Partition;
use crate::aws::prices::{FUNCTION_INVOCATIONS, INVALIDATION_PATHS, Price, STORE_READS};
use crate::plan::{AssetPlan, CacheBehavior, Cdn, CorsFunction, LogicalId, Plan};

/// What functions cost, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Functions {
    /// How many the plan has. Without one, policies say all of it, and have no price.
    pub count: usize,
    /// How often one runs at most for a request of a viewer: on `viewer-request`, on `viewer-response`, or on both.
    pub runs_per_request: u64,
    /// What a run costs; `None` where prices are not known: outside the partition `aws`.
    pub price: Option<Price>,
    /// What one that runs on every request of a viewer would cost a month, in millionths of a US dollar; `None` when nobody
    /// said how many requests there are, or the price is not known.
    pub monthly_micro_usd: Option<u64>,
    /// The requests that this is about.
    pub requests: Option<u64>,
    /// How many of them run as Lambda@Edge as well, whenever the origin is asked. Its price, by request and by time, is
    /// not counted.
    pub lambda_at_edge: usize,
    /// What the key value stores of functions cost; `None` without any.
    pub stores: Option<Stores>,
}

/// What key value stores cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stores {
    /// How many the plan has.
    pub count: usize,
    /// How often a function looks something up at most for a request with `Origin`.
    pub reads_per_request: u64,
    /// What a look-up costs; `None` outside the partition `aws`.
    pub price: Option<Price>,
    /// What those of all requests would cost a month, in millionths of a US dollar; `None` as for [`Functions`].
    pub monthly_micro_usd: Option<u64>,
}

/// What invalidations cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalidations {
    /// Paths of one change of all CORS rules.
    pub paths: u64,
    /// What a path costs; `None` outside the partition `aws`.
    pub price: Option<Price>,
    /// So many changes a month cost nothing, when the account invalidates nothing else.
    pub free_changes: Option<u64>,
}

fn is_priced(plan: &Plan) -> bool {
    plan.assets.iter().filter_map(AssetPlan::bucket).all(|bucket| bucket.partition == Partition::Aws)
}

pub(super) fn functions(plan: &Plan, options: Options) -> Functions {
    let price = Some(FUNCTION_INVOCATIONS).filter(|_| is_priced(plan));
    let cdns = || plan.assets.iter().filter_map(|asset| asset.cdn.as_ref());
    let runs = |b: &CacheBehavior| u64::from(b.viewer_request.is_some()) + u64::from(b.viewer_response.is_some());
    let most = cdns().flat_map(|cdn| &cdn.behaviors).map(runs).max().unwrap_or_default();
    // Without a function: what one that runs once would cost.
    let monthly = |(price, requests): (Price, u64)| monthly(price, requests.saturating_mul(most.max(1)));
    Functions {
        count: cdns().map(|cdn| cdn.functions.len()).sum(),
        runs_per_request: most,
        price,
        monthly_micro_usd: price.zip(options.requests).map(monthly),
        requests: options.requests,
        lambda_at_edge: cdns().map(lambdas).sum(),
        stores: stores(plan, options),
    }
}

fn lambdas(cdn: &Cdn) -> usize {
    let runs = |id: &LogicalId| cdn.behaviors.iter().any(|behavior| behavior.origin_response.as_ref() == Some(id));
    cdn.functions.iter().filter(|function| runs(&function.id)).count()
}

/// A function looks an origin up where its answer, or what it puts in the place of `Origin`, depends on it; and once for a
/// preflight, which runs on one event only.
fn stores(plan: &Plan, options: Options) -> Option<Stores> {
    let cdns = || plan.assets.iter().filter_map(|asset| asset.cdn.as_ref());
    let count = cdns().flat_map(|cdn| &cdn.functions).filter(|function| function.config.stored).count();
    let reads = |cdn: &Cdn, behavior: &CacheBehavior| {
        let of = |id: &Option<LogicalId>, asks: fn(&CorsFunction) -> bool| {
            let function = cdn.functions.iter().find(|function| Some(&function.id) == id.as_ref());
            u64::from(function.is_some_and(|function| function.config.stored && asks(&function.config)))
        };
        let actual = of(&behavior.viewer_request, |f| f.canonical_origin.is_some())
            + of(&behavior.viewer_response, |f| f.sets_headers);
        actual.max(of(&behavior.viewer_request, |f| f.answers_preflights))
    };
    let most = cdns().flat_map(|cdn| cdn.behaviors.iter().map(move |b| reads(cdn, b))).max().unwrap_or_default();
    let price = Some(STORE_READS).filter(|_| is_priced(plan));
    let requests = options.requests.map(|requests| requests.saturating_mul(most));
    (count > 0).then(|| Stores {
        count,
        reads_per_request: most,
        price,
        monthly_micro_usd: price.zip(requests).map(|(price, reads)| monthly(price, reads)),
    })
}

pub(super) fn invalidations(plan: &Plan) -> Option<Invalidations> {
    let paths: usize =
        plan.assets.iter().filter_map(|asset| asset.cdn.as_ref()).map(|cdn| cdn.invalidation_paths.len()).sum();
    let paths = u64::try_from(paths).ok().filter(|&paths| paths > 0)?;
    let price = Some(INVALIDATION_PATHS).filter(|_| is_priced(plan));
    let free_changes = price.and_then(|price| price.free_per_month.checked_div(paths));
    Some(Invalidations { paths, price, free_changes })
}

/// What so many cost in a month, in millionths of a US dollar, rounded down.
fn monthly(price: Price, count: u64) -> u64 {
    let paid = u128::from(count.saturating_sub(price.free_per_month));
    let sum = paid.saturating_mul(u128::from(price.micro_usd)).checked_div(u128::from(price.per)).unwrap_or_default();
    u64::try_from(sum).unwrap_or(u64::MAX)
}

/// Millionths of a US dollar as dollars: at least two places, and no zeros behind.
pub fn usd(micro: u64) -> String {
    let text = format!("{}.{:06}", micro / 1_000_000, micro % 1_000_000);
    let mut text = text.trim_end_matches('0').to_owned();
    let places = text.rsplit_once('.').map_or(0, |(_, places)| places.len());
    text.extend(std::iter::repeat_n('0', 2_usize.saturating_sub(places)));
    text
}

#[cfg(test)]
mod tests {
    use super::{FUNCTION_INVOCATIONS, monthly, usd};

    #[test]
    fn what_is_free_is_not_paid() {
        let cost = |requests| usd(monthly(FUNCTION_INVOCATIONS, requests));
        assert_eq!(cost(0), "0.00");
        assert_eq!(cost(2_000_000), "0.00");
        assert_eq!(cost(3_000_000), "0.10");
        assert_eq!(cost(102_000_000), "10.00");
        assert_eq!(cost(u64::MAX), "1844674407370.755161");
    }

    #[test]
    fn dollars_have_two_places_or_more() {
        for (micro, text) in [(0, "0.00"), (5_000, "0.005"), (100_000, "0.10"), (1_234_567, "1.234567")] {
            assert_eq!(usd(micro), text);
        }
    }
}
