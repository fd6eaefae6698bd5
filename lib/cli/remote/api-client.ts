import * as z from "zod";
import { type OperationId, ROUTES, type Route } from "../../api/routes.ts";
import { ProblemSchema } from "../../api/schemas.ts";
import { UsageError } from "../usage-error.ts";

/** Where the API is, from the command line or the environment. */
export interface ApiPlace {
  readonly api: string | undefined;
  readonly region: string | undefined;
}

export interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

/** @throws UsageError with what the API says is wrong with the request; other failures as errors */
export async function callApi(place: ApiPlace, operation: OperationId, call: Call = {}): Promise<unknown> {
  const route: Route = ROUTES[operation];
  const base = baseOf(place.api);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(call.path?.[name] ?? ""),
  );
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${path}`, base);
  for (const [name, value] of Object.entries(call.query ?? {}))
    if (value !== undefined) url.searchParams.set(name, value);
  // Loaded here: most commands of the command line sign nothing.
  const { signedFetch } = await import("./signed-fetch.ts");
  const answer = await reach(base, () =>
    signedFetch({
      url,
      method: route.method,
      region: regionOf(base, place.region),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(call.idempotencyKey && { headers: { "idempotency-key": call.idempotencyKey } }),
    }),
  );
  const body: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return route.answer.schema ? route.answer.schema.parse(body) : body;
  throw refusal(answer.status, body, route);
}

function baseOf(api: string | undefined): URL {
  if (api === undefined)
    throw new UsageError(
      "where is the API? Give --api <url>, or set STRATA_API_URL: `cdk deploy` prints it as ApiUrl. Nothing was asked.",
    );
  if (URL.canParse(api) && /^https?:$/.test(new URL(api).protocol)) return new URL(api);
  throw new UsageError(
    `--api: "${api}" is no URL like https://abc123.execute-api.eu-central-1.amazonaws.com`,
  );
}

function regionOf(base: URL, given: string | undefined): string {
  const region = given ?? /\.execute-api\.([a-z0-9-]+)\./.exec(base.hostname)?.[1];
  if (region) return region;
  throw new UsageError(`the region cannot be read from ${base.host}; give --region or set AWS_REGION.`);
}

async function reach(base: URL, send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === "CredentialsProviderError")
      throw new UsageError(`there are no AWS credentials here to sign with: ${message}`);
    const why = cause instanceof Error ? cause.message : message;
    throw new UsageError(`${base.origin} cannot be reached: ${why}. Nothing was asked.`);
  }
}

const GatewaySchema = z.object({ message: z.string() });

function refusal(status: number, body: unknown, route: Route): Error {
  const problem = ProblemSchema.safeParse(body);
  if (problem.success && status < 500) return new UsageError(problem.data.detail);
  if (problem.success) return new Error(`${problem.data.title}: ${problem.data.detail}`);
  const gateway = GatewaySchema.safeParse(body);
  const said = gateway.success ? gateway.data.message : "no reason";
  if (status === 403)
    return new UsageError(
      `API Gateway refused ${route.method} ${route.path} (${said}): these credentials have no execute-api:Invoke for it.`,
    );
  return new Error(`${route.method} ${route.path} was answered ${status}: ${said}`);
}
