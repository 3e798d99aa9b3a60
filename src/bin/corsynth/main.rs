//! The command-line program: arguments in, an exit code out. Everything else has a module of its own.

mod args;
mod commands;
mod exit;
mod guard;
mod io;
mod output;
mod parallel;
mod settings;

use args::{Args, Command};
use exit::Exit;
use guard::guard;
use io::Terminal;
use std::process::ExitCode;

fn main() -> ExitCode {
    guard(run).into()
}

fn run() -> Exit {
    io::outlive_file_size_limit();
    let arguments = io::arguments();
    let args = match Args::read(&arguments) {
        Ok(args) => args,
        Err(message) => return io::show_usage(&message, args::color_of(&arguments)),
    };
    let terminal = Terminal::new(args.color);
    let done = match &args.command {
        Command::Init(args) => commands::init::run(args, &terminal),
        Command::Validate(args) => commands::validate::run(args, &terminal),
        Command::Origins(args) => commands::origins::run(args, &terminal),
        Command::Emit(args) => commands::emit::run(args, &terminal),
        Command::Simulate(args) => commands::simulate::run(args, &terminal),
        Command::Prove(args) => commands::prove::run(args, &terminal),
        Command::Test(args) => commands::test::run(args, &terminal),
        Command::Report(args) => commands::report::run(args, &terminal),
        Command::Explain(args) => commands::explain::run(args, &terminal),
        Command::Rules(args) => commands::rules::run(args, &terminal),
        Command::Diff(args) => commands::diff::run(args, &terminal),
        Command::Cost(args) => commands::cost::run(args, &terminal),
        Command::Schema(args) => commands::schema::run(args, &terminal),
        Command::Completions(args) => commands::completions::run(args, &terminal),
        Command::Man(args) => commands::man::run(args, &terminal),
    };
    done.unwrap_or_else(|failure| terminal.fail(&failure))
}
