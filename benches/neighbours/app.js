// What examples/02-uploads asks for, written by hand: as much of it as the CDK has words for.
const { App, CfnOutput, Duration, Stack, aws_cloudfront: cloudfront, aws_s3: s3 } = require("aws-cdk-lib");
const { S3BucketOrigin } = require("aws-cdk-lib/aws-cloudfront-origins");

const readers = ["https://www.shop.example", "https://shop.example", "https://checkout.shop.example"];
const editors = ["https://editor.shop.example", "http://localhost:5173"];

const app = new App();
const stack = new Stack(app, "ShopMedia", { env: { account: "111122223333", region: "eu-central-1" } });

const bucket = new s3.Bucket(stack, "Media", {
  bucketName: "shop-media-prod",
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  cors: [
    {
      id: "upload",
      allowedOrigins: editors,
      allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.POST],
      allowedHeaders: ["content-type", "x-amz-meta-sku"],
      exposedHeaders: ["ETag", "Location"],
      maxAge: 600,
    },
  ],
});

const cachePolicy = new cloudfront.CachePolicy(stack, "CachePolicy", {
  cachePolicyName: "shop-media-media",
  minTtl: Duration.seconds(0),
  defaultTtl: Duration.days(1),
  maxTtl: Duration.days(365),
  enableAcceptEncodingBrotli: true,
  enableAcceptEncodingGzip: true,
});

const originRequestPolicy = new cloudfront.OriginRequestPolicy(stack, "OriginRequestPolicy", {
  originRequestPolicyName: "shop-media-media",
  headerBehavior: cloudfront.OriginRequestHeaderBehavior.allowList(
    "Origin",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
  ),
});

const responseHeadersPolicy = new cloudfront.ResponseHeadersPolicy(stack, "ResponseHeadersPolicy", {
  responseHeadersPolicyName: "shop-media-media",
  corsBehavior: {
    accessControlAllowCredentials: false,
    accessControlAllowHeaders: ["range", "if-range"],
    accessControlAllowMethods: ["GET", "HEAD", "OPTIONS"],
    accessControlAllowOrigins: readers,
    accessControlExposeHeaders: ["Accept-Ranges", "Content-Range", "ETag"],
    accessControlMaxAge: Duration.minutes(10),
    originOverride: true,
  },
  securityHeadersBehavior: {
    contentTypeOptions: { override: true },
    strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
  },
});

const distribution = new cloudfront.Distribution(stack, "Distribution", {
  defaultBehavior: {
    origin: S3BucketOrigin.withOriginAccessControl(bucket),
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy,
    originRequestPolicy,
    responseHeadersPolicy,
  },
});

new CfnOutput(stack, "DistributionId", { value: distribution.distributionId });
