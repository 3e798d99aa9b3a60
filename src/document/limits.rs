//! How much of everything a document may have. Far beyond what people write, and small enough that no input takes
//! noticeable time or memory.

/// Bytes of a file: 8 MiB. `CloudFormation`, the largest of our readers, stops at 1 MB.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Lists and mappings inside one another, those that an alias brings along included.
pub const MAX_DEPTH: usize = 128;

/// Values and keys of a document. An alias counts as all that it stands for, and a value with an anchor counts
/// twice: once where it stands, once as the copy that its aliases take.
pub const MAX_NODES: usize = 500_000;

/// Bytes of text that anchors and aliases may copy.
pub const MAX_COPIED_BYTES: usize = MAX_BYTES;

/// Findings of one code that are shown; the rest is counted.
pub const MAX_FINDINGS_OF_A_CODE: usize = 20;
