//! Words of the commands that READMEs show.

/// Text as one word of a command, or a placeholder where a shell or Markdown could read it otherwise.
pub(super) fn argument(text: &str, placeholder: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if plain { text.to_owned() } else { placeholder.to_owned() }
}

/// A path to invalidate, in single quotes because of its `*`.
pub(super) fn quoted_argument(path: &str) -> String {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/*._-~%+,=:@".contains(&b));
    if plain { format!("'{path}'") } else { "PATH".to_owned() }
}
