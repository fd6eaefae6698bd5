# What plan.sh and apply.sh share; sourced by both, from the root of the unpacked source.
# POSIX sh, terraform and aws only.

ROOT=$PWD
PREFIX="runs/$RUN_ID/$LAYER"
: >"$ROOT/exports.env"

# say NAME VALUE: a variable that the build exports.
say() {
  printf "%s='%s'\n" "$1" "$(printf %s "$2" | tr -d "'")" >>"$ROOT/exports.env"
}

# fail MESSAGE: ends the build with a message that the state machine can show.
fail() {
  printf '%s\n' "$1" >&2
  say FAILURE "$1"
  exit 1
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# The first error in terraform's output, on one line: without its frame, at most 900 characters
# (a state machine's error cause holds 32 KiB, and several layers may fail at once).
first_error() {
  sed -n '/Error: /,$p' "$1" | sed -e 's/^[│╷╵ ]*//' | tr '\n' ' ' | tr -s ' ' | cut -c 1-900
}

# fetch KEY VERSION SHA256 FILE: an object exactly as it was pinned.
fetch() {
  aws s3api get-object --bucket "$ARTEFACT_BUCKET" --key "$1" --version-id "$2" "$4" >/dev/null 2>"$ROOT/aws.log" ||
    fail "reading $1: $(tr '\n' ' ' <"$ROOT/aws.log")"
  found=$(sha256 "$4")
  [ "$found" = "$3" ] ||
    fail "EvidenceMismatchError: $1 (version $2) has sha256 $found, but $3 was reviewed. Nothing was applied. Find out who wrote to the artefact bucket, then start a new run: it plans again."
}

# store FILE NAME: uploads beside the plan, encrypted with the plans' key; prints the version.
store() {
  aws s3api put-object --bucket "$ARTEFACT_BUCKET" --key "$PREFIX/$2" --body "$1" \
    --server-side-encryption aws:kms --ssekms-key-id "$PLAN_KMS_KEY_ARN" --query VersionId --output text \
    2>"$ROOT/aws.log" || fail "writing $PREFIX/$2: $(tr '\n' ' ' <"$ROOT/aws.log")"
}

# initialise [OPTION…]: the backend's place is configuration, so the layer's files name no bucket.
initialise() {
  terraform init -input=false -no-color \
    -backend-config="bucket=$STATE_BUCKET" \
    -backend-config="key=$STATE_KEY" \
    -backend-config="region=$AWS_REGION" \
    -backend-config="encrypt=true" \
    -backend-config="kms_key_id=$STATE_KMS_KEY_ARN" \
    -backend-config="use_lockfile=true" \
    "$@" >"$ROOT/init.log" 2>&1 || {
    cat "$ROOT/init.log" >&2
    fail "terraform init of $LAYER: $(first_error "$ROOT/init.log")"
  }
}

# gracefully COMMAND…: interrupts the command (SIGINT, as Ctrl-C does: terraform finishes the resource in
# hand and saves its state) before the build's own timeout would kill it without either.
gracefully() {
  # The timer waits at the pipe for whom it will interrupt, so it can never be over before it knows.
  rm -f "$ROOT/terraform.pid"
  mkfifo "$ROOT/terraform.pid"
  (
    read -r running <"$ROOT/terraform.pid"
    # Called off at any moment, it takes its sleep (which may not have begun, hence +u) along. Any gentler signal
    # may come between fork and exec, where a shell's own handler still stands and swallows it.
    set +u
    trap 'kill -KILL $! 2>/dev/null; exit 0' TERM
    sleep "$((INTERRUPT_AFTER_MINUTES * 60))" &
    wait $!
    kill -INT "$running" 2>/dev/null
  ) >/dev/null 2>&1 &
  timer=$!
  code=0
  # A shell starts background commands with SIGINT ignored, so terraform runs in the foreground.
  sh -c 'echo $$ >"$0"; exec "$@"' "$ROOT/terraform.pid" "$@" >"$ROOT/terraform.log" 2>&1 || code=$?
  kill "$timer" 2>/dev/null || :
  wait "$timer" 2>/dev/null || :
  cat "$ROOT/terraform.log"
  return "$code"
}
