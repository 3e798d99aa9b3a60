//! Artifacts to what AWS holds: the files of any format back into [`Deployed`]. Shares no code with `render`, so that
//! their agreement is evidence.
//!
//! What is not understood is told with its place, and marks what it may have a say in as unknown; nothing is skipped
//! in silence.

mod archive;
mod aws_cli;
mod cloudformation;
mod conditions;
mod function;
mod lock;
mod notes;
mod payload;
mod source_arn;
mod terraform;
mod value;

use crate::deployed::{Asset, Deployed, Policies, Principal, Site};
use crate::diagnostic::{Diagnostics, Severity};
use crate::document::{self, Syntax};
use crate::source::SourceFile;
use std::fmt;

/// A file of an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path below the folder that was named, with `/`; a lone file has its name.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What a set of artifacts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A Terraform module.
    TerraformModule,
    /// What `terraform show -json` prints of a plan or a state.
    TerraformPlan,
    /// A CloudFormation template, with the fragments beside it.
    CloudFormation,
    /// Payloads for the AWS CLI.
    AwsCli,
    /// A bucket's CORS rules alone: the CLI's object or the console's list.
    CorsRules,
}

impl Format {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TerraformModule => "terraform",
            Self::TerraformPlan => "terraform-plan",
            Self::CloudFormation => "cloudformation",
            Self::AwsCli => "aws-cli",
            Self::CorsRules => "cors-rules",
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path.
    pub path: String,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the whole line is meant.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => f.write_str(&self.path),
            (line, 0) => write!(f, "{}:{line}", self.path),
            (line, column) => write!(f, "{}:{line}:{column}", self.path),
        }
    }
}

/// Something that may have a say and is not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// Where.
    pub place: Place,
    /// What, in words: lower case, no final period, text of the file in backticks.
    pub what: String,
    /// What is the matter.
    pub doubt: Doubt,
    /// The thing in question, when that is known more exactly than the place.
    pub site: Site,
}

/// Why something is not understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Doubt {
    /// Nobody here knows it.
    #[default]
    Unmodelled,
    /// Nobody here knows which resources stand behind it, so what seems not to be there may be.
    Untold,
    /// A member that this surface of AWS calls otherwise.
    Misspelled {
        /// As it is written.
        written: String,
        /// As this surface has it.
        meant: String,
    },
    /// A `Quantity` that is not the number of the items.
    Quantity,
    /// `ForwardedValues` beside a cache policy.
    Mixed,
}

impl ReadBack {
    /// Whether every resource was told: only then something is known not to be there.
    pub fn is_whole(&self) -> bool {
        self.unknowns.iter().all(|unknown| unknown.doubt != Doubt::Untold)
    }
}

impl Unknown {
    /// Something that nobody here knows.
    pub(crate) fn new(place: Place, what: impl Into<String>) -> Self {
        Self { place, what: what.into(), doubt: Doubt::Unmodelled, site: Site::default() }
    }
}

/// Why files cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What kind of mistake it is.
    pub mistake: Mistake,
}

/// What keeps files from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// They are nothing that is known here.
    Format,
    /// They are not well-formed.
    Syntax,
    /// A member holds another type than AWS takes.
    Type,
}

/// Artifacts as they were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// What they are.
    pub format: Format,
    /// What AWS holds once they are applied.
    pub deployed: Deployed,
    /// The account's own policies, used or not.
    pub policies: Policies,
    /// What was not understood, by place.
    pub unknowns: Vec<Unknown>,
}

/// Reads the files of one artifact set; their contents tell the format.
pub fn read(files: &[File]) -> Result<ReadBack, Unreadable> {
    let read = if terraform::is_module(files) {
        terraform::read_module(files)
    } else if let Some(plan) = terraform::find_plan(files) {
        terraform::read_plan(plan)
    } else if let Some(template) = cloudformation::find_template(files) {
        cloudformation::read(template, files)
    } else if aws_cli::is_bundle(files) {
        aws_cli::read(files)
    } else if let Some(rules) = aws_cli::find_cors_rules(files) {
        aws_cli::read_cors_rules(rules)
    } else {
        return Err(unknown_format(files));
    };
    read.map(|mut read| {
        read.unknowns.sort();
        read.unknowns.dedup();
        // Terraform's reader marks behaviours itself, with the place.
        if !matches!(read.format, Format::TerraformModule | Format::TerraformPlan) {
            read.deployed.assets.iter_mut().for_each(mark_doubts);
        }
        read
    })
}

/// Why files are none of the formats: a file that is not well-formed, or nothing that is known.
fn unknown_format(files: &[File]) -> Unreadable {
    if let Some(broken) = files.iter().find_map(syntax_error) {
        return broken;
    }
    let path = files.first().map_or_else(String::new, |file| file.path.clone());
    let message = "neither a Terraform module, nor the output of `terraform show -json`, nor a CloudFormation template, \
                   nor payloads of the AWS CLI, nor a bucket's CORS rules";
    Unreadable { place: Place { path, line: 0, column: 0 }, message: message.to_owned(), mistake: Mistake::Format }
}

/// The first error of syntax of a file in JSON or YAML.
fn syntax_error(file: &File) -> Option<Unreadable> {
    let syntax = match file.path.rsplit_once('.')?.1 {
        "json" => Syntax::Json,
        "yaml" | "yml" => Syntax::Yaml,
        _ => return None,
    };
    let source = SourceFile::new(&file.path, &file.text);
    let mut diags = Diagnostics::default();
    document::parse(&mut diags, &source, syntax);
    let first = diags.into_sorted().into_iter().find(|finding| finding.severity == Severity::Error)?;
    let at = source.position(first.primary.span.start);
    let place = Place { path: file.path.clone(), line: at.line, column: at.column };
    Some(Unreadable { place, message: first.message, mistake: Mistake::Syntax })
}

/// A statement with conditions that are not understood may decide all that the distribution gets.
fn mark_doubts(asset: &mut Asset) {
    let policies = [("bucket", &asset.bucket.policy), ("key", &asset.bucket.key_policy)];
    let mut doubts = Vec::new();
    for (whose, policy) in policies {
        let statements = policy.iter().flatten().filter(|s| !matches!(s.principal, Principal::Other(_)));
        for condition in statements.flat_map(|statement| &statement.other_conditions) {
            let doubt = format!("a statement of the {whose}'s policy counts on a condition: {condition}");
            if !doubts.contains(&doubt) {
                doubts.push(doubt);
            }
        }
    }
    let behaviors = asset.distribution.iter_mut().flat_map(|distribution| &mut distribution.behaviors);
    for behavior in behaviors.filter(|behavior| behavior.is_for_this_bucket) {
        behavior.unknown.extend(doubts.iter().cloned());
    }
}
