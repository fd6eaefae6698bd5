import { setTimeout as sleep } from "node:timers/promises";
import { EXIT_FAILED, EXIT_SUCCEEDED } from "../usage-error.ts";
import { type ApiPlace, callApi } from "./api-client.ts";
import { type RunView, showRun } from "./show-run.ts";

/** A person's eye needs no more, and API Gateway is asked twelve times a minute. */
const LOOKS_EVERY_MILLISECONDS = 5_000;

/** Prints a run whenever it changes, until it has ended. Exit code 0 only if it SUCCEEDED. */
export async function watchRun(
  place: ApiPlace,
  runId: string,
  everyMilliseconds = LOOKS_EVERY_MILLISECONDS,
): Promise<number> {
  let shown = "";
  for (;;) {
    const run = (await callApi(place, "showRun", { path: { runId } })) as RunView;
    const text = showRun(run);
    if (text !== shown) process.stdout.write(shown === "" ? text : `\n${text}`);
    shown = text;
    if (run.status !== "RUNNING" && run.status !== "PENDING_REDRIVE")
      return run.status === "SUCCEEDED" ? EXIT_SUCCEEDED : EXIT_FAILED;
    await sleep(everyMilliseconds);
  }
}
