# shellcheck shell=bash disable=SC2016 # a `$` in single quotes is jq's own
# The steps of manifest.json. Each reads what AWS has, computes what it should have, and compares. In the mode
# `plan` it then shows the difference and keeps what would be replaced; in the mode `apply` it writes.

MODE=plan
CHANGED=no
REPLACE_CORS=false
DROP_SIGNERS=false
GLOBAL=()
STEP=$WORK/step.json
KEPT=$WORK/kept
mkdir "$KEPT"
echo '{}' >"$WORK/ids.json"
: >"$WORK/remains"

# read_step JSON: a step of the manifest as $STEP, and what the functions below need of it in variables.
read_step() {
  printf '%s\n' "$1" >"$STEP"
  {
    read -r -d '' DO
    read -r -d '' NAME
    read -r -d '' PAYLOAD
    read -r -d '' KEEP_PREVIOUS
    read -r -d '' FOLDER
    read -r -d '' DISTRIBUTION
    read -r -d '' BUCKET_NAME
    read -r -d '' KMS_KEY
    read -r -d '' REGION
  } < <(jq -j '[.do, .name, .payload, .["keep-previous"] // false, .asset.folder, .asset.distribution, .asset.bucket.name,
    .asset.bucket["kms-key"], .asset["cloudfront-region"]] | map((. | if . == null then "" else tostring end) + "\u0000") | add' "$STEP")
  PAYLOAD=$BUNDLE/$PAYLOAD
  GLOBAL=(--region "$REGION")
}

# run_steps MODE: all steps in order.
run_steps() {
  local step
  MODE=$1
  jq -c '.steps[]' "$WORK/bundle.json" >"$WORK/steps"
  while IFS= read -r step <&3; do
    read_step "$step"
    # What holds only in between is of no interest to a plan.
    if [ "$MODE" = plan ] && [ "$KEEP_PREVIOUS" = true ]; then continue; fi
    case $DO in
      key-policy) step_key_policy ;;
      bucket-policy) step_bucket_policy ;;
      bucket-cors) step_bucket_cors ;;
      origin-access-control | cache-policy | origin-request-policy | response-headers-policy) step_policy ;;
      key-value-store) step_key_value_store ;;
      function) step_function ;;
      distribution) step_distribution ;;
      wait) step_wait ;;
      invalidation) step_invalidation ;;
      *) fail "this bundle has a step that its scripts do not know" ;;
    esac
  done 3<"$WORK/steps"
}

# differs WHAT LIVE WANTED FILTER: whether two files mean different things, as FILTER (jq) sees them.
differs() {
  local status=0
  query "(\$live[0] | $4) == (\$wanted[0] | $4)" -en --slurpfile live "$2" --slurpfile wanted "$3" >/dev/null || status=$?
  [ "$status" -le 1 ] || exit 1
  [ "$status" -eq 1 ] || return 1
  if [ "$MODE" = plan ]; then
    CHANGED=yes
    say "~ $1"
    show_difference "$2" "$3"
  else
    say "writing $1"
  fi
}

# keep KIND NAME OBJECT: the document in $WORK/live is about to be replaced; OBJECT (jq on the step, where $name
# is NAME) says where it belongs.
keep() {
  jq --arg kind "$1" --arg name "$2" --slurpfile before "$WORK/live" "{kind: \$kind} + $3 + {before: \$before[0]}" \
    "$STEP" >"$KEPT/$1.$2.json"
}

# Caches hold answers that are no longer right. Only a plan finds that out.
mark_invalidation() {
  local paths=$BUNDLE/$FOLDER/invalidation.paths.json
  if [ ! -e "$paths" ] || [ -z "$DISTRIBUTION" ]; then return 0; fi
  jq --slurpfile paths "$paths" \
    '{kind: "invalidation", distribution: .asset.distribution, region: .asset["cloudfront-region"], paths: $paths[0], done: false}' \
    "$STEP" >"$KEPT/invalidation.$FOLDER.json"
}

mark_edge() { : >"$WORK/edge.$FOLDER"; }

remains() { jq -r "\"\\(.asset.id): $1\"" "$STEP" >>"$WORK/remains"; }

step_bucket_cors() {
  local function=target shadows
  if [ "$KEEP_PREVIOUS" = true ]; then function=between; fi
  bucket_options "$STEP" .asset.bucket
  read_cors "$WORK/live"
  query ". // [] | $function(\$payload[0].CORSRules; \$replace)" --slurpfile payload "$PAYLOAD" \
    --argjson replace "$REPLACE_CORS" <"$WORK/live" >"$WORK/wanted"
  if [ "$MODE" = plan ]; then
    shadows=$(query shadows -r <"$WORK/wanted")
    [ -z "$shadows" ] || fail "bucket $BUCKET_NAME: $shadows; S3 takes the first match. Remove it, or run with --replace-cors to replace all rules"
    query 'map(select(ours | not) | .ID // .AllowedOrigins | tojson) | select(. != []) | join(", ")' -r <"$WORK/wanted" >"$WORK/foreign"
    [ ! -s "$WORK/foreign" ] || note "bucket $BUCKET_NAME has rules that the intent does not know, and they stay: $(cat "$WORK/foreign")"
  fi
  differs "CORS of bucket $BUCKET_NAME" "$WORK/live" "$WORK/wanted" '. // [] | map(meaning)' || return 0
  if [ "$MODE" = apply ]; then
    write_cors "$WORK/wanted"
    return
  fi
  keep bucket-cors "$BUCKET_NAME" '{bucket: .asset.bucket}'
  mark_invalidation
}

# merge_statements: $WORK/live with our statements as $WORK/wanted.
merge_statements() {
  read_distribution "$DISTRIBUTION"
  query '. as $live | ($payload[0] | filled($arn; $step[0].asset.bucket)) as $wanted | $live | merged($wanted; $step[0].sids; $arn; $keep)' \
    --slurpfile payload "$PAYLOAD" \
    --arg arn "$(jq -r .Distribution.ARN "$WORK/distribution.json")" \
    --slurpfile step "$STEP" --argjson keep "$KEEP_PREVIOUS" \
    <"$WORK/live" >"$WORK/wanted"
}

SAME_STATEMENTS='.Statement // [] | as_list | map(statement_meaning)'

step_bucket_policy() {
  if [ -z "$DISTRIBUTION" ]; then
    remains 'the statements of \(.payload) are not in the bucket policy'
    return
  fi
  bucket_options "$STEP" .asset.bucket
  read_bucket_policy "$WORK/live"
  merge_statements
  differs "policy of bucket $BUCKET_NAME" "$WORK/live" "$WORK/wanted" "$SAME_STATEMENTS" || return 0
  if [ "$MODE" = plan ]; then
    keep bucket-policy "$BUCKET_NAME" '{bucket: .asset.bucket}'
  else
    write_bucket_policy "$WORK/wanted"
  fi
}

step_key_policy() {
  if [ -z "$DISTRIBUTION" ]; then
    remains 'the statements of \(.payload) are not in the key policy'
    return
  fi
  key_options "$KMS_KEY"
  read_key_policy "$WORK/live"
  merge_statements
  differs "policy of key ${KMS_KEY##*/}" "$WORK/live" "$WORK/wanted" "$SAME_STATEMENTS" || return 0
  if [ "$MODE" = plan ]; then
    keep key-policy "${KMS_KEY##*/}" '{key: .asset.bucket["kms-key"]}'
  else
    write_key_policy "$WORK/wanted"
  fi
}

# remember ID: under which id AWS has the policy of this step; behaviours need it.
remember() {
  jq --arg file "${PAYLOAD#"$BUNDLE/"}" --arg id "$1" '.[$file] = $id' "$WORK/ids.json" >"$WORK/ids.next"
  mv "$WORK/ids.next" "$WORK/ids.json"
}

step_policy() {
  local attempt
  jq --arg name "$NAME" '.Name = $name' "$PAYLOAD" >"$WORK/wanted"
  find_policy "$DO" "$NAME"
  if [ -z "$ID" ]; then
    create_policy "$DO" "$NAME"
    return
  fi
  remember "$ID"
  for attempt in first second; do
    read_policy "$DO" "$ID" "$WORK/live"
    differs "$DO $NAME" "$WORK/live" "$WORK/wanted" meaning || return 0
    if [ "$MODE" = plan ]; then
      keep "$DO" "$ID" '{id: $name, region: .asset["cloudfront-region"]}'
      mark_edge
      case $DO in cache-policy | origin-request-policy) mark_invalidation ;; esac
      return
    fi
    if write_policy "$DO" "$ID" "$WORK/wanted"; then return; fi
    note "somebody else changed it in the meantime ($attempt attempt)"
  done
  fail "$DO $NAME keeps changing; run this again"
}

create_policy() {
  if [ "$MODE" = plan ]; then
    CHANGED=yes
    say "+ $1 $2"
    remember '(known after apply)'
    return
  fi
  say "creating $1 $2"
  call cloudfront "create-$1" "--$1-config" "file://$WORK/wanted" "${GLOBAL[@]}" >"$WORK/answer"
  ID=$(jq -r '[.[] | .Id? // empty][0]' "$WORK/answer")
  jq -n --arg type "$1" --arg id "$ID" --arg name "$2" --arg region "${GLOBAL[1]}" \
    '{kind: "created", type: $type, id: $id, name: $name, region: $region}' >"$BACKUP/created.$1.$ID.json"
  remember "$ID"
}

# A store is ready before the function that asks it, and loses what it should not have after it.
step_key_value_store() {
  local attempt
  find_store "$NAME"
  if [ -z "$ARN" ]; then
    if [ "$MODE" = plan ]; then
      CHANGED=yes
      say "+ key value store $NAME"
      return
    fi
    say "creating key value store $NAME"
    create_store "$NAME" "$(jq -r .FunctionConfig.Comment "${PAYLOAD%.store.json}.json")"
  fi
  pairs "$PAYLOAD" >"$WORK/pairs"
  for attempt in first second; do
    read_store "$ARN" "$WORK/live"
    if [ "$KEEP_PREVIOUS" = true ]; then between_stores "$WORK/live" "$WORK/pairs" >"$WORK/wanted"; else cp "$WORK/pairs" "$WORK/wanted"; fi
    differs "key value store $NAME" "$WORK/live" "$WORK/wanted" . || return 0
    if [ "$MODE" = plan ]; then
      keep key-value-store "$NAME" '{id: $name, region: .asset["cloudfront-region"]}'
      return
    fi
    if write_store "$ARN" "$WORK/wanted"; then return; fi
    note "somebody else changed it in the meantime ($attempt attempt)"
  done
  fail "key value store $NAME keeps changing; run this again"
}

# A function runs only once it is published, and what behaviours name is its ARN.
step_function() {
  local attempt store=
  if jq -e '.["key-value-store"]' "$PAYLOAD" >/dev/null; then
    find_store "$NAME"
    store=${ARN:-(known after apply)}
  fi
  jq -n --slurpfile payload "$PAYLOAD" --rawfile code "${PAYLOAD%.json}.js" --arg store "$store" '
    {config: ($payload[0].FunctionConfig
      + (if $store == "" then {} else {KeyValueStoreAssociations: {Quantity: 1, Items: [{KeyValueStoreARN: $store}]}} end)),
    code: ($code | split("\n"))}' >"$WORK/wanted"
  for attempt in first second; do
    read_function "$NAME" "$WORK/live"
    if [ ! -s "$WORK/etag" ]; then
      if [ "$MODE" = plan ]; then
        CHANGED=yes
        say "+ function $NAME"
        remember '(known after apply)'
        return
      fi
      say "creating function $NAME"
      create_function "$NAME" "${PAYLOAD%.json}.js" "$WORK/wanted"
      remember "$ARN"
      return
    fi
    remember "$ARN"
    differs "function $NAME" "$WORK/live" "$WORK/wanted" . || return 0
    if [ "$MODE" = plan ]; then
      keep function "$NAME" '{id: $name, region: .asset["cloudfront-region"]}'
      mark_edge
      return
    fi
    if write_function "$NAME" "$WORK/wanted"; then return; fi
    note "somebody else changed it in the meantime ($attempt attempt)"
  done
  fail "function $NAME keeps changing; run this again"
}

step_distribution() {
  local attempt
  if [ -z "$DISTRIBUTION" ]; then
    remains 'no distribution is known: set \(.asset.environment.distribution) to its id and run this again'
    return
  fi
  for attempt in first second; do
    read_distribution "$DISTRIBUTION"
    jq .Distribution.DistributionConfig "$WORK/distribution.json" >"$WORK/live"
    query 'patched($step[0].asset; $behaviors[0]; $ids[0]; $drop)' --slurpfile step "$STEP" --slurpfile behaviors "$PAYLOAD" \
      --slurpfile ids "$WORK/ids.json" --argjson drop "$DROP_SIGNERS" <"$WORK/live" >"$WORK/wanted"
    if [ "$MODE" = plan ]; then
      query 'remarks($live[0]; $step[0].asset; $behaviors[0]) | "note: distribution \($step[0].asset.distribution): \(.)"' -r \
        --slurpfile live "$WORK/live" --slurpfile step "$STEP" --slurpfile behaviors "$PAYLOAD" <"$WORK/wanted"
    fi
    differs "distribution $DISTRIBUTION" "$WORK/live" "$WORK/wanted" . || return 0
    if [ "$MODE" = plan ]; then
      keep distribution "$DISTRIBUTION" '{id: $name, region: .asset["cloudfront-region"]}'
      mark_edge
      query '($live[0] | forwarding) == forwarding' -e --slurpfile live "$WORK/live" <"$WORK/wanted" >/dev/null || mark_invalidation
      return
    fi
    if write_distribution "$DISTRIBUTION" "$WORK/wanted"; then return; fi
    note "somebody else changed it in the meantime ($attempt attempt)"
  done
  fail "distribution $DISTRIBUTION keeps changing; run this again"
}

# The bucket is narrowed only when every edge location has the new configuration.
step_wait() {
  if [ "$MODE" = plan ] || [ ! -e "$WORK/edge.$FOLDER" ] || [ -z "$DISTRIBUTION" ]; then return 0; fi
  say "waiting for distribution $DISTRIBUTION"
  call cloudfront wait distribution-deployed --id "$DISTRIBUTION" "${GLOBAL[@]}"
}

# Also what an interrupted run still owes.
step_invalidation() {
  local name file
  name=invalidation.$FOLDER.json
  for file in "$KEPT/$name" "$BACKUPS"/*/"$name"; do
    if [ ! -e "$file" ] || jq -e .done "$file" >/dev/null; then continue; fi
    if [ "$MODE" = plan ]; then
      # shellcheck disable=SC2034 # apply.sh reads it
      CHANGED=yes
      jq -r '"+ invalidation in distribution \(.distribution): \(.paths.Items | join(" "))"' "$file"
    elif [ "$file" != "$KEPT/$name" ]; then
      invalidate "$file"
    fi
  done
}
