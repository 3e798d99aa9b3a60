#!/usr/bin/env bash
# Shows what apply.sh would change, and changes nothing.

set -euo pipefail

exec bash "$(dirname "${BASH_SOURCE[0]}")/apply.sh" --dry-run "$@"
