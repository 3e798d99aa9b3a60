//! The simulator: what browsers, CloudFront and S3 do with one request.

mod browser;
mod cloudfront;
mod estate;
mod own_answers;
mod policies;
mod shipped;
mod told;
