import * as z from "zod";

/** Takes off what stands around a schema without changing its shape: optional, default, nullable. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  for (;;) {
    if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodDefault ||
      current instanceof z.ZodNullable
    )
      current = current.def.innerType;
    else return current;
  }
}

/** The schema of what stands at `path`, or undefined where the schema ends. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  let current: z.core.$ZodType | undefined = bare(schema);
  for (const key of path) {
    if (current instanceof z.ZodObject) current = current.shape[String(key)];
    else if (current instanceof z.ZodArray) current = current.def.element;
    else if (current instanceof z.ZodRecord) current = current.def.valueType;
    else return undefined;
    if (!current) return undefined;
    current = bare(current);
  }
  return current;
}

/** Names that an object may have at `path`; none where anything goes. */
export function allowedKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}
