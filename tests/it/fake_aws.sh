#!/usr/bin/env bash
# Stands in for `aws` in tests of the bundle's scripts: documents are files in $FAKE_AWS, and every call is a line
# of $FAKE_AWS/calls. It checks ETags as CloudFront does, and nothing else.

set -euo pipefail

all=("$@")
service=$1 operation=$2
shift 2
declare -A option=()
while [ $# -gt 0 ]; do
  case $1 in
    --*) option[${1#--}]=${2-} && shift ;;
  esac
  shift
done

file=
for name in "${!option[@]}"; do
  case ${option[$name]} in file://*) file=${option[$name]#file://} ;; esac
done
jq -cs '{arguments: $ARGS.positional, payload: .[0]}' "${file:-/dev/null}" --args -- "${all[@]}" >>"$FAKE_AWS/calls"
payload=
[ -z "$file" ] || payload=$(cat "$file")

refuse() {
  echo "An error occurred ($1) when calling the operation: it said so" >&2
  exit 254
}

# Somebody else writes first, once.
raced() { if [ -e "$FAKE_AWS/race" ]; then rm "$FAKE_AWS/race" && refuse PreconditionFailed; fi; }

etag() { cksum <"$1" | tr ' ' -; }
match() { raced; [ "${option[if-match]}" = "$(etag "$1")" ] || refuse PreconditionFailed; }
stored() { [ -e "$FAKE_AWS/$1" ] || refuse "$2"; }

words() { # KIND
  case $1 in
    cache-polic*) word=CachePolicy ;;
    origin-request-polic*) word=OriginRequestPolicy ;;
    response-headers-polic*) word=ResponseHeadersPolicy ;;
    origin-access-control*) word=OriginAccessControl ;;
    *) echo "the fake does not know $service $operation" >&2 && exit 2 ;;
  esac
  kind=${1/%ies/y} kind=${kind%s}
}

# A stage of a function, as the API tells it; $1 is DEVELOPMENT or LIVE.
summary() {
  jq --arg etag "$(etag "$function.$1")" --arg name "${option[name]}" --arg stage "$1" '{ETag: $etag, FunctionSummary: {Name: $name,
    Status: "UNPUBLISHED", FunctionConfig: .config, FunctionMetadata: {Stage: $stage,
      FunctionARN: "arn:aws:cloudfront::111122223333:function/\($name)"}}}' "$function.$1"
}
code() { jq -n --argjson config "$payload" --rawfile code "${option[function-code]#fileb://}" '{$config, $code}'; }

bucket=${option[bucket]-} id=${option[id]-}
function=$FAKE_AWS/function.${option[name]-}
case "$service $operation" in
  "sts get-caller-identity") echo '{"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/test"}' ;;
  "s3api get-bucket-cors") stored "cors.$bucket" NoSuchCORSConfiguration && cat "$FAKE_AWS/cors.$bucket" ;;
  "s3api put-bucket-cors") echo "$payload" >"$FAKE_AWS/cors.$bucket" ;;
  "s3api delete-bucket-cors") rm "$FAKE_AWS/cors.$bucket" ;;
  "s3api get-bucket-policy")
    stored "policy.$bucket" NoSuchBucketPolicy
    jq -n --rawfile policy "$FAKE_AWS/policy.$bucket" '{Policy: $policy}'
    ;;
  "s3api put-bucket-policy") echo "$payload" >"$FAKE_AWS/policy.$bucket" ;;
  "s3api delete-bucket-policy") rm "$FAKE_AWS/policy.$bucket" ;;
  "kms get-key-policy") jq -n --rawfile policy "$FAKE_AWS/key" '{Policy: $policy}' ;;
  "kms put-key-policy") echo "$payload" >"$FAKE_AWS/key" ;;
  "cloudfront get-distribution")
    stored "distribution.$id" NoSuchDistribution
    jq -n --arg id "$id" --arg etag "$(etag "$FAKE_AWS/distribution.$id")" --slurpfile config "$FAKE_AWS/distribution.$id" \
      '{ETag: $etag, Distribution: {Id: $id, ARN: "arn:aws:cloudfront::111122223333:distribution/\($id)", DistributionConfig: $config[0]}}'
    ;;
  "cloudfront update-distribution") match "$FAKE_AWS/distribution.$id" && echo "$payload" >"$FAKE_AWS/distribution.$id" ;;
  "cloudfront wait") ;;
  "cloudfront create-invalidation") echo '{"Invalidation": {"Id": "I1"}}' ;;
  "cloudfront describe-function")
    stored "function.${option[name]}.${option[stage]-DEVELOPMENT}" NoSuchFunctionExists
    summary "${option[stage]-DEVELOPMENT}"
    ;;
  "cloudfront get-function")
    stored "function.${option[name]}.${option[stage]-DEVELOPMENT}" NoSuchFunctionExists
    # The last argument before `--output json` is a file.
    jq -rj .code "$function.${option[stage]-DEVELOPMENT}" >"${all[${#all[@]} - 3]}"
    summary "${option[stage]-DEVELOPMENT}"
    ;;
  "cloudfront create-function")
    [ ! -e "$function.DEVELOPMENT" ] || refuse FunctionAlreadyExists
    code >"$function.new" && mv "$function.new" "$function.DEVELOPMENT" && summary DEVELOPMENT
    ;;
  "cloudfront update-function")
    stored "function.${option[name]}.DEVELOPMENT" NoSuchFunctionExists
    match "$function.DEVELOPMENT"
    jq -e '.Comment and .Runtime' <<<"$payload" >/dev/null || refuse InvalidArgument
    code >"$function.new" && mv "$function.new" "$function.DEVELOPMENT" && summary DEVELOPMENT
    ;;
  "cloudfront publish-function")
    match "$function.DEVELOPMENT"
    cp "$function.DEVELOPMENT" "$function.LIVE" && summary LIVE
    ;;
  "cloudfront delete-function")
    match "$function.DEVELOPMENT"
    # A function that a behaviour names cannot be deleted.
    if grep -q "function/${option[name]}\"" "$FAKE_AWS"/distribution.*; then refuse FunctionInUse; fi
    rm -f "$function.DEVELOPMENT" "$function.LIVE"
    ;;
  "cloudfront list-"*)
    words "${operation#list-}"
    files=("$FAKE_AWS/$kind".*)
    # As the CLI does where it joins pages.
    [ -e "${files[0]}" ] || exit 0
    jq -s --arg word "$word" 'map({Id: .id} + if $word == "OriginAccessControl" then {Name: .config.Name}
      else {($word + "Config"): .config} end
      | if $word == "OriginAccessControl" then . else {($word): .} end) | {($word + "List"): {Items: .}}' "${files[@]}"
    ;;
  "cloudfront get-"*)
    words "${operation#get-}"
    stored "$kind.$id" "NoSuch$word"
    jq --arg word "$word" --arg etag "$(etag "$FAKE_AWS/$kind.$id")" \
      '{ETag: $etag, ($word): {Id: .id, ($word + "Config"): .config}}' "$FAKE_AWS/$kind.$id"
    ;;
  "cloudfront create-"*)
    words "${operation#create-}"
    id=E$(find "$FAKE_AWS" | wc -l)
    jq -n --arg id "$id" --argjson config "$payload" '{$id, $config}' >"$FAKE_AWS/$kind.$id"
    jq -n --arg word "$word" --arg id "$id" '{Location: "somewhere", ($word): {Id: $id}}'
    ;;
  "cloudfront update-"*)
    words "${operation#update-}"
    match "$FAKE_AWS/$kind.$id"
    jq -n --arg id "$id" --argjson config "$payload" '{$id, $config}' >"$FAKE_AWS/$kind.$id"
    ;;
  "cloudfront delete-"*)
    words "${operation#delete-}"
    match "$FAKE_AWS/$kind.$id"
    rm "$FAKE_AWS/$kind.$id"
    ;;
  *) echo "the fake does not know $service $operation" >&2 && exit 2 ;;
esac
