# The manifest, with what the environment overrides, and limited to the assets that were asked for. What
# becomes an argument of a command is checked here, so no other place has to distrust it.

def stop($message): "error: \($message)\n" | halt_error(2);

def checked($what; $pattern):
  if type == "string" and test("\\A(?:\($pattern))\\z") then . else stop("\($what) \(tojson) is not valid") end;

def bucket_name: checked("bucket name"; "[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]");
def optional(check): if . == null or . == "" then null else check end;

def given($name): .[$name] // "" | select(. != "");

def resolved_bucket($environment; $variable):
  .bucket["planned-arn"] = .bucket.arn
  | .bucket.name = ((($environment | given($variable.bucket)) // .bucket.name) | bucket_name)
  | .bucket.arn = "arn:\(.bucket.partition):s3:::\(.bucket.name)"
  | .bucket.region |= checked("region"; "[a-z]{2,}(-[a-z0-9]+)+")
  | .bucket.account |= optional(checked("account"; "[0-9]{12}"))
  | .bucket["kms-key"] |= optional(checked("key"; "arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+"));

def resolved_asset($environment):
  .environment as $variable
  | (if .bucket then resolved_bucket($environment; $variable) else . end)
  | .distribution |= ((($environment | given($variable.distribution)) // .) | optional(checked("distribution id"; "[A-Z0-9]{1,32}")))
  | (if $variable["key-groups"] then
      .["key-groups"] = (($environment | given($variable["key-groups"])) // null
        | optional(split(",") | map(checked("key group"; "[A-Za-z0-9-]{8,64}"))))
     else . end)
  | .["cloudfront-region"] = ({"aws-cn": "cn-northwest-1", "aws-eusc": "eusc-de-east-1"}[.bucket.partition // ""] // "us-east-1");

def resolved($environment; $only):
  (.assets | map(.id)) as $ids
  | ($only - $ids | if . != [] then stop("no asset \(.[0] | tojson) here, but \($ids | join(", "))") else empty end),
    ( (($environment | given("CORSYNTH_NAME_PREFIX")) // null | optional(checked("CORSYNTH_NAME_PREFIX"; "[A-Za-z0-9_-]{1,40}"))) as $prefix
    | .assets |= map(select($only == [] or (.id as $id | $only | index($id) != null)) | resolved_asset($environment))
    | (.assets | map(select(.bucket)) | group_by([.bucket.partition, .bucket.name]) | map(select(length > 1))[0]) as $shared
    | if $shared then stop("assets \($shared | map(.id) | join(" and ")) name one bucket, and a bucket has one CORS document") else . end
    | (.assets | map({key: .id, value: .}) | from_entries) as $assets
    | (.steps | map(.sids // []) | add // []) as $sids
    | .steps |= map(select($assets[.asset]) | .asset |= $assets[.] | .sids = $sids
        | if .name then .name = ($prefix // .name.prefix) + "-" + .name.suffix else . end)
    );
