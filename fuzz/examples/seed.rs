//! Writes the seeds of all targets, and what once failed, to `fuzz/corpus/TARGET/`, where cargo-fuzz begins.

use corsynth_fuzz::{seeds, targets::TARGETS};
use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    for (target, _) in TARGETS {
        let corpus = here.join("corpus").join(target);
        fs::create_dir_all(&corpus)?;
        let failed = seeds::regressions(target, root).into_iter().map(|(_, bytes)| bytes);
        for (number, bytes) in seeds::of(target, root).into_iter().chain(failed).enumerate() {
            fs::write(corpus.join(format!("seed-{number:04}")), bytes)?;
        }
    }
    Ok(())
}
