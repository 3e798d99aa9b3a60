<<<<<<< HEAD
//! The simulator: what browsers, CloudFront and S3 do with one request.

mod browser;
mod cloudfront;
mod estate;
mod policies;
mod shipped;
mod told;
=======
//! The simulator against recorded answers, and against other people's servers.

mod s3_access;
mod s3_cases;
mod s3_engines;
mod s3_generator;
mod s3_oracle;
>>>>>>> s3
