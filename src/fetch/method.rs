//! Request methods. <https://fetch.spec.whatwg.org/#methods>

use super::header::is_token;

/// A method: a token, compared byte by byte. Ordered as people list them: reading first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
    /// Any other token.
    Other(String),
}

impl Method {
    /// The method a text names; `None` when it is not a token.
    /// <https://fetch.spec.whatwg.org/#concept-method>
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            other if is_token(other) => Self::Other(other.to_owned()),
            _ => return None,
        })
    }

    /// The bytes on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Other(other) => other,
        }
    }

    /// Whether a browser sends it across origins without asking first.
    /// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
    pub fn is_cors_safelisted(&self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Post)
    }

    /// Whether no page can send it. <https://fetch.spec.whatwg.org/#forbidden-method>
    pub fn is_forbidden(&self) -> bool {
        ["CONNECT", "TRACE", "TRACK"].iter().any(|m| self.as_str().eq_ignore_ascii_case(m))
    }

    /// Whether it only reads.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}
