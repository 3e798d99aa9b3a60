//! The command line as it is typed: commands and options, each with its help. Decides nothing.

mod requests;

pub(crate) use requests::{Export, Prove, ReportFormat, Simulate, Test};

use clap::{Parser, Subcommand, ValueEnum};
use corsynth::diagnostic::Severity;
use corsynth::render::Target;
use std::ffi::OsString;
use std::path::PathBuf;

const CONVENTIONS: &str = "\
Exit codes:
  0  all is well
  1  the input has a problem (a finding at or above --fail-on), the output is stale (--check), an
     expectation fails, or a proof is refuted
  2  wrong usage, or something that cannot be read, parsed or written
  3  internal error

Data goes to stdout, talk to stderr. NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured; no other
environment variable is read.

Start with:
  corsynth init                                        write a commented corsynth.yaml
  corsynth validate                                    check it
  corsynth emit --format terraform --out infra/cors    write the module
  corsynth prove --artifacts infra/cors                decide that it grants exactly that";

/// One intent file in; consistent S3 + CloudFront CORS configuration out.
///
/// An intent says which frontends may use which assets, and how. corsynth compiles it into the bucket's CORS
/// rules, the CloudFront policies and the bucket policy that together grant exactly that, as Terraform,
/// CloudFormation or payloads for the AWS CLI.
#[derive(Debug, Parser)]
#[command(name = "corsynth", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_long_help = CONVENTIONS, after_help = "`corsynth --help` says more, with exit codes and examples")]
pub(crate) struct Args {
    /// When to use colours.
    ///
    /// `auto` uses them on a terminal, unless `NO_COLOR` is set.
    ///
    /// Example: `corsynth --color always validate | less -R`
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", hide_possible_values = false)]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[command(defer = true, disable_help_subcommand = false)]
pub(crate) enum Command {
    /// Write a commented intent to start from
    ///
    /// Never overwrites a file.
    ///
    /// Example: `corsynth init infra/corsynth.yaml`
    Init(Init),
    /// Check intents: the command for pull requests
    ///
    /// Parses each intent, checks it, compiles it, tries the examples under `expect`, proves that exactly the intent is
    /// granted, and prints every finding to stdout; a summary goes to stderr.
    ///
    /// Example: `corsynth validate . --fail-on warning`
    Validate(Validate),
    /// Compile an intent to Terraform, CloudFormation or an AWS CLI bundle
    ///
    /// What is made is read back first: when it grants anything else than the intent, or an example under `expect` fails,
    /// there is no output.
    ///
    /// Without --out, prints one document to read: the files one after the other, each under a line
    /// `# ==> PATH <==` when there are several. With --out, writes the directory as a whole or not at all, keeps
    /// the files in it that corsynth does not own, and writes nothing when nothing would change.
    /// Findings, and what the compiler chose and why, go to stderr.
    ///
    /// Example: `corsynth emit --format terraform --out infra/cors`
    Emit(Emit),
    /// Answer one request as browser, CloudFront and S3 would, step by step
    ///
    /// Asks the compiled intent or, with --artifacts, what Terraform, CloudFormation or CLI files say: the
    /// preflight where one is due, every exchange with its headers, which rule or policy decided, and what the
    /// browser's console says. What AWS has not documented is a reading: all are tried, and those under which the
    /// answer differs are told. The exit code is 0 whatever the answer is.
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url static:/fonts/a.woff2`
    Simulate(Box<Simulate>),
    /// Decide that exactly the intent is granted, or show a request that tells otherwise
    ///
    /// Judges every output of the intent or, with --artifacts, what Terraform, CloudFormation or CLI files say: for every
    /// request, every history of the caches, and every reading of what AWS has not documented. A counterexample comes
    /// with the `corsynth simulate` command that shows it step by step. The exit code is 1 unless it is proved.
    ///
    /// Example: `corsynth prove --artifacts infra/cors`
    Prove(Prove),
    /// Run the examples of an intent: its `expect`
    ///
    /// Each is simulated on what the intent compiles to, under every reading of what AWS has not documented, and holds
    /// when it holds under all of them. The exit code is 1 when one does not.
    ///
    /// Example: `corsynth test`
    Test(Test),
    /// Print a JSON Schema, for editors and validators
    ///
    /// Example: `corsynth schema > corsynth.schema.json`
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    ///
    /// Example: `corsynth completions bash > ~/.local/share/bash-completion/completions/corsynth`
    Completions(Completions),
    /// Write the manual pages to a directory
    ///
    /// One page a command.
    ///
    /// Example: `corsynth man ~/.local/share/man/man1`
    Man(Man),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The file to write
    ///
    /// Example: `corsynth init web/corsynth.yaml`
    #[arg(default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Intents, directories to search for them, or `-` for stdin
    ///
    /// In a directory, files named `corsynth` or ending in `.cors`, with the extension `.yaml`, `.yml` or
    /// `.json`, are intents; what `.gitignore` excludes, and what is hidden, is skipped.
    ///
    /// Example: `corsynth validate services/ shared/fonts.cors.yaml`
    #[arg(value_name = "FILE|DIR|-", default_value = "corsynth.yaml")]
    pub(crate) paths: Vec<PathBuf>,

    /// The least severe finding that makes the exit code 1
    ///
    /// Example: `corsynth validate --fail-on warning`
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    #[command(flatten)]
    pub(crate) findings: Findings,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Emit {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth emit web/corsynth.yaml --format cfn`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    /// What to make
    ///
    /// `tf`, `cfn` and `cli` are accepted too.
    ///
    /// Example: `corsynth emit --format cfn`
    #[arg(short, long, value_enum)]
    pub(crate) format: Format,

    /// The directory to write
    ///
    /// It must be one of its own: not the current directory, nor one that holds it. Files there that corsynth
    /// did not write stay.
    ///
    /// Example: `corsynth emit --format terraform --out infra/cors`
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Write nothing; exit with 1 when the directory is not what would be written
    ///
    /// Prints one line a file: `stale`, `missing`, `extra` (written earlier, no longer made) or `foreign` (in the
    /// way, and not corsynth's), and the path.
    ///
    /// Example: `corsynth emit --format tf --out infra/cors --check`
    #[arg(long, requires = "out")]
    pub(crate) check: bool,

    /// Write nothing; print what would change as a unified diff
    ///
    /// Combines with --check, which sets the exit code. Paths are relative to the directory.
    ///
    /// Example: `corsynth emit --format tf --out infra/cors --diff | less`
    #[arg(long, requires = "out")]
    pub(crate) diff: bool,

    /// Replace files that corsynth did not write, and another format's output
    ///
    /// Example: `corsynth emit --format tf --out infra/cors --force`
    #[arg(long, requires = "out", conflicts_with_all = ["check", "diff"])]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) findings: Findings,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Findings {
    /// How to print findings
    ///
    /// Example: `corsynth validate --output-format json | jq '.findings[].code'`
    #[arg(long, value_enum, default_value_t = OutputFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: OutputFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// Of what
    ///
    /// Example: `corsynth schema findings`
    #[arg(value_enum, default_value_t = SchemaOf::Intent)]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    ///
    /// Example: `corsynth completions zsh`
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// The directory; it is made when it does not exist
    ///
    /// Example: `corsynth man target/man`
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// The code, the reasons and the fix
    Human,
    /// `path:line:column: severity[code]: message`
    Short,
    /// Version 1 of the JSON format; `corsynth schema findings` prints its schema
    #[value(alias = "json-v1")]
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// A module
    #[value(alias = "tf")]
    Terraform,
    /// A template
    #[value(name = "cloudformation", alias = "cfn")]
    CloudFormation,
    /// API payloads and scripts
    #[value(alias = "cli")]
    AwsCli,
}

impl From<Format> for Target {
    fn from(format: Format) -> Self {
        match format {
            Format::Terraform => Self::Terraform,
            Format::CloudFormation => Self::CloudFormation,
            Format::AwsCli => Self::AwsCli,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The intent file
    Intent,
    /// What `validate --output-format json` prints
    Findings,
    /// What `simulate --output-format json` prints
    Simulation,
    /// What `test --output-format json` prints
    Expectations,
    /// What `prove --output-format json` prints
    Proof,
}

impl Args {
    /// Reads the command line; help, version and mistakes come back as the error.
    pub(crate) fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        Self::try_parse_from(arguments)
    }
}

/// What `--color` says, for help and usage errors, which appear before the command line is understood.
pub(crate) fn color_of(arguments: &[OsString]) -> Color {
    let mut color = Color::Auto;
    let mut words = arguments.iter().filter_map(|word| word.to_str()).take_while(|&word| word != "--");
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(choice) = value.and_then(|value| Color::from_str(value, false).ok()) {
            color = choice;
        }
    }
    color
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_option_is_explained_with_an_example() {
        fn check(command: &clap::Command) {
            for option in command.get_arguments().filter(|a| !["help", "version"].contains(&a.get_id().as_str())) {
                let name = format!("{} {}", command.get_name(), option.get_id());
                assert!(option.get_help().is_some(), "{name} has no help");
                let long = option.get_long_help().unwrap_or_default().to_string();
                assert!(long.contains("Example: `corsynth "), "{name} has no example");
            }
            for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
                let long = inner.get_long_about().unwrap_or_default().to_string();
                assert!(long.contains("Example: `corsynth "), "{} has no example", inner.get_name());
                check(inner);
            }
        }
        let mut command = Args::command();
        command.build();
        check(&command);
    }

    #[test]
    fn the_colour_is_known_before_the_command_line_is_understood() {
        let color = |line: &str| color_of(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(color("corsynth nonsense"), Color::Auto);
        assert_eq!(color("corsynth nonsense --color always"), Color::Always);
        assert_eq!(color("corsynth --color=always --color=never"), Color::Never);
        assert_eq!(color("corsynth -- --color=never"), Color::Auto);
    }
}
