//! A grant on an asset is on its named parts, too.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject};
use crate::intent::Intent;

/// `covered-target`
pub(super) const CODE: Code = Code {
    id: "covered-target",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a path in `to` beside the whole asset",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for grant in &intent.grants {
        for target in grant.to.iter().filter(|target| target.path.is_some()) {
            let whole = grant.to.iter().find(|other| other.asset == target.asset && other.path.is_none());
            let (Some(whole), Some(asset)) = (whole, intent.assets.get(target.asset)) else { continue };
            let Some(path) = target.path.and_then(|path| asset.paths.get(path)) else { continue };
            let (asset, path) = (&asset.id.value, &path.id.value);
            diags.push(
                Diagnostic::new(&CODE, target.span, format!("`{asset}/{path}` is a part of `{asset}`"))
                    .label("adds nothing")
                    .related(whole.span, "the whole asset is granted here")
                    .help("remove the path, or the whole asset if only its parts are meant")
                    .about([Subject::Asset(asset.clone())]),
            );
        }
    }
}
