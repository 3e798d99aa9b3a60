//! The command that compares, as it is typed.

use clap::ValueEnum;
use corsynth::diff::Risk;
use std::ffi::OsString;

#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// What to compare: `A B`, `A..B [PATH]`, `A B PATH`, or a revision with the current directory
    ///
    /// A and B are intents, directories with intents, artifacts (a Terraform module, the output of `terraform show
    /// -json`, a template, payloads for the AWS CLI, a bucket's CORS rules), `-` for stdin, or revisions of the git
    /// repository: `main..HEAD`, `main...HEAD` for what HEAD changed since it left main, or `main HEAD`. Of a revision,
    /// PATH is compared, or the current directory; with a file on the other side, that file. What exists as a file is no
    /// revision. Intents of two directories are paired by their paths.
    ///
    /// Example: `corsynth diff main...HEAD services/web`
    #[arg(value_name = "A|B|PATH", required = true, num_args = 1..=3)]
    pub(crate) what: Vec<OsString>,

    /// Take A and B for artifacts, whatever they are called
    ///
    /// Example: `corsynth diff --artifacts old/corsynth.json new/corsynth.json`
    #[arg(long)]
    pub(crate) artifacts: bool,

    /// Exit with 1 when any access is gained or lost, or something could not be decided
    ///
    /// Example: `corsynth diff main..HEAD --exit-code`
    #[arg(long)]
    pub(crate) exit_code: bool,

    /// Exit with 1 when such access is gained, and say which
    ///
    /// Example: `corsynth diff main...HEAD --deny-new wildcard,anyone`
    #[arg(long, value_enum, value_name = "RISK", value_delimiter = ',')]
    pub(crate) deny_new: Vec<Deny>,

    /// How to print what is gained and lost
    ///
    /// Example: `corsynth diff main...HEAD --output-format markdown`
    #[arg(long, value_enum, default_value_t = DiffFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// From origins that a pattern with `*` stands for
    Wildcard,
    /// With cookies, or with `Authorization`
    Credentials,
    /// With a method that is neither `GET` nor `HEAD`
    Write,
    /// From anyone
    Anyone,
}

impl From<Deny> for Risk {
    fn from(deny: Deny) -> Self {
        match deny {
            Deny::Wildcard => Self::Wildcard,
            Deny::Credentials => Self::Credentials,
            Deny::Write => Self::Write,
            Deny::Anyone => Self::Anyone,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// To read
    Human,
    /// Version 1 of the JSON format; `corsynth schema diff` prints its schema
    #[value(alias = "json-v1")]
    Json,
    /// A table for a pull request
    Markdown,
}
