//! The simulator: what browsers, CloudFront and S3 do with one request.

mod browser;
mod browser_history;
mod browser_properties;
mod chromium;
mod chromium_cases;
