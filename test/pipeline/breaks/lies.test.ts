import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTwin } from "../run-twin.ts";
import { LIES } from "./lies.ts";
import { look, lookWhile } from "./look.ts";

/** Those of observability are tried in ../deploy.test.ts, which has a world with that layer. */
const { observability: _, ...OF_GROUNDS } = LIES;

describe.each(Object.entries(OF_GROUNDS))("%s", (layer, lies) => {
  let opened: Awaited<ReturnType<typeof openTwin>>;
  beforeAll(async () => {
    opened = await openTwin(layer as keyof typeof OF_GROUNDS);
  });
  afterAll(() => opened.close());

  it("passes every gate while nobody lies", async () => {
    expect(await look(opened.twin, layer)).toEqual({});
  });

  it.each(Object.entries(lies))(
    "%s is seen through by one gate, and no other is blamed",
    async (name, exposed) => {
      const failures = await lookWhile(opened.twin, layer, name);
      expect(failures).toEqual({ [exposed.gate]: expect.stringMatching(exposed.says) });
    },
  );
});
