//! What the compiler decides: small intents in, the interesting facts of their plans out.

mod direct;
mod grants;
mod s3;
mod through_cdn;
