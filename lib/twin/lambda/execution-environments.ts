import type { FunctionRecord } from "../aws/backends.ts";

/** One execution environment as the world sees it: started cold, then warm, and used by one call at a time. */
export interface ExecutionEnvironment {
  readonly logStreamName: string;
}

/** A redeployed function (other code, other environment) is another function. */
export const keyOf = (record: FunctionRecord): string => JSON.stringify(record);

/**
 * Which calls start cold. It is decided by who is idle *at this virtual instant*: neither real speed nor the number
 * of threads that do the work has a say in it.
 */
export class ExecutionEnvironments {
  readonly #idle = new Map<string, ExecutionEnvironment[]>();

  /** An idle one, or a new one, which is named as Lambda does: by day, version and something unique. */
  acquire(
    record: FunctionRecord,
    start: { requestId: string; at: number },
  ): { environment: ExecutionEnvironment; cold: boolean } {
    const warm = this.#idle.get(keyOf(record))?.shift();
    if (warm) return { environment: warm, cold: false };
    const day = new Date(start.at).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStreamName = `${day}/[${record.version}]${start.requestId.replaceAll("-", "")}`;
    return { environment: { logStreamName }, cold: true };
  }

  /** One whose runtime has ended is not released. */
  release(record: FunctionRecord, environment: ExecutionEnvironment): void {
    const key = keyOf(record);
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), environment]);
  }
}
