//! Intrinsic functions: their arguments in, tagged YAML out.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use super::super::yaml::{Yaml, map, text};
use super::name;

fn tagged(tag: &'static str, value: Yaml) -> Yaml {
    Yaml::Tagged(tag, Box::new(value))
}

/// `!Ref`
pub(super) fn reference(name: impl Into<String>) -> Yaml {
    tagged("!Ref", text(name))
}

/// `!GetAtt`
pub(super) fn attribute(resource: &str, attribute: &str) -> Yaml {
    tagged("!GetAtt", text(format!("{resource}.{attribute}")))
}

/// `!Condition`
pub(super) fn condition(name: impl Into<String>) -> Yaml {
    tagged("!Condition", text(name))
}

/// `!Equals` of a parameter or pseudo parameter and a text.
pub(super) fn equals(parameter: impl Into<String>, value: &str) -> Yaml {
    tagged("!Equals", Yaml::Flow(vec![reference(parameter), text(value)]))
}

/// `!Not`
pub(super) fn not(condition: Yaml) -> Yaml {
    tagged("!Not", Yaml::Flow(vec![condition]))
}

/// `!If`, with nothing where the condition does not hold.
pub(super) fn if_or_nothing(condition: impl Into<String>, value: Yaml) -> Yaml {
    tagged("!If", Yaml::List(vec![text(condition), value, reference("AWS::NoValue")]))
}

/// `!And`
pub(super) fn and(conditions: Vec<Yaml>) -> Yaml {
    tagged("!And", Yaml::List(conditions))
}

/// The value that the stack `CorsynthStackName` exports under the name of one of its outputs. The long form,
/// because a node cannot have the two tags `!ImportValue` and `!Sub`.
pub(super) fn import(output: &str) -> Yaml {
    map([("Fn::ImportValue", concat(&[Part::Ref(name::STACK_NAME), Part::Text("-"), Part::Text(output)]))])
}

/// A piece of a string.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    /// As it is.
    Text(&'a str),
    /// The value of a parameter or pseudo parameter.
    Ref(&'a str),
}

/// The pieces as one string: `!Sub`, or `!Join` when a text has a `${`. (`Fn::Sub` knows `${!a}` for a literal
/// `${a}`, but says nothing of a `${` that is not closed; a joined text needs no escape at all.)
pub(super) fn concat(parts: &[Part<'_>]) -> Yaml {
    let mut template = String::new();
    for part in parts {
        match part {
            Part::Text(literal) if literal.contains("${") => {
                let items = parts.iter().map(|part| match part {
                    Part::Text(literal) => text(*literal),
                    Part::Ref(name) => reference(*name),
                });
                return tagged("!Join", Yaml::List(vec![text(""), Yaml::List(items.collect())]));
            }
            Part::Text(literal) => template.push_str(literal),
            Part::Ref(name) => template.extend(["${", *name, "}"]),
        }
    }
    tagged("!Sub", text(template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_brace_in_a_text_is_never_inside_sub() {
        let plain = concat(&[Part::Ref("NamePrefix"), Part::Text("-static")]);
        assert_eq!(plain, tagged("!Sub", text("${NamePrefix}-static")));
        for literal in ["${AWS::Region}", "a${", "${!a}"] {
            let joined = concat(&[Part::Ref("NamePrefix"), Part::Text(literal)]);
            let items = Yaml::List(vec![reference("NamePrefix"), text(literal)]);
            assert_eq!(joined, tagged("!Join", Yaml::List(vec![text(""), items])));
        }
    }
}
