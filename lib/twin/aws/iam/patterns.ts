const compiled = new Map<string, RegExp>();

/** Does `text` match IAM's wildcards: `*` any characters, `?` exactly one? */
export function matchesPattern(pattern: string, text: string, ignoreCase = false): boolean {
  if (!/[*?]/.test(pattern))
    return ignoreCase ? pattern.toLowerCase() === text.toLowerCase() : pattern === text;
  const key = `${ignoreCase}${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".");
    expression = new RegExp(`^${source}$`, ignoreCase ? "is" : "s");
    compiled.set(key, expression);
  }
  return expression.test(text);
}

/**
 * ARN against ARN pattern: each of the six parts is matched alone, so that a `*` in the account
 * does not reach into the resource.
 * @see IAM user guide, "ARN condition operators"
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const split = (text: string): string[] => {
    const parts = text.split(":");
    return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const [patterns, parts] = [split(pattern), split(arn)];
  if (patterns.length !== parts.length) return pattern === "*";
  return patterns.every((part, index) => matchesPattern(part, parts[index] ?? ""));
}
