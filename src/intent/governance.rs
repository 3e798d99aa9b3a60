//! Guardrails and waivers: what must not be in an environment, and what may be there for a while.

use super::environments::Environments;
use super::raw::{Named, OneOrMany, RawGuardrail, RawIntent, RawWaiver};
use super::{Date, Grant, Setting, codes};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Suppression, Waiver, excerpt, shown};
use crate::document::Spanned;
use crate::fetch::OriginPattern;
use crate::nearest::nearest;
use crate::silence;
use std::collections::BTreeSet;

/// So many days before a waiver ends, it is told.
const EXPIRES_SOON: i32 = 30;

/// Adds what guardrails forbid and waivers let pass to the sink's policy. Reports what is wrong with either.
pub(super) fn apply(diags: &mut Diagnostics, raw: &RawIntent, environments: &Environments<'_>, setting: &Setting<'_>) {
    for environment in &environments.declared.entries {
        for name in environment.value.guardrails.iter().flat_map(|names| &names.0) {
            let known = || raw.guardrails.entries.iter().map(|g| g.id.value.clone()).collect::<Vec<_>>();
            if raw.guardrails.is_map && !raw.guardrails.entries.iter().any(|g| g.id.value == name.value) {
                unknown(diags, &codes::UNKNOWN_GUARDRAIL, "guardrail", name, &known());
            }
        }
    }
    for guardrail in &raw.guardrails.entries {
        let holds = holding(raw, environments).any(|held| held.id.value == guardrail.id.value);
        for text in guardrail.value.forbid.iter().flatten() {
            if let Some(code) = silence::code(diags, text).filter(|_| holds) {
                diags.policy.forbidden.insert(code.id, format!("the guardrail `{}`", guardrail.id.value));
            }
        }
    }
    for waiver in raw.waivers.iter().flatten() {
        if let Some(waiver) = self::waiver(diags, raw, waiver, environments, setting) {
            diags.policy.waive(waiver);
        }
    }
}

/// The guardrails that hold: those that the environment names, or all where there are no environments.
fn holding<'r>(
    raw: &'r RawIntent,
    environments: &'r Environments<'_>,
) -> impl Iterator<Item = &'r Named<RawGuardrail>> {
    let names = |guardrail: &Named<RawGuardrail>| match environments.current {
        Some(environment) => {
            let mut names = environment.value.guardrails.iter().flat_map(|names| &names.0);
            names.any(|name| name.value == guardrail.id.value)
        }
        None => environments.declared.entries.is_empty(),
    };
    raw.guardrails.entries.iter().filter(move |guardrail| names(guardrail))
}

/// Reports a guardrail whose number of origins is exceeded.
pub(super) fn max_origins(diags: &mut Diagnostics, raw: &RawIntent, environments: &Environments<'_>, grants: &[Grant]) {
    let origins: BTreeSet<&OriginPattern> = grants.iter().flat_map(|grant| &grant.origins).collect();
    for guardrail in holding(raw, environments) {
        let Some(most) = &guardrail.value.max_origins else { continue };
        // `schema` has reported a number below 0.
        if usize::try_from(most.value).is_ok_and(|most| origins.len() > most) {
            let count = origins.len();
            let mut finding = Diagnostic::new(
                &codes::TOO_MANY_ORIGINS,
                most.span,
                format!(
                    "{count} origins are granted something, and the guardrail `{}` has room for {}",
                    guardrail.id.value, most.value
                ),
            )
            .label("at most this many")
            .help("grant fewer, or replace origins of one domain of yours by a pattern");
            if let Some(environment) = environments.current {
                finding = finding.related(environment.id.span, "it holds here");
            }
            diags.push(finding);
        }
    }
}

fn waiver(
    diags: &mut Diagnostics,
    raw: &RawIntent,
    waiver: &RawWaiver,
    environments: &Environments<'_>,
    setting: &Setting<'_>,
) -> Option<Waiver> {
    let rule = waiver.rule.as_ref();
    let code = rule.and_then(|text| {
        let code = silence::code(diags, text)?;
        silence::may(diags, code, text, Suppression::Waiver).then_some(code)
    });
    let counts = environments.counts(diags, waiver.r#in.as_ref());
    let frontends = subjects(waiver.frontend.as_ref());
    let assets = subjects(waiver.asset.as_ref());
    if raw.frontends.is_map {
        let mut known: Vec<String> = raw.frontends.entries.iter().map(|f| f.id.value.clone()).collect();
        known.push("anyone".to_owned());
        let names = waiver.frontend.iter().flat_map(|names| &names.0);
        names.filter(|name| !known.contains(&name.value)).for_each(|name| {
            unknown(diags, &codes::UNKNOWN_FRONTEND, "frontend", name, &known);
        });
    }
    if !raw.assets.entries.is_empty() {
        let known: Vec<String> = raw.assets.entries.iter().map(|a| a.id.value.clone()).collect();
        let names = waiver.asset.iter().flat_map(|names| &names.0);
        names.filter(|name| !known.contains(&name.value)).for_each(|name| {
            unknown(diags, &codes::UNKNOWN_ASSET, "asset", name, &known);
        });
    }
    if waiver.frontend.is_none() && waiver.asset.is_none() {
        diags.push(
            Diagnostic::new(
                &codes::UNSCOPED_WAIVER,
                waiver.span,
                "a waiver without a `frontend` and without an `asset`",
            )
            .label("it would let everything of its rule pass, the next mistake, too")
            .help("name what it is about: `frontend`, `asset`, or both"),
        );
    }
    for text in [&waiver.reason, &waiver.owner].into_iter().flatten().filter(|text| text.value.trim().is_empty()) {
        diags.push(
            Diagnostic::new(
                &codes::UNEXPLAINED_WAIVER,
                text.span,
                "a waiver that does not say why, or who answers for it",
            )
            .label("nothing is said here"),
        );
    }
    let last_day = waiver.expires.as_ref().and_then(|text| date(diags, text));
    if let (Some(expires), Some(last_day), Some(today)) = (&waiver.expires, last_day, setting.today)
        && counts
        && is_over(diags, expires, last_day, today)
    {
        return None;
    }
    let said = |text: &Option<Spanned<String>>| text.as_ref().map_or("", |text| text.value.trim()).to_owned();
    let (reason, owner, until) = (said(&waiver.reason), said(&waiver.owner), said(&waiver.expires));
    let reason = format!("until {until}, says {}: {}", shown(&owner), excerpt(&reason, 500));
    Some(Waiver { code: code?, frontends, assets, place: rule?.span, counts, reason })
}

fn subjects(names: Option<&OneOrMany<String>>) -> Vec<String> {
    names.iter().flat_map(|names| &names.0).map(|name| name.value.clone()).collect()
}

/// Whether a waiver has ended; reports that, and when it ends soon.
fn is_over(diags: &mut Diagnostics, expires: &Spanned<String>, last_day: Date, today: Date) -> bool {
    let left = today.until(last_day).map_or(0, |span| span.get_days());
    if left < 0 {
        diags.push(
            Diagnostic::new(&codes::EXPIRED_WAIVER, expires.span, format!("the waiver ended on {last_day}"))
                .label(format!("today is {today}"))
                .help("mend what it let pass, and remove it; or have its owner decide again until another day"),
        );
    } else if left <= EXPIRES_SOON {
        let when = match left {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => format!("in {left} days"),
        };
        diags.push(
            Diagnostic::new(&codes::EXPIRING_WAIVER, expires.span, format!("the waiver ends {when}"))
                .label(format!("today is {today}, and this is its last day"))
                .help("from the day after, what it lets pass is an error"),
        );
    }
    left < 0
}

/// The day that a text names: `YYYY-MM-DD`, and no other spelling of ISO 8601.
fn date(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<Date> {
    let date = text.value.parse::<Date>().ok().filter(|date| date.to_string() == text.value);
    if date.is_none() {
        diags.push(
            Diagnostic::new(&codes::INVALID_DATE, text.span, format!("`{}` is no day", shown(&text.value)))
                .label("expected `YYYY-MM-DD`"),
        );
    }
    date
}

/// Reports the waivers that let nothing pass; for when every rule has run.
pub(super) fn unused_waivers(diags: &Diagnostics) -> Vec<Diagnostic> {
    let finding = |waiver: &Waiver| {
        let message = format!("there is no `{}` that this waiver lets pass", waiver.code.id);
        Diagnostic::new(&codes::UNUSED_WAIVER, waiver.place, message)
            .label("nothing of this kind is about what it names")
            .help("remove it: it would let the next mistake pass unseen")
    };
    diags.policy.unused_waivers().map(finding).collect()
}

fn unknown(diags: &mut Diagnostics, code: &'static Code, what: &str, name: &Spanned<String>, known: &[String]) {
    let finding = Diagnostic::new(code, name.span, format!("unknown {what} `{}`", shown(&name.value)));
    diags.push(match nearest(&name.value, known) {
        Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(name.span, near),
        None if known.is_empty() => finding.label("not declared: there are none"),
        None => finding.label("not declared").help(format!("declared: `{}`", known.join("`, `"))),
    });
}
