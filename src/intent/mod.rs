//! What the user means: `Document` to [`raw::RawIntent`] (as written) to [`Intent`] (as meant).

pub mod decode;
pub mod raw;
#[cfg(test)]
mod schema;
