# What two API documents have in common when they mean the same: no counts, no empty members, and lists
# that are sets in a fixed order.

def meaning:
  if type == "object" then
    del(.Quantity) | map_values(meaning) | with_entries(select(.value | . != null and . != "" and . != [] and . != {}))
  elif type == "array" then map(meaning) | sort
  else .
  end;

# An IAM statement. A single value may stand for a list of one, and condition keys have no case.
def value_list: if type == "array" then sort else [.] end;
def statement_meaning:
  with_entries(
    if .key == "Condition" then
      .value |= map_values(with_entries(.key |= ascii_downcase | .value |= value_list))
    elif (.key | endswith("Principal")) and (.value | type == "object") then .value |= map_values(value_list)
    elif .key == "Sid" or .key == "Effect" then .
    else .value |= value_list
    end);
