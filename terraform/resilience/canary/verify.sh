# Says whether /data/canary is whole. Its first line is "strata-canary/1 <time of writing, UTC> <sha256>", where
# the sha256 is that of everything after the first line.
set -eu
file="${1:-/data/canary}"
read -r format written expected < "$file"
[ "$format" = "strata-canary/1" ] || { echo "$file: no canary: $format"; exit 1; }
actual=$(tail -n +2 "$file" | sha256sum | cut -d " " -f 1)
[ "$actual" = "$expected" ] || { echo "$file: $actual is not $expected, written $written"; exit 1; }
echo "$file: whole, written $written, sha256 $actual"
