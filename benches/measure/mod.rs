//! Whole processes, timed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Medians of `runs` runs of each named command. Runs alternate, so that a slow moment hits all of them alike.
pub(crate) fn medians(runs: usize, commands: &[(&str, Vec<String>)]) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(runs); commands.len()];
    for _ in 0..runs {
        for ((_, command), times) in commands.iter().zip(&mut times) {
            times.push(time(command));
        }
    }
    times.into_iter().map(median).collect()
}

/// The time of one run, from the start of the process to its end.
fn time(command: &[String]) -> Duration {
    let start = Instant::now();
    let status = quiet(command).status().expect("the program can be started");
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    time
}

/// The command with nothing to read and nobody who listens.
pub(crate) fn quiet(command: &[String]) -> Command {
    let mut quiet = Command::new(&command[0]);
    quiet.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A command, ready to be run.
pub(crate) fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
