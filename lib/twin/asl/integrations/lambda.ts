import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";
import type { Caller } from "./caller.ts";
import { functionFailure, serviceFailure } from "./service-errors.ts";

const encode = (payload: Json): string => Buffer.from(JSON.stringify(payload)).toString("base64");
const decode = (payload: Json | undefined): Json =>
  typeof payload === "string" && payload !== ""
    ? (JSON.parse(Buffer.from(payload, "base64").toString("utf8")) as Json)
    : null;

/** Calls a function and waits for it, in as much virtual time as it takes. Rejects with StatesError. */
async function call(caller: Caller, input: { [key: string]: Json }) {
  let response: Json;
  try {
    response = await caller.callLasting("lambda", "Invoke", input);
  } catch (thrown) {
    throw serviceFailure("lambda", thrown);
  }
  const answer = isObject(response) ? response : {};
  const payload = decode(answer.Payload);
  if (answer.FunctionError !== undefined) throw functionFailure(payload);
  return { answer, payload };
}

/** `arn:aws:states:::lambda:invoke`. */
export async function invoke(caller: Caller, input: Json): Promise<Json> {
  const { Payload = {}, ...others } = isObject(input) ? input : {};
  const { answer, payload } = await call(caller, { ...others, Payload: encode(Payload) });
  return {
    ExecutedVersion: answer.ExecutedVersion ?? "$LATEST",
    Payload: payload,
    StatusCode: answer.StatusCode ?? 200,
  };
}

/** A function's own ARN as the resource: arguments are the event, its return value is the result. */
export async function invokeDirectly(caller: Caller, arn: string, event: Json): Promise<Json> {
  return (await call(caller, { FunctionName: arn, Payload: encode(event) })).payload;
}
