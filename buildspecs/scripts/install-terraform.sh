# Puts the pinned terraform into ./bin, unless the image carries exactly that version.
# The zip comes from the mirror in the artefact bucket if it is there, else from HashiCorp; either way its
# sha256 must be the pinned one.
set -eu
. buildspecs/scripts/build.sh

mkdir -p bin
if [ "$(terraform version 2>/dev/null | sed -n '1s/^Terraform v//p')" = "$TERRAFORM_VERSION" ]; then
  exit 0
fi

case "$(uname -m)" in
  x86_64) arch=amd64 expected=$TERRAFORM_SHA256_LINUX_AMD64 ;;
  aarch64 | arm64) arch=arm64 expected=$TERRAFORM_SHA256_LINUX_ARM64 ;;
  *) fail "no terraform is pinned for the processor $(uname -m)" ;;
esac
zip="terraform_${TERRAFORM_VERSION}_linux_${arch}.zip"

aws s3api get-object --bucket "$ARTEFACT_BUCKET" --key "mirror/terraform/$TERRAFORM_VERSION/$zip" "$zip" >/dev/null 2>&1 ||
  curl --fail --silent --show-error --location --retry 3 --output "$zip" \
    "https://releases.hashicorp.com/terraform/$TERRAFORM_VERSION/$zip" ||
  fail "$zip is neither in the mirror of $ARTEFACT_BUCKET nor to be had from releases.hashicorp.com"

found=$(sha256 "$zip")
[ "$found" = "$expected" ] ||
  fail "EvidenceMismatchError: $zip has sha256 $found, but $expected is pinned. Nothing was run."
unzip -q -o "$zip" terraform -d bin
