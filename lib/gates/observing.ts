import { KubernetesError } from "../clients/kubernetes/errors.ts";
import { type Reading, readable, unreadable } from "./reading.ts";

/**
 * Reads from a cluster. What the API server refuses or fails to answer becomes an unreadable fact, for the judge;
 * every other error is a defect, or a failure of AWS, and is thrown.
 */
export async function attempt<T>(read: Promise<T>): Promise<Reading<T>> {
  try {
    return readable(await read);
  } catch (error) {
    if (error instanceof KubernetesError) return unreadable(error.message);
    throw error;
  }
}
