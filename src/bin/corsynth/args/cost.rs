//! The command that counts, as it is typed.

use super::{InEnvironment, TableFormat};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Cost {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth cost web/corsynth.yaml`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) environment: InEnvironment,

    /// How many requests viewers make in a month: what a function that runs on each would cost
    ///
    /// Example: `corsynth cost --requests 50000000`
    #[arg(long, value_name = "NUMBER")]
    pub(crate) requests: Option<u64>,

    /// How to print the report
    ///
    /// Example: `corsynth cost --output-format markdown`
    #[arg(long, value_enum, default_value_t = TableFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: TableFormat,
}
