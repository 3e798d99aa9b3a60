//! The command line as it is typed: commands and options, each with its help. Decides nothing.

mod cost;
mod diff;
mod report;
mod requests;

pub(crate) use cost::Cost;
pub(crate) use diff::{Diff, DiffFormat};
pub(crate) use report::{MarkupFormat, Report};
pub(crate) use requests::{Export, Prove, ReportFormat, Simulate, SimulationFormat, Test};

use clap::builder::ArgPredicate;
use clap::{Parser, Subcommand, ValueEnum};
use corsynth::diagnostic::Severity;
use corsynth::fix::Choice;
use corsynth::intent::Date;
use corsynth::render::Target;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

const CONVENTIONS: &str = "\
Exit codes:
  0  all is well
  1  the input has a problem (a finding at or above --fail-on), the output is stale (--check), an
     expectation fails, a proof is refuted, or access differs (diff --exit-code, --deny-new)
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
    /// Check intents and artifacts: the command for pull requests
    ///
    /// Parses each intent, checks it, compiles it, tries the examples under `expect`, proves that exactly the intent is
    /// granted, and prints every finding to stdout; a summary goes to stderr. With --artifacts, also checks what Terraform,
    /// CloudFormation or CLI files say, with or without an intent.
    ///
    /// Example: `corsynth validate . --fail-on warning`
    Validate(Validate),
    /// List the origins of every frontend, side by side for all environments
    ///
    /// Example: `corsynth origins --output-format markdown`
    Origins(Origins),
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
    /// Write one page about an intent, as HTML or Markdown, for those who review it
    ///
    /// The grants in a sentence each, the way of requests as pictures, who may do what where, the proof, every object that
    /// is made with the lines that ask for it, and the findings. The page needs no network and no other file. The exit
    /// code is 1 when the intent has an error or is not proved; the page says why.
    ///
    /// Example: `corsynth report --out access.html`
    Report(Report),
    /// Say what a finding is about: why it matters, what triggers it, what to write instead
    ///
    /// Prints the page of each code, with an intent that triggers it, one that does not, and the sources.
    ///
    /// Example: `corsynth explain null-origin`
    Explain(Explain),
    /// List the codes of all findings
    ///
    /// One a line: the code, how severe it is, why it is a finding, what silences it, and what it reports.
    ///
    /// Example: `corsynth rules | grep waiver`
    Rules(Rules),
    /// Tell the access gained and lost between two intents, or two sets of artifacts
    ///
    /// Compared are requests, not texts: who may now read or write what, from which pages, with which headers, and who
    /// no longer may; when that takes effect, and which paths to invalidate for it. Intents that grant the same differ
    /// in nothing, and nothing is printed then.
    ///
    /// Example: `corsynth diff main...HEAD --deny-new wildcard,credentials,write,anyone`
    Diff(Diff),
    /// Count what an intent costs: cache copies, preflights, quotas, list prices
    ///
    /// By asset and behaviour: how many copies of an object the cache key makes and why, which setting would make fewer and
    /// whether it is possible here; how often browsers ask before they send; what is used of the account's quotas; what a
    /// CloudFront function and invalidations cost, by list prices that age.
    ///
    /// Example: `corsynth cost --requests 50000000`
    Cost(Cost),
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
    #[arg(default_value_if("artifacts", ArgPredicate::IsPresent, None))]
    pub(crate) paths: Vec<PathBuf>,

    /// Check Terraform, CloudFormation or CLI files, whoever wrote them: a file, a directory, or `-` for stdin
    ///
    /// A directory is one Terraform module, template or bundle. A plan or a state is read as `terraform show -json`
    /// prints it. May be given several times; without FILE, no intent is checked.
    ///
    /// Example: `corsynth validate --artifacts infra/cors --artifacts bucket-cors.json`
    #[arg(long, value_name = "PATH", conflicts_with_all = ["fix", "diff", "watch"])]
    pub(crate) artifacts: Vec<PathBuf>,

    /// The least severe finding that makes the exit code 1; `error` unless `corsynth.toml` says otherwise
    ///
    /// Example: `corsynth validate --fail-on warning`
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,

    /// How many files are checked at once; as many as there are cores when left out
    ///
    /// The output is the same whatever the number.
    ///
    /// Example: `corsynth validate --threads 1 .`
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Apply fixes to the files, and report what is left
    ///
    /// `--fix` applies those with which a file means the same to whoever wrote it; `--fix=all` applies guesses, too.
    /// Comments and layout stay. With `-`, the fixed text goes to stdout and the findings to stderr.
    ///
    /// Example: `corsynth validate --fix`
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "safe", value_name = "WHICH")]
    pub(crate) fix: Option<Fixes>,

    /// Write nothing; print what --fix would change as a unified diff
    ///
    /// Exits with 1 when something would change. Findings are not printed. `--fix=all --diff` shows the guesses, too.
    ///
    /// Example: `corsynth validate --diff | git apply`
    #[arg(long)]
    pub(crate) diff: bool,

    /// Check again whenever a file changes, until Ctrl-C
    ///
    /// Directories are watched with all that is below them, for new intents, too. On a terminal, every report begins
    /// on an empty screen.
    ///
    /// Example: `corsynth validate --watch services/`
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub(crate) watch: bool,

    #[command(flatten)]
    pub(crate) findings: Findings,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
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

    /// How many modules to make: one, or `split`, with one for the bucket's state and one for the CDN's
    ///
    /// Only Terraform is split. The output's README says what is handed over, and in which order to apply.
    ///
    /// Example: `corsynth emit --format tf --layout split --out infra/cors`
    #[arg(long, value_enum, default_value_t = Layout::Whole)]
    pub(crate) layout: Layout,

    /// The directory to write
    ///
    /// It must be one of its own: not the current directory, nor one that holds it. Files there that corsynth
    /// did not write stay.
    ///
    /// Example: `corsynth emit --format terraform --out infra/cors`
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// The environment, where the intent has several
    ///
    /// Example: `corsynth emit --format tf --env prod --out infra/prod/cors`
    #[arg(long, value_name = "NAME", conflicts_with = "all_envs")]
    pub(crate) env: Option<String>,

    /// Every environment, each in a directory with its name below the output's
    ///
    /// Nothing is written unless all of them can be made.
    ///
    /// Example: `corsynth emit --format tf --all-envs --out infra/cors`
    #[arg(long)]
    pub(crate) all_envs: bool,

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

    #[command(flatten)]
    pub(crate) governance: Governance,
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Governance {
    /// Sets the level of a code's findings: `off`, `note`, `warning` or `error`; may be repeated
    ///
    /// Over the levels of `corsynth.toml`. Errors and what needs a waiver have none to set. A code that nobody sees
    /// unasked, such as `wildcard-origin`, is asked for by its level.
    ///
    /// Example: `corsynth validate --level unused-declaration=error --level wildcard-origin=note`
    #[arg(long, value_name = "CODE=LEVEL")]
    pub(crate) level: Vec<String>,

    /// The configuration, instead of the nearest `corsynth.toml`
    ///
    /// Without it, the first `corsynth.toml` in the intent's directory or above it counts, up to the root of the
    /// repository.
    ///
    /// Example: `corsynth validate --config policy/corsynth.toml`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The day on which waivers are judged, `YYYY-MM-DD`; today in UTC when left out
    ///
    /// Example: `corsynth validate --today 2027-01-01`
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) today: Option<Date>,
}

fn date(text: &str) -> Result<Date, String> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| "expected `YYYY-MM-DD`".to_owned())
}

#[derive(Debug, clap::Args)]
pub(crate) struct InEnvironment {
    /// The environment, where the intent has several
    ///
    /// Example: `corsynth prove --env prod`
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Origins {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth origins web/corsynth.yaml`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    /// How to print the table
    ///
    /// Example: `corsynth origins --output-format markdown`
    #[arg(long, value_enum, default_value_t = TableFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: TableFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// To read
    Human,
    /// Version 1 of the JSON format; `corsynth schema` with the command's name prints its schema
    #[value(alias = "json-v1")]
    Json,
    /// Tables for a pull request
    Markdown,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The codes, as findings show them
    ///
    /// Example: `corsynth explain malformed-origin unused-declaration`
    #[arg(value_name = "CODE", required = true)]
    pub(crate) codes: Vec<String>,

    /// How to print the pages
    ///
    /// Example: `corsynth explain null-origin --output-format markdown >> review.md`
    #[arg(long, value_enum, default_value_t = PageFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: PageFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// How to print the list
    ///
    /// Example: `corsynth rules --output-format json | jq -r '.rules[].url'`
    #[arg(long, value_enum, default_value_t = RulesFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: RulesFormat,
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
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines of a pull request
    #[value(name = "github")]
    GitHub,
    /// A Code Quality report, which GitLab shows in a merge request
    #[value(name = "gitlab")]
    GitLab,
    /// JUnit's XML, for CI servers
    #[value(name = "junit")]
    JUnit,
    /// Tables for a comment or the summary of a job
    Markdown,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Fixes {
    /// Those with which the file means the same to whoever wrote it
    Safe,
    /// Guesses at what was meant, too
    All,
}

impl From<Fixes> for Choice {
    fn from(fixes: Fixes) -> Self {
        match fixes {
            Fixes::Safe => Self::Safe,
            Fixes::All => Self::All,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PageFormat {
    /// For a terminal
    Human,
    /// As the pages are written
    Markdown,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RulesFormat {
    /// One line a code, in columns
    Human,
    /// Version 1 of the JSON format; `corsynth schema rules` prints its schema
    #[value(alias = "json-v1")]
    Json,
    /// A table with links
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// One module
    Whole,
    /// Two modules: `bucket` and `cdn`
    Split,
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
    /// What `origins --output-format json` prints
    Origins,
    /// What `rules --output-format json` prints
    Rules,
    /// What `diff --output-format json` prints
    Diff,
    /// What `cost --output-format json` prints
    Cost,
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
