//! What the compiler decides: small intents in, the interesting facts of their plans out; and laws that hold for random
//! intents, judged by an S3 and a CloudFront that know nothing of the compiler.

pub(crate) mod direct;
mod facts;
pub(crate) mod grants;
mod managed;
mod names;
pub(crate) mod s3;
mod through_cdn;
mod wide_patterns;
