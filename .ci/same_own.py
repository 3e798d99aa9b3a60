#!/usr/bin/env python3
"""Make one intent's buckets and distributions offline, by the Terraform module around the CORS module and by the
CloudFormation template, and print where the results differ.

  same_own.py TOOLS OUT REGION      OUT holds terraform/ and cloudformation/, as `corsynth emit --out` wrote them

Everything that a readback shows is compared: buckets with all their settings, policies, distributions. The lifetime of
parts of uploads, which the emulator does not keep, is compared as it is written.
Exit status: 0 the same, 1 different, 2 something failed.
"""
import difflib, json, os, shutil, subprocess, sys, tempfile
from pathlib import Path

import yaml

TOOLS, OUT, REGION = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3]
ENGINE = str(TOOLS / "s3-engine/s3-engine")
WORK = Path(tempfile.mkdtemp())


def run(command):
    p = subprocess.run(list(map(str, command)), text=True, capture_output=True,
                       env={**os.environ, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION})
    if p.returncode:
        sys.stderr.write(p.stdout[-4000:] + p.stderr[-6000:])
        print(f"same_own: failed: {command}"[:300], file=sys.stderr)
        sys.exit(2)


def terraform():
    """The module around, with the CORS module below it: only one folder is taken along."""
    root = WORK / "terraform"
    shutil.copytree(OUT / "terraform/own", root, ignore=shutil.ignore_patterns("tests"))
    shutil.copytree(OUT / "terraform", root / "module", ignore=shutil.ignore_patterns("own", "examples", "tests"))
    main = (root / "main.tf").read_text()
    assert 'source = "../"' in main, "the CORS module is somewhere else"
    (root / "main.tf").write_text(main.replace('source = "../"', 'source = "./module"'))
    values, back = WORK / "values.json", WORK / "terraform.json"
    run([TOOLS / "tfaws/tf-offline", "--attach", "--quiet", "--values", "--out", values, "apply", root])
    run([TOOLS / "tfaws/tf-readback", values, "--sort-rules", "--out", back])
    days = {}
    for address, body in json.loads(values.read_text()).items():
        if address.startswith("aws_s3_bucket_lifecycle_configuration."):
            days[body["bucket"]] = [r["abort_incomplete_multipart_upload"][0]["days_after_initiation"] for r in body["rule"]]
    # The stand-in of the provider is in one region, whatever it is told.
    return json.loads(back.read_text().replace(".s3.us-east-1.", f".s3.{REGION}.")), days


class Loader(yaml.SafeLoader):
    """Functions are not computed: what is asked of the file has none."""


Loader.add_multi_constructor("!", lambda loader, tag, node: tag)


def cloudformation():
    template, back = OUT / "cloudformation/template.yaml", WORK / "cloudformation.json"
    script = f'export AWS_REGION={REGION} AWS_DEFAULT_REGION={REGION}\naws cloudformation deploy --stack-name own --template-file "{template}"\n"{ENGINE}" readback --sort-rules --out "{back}"'
    run([ENGINE, "run", "ministack", "--", "bash", "-euc", script])
    resources = yaml.load(template.read_text(), Loader)["Resources"].values()
    buckets = [r["Properties"] for r in resources if r["Type"] == "AWS::S3::Bucket"]
    days = {b["BucketName"]: [r["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for r in b["LifecycleConfiguration"]["Rules"]]
            for b in buckets}
    return json.loads(back.read_text()), days


def facts(readback, days):
    """In one spelling: IAM takes one text, or a list of one."""
    for bucket in readback["buckets"].values():
        for statement in bucket["policy"]["Statement"]:
            for member in ("Action", "Resource"):
                value = statement[member]
                statement[member] = sorted(value if isinstance(value, list) else [value])
    return json.dumps({**readback, "days": days}, indent=1, sort_keys=True)


def main():
    one, other = facts(*terraform()), facts(*cloudformation())
    shutil.rmtree(WORK)
    if len(one) < 1000 or '"days": {}' in one:
        print(f"same_own: nothing was compared: {one}")
        return 2
    sys.stdout.writelines(line + "\n" for line in difflib.unified_diff(
        one.split("\n"), other.split("\n"), "terraform", "cloudformation", lineterm=""))
    print("the same" if one == other else "different")
    return int(one != other)


if __name__ == "__main__":
    sys.exit(main())
