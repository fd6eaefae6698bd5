# Writes a new canary every hour, so that its age says how old the data of a backup is. In any namespace but its
# own it is a restored copy: then it only says what it holds, and waits to be asked.
set -eu
trap 'exit 0' TERM
pause() { sleep "$1" & wait $!; }

if [ "$NAMESPACE" != "$HOME_NAMESPACE" ]; then
  sh /scripts/verify.sh
  while :; do pause 3600; done
fi

while :; do
  head -c 1048576 /dev/urandom > /data/.body
  {
    echo "strata-canary/1 $(date -u +%Y-%m-%dT%H:%M:%SZ) $(sha256sum < /data/.body | cut -d ' ' -f 1)"
    cat /data/.body
  } > /data/.canary
  # A snapshot may be taken at any moment: it finds the old file or the new one, each with its own checksum.
  sync
  mv /data/.canary /data/canary
  rm /data/.body
  sh /scripts/verify.sh
  pause 3600
done
