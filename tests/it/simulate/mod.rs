//! The simulator: what browsers, CloudFront and S3 do with one request, against tables, recorded answers, and other
//! people's servers and browsers.

mod browser;
mod browser_history;
mod browser_properties;
mod chromium;
mod chromium_cases;
mod cloudfront;
mod edge;
mod estate;
mod own_answers;
mod policies;
mod s3_access;
mod s3_cases;
mod s3_engines;
mod s3_generator;
mod s3_oracle;
mod server;
mod shipped;
mod told;
