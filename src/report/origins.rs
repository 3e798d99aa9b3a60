//! The origins of every frontend, side by side for all environments. JSON is version 1: `schemas/origins.v1.schema.json`
//! is the contract.

use super::json::pretty;
use super::printable::printable;
use crate::compile::Compiled;
use crate::intent::Intent;
use serde::Serialize;

/// What stands for the origins of a frontend that an environment does not have.
const NONE: &str = "-";

/// Who may be granted something, by environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginTable {
    /// The environments; none when the intent has none, and then each row has one cell.
    environments: Vec<String>,
    rows: Vec<Row>,
}

/// A frontend.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    frontend: String,
    /// Its origins in each environment; `None` where it is kept from it.
    cells: Vec<Option<Vec<String>>>,
}

impl OriginTable {
    /// The table of an intent; `None` when it has errors in one of its environments.
    pub fn of(compiled: &[Compiled]) -> Option<Self> {
        let intents: Vec<&Intent> = compiled.iter().map(|one| one.intent.as_ref()).collect::<Option<_>>()?;
        let mut ids: Vec<&str> = Vec::new();
        for frontend in intents.iter().flat_map(|intent| intent.frontends.iter().chain(&intent.withheld)) {
            if !ids.contains(&frontend.id.value.as_str()) {
                ids.push(&frontend.id.value);
            }
        }
        let row = |id: &str| Row {
            frontend: id.to_owned(),
            cells: intents.iter().map(|intent| origins(intent, id)).collect(),
        };
        let mut rows: Vec<Row> = ids.iter().map(|id| row(id)).collect();
        let public =
            |intent: &&Intent| intent.grants.iter().any(|grant| grant.frontends.iter().any(|id| id == "anyone"));
        if intents.iter().any(public) {
            let cell = |intent: &&Intent| public(intent).then(|| vec!["*".to_owned()]);
            rows.push(Row { frontend: "anyone".to_owned(), cells: intents.iter().map(cell).collect() });
        }
        let environments = compiled.iter().filter_map(|one| one.environment.clone()).collect();
        Some(Self { environments, rows })
    }

    /// The heads of the columns.
    fn heads(&self) -> Vec<String> {
        let names = if self.environments.is_empty() { vec!["origins".to_owned()] } else { self.environments.clone() };
        std::iter::once("frontend".to_owned()).chain(names).collect()
    }
}

fn origins(intent: &Intent, id: &str) -> Option<Vec<String>> {
    let frontend = intent.frontends.iter().find(|frontend| frontend.id.value == id)?;
    Some(frontend.origins.iter().map(|origin| origin.value.to_string()).collect())
}

/// The table in columns, one origin a line.
pub fn origins_human(table: &OriginTable) -> String {
    let mut lines: Vec<Vec<String>> = vec![table.heads()];
    for row in &table.rows {
        let height = row.cells.iter().flatten().map(Vec::len).max().unwrap_or_default().max(1);
        for line in 0..height {
            let cell = |cell: &Option<Vec<String>>| match cell {
                Some(origins) => origins.get(line).cloned().unwrap_or_default(),
                None if line == 0 => NONE.to_owned(),
                None => String::new(),
            };
            let first = if line == 0 { row.frontend.clone() } else { String::new() };
            lines.push(std::iter::once(first).chain(row.cells.iter().map(cell)).collect());
        }
    }
    let columns = table.heads().len();
    let width =
        |column: usize| lines.iter().filter_map(|line| Some(line.get(column)?.chars().count())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let cells: Vec<_> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        out.push_str(printable(cells.join("  ").trim_end()).as_ref());
        out.push('\n');
    }
    out
}

/// The table in Markdown. Ids and origins hold nothing that Markdown takes for its own inside a code span.
pub fn origins_markdown(table: &OriginTable) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads = table.heads();
    let mut out = row(&heads) + &row(&vec!["---".to_owned(); heads.len()]);
    for Row { frontend, cells } in &table.rows {
        let cell = |cell: &Option<Vec<String>>| match cell {
            Some(origins) => origins.iter().map(|origin| format!("`{origin}`")).collect::<Vec<_>>().join("<br>"),
            None => NONE.to_owned(),
        };
        let cells: Vec<String> = std::iter::once(format!("`{frontend}`")).chain(cells.iter().map(cell)).collect();
        out.push_str(&row(&cells));
    }
    out
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    environments: &'a [String],
    frontends: Vec<Frontend<'a>>,
}

#[derive(Serialize)]
struct Frontend<'a> {
    frontend: &'a str,
    origins: &'a [Option<Vec<String>>],
}

/// The table as JSON, with a newline at its end.
pub fn origins_json(table: &OriginTable) -> String {
    let frontends = table.rows.iter().map(|row| Frontend { frontend: &row.frontend, origins: &row.cells }).collect();
    let document = Document { version: 1, environments: &table.environments, frontends };
    pretty(&document)
}
