#!/usr/bin/env bash
# Everything that is held against something else, at size, and how much of it agreed. Minutes to an hour; CONTRIBUTING.md
# says which variables name the browser, the other S3 servers and the mirror of the provider.
set -euo pipefail
cd "$(dirname "$0")/.."
export CORSYNTH_BROWSER_CASES=${CORSYNTH_BROWSER_CASES:-10000}
export CORSYNTH_S3_REQUESTS=${CORSYNTH_S3_REQUESTS:-10000}
export CORSYNTH_INTENT_CASES=${CORSYNTH_INTENT_CASES:-1000}
export CORSYNTH_TERRAFORM_CASES=${CORSYNTH_TERRAFORM_CASES:-1000}
export CORSYNTH_FUZZ_CASES=${CORSYNTH_FUZZ_CASES:-20000}
cargo test --locked --test it -- --nocapture --test-threads 2 \
  chromium_agrees other_servers_differ terraform_batches prove::vocabulary properties fuzzing code_and_model_agree |
  grep -E '^(not run|[0-9]+ |[a-z0-9]+: [0-9]|test )'
