import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import type { ParameterRecord } from "../collections.ts";
import { AwsError } from "../contract.ts";
import { type Call, epochSeconds, operation, page, present } from "../service.ts";

const arnOf = (call: Call, name: string): string =>
  `arn:aws:ssm:${call.region}:${call.accountId}:parameter/${name.replace(/^\//, "")}`;

const parameters = (call: Call) => call.world.collection<ParameterRecord>(COLLECTIONS.parameters);

/** Terraform's parameters and the template's share the collection; what a writer left out has the usual value. */
function answer(call: Call, record: ParameterRecord): Json {
  return {
    Name: record.name,
    Type: record.type,
    Value: record.value,
    Version: record.version ?? 1,
    LastModifiedDate: epochSeconds(record.lastModified ?? 0),
    ARN: arnOf(call, record.name),
    DataType: "text",
  };
}

export const ssm = {
  GetParameter: operation(
    z.object({ Name: z.string(), WithDecryption: z.boolean().optional() }),
    (call, { Name }) => {
      call.allow("ssm:GetParameter", arnOf(call, Name));
      const record = parameters(call).get(Name);
      if (!record) throw new AwsError("ParameterNotFound", `Parameter ${Name} not found.`);
      return { Parameter: answer(call, record) };
    },
  ),
  GetParameters: operation(
    z.object({ Names: z.array(z.string()).min(1).max(10), WithDecryption: z.boolean().optional() }),
    (call, { Names }) => {
      for (const name of Names) call.allow("ssm:GetParameters", arnOf(call, name));
      const found = Names.flatMap((name) => parameters(call).get(name) ?? []);
      return {
        Parameters: found.map((record) => answer(call, record)),
        InvalidParameters: Names.filter((name) => !parameters(call).has(name)),
      };
    },
  ),
  /** Ten a page at most: SSM API reference, GetParametersByPath. */
  GetParametersByPath: operation(
    z.object({
      Path: z.string(),
      Recursive: z.boolean().optional(),
      NextToken: z.string().optional(),
      WithDecryption: z.boolean().optional(),
    }),
    (call, { Path, Recursive = false, NextToken }) => {
      call.allow("ssm:GetParametersByPath", arnOf(call, Path));
      const prefix = Path.endsWith("/") ? Path : `${Path}/`;
      const below = parameters(call)
        .values()
        .filter(({ name }) => name.startsWith(prefix))
        .filter(({ name }) => Recursive || !name.slice(prefix.length).includes("/"));
      const { items, next } = page(below, NextToken, 10);
      return present({ Parameters: items.map((record) => answer(call, record)), NextToken: next });
    },
  ),
};
