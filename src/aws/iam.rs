//! Statements that let CloudFront use a bucket or a key.

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementResource {
    /// `arn:PARTITION:s3:::BUCKET/*`
    Objects,
    /// `arn:PARTITION:s3:::BUCKET`
    Bucket,
    /// `*` in a key's own policy: that key.
    Key,
}

/// An `Allow` statement for the service `cloudfront.amazonaws.com`, limited by `StringEquals` on
/// `AWS:SourceArn` to the asset's own distributions. There is no way to say it without that condition:
/// without it anybody's distribution could read the bucket.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudFrontStatement {
    /// `Sid`, letters and digits, unique in its policy.
    pub sid: String,
    /// `Action`, sorted.
    pub actions: Vec<String>,
    /// `Resource`.
    pub resource: StatementResource,
}
