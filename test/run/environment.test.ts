import { expect, it } from "vitest";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { ConfigurationError } from "../../lib/run/errors.ts";

const schema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE");

it("reads only what was asked for", () => {
  const environment = { STRATA_ENVIRONMENT: "demo", STRATA_TABLE: "strata", STRATA_APPROVAL: "nonsense" };
  expect(readEnvironment(schema, environment)).toEqual({
    STRATA_ENVIRONMENT: "demo",
    STRATA_TABLE: "strata",
  });
});

it("rejects with every wrong variable by name, and without its value", () => {
  const read = () => readEnvironment(schema, { STRATA_ENVIRONMENT: "Hunter2" });
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(/STRATA_ENVIRONMENT.*STRATA_TABLE/);
  expect(read).not.toThrow(/Hunter2/);
});

it.each([
  ["ab", false],
  ["abc", true],
  ["a".repeat(20), true],
  ["a".repeat(21), false],
  ["1ab", false],
])("takes %s as an environment's name: %s", (name, ok) => {
  expect(environmentOf("STRATA_ENVIRONMENT").safeParse({ STRATA_ENVIRONMENT: name }).success).toBe(ok);
});
