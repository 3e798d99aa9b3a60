//! `RawIntent`: the intent file as written, every leaf with its place. `schemas/intent.v1.schema.json` is
//! generated from these types, so their doc comments are what an editor shows on hover.
//!
//! Nothing here is checked beyond its shape; [`super::validate`] does that.

use crate::document::Spanned;
use crate::fetch::CredentialsMode;
use crate::source::Span;

#[cfg(test)]
use schemars::JsonSchema;

/// A named entry of one of the file's maps.
#[derive(Debug, Clone)]
pub(super) struct Named<T> {
    /// The key.
    pub id: Spanned<String>,
    /// What stands under it.
    pub value: T,
}

/// The entries of one of the file's maps, in the order of the file.
#[derive(Debug, Clone)]
pub(super) struct Map<T> {
    /// The entries.
    pub entries: Vec<Named<T>>,
    /// False when something else stands in its place: what the entries would be nobody knows.
    pub is_map: bool,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), is_map: true }
    }
}

impl<T> Map<T> {
    /// The same, where what holds it is itself what it should be.
    pub(super) fn only_if(self, holder_is_map: bool) -> Self {
        Self { is_map: self.is_map && holder_is_map, ..self }
    }
}

/// One value, or a list of values.
#[derive(Debug, Clone)]
pub(super) struct OneOrMany<T>(pub Vec<Spanned<T>>);

/// Who may use which assets from which web pages, and how.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawIntent {
    /// Version of the intent language.
    #[cfg_attr(test, schemars(required, schema_with = "super::schema::version", example = 1))]
    pub version: Option<Spanned<i64>>,
    /// Name of the whole: the stem of every AWS name. Lower case letters, digits and hyphens.
    #[cfg_attr(test, schemars(required, regex(pattern = r"^[a-z][a-z0-9-]{0,39}$"), example = &"acme-static"))]
    pub name: Option<Spanned<String>>,
    /// Who answers for this file: free text, shown in the generated README.
    #[cfg_attr(test, schemars(length(max = 200), example = &"web platform team"))]
    pub owner: Option<Spanned<String>>,
    /// The buckets that hold the assets, and the CDN in front of each.
    #[cfg_attr(test, schemars(extend("minProperties" = 1)))]
    pub assets: Map<RawAsset>,
    /// The web pages that use the assets, as origins.
    #[cfg_attr(test, schemars(default))]
    pub frontends: Map<RawFrontend>,
    /// Who may use what. Nothing is allowed that is not written here.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub allow: Vec<RawGrant>,
    /// Examples of what must be readable and what must be blocked. Nothing is allowed or denied by them.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub expect: Option<Vec<RawExpectation>>,
    /// The environments that this file is compiled for, one at a time. `${env}` and `${VARIABLE}` stand for their values in every text of the file; `$${` is a `${` that stands for itself.
    #[cfg_attr(test, schemars(default, extend("minProperties" = 1)))]
    pub environments: Map<RawEnvironment>,
    /// Rules that hold in the environments that name them; in a file without environments they always do.
    #[cfg_attr(test, schemars(default))]
    pub guardrails: Map<RawGuardrail>,
    /// Dangerous things that are let pass for a while, each with its reason.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub waivers: Option<Vec<RawWaiver>>,
}

/// One place where all of this is set up: with its own buckets, domains or account.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Environment", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawEnvironment {
    /// Number of the AWS account, for every asset that names none; quote it, so that a leading zero stays.
    #[cfg_attr(test, schemars(regex(pattern = r"^[0-9]{12}$"), example = &"111122223333"))]
    pub account: Option<Spanned<String>>,
    /// Variables: `${NAME}` stands for the text. `env` is always the environment's own name.
    #[cfg_attr(test, schemars(default, example = serde_json::json!({ "domain": "staging.acme.dev" })))]
    pub vars: Map<Spanned<String>>,
    /// Names of guardrails that hold here.
    #[cfg_attr(test, schemars(example = &"strict"))]
    pub guardrails: Option<OneOrMany<String>>,
}

/// What must not be, whoever asks for it: neither a waiver nor a comment lets it pass.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Guardrail", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawGuardrail {
    /// Codes whose findings are errors here; also of those that nobody sees unasked, such as `wildcard-origin`.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["wildcard-origin", "write-grant"]))]
    pub forbid: Option<Vec<Spanned<String>>>,
    /// At most so many origins, patterns counted once, may be granted anything.
    #[cfg_attr(test, schemars(range(min = 0), example = 10))]
    pub max_origins: Option<Spanned<i64>>,
}

/// Lets one dangerous thing pass until a day, because somebody answers for it.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Waiver", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawWaiver {
    /// Place of the whole waiver.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// Code of the findings that it lets pass.
    #[cfg_attr(test, schemars(required, example = &"upload-from-anyone"))]
    pub rule: Option<Spanned<String>>,
    /// Names of the environments in which it counts; everywhere when left out.
    #[cfg_attr(test, schemars(example = &"staging"))]
    pub r#in: Option<OneOrMany<String>>,
    /// Names of the frontends that the finding is about, or `anyone`.
    #[cfg_attr(test, schemars(example = &"anyone"))]
    pub frontend: Option<OneOrMany<String>>,
    /// Names of the assets that the finding is about.
    #[cfg_attr(test, schemars(example = &"dropbox"))]
    pub asset: Option<OneOrMany<String>>,
    /// Why it may pass: free text.
    #[cfg_attr(test, schemars(required, length(min = 1, max = 500), example = &"the form checks a captcha before it gets a signed URL"))]
    pub reason: Option<Spanned<String>>,
    /// Who answers for it: free text.
    #[cfg_attr(test, schemars(required, length(min = 1, max = 200), example = &"web platform team"))]
    pub owner: Option<Spanned<String>>,
    /// The last day on which it counts, in UTC.
    #[cfg_attr(test, schemars(required, regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), example = &"2027-03-31"))]
    pub expires: Option<Spanned<String>>,
}

/// Where assets come from: an S3 bucket (`bucket` and `region`), or a server of your own behind a CDN (`origin`).
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Asset", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawAsset {
    /// Name of the bucket.
    #[cfg_attr(
        test,
        schemars(regex(pattern = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"), example = &"acme-static-prod")
    )]
    pub bucket: Option<Spanned<String>>,
    /// Region of the bucket.
    #[cfg_attr(
        test,
        schemars(regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$"), example = &"eu-west-1")
    )]
    pub region: Option<Spanned<String>>,
    /// Instead of a bucket: a server of your own, which then needs a `cdn`. `https://host[:port]`, nothing behind it.
    #[cfg_attr(test, schemars(regex(pattern = r"^https://[^/?#@*\s]+$"), example = &"https://assets.internal.acme.com"))]
    pub origin: Option<Spanned<String>>,
    /// False when it is no object, or `bucket`, `region` or `origin` is there and no text.
    #[cfg_attr(test, schemars(skip))]
    pub place_is_readable: bool,
    /// Whose the bucket and the distribution are: `attach` (default) adds to ones that exist, `own` makes them as well.
    #[cfg_attr(test, schemars(default, example = &"own"))]
    pub manage: Option<Spanned<Manage>>,
    /// Number of the AWS account that owns the bucket; quote it, so that a leading zero stays.
    #[cfg_attr(test, schemars(regex(pattern = r"^[0-9]{12}$"), example = &"111122223333"))]
    pub account: Option<Spanned<String>>,
    /// How the bucket encrypts its objects. `sse-kms` needs `kms-key`.
    #[cfg_attr(test, schemars(default, example = &"sse-kms"))]
    pub encryption: Option<Spanned<Encryption>>,
    /// False when `encryption` or `kms-key` is there, and is something that they cannot be.
    #[cfg_attr(test, schemars(skip))]
    pub encryption_is_readable: bool,
    /// ARN of the KMS key of the objects; the CDN needs a statement in its policy.
    #[cfg_attr(
        test,
        schemars(
            regex(pattern = r"^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$"),
            example = &"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        )
    )]
    pub kms_key: Option<Spanned<String>>,
    /// Names for parts of the asset: a path pattern each, as CloudFront writes them (`*` any run of characters, `?` one).
    #[cfg_attr(test, schemars(default, example = serde_json::json!({ "fonts": "/fonts/*" })))]
    pub paths: Map<Spanned<PathPattern>>,
    /// The CloudFront distribution in front of the bucket or the server. Without it browsers talk to S3 directly.
    #[cfg_attr(test, schemars(example = serde_json::json!({})))]
    pub cdn: Option<RawCdn>,
}

/// How a bucket encrypts its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Encryption {
    /// With keys that S3 manages; the default of every bucket.
    SseS3,
    /// With a key of KMS.
    SseKms,
}

/// Whose the bucket and the distribution of an asset are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Manage {
    /// Somebody else's: they exist, and only what CORS needs is added.
    Attach,
    /// Made by the artifacts, too.
    Own,
}

/// A path pattern of CloudFront; `None` for something that is no text.
#[derive(Debug, Clone)]
pub(super) struct PathPattern(pub Option<String>);

/// A CloudFront distribution in front of an asset. It exists already, unless the asset has `manage: own`.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cdn", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawCdn {
    /// Place of the whole object.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// Id of the distribution. Without it, the generated artifacts take it as a parameter.
    #[cfg_attr(test, schemars(regex(pattern = r"^[A-Z0-9]{5,32}$"), example = &"E2EXAMPLE123AB"))]
    pub distribution: Option<Spanned<String>>,
    /// Host names that the distribution answers to.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["cdn.acme.com"]))]
    pub aliases: Option<Vec<Spanned<String>>>,
    /// ARN of the ACM certificate of the aliases, for `manage: own`; CloudFront takes one in `us-east-1` only.
    #[cfg_attr(
        test,
        schemars(
            regex(pattern = r"^arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate/.+$"),
            example = &"arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
        )
    )]
    pub certificate: Option<Spanned<String>>,
    /// Who says `Access-Control-Allow-Origin`: `edge` (a response headers policy, the default), `bucket` (S3, with `Origin` in the cache key), `origin` (the asset's own server, with `Origin` in the cache key) or `function` (a CloudFront function).
    #[cfg_attr(test, schemars(default, example = &"bucket"))]
    pub authority: Option<Spanned<Authority>>,
    /// Whether the cache keeps one copy for each `Origin`. Default true; false is for the edge authority only.
    #[cfg_attr(test, schemars(example = false))]
    pub key_on_origin: Option<Spanned<bool>>,
    /// What S3 answers for a key that does not exist: 403 (default), or 404, which lets the CDN list the bucket.
    #[cfg_attr(test, schemars(default, schema_with = "super::schema::missing_objects", example = 404))]
    pub missing_objects: Option<Spanned<i64>>,
    /// How long the CDN keeps answers.
    #[cfg_attr(test, schemars(example = serde_json::json!({ "min": 0, "default": "1d", "max": "365d" })))]
    pub ttl: Option<RawTtl>,
    /// Whether the CDN adds the security headers of the AWS managed policy `SecurityHeadersPolicy`. Default false.
    #[cfg_attr(test, schemars(example = true))]
    pub security_headers: Option<Spanned<bool>>,
    /// Who answers preflights: `origin` (the bucket or the server, the default) or `function` (a CloudFront function, at the edge).
    #[cfg_attr(test, schemars(default, example = &"function"))]
    pub preflight: Option<Spanned<Preflight>>,
    /// Whether a CloudFront function puts an allowed `Origin` in the place of a missing or unknown one, so that every answer of the bucket carries CORS headers and `Vary`, and nobody can fill the cache with origins. Default false.
    #[cfg_attr(test, schemars(example = true))]
    pub inject_origin: Option<Spanned<bool>>,
    /// Whether pages can read answers of 400 or more, where a function speaks, which CloudFront leaves out of them; where anybody else speaks they can. Default false.
    #[cfg_attr(test, schemars(example = true))]
    pub readable_errors: Option<Spanned<bool>>,
    /// Ids of trusted key groups, whose keys sign URLs or cookies. Without it, the generated artifacts take it as a parameter where a grant has `signed-cookies` or `signed-urls`.
    #[cfg_attr(test, schemars(example = &"1a2b3c4d-12ab-34cd-56ef-1234567890ab"))]
    pub signers: Option<OneOrMany<String>>,
}

/// Who answers preflights of an asset behind a CDN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Preflight {
    /// The bucket, or the asset's own server.
    Origin,
    /// A CloudFront function.
    Function,
}

/// Who says `Access-Control-Allow-Origin` for an asset behind a CDN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Authority {
    /// CloudFront, by a response headers policy.
    Edge,
    /// S3, by the bucket's CORS rules.
    Bucket,
    /// The asset's own server.
    Origin,
    /// CloudFront functions, generated from the intent.
    Function,
}

/// How long the CDN keeps answers: `min` <= `default` <= `max`. All zero: nothing is kept.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Ttl", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawTtl {
    /// Place of the whole object.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// At least this long, whatever the origin says. Default 0.
    #[cfg_attr(test, schemars(example = 0))]
    pub min: Option<Spanned<Duration>>,
    /// This long when the origin says nothing. Default one day.
    #[cfg_attr(test, schemars(example = &"1d"))]
    pub default: Option<Spanned<Duration>>,
    /// At most this long, whatever the origin says. Default 365 days.
    #[cfg_attr(test, schemars(example = &"365d"))]
    pub max: Option<Spanned<Duration>>,
}

/// Seconds, as a number or as text with a unit; the text as written.
#[derive(Debug, Clone)]
pub(super) struct Duration(pub String);

/// The origins of one frontend: an origin, a list, or an object with `origins`.
#[derive(Debug, Clone)]
pub(super) struct RawFrontend {
    /// The origins as written.
    pub origins: Vec<Spanned<String>>,
    /// Names of the environments that it is given to; all of them when left out.
    pub only_in: Option<OneOrMany<String>>,
}

/// One grant: from whom, to what, and for what use.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Grant", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawGrant {
    /// Place of the whole grant.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// Names of frontends, or `anyone`.
    #[cfg_attr(test, schemars(required, example = &"site"))]
    pub from: Option<OneOrMany<String>>,
    /// Names of assets, or `asset/path` with a path of that asset.
    #[cfg_attr(test, schemars(required, example = &"static"))]
    pub to: Option<OneOrMany<String>>,
    /// What pages do with the asset when they read it. Each word brings its methods, request headers and exposed headers.
    #[cfg_attr(test, schemars(example = ["fonts", "fetch"]))]
    pub r#use: Option<OneOrMany<Use>>,
    /// How pages upload to the asset.
    #[cfg_attr(test, schemars(example = serde_json::json!({ "how": "presigned-put" })))]
    pub upload: Option<RawUpload>,
    /// Further methods: `GET`, `HEAD`, `POST`, `PUT`, `DELETE`, and `PATCH` of an asset with an `origin`.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["DELETE"]))]
    pub methods: Option<Vec<Spanned<String>>>,
    /// Further request headers that a page may send; one `*` in a name is possible where S3 decides.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["x-request-id"]))]
    pub request_headers: Option<Vec<Spanned<String>>>,
    /// Further response headers that a page may read.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["x-amz-version-id"]))]
    pub expose: Option<Vec<Spanned<String>>>,
    /// What a page may send to identify its user: `none` (default), `cookies`, `signed-cookies` (CloudFront's), `signed-urls` (CloudFront's), or `bearer` for an `Authorization` header.
    #[cfg_attr(test, schemars(default, example = &"bearer"))]
    pub credentials: Option<Spanned<Credentials>>,
    /// How long browsers may remember the answer to a preflight. Default two hours, the most that Chromium keeps.
    #[cfg_attr(test, schemars(example = &"10m"))]
    pub preflight_cache: Option<Spanned<Duration>>,
}

/// What a page does with an asset that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Use {
    /// `@font-face`.
    Fonts,
    /// `<script type=module>`, `import()`, and scripts with `crossorigin`.
    Modules,
    /// `<img crossorigin>`, canvas, WebGL textures, CSS masks.
    Images,
    /// `<video>` and `<audio>` with `crossorigin`, and text tracks.
    Media,
    /// Players that fetch playlists and segments by script (HLS, DASH).
    Hls,
    /// `fetch()` and `XMLHttpRequest` that read whole objects.
    Fetch,
    /// `fetch()` of parts of objects (PDF, tiles, archives).
    Range,
}

/// What a page may send to identify its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Credentials {
    /// Nothing.
    None,
    /// Cookies: requests with `credentials: "include"`.
    Cookies,
    /// Signed cookies of CloudFront; a trusted key group checks them.
    SignedCookies,
    /// Signed URLs of CloudFront; a trusted key group checks them.
    SignedUrls,
    /// An `Authorization` header that the page sets itself.
    Bearer,
}

/// How pages upload.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Upload", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawUpload {
    /// Place of the whole object.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// The kind of request.
    #[cfg_attr(test, schemars(required, example = &"presigned-put"))]
    pub how: Option<Spanned<How>>,
    /// The library that sends it; it decides the request headers and what must be readable. Default `browser-fetch`.
    #[cfg_attr(test, schemars(default, example = &"uppy"))]
    pub client: Option<Spanned<Client>>,
    /// Names of user metadata: each allows the request header `x-amz-meta-NAME`.
    #[cfg_attr(test, schemars(length(min = 1), extend("uniqueItems" = true), example = ["user"]))]
    pub metadata: Option<Vec<Spanned<String>>>,
    /// Where the upload goes: `s3` (default), the bucket's own host; or `cdn`, through the distribution.
    #[cfg_attr(test, schemars(default, example = &"s3"))]
    pub via: Option<Spanned<Via>>,
}

/// The kind of an upload request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum How {
    /// `PUT` of the object.
    PresignedPut,
    /// `POST` of a form to the bucket.
    PresignedPost,
    /// Several `PUT`s that S3 puts together.
    Multipart,
}

/// The library that uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Client {
    /// `fetch()` or `XMLHttpRequest` of the page's own.
    BrowserFetch,
    /// The AWS SDK for JavaScript v3 with credentials in the page.
    AwsSdkJsV3,
    /// Uppy's `@uppy/aws-s3`.
    Uppy,
    /// Amplify Storage.
    Amplify,
    /// Direct uploads of Rails' Active Storage.
    RailsActiveStorage,
    /// Dropzone.
    Dropzone,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Via {
    /// The bucket's own host.
    S3,
    /// The distribution.
    Cdn,
}

/// One example: a request of a page, and what must become of it. Exactly one of `get`, `head`, `put`, `post`, `delete`,
/// `patch` and `options` says what is asked for.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename = "Expectation", rename_all = "kebab-case", deny_unknown_fields))]
pub(super) struct RawExpectation {
    /// Place of the whole example.
    #[cfg_attr(test, schemars(skip))]
    pub span: Span,
    /// What the example shows: free text on one line, for reports.
    #[cfg_attr(test, schemars(length(max = 200), example = &"the partner cannot read the streams"))]
    pub name: Option<Spanned<String>>,
    /// Names of the environments in which it is tried; in all of them when left out.
    #[cfg_attr(test, schemars(example = &"prod"))]
    pub r#in: Option<OneOrMany<String>>,
    /// Requests that came before and may have filled the cache, oldest first: `METHOD asset:/path`, then `origin=ORIGIN`, request headers as `NAME=VALUE`, and `same-browser` where the same browser sent it.
    #[cfg_attr(
        test,
        schemars(extend("uniqueItems" = false), example = ["GET static:/fonts/a.woff2 origin=https://www.acme.com"])
    )]
    pub given: Option<OneOrMany<String>>,
    /// Origin of the page: one origin, without `*`, or `"null"` in quotes.
    #[cfg_attr(
        test,
        schemars(
            required,
            regex(pattern = r"^(null|[a-z][a-z0-9+.-]*://[^/?#@*\s]+)$"),
            example = &"https://www.acme.com"
        )
    )]
    pub origin: Option<Spanned<String>>,
    /// A `GET` of this.
    #[cfg_attr(test, schemars(example = &"static:/fonts/a.woff2"))]
    pub get: Option<RawUrl>,
    /// A `HEAD` of this.
    #[cfg_attr(test, schemars(example = &"static:/fonts/a.woff2"))]
    pub head: Option<RawUrl>,
    /// A `PUT` of this.
    #[cfg_attr(test, schemars(example = &"uploads:/inbox/photo.jpg"))]
    pub put: Option<RawUrl>,
    /// A `POST` to this.
    #[cfg_attr(test, schemars(example = &"uploads:/"))]
    pub post: Option<RawUrl>,
    /// A `DELETE` of this.
    #[cfg_attr(test, schemars(example = &"uploads:/inbox/photo.jpg"))]
    pub delete: Option<RawUrl>,
    /// A `PATCH` of this. S3's rules know no such method: it can be blocked only.
    #[cfg_attr(test, schemars(example = &"uploads:/inbox/photo.jpg"))]
    pub patch: Option<RawUrl>,
    /// A script's own `OPTIONS` of this, which is no preflight. S3's rules know no such method: it can be blocked only.
    #[cfg_attr(test, schemars(example = &"static:/fonts/a.woff2"))]
    pub options: Option<RawUrl>,
    /// Request headers that the page sets: `NAME: VALUE`, or `NAME` alone for a value that browsers do not safelist.
    #[cfg_attr(
        test,
        schemars(
            default,
            schema_with = "super::schema::page_headers",
            example = ["content-type: image/jpeg", "x-request-id"],
            example = serde_json::json!({ "content-type": "image/jpeg" })
        )
    )]
    pub headers: Option<Vec<Spanned<String>>>,
    /// Credentials mode of the request, as `fetch()` has it. Default `same-origin`.
    #[cfg_attr(test, schemars(default, schema_with = "super::schema::credentials_mode", example = &"include"))]
    pub credentials: Option<Spanned<CredentialsMode>>,
    /// Where the request goes: `s3`, the bucket's own host; or `cdn`, the distribution. Default: the distribution where the asset has one that takes the method there, the bucket otherwise.
    #[cfg_attr(test, schemars(example = &"s3"))]
    pub via: Option<Spanned<Via>>,
    /// Whether the page must be able to read the response.
    #[cfg_attr(test, schemars(required, example = &"readable"))]
    pub then: Option<Spanned<Then>>,
    /// The response headers that the page may read, exactly these beside the ones that every page may read. `[]` is none. Not said, it is not checked.
    #[cfg_attr(test, schemars(extend("minItems" = 0), example = ["ETag"]))]
    pub exposed: Option<OneOrMany<String>>,
}

/// What must become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "kebab-case"))]
pub enum Then {
    /// The page may read the response.
    Readable,
    /// The browser keeps the response from the page, or does not send the request.
    Blocked,
}

/// `asset:/path` under the key of a method; `None` for something that is no text.
#[derive(Debug, Clone)]
pub(super) struct RawUrl {
    /// Place of the key.
    pub key_span: Span,
    /// The text as written.
    pub text: Option<Spanned<String>>,
}
