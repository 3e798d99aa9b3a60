//! `corsynth schema`: the contracts that ship with the program.

use crate::args::{SchemaArgs, SchemaOf};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;

const INTENT: &str = include_str!("../../../../schemas/intent.v1.schema.json");
const FINDINGS: &str = include_str!("../../../../schemas/diagnostics.v1.schema.json");
const SIMULATION: &str = include_str!("../../../../schemas/simulation.v1.schema.json");
const EXPECTATIONS: &str = include_str!("../../../../schemas/expectations.v1.schema.json");
const PROOF: &str = include_str!("../../../../schemas/proof.v1.schema.json");
const ORIGINS: &str = include_str!("../../../../schemas/origins.v1.schema.json");
const RULES: &str = include_str!("../../../../schemas/rules.v1.schema.json");
const DIFF: &str = include_str!("../../../../schemas/diff.v1.schema.json");
const COST: &str = include_str!("../../../../schemas/cost.v1.schema.json");

pub(crate) fn run(args: &SchemaArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    terminal.data(match args.of {
        SchemaOf::Intent => INTENT,
        SchemaOf::Findings => FINDINGS,
        SchemaOf::Simulation => SIMULATION,
        SchemaOf::Expectations => EXPECTATIONS,
        SchemaOf::Proof => PROOF,
        SchemaOf::Origins => ORIGINS,
        SchemaOf::Rules => RULES,
        SchemaOf::Diff => DIFF,
        SchemaOf::Cost => COST,
    })?;
    Ok(Exit::Fine)
}
