import { createHash } from "node:crypto";
import {
  type Attributes,
  type ProviderContext,
  type ProviderDefinition,
  ProviderError,
  type ResourceType,
} from "../../contract.ts";

/**
 * hashicorp/random. What it draws follows from the world's seed and from what is asked, and a second resource
 * that asks the same gets the next: the real one draws, the twin must give the same record again.
 */
function draw(context: ProviderContext, type: string, planned: Attributes, length: number): Buffer {
  const asked = JSON.stringify(
    Object.entries(planned)
      .filter(([, value]) => typeof value !== "symbol")
      .sort(),
  );
  const drawn = context.world.collection<number>("random.drawn");
  const key = createHash("sha256").update(`${context.world.seed} ${type} ${asked}`).digest("hex");
  const index = drawn.get(key) ?? 0;
  drawn.set(key, index + 1);
  const chunks: Buffer[] = [];
  for (let part = 0; part * 64 < length; part += 1)
    chunks.push(createHash("sha512").update(`${key} ${index} ${part}`).digest());
  return Buffer.concat(chunks).subarray(0, length);
}

const number = (values: Attributes, name: string, fallback = 0): number => {
  const value = values[name];
  return typeof value === "number" ? value : fallback;
};
const string = (values: Attributes, name: string): string => {
  const value = values[name];
  return typeof value === "string" ? value : "";
};

/** Everything in this provider lives in the state alone: nothing to read, nothing to delete. */
function drawn(
  type: string,
  forcesReplacement: readonly string[],
  defaults: Attributes,
  make: (planned: Attributes, context: ProviderContext) => Attributes,
  validate?: (configuration: Attributes) => void,
): ResourceType {
  return {
    type,
    forcesReplacement: [...forcesReplacement, "keepers"],
    defaults,
    ...(validate ? { validate } : {}),
    create: (planned, context) => {
      const made = make(planned, context);
      context.record({ action: "create", type, id: string(made, "id"), lastsMilliseconds: 0 });
      return made;
    },
    read: (state) => state,
    update: (planned) => planned,
    delete: (state, context) =>
      context.record({ action: "delete", type, id: string(state, "id"), lastsMilliseconds: 0 }),
  };
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** Minimum counts first, the rest of any allowed kind, then shuffled; as the provider does. */
function characters(planned: Attributes, context: ProviderContext, type: string): string {
  const kinds = [
    { flag: "upper", minimum: "min_upper", alphabet: LOWER.toUpperCase() },
    { flag: "lower", minimum: "min_lower", alphabet: LOWER },
    { flag: "numeric", minimum: "min_numeric", alphabet: DIGITS },
    { flag: "special", minimum: "min_special", alphabet: string(planned, "override_special") || SPECIAL },
  ].filter(({ flag }) => planned[flag] !== false);
  const length = number(planned, "length");
  const bytes = draw(context, type, planned, length * 2);
  const all = kinds.map(({ alphabet }) => alphabet).join("");
  const alphabets = kinds.flatMap(({ alphabet, minimum }) =>
    Array<string>(number(planned, minimum)).fill(alphabet),
  );
  while (alphabets.length < length) alphabets.push(all);
  const picked = alphabets
    .slice(0, length)
    .map((alphabet, index) => alphabet[(bytes[index] ?? 0) % alphabet.length]);
  const order = picked.map((character, index) => ({ character, at: bytes[length + index] ?? 0, index }));
  return order
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ character }) => character)
    .join("");
}

const STRING_FORCES = [
  "length",
  "upper",
  "lower",
  "numeric",
  "number",
  "special",
  "min_upper",
  "min_lower",
  "min_numeric",
  "min_special",
  "override_special",
];

const STRING_DEFAULTS: Attributes = {
  upper: true,
  lower: true,
  numeric: true,
  number: true,
  special: true,
  min_upper: 0,
  min_lower: 0,
  min_numeric: 0,
  min_special: 0,
};

const validateLength = (configuration: Attributes): void => {
  const minimum = ["min_upper", "min_lower", "min_numeric", "min_special"].reduce(
    (sum, name) => sum + number(configuration, name),
    0,
  );
  if (typeof configuration.length === "number" && configuration.length < Math.max(1, minimum))
    throw new ProviderError(
      `Invalid Attribute Value\nAttribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: ${configuration.length}`,
      ["length"],
    );
};

const randomId = drawn("random_id", ["byte_length", "prefix"], {}, (planned, context) => {
  const bytes = draw(context, "random_id", planned, number(planned, "byte_length"));
  const prefix = string(planned, "prefix");
  return {
    id: bytes.toString("base64url"),
    b64_std: prefix + bytes.toString("base64"),
    b64_url: prefix + bytes.toString("base64url"),
    dec: prefix + BigInt(`0x${bytes.toString("hex") || "0"}`).toString(),
    hex: prefix + bytes.toString("hex"),
  };
});

const randomString = drawn(
  "random_string",
  STRING_FORCES,
  STRING_DEFAULTS,
  (planned, context) => {
    const result = characters(planned, context, "random_string");
    return { id: result, result };
  },
  validateLength,
);

const randomPassword = drawn(
  "random_password",
  STRING_FORCES,
  STRING_DEFAULTS,
  (planned, context) => {
    const result = characters(planned, context, "random_password");
    // The real hash is salted anew each time; its shape is what anybody can rely on.
    const digest = createHash("sha512")
      .update(result)
      .digest("base64")
      .replaceAll("+", ".")
      .replaceAll("=", "");
    return { id: "none", result, bcrypt_hash: `$2a$10$${digest.slice(0, 53)}` };
  },
  validateLength,
);

const randomUuid = drawn("random_uuid", [], {}, (planned, context) => {
  const hex = draw(context, "random_uuid", planned, 16).toString("hex");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  return { id: uuid, result: uuid };
});

const randomInteger = drawn("random_integer", ["min", "max", "seed"], {}, (planned, context) => {
  const [min, max] = [number(planned, "min"), number(planned, "max")];
  const result = min + (draw(context, "random_integer", planned, 6).readUIntBE(0, 6) % (max - min + 1));
  return { id: String(result), result };
});

export const randomProvider: ProviderDefinition = {
  address: "registry.terraform.io/hashicorp/random",
  version: "3.9.0",
  resources: [randomId, randomString, randomPassword, randomUuid, randomInteger],
  dataSources: [],
};
