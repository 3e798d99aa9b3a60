//! The simulator against recorded answers, and against other people's servers.

mod s3_access;
mod s3_cases;
mod s3_engines;
mod s3_generator;
mod s3_oracle;
