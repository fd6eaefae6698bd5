import { bareName } from "../delegation.ts";

/** The root's and the registries' servers; `a.gtld-servers.net` has this address in the real DNS. */
const REGISTRY_ADDRESS = "192.5.6.30";

/** Public resolvers of the world: Cloudflare's, Google's and Quad9's. */
export const PUBLIC_RESOLVERS: readonly string[] = ["1.1.1.1", "8.8.8.8", "9.9.9.9"];

/** The parent zone that holds delegations: the last label, which no hosted zone here stands for. */
export const registryOf = (name: string): string => bareName(name).split(".").at(-1) ?? "";

export const registryServer = (registry: string): string =>
  registry === "com" || registry === "net" ? "a.gtld-servers.net" : `a.nic.${registry}`;

const ROUTE53 = /^ns-(\d+)\.awsdns-\d+\./;

/**
 * The address of a name server. Route 53 numbers its servers from 0 to 2047, and their addresses go from
 * 205.251.192.0 with the number.
 */
export function serverAddress(server: string): string | undefined {
  const name = bareName(server);
  const number = Number(ROUTE53.exec(name)?.[1] ?? -1);
  if (number >= 0 && number < 2048) return `205.251.${192 + (number >> 8)}.${number & 255}`;
  return /^a\.(gtld-servers\.net|nic\.[a-z0-9-]+)$/.test(name) ? REGISTRY_ADDRESS : undefined;
}

export { REGISTRY_ADDRESS };
