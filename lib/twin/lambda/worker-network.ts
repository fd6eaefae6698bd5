/**
 * The network inside a worker. Nothing leaves it but connections that the installed snapshot maps to a socket
 * on this machine, and the simulated AWS; the rest fails as a packet without a route does.
 */
import dgram from "node:dgram";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";
import type { NetworkSnapshot } from "../network/contract.ts";
import { enterDns } from "./worker-dns.ts";
import { judgeInVirtualTime } from "./worker-trust.ts";

const EMPTY: NetworkSnapshot = { hosts: {}, tcp: {}, dns: {}, trustedRoots: [] };

interface Target {
  readonly host: string;
  readonly port: number;
}
type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;
type Options = net.TcpNetConnectOpts & { path?: string | null; ca?: unknown };
type Callback = (() => void) | undefined;

/** `connect` takes a port and host, options, or the two already normalised into one array. */
function normalise(args: unknown[]): [Options, Callback] {
  const list = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const callback = list.findLast((part) => typeof part === "function") as Callback;
  const [first, second] = list;
  if (typeof first === "object" && first !== null) return [first as Options, callback];
  if (typeof first === "string" && Number.isNaN(Number(first))) return [{ path: first, port: 0 }, callback];
  return [{ port: Number(first), ...(typeof second === "string" ? { host: second } : {}) }, callback];
}

function unreachable(address: string, port: number | string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connect ENETUNREACH ${address}:${port}`), {
    code: "ENETUNREACH",
    errno: -101,
    syscall: "connect",
    address,
    port,
  });
}

/** Makes the socket keep what is written until it is connected; Node's types do not let others say so. */
const awaitConnection = (socket: net.Socket): void => {
  Object.assign(socket, { connecting: true });
};

/** Of host:port. */
function targetOf(endpoint: string | undefined): Target | undefined {
  if (endpoint === undefined) return undefined;
  const colon = endpoint.lastIndexOf(":");
  return { host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)) };
}

/** The snapshot in force, and the connections made under it. */
class WorkerNetwork {
  snapshot: NetworkSnapshot = EMPTY;
  /** host:port by which the simulated AWS is known here, and at which it is. */
  readonly #endpoint: string | undefined;
  #endpointIs: Target | undefined;
  readonly #open = new Map<net.Socket, { key: string; target: Target }>();
  readonly #openToEndpoint = new Set<net.Socket>();
  readonly #dns = enterDns(() => this.snapshot);
  #roots = "";

  constructor(endpoint: string | undefined) {
    this.#endpoint = endpoint;
    this.#endpointIs = targetOf(endpoint);
  }

  /** Another world: its simulated AWS is at another place, and nothing of the one before stays connected. */
  move(endpoint: string | undefined): void {
    const target = targetOf(endpoint);
    if (target?.host === this.#endpointIs?.host && target?.port === this.#endpointIs?.port) return;
    this.#endpointIs = target;
    for (const socket of [...this.#openToEndpoint, ...this.#open.keys()]) socket.destroy();
  }

  /** From now on connections go where this snapshot says; open ones that it no longer has are cut. */
  install(snapshot: NetworkSnapshot): void {
    this.snapshot = snapshot;
    for (const [socket, { key, target }] of this.#open) {
      const now = snapshot.tcp[key];
      if (now?.host !== target.host || now.port !== target.port) socket.destroy();
    }
    const roots = snapshot.trustedRoots.join("\n");
    if (roots === this.#roots) return;
    this.#roots = roots;
    // The bundled ones would cost each worker 25 ms, and nothing that can be reached from here is signed by them.
    tls.setDefaultCACertificates([...snapshot.trustedRoots]);
  }

  connect(socket: net.Socket, options: Options, callback: Callback, original: Connect): net.Socket {
    const host = options.host ?? "localhost";
    if (socket instanceof tls.TLSSocket) judgeInVirtualTime(socket, options.ca);
    const port = Number(options.port);
    if (options.path) return this.#refuse(socket, options.path, 0);
    if (`${host}:${port}` === this.#endpoint && this.#endpointIs) {
      this.#openToEndpoint.add(socket);
      socket.once("close", () => this.#openToEndpoint.delete(socket));
      return original.call(socket, { ...options, ...this.#endpointIs }, callback);
    }
    if (net.isIP(host)) return this.#connectTo(socket, host, options, callback, original);
    awaitConnection(socket);
    this.#dns.lookup(host, (error, addresses) => {
      const address = addresses?.[0];
      if (socket.destroyed) return;
      if (error || address === undefined) socket.destroy(error ?? unreachable(host, port));
      else this.#connectTo(socket, address, options, callback, original);
    });
    return socket;
  }

  #connectTo(
    socket: net.Socket,
    address: string,
    options: Options,
    callback: Callback,
    original: Connect,
  ): net.Socket {
    const key = `${address}:${Number(options.port)}`;
    const target = this.snapshot.tcp[key];
    if (!target) return this.#refuse(socket, address, Number(options.port));
    this.#open.set(socket, { key, target });
    socket.once("close", () => this.#open.delete(socket));
    return original.call(socket, { ...options, host: target.host, port: target.port }, callback);
  }

  #refuse(socket: net.Socket, address: string, port: number): net.Socket {
    awaitConnection(socket);
    setImmediate(() => socket.destroy(unreachable(address, port)));
    return socket;
  }
}

/** Replaces what Node connects and resolves with, for this thread. */
export function enterNetwork(endpoint: string | undefined): WorkerNetwork {
  const network = new WorkerNetwork(endpoint);
  const original = net.Socket.prototype.connect as Connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [options, callback] = normalise(args);
    return network.connect(this, options, callback, original);
  } as typeof net.Socket.prototype.connect;
  enterUdp(network);
  syncBuiltinESMExports();
  return network;
}

const DNS_PORT = 53;

/** Datagrams go to the snapshot's DNS servers only, and only from a socket that is connected to one of them. */
function enterUdp(network: WorkerNetwork): void {
  const { connect, send } = dgram.Socket.prototype as unknown as Record<
    "connect" | "send",
    (this: dgram.Socket, ...args: unknown[]) => void
  >;
  const connected = new WeakSet<dgram.Socket>();
  const patched = {
    connect(this: dgram.Socket, port: number, address: unknown, callback?: () => void): void {
      const mapped = port === DNS_PORT ? network.snapshot.dns[String(address)] : undefined;
      if (mapped === undefined)
        return void setImmediate(() => this.emit("error", unreachable(String(address), port)));
      connected.add(this);
      connect.call(this, mapped, "127.0.0.1", callback);
    },
    send(this: dgram.Socket, ...args: unknown[]): void {
      if (connected.has(this)) {
        send.apply(this, args);
        return;
      }
      const callback = args.findLast((part) => typeof part === "function");
      if (callback) (callback as (error: Error) => void)(unreachable("udp", 0));
    },
  };
  Object.assign(dgram.Socket.prototype, patched);
}
