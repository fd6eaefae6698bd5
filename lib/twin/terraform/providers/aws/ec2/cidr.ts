import { AwsError } from "../../../../aws/contract.ts";

interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** An IPv4 range as numbers; undefined when it is not one. */
export function parseRange(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5]);
  if (octets.some((octet) => octet > 255) || prefix > 32) return undefined;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1, prefix };
}

/** Whether the address part is the first of its range: the provider refuses `10.0.1.0/16`. */
export const isCanonical = (cidr: string): boolean => {
  const range = parseRange(cidr);
  return range !== undefined && cidr === `${formatAddress(range.first)}/${range.prefix}`;
};

const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");

export const overlaps = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;
export const contains = (outer: Range, inner: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

/** EC2 takes VPCs and subnets from /16 to /28: VPC user guide, CIDR blocks. */
export function refuseSize(cidr: string, code: string): void {
  const range = parseRange(cidr);
  if (!range || range.prefix < 16 || range.prefix > 28)
    throw new AwsError(code, `The CIDR '${cidr}' is invalid.`);
}
