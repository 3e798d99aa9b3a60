#!/usr/bin/env bash
# Brings into the key value stores of a stack what its functions look up there. See README.md.

set -euo pipefail

usage() {
  cat <<'END'
usage: fill-key-value-stores.sh [--add] STACK

  --add   take nothing away: before the stack is updated
  STACK   the stack of template.yaml, in the region of your environment
END
}

ADD=no STACK=
while [ $# -gt 0 ]; do
  case $1 in
    --add) ADD=yes ;;
    -h | --help) usage && exit 0 ;;
    -*) usage >&2 && exit 2 ;;
    *)
      [ -z "$STACK" ] || { usage >&2 && exit 2; }
      STACK=$1
      ;;
  esac
  shift
done
[ -n "$STACK" ] || { usage >&2 && exit 2; }

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

need aws jq
call cloudformation describe-stacks --stack-name "$STACK" >"$WORK/stack.json"
GLOBAL=()
for FILE in "$BUNDLE"/key-value-stores/*.json; do
  NAME=$(basename "$FILE" .json)
  ARN=$(jq -r --arg name "${NAME}Id" '.Stacks[0].Outputs[]? | select(.OutputKey == $name).OutputValue' "$WORK/stack.json")
  [ -n "$ARN" ] || fail "stack $STACK has no output ${NAME}Id: it was not made from this template"
  pairs "$FILE" >"$WORK/pairs"
  for attempt in first second third; do
    read_store "$ARN" "$WORK/live"
    if [ "$ADD" = yes ]; then between_stores "$WORK/live" "$WORK/pairs" >"$WORK/wanted"; else cp "$WORK/pairs" "$WORK/wanted"; fi
    if same "$WORK/live" "$WORK/wanted"; then
      say "$NAME: $(jq length "$WORK/live") keys, as they should be"
      continue 2
    fi
    if write_store "$ARN" "$WORK/wanted"; then
      say "$NAME: $(jq length "$WORK/wanted") keys, where there were $(jq length "$WORK/live")"
      continue 2
    fi
    note "somebody else changed it in the meantime ($attempt attempt)"
  done
  fail "key value store $NAME keeps changing; run this again"
done
