import type { FunctionRecord } from "../aws/backends.ts";
import type { FunctionFailure } from "./protocol.ts";

/** A line as CloudWatch Logs would hold it; `at` in virtual milliseconds. */
export interface LogLine {
  readonly at: number;
  readonly functionName: string;
  readonly requestId: string;
  readonly message: string;
}

/** What functions write, in memory, in the order in which it was written. */
export class LogStreams {
  readonly #now: () => number;
  readonly #heard: (message: string) => void;
  readonly #lines: LogLine[] = [];

  /** @param heard told of every line, as a subscription filter would be */
  constructor(now: () => number, heard: (message: string) => void = () => undefined) {
    this.#now = now;
    this.#heard = heard;
  }

  start(record: FunctionRecord, requestId: string): void {
    this.write(record, requestId, `START RequestId: ${requestId} Version: ${record.version}`);
  }

  write(record: FunctionRecord, requestId: string, text: string): void {
    for (const message of text.replace(/\n$/, "").split("\n")) {
      this.#lines.push({ at: this.#now(), functionName: record.name, requestId, message });
      this.#heard(message);
    }
  }

  failure(record: FunctionRecord, requestId: string, { errorType, errorMessage }: FunctionFailure): void {
    this.write(record, requestId, `ERROR Invoke Error ${JSON.stringify({ errorType, errorMessage })}`);
  }

  /** `lasts` is the modelled duration; Lambda bills whole milliseconds. */
  end(record: FunctionRecord, requestId: string, lasts: number): void {
    this.write(record, requestId, `END RequestId: ${requestId}`);
    const billed = Math.ceil(lasts);
    this.write(
      record,
      requestId,
      `REPORT RequestId: ${requestId}\tDuration: ${lasts.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${record.memoryMegabytes} MB`,
    );
  }

  lines(functionName?: string): LogLine[] {
    return this.#lines.filter((line) => functionName === undefined || line.functionName === functionName);
  }
}
