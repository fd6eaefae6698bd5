import { COLLECTIONS, type FaultRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";

/**
 * Fault `image-unpullable` { image: part of the image's name }: the registry refuses the image. Asking does not
 * use the fault up: every pull of it fails while it stands.
 */
export const unpullableImage = (world: World, image: string): boolean =>
  world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .some(
      (fault) =>
        fault.kind === "image-unpullable" &&
        fault.remaining !== 0 &&
        typeof fault.image === "string" &&
        image.includes(fault.image),
    );
