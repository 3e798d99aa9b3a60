//! "Did you mean": the known word nearest to one that is not known.

/// Characters of a word that are looked at: what is longer than any name has no neighbour.
const LOOKED_AT: usize = 256;

/// The known word that was probably meant: one slip for every three characters. Upper case, and `_` for `-`, are common
/// and no slips.
pub fn nearest(word: &str, known: &[String]) -> Option<String> {
    let fold = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let word = fold(&word.chars().take(LOOKED_AT).collect::<String>());
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &fold(name)), name))
        .filter(|(slips, name)| *slips <= (name.chars().count() / 3).max(1))
        .min()
        .map(|(_, name)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = ["fonts", "StaticBucket", "request-headers"].map(str::to_owned);
        let near = |word: &str| nearest(word, &known);
        assert_eq!(near("fnots").as_deref(), Some("fonts"));
        assert_eq!(near("staticbucket").as_deref(), Some("StaticBucket"));
        assert_eq!(near("REQUEST_HEADERS").as_deref(), Some("request-headers"));
        assert_eq!(near("video"), None);
        assert_eq!(near(&"f".repeat(1 << 20)), None);
    }
}
