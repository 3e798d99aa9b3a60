//! What an unquoted word means: YAML 1.2's core schema, plus the words that other readers read otherwise.
//! <https://yaml.org/spec/1.2.2/#103-core-schema>. Knows no places and reports nothing.

use super::node::Value;

/// A number that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// `.inf`, `-.inf`, `.nan`.
    NotFinite,
    /// Does not fit in 64 bits.
    TooLarge,
}

/// The value of an unquoted word.
pub(super) fn resolve(text: &str) -> Result<Value, Unusable> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err(Unusable::NotFinite),
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|d| digits_only(d, 8)) {
        return integer(i64::from_str_radix(digits, 8));
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|d| digits_only(d, 16)) {
        return integer(i64::from_str_radix(digits, 16));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Err(Unusable::NotFinite);
    }
    if digits_only(unsigned, 10) {
        // The core schema reads a number here and loses the zero; account ids begin with one.
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return Ok(Value::String(text.to_owned()));
        }
        return integer(text.parse());
    }
    if is_float(unsigned) {
        return match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Value::Float(value)),
            _ => Err(Unusable::TooLarge),
        };
    }
    Ok(Value::String(text.to_owned()))
}

fn integer(parsed: Result<i64, std::num::ParseIntError>) -> Result<Value, Unusable> {
    parsed.map(Value::Integer).map_err(|_| Unusable::TooLarge)
}

fn digits_only(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_digit(radix))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => digits_only(fraction, 10),
        Some((whole, fraction)) => digits_only(whole, 10) && (fraction.is_empty() || digits_only(fraction, 10)),
        None => digits_only(mantissa, 10),
    };
    mantissa_fits && exponent.is_none_or(|e| digits_only(e.strip_prefix(['-', '+']).unwrap_or(e), 10))
}

/// Whether YAML 1.1 reads a boolean where 1.2 reads text. <https://yaml.org/type/bool.html>
pub(super) fn is_yaml_1_1_boolean(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_the_core_schema_says() {
        let text = |s: &str| Ok(Value::String(s.to_owned()));
        for (word, value) in [
            ("", Ok(Value::Null)),
            ("~", Ok(Value::Null)),
            ("NULL", Ok(Value::Null)),
            ("nULL", text("nULL")),
            ("True", Ok(Value::Bool(true))),
            ("tRue", text("tRue")),
            ("no", text("no")),
            ("0", Ok(Value::Integer(0))),
            ("-0", Ok(Value::Integer(0))),
            ("+7", Ok(Value::Integer(7))),
            ("-9223372036854775808", Ok(Value::Integer(i64::MIN))),
            ("9223372036854775808", Err(Unusable::TooLarge)),
            ("012345678901", text("012345678901")),
            ("00", text("00")),
            ("-01", text("-01")),
            ("0o17", Ok(Value::Integer(15))),
            ("0o18", text("0o18")),
            ("0o-7", text("0o-7")),
            ("0xfF", Ok(Value::Integer(255))),
            ("0x", text("0x")),
            ("-0x1", text("-0x1")),
            ("1_000", text("1_000")),
            ("60:30", text("60:30")),
            ("2012-10-17", text("2012-10-17")),
            ("1.", Ok(Value::Float(1.0))),
            (".5", Ok(Value::Float(0.5))),
            (".", text(".")),
            ("-", text("-")),
            ("+.5e-3", Ok(Value::Float(0.0005))),
            ("1e3", Ok(Value::Float(1000.0))),
            ("1e", text("1e")),
            ("e3", text("e3")),
            ("1.2.3", text("1.2.3")),
            ("1e999", Err(Unusable::TooLarge)),
            (".inf", Err(Unusable::NotFinite)),
            ("-.INF", Err(Unusable::NotFinite)),
            (".NaN", Err(Unusable::NotFinite)),
            ("-.nan", text("-.nan")),
            ("inf", text("inf")),
            ("NaN", text("NaN")),
            ("١٢", text("١٢")),
        ] {
            assert_eq!(resolve(word), value, "{word}");
        }
    }
}
