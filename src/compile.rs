//! The pipeline from end to end: an intent's bytes in, findings and a plan out.

mod environments;

use crate::catalog;
use crate::deployed::Deployed;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Levels, Policy, Waiver};
use crate::document::Node;
use crate::intent::{Date, Intent, Setting};
use crate::lower::Lowered;
use crate::plan::Plan;
use crate::source::SourceFile;
use crate::{document, intent, lint, lower, schema, silence, verify};

pub use crate::document::Syntax;
pub use crate::lower::Choice;
pub use environments::{Checked, check};

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

/// What holds beside the intent.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The day, by which waivers end; on no day they do not.
    pub today: Option<Date>,
    /// Levels of findings.
    pub levels: Levels,
    /// Codes whose findings are errors that nothing lets pass.
    pub forbidden: Vec<&'static Code>,
}

impl Options {
    /// What becomes of findings, as far as that is said beside the intent.
    pub fn policy(&self) -> Policy {
        let by_configuration = |code: &&'static Code| (code.id, "the configuration".to_owned());
        let mut policy = Policy::default();
        policy.known = catalog::codes();
        policy.levels = self.levels.clone();
        policy.forbidden.extend(self.forbidden.iter().map(by_configuration));
        policy
    }
}

/// An intent's text as a tree, before anybody asks for which environment.
#[derive(Debug, Clone)]
pub struct Parsed {
    source: SourceFile,
    root: Option<Node>,
    diags: Diagnostics,
    today: Option<Date>,
}

/// What became of an intent in one environment, or of one that has none.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The text, for showing findings.
    pub source: SourceFile,
    /// The text as a tree, for finding what a JSON Pointer of the plan names; `None` when it has none.
    pub root: Option<Node>,
    /// The environment, where the file has some.
    pub environment: Option<String>,
    /// All findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Comments and waivers that silence nothing in this environment.
    unused: Vec<Diagnostic>,
    /// What the user means; `None` when there are errors.
    pub intent: Option<Intent>,
    /// What AWS should hold; `None` when there are errors.
    pub plan: Option<Plan>,
    /// What the compiler chose, and why.
    pub choices: Vec<Choice>,
    /// False when encoding or syntax are so broken that nothing could be read.
    pub readable: bool,
}

/// Compiles an intent that has no environments, with nothing set. Every stage reports all it can; a later stage works
/// with what an earlier one left, and stops where it would only invent follow-up errors.
pub fn compile(input: Input) -> Compiled {
    Parsed::new(input, &Options::default()).compile(None)
}

impl Parsed {
    /// Reads the text, and checks its shape.
    pub fn new(input: Input, options: &Options) -> Self {
        let mut diags = Diagnostics::new(options.policy());
        let (source, root) = match document::read_source(&mut diags, &input.name, input.bytes) {
            Ok(source) => {
                let root = document::parse(&mut diags, &source, input.syntax);
                (source, root)
            }
            Err(unusable) => (unusable, None),
        };
        if let Some(root) = &root {
            silence::read_comments(&mut diags, &source, root);
            schema::check(&mut diags, root);
        }
        Self { source, root, diags, today: options.today }
    }

    /// The names of its environments, in the order of the file.
    pub fn environments(&self) -> Vec<String> {
        self.root.as_ref().map(intent::environments).unwrap_or_default()
    }

    /// Compiles it for an environment, where it has some.
    pub fn compile(self, environment: Option<&str>) -> Compiled {
        let Self { source, root, mut diags, today } = self;
        let setting = Setting { environment, today };
        let intent = root.as_ref().and_then(|root| intent::read(&mut diags, root, &setting));
        if let Some(root) = &root {
            lint::style::check(&mut diags, &source, root);
        }
        if let Some(intent) = &intent {
            lint::intent::check(&mut diags, intent);
            lint::guard::check(&mut diags, intent);
        }
        let intent = intent.filter(|_| !diags.has_errors());
        let lowered = intent.as_ref().and_then(|intent| lower::lower(&mut diags, intent));
        let mut unused = Vec::new();
        if lowered.is_some() {
            unused = [silence::unused(&diags), intent::unused_waivers(&diags)].concat();
        }
        // What one environment has no use for, another may need.
        if environment.is_none() {
            unused.drain(..).for_each(|finding| diags.push(finding));
        }
        let (plan, choices) = match lowered {
            Some(Lowered { plan, choices }) => (Some(plan), [choices, waived(&diags)].concat()),
            None => (None, Vec::new()),
        };
        let readable = root.is_some();
        let with_variables = root.as_ref().filter(|root| !intent::environments(root).is_empty());
        let variables = with_variables.map(intent::variables).unwrap_or_default();
        let mut diagnostics = diags.into_sorted();
        for finding in &mut diagnostics {
            // A text with variables is not replaced by its value in one environment.
            let fix = finding
                .fix
                .take()
                .filter(|fix| !variables.iter().any(|text| text.start < fix.span.end && fix.span.start < text.end));
            finding.fix = fix.and_then(|fix| fix.written_into(&source));
        }
        let environment = environment.map(str::to_owned);
        Compiled { source, root, environment, diagnostics, unused, intent, plan, choices, readable }
    }
}

/// What is let pass, as something that was chosen: by the user.
fn waived(diags: &Diagnostics) -> Vec<Choice> {
    let choice = |waiver: &Waiver| {
        let subject = [waiver.frontends.join(", "), waiver.assets.join(", ")];
        let subject: Vec<_> = subject.into_iter().filter(|names| !names.is_empty()).collect();
        Choice { subject: subject.join(" to "), text: format!("`{}` is waived {}", waiver.code.id, waiver.reason) }
    };
    diags.policy.used_waivers().map(choice).collect()
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
