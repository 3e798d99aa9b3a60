//! CloudFront functions: which regions need one, what it does, and whether it fits.

use super::codes;
use super::cors::Rule;
use super::names::{Purpose, resource_name};
use super::regions::Region;
use super::voice::Voice;
use crate::aws::quotas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::HeaderName;
use crate::intent::{Asset, Authority, Cdn, Intent, Preflight};
use crate::plan::{CorsFunction, FunctionRule, LogicalId, Policy, Provenance};

/// What is left of the quota for the table of rules: the code around it takes no more than the rest (a test measures it).
const TABLE_BYTES: usize = quotas::FUNCTION_CODE_BYTES - 5_120;

/// The same for code that asks a key value store.
const TABLE_BYTES_BESIDE_STORE: usize = quotas::FUNCTION_CODE_BYTES - 6_656;

/// What takes the place of `Origin` where everybody is allowed, and any value would do.
const ANY_ORIGIN: &str = "https://origin.invalid";

/// Whether a function answers the preflights of an asset.
pub(super) fn answers_preflights(cdn: &Cdn) -> bool {
    cdn.preflight.0 == Preflight::Function || cdn.authority == Authority::Function
}

/// Whether a page may ask before it sends a request: for what it writes, or for a header of the request.
/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
pub(super) fn needs_preflight(region: &Region<'_>) -> bool {
    region.writes() || region.grants.iter().any(|grant| !grant.request_headers.is_empty())
}

/// A rule in a function's words.
pub(super) fn rule(rule: &Rule) -> FunctionRule {
    FunctionRule {
        allowed_origins: rule.origins.iter().map(ToString::to_string).collect(),
        allowed_methods: rule.methods.iter().map(|method| method.as_str().to_owned()).collect(),
        allowed_headers: rule.headers.iter().map(|header| header.as_str().to_owned()).collect(),
        expose_headers: rule.expose.iter().map(HeaderName::spelled).collect(),
        max_age_seconds: rule.max_age,
        allow_credentials: rule.credentials,
    }
}

/// What a function does for a region; `None` when it has nothing to do there.
pub(super) fn for_region(cdn: &Cdn, region: &Region<'_>, voice: &Voice, rules: &[Rule]) -> Option<CorsFunction> {
    let heard = matches!(voice, Voice::Bucket);
    let mut function = CorsFunction {
        answers_preflights: answers_preflights(cdn) && needs_preflight(region),
        canonical_origin: canonical_origin(rules).filter(|_| cdn.inject_origin.0 && heard),
        sets_headers: matches!(voice, Voice::Function { .. }),
        rules: rules.iter().map(rule).collect(),
        stored: false,
    };
    // A store costs a look-up a request, so it is used where nothing else will do.
    function.stored = table_bytes(&function) > TABLE_BYTES;
    if function.stored {
        // As texts, in which order a store has its keys.
        function.rules.iter_mut().for_each(|rule| rule.allowed_origins.sort());
    }
    let is_useful = function.answers_preflights || function.canonical_origin.is_some() || function.sets_headers;
    is_useful.then_some(function)
}

/// Reports `inject-origin` where it does nothing: S3 or the server has no say there, or no origin can be injected.
pub(super) fn unheard_injection(
    diags: &mut Diagnostics,
    asset: &Asset,
    cdn: &Cdn,
    regions: &[Region<'_>],
    rules: &[Vec<Rule>],
) {
    let (true, Some(place)) = cdn.inject_origin else { return };
    let finding = |message: String| Diagnostic::new(&codes::INJECTED_ORIGIN_UNHEARD, place, message);
    let word = if asset.bucket().is_some() { "bucket" } else { "origin" };
    if matches!(cdn.authority, Authority::Edge | Authority::Function) {
        diags.push(
            finding(format!("nobody behind the CDN of `{}` looks at `Origin`", asset.id.value))
                .label("the edge speaks, and answers by the page's own `Origin`")
                .help(format!("remove `inject-origin`, or let the {word} speak: `authority: {word}`")),
        );
        return;
    }
    for (region, rules) in regions.iter().zip(rules) {
        if !region.writes() && canonical_origin(rules).is_none() {
            diags.push(
                finding(format!("there is no origin to inject on {}", region.name()))
                    .label("only patterns are granted there, and a pattern is no origin")
                    .help("grant it to one origin that is written out as well, or remove `inject-origin`"),
            );
        }
    }
}

/// Reports `preflight: function` where no page asks before any of its requests.
pub(super) fn idle_preflights(diags: &mut Diagnostics, asset: &Asset, cdn: &Cdn, regions: &[Region<'_>]) {
    let (Preflight::Function, Some(place)) = cdn.preflight else { return };
    if !regions.iter().any(needs_preflight) {
        diags.push(
            Diagnostic::new(
                &codes::IDLE_PREFLIGHT_FUNCTION,
                place,
                format!("no page sends a preflight to `{}`", asset.id.value),
            )
            .label("there is nothing to answer, so no function is made for it")
            .help("remove `preflight`; it is for methods that write, and for request headers that browsers do not send by themselves"),
        );
    }
}

/// An origin that the rules allow: the first one that is written out, or any where everybody is allowed.
fn canonical_origin(rules: &[Rule]) -> Option<String> {
    let origins = || rules.iter().flat_map(|rule| &rule.origins);
    let literal = origins().filter(|origin| origin.is_literal()).min();
    literal
        .map(ToString::to_string)
        .or_else(|| origins().any(crate::fetch::OriginPattern::is_any).then(|| ANY_ORIGIN.to_owned()))
}

/// At most so many bytes of code say the rules; origins that are in a store are not among them.
fn table_bytes(function: &CorsFunction) -> usize {
    // `&` is written as six characters.
    let text = |text: &String| text.len() + 5 * text.matches('&').count() + 3;
    let texts = |texts: &[String]| texts.iter().map(text).sum::<usize>();
    let in_code = |origin: &&String| !function.stored || origin.contains('*');
    let rule = |rule: &FunctionRule| {
        160 + rule.allowed_origins.iter().filter(in_code).map(text).sum::<usize>()
            + texts(&rule.allowed_methods)
            + texts(&rule.allowed_headers)
            + texts(&rule.expose_headers)
    };
    function.canonical_origin.iter().map(text).sum::<usize>() + function.rules.iter().map(rule).sum::<usize>()
}

/// Reports a function that has no room for its table, even with a store for the origins that are written out.
pub(super) fn too_large(diags: &mut Diagnostics, asset: &Asset, function: &CorsFunction) {
    let bytes = table_bytes(function);
    if function.stored && bytes > TABLE_BYTES_BESIDE_STORE {
        let span = asset.cdn.as_ref().map_or(asset.id.span, |cdn| cdn.span);
        diags.push(
            Diagnostic::new(
                &codes::FUNCTION_TOO_LARGE,
                span,
                format!("the function of `{}` would need {bytes} bytes for patterns of origins, methods and headers", asset.id.value),
            )
            .label(format!("beside a key value store it has room for {TABLE_BYTES_BESIDE_STORE}: CloudFront takes functions of up to 10 KB"))
            .related(asset.id.span, "this asset")
            .help("replace patterns of one domain by one pattern, or write their origins out: these go to a key value store, which has room")
            .help("or grant paths of their own, each of which gets a function of its own")
            .help("or let the bucket speak, whose rules have 64 KB: `authority: bucket`"),
        );
    }
}

/// A function of an asset with its name.
pub(super) fn named(
    intent: &Intent,
    asset: &Asset,
    id: LogicalId,
    config: CorsFunction,
    provenance: Provenance,
) -> Policy<CorsFunction> {
    Policy { name: resource_name(intent, asset, &id, Purpose::Function), config, provenance, id }
}
