import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { connectRoute53 } from "../../lib/clients/route53.ts";
import { ConfigurationError, DependencyUnavailableError } from "../../lib/run/errors.ts";

const LIST = `<?xml version="1.0"?><ListHostedZonesByNameResponse><HostedZones>
<HostedZone><Id>/hostedzone/ZPRIVATE</Id><Name>demo.example.com.</Name><Config><PrivateZone>true</PrivateZone></Config></HostedZone>
<HostedZone><Id>/hostedzone/ZPUBLIC</Id><Name>demo.example.com.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>
<HostedZone><Id>/hostedzone/ZOTHER</Id><Name>other.example.com.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>
</HostedZones></ListHostedZonesByNameResponse>`;
const ZONE = `<GetHostedZoneResponse><HostedZone><Id>/hostedzone/ZPUBLIC</Id></HostedZone><DelegationSet><NameServers>
<NameServer>ns-2.awsdns.NET.</NameServer><NameServer>ns-1.awsdns.com</NameServer></NameServers></DelegationSet></GetHostedZoneResponse>`;

let server: Server | undefined;
afterEach(() => server?.close());

async function answering(answer: (url: string) => [number, string]) {
  const seen: { url: string; authorization: string }[] = [];
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    const [status, body] = answer(request.url ?? "");
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = async () => ({ accessKeyId: "AKID", secretAccessKey: "secret" });
  return { route53: connectRoute53(credentials, `http://127.0.0.1:${port}`), seen };
}

it("finds the public zone of that name and its servers, signed for us-east-1", async () => {
  const { route53, seen } = await answering((url) => [200, url.includes("hostedzonesbyname") ? LIST : ZONE]);
  await expect(route53.zone("demo.example.com")).resolves.toEqual({
    id: "ZPUBLIC",
    nameServers: ["ns-1.awsdns.com", "ns-2.awsdns.net"],
  });
  expect(seen.map(({ url }) => url)).toEqual([
    "/2013-04-01/hostedzonesbyname?dnsname=demo.example.com&maxitems=10",
    "/2013-04-01/hostedzone/ZPUBLIC?",
  ]);
  expect(seen[0]?.authorization).toMatch(/\/us-east-1\/route53\/aws4_request/);
});

it("says that there is no such zone when only others follow", async () => {
  const { route53 } = await answering(() => [200, LIST]);
  await expect(route53.zone("aaa.example.com")).resolves.toBeUndefined();
});

it("fails for good when it is denied, in Route 53's words", async () => {
  const { route53 } = await answering(() => [
    403,
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>role x may not</Message></Error></ErrorResponse>",
  ]);
  const refused = route53.zone("demo.example.com");
  await expect(refused).rejects.toThrow(ConfigurationError);
  await expect(refused).rejects.toThrow(/AccessDenied: role x may not/);
});

it.each([
  [400, "<Error><Code>Throttling</Code><Message>slow</Message></Error>"],
  [503, ""],
])("may be tried again after HTTP %i %s", async (status, body) => {
  const { route53 } = await answering(() => [status, body]);
  await expect(route53.zone("demo.example.com")).rejects.toThrow(DependencyUnavailableError);
});
