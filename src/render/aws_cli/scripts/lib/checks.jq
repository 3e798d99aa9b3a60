# What verify.sh asks for, and what it makes of the answers.
include "patterns";

# The URL that the requests for an asset go to, or nothing.
def base_url($environment):
  (($environment[.environment.url] // "") | select(. != ""))
  // (if .cdn then (.aliases | map(select(contains("*") | not)) | .[0] // empty | "https://\(.)")
      else "https://\(.bucket.name).s3.\(.bucket.region).\(.bucket["dns-suffix"])" end);

# An asset with its behaviours in, requests out. A URL with a path names an object: the behaviour that answers
# for it is asked for that one, every other for a name that its pattern matches.
def requests($behaviors; $base):
  ($base | capture("\\A(?<host>[a-z]+://[^/]*)(?<path>/.*)?\\z"; "p")) as $url
  | ($url.path // "" | select(length > 1)) // null
  | . as $object
  | ([$behaviors[] | .["path-pattern"] // "*" | path_pattern | $object != null and covers(.; $object)] | index(true)) as $answers
  | $behaviors | to_entries[] | .key as $key
  | (if $key == $answers then $object else .value.sample end) as $path
  | .value.checks[] | .url = $url.host + $path | .object = ($key == $answers);

def words: ascii_downcase | split(",") | map(gsub("\\A\\s+|\\s+\\z"; ""));

# Lines of an HTTP answer in, {status, headers} out.
def answer:
  split("\n") | map(rtrimstr("\r"))
  | {
      status: (map(capture("\\AHTTP/[0-9.]+ (?<code>[0-9]{3})").code | tonumber) | last),
      headers: (map(capture("\\A(?<key>[A-Za-z0-9-]+):\\s*(?<value>.*?)\\s*\\z") | .key |= ascii_downcase)
        | group_by(.key) | map({key: .[0].key, value: (map(.value) | join(", "))}) | from_entries)
    };

def row($name; $expected; $holds): {name: $name, expected: $expected, actual: (.headers[$name] // "(none)"), holds: $holds};

def has_words($name; $wanted):
  (.headers[$name] // "" | words) as $there
  | ($there | index("*") != null) or all($wanted[]; ascii_downcase as $word | $there | index($word) != null);

# An answer in, one row for each thing that is expected of it.
def rows($check):
  $check.expect as $expect | .headers["access-control-allow-origin"] as $origin
  | (select($check.kind == "preflight") | {name: "status", expected: "2xx", actual: .status, holds: (.status // 0 | . >= 200 and . < 300)}),
    (select($check.kind == "refused")
      | row("access-control-allow-origin"; "none, or another origin"; $origin != "*" and $origin != $check.origin)),
    ($expect["allow-origin"] as $wanted | select($wanted) | row("access-control-allow-origin"; $wanted; $origin == $wanted)),
    ($expect["allow-methods"] as $wanted | select($wanted)
      | row("access-control-allow-methods"; $wanted | join(", "); has_words("access-control-allow-methods"; $wanted))),
    ($expect["allow-headers"] as $wanted | select($wanted)
      | row("access-control-allow-headers"; $wanted | join(", "); has_words("access-control-allow-headers"; $wanted))),
    ($expect["expose-headers"] as $wanted | select($wanted)
      | row("access-control-expose-headers"; $wanted | join(", "); has_words("access-control-expose-headers"; $wanted))),
    (select($expect.credentials == "refused")
      | row("access-control-allow-credentials"; "none"; .headers["access-control-allow-credentials"] != "true")),
    (select($expect["allow-credentials"])
      | row("access-control-allow-credentials"; "true"; .headers["access-control-allow-credentials"] == "true"));

# Rows in, lines for the terminal out.
def report: .[] | "      \(if .holds then "  " else "! " end)\(.name): expected \(.expected | tostring | tojson), got \(.actual | tostring | tojson)";
