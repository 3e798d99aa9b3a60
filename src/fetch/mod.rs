//! Words of the Fetch standard: origins, methods, header names. No AWS and no intent here.
//!
//! <https://fetch.spec.whatwg.org/>

pub mod header;
pub mod method;
pub mod origin;

pub use header::{HeaderName, HeaderPattern};
pub use method::Method;
pub use origin::OriginPattern;
