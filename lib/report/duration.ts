/** `1h02m03s`, `2m05s`, `7s`, `0.4s`: as long as it must be, no longer. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${(milliseconds / 1_000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  if (hours > 0) return `${hours}h${two(minutes)}m${two(seconds % 60)}s`;
  if (minutes > 0) return `${minutes}m${two(seconds % 60)}s`;
  return `${seconds}s`;
}
