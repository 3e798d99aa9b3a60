//! Words of the S3, CloudFront and IAM APIs as plain data: types, managed policies, quotas, partitions.
//!
//! No algorithms and no knowledge of intents. Every fact names its source.

pub mod cloudfront;
pub mod iam;
pub mod managed;
pub mod partition;
pub mod prices;
pub mod quotas;
pub mod s3;
