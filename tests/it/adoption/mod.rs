//! A team moves to corsynth, and renames things afterwards: nothing is destroyed.

mod pages;
mod plans;
mod renames;
