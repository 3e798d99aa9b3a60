//! The map of ARCHITECTURE.md against the sources: who uses whom, that nobody goes in circles, that every file says
//! what it is, and that the library touches nothing outside itself.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::string_slice,
    reason = "the helpers of tests may do what tests may"
)]

use crate::support::project;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What only the program may use.
const OUTSIDE: [&str; 6] = ["env", "fs", "io", "process", "thread", "time"];

/// A row of the table in ARCHITECTURE.md.
struct Row {
    uses: BTreeSet<String>,
    never: BTreeSet<String>,
}

#[test]
fn the_table_is_what_the_sources_use() {
    let path = project("ARCHITECTURE.md");
    let text = std::fs::read_to_string(&path).expect("ARCHITECTURE.md");
    let measured = measured();
    let rewritten: String = text.lines().map(|line| rewrite(line, &measured) + "\n").collect();
    if std::env::var_os("CORSYNTH_UPDATE").is_some() {
        std::fs::write(&path, &rewritten).expect("ARCHITECTURE.md can be written");
    } else {
        assert!(text == rewritten, "CORSYNTH_UPDATE=1 rewrites the table; a new edge is for the review");
    }
    let rows = rows(&rewritten);
    let listed: BTreeSet<&String> = rows.keys().collect();
    assert_eq!(listed, measured.keys().collect(), "the table lists every top-level module, and no other");
}

#[test]
fn nobody_uses_what_the_table_forbids() {
    let rows = rows(&std::fs::read_to_string(project("ARCHITECTURE.md")).expect("ARCHITECTURE.md"));
    let measured = measured();
    for (module, row) in &rows {
        assert!(!row.never.is_empty(), "`{module}` may use everything?");
        for forbidden in &row.never {
            assert!(measured.contains_key(forbidden), "`{module}` never uses `{forbidden}`, which does not exist");
            assert!(!row.uses.contains(forbidden), "`{module}` uses and never uses `{forbidden}`");
            assert!(!measured[module].contains(forbidden), "`{module}` uses `{forbidden}`");
        }
    }
}

#[test]
fn modules_use_each_other_in_one_direction() {
    let none: Vec<String> = Vec::new();
    assert_eq!(circle(measured()), none);
    // Those within a module, too, and those of the program.
    for (parent, modules) in siblings() {
        assert_eq!(circle(modules), none, "a circle in `{parent}`");
    }
}

/// The modules that use each other in a circle, and those that use these.
fn circle(mut left: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    loop {
        let is_free = |uses: &BTreeSet<String>| uses.iter().all(|used| !left.contains_key(used));
        let free: Vec<String> = left.iter().filter(|(_, uses)| is_free(uses)).map(|(name, _)| name.clone()).collect();
        if free.is_empty() {
            return left.into_keys().collect();
        }
        left.retain(|name, _| !free.contains(name));
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    for file in rust_files(&project("src")) {
        let text = std::fs::read_to_string(&file).expect("a source");
        let front_page = file.ends_with("src/lib.rs") && text.starts_with("#![doc");
        assert!(text.starts_with("//! ") || front_page, "{} does not open with `//!`", file.display());
    }
}

#[test]
fn the_library_touches_nothing_outside_itself() {
    for (file, code) in library() {
        let outside: Vec<String> =
            roots(&code, "std").into_iter().filter(|name| OUTSIDE.contains(&name.as_str())).collect();
        assert_eq!(outside, Vec::<String>::new(), "{} uses std's", file.display());
        for printing in ["println!", "print!", "eprintln!", "eprint!", "dbg!"] {
            let found = code.match_indices(printing).any(|(at, _)| !ends_in_word(&code[..at]));
            assert!(!found, "{} uses `{printing}`", file.display());
        }
    }
}

#[test]
fn paths_stay_below_their_top_level_module() {
    // As many `super`s as a file is deep would be a way around the table.
    for (file, code) in library().into_iter().filter(|(file, _)| top_level(file).is_some()) {
        let below = file.strip_prefix(project("src")).expect("a source");
        let depth = below.components().count() - usize::from(below.ends_with("mod.rs"));
        assert!(!code.contains(&"super::".repeat(depth)), "{} leaves its module by `super`", file.display());
    }
}

/// What `cargo deny` would say of the lock file, as far as the file alone shows it.
#[test]
fn the_lock_file_keeps_to_the_bans() {
    let read = |path: &str| std::fs::read_to_string(project(path)).expect(path);
    let (lock, deny) = (read("Cargo.lock"), read("deny.toml"));
    let value = |line: &str, key: &str| {
        line.split_once(&format!("{key} = \"")).and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()))
    };
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let name = value(package, "name").expect("a package has a name");
        let source = value(package, "source").unwrap_or_default();
        assert!(name == "corsynth" || source.ends_with("github.com/rust-lang/crates.io-index"), "{name}: {source}");
        versions.entry(name).or_default().extend(value(package, "version"));
    }
    assert!(versions.len() > 50);
    let (banned, skipped) = deny.split_once("skip = [").expect("a list of exceptions");
    let crates = |text: &str| text.lines().filter_map(|line| value(line, "crate")).collect::<BTreeSet<_>>();
    for name in banned.lines().filter(|l| !l.contains("wrappers")).filter_map(|l| value(l, "crate")) {
        assert!(!versions.contains_key(&name), "`{name}` is banned");
    }
    let skipped = crates(skipped);
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let kept =
            versions.iter().filter(|v| !skipped.iter().any(|s| format!("{name}@{v}").starts_with(&format!("{s}."))));
        assert_eq!(kept.count(), 1, "`{name}` {versions:?}: one of them, the others are exceptions with a reason");
    }
    for exception in skipped {
        let (name, version) = exception.split_once('@').expect("an exception names a version");
        let used = versions.get(name).is_some_and(|all| all.len() > 1 && all.iter().any(|v| v.starts_with(version)));
        assert!(used, "the exception `{exception}` is not needed any more");
    }
}

/// Every top-level module (and the program, as `bin`) with the top-level modules it uses.
fn measured() -> BTreeMap<String, BTreeSet<String>> {
    let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, code) in library() {
        if let Some(module) = top_level(&file) {
            let used = roots(&code, "crate").into_iter().filter(|used| *used != module);
            modules.entry(module.clone()).or_default().extend(used);
        }
    }
    for file in rust_files(&project("src/bin")) {
        let code = without_tests(&code_of(&std::fs::read_to_string(&file).expect("a source"))).0;
        modules.entry("bin".to_owned()).or_default().extend(roots(&code, "corsynth"));
    }
    let known: BTreeSet<String> = modules.keys().cloned().collect();
    for uses in modules.values_mut() {
        uses.retain(|used| known.contains(used));
    }
    modules
}

/// The modules of each module, with those beside them that they use.
fn siblings() -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let program = project("src/bin/corsynth");
    let code = |file: &PathBuf| without_tests(&code_of(&std::fs::read_to_string(file).expect("a source"))).0;
    let of_program = rust_files(&program).into_iter().map(|file| (code(&file), path_of(&program, &file)));
    let src = project("src");
    let of_library = library().into_iter().map(|(file, code)| (code, path_of(&src, &file)));
    let mut found: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (is_program, (code, path)) in of_program.map(|file| (true, file)).chain(of_library.map(|file| (false, file))) {
        // The table has what is above a library's module.
        for level in usize::from(!is_program)..path.len() {
            let parent = [&["crate".to_owned()], &path[..level]].concat().join("::");
            let above = vec!["super"; path.len() - level].join("::");
            let used = roots(&code, &parent).into_iter().chain(roots(&code, &above));
            let own = &path[level];
            let key = if is_program { format!("{parent} of the program") } else { parent };
            let modules = found.entry(key).or_default();
            modules.entry(own.clone()).or_default().extend(used.filter(|used| used != own));
        }
    }
    found
}

/// The library's files with their code: no comments, no texts, no tests.
fn library() -> Vec<(PathBuf, String)> {
    let mut test_files = BTreeSet::new();
    let mut files = Vec::new();
    for file in rust_files(&project("src")) {
        if file.starts_with(project("src/bin")) {
            continue;
        }
        let (code, test_modules) = without_tests(&code_of(&std::fs::read_to_string(&file).expect("a source")));
        let folder = match file.file_name().and_then(|n| n.to_str()) {
            Some("mod.rs" | "lib.rs") => file.parent().expect("a folder").to_owned(),
            _ => file.with_extension(""),
        };
        test_files.extend(test_modules.iter().map(|name| folder.join(name).with_extension("rs")));
        test_files.extend(test_modules.iter().map(|name| folder.join(name).join("mod.rs")));
        files.push((file, code));
    }
    files.retain(|(file, _)| !test_files.contains(file));
    files
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The first component below `src`; `None` for `lib.rs`.
fn top_level(file: &Path) -> Option<String> {
    let first = file.strip_prefix(project("src")).ok()?.components().next()?;
    let name = Path::new(first.as_os_str()).with_extension("").to_str()?.to_owned();
    (name != "lib").then_some(name)
}

/// The path of the module that a file is, below the crate's: empty for the crate itself.
fn path_of(root: &Path, file: &Path) -> Vec<String> {
    let below = file.strip_prefix(root).expect("a source").with_extension("");
    let mut path: Vec<String> =
        below.components().map(|part| part.as_os_str().to_str().expect("UTF-8").to_owned()).collect();
    if path.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        path.pop();
    }
    path
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// What stands behind `ROOT::` in paths: `a` of `crate::a::B`, and both of `use crate::{a::B, c};`.
fn roots(code: &str, root: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, start) in code.match_indices(&format!("{root}::")) {
        if ends_in_word(&code[..at]) || code[..at].ends_with("::") {
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            None => found.extend([word(rest)]),
            Some(group) => {
                let mut depth = 0;
                let mut first = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => first = true,
                        c if first && (c.is_alphabetic() || c == '_') => {
                            found.insert(word(&group[i..]));
                            first = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

/// A source with an empty text in place of every comment, text and character.
fn code_of(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_text(rest).filter(|_| !ends_in_word(&code)) {
            raw
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' && is_character(rest) {
            quoted(rest, '\'')
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.push_str("\"\"");
        rest = &rest[skipped..];
    }
    code
}

/// The length of `r"..."`, `r#"..."#`, `br"..."` at the start.
fn raw_text(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inner = body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inner.find(&end)? + end.len();
    Some(rest.len() - inner.len() + length)
}

/// The length of a text in quotes at the start.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            c if c == quote && !escaped => return i + c.len_utf8(),
            _ => escaped = false,
        }
    }
    rest.len()
}

/// Whether a `'` begins a character, and not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

/// Code without what is compiled for tests only, and the names of test modules that are files.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let mut kept = String::new();
    let mut files = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at + "#[cfg(test)]".len()..];
        let end = item_end(item);
        let words: Vec<&str> = item[..end].split_whitespace().collect();
        if let Some(name) = words.iter().position(|w| *w == "mod").and_then(|i| words.get(i + 1)) {
            files.extend(name.strip_suffix(';').map(ToOwned::to_owned));
        }
        rest = &item[end..];
    }
    kept.push_str(rest);
    (kept, files)
}

/// Where an item ends: at its `;`, or at the `}` of its body.
fn item_end(item: &str) -> usize {
    let mut depth = 0;
    for (i, c) in item.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            ';' if depth == 0 => return i + 1,
            _ => {}
        }
    }
    item.len()
}

/// A line of ARCHITECTURE.md, with the second cell measured where it is a row of the table.
fn rewrite(line: &str, measured: &BTreeMap<String, BTreeSet<String>>) -> String {
    match cells(line) {
        Some([module, _, never, is]) if measured.contains_key(&name_of(&module)) => {
            let uses: Vec<String> = measured[&name_of(&module)].iter().map(|m| format!("`{m}`")).collect();
            let uses = if uses.is_empty() { "nothing".to_owned() } else { uses.join(", ") };
            format!("| {module} | {uses} | {never} | {is} |")
        }
        _ => line.to_owned(),
    }
}

fn rows(text: &str) -> BTreeMap<String, Row> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("| module | uses |")).skip(2);
    let mut rows = BTreeMap::new();
    while let Some([module, uses, never, _]) = lines.next().and_then(cells) {
        let names = |cell: &str| cell.split(", ").map(name_of).filter(|n| n != "nothing").collect::<BTreeSet<_>>();
        rows.insert(name_of(&module), Row { uses: names(&uses), never: names(&never) });
    }
    let all: BTreeSet<String> = rows.keys().cloned().collect();
    for (module, row) in &mut rows {
        if row.never.remove("anything") {
            row.never.extend(all.iter().filter(|other| *other != module).cloned());
        }
    }
    rows
}

fn cells(line: &str) -> Option<[String; 4]> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let cells: Vec<String> = inner.split(" | ").map(|cell| cell.trim().to_owned()).collect();
    cells.try_into().ok()
}

fn name_of(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

#[test]
fn the_reader_of_sources_sees_code_only() {
    let source = r##"
//! crate::comment
use crate::{document::{self, Node}, intent, lower};
pub(crate) use crate::plan::Plan; // crate::late
fn f<'a>(x: &'a str) -> char { let _ = "crate::text \" crate::text"; let _ = r#"crate::"raw" "#; '"' }
macro_rules! m { () => { $crate::fetch::Method } }
#[cfg(test)]
mod only_here;
#[cfg(test)]
mod tests { use crate::report; fn g() { let _ = "}"; } }
fn h() { mycrate::no(); crate::hash::sha256_hex(b"'"); }
"##;
    let (code, files) = without_tests(&code_of(source));
    let expected = ["document", "fetch", "hash", "intent", "lower", "plan"];
    assert_eq!(roots(&code, "crate").into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(files, ["only_here"]);
}
