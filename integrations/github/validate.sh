#!/usr/bin/env bash
# Checks intents for action.yml. What it is asked for comes in variables, and is never a part of a command.
set -euo pipefail

paths=()
while IFS= read -r path; do
    if [[ -n $path ]]; then paths+=("$path"); fi
done <<<"$CORSYNTH_PATHS"

validate() {
    # An empty list is an error to the Bash of macOS.
    corsynth --color never validate --fail-on "$CORSYNTH_FAIL_ON" --output-format "$1" \
        -- ${paths[@]+"${paths[@]}"} </dev/null
}

# The exit code of the step is the one of the first run; the others say the same in other words.
code=0
if [[ $CORSYNTH_ANNOTATIONS == true ]]; then
    validate github || code=$?
else
    # Nothing that stands in a file is a command to the runner.
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "::stop-commands::$token"
    validate human || code=$?
    echo "::$token::"
fi
if [[ $CORSYNTH_JOB_SUMMARY == true ]]; then
    validate markdown >>"$GITHUB_STEP_SUMMARY" 2>/dev/null || true
fi
if [[ -n $CORSYNTH_SARIF_FILE ]]; then
    validate sarif >"$CORSYNTH_SARIF_FILE" 2>/dev/null || true
    # A line end would begin another output.
    echo "sarif-file=${CORSYNTH_SARIF_FILE//[$'\r\n']/}" >>"$GITHUB_OUTPUT"
fi
exit "$code"
