import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../lib/api/openapi.ts";
import { ROUTES, type Route } from "../../lib/api/routes.ts";
import { ask, FakePorts } from "./ports.ts";

const document = openApiDocument("demo") as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
};

describe("the OpenAPI document", () => {
  it.each(Object.entries(ROUTES) as [string, Route][])("describes %s", (operationId, route) => {
    const described = document.paths[route.path]?.[route.method.toLowerCase()];
    expect(described?.operationId).toBe(operationId);
    expect(Object.keys(described?.responses as object)).toContain(String(route.answer.status));
    expect(described?.requestBody !== undefined).toBe(route.body !== undefined);
    const named = ((described?.parameters ?? []) as { name: string; in: string }[]).filter(
      (parameter) => parameter.in === "path",
    );
    expect(named.map(({ name }) => `{${name}}`)).toEqual([...route.path.matchAll(/\{\w+\}/g)].map(String));
  });

  it("lets a request leave out what has a default", () => {
    const schema = document.paths["/runs"]?.post?.requestBody as {
      content: Record<string, { schema: { required: string[] } }>;
    };
    expect(schema.content["application/json"]?.schema.required).toEqual(["operation", "reason"]);
  });

  it("is served as it is", async () => {
    const served = await ask(new FakePorts(), "describeApi");
    expect(served.json).toEqual(JSON.parse(JSON.stringify(document)));
  });
});
