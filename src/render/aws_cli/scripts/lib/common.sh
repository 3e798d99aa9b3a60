# shellcheck shell=bash disable=SC2016 # a `$` in single quotes is jq's own
# What all scripts share: messages, the manifest, the AWS CLI and its errors.
#
# Nothing of the intent stands in these scripts. They read it from the bundle's JSON files, and hand it on
# in files or as quoted arguments that lib/resolve.jq has checked.

BUNDLE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LIB=$BUNDLE/lib
WORK=$(mktemp -d)
# What to say when a script stops before its end.
UNFINISHED=
finish() {
  local status=$?
  rm -rf "$WORK"
  if [ "$status" -ne 0 ] && [ -n "$UNFINISHED" ]; then printf 'stopped: %s\n' "$UNFINISHED" >&2; fi
}
trap finish EXIT

# The JSON of every answer is read by jq, whatever the user's own output settings are.
export AWS_PAGER=""

say() { printf '%s\n' "$*"; }
note() { printf 'note: %s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail "\`$tool\` is needed and not on PATH"
  done
}

# query PROGRAM [JQ OPTIONS]: jq with the bundle's own definitions.
query() {
  local program=$1
  shift
  jq -L "$LIB" "$@" "include \"compare\"; include \"cors\"; include \"statements\"; include \"distribution\"; $program"
}

# read_bundle [ASSET...]: the manifest with overrides, limited to these assets, as $WORK/bundle.json.
read_bundle() {
  jq -L "$LIB" 'include "resolve"; resolved(env; $ARGS.positional)' "$BUNDLE/manifest.json" --args "$@" >"$WORK/bundle.json"
  [ "$(jq '.assets | length' "$WORK/bundle.json")" -gt 0 ] || fail "this bundle has no assets"
}

# call COMMAND...: the AWS CLI, answering JSON. Its errors are kept for `refused_as`.
call() {
  if aws "$@" --output json 2>"$WORK/error"; then return 0; fi
  cat "$WORK/error" >&2
  return 1
}

# call_unless CODES COMMAND...: the same, but an error of these codes (`A|B`) is a plain "there is none":
# status 0 and no output.
call_unless() {
  local codes=$1
  shift
  if aws "$@" --output json 2>"$WORK/error"; then return 0; fi
  if refused_as "$codes"; then return 0; fi
  cat "$WORK/error" >&2
  return 1
}

refused_as() { grep -Eq "\(($1)\)" "$WORK/error"; }

# Somebody else wrote between our reading and our writing.
ETAG_IS_STALE='PreconditionFailed|InvalidIfMatchVersion'

# Prints who we are, and stops when the intent says that it is about another account.
check_identity() {
  local region expected
  region=$(jq -r '[.assets[].bucket.region | values][0] // "us-east-1"' "$WORK/bundle.json")
  call sts get-caller-identity --region "$region" >"$WORK/identity.json"
  jq -r '"account \(.Account) as \(.Arn)"' "$WORK/identity.json"
  expected=$(jq -r --slurpfile identity "$WORK/identity.json" \
    '[.assets[].bucket.account | values | select(. != $identity[0].Account)][0] // empty' "$WORK/bundle.json")
  [ -z "$expected" ] || fail "the intent is about account $expected: nothing was done"
}

# same FILE FILE: whether two JSON files say the same, member for member.
same() { jq -en --slurpfile a "$1" --slurpfile b "$2" '$a == $b' >/dev/null; }

# show_difference FILE FILE: of two JSON files, as a diff of lines.
show_difference() {
  jq -S . "$1" >"$WORK/from"
  jq -S . "$2" >"$WORK/to"
  diff -u "$WORK/from" "$WORK/to" | tail -n +3 | sed 's/^/    /' || true
}

# bucket_options FILE PATH: sets BUCKET to what names the bucket at PATH of FILE to `aws s3api`.
bucket_options() {
  local name region account
  {
    read -r name
    read -r region
    read -r account
  } < <(jq -r "$2 | .name, .region, .account // \"\"" "$1")
  BUCKET=(--bucket "$name" --region "$region")
  if [ -n "$account" ]; then BUCKET+=(--expected-bucket-owner "$account"); fi
}

# The documents of buckets and keys, each into a file; `null` when there is none.

# read_cors FILE: the current BUCKET's rules as a list, or `null`.
read_cors() {
  call_unless NoSuchCORSConfiguration s3api get-bucket-cors "${BUCKET[@]}" >"$WORK/answer"
  jq -s '.[0].CORSRules // null' "$WORK/answer" >"$1"
}

# write_cors FILE: a list of rules becomes the BUCKET's; none at all removes the document.
write_cors() {
  if jq -e '. == null or . == []' "$1" >/dev/null; then
    call s3api delete-bucket-cors "${BUCKET[@]}"
  else
    jq '{CORSRules: .}' "$1" >"$WORK/payload"
    call s3api put-bucket-cors "${BUCKET[@]}" --cors-configuration "file://$WORK/payload"
  fi
}

read_bucket_policy() {
  call_unless NoSuchBucketPolicy s3api get-bucket-policy "${BUCKET[@]}" >"$WORK/answer"
  jq -s 'if .[0].Policy then .[0].Policy | fromjson else null end' "$WORK/answer" >"$1"
}

write_bucket_policy() {
  if jq -e '. == null or .Statement == []' "$1" >/dev/null; then
    call s3api delete-bucket-policy "${BUCKET[@]}"
  else
    call s3api put-bucket-policy "${BUCKET[@]}" --policy "file://$1"
  fi
}

# key_options ARN: sets KEY to what names the key to `aws kms`.
key_options() {
  KEY=(--key-id "$1" --policy-name default --region "$(printf '%s' "$1" | cut -d : -f 4)")
}

read_key_policy() {
  call kms get-key-policy "${KEY[@]}" >"$WORK/answer"
  jq '.Policy | fromjson' "$WORK/answer" >"$1"
}

write_key_policy() { call kms put-key-policy "${KEY[@]}" --policy "file://$1"; }

# read_distribution ID: the whole answer as $WORK/distribution.json.
read_distribution() { call cloudfront get-distribution --id "$1" "${GLOBAL[@]}" >"$WORK/distribution.json"; }

# write_distribution ID FILE: against the ETag read last. Status 1 when somebody else was faster.
write_distribution() {
  local etag
  etag=$(jq -r .ETag "$WORK/distribution.json")
  if aws cloudfront update-distribution --id "$1" --if-match "$etag" --distribution-config "file://$2" \
    "${GLOBAL[@]}" --output json >"$WORK/answer" 2>"$WORK/error"; then
    return 0
  fi
  refused_as "$ETAG_IS_STALE" || fail "$(cat "$WORK/error")"
  return 1
}

# Words of the API for a kind of policy: sets CONFIG (where the config stands in an answer to `get-KIND`),
# LIST (the entries of `list-KINDS`, as {id, name}) and KINDS.
policy_words() {
  local camel
  KINDS=("list-${1%y}ies" --type custom)
  case $1 in
    cache-policy) camel=CachePolicy ;;
    origin-request-policy) camel=OriginRequestPolicy ;;
    response-headers-policy) camel=ResponseHeadersPolicy ;;
    origin-access-control)
      CONFIG=.OriginAccessControl.OriginAccessControlConfig
      LIST='.OriginAccessControlList.Items[]? | {id: .Id, name: .Name}'
      KINDS=(list-origin-access-controls)
      return
      ;;
    *) fail "unknown kind \`$1\`" ;;
  esac
  CONFIG=.$camel.${camel}Config
  LIST=".${camel}List.Items[]?.$camel | {id: .Id, name: .${camel}Config.Name}"
}

# find_policy KIND NAME: sets ID to that of the policy with this name, or to nothing.
find_policy() {
  local next="" marker=()
  policy_words "$1"
  while :; do
    call cloudfront "${KINDS[@]}" ${marker[@]+"${marker[@]}"} "${GLOBAL[@]}" >"$WORK/answer"
    # The CLI prints nothing at all for an empty list that it has put together from pages.
    {
      read -r ID
      read -r next
    } < <(jq -rs --arg name "$2" ".[0] // {} | [$LIST | select(.name == \$name).id][0] // \"\", [.[].NextMarker?][0] // \"\"" "$WORK/answer")
    if [ -n "$ID" ] || [ -z "$next" ]; then return 0; fi
    marker=(--marker "$next")
  done
}

# read_policy KIND ID FILE: the config; the ETag becomes $WORK/etag. `null` when there is none (any more).
read_policy() {
  policy_words "$1"
  call_unless 'NoSuch[A-Za-z]+' cloudfront "get-$1" --id "$2" "${GLOBAL[@]}" >"$WORK/answer"
  jq -s ".[0] | $CONFIG" "$WORK/answer" >"$3"
  jq -rs '.[0].ETag // empty' "$WORK/answer" >"$WORK/etag"
}

# write_policy KIND ID FILE: against the ETag read last. Status 1 when somebody else was faster.
write_policy() {
  if aws cloudfront "update-$1" --id "$2" --if-match "$(cat "$WORK/etag")" "--$1-config" "file://$3" \
    "${GLOBAL[@]}" --output json >"$WORK/answer" 2>"$WORK/error"; then
    return 0
  fi
  refused_as "$ETAG_IS_STALE" || fail "$(cat "$WORK/error")"
  return 1
}

# read_function NAME FILE: what runs now, as {config, code}; `null` when it was never published. Sets ARN, and $WORK/etag to
# the ETag of the stage that is edited; that one is empty when there is no function.
read_function() {
  call_unless NoSuchFunctionExists cloudfront describe-function --name "$1" --stage DEVELOPMENT "${GLOBAL[@]}" >"$WORK/answer"
  jq -rs '.[0].ETag // empty' "$WORK/answer" >"$WORK/etag"
  ARN=$(jq -rs '.[0].FunctionSummary.FunctionMetadata.FunctionARN // empty' "$WORK/answer")
  call_unless NoSuchFunctionExists cloudfront describe-function --name "$1" --stage LIVE "${GLOBAL[@]}" >"$WORK/answer"
  if [ ! -s "$WORK/answer" ]; then
    echo null >"$2"
    return
  fi
  call cloudfront get-function --name "$1" --stage LIVE "${GLOBAL[@]}" "$WORK/code" >/dev/null
  jq --rawfile code "$WORK/code" '{config: (.FunctionSummary.FunctionConfig | {Comment, Runtime}
      + (if (.KeyValueStoreAssociations.Quantity // 0) > 0 then {KeyValueStoreAssociations} else {} end)),
    code: ($code | split("\n"))}' "$WORK/answer" >"$2"
}

# publish_function NAME: what was written last becomes what runs; sets ARN. Where the answer to writing does not tell the
# version (the CLI looks for it in a header `ETtag`), it is asked for.
publish_function() {
  if ! jq -e .ETag "$WORK/answer" >/dev/null; then
    call cloudfront describe-function --name "$1" --stage DEVELOPMENT "${GLOBAL[@]}" >"$WORK/answer" || fail "function $1 is written and not published; run this again"
  fi
  call cloudfront publish-function --name "$1" --if-match "$(jq -r .ETag "$WORK/answer")" "${GLOBAL[@]}" >"$WORK/published" ||
    fail "function $1 is written and not published; run this again"
  # shellcheck disable=SC2034 # steps.sh reads it
  ARN=$(jq -r .FunctionSummary.FunctionMetadata.FunctionARN "$WORK/published")
}

# create_function NAME CODE FILE: FILE has its config. What was created is in the backup before it is published, which may fail.
create_function() {
  jq .config "$3" >"$WORK/payload"
  call cloudfront create-function --name "$1" --function-config "file://$WORK/payload" --function-code "fileb://$2" \
    "${GLOBAL[@]}" >"$WORK/answer"
  jq -n --arg name "$1" --arg region "${GLOBAL[1]}" \
    '{kind: "created", type: "function", id: $name, name: $name, region: $region}' >"$BACKUP/created.function.$1.json"
  publish_function "$1"
}

# write_function NAME FILE: {config, code}, against the ETag read last. Status 1 when somebody else was faster.
write_function() {
  jq .config "$2" >"$WORK/payload"
  jq -rj '.code | join("\n")' "$2" >"$WORK/code"
  if aws cloudfront update-function --name "$1" --if-match "$(cat "$WORK/etag")" --function-config "file://$WORK/payload" \
    --function-code "fileb://$WORK/code" "${GLOBAL[@]}" --output json >"$WORK/answer" 2>"$WORK/error"; then
    publish_function "$1"
    return 0
  fi
  refused_as "$ETAG_IS_STALE" || fail "$(cat "$WORK/error")"
  return 1
}

# invalidate FILE: what a file in a backup asks for; waits for its end and then marks the file as done.
invalidate() {
  local distribution region
  distribution=$(jq -r .distribution "$1")
  region=$(jq -r .region "$1")
  say "invalidating in distribution $distribution"
  jq --arg reference "corsynth-$(date -u +%Y%m%dT%H%M%SZ)-$$-$RANDOM" '{Paths: .paths, CallerReference: $reference}' "$1" >"$WORK/payload"
  call cloudfront create-invalidation --distribution-id "$distribution" --invalidation-batch "file://$WORK/payload" \
    --region "$region" >"$WORK/answer"
  call cloudfront wait invalidation-completed --distribution-id "$distribution" \
    --id "$(jq -r .Invalidation.Id "$WORK/answer")" --region "$region"
  jq '.done = true' "$1" >"$WORK/payload"
  cp "$WORK/payload" "$1"
}

# Where what is replaced is kept: one folder a run, named after the time in UTC.
BACKUPS=${CORSYNTH_BACKUP_DIR:-$BUNDLE/backup}

# new_backup: sets BACKUP to a new folder with everything that the plan is about to replace.
new_backup() {
  mkdir -p "$BACKUPS"
  until BACKUP=$BACKUPS/$(date -u +%Y%m%dT%H%M%SZ) && mkdir "$BACKUP" 2>/dev/null; do
    [ -e "$BACKUP" ] || fail "cannot write to $BACKUPS"
    sleep 1
  done
  jq '{kind: "run", account: .Account}' "$WORK/identity.json" >"$BACKUP/run.json"
  cp "$KEPT"/*.json "$BACKUP" 2>/dev/null || true
}

# shellcheck source=lib/stores.sh
. "$LIB/stores.sh"
