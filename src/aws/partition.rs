//! AWS partitions, told by the region's name.
//!
//! Source: botocore's `endpoints.json` (1.43).

/// A partition: a group of regions with its own accounts and ARNs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// `aws`
    Aws,
    /// `aws-cn`: CloudFront is a separate service there; what it offers is UNCONFIRMED.
    AwsCn,
    /// `aws-us-gov`: no CloudFront.
    AwsUsGov,
    /// `aws-iso*` and `aws-eusc`: no CloudFront.
    Isolated,
}

impl Partition {
    /// The partition of a region such as `eu-west-1`.
    pub fn of_region(region: &str) -> Self {
        let prefix = |p: &str| region.starts_with(p);
        if prefix("cn-") {
            Self::AwsCn
        } else if prefix("us-gov-") {
            Self::AwsUsGov
        } else if prefix("us-iso") || prefix("eu-isoe-") || prefix("eusc-") {
            Self::Isolated
        } else {
            Self::Aws
        }
    }

    /// The second field of an ARN.
    pub fn arn(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::Isolated => "aws-iso",
        }
    }

    /// The suffix of S3's host names.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::AwsCn => "amazonaws.com.cn",
            Self::Aws | Self::AwsUsGov | Self::Isolated => "amazonaws.com",
        }
    }
}
