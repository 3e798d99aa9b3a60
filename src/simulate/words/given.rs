//! Earlier requests in words: `METHOD URL [origin=O] [NAME=VALUE…] [same-browser]`, words with spaces in double quotes.

use super::{Mistake, Names, address, header_value, method};
use crate::deployed::Asset;
use crate::fetch::HeaderList;
use crate::fetch::header::is_token;
use crate::simulate::{Earlier, HttpRequest, Visitor};

/// The word for [`Visitor::SameBrowser`].
const SAME_BROWSER: &str = "same-browser";

/// The earlier request that a text tells.
pub(super) fn read(names: Names<'_>, asset: &Asset, text: &str) -> Result<Earlier, Mistake> {
    let wrong = |message: String| {
        Mistake::new(message).help("an earlier request is written `METHOD URL [origin=O] [NAME=VALUE…] [same-browser]`")
    };
    let words = split(text).ok_or_else(|| wrong(format!("a quote is not closed in `{text}`")))?;
    let mut words = words.into_iter();
    let (Some(verb), Some(url)) = (words.next(), words.next()) else {
        return Err(wrong(format!("`{text}` lacks a method or a URL")));
    };
    let (method, mut headers) = (method(&verb)?, HeaderList::new());
    let mut visitor = Visitor::Another;
    for word in words {
        if word == SAME_BROWSER {
            visitor = Visitor::SameBrowser;
            continue;
        }
        match word.split_once('=') {
            Some((name, value)) if is_token(name) => {
                // What people type in lower case goes as browsers send it.
                let name = if name == "origin" { "Origin" } else { name };
                headers.append(name.to_owned(), header_value(name, value)?);
            }
            _ => return Err(wrong(format!("`{word}` is neither `NAME=VALUE` nor `{SAME_BROWSER}`"))),
        }
    }
    let url = address::locate_at(names, asset, &url, &address::knocking(&method, &headers))?;
    Ok(Earlier { visitor, request: HttpRequest { method: method.into(), url, headers } })
}

/// The text that tells an earlier request.
pub(super) fn spell(asset: &Asset, earlier: &Earlier) -> String {
    let request = &earlier.request;
    let knocking = address::knocking(&request.method, &request.headers);
    let mut words = vec![request.method.to_string(), address::spell_whole(asset, &request.url, &knocking)];
    for (name, value) in request.headers.iter() {
        let name = if name == "Origin" { "origin" } else { name };
        words.push(quoted(&format!("{name}={value}")));
    }
    if earlier.visitor == Visitor::SameBrowser {
        words.push(SAME_BROWSER.to_owned());
    }
    words.join(" ")
}

/// A word in double quotes, where it needs them.
fn quoted(word: &str) -> String {
    if !word.contains([' ', '\t', '"', '\\']) {
        return word.to_owned();
    }
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The words of a text; `None` when a quote is not closed. In and out of quotes, `\` takes the next character as it
/// is.
fn split(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), None::<String>, false);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            '\\' => word.get_or_insert_default().push(characters.next()?),
            _ if character.is_whitespace() && !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    (!is_quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_they_are_quoted() {
        let words = |text| split(text).unwrap();
        assert_eq!(words(r#" GET  a:/x "n=a \"b\" \\c"	d=""  "#), ["GET", "a:/x", r#"n=a "b" \c"#, "d="]);
        assert_eq!(split("a \"b"), None);
        assert_eq!(split("a \\"), None);
        assert_eq!(words(&quoted(r#"n=a "b" \c"#)), [r#"n=a "b" \c"#]);
    }
}
