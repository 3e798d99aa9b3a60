# The statements that a bucket's or key's policy should hold. Policies are merged by `Sid`; statements of
# others stay as they are.
include "compare";

def as_list: if type == "array" then . else [.] end;
def source_arns: [.Condition.StringEquals // {} | to_entries[] | select(.key | ascii_downcase == "aws:sourcearn") | .value | as_list[]];

# Fills in what is known only now: the distribution, and the bucket where it was overridden.
def filled($distribution_arn; $bucket):
  map(.Condition.StringEquals["AWS:SourceArn"] = $distribution_arn
    | if .Resource | startswith($bucket["planned-arn"])
      then .Resource |= $bucket.arn + .[$bucket["planned-arn"] | length:] else . end);

# What corsynth once wrote for this distribution and does not want any more, and what `merged` kept aside.
def stale($wanted; $sids; $distribution_arn):
  (.Sid // "") as $sid
  | any($wanted[]; .Sid + "Previous" == $sid)
    or (($sid | startswith("Corsynth")) and ($sids | index($sid) == null) and source_arns == [$distribution_arn]);

# An interrupted run may have kept something aside already; the newer one stays.
def once: reduce .[] as $statement ([];
  if ($statement.Sid // "" | startswith("Corsynth")) and any(.[]; .Sid == $statement.Sid) then . else . + [$statement] end);

# Live policy (or null) in, policy out. $sids are those of the whole bundle. With $keep_previous, what is
# narrowed or dropped stays in force beside the new statements, until the edge has changed.
def merged($wanted; $sids; $distribution_arn; $keep_previous):
  (. // {Version: "2012-10-17"})
  | .Statement |= (
      (. // [] | as_list) as $live
      | [ $live[] as $old
          | first($wanted[] | select(.Sid == $old.Sid)) // null
          | if . == null then
              $old | select($keep_previous or (stale($wanted; $sids; $distribution_arn) | not))
            elif statement_meaning == ($old | statement_meaning) then $old
            elif $keep_previous then ., ($old | .Sid += "Previous")
            else .
            end ]
      | once
      | . + ($wanted | map(select(.Sid as $sid | all($live[]; .Sid != $sid)))));
