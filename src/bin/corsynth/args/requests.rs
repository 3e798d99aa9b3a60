//! The commands that ask requests, as they are typed.

use super::InEnvironment;
use clap::ValueEnum;
use corsynth::simulate::words::Words;
use corsynth::simulate::{CredentialsMode, Door};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Simulate {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth simulate web/corsynth.yaml --origin https://www.acme.com --url static:/a.woff2`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml", conflicts_with = "artifacts")]
    pub(crate) file: PathBuf,

    /// Ask these artifacts instead: a file, a directory, or `-` for stdin
    ///
    /// A Terraform module, the output of `terraform show -json`, a CloudFormation template, payloads for the AWS
    /// CLI, or a bucket's CORS rules alone. What is not understood is told as a warning.
    ///
    /// Example: `corsynth simulate --artifacts infra/cors --origin https://www.acme.com --url static:/a.woff2`
    #[arg(long, value_name = "PATH")]
    pub(crate) artifacts: Option<PathBuf>,

    /// The page's origin: `scheme://host[:port]`, or `null`
    ///
    /// With --raw it is the `Origin` header, and may be left out.
    ///
    /// Example: `corsynth simulate --origin http://localhost:5173 --url media:/logo.png`
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) origin: Option<String>,

    /// The method
    ///
    /// Example: `corsynth simulate --method PUT --origin https://editor.acme.com --url media:/new.jpg --via s3`
    #[arg(long, default_value = "GET", allow_hyphen_values = true)]
    pub(crate) method: String,

    /// What is asked for: `ASSET:/PATH`, or a whole URL
    ///
    /// The host of a whole URL is an alias of the distribution, or the bucket's regional host. To a bucket's CORS
    /// rules alone, every name is good.
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url http://static.acme.com/a.woff2`
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: String,

    /// A header that the page sets; may be repeated
    ///
    /// Without a value it has one that is not safelisted. With --raw it goes as it stands.
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url static:/a.mp4 --header 'Range: bytes=0-9'`
    #[arg(long, value_name = "NAME[: VALUE]", allow_hyphen_values = true)]
    pub(crate) header: Vec<String>,

    /// The credentials mode of the request
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url static:/data.json --credentials include`
    #[arg(long, value_enum, default_value_t = Credentials::SameOrigin, value_name = "MODE")]
    pub(crate) credentials: Credentials,

    /// An earlier request, whose answer may be in the cache; may be repeated, oldest first
    ///
    /// `METHOD URL [origin=ORIGIN] [NAME=VALUE…] [same-browser]`: another visitor's, unless it says `same-browser`.
    /// A value with spaces stands in double quotes.
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url static:/logo.svg --given 'GET static:/logo.svg'`
    #[arg(long, value_name = "REQUEST", allow_hyphen_values = true)]
    pub(crate) given: Vec<String>,

    /// Settles what AWS has not documented; may be repeated
    ///
    /// Without it, all readings that have a say are tried. A wrong name lists all.
    ///
    /// Example: `corsynth simulate --origin https://a.b.acme.com --url static:/a.woff2 --reading policy-wildcard=one-label`
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) reading: Vec<String>,

    /// Send the request as it stands, without a preflight and without caches of the browser
    ///
    /// Example: `corsynth simulate --raw --method OPTIONS --url media:/a.jpg --header 'Access-Control-Request-Method: PUT' --origin https://www.acme.com`
    #[arg(long)]
    pub(crate) raw: bool,

    /// Set the use-CORS-preflight flag, as an upload listener or a stream for a body does
    ///
    /// Example: `corsynth simulate --preflight --method POST --origin https://editor.acme.com --url media:/ --via s3`
    #[arg(long)]
    pub(crate) preflight: bool,

    /// The object does not exist
    ///
    /// Example: `corsynth simulate --missing --origin https://www.acme.com --url static:/gone.woff2`
    #[arg(long)]
    pub(crate) missing: bool,

    /// The door through which the request goes
    ///
    /// Without it, the distribution where there is one. `other-distribution` is somebody else's, with the bucket as
    /// its origin.
    ///
    /// Example: `corsynth simulate --via s3 --method PUT --origin https://editor.acme.com --url media:/new.jpg`
    #[arg(long, value_enum)]
    pub(crate) via: Option<Via>,

    /// The number of the bucket's CORS rule that S3 gets first, from 1
    ///
    /// S3 takes the first rule that matches, and Terraform keeps no order of them. Without it, the order of the file.
    ///
    /// Example: `corsynth simulate --artifacts infra --first-rule 2 --origin https://www.acme.com --url static:/a.woff2`
    #[arg(long, value_name = "NUMBER")]
    pub(crate) first_rule: Option<usize>,

    #[command(flatten)]
    pub(crate) environment: InEnvironment,

    /// How to print the answer
    ///
    /// Example: `corsynth simulate --origin https://www.acme.com --url static:/a.woff2 --output-format json`
    #[arg(long, value_enum, default_value_t = SimulationFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: SimulationFormat,
}

impl Simulate {
    /// The scenario, in words.
    pub(crate) fn words(&self) -> Words {
        Words {
            origin: self.origin.clone(),
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.header.clone(),
            credentials: self.credentials.into(),
            given: self.given.clone(),
            raw: self.raw,
            preflight: self.preflight,
            missing: self.missing,
            via: self.via.map(Into::into),
            first_rule: self.first_rule,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Prove {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth prove web/corsynth.yaml`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    /// Judge these artifacts instead of what the intent compiles to: a file, a directory, or `-` for stdin
    ///
    /// A Terraform module, the output of `terraform show -json`, a CloudFormation template, payloads for the AWS
    /// CLI, or a bucket's CORS rules alone. What is not understood is told, and then nothing is proved.
    ///
    /// Example: `corsynth prove --artifacts infra/cors`
    #[arg(long, value_name = "PATH")]
    pub(crate) artifacts: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) environment: InEnvironment,

    /// How to print what was found
    ///
    /// Example: `corsynth prove --output-format json | jq -r '.counterexamples[].replay'`
    #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: ReportFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// The intent, or `-` for stdin
    ///
    /// Example: `corsynth test web/corsynth.yaml`
    #[arg(value_name = "FILE|-", default_value = "corsynth.yaml")]
    pub(crate) file: PathBuf,

    /// Print the expectations for another tool instead, with the answers that were computed for them
    ///
    /// Nothing is printed unless all of them hold.
    ///
    /// Example: `corsynth test --export curl > check-deployed.sh`
    #[arg(long, value_enum, value_name = "TOOL")]
    pub(crate) export: Option<Export>,

    #[command(flatten)]
    pub(crate) environment: InEnvironment,

    /// How to print what became of the expectations
    ///
    /// Example: `corsynth test --output-format json | jq '.failed'`
    #[arg(long, value_enum, default_value_t = ReportFormat::Human, value_name = "FORMAT")]
    pub(crate) output_format: ReportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    /// A script that asks what is deployed
    Curl,
    /// A file for `tests/` of the Terraform module, which `terraform test` runs without an account
    Tftest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Credentials {
    /// No cookies
    Omit,
    /// Cookies to the page's own origin: the default of `fetch()`
    SameOrigin,
    /// Cookies to every origin
    Include,
}

impl From<Credentials> for CredentialsMode {
    fn from(credentials: Credentials) -> Self {
        match credentials {
            Credentials::Omit => Self::Omit,
            Credentials::SameOrigin => Self::SameOrigin,
            Credentials::Include => Self::Include,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// The bucket's own host
    S3,
    /// The distribution
    Cdn,
    /// A distribution of somebody else
    OtherDistribution,
}

impl From<Via> for Door {
    fn from(via: Via) -> Self {
        match via {
            Via::S3 => Self::Bucket,
            Via::Cdn => Self::Distribution,
            Via::OtherDistribution => Self::ForeignDistribution,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SimulationFormat {
    /// To read
    Human,
    /// Version 1 of the JSON format; `corsynth schema simulation` prints its schema
    #[value(alias = "json-v1")]
    Json,
    /// A drawing of the way through browser, CloudFront and S3
    Svg,
}

impl From<SimulationFormat> for ReportFormat {
    /// How what is said beside the answer is printed.
    fn from(format: SimulationFormat) -> Self {
        match format {
            SimulationFormat::Human | SimulationFormat::Svg => Self::Human,
            SimulationFormat::Json => Self::Json,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// To read
    Human,
    /// Version 1 of the JSON format; `corsynth schema` prints its schema
    #[value(alias = "json-v1")]
    Json,
}
