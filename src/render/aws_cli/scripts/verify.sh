#!/usr/bin/env bash
# Asks the real hosts what a browser would ask, and compares the answers with the intent. Reads only: no
# credentials, no PUT, no POST. See README.md.
# shellcheck disable=SC2016 # a `$` in single quotes is jq's own

set -euo pipefail

usage() {
  cat <<'END'
usage: verify.sh [ASSET]...

  ASSET  only these assets; all when none is given

CORSYNTH_URL_<ASSET>=https://host[/object] names the host to ask, and an object that exists.
END
}

case ${1-} in
  -h | --help) usage && exit 0 ;;
  -*) usage >&2 && exit 2 ;;
esac

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

need curl jq
read_bundle "$@"

DIFFERENT=0 CHECKED=0

# check FILE: one request, its answer beside what was expected.
check() {
  local options=() name
  options=(--request "$(jq -r .method "$1")")
  case $(jq -r .kind "$1") in
    preflight)
      options=(--request OPTIONS --header "Access-Control-Request-Method: $(jq -r .method "$1")")
      name=$(jq -r '.headers | map(ascii_downcase) | sort | join(",")' "$1")
      if [ -n "$name" ]; then options+=(--header "Access-Control-Request-Headers: $name"); fi
      ;;
    *) if [ "$(jq .object "$1")" = true ]; then options+=(--header 'Range: bytes=0-0'); fi ;;
  esac
  if jq -e .origin "$1" >/dev/null; then options+=(--header "Origin: $(jq -r .origin "$1")"); fi
  if [ "$(jq -r .method "$1")" = HEAD ] && [ "$(jq -r .kind "$1")" != preflight ]; then options=(--head "${options[@]:2}"); fi

  jq -r '"\(.kind): \(.method | tojson) \(.url | tojson)\(if .origin then " from \(.origin | tojson)" else " without Origin" end)"' "$1" >"$WORK/title"
  CHECKED=$((CHECKED + 1))
  if ! curl --silent --show-error --globoff --max-time 30 --output /dev/null --dump-header "$WORK/headers" "${options[@]}" \
    --url "$(jq -r .url "$1")" 2>"$WORK/error"; then
    DIFFERENT=$((DIFFERENT + 1))
    say "  FAILED    $(cat "$WORK/title")"
    sed 's/^/      /' "$WORK/error"
    return
  fi
  jq -L "$LIB" -Rs --slurpfile check "$1" 'include "checks"; answer | [rows($check[0])]' <"$WORK/headers" >"$WORK/rows"
  if jq -e 'all(.[]; .holds)' "$WORK/rows" >/dev/null; then
    say "  ok        $(cat "$WORK/title")"
  else
    DIFFERENT=$((DIFFERENT + 1))
    say "  DIFFERENT $(cat "$WORK/title")"
  fi
  jq -L "$LIB" -r 'include "checks"; report' "$WORK/rows"
}

count=$(jq '.assets | length' "$WORK/bundle.json")
for ((index = 0; index < count; index++)); do
  jq ".assets[$index]" "$WORK/bundle.json" >"$WORK/asset.json"
  say "$(jq -r .id "$WORK/asset.json")"
  jq -L "$LIB" -r 'include "checks"; base_url(env)' "$WORK/asset.json" >"$WORK/url"
  if [ ! -s "$WORK/url" ]; then
    say "  not checked: no host is known; set $(jq -r .environment.url "$WORK/asset.json")"
    continue
  fi
  checks=$BUNDLE/$(jq -r .checks "$WORK/asset.json")
  jq -L "$LIB" -n --slurpfile behaviors "$checks" --rawfile url "$WORK/url" \
    'include "checks"; [requests($behaviors[0].behaviors; $url | rtrimstr("\n"))]' >"$WORK/requests.json"
  requests=$(jq length "$WORK/requests.json")
  for ((request = 0; request < requests; request++)); do
    jq ".[$request]" "$WORK/requests.json" >"$WORK/request.json"
    check "$WORK/request.json"
  done
  jq -r '.["not-checked"][] | "  not checked: \(.)"' "$checks"
  if jq -e 'any(.[]; .object) | not' "$WORK/requests.json" >/dev/null; then
    say "  not checked: an object that exists; set $(jq -r .environment.url "$WORK/asset.json") to its URL"
  fi
done

say "$CHECKED requests, $DIFFERENT of them not answered as expected"
[ "$DIFFERENT" -eq 0 ]
