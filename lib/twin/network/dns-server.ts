import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type Answer as PacketAnswer,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
} from "dns-packet";
import type { World } from "../world/world.ts";
import { type Answer, answer, type ResourceRecord } from "./dns/answer.ts";
import { answerOfZone, hostedZoneOf } from "./dns/hosted-zone.ts";
import { resolve } from "./dns/recursive-resolver.ts";
import { answerOfRegistry } from "./dns/registry.ts";

type Role = (world: World, question: { name: string; type: string }) => Answer;

/** A zone's own servers refuse what is not theirs. */
const authoritative: Role = (world, question) => {
  const zone = hostedZoneOf(world, question.name);
  return zone ? answerOfZone(world, zone, question) : answer({ rcode: "REFUSED" });
};

/** Both sockets of one server: UDP, and TCP for what does not fit into a datagram. */
export interface DnsPorts {
  readonly udp: number;
  readonly tcp: number;
}
interface Sockets {
  readonly udp: Socket;
  readonly tcp: Server;
}

/** Without EDNS, which nobody here asks for. @see RFC 1035 §2.3.4 */
const LONGEST_DATAGRAM = 512;

/**
 * Sockets for the parts that DNS servers play. Those of a zone and of the registry stand for all virtual servers of
 * their part; each resolver has its own, because each has a memory of its own.
 */
export class DnsServers {
  readonly #sockets: ReadonlyMap<string, Sockets>;

  private constructor(sockets: ReadonlyMap<string, Sockets>) {
    this.#sockets = sockets;
  }

  static async open(world: World, resolvers: readonly string[]): Promise<DnsServers> {
    const roles: [string, Role, boolean][] = [
      ["hosted zones", authoritative, false],
      ["registry", answerOfRegistry, false],
      ...resolvers.map((name): [string, Role, boolean] => [
        name,
        (from, question) => resolve(from, question, name),
        true,
      ]),
    ];
    const opened = roles.map(async ([name, role, recursive]): Promise<[string, Sockets]> => {
      const reply = (message: Buffer) => replyTo(world, role, recursive, message);
      return [name, { udp: await listenUdp(reply), tcp: await listenTcp(reply) }];
    });
    return new DnsServers(new Map(await Promise.all(opened)));
  }

  /** Of "hosted zones", "registry", or a resolver. */
  ports(name: string): DnsPorts {
    const sockets = this.#sockets.get(name);
    if (!sockets) throw new Error(`the twin has no DNS server "${name}"`);
    return { udp: sockets.udp.address().port, tcp: (sockets.tcp.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#sockets.values()].flatMap(({ udp, tcp }) => [
        new Promise<void>((closed) => {
          udp.close(closed);
        }),
        new Promise<void>((closed) => {
          tcp.close(() => closed());
        }),
      ]),
    );
  }
}

type Reply = (message: Buffer) => Packet | undefined;

// The twin ends when its work is done, not when its servers are closed: hence every unref.
async function listenUdp(reply: Reply): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const answered = reply(message);
    if (answered) socket.send(datagramOf(answered), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.unref();
  return socket;
}

/** What does not fit is cut off and says so; the one who asked comes again by TCP. */
function datagramOf(packet: Packet): Buffer {
  const whole = encode(packet);
  if (whole.length <= LONGEST_DATAGRAM) return whole;
  const flags = (packet.flags ?? 0) | TRUNCATED_RESPONSE;
  return encode({ ...packet, flags, answers: [], authorities: [], additionals: [] });
}

async function listenTcp(reply: Reply): Promise<Server> {
  const server = createServer((connection) => {
    connection.unref();
    connection.on("error", () => connection.destroy());
    connection.on("data", (chunk) => {
      const question = readable(() => streamDecode(chunk));
      const answered = question && reply(encode(question));
      if (answered) connection.end(streamEncode(answered));
      else connection.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return server;
}

function readable(parse: () => Packet | null): Packet | undefined {
  try {
    return parse() ?? undefined;
  } catch {
    return undefined;
  }
}

/** The reply to a message; undefined for what is no question. */
function replyTo(world: World, role: Role, recursive: boolean, message: Buffer): Packet | undefined {
  const packet = readable(() => decode(message));
  const [question] = packet?.questions ?? [];
  if (!packet || !question || packet.type === "response") return undefined;
  const found = role(world, { name: question.name, type: question.type });
  const code = RCODES[found.rcode] ?? 2;
  const flags =
    code |
    RECURSION_DESIRED |
    (found.authoritative ? AUTHORITATIVE_ANSWER : 0) |
    (recursive ? RECURSION_AVAILABLE : 0);
  return {
    type: "response",
    id: packet.id ?? 0,
    flags,
    questions: [question],
    answers: found.answers.map(toPacket),
    authorities: found.authorities.map(toPacket),
    additionals: found.additionals.map(toPacket),
  };
}

/** @see RFC 1035 §4.1.1 */
const RCODES: Readonly<Record<string, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

function toPacket({ name, type, ttl, data }: ResourceRecord): PacketAnswer {
  const common = { name, ttl, class: "IN" as const };
  switch (type) {
    case "SOA": {
      const [mname = "", rname = "", serial, refresh, retry, expire, minimum] = data.split(" ");
      const numbers = { serial: Number(serial), refresh: Number(refresh), retry: Number(retry) };
      return {
        ...common,
        type: "SOA",
        data: { mname, rname, ...numbers, expire: Number(expire), minimum: Number(minimum) },
      };
    }
    case "MX": {
      const [preference, exchange = ""] = data.split(" ");
      return { ...common, type: "MX", data: { preference: Number(preference), exchange } };
    }
    case "CAA": {
      const [flags, tag = "issue", value = ""] = data.split(" ");
      return {
        ...common,
        type: "CAA",
        data: { flags: Number(flags), tag: tag as "issue", value: value.replace(/^"|"$/g, "") },
      };
    }
    default:
      return { ...common, type, data } as PacketAnswer;
  }
}
