/** AWS names its zones by letters and its zone ids by the region's short name, e.g. use1-az1. */
export function zoneId(zone: string): string {
  const [area = "", direction = "", rest = ""] = zone.split("-");
  const short = direction.replace(
    /^(north|south)(east|west)$/,
    (_, a: string, b: string) => `${a[0]}${b[0]}`,
  );
  const number = rest.slice(0, -1);
  const letter = rest.slice(-1).charCodeAt(0) - 96;
  return `${area}${short.length > 2 ? short[0] : short}${number}-az${letter}`;
}
