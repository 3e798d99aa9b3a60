# The distribution's config with our origin and behaviours in it. Members that corsynth does not speak of
# stay as they are, and so does the order of behaviours that exist.
include "patterns";
include "compare";

def items: .Items // [];
def with_items($items): .Items = $items | .Quantity = ($items | length);

# Sets a member unless it says the same already, in another order.
def set_member($name; $value): if (.[$name] | meaning) == ($value | meaning) then . else .[$name] = $value end;

# --- the origin: the bucket's REST endpoint, signed with our origin access control; or a server, asked over https

def bucket_domains: .name as $name | .region as $region | .["dns-suffix"] as $suffix
  | "\($name).s3.\($region).\($suffix)", "\($name).s3.\($suffix)", "\($name).s3-\($region).\($suffix)",
    "\($name).s3.dualstack.\($region).\($suffix)";

def is_origin_of($asset):
  .DomainName as $domain
  | if $asset.bucket then any($asset.bucket | bucket_domains; . == $domain)
    else $domain == $asset.origin["domain-name"] and (.CustomOriginConfig.HTTPSPort // 443) == $asset.origin["https-port"]
    end;

def kind_of($asset): if $asset.bucket then "bucket" else "server" end;

def new_origin($asset): {
  Id: "corsynth-\($asset.id)",
  DomainName: (if $asset.bucket then first($asset.bucket | bucket_domains) else $asset.origin["domain-name"] end),
  OriginPath: "",
  CustomHeaders: {Quantity: 0}
} + (if $asset.bucket then {S3OriginConfig: {OriginAccessIdentity: ""}} else {
  CustomOriginConfig: {
    HTTPPort: 80,
    HTTPSPort: $asset.origin["https-port"],
    OriginProtocolPolicy: "https-only",
    OriginSslProtocols: {Quantity: 1, Items: ["TLSv1.2"]},
    OriginReadTimeout: 30,
    OriginKeepaliveTimeout: 5
  }
} end) + {
  ConnectionAttempts: 3,
  ConnectionTimeout: 10,
  OriginShield: {Enabled: false}
};

def signed($access_control):
  if .OriginAccessControlId == $access_control and .S3OriginConfig.OriginAccessIdentity == "" then .
  else del(.CustomOriginConfig) | .OriginAccessControlId = $access_control
    | .S3OriginConfig = (.S3OriginConfig // {}) + {OriginAccessIdentity: ""}
  end;

# How else it is asked stays as its owner wants it.
def over_https: .CustomOriginConfig.OriginProtocolPolicy = "https-only";

def with_origin($asset; $access_control):
  .Origins |= (
    if any(items[]; is_origin_of($asset)) then . else with_items(items + [new_origin($asset)]) end
    | .Items |= map(if is_origin_of($asset) | not then . elif $asset.bucket then signed($access_control) else over_https end));

def origin_id($asset): [.Origins.Items[] | select(is_origin_of($asset))] | (map(select(.OriginPath // "" == ""))[0] // .[0]).Id;

# --- one behaviour

# Ours end in a purpose and a hash.
def is_our_function: .FunctionARN | test("-fn-[0-9a-f]{8}$");

# CloudFront runs one function an event: that of somebody else is not replaced unasked.
def no_other_function($ours):
  (.PathPattern // "*") as $path
  | first((.FunctionAssociations | items[])
      | select(is_our_function | not)
      | select(.EventType as $event | any($ours[]; .EventType == $event))) as $other
  | "error: the behaviour \($path | tojson) runs \($other.FunctionARN) on \($other.EventType), and CloudFront runs one function an event: take it away, or let it do what this one does\n"
  | halt_error(1);

# Functions and Lambda@Edge do not go together on the viewer's events of one behaviour.
def no_lambda_of_viewers:
  (.PathPattern // "*") as $path
  | first((.LambdaFunctionAssociations // {} | items[]) | select(.EventType | startswith("viewer-"))) as $lambda
  | "error: the behaviour \($path | tojson) runs \($lambda.LambdaFunctionARN) on \($lambda.EventType), and CloudFront takes no function beside a Lambda@Edge on events of viewers: take it away, or move it to an event of the origin\n"
  | halt_error(1);

# A function of ours that the intent no longer asks for goes: it would still answer by the rules that it has.
def set_functions($functions; $ids):
  ($functions // {} | to_entries | map({EventType: .key, FunctionARN: $ids[.value.file]})) as $ours
  | (no_other_function($ours) // .)
  | ((select($ours != []) | no_lambda_of_viewers) // .)
  | (.FunctionAssociations | items) as $before
  | ($before | map(select(is_our_function | not))) as $others
  | if $ours == [] and $others == $before then .
    else set_member("FunctionAssociations"; ($others + $ours) | {Quantity: length, Items: .})
    end;

# Whose signatures a behaviour asks for: key groups, and accounts where nobody has moved to those yet.
def signers: [.TrustedKeyGroups, .TrustedSigners] | map(. // {} | select(.Enabled) | items[]);

# Nobody can tell whose idea key groups were, so those that the intent does not know stay until somebody says otherwise.
def set_signers($signed_by; $drop):
  if $signed_by then set_member("TrustedKeyGroups"; $signed_by | {Enabled: true, Quantity: length, Items: .})
  elif $drop and signers != [] then
    .TrustedKeyGroups = {Enabled: false, Quantity: 0}
    | if .TrustedSigners then .TrustedSigners = {Enabled: false, Quantity: 0} else . end
  else .
  end;

# Ids of key groups that only the environment tells. Without one, private paths would be open.
def with_key_groups($asset):
  if .["signed-by"] != "environment" then .
  elif $asset["key-groups"] then .["signed-by"] = $asset["key-groups"]
  else
    "error: set \($asset.environment["key-groups"]) to the ids of the trusted key groups, with commas between\n" | halt_error(1)
  end;

# $behavior is an entry of cache-behaviors.json, $ids the ids of our own policies by payload file.
def with_settings($behavior; $ids):
  reduce ($behavior.set | to_entries[]) as $member (.; set_member($member.key; $member.value))
  | reduce ($behavior.policies | to_entries[]) as $policy (.;
      if $policy.value == null then delpaths([[$policy.key]])
      else .[$policy.key] = ($policy.value.id // $ids[$policy.value.file])
      end)
  | set_functions($behavior.functions; $ids)
  | set_signers($behavior["signed-by"]; $behavior["drop-signers"])
  # A cache policy excludes the settings that came before it.
  | del(.ForwardedValues, .MinTTL, .DefaultTTL, .MaxTTL);

def its_path: .PathPattern | path_pattern;

# Where a new behaviour goes: in front of the first one that would answer some of its requests, but behind
# those that are exceptions to it. `null` when no place is both.
def place($pattern):
  ([to_entries[] | select(.value | covers($pattern; its_path)) | .key + 1] | max // 0) as $after
  | ([to_entries[] | select(.value | its_path as $other | overlap($other; $pattern) and (covers($pattern; $other) | not)) | .key]
      | min) as $before
  | ($before // length) | if . >= $after then . else null end;

def with_behavior($behavior; $ids; $target):
  $behavior["path-pattern"] as $path
  | if $path == null then .DefaultCacheBehavior |= with_settings($behavior; $ids)
    else
      ($path | path_pattern) as $pattern | .DefaultCacheBehavior as $default
      | .CacheBehaviors |= (
          items as $items
          | if any($items[]; its_path == $pattern) then
              .Items = ($items | map(if its_path == $pattern then with_settings($behavior; $ids) else . end))
            else
              # It starts as a copy of what answers its requests today: functions and signers stay in force.
              (first($items[] | select(covers(its_path; $pattern))) // $default) as $model
              | ($items | place($pattern)) as $place
              | if $place == null then
                  "error: no place for a behaviour \($path | tojson): it must stand in front of a pattern that overlaps it and behind one that it covers; put it where you want it and run this again\n"
                  | halt_error(1)
                else
                  with_items($items[:$place]
                    + [{PathPattern: $path} + ($model | del(.PathPattern)) + {TargetOriginId: $target} | with_settings($behavior; $ids)]
                    + $items[$place:])
                end
            end)
    end;

# Config in, config out.
def patched($asset; $behaviors; $ids; $drop_signers):
  with_origin($asset; $ids[$asset["origin-access-control"] // ""])
  | origin_id($asset) as $target
  | reduce ($behaviors[] | with_key_groups($asset) | .["drop-signers"] = $drop_signers) as $behavior (.; with_behavior($behavior; $ids; $target));

# --- what to say about it

# Which requests reach the origin how: when this changes, cached answers are out of date.
def forwarding:
  [.DefaultCacheBehavior, (.CacheBehaviors | items[])]
  | map({PathPattern, TargetOriginId, AllowedMethods, CachePolicyId, OriginRequestPolicyId, ForwardedValues} | meaning);

# A behaviour that asks for signatures where the intent asks for none.
def still_signed($behavior; $name):
  select($behavior["signed-by"] == null) | signers | select(. != [])
  | "\($name) still asks for a signature by \(join(", ")), which the intent does not: without one, CloudFront answers 403. `--drop-signers` takes that away";

# Patched config in, sentences out.
def remarks($before; $asset; $behaviors):
  origin_id($asset) as $target
  | (.CacheBehaviors | items) as $items
  | ($before.CacheBehaviors | items | map(its_path)) as $known
  | $behaviors[] as $behavior | $behavior["path-pattern"] as $path
  | if $path == null then
      .DefaultCacheBehavior
      | (select(.TargetOriginId != $target)
         | "the default behaviour sends requests to origin \(.TargetOriginId | tojson), not to the \(kind_of($asset))"),
        still_signed($behavior; "the default behaviour")
    else
      ($path | path_pattern) as $pattern
      | ($items | map(its_path) | index($pattern)) as $index
      | ($items[$index] | still_signed($behavior; "the behaviour \($path | tojson)")),
        (if $known | index($pattern) == null
         then "the new behaviour \($path | tojson) starts as a copy of the one that answers its requests today" else empty end),
        ($items[$index] | select(.TargetOriginId != $target)
         | "the behaviour \($path | tojson) sends requests to origin \(.TargetOriginId | tojson), not to the \(kind_of($asset))"),
        ($items[:$index][] | select(its_path as $other | overlap($other; $pattern))
         | select(.PathPattern as $other | $behaviors | map(.["path-pattern"]) | index($other) == null)
         | "the behaviour \(.PathPattern | tojson) stands in front of \($path | tojson) and answers what both match")
    end;
