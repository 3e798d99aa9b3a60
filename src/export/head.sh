#
# Sends the requests of the intent's expectations with curl, and compares the CORS headers of the answers with those
# that were computed. Only GET, HEAD and OPTIONS are sent: a request that writes is checked by its preflight.
# Exits 0 when all answers are as computed, 1 when one is not, 2 when the requests cannot be sent.

# Texts of the intent are data, whatever they look like.
# shellcheck disable=SC1003,SC2016

set -u

command -v curl >/dev/null || {
  echo "curl is not installed" >&2
  exit 2
}
answer=$(mktemp) || exit 2
trap 'rm -f "$answer"' EXIT
different='' checked='' passed=0 failed=0 unchecked=0

# expectation NAME
expectation() {
  name=$1 different='' checked=''
}

# send METHOD URL HEADER...
send() {
  method=$1 url=$2
  shift 2
  if [ "$method" = HEAD ]; then set -- --head "$@"; else set -- --request "$method" "$@"; fi
  if ! curl --disable --silent --show-error --globoff --path-as-is --max-time 30 --output /dev/null \
    --dump-header "$answer" --url "$url" "$@"; then
    : >"$answer"
    note "$method $url: no answer"
  fi
}

note() {
  different="$different
       $1"
}

# The values of a header of the last answer, joined by a comma.
value_of() {
  tr -d '\r' <"$answer" | NAME=$1 awk '
    /^HTTP\// { all = ""; seen = 0 }
    tolower(substr($0, 1, length(ENVIRON["NAME"]) + 1)) == tolower(ENVIRON["NAME"]) ":" {
      value = substr($0, length(ENVIRON["NAME"]) + 2)
      gsub(/^[ \t]+|[ \t]+$/, "", value)
      all = seen++ ? all ", " value : value
    }
    END { print all }'
}

# A list of names in one order and one case.
names() {
  printf '%s\n' "$1" | tr ',[:upper:]' '\n[:lower:]' | tr -d ' \t' | sed '/^$/d' | sort -u
}

# status CODE
status() {
  checked=yes
  found=$(tr -d '\r' <"$answer" | awk '/^HTTP\// { status = $2 } END { print status }')
  [ "$found" = "$1" ] || note "$method $url: the status is $1 expected, ${found:-none} found"
}

# header NAME VALUE
header() {
  checked=yes
  found=$(value_of "$1")
  [ "$found" = "$2" ] || note "$method $url: $1: \"$2\" expected, \"$found\" found"
}

# listed NAME VALUE: the same names in any order and case
listed() {
  checked=yes
  found=$(value_of "$1")
  [ "$(names "$found")" = "$(names "$2")" ] || note "$method $url: $1: \"$2\" expected, \"$found\" found"
}

# absent NAME
absent() {
  checked=yes
  found=$(value_of "$1")
  [ -z "$found" ] || note "$method $url: $1: none expected, \"$found\" found"
}

# skip WHAT
skip() {
  printf '     not sent, because it would write: %s\n' "$1"
}

# result: of the expectation
result() {
  if [ -n "$different" ]; then
    failed=$((failed + 1))
    printf 'FAIL %s%s\n' "$name" "$different"
  elif [ -n "$checked" ]; then
    passed=$((passed + 1))
    printf 'ok   %s\n' "$name"
  else
    unchecked=$((unchecked + 1))
    printf 'skip %s\n' "$name"
  fi
}
