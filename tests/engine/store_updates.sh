#!/usr/bin/env bash
# Applies two bundles of one asset, one after the other, whose lists of origins and rules differ, against an emulator of S3 and
# CloudFront, and rolls the second one back: after each, the key value store holds exactly what the bundle says. While the
# function is replaced, the store has the keys of both.
#
#   store_updates.sh BEFORE AFTER
#
# BEFORE and AFTER are folders that `corsynth emit --format aws-cli --out` wrote; they are copied, not changed. AWS_ENDPOINT_URL must
# name an emulator on this machine, and credentials for it must be set.
# Exit status: 0 all as expected; 1 something is not; 2 wrong use.

set -euo pipefail

[ $# -eq 2 ] && [ -f "$1/manifest.json" ] && [ -f "$2/manifest.json" ] || { echo "usage: store_updates.sh BEFORE AFTER" >&2; exit 2; }
case ${AWS_ENDPOINT_URL-} in
  http://127.0.0.1:* | http://localhost:*) ;;
  *) echo "error: AWS_ENDPOINT_URL must name an emulator on this machine" >&2; exit 2 ;;
esac
export AWS_PAGER="" AWS_REGION=us-east-1
# The host of a key value store begins with the account; .ci/loopback finds that one.
export AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE=${AWS_ENDPOINT_URL/127.0.0.1/localhost}
PYTHONPATH=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.ci/loopback" && pwd)
export PYTHONPATH

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cp -R "$1" "$WORK/before"
cp -R "$2" "$WORK/after"
rm -rf "$WORK"/*/backup

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# same_store FOLDER WHEN: the store has exactly what the bundle says, and the function that runs is the bundle's.
same_store() {
  local payload name arn
  for payload in "$WORK/$1"/*/function*.store.json; do
    name=$(jq -r .Name "${payload%.store.json}.json")
    arn=$(aws cloudfront describe-key-value-store --name "$name" --query KeyValueStore.ARN --output text)
    aws cloudfront-keyvaluestore list-keys --kvs-arn "$arn" >"$WORK/keys"
    jq -en --slurpfile live "$WORK/keys" --slurpfile wanted "$payload" \
      '($live[0].Items | map([.Key, .Value]) | sort) == ($wanted[0].data | map([.key, .value]) | sort)' >/dev/null ||
      fail "$2: the store $name has other keys"
    aws cloudfront get-function --name "$name" --stage LIVE "$WORK/code" >/dev/null
    cmp -s "$WORK/code" "${payload%.store.json}.js" || fail "$2: the function $name is another one"
  done
}

bucket=$(jq -r '.assets[0].bucket.name' "$1/manifest.json")
variable=$(jq -r '.assets[0].environment.distribution' "$1/manifest.json")
aws s3api create-bucket --bucket "$bucket" >/dev/null
jq -n --arg domain "$bucket.s3.eu-west-1.amazonaws.com" '{CallerReference: "mine", Comment: "", Enabled: true,
  Origins: {Quantity: 1, Items: [{Id: "mine", DomainName: $domain, S3OriginConfig: {OriginAccessIdentity: ""}}]},
  DefaultCacheBehavior: {TargetOriginId: "mine", ViewerProtocolPolicy: "redirect-to-https",
    CachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6"}}' >"$WORK/distribution"
export "$variable=$(aws cloudfront create-distribution --distribution-config "file://$WORK/distribution" --query Distribution.Id --output text)"
export CORSYNTH_BACKUP_DIR=$WORK/backup

"$WORK/before/apply.sh" >"$WORK/log"
same_store before "after the first bundle"
"$WORK/after/apply.sh" >"$WORK/log"
[ "$(grep -c '^writing key value store' "$WORK/log")" -eq 2 ] || fail "the store is not written before and after the function: $(cat "$WORK/log")"
order=$(grep -oE '^writing (key value store|function)' "$WORK/log" | tr '\n' ' ')
[ "$order" = "writing key value store writing function writing key value store " ] || fail "in the order $order"
same_store after "after the second bundle"
"$WORK/after/apply.sh" >"$WORK/log"
grep -qx 'no changes' "$WORK/log" || fail "a second run of the second bundle has changes"
# What somebody adds by hand goes.
name=$(jq -r .Name "$WORK"/after/*/function.json)
arn=$(aws cloudfront describe-key-value-store --name "$name" --query KeyValueStore.ARN --output text)
etag=$(aws cloudfront-keyvaluestore describe-key-value-store --kvs-arn "$arn" --query ETag --output text)
# Version 1 of the AWS CLI would fetch what is an argument of its own and a URL.
jq -n --arg arn "$arn" --arg etag "$etag" '{KvsARN: $arn, IfMatch: $etag, Key: "https://stranger.example", Value: "x"}' >"$WORK/key"
aws cloudfront-keyvaluestore put-key --cli-input-json "file://$WORK/key" >/dev/null
"$WORK/after/plan.sh" >"$WORK/log"
grep -q '^~ key value store' "$WORK/log" || fail "a key of somebody else does not show"
"$WORK/after/apply.sh" >"$WORK/log"
same_store after "after a key of somebody else"
"$WORK/after/rollback.sh" >"$WORK/log"
"$WORK/after/rollback.sh" "$(find "$WORK/backup" -mindepth 1 -maxdepth 1 | sort | tail -n 2 | head -n 1)" >"$WORK/log"
same_store before "after the rollback"
echo "ok: two bundles, one after the other, and back"
