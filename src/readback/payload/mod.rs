//! The structures of the S3, CloudFront and IAM APIs, as the AWS CLI and CloudFormation spell them.

mod contract;
mod cors;
mod distribution;
mod members;
mod policies;
mod statements;

pub(super) use contract::contract;
pub(super) use cors::{cors_configuration, cors_rules};
pub(super) use distribution::{BucketOrigin, Config, Uses, behavior, distribution, front};
pub(super) use members::{Known, Members, Spelling, text};
pub(super) use policies::{
    Policies, cache_policy, function, origin_access_control, origin_request_policy, response_headers_policy,
};
pub(super) use statements::{OwnNames, Owner, statements};
