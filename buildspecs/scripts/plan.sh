# Plans the layer and uploads the plan, its JSON, the lock file and a manifest that binds them.
set -eu
. buildspecs/scripts/build.sh

cd "terraform/$LAYER_DIRECTORY"
if [ -f .terraform.lock.hcl ]; then initialise -lockfile=readonly; else initialise; fi

# A layer that was never applied has nothing to remove, and its configuration could not even be planned where those
# that it reads from were never applied either: then there is only the empty state to look at.
if [ "$MODE" = destroy ]; then
  terraform state pull >"$ROOT/state.json" || fail "terraform state pull of $LAYER"
  if ! grep -q '"mode": "managed"' "$ROOT/state.json"; then
    mkdir "$ROOT/nothing"
    cd "$ROOT/nothing"
    printf 'terraform {\n  backend "s3" {}\n}\n' >main.tf
    initialise
  fi
  rm "$ROOT/state.json"
fi

variables="$ROOT/variables/$LAYER.tfvars.json"
set -- -input=false -no-color -detailed-exitcode -out="$ROOT/plan.tfplan" -var-file="$variables"
[ "$MODE" != destroy ] || set -- -destroy "$@"

# What outlives its layer (RETAIN, addresses between bars) stays in the state, where the next deploy finds it, unless
# the run takes it by name (RELEASE). A plan can only say what it is about, so it names everything else. Where nothing
# else is left it names nothing that there is: without a name it would take all.
if [ "$MODE" = destroy ] && [ -n "${RETAIN:-}" ] && [ ! -d "$ROOT/nothing" ]; then
  terraform state list >"$ROOT/addresses" 2>"$ROOT/terraform.log" ||
    fail "terraform state list of $LAYER: $(first_error "$ROOT/terraform.log")"
  retained=no
  : >"$ROOT/targets"
  while read -r address; do
    resource=${address%%\[*}
    case "$resource" in data.* | *.data.*) continue ;; esac
    case "$RELEASE" in *"|$address|"* | *"|$resource|"*) named=yes ;; *) named=no ;; esac
    case "$named$RETAIN" in
      no*"|$resource|"*) retained=yes ;;
      *) printf '%s\n' "$address" >>"$ROOT/targets" ;;
    esac
  done <"$ROOT/addresses"
  if [ "$retained" = yes ]; then
    [ -s "$ROOT/targets" ] || echo terraform_data.nothing >"$ROOT/targets"
    while read -r address; do set -- "$@" "-target=$address"; done <"$ROOT/targets"
  fi
fi

# Exit codes: 0 no changes, 2 changes, anything else is an error and never a plan.
code=0
gracefully terraform plan "$@" || code=$?
case "$code" in
  0 | 2) ;;
  *) fail "terraform plan of $LAYER (exit code $code): $(first_error "$ROOT/terraform.log")" ;;
esac

terraform show -json "$ROOT/plan.tfplan" >"$ROOT/plan.json"
[ -f .terraform.lock.hcl ] || : >.terraform.lock.hcl
{
  cat "$variables"
  printf '%s\n%s\n' "$TF_VAR_upstream" "$TF_VAR_control_plane"
} >"$ROOT/variables.all"

# pinned FILE NAME: uploads and prints the JSON of a pinned object.
pinned() {
  version=$(store "$1" "$2")
  printf '{"bucket":"%s","key":"%s","versionId":"%s","sha256":"%s"}' \
    "$ARTEFACT_BUCKET" "$PREFIX/$2" "$version" "$(sha256 "$1")"
}
# quoted NAME: the variable as a member of a JSON object. What drift detection plans with, long after.
quoted() {
  eval "value=\${$1:-}"
  printf '"%s":"%s"' "$1" "$(printf %s "$value" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
}
# Assigned one by one: a failure inside a command's arguments would go unnoticed.
plan=$(pinned "$ROOT/plan.tfplan" plan.tfplan)
plan_json=$(pinned "$ROOT/plan.json" plan.json)
lock_file=$(pinned .terraform.lock.hcl lock.hcl)
{
  printf '{"runId":"%s","layer":"%s","mode":"%s","exitCode":%s' "$RUN_ID" "$LAYER" "$MODE" "$code"
  printf ',"plan":%s,"planJson":%s,"lockFile":%s' "$plan" "$plan_json" "$lock_file"
  printf ',"environment":{%s,%s,%s,%s}' "$(quoted TF_VAR_upstream)" "$(quoted TF_VAR_control_plane)" \
    "$(quoted TERRAFORM_SHA256_LINUX_AMD64)" "$(quoted TERRAFORM_SHA256_LINUX_ARM64)"
  printf ',"sourceSha256":"%s","variablesSha256":"%s","terraformVersion":"%s"}\n' \
    "$SOURCE_SHA256" "$(sha256 "$ROOT/variables.all")" "$TERRAFORM_VERSION"
} >"$ROOT/manifest.json"

version=$(store "$ROOT/manifest.json" manifest.json)
say MANIFEST_KEY "$PREFIX/manifest.json"
say MANIFEST_VERSION_ID "$version"
say PLAN_EXIT_CODE "$code"
