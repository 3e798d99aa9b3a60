//! AWS partitions, told by the region's name.
//!
//! Source: `endpoints.json` of botocore (1.43): `partition`, `dnsSuffix` and `regionRegex` of each.
//! <https://github.com/boto/botocore/blob/develop/botocore/data/endpoints.json>

/// A partition: a group of regions with its own accounts and ARNs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    /// `aws`
    Aws,
    /// `aws-cn`: CloudFront is a separate service there; what it offers is UNCONFIRMED.
    AwsCn,
    /// `aws-us-gov`: no CloudFront of its own; that of `aws` is outside its boundary.
    /// <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/setting-up-credentials.html>
    AwsUsGov,
    /// `aws-iso`: no CloudFront, like the three that follow.
    AwsIso,
    /// `aws-iso-b`
    AwsIsoB,
    /// `aws-iso-e`
    AwsIsoE,
    /// `aws-iso-f`
    AwsIsoF,
    /// `aws-eusc`: has CloudFront since a release of the SDKs of 2026, and what it offers there is UNCONFIRMED.
    /// <https://github.com/aws/aws-sdk-cpp/releases/tag/1.11.936>
    AwsEusc,
}

impl Partition {
    /// The partition of a region such as `eu-west-1`.
    pub fn of_region(region: &str) -> Self {
        let starts = [
            ("cn-", Self::AwsCn),
            ("us-gov-", Self::AwsUsGov),
            ("us-iso-", Self::AwsIso),
            ("us-isob-", Self::AwsIsoB),
            ("eu-isoe-", Self::AwsIsoE),
            ("us-isof-", Self::AwsIsoF),
            ("eusc-", Self::AwsEusc),
        ];
        starts.into_iter().find(|(start, _)| region.starts_with(start)).map_or(Self::Aws, |(_, partition)| partition)
    }

    /// The second field of an ARN.
    pub fn arn(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsIso => "aws-iso",
            Self::AwsIsoB => "aws-iso-b",
            Self::AwsIsoE => "aws-iso-e",
            Self::AwsIsoF => "aws-iso-f",
            Self::AwsEusc => "aws-eusc",
        }
    }

    /// The partition with this name in ARNs.
    pub fn of_arn(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|partition| partition.arn() == name)
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
        Self::AwsEusc,
    ];

    /// The suffix of S3's host names.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
            Self::AwsIso => "c2s.ic.gov",
            Self::AwsIsoB => "sc2s.sgov.gov",
            Self::AwsIsoE => "cloud.adc-e.uk",
            Self::AwsIsoF => "csp.hci.ic.gov",
            Self::AwsEusc => "amazonaws.eu",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn a_region_tells_its_partition() {
        for (region, arn, dns_suffix) in [
            ("eu-west-1", "aws", "amazonaws.com"),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
            ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
            ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ] {
            let partition = Partition::of_region(region);
            assert_eq!((partition.arn(), partition.dns_suffix()), (arn, dns_suffix), "{region}");
            assert_eq!(Partition::of_arn(arn), Some(partition));
        }
    }
}
