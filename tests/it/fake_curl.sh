#!/usr/bin/env bash
# Stands in for `curl` in tests of verify.sh: a request is a line of $FAKE_AWS/requests, and the answer's headers are
# the text of $FAKE_CURL with the request's origin for ORIGIN.

set -euo pipefail

echo "$*" >>"$FAKE_AWS/requests"
origin=none
while [ $# -gt 0 ]; do
  case $1 in
    --dump-header) headers=$2 ;;
    Origin:*) origin=${1#Origin: } ;;
  esac
  shift
done
[ -n "${FAKE_CURL-}" ] || exit 7
if [ "$origin" = "$FAKE_CURL_REFUSES" ]; then origin=https://another.example; fi
text=$(cat "$FAKE_CURL")
printf '%s\n' "${text/ORIGIN/"$origin"}" >"$headers"
