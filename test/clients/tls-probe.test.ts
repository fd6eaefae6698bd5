import { type AddressInfo, createServer as createTcp } from "node:net";
import { createServer, type Server } from "node:tls";
import * as x509 from "@peculiar/x509";
import { afterEach, expect, it } from "vitest";
import { connectProber } from "../../lib/clients/tls-probe.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function selfSigned(names: string[], notAfter: Date) {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "0abc",
    name: "CN=demo, O=Test Authority",
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value })))],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it("describes a certificate that nobody trusts", async () => {
  const notAfter = new Date("2040-01-01T00:00:00Z");
  const port = await listen(createServer(await selfSigned(["localhost", "App.example.com"], notAfter)));
  await expect(connectProber().tls("localhost", port)).resolves.toEqual({
    reached: true,
    names: ["localhost", "app.example.com"],
    serial: expect.stringMatching(/^0?ABC$/i),
    notBefore: "2020-01-01T00:00:00.000Z",
    notAfter: "2040-01-01T00:00:00.000Z",
    issuers: [expect.stringContaining("Test Authority")],
    untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
});

it("says what went wrong where nobody speaks TLS", async () => {
  const silent = createTcp((socket) => socket.end("hello"));
  servers.push(silent);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const prober = connectProber();
  await expect(prober.tls("localhost", port)).resolves.toMatchObject({ reached: false });
  await expect(prober.tcp("127.0.0.1", port)).resolves.toBeUndefined();
});

it("says what went wrong where nobody listens", async () => {
  const prober = connectProber();
  await expect(prober.tcp("127.0.0.1", 1)).resolves.toBe("ECONNREFUSED");
  await expect(prober.tls("127.0.0.1", 1)).resolves.toEqual({ reached: false, problem: "ECONNREFUSED" });
});
