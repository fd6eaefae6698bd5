import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { createHandler } from "../../lambdas/create-handler.ts";
import {
  ConfigurationError,
  DependencyUnavailableError,
  InvalidInputError,
  NotReadyError,
} from "../../lib/run/errors.ts";
import { CONTEXT, invoke, logOf, named } from "./invoke.ts";

const parts = {
  name: "sample",
  input: z.strictObject({ name: z.string(), token: z.string().optional() }),
  output: z.strictObject({ hello: z.string() }),
  connect: vi.fn(() => ({})),
  handle: async ({ name }: { name: string }, _ports: object, _now: Date) => ({ hello: name }),
};

it("parses, calls and returns", async () => {
  await expect(invoke(createHandler(parts), { name: "ada" })).resolves.toEqual({ hello: "ada" });
});

it("connects in the first call, not before and not again", async () => {
  const connect = vi.fn(() => ({}));
  const handler = createHandler({ ...parts, connect });
  expect(connect).not.toHaveBeenCalled();
  await invoke(handler, { name: "a" });
  await invoke(handler, { name: "b" });
  expect(connect).toHaveBeenCalledOnce();
});

it("is an async function of two arguments, as Node 24's runtime wants it", () => {
  expect(createHandler(parts)).toHaveLength(2);
  expect(createHandler(parts).constructor.name).toBe("AsyncFunction");
});

it("rejects an event naming path and problem, before anything is connected", async () => {
  const connect = vi.fn(() => ({}));
  const refused = invoke(createHandler({ ...parts, connect }), { name: 1 });
  await expect(refused).rejects.toThrow(InvalidInputError);
  await expect(refused).rejects.toThrow(/event of sample: name: /);
  expect(connect).not.toHaveBeenCalled();
});

it("rejects a result that breaks its own contract", async () => {
  const handler = createHandler({ ...parts, handle: async () => ({ hello: 1 }) as never });
  await expect(invoke(handler, { name: "a" })).rejects.toThrow();
});

describe("an error", () => {
  const throwing = (error: unknown) =>
    invoke(
      createHandler({
        ...parts,
        handle: async () => {
          throw error;
        },
      }),
      { name: "a" },
    );
  it.each([
    [named("ThrottlingException"), DependencyUnavailableError],
    [named("InternalError", { $metadata: { httpStatusCode: 500 } }), DependencyUnavailableError],
    [named("AccessDeniedException"), ConfigurationError],
    [new NotReadyError("later"), NotReadyError],
    [new TypeError("defect"), TypeError],
  ])("%s reaches the state machine under the name that it knows", async (error, known) => {
    await expect(throwing(error)).rejects.toThrow(known);
  });
});

it("fails by name shortly before Lambda would kill it", async () => {
  const handler = createHandler({ ...parts, handle: () => new Promise<never>(() => {}) });
  const context = { ...CONTEXT, getRemainingTimeInMillis: () => 550 };
  await expect(invoke(handler, { name: "a" }, context)).rejects.toThrow(DependencyUnavailableError);
});

it("never logs the event", async () => {
  const failing = createHandler({
    ...parts,
    handle: async () => {
      throw new TypeError("defect");
    },
  });
  const log = await logOf(() => invoke(failing, { name: "a", token: "task-token-secret" }));
  expect(log).toContain("defect");
  expect(log).not.toContain("task-token-secret");
});

it("counts each error by its name in namespace Strata", async () => {
  const failing = createHandler({
    ...parts,
    handle: async () => {
      throw new NotReadyError("later");
    },
  });
  const log = await logOf(() => invoke(failing, { name: "a" }));
  expect(log).toContain('"Namespace":"Strata"');
  expect(log).toContain('"NotReadyError":1');
});
