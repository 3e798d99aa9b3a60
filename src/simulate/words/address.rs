//! Addresses in words: `asset:/path?query`, or a whole URL with the host of a door.

use super::{Mistake, Names};
use crate::deployed::Asset;
use crate::fetch::HeaderList;
use crate::simulate::{Door, Url, default_door};

/// Every door.
const DOORS: [Door; 3] = [Door::Distribution, Door::Bucket, Door::ForeignDistribution];

/// The asset and the URL that a text names. The method has a say in the door.
pub(super) fn locate<'d>(
    names: Names<'d>,
    text: &str,
    method: &str,
    via: Option<Door>,
) -> Result<(&'d Asset, Url), Mistake> {
    check(text)?;
    if let Some((is_https, host, path)) = split_url(text) {
        let mut answering = names.deployed.assets.iter().filter_map(|asset| Some((asset, door_at(asset, &host)?)));
        let found = match (answering.next(), answering.next()) {
            (Some((one, _)), Some((other, _))) => {
                return Err(Mistake::new(format!("`{host}` is the host of several assets"))
                    .help(format!("name one of them: `{}:{path}`, `{}:{path}`, …", one.id, other.id)));
            }
            (Some(found), None) => found,
            (None, _) => match names.deployed.assets.as_slice() {
                [only] if names.any => (only, default_door(only, method, &path)),
                _ => return Err(unknown_host(names, &host)),
            },
        };
        let (asset, door) = found;
        if let Some(via) = via.filter(|via| *via != door) {
            return Err(Mistake::new(format!("`{host}` leads to `{}`, not to `{}`", door.as_str(), via.as_str()))
                .help(format!("with --via, write `{}:{path}`", asset.id)));
        }
        return Ok((asset, Url { is_https, host: host.into(), ..Url::new(asset, door, &path) }));
    }
    let (asset, path) = split_address(names, text)?;
    let door = via.unwrap_or_else(|| default_door(asset, method, without_query(path)));
    if door == Door::Distribution && asset.distribution.is_none() {
        return Err(
            Mistake::new(format!("`{}` has no distribution", asset.id)).help("browsers talk to its bucket: `--via s3`")
        );
    }
    Ok((asset, Url::new(asset, door, path)))
}

/// The URL that a text of the history names: of the asset that the request is about.
pub(super) fn locate_at(names: Names<'_>, asset: &Asset, text: &str, method: &str) -> Result<Url, Mistake> {
    check(text)?;
    if let Some((is_https, host, path)) = split_url(text)
        && let Some(door) = door_at(asset, &host)
    {
        return Ok(Url { is_https, host: host.into(), ..Url::new(asset, door, &path) });
    }
    match locate(names, text, method, None)? {
        (found, url) if found.id == asset.id => Ok(url),
        (found, _) => Err(Mistake::new(format!("`{text}` is at `{}`, the request at `{}`", found.id, asset.id))
            .help("only earlier requests to the same asset can have a say")),
    }
}

/// The text that names a URL, and the door where the text leaves it open.
pub(super) fn spell(asset: &Asset, url: &Url, method: &str) -> (String, Option<Door>) {
    let short = Url { path: url.path.clone(), query: url.query.clone(), ..Url::new(asset, url.door, "/") };
    if *url != short {
        return (url.to_string(), None);
    }
    let via = (url.door != default_door(asset, method, &url.path)).then_some(url.door);
    (short_form(asset, url), via)
}

/// The text that names a URL of the history, where no door can be told beside it.
pub(super) fn spell_whole(asset: &Asset, url: &Url, method: &str) -> String {
    match spell(asset, url, method) {
        (short, None) => short,
        (_, Some(_)) => url.to_string(),
    }
}

/// The method that decides at which door a request knocks: a preflight knocks where its request will.
pub(super) fn knocking(method: &str, headers: &HeaderList) -> String {
    let method =
        if method == "OPTIONS" { headers.first("access-control-request-method").unwrap_or(method) } else { method };
    // Of the methods that have a say here, browsers make upper case.
    method.to_ascii_uppercase()
}

fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

fn short_form(asset: &Asset, url: &Url) -> String {
    let query = url.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
    format!("{}:{}{query}", asset.id, url.path)
}

/// What no URL on the wire holds. <https://url.spec.whatwg.org/#url-path-segment-string>
fn check(text: &str) -> Result<(), Mistake> {
    if text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Mistake::new(format!("the URL `{text}` holds spaces or control characters"))
            .help("write them as the browser sends them: `%20`"));
    }
    if text.contains('#') {
        return Err(Mistake::new(format!("the URL `{text}` has a fragment")).help("no request carries one; drop `#…`"));
    }
    Ok(())
}

/// Whether it is `https`, the host in lower case, and the path with the query.
fn split_url(text: &str) -> Option<(bool, String, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let is_https = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Some((is_https, host.to_ascii_lowercase(), path))
}

/// The asset and the path of `asset:/path`.
fn split_address<'d, 't>(names: Names<'d>, text: &'t str) -> Result<(&'d Asset, &'t str), Mistake> {
    let path_at = |id: &str| text.strip_prefix(id)?.strip_prefix(':').filter(|path| path.starts_with('/'));
    // The name of a resource may hold a colon.
    if let Some(found) = names.deployed.assets.iter().find_map(|asset| Some((asset, path_at(&asset.id)?))) {
        return Ok(found);
    }
    match (text.split_once(':'), names.deployed.assets.as_slice()) {
        (Some((_, path)), [only]) if names.any && path.starts_with('/') => Ok((only, path)),
        (Some((id, path)), _) if path.starts_with('/') => Err(unknown_asset(names, id)),
        _ => Err(Mistake::new(format!("`{text}` is not an address"))
            .help("write `ASSET:/PATH`, or a whole URL with a host of the asset: `https://cdn.example.com/PATH`")),
    }
}

/// The door of an asset that answers to a host.
fn door_at(asset: &Asset, host: &str) -> Option<Door> {
    let distribution = asset.distribution.as_ref();
    if distribution.is_some_and(|d| d.aliases.iter().any(|alias| alias_matches(alias, host))) {
        return Some(Door::Distribution);
    }
    DOORS
        .into_iter()
        .filter(|&door| door != Door::Distribution || distribution.is_some())
        .find(|&door| super::super::host(asset, door).eq_ignore_ascii_case(host))
}

/// Whether an alternate domain name covers a host; a leading `*.` stands for one label.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>
fn alias_matches(alias: &str, host: &str) -> bool {
    let alias = alias.to_ascii_lowercase();
    match alias.strip_prefix("*.") {
        Some(domain) => host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == domain),
        None => alias == host,
    }
}

fn unknown_asset(names: Names<'_>, id: &str) -> Mistake {
    let known: Vec<_> = names.deployed.assets.iter().map(|asset| asset.id.clone()).collect();
    or_nearest(Mistake::new(format!("no asset is called `{id}`")), id, &known)
}

fn unknown_host(names: Names<'_>, host: &str) -> Mistake {
    let mut known = Vec::new();
    for asset in &names.deployed.assets {
        known.extend(asset.distribution.iter().flat_map(|d| d.aliases.iter().cloned()));
        let doors = DOORS.into_iter().filter(|door| *door != Door::Distribution || asset.distribution.is_some());
        known.extend(
            doors
                .map(|door| super::super::host(asset, door))
                .map(String::from)
                .filter(|host| !host.ends_with(".invalid")),
        );
    }
    known.sort();
    known.dedup();
    or_nearest(Mistake::new(format!("no asset answers at `{host}`")), host, &known)
}

/// Offers what was probably meant, or all there is.
pub(super) fn or_nearest(mistake: Mistake, text: &str, known: &[String]) -> Mistake {
    match crate::nearest::nearest(text, known) {
        Some(name) => mistake.help(format!("did you mean `{name}`?")),
        None if known.is_empty() => mistake.help("there are none"),
        None => {
            let all: Vec<_> = known.iter().take(20).map(|name| format!("`{name}`")).collect();
            let more = if known.len() > all.len() { ", …" } else { "" };
            mistake.help(format!("there is {}{more}", all.join(", ")))
        }
    }
}
