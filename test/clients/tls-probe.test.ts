import { type AddressInfo, createServer as createTcp } from "node:net";
import { createServer, type Server } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { connectProber } from "../../lib/clients/tls-probe.ts";
import { SELF_SIGNED } from "./self-signed.ts";

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it("describes a certificate that nobody trusts", async () => {
  const port = await listen(createServer({ cert: SELF_SIGNED.cert, key: SELF_SIGNED.key }));
  await expect(connectProber().tls("localhost", port)).resolves.toEqual({
    reached: true,
    names: ["localhost", "app.example.com"],
    serial: expect.stringMatching(/^0?ABC$/i),
    notBefore: SELF_SIGNED.notBefore,
    notAfter: SELF_SIGNED.notAfter,
    issuers: [expect.stringContaining("Test Authority")],
    untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
});

it("says what went wrong where nobody speaks TLS", async () => {
  const silent = createTcp((socket) => {
    socket.on("error", () => {});
    socket.end("hello");
  });
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
