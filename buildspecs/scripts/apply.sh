# Applies exactly the plan that was reviewed; terraform itself refuses it if the state has moved since.
set -eu
. buildspecs/scripts/build.sh

fetch "$PLAN_KEY" "$PLAN_VERSION_ID" "$PLAN_SHA256" plan.tfplan
fetch "$LOCK_KEY" "$LOCK_VERSION_ID" "$LOCK_SHA256" lock.hcl

cd "terraform/$LAYER_DIRECTORY"
if [ -s "$ROOT/lock.hcl" ]; then
  cp "$ROOT/lock.hcl" .terraform.lock.hcl
  initialise -lockfile=readonly
else
  initialise
fi

code=0
gracefully terraform apply -input=false -no-color "$ROOT/plan.tfplan" || code=$?
if [ -f errored.tfstate ]; then
  store errored.tfstate errored.tfstate >/dev/null
  echo "the state could not be saved; it is kept as $PREFIX/errored.tfstate" >&2
fi
[ "$code" -eq 0 ] || fail "terraform apply of $LAYER (exit code $code): $(first_error "$ROOT/terraform.log")"
