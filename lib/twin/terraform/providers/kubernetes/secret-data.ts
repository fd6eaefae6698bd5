import type { Json } from "../../../world/world.ts";
import type { Attributes, Value } from "../../contract.ts";

type Fields = { [key: string]: Json };

const entries = (value: Value | undefined): [string, string][] =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, item]) => [key, String(item)])
    : [];

/** A Secret's `data` is text in Terraform and base64 in the API; `binary_data` is base64 in both. */
export function encodeSecret(manifest: Fields, values: Attributes): Fields {
  const { binaryData: _, ...rest } = manifest;
  const data = Object.fromEntries(
    [...entries(values.data_wo), ...entries(values.data)].map(([key, text]) => [
      key,
      Buffer.from(text).toString("base64"),
    ]),
  );
  const all = {
    ...data,
    ...Object.fromEntries([...entries(values.binary_data), ...entries(values.binary_data_wo)]),
  };
  return Object.keys(all).length > 0 ? { ...rest, data: all } : rest;
}

export function decodeSecret(object: Fields, state: Attributes): Fields {
  const binaryKeys = new Set(entries(state.binary_data).map(([key]) => key));
  const all = Object.entries((object.data ?? {}) as { [key: string]: string });
  const text = all.filter(([key]) => !binaryKeys.has(key));
  const binary = all.filter(([key]) => binaryKeys.has(key));
  return {
    ...object,
    ...(binary.length > 0 ? { binaryData: Object.fromEntries(binary) } : {}),
    data: Object.fromEntries(text.map(([key, value]) => [key, Buffer.from(value, "base64").toString()])),
  };
}
