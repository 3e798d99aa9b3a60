//! Two modules of corsynth, one for the state of the buckets and one for that of the CDN: each is read by itself, and an
//! asset is its bucket from the one and its distribution from the other.

use super::super::{File, Place, ReadBack, Unknown, Unreadable, lock};
use super::behaviors::in_words;
use super::module;
use super::syntax::is_configuration;
use crate::deployed::Asset;

const BUCKET: &str = "bucket/";
const CDN: &str = "cdn/";

/// Whether the files are two modules of corsynth, and none beside them.
pub(super) fn are_two(files: &[File]) -> bool {
    let is_module = |folder| {
        let half = below(files, folder);
        half.iter().any(lock::is) && half.iter().any(|file| is_configuration(&file.path))
    };
    !files.iter().any(|file| is_configuration(&file.path)) && is_module(BUCKET) && is_module(CDN)
}

fn below(files: &[File], folder: &str) -> Vec<File> {
    let inside = files.iter().filter_map(|file| Some((file.path.strip_prefix(folder)?, file)));
    inside.map(|(path, file)| File { path: path.to_owned(), text: file.text.clone() }).collect()
}

fn outside(place: &Place, folder: &str) -> Place {
    Place { path: format!("{folder}{}", place.path), ..place.clone() }
}

fn half(files: &[File], folder: &str) -> Result<ReadBack, Unreadable> {
    let read = module::read(&below(files, folder));
    let mut read = read.map_err(|e| Unreadable { place: outside(&e.place, folder), ..e })?;
    for unknown in &mut read.unknowns {
        unknown.place = outside(&unknown.place, folder);
    }
    Ok(read)
}

/// Reads both.
pub(super) fn read(files: &[File]) -> Result<ReadBack, Unreadable> {
    let (buckets, mut cdn) = (half(files, BUCKET)?, half(files, CDN)?);
    // What is not understood of the buckets may have a say in whatever the distributions get from them.
    let mut doubts = buckets.unknowns;
    let mut assets = Vec::new();
    for bucket in buckets.deployed.assets {
        let of_cdn = cdn.deployed.assets.iter().position(|asset| asset.id == bucket.id);
        assets.push(match of_cdn.map(|at| cdn.deployed.assets.remove(at)) {
            Some(front) => together(bucket, front, &mut doubts),
            None => bucket,
        });
    }
    for front in cdn.deployed.assets {
        // A bucket without its half has no rules that anybody knows of.
        if front.bucket.name.is_some() {
            doubts.push(doubt(format!("what the bucket of `{}` says is not told", front.id)));
        }
        assets.push(front);
    }
    for asset in &mut assets {
        for behavior in asset.distribution.iter_mut().flat_map(|distribution| &mut distribution.behaviors) {
            behavior.unknown.extend(doubts.iter().map(in_words));
        }
    }
    assets.sort_by(|one, other| one.id.cmp(&other.id));
    let mut unknowns = cdn.unknowns;
    unknowns.append(&mut doubts);
    cdn.deployed.assets = assets;
    Ok(ReadBack { unknowns, deployed: cdn.deployed, ..cdn })
}

fn together(bucket: Asset, front: Asset, doubts: &mut Vec<Unknown>) -> Asset {
    if bucket.bucket.name != front.bucket.name {
        doubts.push(doubt(format!("the two modules have two buckets for `{}`", front.id)));
    }
    Asset { distribution: front.distribution, ..bucket }
}

fn doubt(what: String) -> Unknown {
    Unknown::new(Place { path: CDN.to_owned(), line: 0, column: 0 }, what)
}
