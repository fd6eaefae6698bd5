import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { diagnosticOf } from "./diagnostics.ts";
import type { BlockSchema, ProviderSchema } from "./schema.ts";
import { providerSchemaMessage } from "./schema-message.ts";
import { ProviderSession, type SessionOptions } from "./session.ts";

type Request = {
  type_name: string;
  id: string;
  config: { msgpack?: Uint8Array };
  current_state: { msgpack?: Uint8Array };
  prior_state: { msgpack?: Uint8Array };
  proposed_new_state: { msgpack?: Uint8Array };
  planned_state: { msgpack?: Uint8Array };
  raw_state: { json: Uint8Array };
  private: Uint8Array;
  prior_private: Uint8Array;
  planned_private: Uint8Array;
};
type Handler = (request: Request) => object | Promise<object>;

const definition = loadSync(fileURLToPath(new URL("tfplugin6.proto", import.meta.url)), {
  keepCase: true,
  longs: Number,
  enums: String,
  oneofs: true,
});
const generated = (
  grpc.loadPackageDefinition(definition).tfplugin6 as unknown as { Provider: grpc.ServiceClientConstructor }
).Provider.service;

/** As every terraform process asks for them, and no answer is larger: schemas, encoded once. */
const encodedSchemas = new WeakMap<object, Buffer>();
function encodedOnce<Q, A extends object>(method: grpc.MethodDefinition<Q, A>): grpc.MethodDefinition<Q, A> {
  const responseSerialize = (answer: A): Buffer => {
    const bytes = encodedSchemas.get(answer) ?? method.responseSerialize(answer);
    encodedSchemas.set(answer, bytes);
    return bytes;
  };
  return { ...method, responseSerialize };
}
const service: grpc.ServiceDefinition = Object.fromEntries(
  Object.entries(generated).map(([name, method]) => [
    name,
    name === "GetProviderSchema" ? encodedOnce(method) : method,
  ]),
);

type Step = { attribute_name: string } | { element_key_int: number };

/**
 * An attribute path of the protocol for one of `forcesReplacement`, whose blocks have no index: terraform wants the
 * path to exist, so a list's is that of its first element, and a set's ends at the set.
 */
function replacementPath(path: string, block: BlockSchema | undefined): { steps: Step[] } {
  const steps: Step[] = [];
  const names = path.split(".");
  let at = block;
  for (const [index, attribute_name] of names.entries()) {
    steps.push({ attribute_name });
    const nested = at?.block_types?.[attribute_name];
    at = nested?.block;
    if (nested === undefined || index === names.length - 1) continue;
    if (nested.nesting_mode === "set" || nested.nesting_mode === "map") break;
    if (nested.nesting_mode === "list") steps.push({ element_key_int: 0 });
  }
  return { steps };
}

const schemaMessages = new WeakMap<ProviderSchema, object>();
function schemaMessage(schema: ProviderSchema): object {
  const message = schemaMessages.get(schema) ?? providerSchemaMessage(schema);
  schemaMessages.set(schema, message);
  return message;
}

/** Encodes a schema before anybody asks for it: half a second of work that the first plan would wait for. */
export function encodeSchema(schema: ProviderSchema): void {
  service.GetProviderSchema?.responseSerialize(schemaMessage(schema));
}

/** What happens at each call; a thrown error becomes a diagnostic of that call's response. */
const handlersOf = (session: ProviderSession, schema: ProviderSchema): Record<string, Handler> => ({
  GetProviderSchema: () => schemaMessage(schema),
  ValidateProviderConfig: () => ({}),
  ValidateDataResourceConfig: () => ({}),
  ValidateResourceConfig: ({ type_name, config }) => {
    session.validateResource(type_name, config);
    return {};
  },
  ConfigureProvider: ({ config }) => {
    session.configure(config);
    return {};
  },
  UpgradeResourceState: ({ type_name, raw_state }) => ({
    upgraded_state: session.upgrade(type_name, raw_state.json),
  }),
  ReadResource: ({ type_name, current_state, private: kept }) => ({
    new_state: session.read(type_name, current_state),
    private: kept,
  }),
  PlanResourceChange: (request) => {
    const { planned, replaces } = session.plan(request.type_name, request);
    return {
      planned_state: planned,
      requires_replace: replaces.map((path) =>
        replacementPath(path, schema.resource_schemas[request.type_name]?.block),
      ),
      planned_private: request.prior_private,
      // Most of these providers are written with the older SDK, which terraform lets plan defaults.
      legacy_type_system: true,
    };
  },
  ApplyResourceChange: async (request) => {
    const { state, diagnostics } = await session.apply(request.type_name, request);
    return { new_state: state, private: request.planned_private, diagnostics, legacy_type_system: true };
  },
  ImportResourceState: ({ type_name, id }) => ({
    imported_resources: [{ type_name, state: session.import(type_name, id), private: Buffer.alloc(0) }],
  }),
  ReadDataSource: ({ type_name, config }) => ({ state: session.readData(type_name, config) }),
  StopProvider: () => ({ Error: "" }),
});

const answering =
  (handler: Handler): grpc.handleUnaryCall<Request, object> =>
  async (call, callback) => {
    try {
      callback(null, await handler(call.request));
    } catch (error) {
      callback(null, { diagnostics: [diagnosticOf(error)] });
    }
  };

export interface ServedProvider {
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** Serves a provider on a port of its own, in this process. */
export async function serveProvider(options: SessionOptions): Promise<ServedProvider> {
  // No limit: the schema of a provider alone is larger than the default of 4 MiB may be.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const handlers = handlersOf(new ProviderSession(options), options.schema);
  server.addService(
    service,
    Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, answering(handler)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: options.definition.address, port, close: () => server.forceShutdown() };
}

/**
 * The value of TF_REATTACH_PROVIDERS. `pid` is the process that terraform kills when it cannot connect any
 * more: its own only where nothing else lives in it; see `announce`.
 */
export const reattachValue = (providers: readonly ServedProvider[], pid: number = process.pid): string =>
  JSON.stringify(
    Object.fromEntries(
      providers.map(({ address, port }) => [
        address,
        {
          Protocol: "grpc",
          ProtocolVersion: 6,
          Pid: pid,
          Test: true,
          Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
        },
      ]),
    ),
  );
