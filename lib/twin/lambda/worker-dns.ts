/** Name resolution inside a worker: the snapshot's hosts, then the DNS servers that it maps to this machine. */
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import type { NetworkSnapshot } from "../network/contract.ts";

type Found = (error: NodeJS.ErrnoException | null, addresses?: string[]) => void;

const failure = (code: string, syscall: string, hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${syscall} ${code} ${hostname}`), { code, syscall, hostname });

const QUESTIONS = [
  "resolve",
  "resolve4",
  "resolve6",
  "resolveAny",
  "resolveCaa",
  "resolveCname",
  "resolveMx",
  "resolveNaptr",
  "resolveNs",
  "resolvePtr",
  "resolveSoa",
  "resolveSrv",
  "resolveTxt",
  "reverse",
] as const;
type Resolving = { setServers(servers: readonly string[]): void } & Record<string, unknown>;
type ResolverClass = new (...options: never[]) => Resolving;

/** Servers as `127.0.0.1:port` for those that the snapshot knows; a port of the caller's is part of its address. */
const mapped = (servers: readonly string[], snapshot: NetworkSnapshot): string[] =>
  servers
    .map((server) => snapshot.dns[server.replace(/:53$/, "")])
    .filter((port) => port !== undefined)
    .map((port) => `127.0.0.1:${port}`);

/**
 * A Resolver that asks only servers of the snapshot: those set, or the default one. Where none of them exists,
 * every question times out, as it would without an answer.
 */
function resolverIn(
  Original: ResolverClass,
  snapshot: () => NetworkSnapshot,
  promised: boolean,
): ResolverClass {
  class TwinResolver extends Original {
    #servers: readonly string[] = ["default"];
    #inForce = "";
    override setServers(servers: readonly string[]): void {
      this.#servers = servers;
    }
    getServers(): readonly string[] {
      return this.#servers;
    }
    /** Points c-ares to the servers of the snapshot in force; false if there is none. */
    ready(): boolean {
      const servers = mapped(this.#servers, snapshot());
      // c-ares refuses new servers while a question is under way, even if they are the same.
      if (servers.length > 0 && servers.join() !== this.#inForce) super.setServers(servers);
      this.#inForce = servers.join();
      return servers.length > 0;
    }
  }
  for (const question of QUESTIONS) {
    const ask = Original.prototype[question] as ((...args: unknown[]) => unknown) | undefined;
    if (!ask) continue;
    Object.defineProperty(TwinResolver.prototype, question, {
      value(this: TwinResolver, ...args: unknown[]) {
        if (this.ready()) return ask.apply(this, args);
        const error = failure("ETIMEOUT", `query${question.slice("resolve".length)}`, String(args[0]));
        if (promised) return Promise.reject(error);
        const callback = args.at(-1) as (error: Error) => void;
        setImmediate(() => callback(error));
        return undefined;
      },
    });
  }
  return TwinResolver;
}

/** Like getaddrinfo: the snapshot's hosts answer by themselves, everything else is asked of the default server. */
function lookupIn(resolver: dns.Resolver, snapshot: () => NetworkSnapshot) {
  return (hostname: string, found: Found): void => {
    if (net.isIP(hostname)) return void setImmediate(() => found(null, [hostname]));
    const known = snapshot().hosts[hostname.toLowerCase().replace(/\.$/, "")];
    if (known) return void setImmediate(() => found(null, [...known]));
    resolver.resolve4(hostname, (error, addresses) => {
      if (!error) return found(null, addresses);
      const code = error.code === "ETIMEOUT" ? "EAI_AGAIN" : "ENOTFOUND";
      return found(failure(code, "getaddrinfo", hostname));
    });
  };
}

type LookupOptions = { all?: boolean } | number | null | undefined;

const answers = (addresses: readonly string[]) =>
  addresses.map((address) => ({ address, family: net.isIP(address) || 4 }));

/** Replaces `dns`, its promises and its resolvers in this thread. */
export function enterDns(snapshot: () => NetworkSnapshot): { lookup(hostname: string, found: Found): void } {
  const Resolver = resolverIn(dns.Resolver as unknown as ResolverClass, snapshot, false);
  const PromisedResolver = resolverIn(dns.promises.Resolver as unknown as ResolverClass, snapshot, true);
  const [plain, promised] = [new Resolver(), new PromisedResolver()];
  const lookup = lookupIn(plain as unknown as dns.Resolver, snapshot);
  const isAll = (options: LookupOptions) => typeof options === "object" && options?.all === true;

  const patchedLookup = (hostname: string, ...rest: unknown[]): void => {
    const callback = rest.at(-1) as (error: Error | null, ...answer: unknown[]) => void;
    const options = rest.length > 1 ? (rest[0] as LookupOptions) : undefined;
    lookup(hostname, (error, addresses = []) => {
      const [first] = answers(addresses);
      if (error) callback(error);
      else if (isAll(options)) callback(null, answers(addresses));
      else callback(null, first?.address, first?.family);
    });
  };
  const promisedLookup = (hostname: string, options?: LookupOptions) =>
    new Promise((resolve, reject) => {
      lookup(hostname, (error, addresses = []) => {
        if (error) reject(error);
        else resolve(isAll(options) ? answers(addresses) : answers(addresses)[0]);
      });
    });
  const bound = (resolver: Resolving) =>
    Object.fromEntries(
      [...QUESTIONS, "setServers", "getServers"].map((name) => {
        const method = resolver[name] as ((...args: unknown[]) => unknown) | undefined;
        return [name, method?.bind(resolver)];
      }),
    );
  Object.assign(dns, bound(plain), { lookup: patchedLookup, Resolver });
  Object.assign(dns.promises, bound(promised), { lookup: promisedLookup, Resolver: PromisedResolver });
  syncBuiltinESMExports();
  return { lookup };
}
