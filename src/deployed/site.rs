//! Where an artifact says something. It travels with what was said, and counts for nothing when things are compared:
//! two artifacts that say the same are equal.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// Where an artifact says something, when that is known.
#[derive(Clone, Default)]
pub struct Site(Option<Arc<Spot>>);

/// A place in artifacts, as the one who read them can tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Bytes of a file.
    Text {
        /// The file's path.
        path: String,
        /// Offset of the first byte.
        start: usize,
        /// Offset behind the last byte.
        end: usize,
    },
    /// A part of a resource of Terraform.
    Resource {
        /// The resource's address.
        address: String,
        /// Blocks or members inside, outermost first: a name, and which of that name.
        steps: Vec<(String, usize)>,
    },
}

impl Site {
    /// Bytes of a file.
    pub fn text(path: &str, start: usize, end: usize) -> Self {
        Self(Some(Arc::new(Spot::Text { path: path.to_owned(), start, end })))
    }

    /// A part of a resource of Terraform.
    pub fn resource(address: &str, steps: Vec<(String, usize)>) -> Self {
        Self(Some(Arc::new(Spot::Resource { address: address.to_owned(), steps })))
    }

    /// The place; `None` for what no artifact says.
    pub fn spot(&self) -> Option<&Spot> {
        self.0.as_deref()
    }

    /// Whether an artifact says it.
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }
}

impl PartialEq for Site {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Site {}

impl PartialOrd for Site {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Site {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site")
    }
}
