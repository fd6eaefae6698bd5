import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTwin } from "../run-twin.ts";
import { LIES } from "./lies.ts";
import { look, lookWhile } from "./look.ts";

let opened: Awaited<ReturnType<typeof openTwin>>;
beforeAll(async () => {
  opened = await openTwin("everything");
});
afterAll(() => opened.close());

describe.each(Object.entries(LIES))("%s", (layer, lies) => {
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
