import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { judgeProve, readGates } from "../../lib/prove/finish.ts";
import { FinishProveEventSchema, FinishProveResultSchema } from "../../lib/prove/messages.ts";
import { recordProof } from "../../lib/run/close-check.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { noticeOf } from "../../lib/run/notice.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "STRATA_TOPIC_ARN",
  "STRATA_ACTION_TOPIC_ARN",
);

/** Last task of the prove machine: what the gates together prove, kept, and told if it is news. */
export const handler = createHandler({
  name: "finish-prove",
  input: FinishProveEventSchema,
  output: FinishProveResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      settings: {
        environment: settings.STRATA_ENVIRONMENT,
        artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
        topicArn: settings.STRATA_TOPIC_ARN,
        actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
      },
      objects: connectObjectStore(),
      proofs: proofTable(table),
      notifier: connectNotifier(),
    };
  },
  handle: async ({ run, layers }, { settings, objects, ...ports }, now) => {
    const gates = await readGates(run, layers, objects);
    const { proof, problems, evidence } = judgeProve(run, gates, defineLayers(LAYERS), now);
    await objects.writeJson(settings.artefactBucket, proof.evidenceKey, evidence);
    const previous = await ports.proofs.last("prove");
    const silent = proof.result === "failed" && run.heldBy !== undefined;
    const notice = silent
      ? undefined
      : noticeOf(proof, previous, { ...settings, executionName: run.runId, problems });
    await recordProof(proof, notice, ports, now);
    const passed = proof.result === "passed";
    return { passed, summary: proof.summary, ...(!passed && { error: problems[0] ?? proof.summary }) };
  },
});
