#!/usr/bin/env bash
# Runs an AWS CLI bundle against an emulator of S3 and CloudFront: plan, apply, apply again, roll back, roll back
# again, and compares the state of the emulator after each.
#
#   cli_bundle.sh BUNDLE [READBACK...]
#
# BUNDLE is a folder that `corsynth emit --format aws-cli --out` wrote; it is copied, not changed. READBACK is a
# command that prints the state of everything at $AWS_ENDPOINT_URL; without it a small one of our own is used.
# AWS_ENDPOINT_URL must name an emulator on this machine, and credentials for it must be set.
# Exit status: 0 all as expected; 1 something is not; 2 wrong use.

set -euo pipefail

[ $# -ge 1 ] && [ -f "$1/manifest.json" ] || { echo "usage: cli_bundle.sh BUNDLE [READBACK...]" >&2; exit 2; }
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
BUNDLE=$WORK/bundle
cp -R "$1" "$BUNDLE"
rm -rf "$BUNDLE/backup"
shift
READBACK=("$@")

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# --- what exists before: buckets, keys and distributions with configuration of somebody else

account=$(aws sts get-caller-identity --query Account --output text)
: >"$WORK/distributions"
: >"$WORK/buckets"
while IFS=$'\t' read -r id bucket region cdn key variable url; do
  echo "creating what $id is about"
  if [ "$region" = us-east-1 ]; then location=(); else location=(--create-bucket-configuration "LocationConstraint=$region"); fi
  aws s3api create-bucket --bucket "$bucket" --region "$region" ${location[@]+"${location[@]}"} >/dev/null
  echo "$bucket" >>"$WORK/buckets"
  aws s3api put-bucket-cors --bucket "$bucket" --region "$region" --cors-configuration \
    '{"CORSRules": [{"ID": "theirs", "AllowedOrigins": ["https://partner.example"], "AllowedMethods": ["DELETE"]}]}'
  if [ "$cdn" = false ]; then
    printf 'export %s=%q\n' "$url" "$AWS_ENDPOINT_URL/$bucket/object" >>"$WORK/environment"
    echo text >"$WORK/object"
    aws s3api put-object --bucket "$bucket" --region "$region" --key object --body "$WORK/object" >/dev/null
    continue
  fi
  jq -n --arg bucket "$bucket" '{Version: "2012-10-17", Statement: {Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "s3:*",
    Resource: "arn:aws:s3:::\($bucket)/*", Condition: {Bool: {"aws:SecureTransport": "false"}}}}' >"$WORK/policy"
  aws s3api put-bucket-policy --bucket "$bucket" --region "$region" --policy "file://$WORK/policy"
  if [ "$key" = true ]; then
    if arn=$(aws kms create-key --region "$region" --query KeyMetadata.Arn --output text); then
      printf '%s\t%s\n' "$id" "$arn" >>"$WORK/keys"
    else
      echo "not run: the key policy, because this emulator has no keys"
      printf '%s\t\n' "$id" >>"$WORK/keys"
    fi
  fi
  jq -n --arg domain "$bucket.s3.$region.amazonaws.com" --arg id "$id" '
    {TargetOriginId: "bucket", ViewerProtocolPolicy: "allow-all", MinTTL: 0, DefaultTTL: 60, MaxTTL: 60,
     ForwardedValues: {QueryString: false, Cookies: {Forward: "none"}, Headers: {Quantity: 1, Items: ["Origin"]}},
     TrustedSigners: {Enabled: false, Quantity: 0}} as $behavior
    | {CallerReference: $id, Comment: "theirs", Enabled: true,
       Origins: {Quantity: 2, Items: [
         {Id: "bucket", DomainName: $domain, S3OriginConfig: {OriginAccessIdentity: ""}},
         {Id: "api", DomainName: "api.example.com",
          CustomOriginConfig: {HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only"}}]},
       DefaultCacheBehavior: $behavior,
       CacheBehaviors: {Quantity: 1, Items: [$behavior + {PathPattern: "/api/*", TargetOriginId: "api"}]}}' >"$WORK/config"
  distribution=$(aws cloudfront create-distribution --distribution-config "file://$WORK/config" --query Distribution.Id --output text)
  echo "$distribution" >>"$WORK/distributions"
  printf 'export %s=%s\n' "$variable" "$distribution" >>"$WORK/environment"
done < <(jq -r '.assets[] | [.id, .bucket.name, .bucket.region, .cdn, .bucket["kms-key"] != null,
  .environment.distribution, .environment.url] | map(tostring) | join("\t")' "$BUNDLE/manifest.json")
# shellcheck source=/dev/null
[ ! -e "$WORK/environment" ] || . "$WORK/environment"

# The emulator's account and keys in place of the intent's.
touch "$WORK/keys"
jq --arg account "$account" --rawfile keys "$WORK/keys" '
  ($keys | split("\n") | map(select(. != "") | split("\t") | {key: .[0], value: .[1]}) | from_entries) as $keys
  | .assets[].bucket |= if .account then .account = $account else . end
  | .assets |= map(if .bucket["kms-key"] then .bucket["kms-key"] = $keys[.id] else . end)
  | .steps |= map(select(.do != "key-policy" or $keys[.asset] != ""))' "$BUNDLE/manifest.json" >"$WORK/manifest"
cp "$WORK/manifest" "$BUNDLE/manifest.json"

# --- the state of the emulator

try() { "$@" 2>/dev/null || echo null; }

state() {
  if [ ${#READBACK[@]} -gt 0 ]; then
    "${READBACK[@]}"
  else
    while read -r bucket; do
      try aws s3api get-bucket-cors --bucket "$bucket"
      try aws s3api get-bucket-policy --bucket "$bucket" --query Policy --output text | jq -S .
    done <"$WORK/buckets"
    while read -r distribution; do
      aws cloudfront get-distribution-config --id "$distribution" --query DistributionConfig
    done <"$WORK/distributions"
    for kind in cache-policies origin-request-policies response-headers-policies; do
      aws cloudfront "list-$kind" --type custom
    done
    aws cloudfront list-origin-access-controls
  fi
  while IFS=$'\t' read -r _ arn; do
    [ -z "$arn" ] || aws kms get-key-policy --key-id "$arn" --policy-name default --region "$(cut -d : -f 4 <<<"$arn")" --query Policy --output text | jq -S .
  done <"$WORK/keys"
}

expect_state() { # NAME NAME
  diff -u "$WORK/$1" "$WORK/$2" || fail "$2 differs from $1"
}

run() { # COMMAND...; the output is shown and kept
  echo "--- $*"
  bash "$BUNDLE/$1" "${@:2}" 2>&1 | tee "$WORK/output"
}

expect_line() { grep -qx "$1" "$WORK/output" || fail "\`$1\` is not in the output"; }

backups() { find "$BUNDLE/backup" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }

state >"$WORK/before"
run plan.sh
expect_line 'dry run: nothing was changed'
state >"$WORK/planned"
expect_state before planned
[ "$(backups)" -eq 0 ] || fail "plan.sh made a backup"

run apply.sh
state >"$WORK/applied"
! cmp -s "$WORK/before" "$WORK/applied" || fail "apply.sh changed nothing"
[ "$(backups)" -eq 1 ] || fail "apply.sh made no backup"

run apply.sh
expect_line 'no changes'
state >"$WORK/again"
expect_state applied again
[ "$(backups)" -eq 1 ] || fail "the second run made a backup"

direct=()
while read -r id; do direct+=("$id"); done < <(jq -r '.assets[] | select(.cdn | not).id' "$BUNDLE/manifest.json")
[ ${#direct[@]} -eq 0 ] || run verify.sh "${direct[@]}"

run rollback.sh
state >"$WORK/after"
expect_state before after
run rollback.sh
expect_line 'nothing to restore'
echo "ok: plan, apply, apply again, rollback"
