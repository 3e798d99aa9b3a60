import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';

const app = new App();
const stack = new Stack(app, 'Assets', { env: { account: '111122223333', region: 'eu-west-1' } });

const bucket = new s3.Bucket(stack, 'Bucket', {
  bucketName: 'acme-assets-prod',
  cors: [
    {
      allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
      allowedOrigins: ['https://www.acme.example'],
      allowedHeaders: ['*'],
      maxAge: 3000,
    },
  ],
});

const headers = new cloudfront.ResponseHeadersPolicy(stack, 'Headers', {
  corsBehavior: {
    accessControlAllowCredentials: false,
    accessControlAllowHeaders: ['*'],
    accessControlAllowMethods: ['GET', 'HEAD'],
    accessControlAllowOrigins: ['https://www.acme.example'],
    accessControlMaxAge: Duration.minutes(50),
    originOverride: false,
  },
});

new cloudfront.Distribution(stack, 'Cdn', {
  defaultBehavior: {
    origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.CORS_S3_ORIGIN,
    responseHeadersPolicy: headers,
  },
});
