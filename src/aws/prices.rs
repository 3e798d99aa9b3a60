//! List prices, in one place. They age: what an account pays stands on its bill, and what AWS asks on its pages.
//!
//! Prices of the partition `aws`. China bills in another currency, and its prices are not in here.

/// What AWS asks for something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What is counted, in the plural.
    pub unit: &'static str,
    /// For so many …
    pub per: u64,
    /// … so many millionths of a US dollar.
    pub micro_usd: u64,
    /// How many a month cost nothing.
    pub free_per_month: u64,
    /// Where AWS says so.
    pub page: &'static str,
    /// The day on which it was looked up, `YYYY-MM-DD`.
    pub looked_up: &'static str,
}

/// A run of a CloudFront function. Its free tier stands on the page; the price was read where the page is quoted, in
/// the list of what appears on bills (`Executions-CloudFrontFunctions`): <https://cur.vantage.sh/aws/amazoncloudfront/>.
pub const FUNCTION_INVOCATIONS: Price = Price {
    unit: "invocations of CloudFront functions",
    per: 1_000_000,
    micro_usd: 100_000,
    free_per_month: 2_000_000,
    page: "https://aws.amazon.com/cloudfront/pricing/",
    looked_up: "2026-11-25",
};

/// A look-up in a key value store by a function. The price and what is free were read where the page is quoted:
/// <https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/>. (A change of a store costs 1 USD for a thousand calls of its API, of
/// which one writes fifty keys.)
pub const STORE_READS: Price = Price {
    unit: "look-ups in key value stores",
    per: 1_000_000,
    micro_usd: 30_000,
    free_per_month: 2_000_000,
    page: "https://aws.amazon.com/cloudfront/pricing/",
    looked_up: "2026-11-25",
};

/// A path of an invalidation; one with a `*` counts once, whatever it stands for.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PayingForInvalidation.html>
pub const INVALIDATION_PATHS: Price = Price {
    unit: "invalidation paths",
    per: 1,
    micro_usd: 5_000,
    free_per_month: 1_000,
    page: "https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/cloudfront.html",
    looked_up: "2026-11-25",
};
