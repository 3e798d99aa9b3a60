#!/usr/bin/env bash
# Puts corsynth on the PATH of the steps that follow: the one that is there, or else the one of this directory's project.
set -euo pipefail

if command -v corsynth >/dev/null; then
    corsynth --version
    exit 0
fi
cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/corsynth"
echo "$RUNNER_TEMP/corsynth/bin" >>"$GITHUB_PATH"
