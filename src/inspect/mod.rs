//! Artifacts to findings: files come in, and for each of them what is wrong with it.
//!
//! What cannot be read is a finding, too, as is what nobody here understands.

pub mod codes;
mod reading;

use crate::diagnostic::{Diagnostic, Policy};
use crate::lint::deployed::{Artifacts, Findings, check};
use crate::outline::Outline;
use crate::readback::{self, File, Format};
use crate::source::SourceFile;

/// A file with its findings.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// The file.
    pub source: SourceFile,
    /// The findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

/// What was found in one artifact set.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What the files are; `None` when they cannot be read.
    pub format: Option<Format>,
    /// The files, in their order.
    pub files: Vec<Inspected>,
}

/// Inspects the files of one artifact set. The policy says what becomes of findings.
pub fn inspect(files: &[File], policy: &Policy) -> Inspection {
    let outline = Outline::of(files.iter().map(|file| (file.path.as_str(), file.text.as_str())));
    let mut findings = Findings::new(files.len(), policy);
    for (file, source) in outline.sources().enumerate() {
        findings.read_comments(file, source);
    }
    let format = match readback::read(files) {
        Ok(read) => {
            reading::notice(&mut findings, &outline, &read);
            let artifacts = Artifacts {
                deployed: &read.deployed,
                policies: &read.policies,
                is_whole: read.is_whole(),
                outline: &outline,
            };
            check(&mut findings, &artifacts);
            findings.unused();
            Some(read.format)
        }
        Err(unreadable) => {
            reading::explain(&mut findings, &outline, &unreadable);
            None
        }
    };
    let of_files = outline.sources().zip(findings.into_sorted());
    let files = of_files.map(|(source, found)| {
        let diagnostics = found
            .into_iter()
            .map(|finding| Diagnostic { fix: finding.fix.and_then(|fix| fix.written_into(source)), ..finding });
        Inspected { source: source.clone(), diagnostics: diagnostics.collect() }
    });
    Inspection { format, files: files.collect() }
}
