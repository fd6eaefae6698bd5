import { expect, it } from "vitest";
import { attributeChanges, HIDDEN, NOT_KNOWN, sensitiveTexts } from "../../lib/review/redact.ts";
import { change, planOf } from "./samples.ts";

const review = (rest: Parameters<typeof change>[2]) => {
  const resource = change("aws_x.y", ["update"], rest);
  return attributeChanges(resource, sensitiveTexts(planOf(resource)));
};

it("lists what differs and nothing else", () => {
  expect(review({ before: { a: 1, b: "x" }, after: { a: 2, b: "x" } })).toEqual([
    { path: "a", before: "1", after: "2" },
  ]);
});

it("hides a sensitive attribute on both sides, though it says that it changes", () => {
  const changes = review({
    before: { password: "old-secret" },
    after: { password: "new-secret" },
    before_sensitive: {},
    after_sensitive: { password: true },
  });
  expect(changes).toEqual([{ path: "password", before: HIDDEN, after: HIDDEN }]);
});

it("hides a whole sensitive block, and elements of a list", () => {
  const changes = review({
    before: { block: { a: "topsecret" }, list: ["plain", "hidden-one"] },
    after: { block: { a: "topsecret2" }, list: ["plain2", "hidden-two"] },
    before_sensitive: { block: true, list: [false, true] },
    after_sensitive: { block: true, list: [false, true] },
  });
  expect(JSON.stringify(changes)).not.toMatch(/topsecret|hidden-/);
  expect(changes).toContainEqual({ path: "list.0", before: '"plain"', after: '"plain2"' });
});

it("hides a copy of a secret in an attribute that is not marked", () => {
  const changes = review({
    before: {},
    after: { password: "hunter-22", script: "login -p hunter-22 now" },
    after_sensitive: { password: true },
  });
  expect(changes).toContainEqual({ path: "script", before: "", after: `"login -p ${HIDDEN} now"` });
});

it("hides a secret with line breaks inside of other text", () => {
  const key = "-----BEGIN-----\nabc\n-----END-----";
  const changes = review({ before: {}, after: { key, copy: `x ${key} y` }, after_sensitive: { key: true } });
  expect(JSON.stringify(changes)).not.toContain("abc");
});

it("does not take short sensitive words for secrets elsewhere", () => {
  const changes = review({
    before: {},
    after: { flag: "true", other: "is true" },
    after_sensitive: { flag: true },
  });
  expect(changes).toContainEqual({ path: "other", before: "", after: '"is true"' });
});

it("says what is known only after the apply", () => {
  const changes = review({ before: { arn: "a" }, after: {}, after_unknown: { arn: true } });
  expect(changes).toEqual([{ path: "arn", before: '"a"', after: NOT_KNOWN }]);
});

it("shortens documents", () => {
  const [first] = review({ before: {}, after: { policy: "p".repeat(5_000) } });
  expect(first?.after).toHaveLength(200);
});
