#!/usr/bin/env python3
"""Deploy one intent's three outputs offline, each into a small estate that has a bucket and a distribution for every
asset already, and print where the results differ.

  same_facts.py TOOLS OUT      OUT holds terraform/, cloudformation/ and aws-cli/, as `corsynth emit --out` wrote them

The intent must name no account and no distribution: the estates bring their own. Compared is what corsynth speaks of:
CORS rules, policies, origin access controls, bucket policies, and the behaviours of its paths.
Exit status: 0 the same, 1 different, 2 a deployment failed.
"""
import json, os, re, shutil, subprocess, sys, tempfile
from pathlib import Path

import yaml

TOOLS, OUT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
ENGINE = str(TOOLS / "s3-engine/s3-engine")
WORK = Path(tempfile.mkdtemp())
LOOPBACK = str(Path(__file__).resolve().parent / "loopback")
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def run(command, **options):
    p = subprocess.run(list(map(str, command)), text=True, capture_output=True, **options)
    if p.returncode:
        sys.stderr.write(p.stdout[-4000:] + p.stderr[-6000:])
        print(f"same_facts: failed: {command}"[:300], file=sys.stderr)
        sys.exit(2)
    return p.stdout


def on_engine(script, **env):
    """Runs a shell script on a fresh emulator and returns what is there afterwards."""
    back, stores = WORK / "readback.json", WORK / "stores"
    list_stores = """aws cloudfront list-key-value-stores | jq -r '.KeyValueStoreList.Items[]? | [.Name, .ARN] | @tsv' |
      while IFS=$'\\t' read -r name arn; do
        aws cloudfront-keyvaluestore list-keys --kvs-arn "$arn" | jq -c --arg name "$name" '{($name): [.Items[]? | [.Key, .Value]]}'
      done"""
    # The host of a key value store begins with the account.
    endpoint = 'export AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE="${AWS_ENDPOINT_URL/127.0.0.1/localhost}"'
    run([ENGINE, "run", "ministack", "--", "bash", "-euc", f'{endpoint}\n{script}\n{list_stores} >"{stores}"\n"{ENGINE}" readback --sort-rules --out "{back}"'],
        env={**os.environ, "AWS_REGION": "us-east-1", "PYTHONPATH": LOOPBACK, **env})
    listed = {}
    for line in stores.read_text().splitlines():
        listed.update(json.loads(line))
    return {**json.loads(back.read_text()), "stores": listed}


class Loader(yaml.SafeLoader):
    """CloudFormation's short tags as its long functions."""


def function(loader, tag, node):
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: value.split(".", 1) if tag == "GetAtt" else value}
    return {name: loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", function)


def fragment(name):
    path = OUT / "cloudformation" / name
    return yaml.load(path.read_text(), Loader) if path.exists() else {}


def assets():
    """asset -> (bucket, behaviours of corsynth's), as the CLI bundle has them."""
    found = {}
    for folder in sorted(p for p in (OUT / "aws-cli").iterdir() if (p / "bucket-cors.cli.json").exists()
                         or (p / "cache-behaviors.json").exists()):
        behaviors = folder / "cache-behaviors.json"
        found[folder.name] = json.loads(behaviors.read_text()) if behaviors.exists() else None
    return found


def about(asset):
    manifest = json.loads((OUT / "aws-cli/manifest.json").read_text())
    return next(a for a in manifest["assets"] if a["id"] == asset)


def bucket_of(asset):
    """The bucket's name; nothing for a server."""
    return (about(asset)["bucket"] or {}).get("name")


def pascal(asset):
    return "".join(w.capitalize() for w in asset.split("-"))


def terraform(names):
    """The example root, with the module beside it. It gives its own names to things: they become the intent's."""
    root = WORK / "terraform"
    shutil.copytree(OUT / "terraform/examples/complete", root)
    shutil.copytree(OUT / "terraform", root / "module", ignore=shutil.ignore_patterns("examples", "tests"))
    for file in root.glob("*.tf"):
        text = re.sub(r'source\s*=\s*"\.\./\.\./?"', 'source = "./module"', file.read_text())
        text = re.sub(r'\n *name_prefix +=.*', "", text)
        buckets = ", ".join(f'"{asset}" = "{bucket_of(asset)}"' for asset in names if bucket_of(asset))
        file.write_text(re.sub(r'bucket_prefix += .*', f"bucket = {{ {buckets} }}[each.key]", text))
    run([TOOLS / "tfaws/tf-offline", "--attach", "--quiet", "--values", "--out", WORK / "values.json", "apply", root])
    run([TOOLS / "tfaws/tf-readback", WORK / "values.json", "--sort-rules", "--out", WORK / "terraform.json"])
    return {**json.loads((WORK / "terraform.json").read_text()), "stores": stores_in(json.loads((WORK / "values.json").read_text()))}


def stores_in(values):
    """Key value stores with what is in them, of the values by address that tf-offline writes."""
    of = lambda kind: [v for address, v in values.items() if f"{kind}." in address]
    pairs = {k["key_value_store_arn"]: k["resource_key_value_pair"] for k in of("aws_cloudfrontkeyvaluestore_keys_exclusive")}
    return {s["name"]: [[p["key"], p["value"]] for p in pairs.get(s["arn"], [])] for s in of("aws_cloudfront_key_value_store")}


def cloudformation(names):
    """The emitted stack, and the owner's with the fragments pasted in."""
    resources, commands = {}, []
    if (OUT / "cloudformation/template.yaml").exists():
        commands.append(f'aws cloudformation deploy --stack-name corsynth --template-file "{OUT}/cloudformation/template.yaml"')
    fill = OUT / "cloudformation/fill-key-value-stores.sh"
    if fill.exists():
        commands.append(f'bash "{fill}" corsynth >&2')
    for asset, behaviors in names.items():
        name = pascal(asset)
        if bucket_of(asset):
            resources[f"{name}Bucket"] = {"Type": "AWS::S3::Bucket", "Properties": {
                "BucketName": bucket_of(asset), **fragment(f"bucket-cors.{asset}.yaml")}}
        if behaviors is None:
            continue
        paste = fragment(f"cache-behaviors.{asset}.yaml")
        paste.setdefault("DefaultCacheBehavior", {"TargetOriginId": paste["Origins"][0]["Id"], "CachePolicyId": CACHING_OPTIMIZED,
                                                  "ViewerProtocolPolicy": "redirect-to-https"})
        resources[f"{name}Distribution"] = {"Type": "AWS::CloudFront::Distribution", "Properties": {
            "DistributionConfig": {"Enabled": True, **paste}}}
        if not bucket_of(asset):
            continue
        statements = fragment(f"bucket-policy.{asset}.yaml")
        text = json.dumps(statements).replace(f"${{{name}DistributionId}}", f"${{{name}Distribution}}")
        # The emulated account is in the partition `aws`, whatever its region; so are the ARNs of its distributions.
        text = text.replace("${AWS::Partition}:s3:", about(asset)["bucket"]["partition"] + ":s3:")
        text = text.replace(json.dumps({"Ref": f"{name}DistributionId"}), json.dumps({"Ref": f"{name}Distribution"}))
        statements = json.loads(text)
        resources[f"{name}BucketPolicy"] = {"Type": "AWS::S3::BucketPolicy", "Properties": {
            "Bucket": {"Ref": f"{name}Bucket"},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": find_statements(statements)}}}
    owner = WORK / "owner.json"
    owner.write_text(json.dumps({"Parameters": {"CorsynthStackName": {"Type": "String", "Default": "corsynth"}},
                                 "Resources": resources}))
    commands.append(f'aws cloudformation deploy --stack-name owner --template-file "{owner}"')
    return on_engine("\n".join(commands))


def find_statements(tree):
    """The statements in a fragment, whatever it wraps them in."""
    if isinstance(tree, list):
        return tree
    for key in ("Statement", "PolicyDocument", "Properties"):
        if key in tree:
            return find_statements(tree[key])
    raise SystemExit(f"same_facts: no statements in {tree}")


def aws_cli(names):
    """An owner's bucket and distribution, and then apply.sh."""
    commands = []
    for asset, behaviors in names.items():
        bucket, variable = bucket_of(asset), asset.replace("-", "_").upper()
        if bucket:
            commands.append(f"aws s3api create-bucket --bucket {bucket} >/dev/null")
        if behaviors is None:
            continue
        config = WORK / f"{asset}.distribution.json"
        if bucket:
            region, suffix = about(asset)["bucket"]["region"], about(asset)["bucket"]["dns-suffix"]
            origin = {"DomainName": f"{bucket}.s3.{region}.{suffix}",
                      "S3OriginConfig": {"OriginAccessIdentity": ""}}
        else:
            server = about(asset)["origin"]
            origin = {"DomainName": server["domain-name"], "CustomOriginConfig": {
                "HTTPPort": 80, "HTTPSPort": server["https-port"], "OriginProtocolPolicy": "match-viewer",
                "OriginSslProtocols": {"Quantity": 1, "Items": ["TLSv1.2"]}}}
        config.write_text(json.dumps({
            "CallerReference": asset, "Comment": "", "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{"Id": "mine", **origin}]},
            "DefaultCacheBehavior": {"TargetOriginId": "mine", "ViewerProtocolPolicy": "redirect-to-https",
                                     "CachePolicyId": CACHING_OPTIMIZED}}))
        commands.append(f'export CORSYNTH_DISTRIBUTION_{variable}="$(aws cloudfront create-distribution '
                        f'--distribution-config "file://{config}" --query Distribution.Id --output text)"')
    bundle = WORK / "bundle"
    shutil.copytree(OUT / "aws-cli", bundle)
    commands.append(f'bash "{bundle}/apply.sh" >&2')
    return on_engine("\n".join(commands))


def strings(value, member):
    """One text, or a list of one: IAM takes both."""
    if member in ("Action", "Resource"):
        return sorted(value if isinstance(value, list) else [value])
    return value


def items(value):
    return value.get("Items", []) if isinstance(value, dict) else value or []


def facts(readback, names):
    """What corsynth speaks of, without the rest of the estate."""
    cloudfront = readback.get("cloudfront", {})
    out = {"stores": {name: sorted(pairs) for name, pairs in readback.get("stores", {}).items()}, "buckets": {}, "policies": {k: cloudfront.get(k, {}) for k in (
        "cache_policies", "origin_request_policies", "response_headers_policies", "origin_access_controls")}, "behaviors": {}}
    for name, bucket in readback.get("buckets", {}).items():
        policy = bucket.get("policy") or {}
        statements = {s["Sid"]: {k: strings(v, k) for k, v in s.items()} for s in policy.get("Statement", [])}
        out["buckets"][name] = {"cors": bucket.get("cors"), "statements": statements}
    for asset, wanted in names.items():
        if wanted is None:
            continue
        domain = f"{bucket_of(asset)}.s3." if bucket_of(asset) else about(asset)["origin"]["domain-name"]
        for distribution in cloudfront.get("distributions", []):
            origins = [o for o in items(distribution.get("Origins")) if str(o.get("DomainName")).startswith(domain)]
            if not origins:
                continue
            there = {b["PathPattern"]: b for b in items(distribution.get("CacheBehaviors"))}
            there[None] = distribution["DefaultCacheBehavior"]
            asked = [o.get("CustomOriginConfig") or {} for o in origins]
            out["behaviors"][asset] = {"access": [o.get("OriginAccessControlId") for o in origins],
                                       "asked": [[c.get("HTTPSPort"), c.get("OriginProtocolPolicy")] for c in asked]}
            for behavior in wanted:
                live = there.get(behavior["path-pattern"], {})
                methods = live.get("AllowedMethods") or {}
                cached = methods.get("CachedMethods") if isinstance(methods, dict) else None
                out["behaviors"][asset][str(behavior["path-pattern"])] = {
                    "allowed": sorted(items(methods)), "cached": sorted(items(cached or live.get("CachedMethods"))),
                    **{k: live.get(k) for k in ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId",
                                                "ViewerProtocolPolicy", "Compress")}}
    return json.dumps(out, indent=1, sort_keys=True)


def main():
    import difflib
    names = assets()
    texts = {"aws-cli": facts(aws_cli(names), names), "cloudformation": facts(cloudformation(names), names),
             "terraform": facts(terraform(names), names)}
    first, bad = texts["aws-cli"], False
    for name, text in texts.items():
        if text != first:
            bad = True
            sys.stdout.writelines(line + "\n" for line in difflib.unified_diff(
                first.split("\n"), text.split("\n"), "aws-cli", name, lineterm=""))
    shutil.rmtree(WORK)
    if len(first) < 200:
        print(f"same_facts: nothing was compared: {first}")
        return 2
    print("different" if bad else "the same")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
