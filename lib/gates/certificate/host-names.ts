/**
 * Does one of the names cover the host? A wildcard stands for exactly one label, and only as the whole first one.
 * @see https://www.rfc-editor.org/rfc/rfc9525#section-6.3
 */
export function coversHost(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase();
  const parent = wanted.slice(wanted.indexOf(".") + 1);
  return names.some((name) => {
    const known = name.toLowerCase();
    return known === wanted || (known.startsWith("*.") && known.slice(2) === parent);
  });
}
