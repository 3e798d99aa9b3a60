//! A team moves to corsynth, and renames things afterwards: nothing is destroyed.

mod renames;
