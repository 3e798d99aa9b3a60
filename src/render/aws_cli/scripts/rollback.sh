#!/usr/bin/env bash
# Restores what a run of apply.sh replaced, and deletes what it created. See README.md.

# shellcheck disable=SC2016 # a `$` in single quotes is jq's own

set -euo pipefail

usage() {
  cat <<'END'
usage: rollback.sh [BACKUP]

  BACKUP  a folder that apply.sh wrote; the newest in backup/ when not given
END
}

case ${1-} in
  -h | --help) usage && exit 0 ;;
  -*) usage >&2 && exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2 && exit 2; }

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

need aws jq
BACKUP=${1-}
if [ -z "$BACKUP" ]; then
  for BACKUP in "$BACKUPS"/[0-9]*Z; do :; done
fi
[ -e "$BACKUP/run.json" ] || fail "$BACKUP is not a backup of apply.sh"

# shellcheck disable=SC2119 # all assets
read_bundle
check_identity
[ "$(jq -r .account "$BACKUP/run.json")" = "$(jq -r .Account "$WORK/identity.json")" ] ||
  fail "this backup is of account $(jq -r .account "$BACKUP/run.json"): nothing was done"

RESTORED=no
GLOBAL=()

# each KIND FUNCTION: calls FUNCTION with $FILE for everything of this kind in the backup.
each() {
  for FILE in "$BACKUP/$1".*.json; do
    if [ -e "$FILE" ]; then
      jq .before "$FILE" >"$WORK/before"
      GLOBAL=(--region "$(jq -r '.region // empty' "$FILE")")
      "$2"
    fi
  done
}

restoring() {
  RESTORED=yes
  say "restoring $(basename "$FILE" .json)"
}

# While the edge goes back, the bucket grants what it grants now and what it granted before.
widen_cors() {
  bucket_options "$FILE" .bucket
  read_cors "$WORK/live"
  query '. // [] | beside($before[0] // [])' --slurpfile before "$WORK/before" <"$WORK/live" >"$WORK/wanted"
  if query '($live[0] // [] | map(meaning) | sort) != (map(meaning) | sort)' -e --slurpfile live "$WORK/live" <"$WORK/wanted" >/dev/null; then
    restoring
    write_cors "$WORK/wanted"
  fi
}

restore_cors() {
  bucket_options "$FILE" .bucket
  read_cors "$WORK/live"
  if same "$WORK/live" "$WORK/before"; then return 0; fi
  restoring
  write_cors "$WORK/before"
}

restore_bucket_policy() {
  bucket_options "$FILE" .bucket
  read_bucket_policy "$WORK/live"
  if same "$WORK/live" "$WORK/before"; then return 0; fi
  restoring
  write_bucket_policy "$WORK/before"
}

restore_key_policy() {
  key_options "$(jq -r .key "$FILE")"
  read_key_policy "$WORK/live"
  if same "$WORK/live" "$WORK/before"; then return 0; fi
  restoring
  write_key_policy "$WORK/before"
}

restore_policy() {
  local kind id
  kind=$(jq -r .kind "$FILE")
  id=$(jq -r .id "$FILE")
  read_policy "$kind" "$id" "$WORK/live"
  if same "$WORK/live" "$WORK/before"; then return 0; fi
  restoring
  write_policy "$kind" "$id" "$WORK/before" || fail "$kind $id was changed by somebody else just now; run this again"
}

# While functions go back, a store has what either of them looks up.
widen_store() {
  local name
  name=$(jq -r .id "$FILE")
  find_store "$name"
  if [ -z "$ARN" ]; then return 0; fi
  read_store "$ARN" "$WORK/live"
  between_stores "$WORK/live" "$WORK/before" >"$WORK/wanted"
  restore_store_to "$WORK/wanted" "$name"
}

restore_store() {
  local name
  name=$(jq -r .id "$FILE")
  find_store "$name"
  if [ -z "$ARN" ]; then return 0; fi
  read_store "$ARN" "$WORK/live"
  restore_store_to "$WORK/before" "$name"
}

restore_store_to() {
  if same "$WORK/live" "$1"; then return 0; fi
  restoring
  write_store "$ARN" "$1" || fail "key value store $2 was changed by somebody else just now; run this again"
}

restore_function() {
  local name
  name=$(jq -r .id "$FILE")
  # It was never published, so nothing ran that could run again.
  if same "$WORK/before" <(echo null); then return 0; fi
  read_function "$name" "$WORK/live"
  if same "$WORK/live" "$WORK/before" || [ ! -s "$WORK/etag" ]; then return 0; fi
  restoring
  write_function "$name" "$WORK/before" || fail "function $name was changed by somebody else just now; run this again"
}

restore_distribution() {
  local id
  id=$(jq -r .id "$FILE")
  read_distribution "$id"
  jq .Distribution.DistributionConfig "$WORK/distribution.json" >"$WORK/live"
  if same "$WORK/live" "$WORK/before"; then return 0; fi
  restoring
  write_distribution "$id" "$WORK/before" || fail "distribution $id was changed by somebody else just now; run this again"
}

wait_for_edge() {
  if [ "$RESTORED" = yes ]; then call cloudfront wait distribution-deployed --id "$(jq -r .id "$FILE")" "${GLOBAL[@]}"; fi
}

invalidate_again() {
  if [ "$RESTORED" = yes ]; then invalidate "$FILE"; fi
}

delete_created() {
  local type id
  type=$(jq -r .type "$FILE")
  id=$(jq -r .id "$FILE")
  case $type in
    function) read_function "$id" "$WORK/live" ;;
    key-value-store) find_store "$id" ;;
    *) read_policy "$type" "$id" "$WORK/live" ;;
  esac
  if [ ! -s "$WORK/etag" ]; then return 0; fi
  RESTORED=yes
  say "deleting $type $(jq -r .name "$FILE")"
  if [ "$type" = function ] || [ "$type" = key-value-store ]; then
    call cloudfront "delete-$type" --name "$id" --if-match "$(cat "$WORK/etag")" "${GLOBAL[@]}"
    return
  fi
  call cloudfront "delete-$type" --id "$id" --if-match "$(cat "$WORK/etag")" "${GLOBAL[@]}"
}

UNFINISHED="half way; run rollback.sh $BACKUP again to finish it"
each bucket-cors widen_cors
each origin-access-control restore_policy
each cache-policy restore_policy
each origin-request-policy restore_policy
each response-headers-policy restore_policy
each key-value-store widen_store
each function restore_function
each distribution restore_distribution
each distribution wait_for_edge
each key-value-store restore_store
each bucket-cors restore_cors
each bucket-policy restore_bucket_policy
each key-policy restore_key_policy
each invalidation invalidate_again
each created delete_created

if [ "$RESTORED" = yes ]; then say "done: this is the state before $BACKUP"; else say "nothing to restore"; fi
