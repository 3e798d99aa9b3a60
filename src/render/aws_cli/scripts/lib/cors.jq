# The CORS rules that a bucket should hold. Rules whose ID starts with `corsynth-` are ours, the others
# belong to somebody else and keep their place.
include "patterns";
include "compare";

def ours: .ID // "" | startswith("corsynth-");

def rules_overlap($a; $b):
  any($a.AllowedMethods[]; . as $method | $b.AllowedMethods | index($method) != null)
  and any($a.AllowedOrigins[]; . as $origin | any($b.AllowedOrigins[]; overlap($origin; .)));

# Live rules in, rules out.
def target($wanted; $replace_foreign):
  if $replace_foreign then $wanted
  else
    ((map(ours) | index(true)) // length) as $place
    | .[:$place] + $wanted + (.[$place:] | map(select(ours | not)))
  end;

# S3 takes the first rule that matches, so a rule of somebody else in front of ours speaks instead of it.
# Rules that are the outcome of `target` in, sentences out.
def shadows:
  ((map(ours) | index(true)) // length) as $place | .[:$place][] as $foreign
  | first(.[$place:][] | select(ours) | select(rules_overlap($foreign; .)))
  | "rule \($foreign.ID // $foreign.AllowedOrigins | tojson) is not corsynth's, stands in front of \(.ID | tojson) and matches some of the same requests";

# Live rules in, the rules that hold while the edge changes: what was granted and what will be.
def between($wanted; $replace_foreign):
  ($wanted | map(meaning | del(.ID))) as $known
  | map(select($replace_foreign or ours) | select((meaning | del(.ID)) as $rule | $known | index([$rule]) == null)) as $old
  | if $old == [] or ($old + target($wanted; $replace_foreign) | length) > 100 then target($wanted; $replace_foreign)
    else target($wanted + [$old | to_entries[] | .value + {ID: "corsynth-previous.\(.key + 1)"}]; $replace_foreign)
    end;

# Live rules in, the rules that hold while the edge goes back: $before, and what is granted now.
def beside($before):
  ($before | map(meaning)) as $known | ($before | map(.ID // empty)) as $ids
  | [ .[] | select(meaning as $rule | $known | index([$rule]) == null) ]
  | $before + [to_entries[] | if .value.ID as $id | $ids | index($id) == null then .value else .value + {ID: "corsynth-previous.\(.key + 1)"} end]
  | if length > 100 then $before else . end;
