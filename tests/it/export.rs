//! Expectations for other tools: the script of `curl` requests, run against a stand-in, and the asserts of
//! `terraform test`, run on the emitted module.

use crate::hcl_printer::terraform;
use crate::sample_plan;
use crate::support::{assert_golden, project, tool};
use corsynth::compile::{Input, Syntax, compile};
use corsynth::export::{Exported, ExportedExchange, ExportedRequest, curl, tftest};
use corsynth::fetch::HeaderList;
use corsynth::intent::Via;
use corsynth::plan::Plan;
use corsynth::render::{Target, render};
use std::path::Path;
use std::process::{Command, Output};

/// `NAME: VALUE` lines.
fn headers(text: &str) -> HeaderList {
    let header = |line: &str| line.trim().split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    text.lines().filter_map(header).collect()
}

fn request(via: Via, line: &str, sent: &str) -> ExportedRequest {
    let (method, url) = line.split_once(' ').expect("a method and a URL");
    let (asset, path) = url.split_once(':').expect("an asset and a path");
    ExportedRequest {
        method: method.to_owned(),
        asset: asset.to_owned(),
        via,
        host: (via == Via::S3).then(|| format!("{asset}.s3.example")),
        path: path.to_owned(),
        headers: headers(sent),
    }
}

fn exchange(via: Via, line: &str, sent: &str, status: u16, answer: &str) -> ExportedExchange {
    ExportedExchange::new(request(via, line, sent), status, &headers(answer))
}

fn expectation(name: &str, given: Vec<ExportedRequest>, exchanges: Vec<ExportedExchange>) -> Exported {
    Exported { name: name.to_owned(), given, exchanges }
}

/// What an exact simulation answers to some expectations of `examples/02-uploads`.
fn uploads() -> Vec<Exported> {
    let shop = "Origin: https://www.shop.example";
    vec![
        expectation(
            "the shop reads what requests of others left in the cache",
            vec![request(Via::Cdn, "GET media:/products/1.jpg", "")],
            vec![exchange(
                Via::Cdn,
                "GET media:/products/1.jpg",
                shop,
                200,
                "Access-Control-Allow-Origin: https://www.shop.example
                 Access-Control-Expose-Headers: Accept-Ranges, Content-Range, ETag",
            )],
        ),
        expectation(
            "the shop fetches a part of a PDF",
            vec![],
            vec![exchange(
                Via::Cdn,
                "OPTIONS media:/manuals/1.pdf",
                "Origin: https://shop.example
                 Access-Control-Request-Method: GET
                 Access-Control-Request-Headers: if-range",
                200,
                "Access-Control-Allow-Origin: https://shop.example
                 Access-Control-Allow-Methods: GET, HEAD
                 Access-Control-Allow-Headers: if-range, range
                 Access-Control-Expose-Headers: Accept-Ranges, Content-Range, ETag
                 Access-Control-Max-Age: 7200",
            )],
        ),
        expectation(
            "an editor's upload: $(id) `id` \"${path.cwd}\" %{ if true }\\",
            vec![],
            vec![
                exchange(
                    Via::S3,
                    "OPTIONS media:/it's$(id).jpg?partNumber=1",
                    "Origin: https://editor.shop.example
                     Access-Control-Request-Method: PUT
                     Access-Control-Request-Headers: content-type,x-amz-meta-sku",
                    200,
                    "Access-Control-Allow-Origin: https://editor.shop.example
                     Access-Control-Allow-Credentials: true
                     Access-Control-Allow-Methods: PUT
                     Access-Control-Allow-Headers: content-type, x-amz-meta-sku
                     Access-Control-Expose-Headers: ETag, Location
                     Access-Control-Max-Age: 600",
                ),
                exchange(
                    Via::S3,
                    "PUT media:/it's$(id).jpg?partNumber=1",
                    "Origin: https://editor.shop.example",
                    200,
                    "Access-Control-Allow-Origin: https://editor.shop.example
                     Access-Control-Expose-Headers: ETag, Location",
                ),
            ],
        ),
        expectation(
            "the shop reads only",
            vec![],
            vec![exchange(
                Via::S3,
                "OPTIONS media:/products/2.jpg",
                &format!("{shop}\nAccess-Control-Request-Method: PUT"),
                403,
                "",
            )],
        ),
        expectation(
            "a website with a similar name gets nothing",
            vec![request(Via::Cdn, "GET media:/products/1.jpg", shop)],
            vec![exchange(Via::Cdn, "GET media:/products/1.jpg", "Origin: https://shop.example.test", 200, "")],
        ),
    ]
}

/// The same of `examples/03-preview-wildcards`, where the bucket speaks.
fn previews() -> Vec<Exported> {
    let readable = |name: &str, origin: &str| {
        let answer = format!(
            "Access-Control-Allow-Origin: {origin}\nAccess-Control-Allow-Credentials: true\n\
             Access-Control-Allow-Methods: GET, HEAD\nAccess-Control-Expose-Headers: ETag"
        );
        let sent = format!("Origin: {origin}");
        expectation(name, vec![], vec![exchange(Via::Cdn, "GET modules:/app.js", &sent, 200, &answer)])
    };
    let stranger = "Origin: https://pr-1.preview.app.example.test";
    vec![
        readable("a preview reads", "https://pr-2.preview.app.example"),
        readable("developers may use any port", "http://localhost:5173"),
        expectation(
            "a preview's name inside another domain is another website",
            vec![],
            vec![exchange(Via::Cdn, "GET modules:/app.js", stranger, 200, "")],
        ),
    ]
}

fn example(name: &str) -> Plan {
    let bytes = std::fs::read(project("examples").join(name).join("corsynth.yaml")).expect("an example");
    let input = Input { name: "corsynth.yaml".to_owned(), bytes, syntax: Syntax::Yaml };
    compile(input).plan.expect("an example compiles")
}

fn script(exported: &[Exported]) -> String {
    curl(exported, &sample_plan::stamp())
}

#[test]
fn the_script_says_what_was_computed() {
    let golden = project("tests/golden/export/uploads.sh");
    assert_golden(&golden, &script(&uploads()));
    assert!(Command::new("sh").arg("-n").arg(&golden).status().expect("a shell").success());
    if tool("shellcheck", "--version") {
        let output = Command::new("shellcheck").args(["--shell=sh"]).arg(&golden).output().expect("shellcheck");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// The script in a folder with the stand-in for `curl`, which answers every request with `answer`.
fn run(exported: &[Exported], answer: &str, environment: &[(&str, &str)]) -> (Output, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("curl", &std::fs::read_to_string(project("tests/it/fake_curl.sh")).expect("the stand-in"));
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path().join("curl"), executable).expect("an executable");
    write("answer", answer);
    write("script.sh", &script(exported));
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").expect("a path"));
    let output = Command::new("sh")
        .arg("script.sh")
        .current_dir(folder.path())
        .env("PATH", path)
        .env("FAKE_AWS", folder.path())
        .env("FAKE_CURL", folder.path().join("answer"))
        .env("FAKE_CURL_REFUSES", "https://shop.example.test")
        .envs(environment.iter().copied())
        .output()
        .expect("a shell");
    let requests = std::fs::read_to_string(folder.path().join("requests")).unwrap_or_default();
    (output, requests)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_script_compares_answers() {
    if !tool("bash", "--version") {
        return;
    }
    let cdn = [("CORSYNTH_URL_MEDIA", "https://cdn.example/")];
    let answer = "HTTP/2 200\r\naccess-control-allow-origin: ORIGIN\r\n\
                  access-control-expose-headers: etag,Content-Range\r\nACCESS-CONTROL-EXPOSE-HEADERS: accept-ranges\r\n";
    let all = uploads();
    let reading = all.get(..1).expect("the first");
    let (good, requests) = run(reading, answer, &cdn);
    assert_eq!(
        stdout(&good),
        "ok   the shop reads what requests of others left in the cache\n1 ok, 0 failed, 0 not checked\n"
    );
    assert_eq!(good.status.code(), Some(0));
    let urls: Vec<bool> =
        requests.lines().map(|line| line.contains("--url https://cdn.example/products/1.jpg")).collect();
    assert_eq!(urls, [true, true], "{requests}");

    let (bad, _) = run(reading, &answer.replace("ORIGIN", "*"), &cdn);
    assert_eq!(bad.status.code(), Some(1));
    let expected = "Access-Control-Allow-Origin: \"https://www.shop.example\" expected, \"*\" found\n\
                    0 ok, 1 failed, 0 not checked\n";
    assert!(stdout(&bad).starts_with("FAIL the shop reads") && stdout(&bad).ends_with(expected), "{}", stdout(&bad));
}

#[test]
fn the_script_sends_nothing_that_writes_and_takes_no_text_for_a_command() {
    if !tool("bash", "--version") {
        return;
    }
    let all = uploads();
    let upload = all.get(2..3).expect("the third");
    let answer = "HTTP/1.1 403\r\n\r\nHTTP/1.1 200\r\nAccess-Control-Allow-Origin: ORIGIN\r\nAccess-Control-Allow-Credentials: true\r\n\
                  Access-Control-Allow-Methods: PUT\r\nAccess-Control-Allow-Headers: x-amz-meta-sku, Content-Type\r\n\
                  Access-Control-Expose-Headers: ETag, Location\r\nAccess-Control-Max-Age: 600\r\n";
    let (output, requests) = run(upload, answer, &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("ok   an editor's upload: $(id) `id` \"${path.cwd}\" %{ if true }\\\n"), "{text}");
    assert!(text.contains("not sent, because it would write: PUT media:/it's$(id).jpg?partNumber=1"), "{text}");
    assert_eq!(requests.lines().count(), 1, "{requests}");
    assert!(requests.contains("--request OPTIONS") && requests.contains("/it's$(id).jpg?partNumber=1"), "{requests}");
}

#[test]
fn the_script_asks_for_a_host_that_is_not_known() {
    let (output, requests) = run(&previews(), "", &[]);
    assert!(!output.status.success() && requests.is_empty());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("CORSYNTH_URL_MODULES") && error.contains("the distribution in front of modules"),
        "{error}"
    );
}

fn module(folder: &Path, name: &str, exported: &[Exported]) {
    let plan = example(name);
    for artifact in render(&plan, Target::Terraform, &sample_plan::stamp()) {
        let path = folder.join(&artifact.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(path, artifact.contents).expect("the file can be written");
    }
    let file = folder.join("tests/expectations.tftest.hcl");
    std::fs::write(file, tftest(&plan, exported, &sample_plan::stamp())).expect("the file can be written");
}

#[test]
fn asserts_are_about_what_decides() {
    for (name, exported) in [("02-uploads", uploads()), ("03-preview-wildcards", previews())] {
        let golden = project("tests/golden/export").join(format!("{name}.tftest.hcl"));
        assert_golden(&golden, &tftest(&example(name), &exported, &sample_plan::stamp()));
    }
    if tool("terraform", "version") {
        let output = terraform(&project("tests/golden/export"), &["fmt", "-check", "-diff", "-no-color"]);
        assert!(output.status.success(), "{}", stdout(&output));
    }
}

#[test]
fn terraform_finds_the_expectations_met_and_notices_when_they_are_not() {
    let mirror = std::env::var_os("TF_CLI_CONFIG_FILE").is_some_and(|file| Path::new(&file).is_file());
    if !tool("terraform", "version") || !mirror {
        eprintln!("not run: TF_CLI_CONFIG_FILE names no configuration with a mirror of hashicorp/aws");
        return;
    }
    let arguments = ["test", "-no-color", "-filter=tests/expectations.tftest.hcl"];
    for (name, exported, from, to) in [
        ("02-uploads", uploads(), "\"https://checkout.shop.example\",", "\"https://shop.example*\","),
        ("02-uploads", uploads(), "\"ETag\", \"Location\"", "\"ETag\""),
        ("03-preview-wildcards", previews(), "https://pr-*.preview.app.example", "https://pr-*"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        module(folder.path(), name, &exported);
        let init = terraform(folder.path(), &["init", "-backend=false", "-no-color"]);
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let good = terraform(folder.path(), &arguments);
        assert!(good.status.success(), "{}\n{}", stdout(&good), String::from_utf8_lossy(&good.stderr));
        let locals = folder.path().join("locals.tf");
        let text = std::fs::read_to_string(&locals).expect("locals.tf");
        let broken = text.replace(from, to);
        assert!(broken != text, "`{from}` is in locals.tf");
        std::fs::write(&locals, broken).expect("the file can be written");
        assert!(!terraform(folder.path(), &arguments).status.success(), "{name}: `{from}` became `{to}` unnoticed");
    }
}
