import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KubernetesTwin } from "../kubernetes/api/kubernetes-twin.ts";
import { strikes } from "../world/faults.ts";
import type { World } from "../world/world.ts";
import { answerVisitor } from "./edge/answer-visitor.ts";
import { certificateOf, fakeCertificate } from "./edge/edge-certificate.ts";
import { siteOf } from "./edge/site.ts";

export interface EdgeParts {
  readonly world: World;
  readonly kubernetes: KubernetesTwin;
}

/** Ports 443 and 80 of every load balancer: with an ingress-nginx or an Envoy behind it, or by itself. */
export class Edge {
  readonly #secure: HttpsServer;
  readonly #plain: HttpServer;

  private constructor(secure: HttpsServer, plain: HttpServer) {
    this.#secure = secure;
    this.#plain = plain;
  }

  static async open(parts: EdgeParts): Promise<Edge> {
    const fake = fakeCertificate(parts.world);
    const secure = createHttpsServer(
      {
        SNICallback: (host, done) => {
          const site = siteOf(parts, host, true);
          // Fault `edge-shows-its-own` { host }: the edge has not taken up the certificate, and shows the one it came with.
          const isStuck = strikes(parts.world, "edge-shows-its-own", (fault) => fault.host === host);
          if (isStuck) return done(null, fake);
          const context = site && certificateOf(site, parts.world);
          // Envoy has no listener that could answer without a certificate: it closes the connection.
          if (!context && site?.proxy === "envoy") done(new Error("no filter chain matches"));
          else done(null, context ?? fake);
        },
      },
      (message, response) => answerVisitor(parts, message, response, true),
    );
    // For a client that names no host.
    const plain = createHttpServer((message, response) => answerVisitor(parts, message, response, false));
    for (const server of [secure, plain]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      server.unref();
    }
    return new Edge(secure, plain);
  }

  get ports(): { readonly https: number; readonly http: number } {
    return {
      https: (this.#secure.address() as AddressInfo).port,
      http: (this.#plain.address() as AddressInfo).port,
    };
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#secure, this.#plain].map(
        (server) =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      ),
    );
  }
}
