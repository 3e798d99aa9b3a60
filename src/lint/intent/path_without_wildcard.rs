//! A path pattern is the whole path: `/fonts/` is that one URL, behind which S3 has an object only if somebody made one of
//! this very name. What is below it is `/fonts/*`.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::intent::Intent;

/// `path-without-wildcard`
pub(super) const CODE: Code = Code {
    id: "path-without-wildcard",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a path pattern with a slash at the end, which nothing below it matches",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for asset in &intent.assets {
        for pattern in asset.paths.iter().map(|path| &path.pattern).filter(|pattern| pattern.value.ends_with('/')) {
            let meant = format!("{}*", pattern.value);
            diags.push(
                Diagnostic::new(&CODE, pattern.span, format!("nothing below `{}` matches it", shown(&pattern.value)))
                    .label("this is one URL")
                    .help(format!("write `{}`", shown(&meant)))
                    .fix_text(pattern.span, meant)
                    .about([Subject::Asset(asset.id.value.clone())]),
            );
        }
    }
}
