import { App, Fn, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';

const app = new App();
const stack = new Stack(app, 'Assets', { env: { account: '111122223333', region: 'eu-west-1' } });

const bucket = new s3.Bucket(stack, 'Bucket', {
  bucketName: 'acme-assets-prod',
  // bucket-cors.assets.yaml
  cors: [
    {
      id: 'corsynth-site-get-head',
      allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
      allowedOrigins: ['https://www.acme.example'],
      exposedHeaders: ['ETag'],
      maxAge: 7200,
    },
  ],
});

// The exports of the stack `acme-assets`, which is template.yaml.
const own = (name: string) => Fn.importValue(`acme-assets-${name}`);

new cloudfront.Distribution(stack, 'Cdn', {
  // cache-behaviors.assets.yaml
  defaultBehavior: {
    origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
    cachedMethods: cloudfront.CachedMethods.CACHE_GET_HEAD_OPTIONS,
    cachePolicy: cloudfront.CachePolicy.fromCachePolicyId(stack, 'CorsCache', own('AssetsCachePolicyId')),
    originRequestPolicy: cloudfront.OriginRequestPolicy.CORS_S3_ORIGIN,
    responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.fromResponseHeadersPolicyId(
      stack,
      'CorsHeaders',
      own('AssetsResponseHeadersPolicyId'),
    ),
  },
});
