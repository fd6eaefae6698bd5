import { createHash } from "node:crypto";
import type { Json, World } from "../../../world/world.ts";

/** Letters and digits that Kubernetes makes names of: no vowels, so that no words come out. @see apimachinery `rand.SafeEncodeString` */
const SAFE = "bcdfghjklmnpqrstvwxz2456789";

/** A suffix such as a pod's; `subject` tells apart what gets one at the same instant. */
export function randomSuffix(world: World, subject: string, length = 5): string {
  const draws = world.drawsOf(subject);
  return Array.from({ length }, () => SAFE[Math.floor(draws.random() * SAFE.length)]).join("");
}

/** The same for the same content, e.g. of a pod template. */
export function contentHash(content: Json, length = 10): string {
  const digest = createHash("sha256").update(JSON.stringify(content)).digest();
  return Array.from({ length }, (_, index) => SAFE[(digest[index] ?? 0) % SAFE.length]).join("");
}
