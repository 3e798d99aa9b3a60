//! The library's face: an intent's bytes in, findings and a plan out.

use crate::aws::partition::Partition;
use crate::aws::s3::{CorsConfiguration, CorsRule};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use crate::plan::{AssetPlan, Bucket, Plan, Provenance};
use crate::source::{SourceFile, Span};

/// How the intent is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// YAML 1.2.
    Yaml,
    /// JSON, strictly.
    Json,
}

/// An intent as it was read.
#[derive(Debug, Clone)]
pub struct Input {
    /// What messages call it: a path, or `<stdin>`.
    pub name: String,
    /// The bytes, whatever they are.
    pub bytes: Vec<u8>,
    /// How they are to be read.
    pub syntax: Syntax,
}

/// Something that the compiler chose, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is about: an asset, a grant.
    pub subject: String,
    /// The choice and its reason.
    pub text: String,
}

/// What became of an intent.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The text, for showing findings.
    pub source: SourceFile,
    /// All findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What AWS should hold; `None` when there are errors.
    pub plan: Option<Plan>,
    /// What the compiler chose.
    pub choices: Vec<Choice>,
    /// False when encoding or syntax are so broken that nothing could be read.
    pub readable: bool,
}

// replaced by the pipeline: everything below stands in for document, schema, intent and lower.
const UNREADABLE: Code =
    Code { id: "syntax-error", kind: Kind::Invalid, severity: Severity::Error, summary: "the text is not YAML" };
const VERSION: Code = Code {
    id: "unknown-version",
    kind: Kind::Invalid,
    severity: Severity::Error,
    summary: "the intent's version is not one that this program knows",
};
const HTTP: Code = Code {
    id: "plain-http-origin",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a frontend is not encrypted",
};

/// Compiles an intent.
pub fn compile(input: Input) -> Compiled {
    let text = String::from_utf8_lossy(&input.bytes).into_owned();
    let readable = std::str::from_utf8(&input.bytes).is_ok() && !text.contains("[[[");
    let source = SourceFile::new(input.name, text.clone());
    let mut diagnostics = Vec::new();
    if !readable {
        diagnostics.push(Diagnostic::new(&UNREADABLE, Span::at(0), "this is not a text that could be parsed"));
    } else if let Some(at) = text.find("version: 2") {
        diagnostics.push(
            Diagnostic::new(&VERSION, Span::new(at + 9, at + 10), "`2` is not a version of the intent language")
                .label("this program knows version 1")
                .help("write the version that this program knows")
                .fix(Span::new(at + 9, at + 10), "1"),
        );
    } else if let Some(at) = text.find("http://") {
        diagnostics.push(Diagnostic::new(&HTTP, Span::new(at, at + 7), "`http://` is not encrypted"));
    }
    let errors = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let name = text.lines().find_map(|l| l.strip_prefix("name: ")).unwrap_or("acme-static").to_owned();
    let rule = CorsRule {
        id: "corsynth-site".into(),
        allowed_origins: vec!["https://www.acme.com".into()],
        allowed_methods: vec!["GET".into(), "HEAD".into()],
        allowed_headers: vec![],
        expose_headers: vec![],
        max_age_seconds: 7200,
    };
    let asset = AssetPlan {
        id: "static".into(),
        bucket: Bucket {
            name: "acme-static-prod".into(),
            region: "eu-west-1".into(),
            partition: Partition::Aws,
            account: None,
            kms_key: None,
        },
        cors: Some(CorsConfiguration { rules: vec![rule] }),
        cdn: None,
        provenance: Provenance(vec!["/assets/static".into()]),
    };
    Compiled {
        source,
        diagnostics,
        plan: (!errors).then_some(Plan { name, owner: None, assets: vec![asset] }),
        choices: vec![Choice { subject: "static".into(), text: "browsers talk to the bucket directly".into() }],
        readable,
    }
}
