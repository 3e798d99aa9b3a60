//! Seeds to broken inputs: always the same sequence.

/// What formats are sensitive to.
const TOKENS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "#",
    "- ",
    "&a ",
    "*a",
    "!!str ",
    "!Sub ",
    "|\n ",
    "${",
    "%{",
    "}}",
    "$${",
    "null",
    "true",
    "~",
    "*",
    "<<",
    "--- ",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "é",
    "👩‍👧",
    "for_each = ",
    "9223372036854775808",
    "-1",
    "1e999",
    "https://*.",
];

/// Makes inputs out of seeds.
pub(super) struct Mutator<'s> {
    seeds: &'s [Vec<u8>],
    state: u64,
}

impl<'s> Mutator<'s> {
    /// Always begins the same.
    pub(super) fn new(seeds: &'s [Vec<u8>]) -> Self {
        Self { seeds, state: 0x9E37_79B9_7F4A_7C15 }
    }

    /// Another input: a seed with one to six changes.
    pub(super) fn next(&mut self) -> Vec<u8> {
        let mut bytes = self.seed().to_vec();
        for _ in 0..=self.below(6) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let (from, to) = self.range(bytes.len());
        match self.below(9) {
            0 if from < bytes.len() => bytes[from] ^= 1 << self.below(8),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let copy = bytes[from..to].to_vec();
                let at = self.below(bytes.len() + 1);
                bytes.splice(at..at, copy);
            }
            3 | 4 => {
                let token = TOKENS[self.below(TOKENS.len())];
                bytes.splice(from..from, token.bytes());
            }
            5 => {
                let token = TOKENS[self.below(TOKENS.len())];
                bytes.splice(from..to, token.bytes());
            }
            6 => {
                let other = self.seed();
                let (first, last) = self.range(other.len());
                bytes.splice(from..to, other[first..last].iter().copied());
            }
            7 => self.swap_lines(bytes),
            _ => bytes.truncate(to),
        }
    }

    fn swap_lines(&mut self, bytes: &mut Vec<u8>) {
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        if !lines.is_empty() {
            let (one, other) = (self.below(lines.len()), self.below(lines.len()));
            lines.swap(one, other);
            *bytes = lines.concat();
        }
    }

    fn seed(&mut self) -> &'s [u8] {
        let at = self.below(self.seeds.len());
        &self.seeds[at]
    }

    /// A short range most of the time, and a long one now and then.
    fn range(&mut self, len: usize) -> (usize, usize) {
        let from = self.below(len + 1);
        let most = if self.below(8) == 0 { len } else { 12 };
        (from, (from + self.below(most + 1)).min(len))
    }

    /// A number below `limit` (xorshift64*).
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let number = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }
}
