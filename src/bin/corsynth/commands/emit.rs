//! `corsynth emit`: an intent to a document on stdout, or to a directory; or what would change there.

use super::environment;
use super::findings;
use crate::args::{Emit, Layout};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::output::{Comparison, Directory};
use crate::settings::Settings;
use corsynth::compile::{Checked, Compiled, Parsed};
use corsynth::plan::Plan;
use corsynth::readback::{self, File, ReadBack};
use corsynth::render::artifact::LOCK_FILE;
use corsynth::render::{Artifact, Clash, Stamp, Target, can_say, can_split, clashes, render_over, render_split};
use corsynth::report::{counted, printable};
use std::fmt::Write as _;

pub(crate) fn run(args: &Emit, terminal: &Terminal) -> Result<Exit, Failure> {
    // A wrong directory is wrong whatever the intent says.
    args.out.as_deref().map(Directory::new).transpose()?;
    let options = Settings::new(&args.findings.governance, terminal)?.of(&args.file)?.options;
    let input = io::read_intent(&args.file)?;
    let bytes = input.bytes.clone();
    let parsed = Parsed::new(input, &options);
    let mut outputs = Vec::new();
    let mut compiled = Vec::new();
    for environment in environments(args, &parsed)? {
        let output = Output::new(args, environment.as_deref(), &bytes)?;
        let (one, artifacts) = made(parsed.clone().compile(environment.as_deref()), &output)?;
        compiled.push(one);
        outputs.push((output, artifacts));
    }
    let checked = Checked::from(compiled);
    terminal.talk(&findings::of_file((&checked).into(), args.findings.output_format, terminal.styles_talk()));
    if !checked.environments.iter().all(|compiled| compiled.plan.is_some()) {
        findings::hint(checked.diagnostics.iter().map(|finding| finding.code), args.findings.output_format, terminal);
        return Ok(if checked.readable { Exit::Problem } else { Exit::Unusable });
    }
    // JSON has said it already, and what follows it on stderr would not be JSON.
    if talks(args) {
        for choice in &checked.choices {
            terminal.note(&format!("{}: {}", choice.subject, choice.text));
        }
    }
    if args.out.is_none() {
        terminal.data(&document(&outputs))?;
        return Ok(Exit::Fine);
    }
    // What one environment's directory refuses, none is written for.
    for (output, artifacts) in outputs.iter().filter(|_| args.all_envs && !args.check && !args.diff) {
        output.directory.iter().try_for_each(|directory| directory.may_write(output.target, artifacts, args.force))?;
    }
    let mut exit = Exit::Fine;
    for (output, artifacts) in &outputs {
        exit = exit.max(output.put(args, artifacts, terminal)?);
    }
    Ok(exit)
}

/// The environments that are asked for; one without a name of an intent that has none.
fn environments(args: &Emit, parsed: &Parsed) -> Result<Vec<Option<String>>, Failure> {
    let names = parsed.environments();
    if args.all_envs && names.is_empty() {
        return Err(
            Failure::new(format!("`{}` has no environments", io::shown(&args.file))).help("leave `--all-envs` out")
        );
    }
    if args.all_envs {
        return Ok(names.into_iter().map(Some).collect());
    }
    let help = "or all of them with `--all-envs`";
    let chosen = environment::chosen(parsed, &args.file, args.env.as_deref());
    chosen.map(|name| vec![name]).map_err(|failure| if args.env.is_none() { failure.help(help) } else { failure })
}

/// The artifacts of an intent. What is written is read back first, and must grant exactly the intent.
fn made(compiled: Compiled, output: &Output) -> Result<(Compiled, Vec<Artifact>), Failure> {
    let Some(plan) = &compiled.plan else { return Ok((compiled, Vec::new())) };
    refuse_lambda(plan, output.target)?;
    refuse_to_own(plan, output.target)?;
    let earlier = output.directory.as_ref().map(Directory::earlier).transpose()?.unwrap_or_default();
    refuse(&clashes(plan, output.target, &earlier))?;
    let artifacts = match output.layout {
        Layout::Whole => render_over(plan, output.target, &output.stamp, &earlier),
        Layout::Split => {
            refuse_to_split(plan)?;
            render_split(plan, &output.stamp, &earlier)
        }
    };
    Ok((proved_as(compiled, &artifacts)?, artifacts))
}

/// What has only one part.
fn refuse_to_split(plan: &Plan) -> Result<(), Failure> {
    if can_split(plan) {
        return Ok(());
    }
    Err(Failure::new("`--layout split` needs a bucket and a distribution: here is only one of the two")
        .help("leave `--layout` out"))
}

/// What a format cannot make of `manage: own`.
fn refuse_to_own(plan: &Plan, target: Target) -> Result<(), Failure> {
    if can_say(plan, target) {
        return Ok(());
    }
    let failure = if target == Target::CloudFormation {
        let list: Vec<_> = plan.owned_regions().into_iter().map(|region| format!("`{region}`")).collect();
        Failure::new(format!("one stack cannot make buckets in several regions: {}", list.join(", ")))
            .help("use an intent for each region, or `--format terraform`, which makes buckets in all of them")
    } else {
        let what = format!(
            "`manage: own` cannot be emitted as `{}`: a script keeps no state, so it could not tell a bucket that it made \
             from one that was there",
            target.as_str()
        );
        Failure::new(what).help(
            "use `--format terraform` or `--format cloudformation`, or make them otherwise and let the artifacts attach to \
             them: `manage: attach`",
        )
    };
    Err(failure)
}

/// What only Terraform makes.
fn refuse_lambda(plan: &Plan, target: Target) -> Result<(), Failure> {
    if target == Target::Terraform || !plan.has_lambda() {
        return Ok(());
    }
    let what = format!(
        "`readable-errors` cannot be emitted as `{}`: it needs a Lambda@Edge here, which only Terraform makes",
        target.as_str()
    );
    Err(Failure::new(what)
        .help("use `--format terraform`")
        .help(
            "or let the bucket or the server speak, or list all origins, for which a response headers policy is enough",
        )
        .help("or leave `readable-errors` out: to a page, an error is a network error then"))
}

/// What cannot be renamed in one step.
fn refuse(clashes: &[Clash]) -> Result<(), Failure> {
    let each = clashes.iter().map(|one| format!("`{}`, now `{}`, of bucket `{}`", one.from, one.to, one.bucket));
    let each: Vec<_> = each.collect();
    if each.is_empty() {
        return Ok(());
    }
    let message =
        format!("ids that the output has used for other buckets cannot be renamed in one step: {}", each.join(", "));
    Err(Failure::new(message)
        .help("Terraform would delete and write a bucket's CORS configuration in any order, and it could end with none")
        .help("rename in two steps, by way of ids that are not in use: emit and apply after each")
        .help("or, where the earlier output was never applied, remove it first"))
}

/// Whether there is talk beside the findings.
fn talks(args: &Emit) -> bool {
    args.findings.output_format.allows_talk()
}

/// What is made for one environment.
struct Output {
    /// Its name in paths, where all environments are made.
    below: Option<String>,
    directory: Option<Directory>,
    target: Target,
    layout: Layout,
    stamp: Stamp,
}

impl Output {
    fn new(args: &Emit, environment: Option<&str>, bytes: &[u8]) -> Result<Self, Failure> {
        let below = environment.filter(|_| args.all_envs).map(str::to_owned);
        let out = args.out.as_ref().map(|out| below.as_ref().map_or_else(|| out.clone(), |name| out.join(name)));
        let directory = out.as_deref().map(Directory::new).transpose()?;
        if let (Some(directory), Some(out), Some(_)) = (&directory, &args.out, &below) {
            directory.is_below(out)?;
        }
        let intent_path = match &directory {
            Some(directory) if !io::is_stdin(&args.file) => directory.intent_path(&args.file),
            _ => io::shown(&args.file),
        };
        let target = Target::from(args.format);
        if args.layout == Layout::Split && target != Target::Terraform {
            let message = format!("`--layout split` is for Terraform, and not for `{}`", target.as_str());
            return Err(Failure::new(message).help("use `--format terraform`, or leave `--layout` out"));
        }
        Ok(Self { below, directory, target, layout: args.layout, stamp: Stamp::new(intent_path, bytes) })
    }

    /// Writes it to its directory, or compares it with what is there.
    fn put(&self, args: &Emit, artifacts: &[Artifact], terminal: &Terminal) -> Result<Exit, Failure> {
        let Some(directory) = &self.directory else { return Ok(Exit::Internal) };
        if args.check || args.diff {
            return compare(args, directory, self, artifacts, terminal);
        }
        let done = directory.write(self.target, artifacts, args.force, terminal)?;
        if talks(args) {
            terminal.say(&done);
        }
        Ok(Exit::Fine)
    }

    /// A path of an artifact as it is told.
    fn shown(&self, path: &str) -> String {
        self.below.as_ref().map_or_else(|| path.to_owned(), |below| format!("{below}/{path}"))
    }
}

/// The same with the findings about what the artifacts come to.
fn proved_as(compiled: Compiled, artifacts: &[Artifact]) -> Result<Compiled, Failure> {
    let read = read_back(artifacts)?;
    let unknowns: Vec<String> = read.unknowns.iter().map(|u| format!("{}: {}", u.place, u.what)).collect();
    Ok(compiled.verified_with(&read.deployed, &unknowns))
}

/// What AWS holds once artifacts are applied that were just made.
pub(super) fn read_back(artifacts: &[Artifact]) -> Result<ReadBack, Failure> {
    let file = |artifact: &Artifact| File { path: artifact.path.clone(), text: artifact.contents.clone() };
    let files: Vec<File> = artifacts.iter().map(file).collect();
    readback::read(&files).map_err(|unreadable| {
        let message = format!("what was made cannot be read back, {}: {}", unreadable.place, unreadable.message);
        Failure::new(message).help("this is a mistake of corsynth's own: please report it")
    })
}

/// What would change: as a list for `--check`, as a diff for `--diff`, and in the exit code for `--check`.
fn compare(
    args: &Emit,
    directory: &Directory,
    output: &Output,
    artifacts: &[Artifact],
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let comparison = directory.compare(output.target, artifacts)?;
    if let Some(format) = &comparison.other_format {
        terminal.warn(&format!("`{}` holds {format} output", directory.shown()));
    }
    for remark in &comparison.remarks {
        terminal.warn(remark);
    }
    let changes = &comparison.changes;
    if args.diff {
        terminal.diff(&unified_diff(&comparison, output))?;
    } else {
        let mut list = String::new();
        for change in changes {
            // Writing to a string cannot fail.
            let _ = writeln!(list, "{:7} {}", change.kind.as_str(), printable(&output.shown(&change.path)));
        }
        terminal.data(&list)?;
    }
    if talks(args) {
        terminal.say(&match changes.len() {
            0 => format!("`{}` is up to date", directory.shown()),
            count => format!("{} of `{}` would change", counted(count, "file"), directory.shown()),
        });
    }
    Ok(if args.check && !changes.is_empty() { Exit::Problem } else { Exit::Fine })
}

/// One document to read. The lock file speaks of a directory, so it is left out; a file that is then alone
/// stays as it is, and several stand each under a line with its path.
fn document(outputs: &[(Output, Vec<Artifact>)]) -> String {
    let of_one = |(output, artifacts): &'_ (Output, Vec<Artifact>)| {
        let files = artifacts.iter().filter(|artifact| artifact.path != LOCK_FILE);
        files.map(|file| (output.shown(&file.path), file.contents.clone())).collect::<Vec<_>>()
    };
    let files: Vec<_> = outputs.iter().flat_map(of_one).collect();
    if let [(_, contents)] = files.as_slice() {
        return contents.clone();
    }
    let parts: Vec<_> = files.iter().map(|(path, contents)| format!("# ==> {path} <==\n{contents}")).collect();
    parts.join("\n")
}

fn unified_diff(comparison: &Comparison<'_>, output: &Output) -> String {
    let mut out = String::new();
    for change in &comparison.changes {
        let old = String::from_utf8_lossy(&change.old);
        let new = change.new.unwrap_or_default();
        let path = output.shown(&change.path);
        let before = if change.old.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}") };
        let after = if change.new.is_none() { "/dev/null".to_owned() } else { format!("b/{path}") };
        out.push_str(&unified(&old, new, &before, &after));
    }
    out
}

/// What changed between two texts, for `patch`.
pub(super) fn unified(old: &str, new: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().header(before, after).to_string()
}
