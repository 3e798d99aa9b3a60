//! The shipped examples, proved through every format that they are emitted in.

use crate::examples::compile_last;
use crate::support::project;
use corsynth::prove::prove;
use corsynth::readback::{self, File};
use corsynth::render::{Stamp, Target, can_say, render};

#[test]
fn every_example_is_proved_through_every_format() {
    for entry in std::fs::read_dir(project("examples")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(path.join("corsynth.yaml")).unwrap();
        let name = path.display().to_string();
        let compiled = compile_last(&name, bytes.clone());
        let (intent, plan) = (compiled.intent.unwrap(), compiled.plan.unwrap());
        for target in Target::ALL.into_iter().filter(|target| can_say(&plan, *target)) {
            let artifacts = render(&plan, target, &Stamp::new("corsynth.yaml", &bytes));
            let files: Vec<File> = artifacts.into_iter().map(|a| File { path: a.path, text: a.contents }).collect();
            let read = readback::read(&files).unwrap_or_else(|e| panic!("{name} {target:?}: {e:?}"));
            assert_eq!(read.unknowns, [], "{name} {target:?}");
            let proof = prove(&intent, &read.deployed);
            assert!(proof.is_proved(), "{name} as {target:?}: {proof:#?}");
            assert!(proof.request_classes >= 10, "{name} as {target:?}: {proof:#?}");
        }
    }
}
