/** By break, the schedule that is verified, and what a stranger must be told. */
export const BROKEN_BACKUPS: Readonly<Record<string, readonly ["daily" | "weekly", RegExp]>> = {
  "backup-incomplete": ["daily", /backup-complete.*PartiallyFailed, 1 errors/],
  "backup-empty": ["daily", /backup-not-empty.*0 objects/],
  "backup-stale": ["daily", /backup-in-time.*begun 12\d\.\d h ago/],
  "backup-volume-missing": ["daily", /backup-holds-volume.*snap-\w+ does not exist/],
  "backup-archived": ["weekly", /backup-readable.*GLACIER/],
  "velero-cannot-create-volume": ["daily", /restore-complete.*PartiallyFailed.*ec2:CreateVolume/],
  "canary-corrupted": ["daily", /\/data\/canary: 0{64} is not [0-9a-f]{64}/],
  "restored-image-gone": ["daily", /restored-workloads-ready.*backup-canary/],
  "restore-stuck": ["daily", /restore-complete.*InProgress.*30 min are over/],
  "backup-location-unavailable": ["daily", /backup-location-available.*Unavailable/],
  "sandbox-taken": ["daily", /sandbox-free.*belongs to somebody else/],
  "restore-unfenced": ["daily", /restore-fenced.*the rule for Services/],
  "argocd-tracks-by-label": ["daily", /copies-not-tracked.*tracked by label/],
};
