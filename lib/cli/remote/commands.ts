import { type Command, Option } from "commander";
import type * as z from "zod";
import type { ApprovalView, RunListSchema, RunSummary } from "../../api/schemas.ts";
import { parseLayers, parseReason } from "../arguments.ts";
import { EXIT_SUCCEEDED } from "../usage-error.ts";
import { type ApiPlace, callApi } from "./api-client.ts";
import { type RunView, showRun, showRuns } from "./show-run.ts";
import { watchRun } from "./watch-run.ts";

const print = (text: string): void => void process.stdout.write(text);

/** `strata start|status|watch|approve|reject|cancel`: the deployed control plane, over its API. */
export function addRemoteCommands(root: Command, done: (code: number) => void): void {
  addStart(root, done);
  addStatus(root, done);
  remote(root, "watch <run>", "follow a run until it has ended").action(
    async (runId: string, place: ApiPlace) => done(await watchRun(place, runId)),
  );
  addDecision(root, "approve", "approve exactly the plan that the digest names", done);
  addDecision(root, "reject", "reject a plan: its layer fails, and nothing of it is applied", done);
  remote(root, "cancel <run>", "ask a run to end; applies under way end by themselves")
    .requiredOption("--reason <text>", "kept with the run", parseReason)
    .action(async (runId: string, { reason, ...place }: ApiPlace & { reason: string }) => {
      const run = await callApi(place, "cancelRun", { path: { runId }, body: { reason } });
      print(showRun(run as RunView));
      done(EXIT_SUCCEEDED);
    });
}

const remote = (root: Command, name: string, description: string): Command =>
  root
    .command(name)
    .description(description)
    .addOption(new Option("--api <url>", "the output ApiUrl of the stack").env("STRATA_API_URL"))
    .addOption(new Option("--region <name>", "where it cannot be read from the URL").env("AWS_REGION"));

interface StartOptions extends ApiPlace {
  readonly layers?: string[];
  readonly reason: string;
  readonly approval?: string;
  readonly allowDestroy?: string[];
  readonly withoutFinalBackup?: string;
  readonly key?: string;
  readonly watch?: true;
}

function addStart(root: Command, done: (code: number) => void): void {
  remote(root, "start <operation>", "start a run: deploy, plan or destroy")
    .requiredOption("--reason <text>", "kept with the run", parseReason)
    .option("--layers <a,b>", "these layers, and what they depend on", parseLayers)
    .addOption(
      new Option("--approval <policy>", "when a person must approve").choices([
        "always",
        "on-change",
        "on-destroy",
        "never",
      ]),
    )
    .option("--allow-destroy <address...>", "protected resources that this run may destroy or replace")
    .option(
      "--without-final-backup <why>",
      "destroy: layers that keep data need no backup proven today, and why",
    )
    .option("--key <text>", "an idempotency key: given again, it starts nothing again")
    .option("--watch", "follow it until it has ended")
    .action(async (operation: string, options: StartOptions) => {
      const { api, region, key, watch, ...input } = options;
      const body = { operation, ...input };
      const run = (await callApi({ api, region }, "startRun", { body, idempotencyKey: key })) as RunSummary;
      print(`${run.runId}  ${run.status}\n${run.executionArn}\n`);
      done(watch ? await watchRun({ api, region }, run.runId) : EXIT_SUCCEEDED);
    });
}

function addStatus(root: Command, done: (code: number) => void): void {
  remote(root, "status [run]", "one run, or the latest ones")
    .option("--cursor <text>", "the next page")
    .option("--limit <n>", "how many", "20")
    .action(async (runId: string | undefined, options: ApiPlace & { cursor?: string; limit: string }) => {
      const { cursor, limit, ...place } = options;
      if (runId === undefined) {
        const page = await callApi(place, "listRuns", { query: { cursor, limit } });
        print(showRuns(page as z.infer<typeof RunListSchema>));
      } else print(showRun((await callApi(place, "showRun", { path: { runId } })) as RunView));
      done(EXIT_SUCCEEDED);
    });
}

function addDecision(
  root: Command,
  decision: "approve" | "reject",
  description: string,
  done: (code: number) => void,
): void {
  remote(root, `${decision} <run> <layer>`, description)
    .requiredOption("--digest <sha256>", "as the mail and `strata status <run>` name it")
    .option("--comment <text>", "kept with the decision")
    .action(
      async (
        runId: string,
        layer: string,
        { digest, comment, ...place }: ApiPlace & { digest: string; comment?: string },
      ) => {
        const body = { decision, digest, ...(comment && { comment }) };
        const view = (await callApi(place, "decideApproval", {
          path: { runId, layer },
          body,
        })) as ApprovalView;
        print(`${view.layer}: ${view.decision} by ${view.decidedBy}\n`);
        done(EXIT_SUCCEEDED);
      },
    );
}
