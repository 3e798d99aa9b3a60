//! What each word of `use` and each upload client really needs. Documented as a table in `docs/intent.md`.
//!
//! A preset lists CORS-unsafe request headers only: a header that browsers safelist needs no allowance while its
//! value is plain. <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>

use super::raw::{Client, How, Use};

/// What a preset brings to a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Methods.
    pub methods: &'static [&'static str],
    /// Request headers, lower case; one `*` possible.
    pub request_headers: &'static [&'static str],
    /// Response headers to expose, as the service spells them.
    pub expose: &'static [&'static str],
    /// Why, in a sentence.
    pub because: &'static str,
}

/// `HEAD` is not implied by `GET` in a bucket rule, so every read preset names both.
const READ: &[&str] = &["GET", "HEAD"];

/// Checksums that S3 stores with an object and answers an upload with.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
const SDK_RESPONSE_HEADERS: &[&str] = &[
    "ETag",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-server-side-encryption",
    "x-amz-version-id",
];

impl Use {
    /// What this use needs.
    pub fn preset(self) -> Preset {
        let (request_headers, expose, because): (&[_], &[_], _) = match self {
            Self::Fonts => (&[], &[], "`@font-face` fetches in CORS mode, without credentials and without a preflight"),
            Self::Modules => (&[], &[], "module scripts fetch in CORS mode, without a preflight"),
            Self::Images => (&[], &[], "an image with `crossorigin` is a plain `GET`; nothing else of it is readable"),
            Self::Media => (
                &["range"],
                &["Accept-Ranges", "Content-Range"],
                "seeking asks for ranges; a range without an explicit start is not safelisted",
            ),
            Self::Hls => (
                &["range"],
                &["Accept-Ranges", "Age", "Content-Range", "Date"],
                "players fetch byte ranges, and read `Age` and `Date` to tell how live a playlist is",
            ),
            Self::Fetch => (&[], &["ETag"], "scripts compare versions by `ETag`"),
            Self::Range => (
                &["if-range", "range"],
                &["Accept-Ranges", "Content-Range", "ETag"],
                "readers of parts ask with `Range` and `If-Range`, and place what they get by `Content-Range`",
            ),
        };
        Preset { methods: READ, request_headers, expose, because }
    }
}

/// What an upload needs; `None` when the client does not do that kind of upload.
pub fn upload(how: How, client: Client) -> Option<Preset> {
    let sdk_headers: &[&str] =
        &["amz-sdk-invocation-id", "amz-sdk-request", "authorization", "content-md5", "content-type", "x-amz-*"];
    let (methods, request_headers, expose, because): (&[_], &[_], &[_], _) = match (client, how) {
        (Client::BrowserFetch, How::PresignedPost) => (
            &["POST"],
            &[],
            &["ETag", "Location"],
            "a form is sent without a preflight; S3 answers with the object's `ETag` and `Location`",
        ),
        (Client::BrowserFetch, How::PresignedPut | How::Multipart) => (
            &["PUT"],
            &["content-type"],
            &["ETag"],
            "a `Blob` with a type sends `Content-Type`; completing a multipart upload needs the `ETag` of every part",
        ),
        // https://uppy.io/docs/aws-s3/ : parts and forms are signed by a server, or with temporary credentials.
        (Client::Uppy, How::PresignedPost) => {
            (&["POST"], &[], &["ETag", "Location"], "Uppy reads the object's URL from `Location`")
        }
        (Client::Uppy, How::PresignedPut | How::Multipart) => (
            &["PUT"],
            &["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
            &["ETag", "Location"],
            "Uppy reads `ETag` and `Location`, and may sign in the page with temporary credentials",
        ),
        // https://guides.rubyonrails.org/active_storage_overview.html#cross-origin-resource-sharing-cors-configuration
        (Client::RailsActiveStorage, How::PresignedPut) => (
            &["PUT"],
            &["content-disposition", "content-md5", "content-type"],
            &[],
            "Active Storage signs `Content-Type`, `Content-MD5` and `Content-Disposition`",
        ),
        // Dropzone sets these three on every request: https://docs.dropzone.dev/configuration/basics/configuration-options
        (Client::Dropzone, How::PresignedPost) => (
            &["POST"],
            &["cache-control", "x-requested-with"],
            &["ETag", "Location"],
            "Dropzone sends `Cache-Control` and `X-Requested-With` with every file",
        ),
        (Client::Dropzone, How::PresignedPut) => (
            &["PUT"],
            &["cache-control", "content-type", "x-requested-with"],
            &["ETag"],
            "Dropzone sends `Cache-Control` and `X-Requested-With` with every file",
        ),
        // The SDK signs in the page. Since v3.729 it sends checksums with every upload and asks for them with
        // every download. https://github.com/aws/aws-sdk-js-v3/issues/6810
        (Client::AwsSdkJsV3, How::PresignedPut) => {
            (&["PUT"], sdk_headers, SDK_RESPONSE_HEADERS, "the SDK signs in the page and sends checksums as `x-amz-*`")
        }
        (Client::AwsSdkJsV3, How::Multipart) => (
            &["GET", "HEAD", "POST", "PUT", "DELETE"],
            sdk_headers,
            SDK_RESPONSE_HEADERS,
            "a managed upload begins and completes with `POST`, lists with `GET` and aborts with `DELETE`",
        ),
        // https://docs.amplify.aws/javascript/build-a-backend/storage/existing-storage/
        (Client::Amplify, How::PresignedPut | How::Multipart) => (
            &["GET", "HEAD", "POST", "PUT", "DELETE"],
            &[
                "amz-sdk-invocation-id",
                "amz-sdk-request",
                "authorization",
                "cache-control",
                "content-disposition",
                "content-encoding",
                "content-md5",
                "content-type",
                "x-amz-*",
            ],
            SDK_RESPONSE_HEADERS,
            "Amplify Storage uploads, downloads, lists and removes with credentials in the page",
        ),
        (Client::RailsActiveStorage, How::PresignedPost | How::Multipart)
        | (Client::Dropzone, How::Multipart)
        | (Client::AwsSdkJsV3 | Client::Amplify, How::PresignedPost) => return None,
    };
    Some(Preset { methods, request_headers, expose, because })
}
