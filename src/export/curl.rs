//! A POSIX shell script that sends the requests to what is deployed and compares the answers.

use super::shell::{comment, variable, word};
use super::{Exported, ExportedExchange, ExportedRequest};
use crate::intent::Via;
use crate::render::Stamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is the same in every script.
const HEAD: &str = include_str!("head.sh");

const TAIL: &str = r#"
echo "$passed ok, $failed failed, $unchecked not checked"
[ "$failed" -eq 0 ]
"#;

/// Headers whose values are lists of names: order and case mean nothing.
const LISTS: [&str; 4] =
    ["access-control-allow-methods", "access-control-allow-headers", "access-control-expose-headers", "vary"];

/// The script. Hosts that are not known are taken from variables of the environment, `CORSYNTH_URL_ASSET` for the
/// distribution and `CORSYNTH_S3_URL_ASSET` for the bucket; those that are known can be replaced by them.
pub fn curl(exported: &[Exported], stamp: &Stamp) -> String {
    let mut out = String::from("#!/bin/sh\n");
    for line in stamp.header_lines() {
        line_of(&mut out, &format!("# {}", comment(&line)));
    }
    out.push_str(HEAD);
    let hosts = hosts(exported);
    if !hosts.is_empty() {
        out.push('\n');
    }
    for ((variable, asset), (via, host)) in &hosts {
        let known = if let Some(host) = host {
            format!("{variable}=${{{variable}:-{}}}", word(&format!("https://{host}")))
        } else {
            let what = match via {
                Via::Cdn => "the distribution in front of",
                Via::S3 => "the bucket of",
            };
            let text = format!("set it to the address of {what} {asset}, such as https://cdn.example.com");
            // Quotes are no quotes inside of `${X:?…}`, so the text goes by way of a variable.
            format!("missing={}\n: \"${{{variable}:?$missing}}\"", word(&text))
        };
        line_of(&mut out, &known);
    }
    for expectation in exported {
        out.push('\n');
        line_of(&mut out, &format!("expectation {}", word(&expectation.name)));
        for request in &expectation.given {
            send(&mut out, request);
        }
        for exchange in &expectation.exchanges {
            checks(&mut out, exchange);
        }
        line_of(&mut out, "result");
    }
    out.push_str(TAIL);
    out
}

/// The variable of every host, with the asset's id, the door, and the host where it is known.
fn hosts(exported: &[Exported]) -> BTreeMap<(String, String), (Via, Option<String>)> {
    let mut hosts = BTreeMap::new();
    let requests =
        exported.iter().flat_map(|e| e.given.iter().chain(e.exchanges.iter().map(|exchange| &exchange.request)));
    for request in requests.filter(|request| request.is_safe()) {
        let entry = hosts.entry((host_variable(request), request.asset.clone()));
        let (_, host) = entry.or_insert((request.via, None));
        if host.is_none() {
            host.clone_from(&request.host);
        }
    }
    hosts
}

fn host_variable(request: &ExportedRequest) -> String {
    let prefix = match request.via {
        Via::Cdn => "CORSYNTH_URL_",
        Via::S3 => "CORSYNTH_S3_URL_",
    };
    format!("{prefix}{}", variable(&request.asset))
}

fn send(out: &mut String, request: &ExportedRequest) {
    if !request.is_safe() {
        let what = format!("{} {}:{}", request.method, request.asset, request.path);
        return line_of(out, &format!("skip {}", word(&what)));
    }
    let url = format!("\"${{{}%/}}\"{}", host_variable(request), word(&request.path));
    let _ = write!(out, "send {} {url}", word(&request.method));
    for (name, value) in request.headers.iter() {
        // curl drops a header without a value, and sends an empty one for `NAME;`.
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        let _ = write!(out, " \\\n  --header {}", word(&header));
    }
    out.push('\n');
}

fn checks(out: &mut String, exchange: &ExportedExchange) {
    send(out, &exchange.request);
    if !exchange.request.is_safe() {
        return;
    }
    if let Some(status) = exchange.status {
        line_of(out, &format!("status {status}"));
    }
    for (name, value) in &exchange.headers {
        let is_list = LISTS.iter().any(|list| name.eq_ignore_ascii_case(list));
        line_of(
            out,
            &match value {
                None => format!("absent {}", word(name)),
                Some(value) if is_list => format!("listed {} {}", word(name), word(value)),
                Some(value) => format!("header {} {}", word(name), word(value)),
            },
        );
    }
}

fn line_of(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}
