# When two patterns have a common match. Origins and path patterns both use `*` for any run of
# characters; a path pattern's `?` is one character.

# A path pattern as CloudFront reads it: the slash in front is optional.
def path_pattern: if startswith("/") or startswith("*") then . else "/" + . end;

# The pattern as a regular expression. Its `?` does not stand for a `*`, so that `covers` can be asked
# about the text of another pattern.
def regex:
  gsub("(?<c>[^A-Za-z0-9*?])"; "\\" + .c) | gsub("\\*"; ".*") | gsub("\\?"; "[^*]") | "\\A" + . + "\\z";

# Whether every match of $inner is a match of $outer.
def covers($outer; $inner): $inner | test($outer | regex; "p");

def starts_alike($a; $b): ($a | startswith($b)) or ($b | startswith($a));
def ends_alike($a; $b): ($a | endswith($b)) or ($b | endswith($a));
def head: sub("[*?].*\\z"; ""; "p");
def tail: sub("\\A.*[*?]"; ""; "p");

# Whether something matches both. Exact with at most one `*` each; with more it may say yes too often.
def overlap($a; $b):
  ($a | test("[*?]")) as $a_wild | ($b | test("[*?]")) as $b_wild |
  if $a_wild and $b_wild then starts_alike($a | head; $b | head) and ends_alike($a | tail; $b | tail)
  elif $a_wild then covers($a; $b)
  else covers($b; $a)
  end;
