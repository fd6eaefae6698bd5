import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type Answer as PacketAnswer,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
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

/** Sockets for the three parts that DNS servers play; each stands for all virtual servers of its part. */
export class DnsServers {
  readonly #sockets: Socket[];
  readonly ports: { readonly resolver: number; readonly hostedZones: number; readonly registry: number };

  private constructor(sockets: Socket[]) {
    this.#sockets = sockets;
    const [resolver = 0, hostedZones = 0, registry = 0] = sockets.map((socket) => socket.address().port);
    this.ports = { resolver, hostedZones, registry };
  }

  static async open(world: World): Promise<DnsServers> {
    const roles: Role[] = [resolve, authoritative, answerOfRegistry];
    return new DnsServers(await Promise.all(roles.map((role) => listen(world, role))));
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#sockets.map(
        (socket) =>
          new Promise<void>((closed) => {
            socket.close(closed);
          }),
      ),
    );
  }
}

async function listen(world: World, role: Role): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const reply = replyTo(world, role, message);
    if (reply) socket.send(reply, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  // The twin ends when its work is done, not when its servers are closed.
  socket.unref();
  return socket;
}

/** The reply to a datagram; undefined for what is no question. */
function replyTo(world: World, role: Role, message: Buffer): Buffer | undefined {
  let packet: Packet;
  try {
    packet = decode(message);
  } catch {
    return undefined;
  }
  const [question] = packet.questions ?? [];
  if (!question || packet.type === "response") return undefined;
  const found = role(world, { name: question.name, type: question.type });
  const code = RCODES[found.rcode] ?? 2;
  const flags =
    code |
    RECURSION_DESIRED |
    (found.authoritative ? AUTHORITATIVE_ANSWER : 0) |
    (role === resolve ? RECURSION_AVAILABLE : 0);
  return encode({
    type: "response",
    id: packet.id ?? 0,
    flags,
    questions: [question],
    answers: found.answers.map(toPacket),
    authorities: found.authorities.map(toPacket),
    additionals: found.additionals.map(toPacket),
  });
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
