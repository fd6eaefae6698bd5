import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { inWords, KubernetesError, refused } from "./errors.ts";
import type { Http, HttpAnswer } from "./http.ts";
import { patiently, type Sleep } from "./patience.ts";
import { type Place, pathOf, type Resource } from "./resources.ts";

/** Reads a cluster. Every method throws KubernetesError when the answer cannot be used. */
export interface ClusterReader {
  /** Null: the API server answers 404, for the object or for its kind. */
  get<T>(resource: Resource, place: Place, schema: z.ZodType<T>): Promise<T | null>;
  /** Only what the schema keeps of each object is held, page by page. */
  list<T>(resource: Resource, place: Place & ListOptions, schema: z.ZodType<T>): Promise<T[]>;
  /** Of the API server, such as `v1.35.2-eks-1a2b3c4`. */
  version(): Promise<string>;
}
export interface ListOptions {
  readonly labelSelector?: string;
}

/** Objects a page; kubectl's own size. */
const PAGE = 500;
/** 50,000 objects of one kind: ten times the largest cluster that is meant, and an end for one that has none. */
const PAGES = 100;
/** A list that expires this often while being read is changing faster than it can be read. */
const RESTARTS = 3;

const ListSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

const VersionSchema = z.object({ gitVersion: z.string() });

type Ask = (path: string) => Promise<HttpAnswer>;

/** `token` is asked for a fresh token at the start and once more if the API server answers 401. */
export function clusterReader(http: Http, token: () => Promise<string>, sleep: Sleep = pause): ClusterReader {
  const ask = authenticated(patiently(http, sleep), token);
  return {
    async get(resource, place, schema) {
      const question = inWords("get", resource, place);
      const { status, body } = await ask(pathOf(resource, place));
      if (status === 404) return null;
      if (status !== 200) throw refused(question, status);
      return parse(schema, body, question);
    },
    async version() {
      const { status, body } = await ask("/version");
      if (status !== 200) throw refused("get /version", status);
      return parse(VersionSchema, body, "get /version").gitVersion;
    },
    async list(resource, place, schema) {
      const question = inWords("list", resource, place);
      const path = pathOf(resource, place);
      for (let restart = 0; ; restart += 1) {
        try {
          return await pages(ask, { question, path, labelSelector: place.labelSelector }, schema);
        } catch (error) {
          const expired = error instanceof KubernetesError && error.status === 410;
          if (!expired || restart === RESTARTS) throw error;
        }
      }
    },
  };
}

/** One fresh token for all questions that are refused for an old one, however many are asked at once. */
function authenticated(get: Http["get"], mint: () => Promise<string>): Ask {
  let current: Promise<string> | undefined;
  let minted = 0;
  const renew = (): Promise<string> => {
    minted += 1;
    current = mint();
    return current;
  };
  return async (path) => {
    const used = current ?? renew();
    const answer = await get(path, await used);
    if (answer.status !== 401) return answer;
    if (current !== used) return get(path, await (current as Promise<string>));
    return minted > 1 ? answer : get(path, await renew());
  };
}

/** `resourceVersion` stays unset: the most recent state, at the cost of a quorum read. */
async function pages<T>(
  ask: Ask,
  { question, path, labelSelector }: { question: string; path: string; labelSelector: string | undefined },
  schema: z.ZodType<T>,
): Promise<T[]> {
  const items: T[] = [];
  let next = "";
  for (let page = 0; page < PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (labelSelector) query.set("labelSelector", labelSelector);
    if (next) query.set("continue", next);
    const { status, body } = await ask(`${path}?${query}`);
    if (status !== 200) throw refused(question, status);
    const list = parse(ListSchema, body, question);
    for (const item of list.items) items.push(check(schema, item, question));
    next = list.metadata.continue ?? "";
    if (!next) return items;
  }
  throw new KubernetesError(0, `${question} has no end: there are more than ${PAGES * PAGE} objects`);
}

function parse<T>(schema: z.ZodType<T>, body: string, question: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new KubernetesError(0, `${question} was answered by something that is not JSON`);
  }
  return check(schema, json, question);
}

function check<T>(schema: z.ZodType<T>, value: unknown, question: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new KubernetesError(
    0,
    `${question} has an unexpected shape: ${issue?.path.join(".") ?? "?"}: ${issue?.message ?? "?"}`,
  );
}
