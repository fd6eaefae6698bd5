import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import type { FunctionRecord } from "../backends.ts";
import { AwsError } from "../contract.ts";
import { type Call, operation, present } from "../service.ts";

interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string;
}

/** A function is named by name, `name:qualifier`, partial or full ARN. */
export function functionReference(reference: string): FunctionReference {
  const [name = "", qualifier] = reference.replace(/^.*:function:/, "").split(":");
  return qualifier === undefined ? { name } : { name, qualifier };
}

function find(call: Call, reference: string, qualifierGiven: string | undefined): FunctionRecord {
  const { name, qualifier = qualifierGiven } = functionReference(reference);
  const base = `arn:aws:lambda:${call.region}:${call.accountId}:function:${name}`;
  const arn = qualifier === undefined ? base : `${base}:${qualifier}`;
  call.allow("lambda:InvokeFunction", arn);
  const record = call.world.collection<FunctionRecord>(COLLECTIONS.functions).get(name);
  if (!record) throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  return record;
}

const decode = (payload: Json | undefined): Json => {
  if (typeof payload !== "string") return payload ?? {};
  try {
    return JSON.parse(Buffer.from(payload, "base64").toString("utf8") || "{}") as Json;
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
  }
};

export const lambda = {
  /**
   * `Payload` is a base64 string, as every blob; callers inside the twin may also give the JSON itself and
   * are answered in kind.
   */
  Invoke: operation(
    z.object({
      FunctionName: z.string(),
      InvocationType: z.enum(["RequestResponse", "Event", "DryRun"]).default("RequestResponse"),
      Qualifier: z.string().optional(),
      Payload: z.json().optional(),
    }),
    async (call, { FunctionName, InvocationType, Qualifier, Payload }) => {
      const record = find(call, FunctionName, Qualifier);
      if (InvocationType === "DryRun") return { StatusCode: 204 };
      const payload = decode(Payload as Json | undefined);
      if (InvocationType === "Event") {
        call.world.schedule(0, "lambda.async", { functionName: record.name, payload, attempt: 1 });
        return { StatusCode: 202 };
      }
      if (!call.backends.lambda) throw new Error("no Lambda backend is connected");
      const result = await call.backends.lambda.invoke(record.name, payload);
      const body =
        typeof Payload === "string" || Payload === undefined
          ? Buffer.from(JSON.stringify(result.payload)).toString("base64")
          : result.payload;
      return present({
        StatusCode: 200,
        FunctionError: result.functionError,
        ExecutedVersion: record.version,
        Payload: body,
      });
    },
    { lasts: true },
  ),
};
