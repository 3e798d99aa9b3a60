# shellcheck shell=bash disable=SC2016 # a `$` in single quotes is jq's own
# Key value stores: the origins that the code of a function has no room for, each with the keys of its rules. A store is read
# as one object, and written against the version that was read.

# pairs FILE: what a payload says is in a store.
pairs() { jq '.data | from_entries' "$1"; }

# between_stores FILE FILE: what is in either, and for an origin in both the keys of both. A function knows its own.
between_stores() {
  jq -n --slurpfile a "$1" --slurpfile b "$2" \
    'reduce ($b[0] | to_entries[]) as {$key, $value} ($a[0]; .[$key] = ([.[$key] // empty, $value] | join(",") | split(",") | unique | join(",")))'
}

# find_store NAME: sets ARN to that of the store, or to nothing; $WORK/etag becomes what deletes it.
find_store() {
  call_unless 'EntityNotFound|NoSuchResource' cloudfront describe-key-value-store --name "$1" "${GLOBAL[@]}" >"$WORK/answer"
  jq -rs '.[0].ETag // empty' "$WORK/answer" >"$WORK/etag"
  ARN=$(jq -rs '.[0].KeyValueStore.ARN // empty' "$WORK/answer")
}

# create_store NAME COMMENT: an empty one, noted in the backup, and ready to be filled in the end; sets ARN.
create_store() {
  local attempt
  call cloudfront create-key-value-store --name "$1" --comment "$2" "${GLOBAL[@]}" >"$WORK/answer"
  ARN=$(jq -r .KeyValueStore.ARN "$WORK/answer")
  jq -n --arg name "$1" --arg region "${GLOBAL[1]}" \
    '{kind: "created", type: "key-value-store", id: $name, name: $name, region: $region}' >"$BACKUP/created.key-value-store.$1.json"
  for attempt in {1..60}; do
    if [ "$(jq -r '.KeyValueStore.Status | ascii_upcase' "$WORK/answer")" = READY ]; then return 0; fi
    [ "$attempt" -eq 1 ] || sleep 5
    call cloudfront describe-key-value-store --name "$1" "${GLOBAL[@]}" >"$WORK/answer"
  done
  fail "key value store $1 is not ready after five minutes; run this again"
}

# read_store ARN FILE: what is in it; its version becomes $WORK/etag.
read_store() {
  call cloudfront-keyvaluestore describe-key-value-store --kvs-arn "$1" ${GLOBAL[@]+"${GLOBAL[@]}"} >"$WORK/answer"
  jq -r .ETag "$WORK/answer" >"$WORK/etag"
  call cloudfront-keyvaluestore list-keys --kvs-arn "$1" ${GLOBAL[@]+"${GLOBAL[@]}"} >"$WORK/answer"
  # The CLI prints nothing at all for an empty list that it has put together from pages.
  jq -s '[.[0].Items[]? | {key: .Key, value: .Value}] | from_entries' "$WORK/answer" >"$2"
}

# write_store ARN FILE: from what $WORK/live was read to what FILE says, fifty keys a call, which is what one takes, those that
# are new first. Status 1 when somebody else was faster. <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_UpdateKeys.html>
write_store() {
  local batch
  jq -cn --slurpfile live "$WORK/live" --slurpfile wanted "$2" '
    ($wanted[0] | to_entries | map(select($live[0][.key] != .value) | {put: {Key: .key, Value: .value}}))
    + ($live[0] | keys_unsorted | map(select(in($wanted[0]) | not) | {delete: {Key: .}}))
    | range(0; length; 50) as $at | .[$at:$at + 50] | {Puts: map(.put // empty), Deletes: map(.delete // empty)}' >"$WORK/batches"
  while IFS= read -r batch <&4; do
    printf '%s\n' "$batch" | jq --arg arn "$1" --rawfile etag "$WORK/etag" \
      '{KvsARN: $arn, IfMatch: ($etag | rtrimstr("\n"))} + .' >"$WORK/payload"
    if ! aws cloudfront-keyvaluestore update-keys --cli-input-json "file://$WORK/payload" ${GLOBAL[@]+"${GLOBAL[@]}"} \
      --output json >"$WORK/answer" 2>"$WORK/error"; then
      refused_as "$ETAG_IS_STALE|ConflictException" || fail "$(cat "$WORK/error")"
      return 1
    fi
    jq -r .ETag "$WORK/answer" >"$WORK/etag"
  done 4<"$WORK/batches"
}
