import type { Drifted } from "./drifted.ts";

const SHOWN_ATTRIBUTES = 5;

/** `edited: tags.owner, tags_all.owner`. */
export function formatDriftKind({ kind, attributes, severity }: Drifted): string {
  if (kind === "unmanaged") return "unmanaged: it bears the environment's tag, and no state holds it";
  if (kind === "deleted") return "deleted";
  const shown = attributes.slice(0, SHOWN_ATTRIBUTES).join(", ");
  const more =
    attributes.length > SHOWN_ATTRIBUTES ? `, and ${attributes.length - SHOWN_ATTRIBUTES} more` : "";
  const what = shown === "" ? "" : `: ${shown}${more}`;
  const left = severity === "warning" ? " (a deploy would leave it so)" : "";
  return `${kind === "edited" ? "edited" : "a deploy would change it, though nobody has edited it"}${what}${left}`;
}
