import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { Aws } from "../../aws/contract.ts";
import { endpointCertificate } from "../../network/cluster-authority.ts";
import { type ClusterRecord, COLLECTIONS } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import type { KubernetesUser } from "../contract.ts";
import type { ApiServer } from "./api-server.ts";
import { accountOf } from "./authentication/service-account-token.ts";
import { callerOf } from "./authentication/token.ts";
import { adminToken, principalOf, TWIN_ADMIN } from "./authentication/twin-tokens.ts";
import { answerRequest } from "./http/answer-request.ts";
import { contextName, kubeconfigText, principalName } from "./kubeconfig.ts";
import type { KubernetesTwin } from "./kubernetes-twin.ts";
import { ApiError } from "./status.ts";

export interface KubernetesFront {
  /** On 127.0.0.1; TLS, the cluster chosen by the name in the handshake or the Host header. */
  readonly port: number;
  /**
   * For kubectl on this machine: all clusters that answer, and everybody whom they let in.
   * @param principalArn who it is for, unless another context is named. @default the twin's administrator
   */
  kubeconfig(clusterName: string, principalArn?: string): string;
  close(): Promise<void>;
}

export interface FrontParts {
  readonly world: World;
  readonly aws: Aws;
  readonly kubernetes: KubernetesTwin;
}

/**
 * All clusters' endpoints behind one TLS port.
 * @param wantedPort 0: any free one. A port that is in use rejects with EADDRINUSE.
 */
export async function serveKubernetes(parts: FrontParts, wantedPort = 0): Promise<KubernetesFront> {
  const contexts = new Contexts(parts);
  const server = createServer(
    {
      SNICallback: (name, done) => {
        try {
          done(null, contexts.of(parts.kubernetes.clusterAt(name)));
        } catch (error) {
          done(error as Error);
        }
      },
    },
    (message, response) => void serveOne(parts, message, response),
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerBroken(error, socket));
  server.listen(wantedPort, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    port,
    kubeconfig: (clusterName, principalArn) => {
      const clusters = parts.world.collection<ClusterRecord>(COLLECTIONS.clusters);
      if (!clusters.has(clusterName)) throw new Error(`there is no cluster ${clusterName}`);
      const person = principalArn === undefined ? TWIN_ADMIN.username : principalName(principalArn);
      const answering = clusters.values().filter(({ name }) => isActive(parts, name));
      return kubeconfigText(parts.world, answering, port, contextName(clusterName, person));
    },
    close: () => closeServer(server),
  };
}

/** What is no HTTP, or has too much in front of its body, still gets a Status. */
function answerBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, status } =
    error.code === "HPE_HEADER_OVERFLOW"
      ? new ApiError(431, "RequestHeaderFieldsTooLarge", "the header fields of the request are too large")
      : new ApiError(400, "BadRequest", `the request could not be read: ${error.message}`);
  const body = JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${code} ${String(status.reason)}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A secure context for each cluster, made anew when its certificate authority is. */
class Contexts {
  readonly #world: World;
  readonly #kept = new Map<string, { authority: string; context: SecureContext }>();

  constructor({ world }: FrontParts) {
    this.#world = world;
  }

  /** Throws for a name that no cluster has: the handshake fails, as nobody would answer there. */
  of(clusterName: string | undefined): SecureContext {
    const record = this.#world.collection<ClusterRecord>(COLLECTIONS.clusters).get(clusterName ?? "");
    if (!record || clusterName === undefined) throw new Error("no cluster has this name");
    const kept = this.#kept.get(clusterName);
    if (kept?.authority === record.certificateAuthority) return kept.context;
    const shown = endpointCertificate(this.#world, clusterName);
    if (!shown) throw new Error(`the authority of ${clusterName} is not of this world`);
    const context = createSecureContext({ cert: shown.certificate, key: shown.privateKey });
    this.#kept.set(clusterName, { authority: record.certificateAuthority, context });
    return context;
  }
}

async function serveOne(
  parts: FrontParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = (message.socket as TLSSocket).servername || message.headers.host || "";
  const clusterName = parts.kubernetes.clusterAt(String(name));
  if (clusterName === undefined || !isActive(parts, clusterName)) {
    message.socket.destroy();
    return;
  }
  const server: ApiServer = parts.kubernetes.cluster(clusterName);
  await answerRequest(parts.world, server, userOf(parts, clusterName, message), message, response);
}

function isActive({ world }: FrontParts, clusterName: string): boolean {
  const status = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(clusterName)?.status;
  return status === "ACTIVE" || status === "UPDATING";
}

function userOf(
  { world, aws, kubernetes }: FrontParts,
  clusterName: string,
  message: IncomingMessage,
): KubernetesUser | undefined {
  const token = /^Bearer (.+)$/.exec(message.headers.authorization ?? "")?.[1] ?? "";
  if (token === adminToken(world, clusterName)) return TWIN_ADMIN;
  const account = accountOf(kubernetes.cluster(clusterName).state, token);
  if (account) return account;
  const principalArn = principalOf(world, clusterName, token);
  if (principalArn !== undefined) return kubernetes.userOf(clusterName, principalArn, "kubectl");
  const caller = callerOf(aws, clusterName, token, world.clock.now());
  return caller && kubernetes.userOf(clusterName, caller.roleArn, caller.sessionName);
}
