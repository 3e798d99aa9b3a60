//! The pipeline from end to end: an intent's bytes in, findings and a plan out.

use crate::deployed::Deployed;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Node;
use crate::intent::Intent;
use crate::lower::Lowered;
use crate::plan::Plan;
use crate::source::SourceFile;
use crate::{document, intent, lint, lower, schema, verify};

pub use crate::document::Syntax;
pub use crate::lower::Choice;

/// An intent as it was read.
#[derive(Debug, Clone)]
pub struct Input {
    /// What messages call it: a path, or `<stdin>`.
    pub name: String,
    /// The bytes, whatever they are.
    pub bytes: Vec<u8>,
    /// How they are to be read.
    pub syntax: Syntax,
}

/// What became of an intent.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The text, for showing findings.
    pub source: SourceFile,
    /// The text as a tree, for finding what a JSON Pointer of the plan names; `None` when it has none.
    pub root: Option<Node>,
    /// All findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What the user means; `None` when it means nothing.
    pub intent: Option<Intent>,
    /// What AWS should hold; `None` when there are errors.
    pub plan: Option<Plan>,
    /// What the compiler chose, and why.
    pub choices: Vec<Choice>,
    /// False when encoding or syntax are so broken that nothing could be read.
    pub readable: bool,
}

/// Compiles an intent. Every stage reports all it can; a later stage works with what an earlier one left, and stops
/// where it would only invent follow-up errors.
pub fn compile(input: Input) -> Compiled {
    let mut diags = Diagnostics::default();
    let (source, root) = match document::read_source(&mut diags, &input.name, input.bytes) {
        Ok(source) => {
            let root = document::parse(&mut diags, &source, input.syntax);
            (source, root)
        }
        Err(unusable) => (unusable, None),
    };
    let readable = root.is_some();
    let intent = root.as_ref().and_then(|root| {
        schema::check(&mut diags, root);
        intent::read(&mut diags, root)
    });
    if let Some(intent) = &intent {
        lint::intent::check(&mut diags, intent);
    }
    let intent = intent.filter(|_| !diags.has_errors());
    let lowered = intent.as_ref().and_then(|intent| lower::lower(&mut diags, intent));
    let (plan, choices) = match lowered {
        Some(Lowered { plan, choices }) => (Some(plan), choices),
        None => (None, Vec::new()),
    };
    let mut diagnostics = diags.into_sorted();
    for finding in &mut diagnostics {
        finding.fix = finding.fix.take().map(|fix| fix.written_into(&source));
    }
    Compiled { source, root, diagnostics, intent, plan, choices, readable }
}

impl Compiled {
    /// Tries the intent's expectations and proves that the plan grants exactly the intent; both as findings. With an
    /// error among them there is no plan.
    #[must_use]
    pub fn verified(self) -> Self {
        match self.plan.as_ref().map(Deployed::from) {
            Some(deployed) => self.verified_with(&deployed, &[]),
            None => self,
        }
    }

    /// The same for what was read back from artifacts of the plan, and what of them was not understood.
    #[must_use]
    pub fn verified_with(mut self, deployed: &Deployed, unknowns: &[String]) -> Self {
        let Some(intent) = &self.intent else { return self };
        let mut diags = Diagnostics::default();
        self.diagnostics.drain(..).for_each(|finding| diags.push(finding));
        verify::expectations(&mut diags, intent, deployed);
        verify::grants(&mut diags, intent, deployed, unknowns);
        if diags.has_errors() {
            self.plan = None;
        }
        self.diagnostics = diags.into_sorted();
        self
    }

    /// `file:line` of what a JSON Pointer into the intent names; of an alias where it is used. `None` when there is
    /// no such thing.
    pub fn place_of(&self, pointer: &str) -> Option<String> {
        let root = self.root.as_ref()?;
        let node = root.pointer(pointer)?;
        let span = root.aliases(pointer).first().copied().unwrap_or(node.span);
        Some(format!("{}:{}", self.source.name(), self.source.position(span.start).line))
    }
}
