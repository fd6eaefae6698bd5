import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type Question,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from "dns-packet";

export type RecordType = "A" | "AAAA" | "NS" | "SOA";

export interface DnsRecord {
  /** Lower-case, without trailing dot. */
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** An address, or a name without trailing dot; the primary server of a SOA. */
  readonly data: string;
}

/** What one server said to one question. */
export type DnsReply =
  | {
      readonly answered: true;
      /** NOERROR, NXDOMAIN, SERVFAIL, REFUSED … */
      readonly rcode: string;
      /** The server speaks for the zone itself: no cache, and no referral. */
      readonly authoritative: boolean;
      readonly answers: readonly DnsRecord[];
      readonly authorities: readonly DnsRecord[];
    }
  | { readonly answered: false; readonly problem: string };

/** Name servers answer within a tenth of a second; two tries of three leave room for one lost packet. */
const TIMEOUT_MILLISECONDS = 3_000;
const TRIES = 2;
const PORT = 53;

/**
 * One question to the name server at this address and to nobody else: what it refers to is not followed, so that a
 * referral itself can be read. By UDP, and again by TCP where the answer was cut off. Never throws.
 * @see https://www.rfc-editor.org/rfc/rfc1035#section-4.2 and https://www.rfc-editor.org/rfc/rfc7766
 */
export async function queryServer(
  server: string,
  question: { readonly name: string; readonly type: RecordType },
  recursion: boolean,
): Promise<DnsReply> {
  const asked: Question = { name: question.name, type: question.type };
  const packet: Packet = {
    type: "query",
    id: randomInt(1, 65_536),
    flags: recursion ? RECURSION_DESIRED : 0,
    questions: [asked],
  };
  let problem = "";
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const reply = decode(await overUdp(server, packet));
      const isCut = ((reply.flags ?? 0) & TRUNCATED_RESPONSE) !== 0;
      return read(isCut ? decode(await overTcp(server, packet)) : reply);
    } catch (error) {
      problem = (error as NodeJS.ErrnoException).code ?? String((error as Error).message);
    }
  }
  return { answered: false, problem };
}

function read(packet: Packet): DnsReply {
  return {
    answered: true,
    rcode: String((packet as { rcode?: string }).rcode ?? "NOERROR"),
    authoritative: ((packet.flags ?? 0) & AUTHORITATIVE_ANSWER) !== 0,
    answers: (packet.answers ?? []).map(recordOf),
    authorities: (packet.authorities ?? []).map(recordOf),
  };
}

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, "");

function recordOf(record: NonNullable<Packet["answers"]>[number]): DnsRecord {
  const { name, type, ttl, data } = record as { name: string; type: string; ttl?: number; data: unknown };
  const text = typeof data === "string" ? data : String((data as { mname?: string } | null)?.mname ?? "");
  return { name: bare(name), type, ttlSeconds: ttl ?? 0, data: bare(text) };
}

/** Is it the answer to this question? A packet with another id is somebody else's, or forged. */
function isReply(message: Buffer, { id, questions }: Packet): boolean {
  try {
    const reply = decode(message);
    const [asked, told] = [questions?.[0], reply.questions?.[0]];
    return (
      reply.type === "response" && reply.id === id && (!told || bare(told.name) === bare(asked?.name ?? ""))
    );
  } catch {
    return false;
  }
}

const silence = (): Error => Object.assign(new Error("no answer in time"), { code: "ETIMEOUT" });

/** Connected, so that the kernel drops what comes from anybody else. */
function overUdp(server: string, packet: Packet): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(server.includes(":") ? "udp6" : "udp4");
    const timer = setTimeout(() => finish(silence()), TIMEOUT_MILLISECONDS);
    const finish = (result: Buffer | Error) => {
      clearTimeout(timer);
      socket.close();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    socket.once("error", finish);
    socket.on("message", (message) => {
      if (isReply(message, packet)) finish(message);
    });
    socket.connect(PORT, server, () => socket.send(encode(packet)));
  });
}

/** Every message is preceded by its length in two bytes. */
function overTcp(server: string, packet: Packet): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const question = encode(packet);
    const socket = connect({ host: server, port: PORT });
    let received = Buffer.alloc(0);
    const finish = (result: Buffer | Error) => {
      socket.destroy();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    socket.setTimeout(TIMEOUT_MILLISECONDS, () => finish(silence()));
    socket.once("error", finish);
    socket.once("close", () => finish(Object.assign(new Error("connection closed"), { code: "ECONNRESET" })));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < 2 ? Infinity : received.readUInt16BE(0);
      if (received.length < length + 2) return;
      const message = received.subarray(2, length + 2);
      finish(isReply(message, packet) ? message : new Error("an answer to another question"));
    });
    socket.once("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(question.length);
      socket.write(Buffer.concat([length, question]));
    });
  });
}
