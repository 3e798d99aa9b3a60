//! The one file of an archive that is stored and not packed, which is what corsynth writes for a Lambda. Any other
//! archive says nothing here. <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

/// The text of the file `name`, when nothing else is in the archive.
pub(super) fn only_file<'a>(archive: &'a str, name: &str) -> Option<&'a str> {
    let local = Record(archive.strip_prefix("PK\u{3}\u{4}")?);
    let length = local.number(14)?;
    let content = local.0.get(26..)?.strip_prefix(name)?;
    let (text, rest) = (content.get(..length)?, content.get(length..)?);
    // Stored, and with no time of its own.
    let is_stored = local.number(4)? == 0 && local.number(18)? == length && local.number(22)? == name.len();
    // What is looked at when the archive is opened: one entry, which says the same, and begins where the archive does.
    let entry = Record(rest.strip_prefix("PK\u{1}\u{2}")?);
    let says_the_same = entry.0.get(2..28)? == local.0.get(..26)?;
    let begins = entry.number(28)? == 0 && entry.number(38)? == 0;
    let end = Record(entry.0.get(42..)?.strip_prefix(name)?.strip_prefix("PK\u{5}\u{6}")?);
    let is_alone = end.number(4)? == 0x0001_0001 && end.0.len() == 18;
    (is_stored && says_the_same && begins && is_alone).then_some(text)
}

/// A record without its mark.
struct Record<'a>(&'a str);

impl Record<'_> {
    /// Four bytes from a place, the lowest first.
    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.0.as_bytes().get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }
}
