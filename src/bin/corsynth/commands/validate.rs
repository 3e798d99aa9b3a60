//! `corsynth validate`: checks files, mends them, or checks them again with every change.

use super::{check, fix, watch};
use crate::args::Validate;
use crate::exit::{Exit, Failure};
use crate::io::Terminal;

pub(crate) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.watch {
        watch::run(args, terminal)
    } else if args.fix.is_some() || args.diff {
        fix::run(args, terminal)
    } else {
        check::run(args, terminal)
    }
}
