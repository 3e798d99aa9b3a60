//! Texts with `*` and `?`, as path patterns, ports of origins, actions and keys have them.

/// Whether a text fits a pattern in which `*` is any run of characters; `fits` says what another character of the
/// pattern stands for. Only the last `*` is ever tried again, so the effort is at most the product of the two lengths.
pub(super) fn glob(pattern: &str, text: &str, fits: impl Fn(char, char) -> bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // The pattern behind the last `*`, and the text that this `*` does not stand for yet.
    let mut again = None;
    loop {
        let (wanted, found) = (pattern.clone().next(), text.clone().next());
        let is_fit = match (wanted, found) {
            (None, None) => return true,
            (Some('*'), _) => {
                pattern.next();
                again = Some((pattern.clone(), text.clone()));
                continue;
            }
            (Some(wanted), Some(found)) => fits(wanted, found),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if is_fit {
            pattern.next();
            text.next();
            continue;
        }
        let Some((behind, rest)) = &mut again else { return false };
        if rest.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), rest.clone());
    }
}

/// A character of the pattern stands for itself.
pub(super) fn itself(wanted: char, found: char) -> bool {
    wanted == found
}

/// `?` stands for any one character, another for itself.
pub(super) fn one_of_any(wanted: char, found: char) -> bool {
    wanted == '?' || wanted == found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, in as many steps as it takes.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => (0..=text.len()).any(|taken| by_definition(rest, &text[taken..])),
            (['?', rest @ ..], [_, behind @ ..]) => by_definition(rest, behind),
            ([wanted, rest @ ..], [found, behind @ ..]) => wanted == found && by_definition(rest, behind),
            _ => false,
        }
    }

    fn all_texts(letters: &[char], most: usize) -> Vec<Vec<char>> {
        let mut texts = vec![Vec::new()];
        let mut start = 0;
        for _ in 0..most {
            let longer: Vec<Vec<char>> = texts[start..]
                .iter()
                .flat_map(|text| letters.iter().map(move |&letter| [text.as_slice(), &[letter]].concat()))
                .collect();
            start = texts.len();
            texts.extend(longer);
        }
        texts
    }

    #[test]
    fn all_short_patterns_match_by_definition() {
        let texts = all_texts(&['a', 'b'], 5);
        for pattern in all_texts(&['a', 'b', '*', '?'], 5) {
            let written: String = pattern.iter().collect();
            for text in &texts {
                let path: String = text.iter().collect();
                assert_eq!(glob(&written, &path, one_of_any), by_definition(&pattern, text), "{written} {path}");
            }
        }
    }
}
