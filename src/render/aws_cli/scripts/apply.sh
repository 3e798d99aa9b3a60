#!/usr/bin/env bash
# Brings the buckets and distributions to what the intent says, and nothing else. See README.md.

set -euo pipefail

usage() {
  cat <<'END'
usage: apply.sh [--dry-run] [--replace-cors] [--drop-signers] [--asset ID]...

  --dry-run       show what would change, and change nothing (the same as plan.sh)
  --replace-cors  drop CORS rules that are not corsynth's; without it they keep their place
  --drop-signers  no longer ask for signatures where the intent does not; without it key groups of others stay
  --asset ID      only this asset; may be given more than once
END
}

DRY_RUN=no REPLACE=false DROP=false ASSETS=()
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY_RUN=yes ;;
    --replace-cors) REPLACE=true ;;
    --drop-signers) DROP=true ;;
    --asset)
      [ $# -ge 2 ] || { usage >&2 && exit 2; }
      ASSETS+=("$2")
      shift
      ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/steps.sh
. "$LIB/steps.sh"
REPLACE_CORS=$REPLACE
DROP_SIGNERS=$DROP

need aws jq diff
UNFINISHED="nothing was changed"
read_bundle ${ASSETS[@]+"${ASSETS[@]}"}
check_identity

run_steps plan

if [ "$CHANGED" = yes ] && [ "$DRY_RUN" = no ]; then
  new_backup
  UNFINISHED="half way; run apply.sh again to finish it, or rollback.sh to restore what is in $BACKUP"
  run_steps apply
  say "done; what was there before is in $BACKUP"
elif [ "$CHANGED" = yes ]; then
  say "dry run: nothing was changed"
else
  say "no changes"
fi

if [ -s "$WORK/remains" ]; then
  say "remains to be done:"
  sort -u "$WORK/remains" | sed 's/^/  /'
fi
