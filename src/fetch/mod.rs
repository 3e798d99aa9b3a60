//! Words of the Fetch standard: origins, methods, headers; and who owns the host of an origin. No AWS API and no intent
//! here.
//!
//! <https://fetch.spec.whatwg.org/>

pub mod header;
pub mod host;
pub mod http;
pub mod method;
pub mod origin;
pub mod wildcard;

pub use header::{HeaderName, HeaderPattern};
pub use http::{CredentialsMode, HeaderList};
pub use method::Method;
pub use origin::OriginPattern;
pub use wildcard::{WildcardRisk, WildcardTrouble};
