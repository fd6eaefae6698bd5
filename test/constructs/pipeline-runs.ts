/** Runs the synthesized machine with scripted tasks; every payload is parsed by the schema of its reader. */
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { DefinitionBody, QueryLanguage, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { type Catalogue, defineLayers, type LayerDefinition } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { type Operation, selectLayers } from "../../lib/catalogue/selection.ts";
import { PipelineDefinition } from "../../lib/constructs/pipeline-definition.ts";
import { finishRun } from "../../lib/run/finish.ts";
import {
  FailRunEventSchema,
  FinishRunEventSchema,
  type LayerOutcome,
  PrepareRunEventSchema,
  RecordLayerEventSchema,
  RequestApprovalEventSchema,
  type Review,
  ReviewPlanEventSchema,
  type Run,
  ValidateEventSchema,
} from "../../lib/run/messages.ts";
import { recordLayer } from "../../lib/run/record-layer.ts";
import { LEFT_OUT } from "../../lib/stacks/synthesize.ts";
import type { TaskCall } from "../../lib/twin/asl/contract.ts";
import type { Outcome } from "../../lib/twin/asl/interpreter.ts";
import type { Json } from "../../lib/twin/world/world.ts";
import { fails, type Harness, start } from "../twin/asl/harness.ts";

export const catalogue: Catalogue = defineLayers(LAYERS);

/** The definition as Step Functions gets it; functions are called by these names. */
export function definitionOf(layers: readonly LayerDefinition[] = LAYERS): Json {
  const stack = new Stack(new App(LEFT_OUT), "Test");
  const arn = (name: string): string => `arn:aws:lambda:eu-central-1:111122223333:function:${name}:1`;
  const definition = new PipelineDefinition(stack, "Definition", {
    catalogue: defineLayers(layers),
    functions: {
      prepareRun: arn("prepare-run"),
      reviewPlan: arn("review-plan"),
      requestApproval: arn("request-approval"),
      recordLayer: arn("record-layer"),
      finishRun: arn("finish-run"),
      failRun: arn("fail-run"),
      validatorFor: (kind) => arn(`validate-${kind}`),
    },
    planProjectOf: (layer) => `prod-plan-${layer}`,
    applyProjectOf: (layer) => `prod-apply-${layer}`,
  });
  new StateMachine(stack, "Machine", {
    definitionBody: DefinitionBody.fromChainable(definition.startState),
    queryLanguage: QueryLanguage.JSONATA,
  });
  const [machine] = Object.values(
    Template.fromStack(stack).findResources("AWS::StepFunctions::StateMachine"),
  );
  return JSON.parse(machine?.Properties.DefinitionString as string) as Json;
}

export type Script = Readonly<Record<string, (call: TaskCall, harness: Harness) => Json | Promise<Json>>>;

export interface Played {
  readonly outcome: Outcome;
  readonly outcomes: readonly LayerOutcome[];
  /** States that were tried, in order. */
  readonly tried: readonly string[];
  readonly calls: Harness["calls"];
  readonly harness: Harness;
}

const SHA = "a".repeat(64);
const pinned = (key: string) => ({ bucket: "prod-artefacts", key, versionId: "v1", sha256: SHA });

const runOf = (operation: Operation, layers: readonly string[] | "all"): Run => ({
  runId: "one",
  executionArn: "arn:aws:states:us-east-1:111122223333:execution:machine:one",
  environment: "prod",
  operation,
  layers: selectLayers(catalogue, operation, layers),
  approval: "never",
  allowDestroy: [],
  reason: "test",
  requestedBy: "test",
  startedAt: "2030-01-01T00:00:00.000Z",
  source: pinned("sources/x.tar.gz"),
  artefactBucket: "prod-artefacts",
  terraformVersion: "1.11.4",
});

export const reviewOf = (layer: string, changes: Partial<Review> = {}): Json =>
  ({
    Payload: {
      layer,
      counts: { add: 3, change: 0, replace: 0, destroy: 0 },
      hasChanges: true,
      approvalRequired: false,
      approvalReason: "",
      digest: `digest of ${layer}`,
      plan: pinned(`runs/one/${layer}/plan.tfplan`),
      lockFile: pinned(`runs/one/${layer}/lock.hcl`),
      notable: [],
      ...changes,
    },
  }) as Json;

export const unchanged = (layer: string): Json =>
  reviewOf(layer, { counts: { add: 0, change: 0, replace: 0, destroy: 0 }, hasChanges: false });

export const buildFails = (message: string): Promise<Json> =>
  fails(
    "States.TaskFailed",
    JSON.stringify({
      Build: {
        BuildStatus: "FAILED",
        ExportedEnvironmentVariables: [{ Name: "FAILURE", Value: message }],
        Id: "prod-plan-x:1",
      },
    }),
  );

const functionOf = (call: TaskCall): string =>
  String((call.arguments as { FunctionName?: string }).FunctionName).split(":")[6] ?? "";

/** What the run's functions answer when nothing is scripted, each after its event's schema has accepted it. */
async function answer(call: TaskCall, run: Run): Promise<Json> {
  const { Payload } = call.arguments as { Payload?: unknown };
  const name = functionOf(call);
  if (name === "") return { Build: { ExportedEnvironmentVariables: [{ Name: "MANIFEST_KEY", Value: "m" }] } };
  if (name === "prepare-run") {
    PrepareRunEventSchema.parse(Payload);
    return { Payload: run as unknown as Json };
  }
  if (name === "review-plan") return reviewOf(ReviewPlanEventSchema.parse(Payload).layer);
  if (name === "record-layer") {
    const event = RecordLayerEventSchema.parse(Payload);
    const ports = { runs: { saveOutcomes: async () => {} }, layers: { save: async () => {} } };
    const kinds = catalogue.layer(event.outcome.layer).gates.map((gate) => gate.kind);
    try {
      return { Payload: (await recordLayer(event, kinds, ports as never, new Date(0))) as unknown as Json };
    } catch (error) {
      return fails((error as Error).name, (error as Error).message);
    }
  }
  if (name === "finish-run") {
    const event = FinishRunEventSchema.parse(Payload);
    return { Payload: finishRun(event.run, event.outcomes) as unknown as Json };
  }
  if (name === "fail-run") {
    FailRunEventSchema.parse(Payload);
    return { Payload: {} };
  }
  const { layer, gate } = ValidateEventSchema.parse(Payload);
  const report = { layer, kind: gate.kind, verdict: "passed", passed: 1, failed: 0, findingsKey: "k" };
  return { Payload: report };
}

/** Runs the platform's machine to its end. `script` says what a state does instead, by the state's name. */
export async function play(
  operation: Operation,
  script: Script = {},
  layers: readonly string[] | "all" = "all",
): Promise<Played> {
  const run = runOf(operation, layers);
  const tried: string[] = [];
  let outcomes: LayerOutcome[] = [];
  const harness: Harness = start(DEFINITION, {
    input: { operation, reason: "test" },
    behaviour: (call) => {
      tried.push(call.stateName);
      const scripted = script[call.stateName];
      if (call.stateName === "Finish run")
        outcomes = (call.arguments as { Payload: { outcomes: LayerOutcome[] } }).Payload.outcomes;
      if (functionOf(call) === "request-approval") {
        RequestApprovalEventSchema.parse((call.arguments as { Payload: unknown }).Payload);
        void scripted?.(call, harness);
        return { submitted: Promise.resolve(null), abort: () => undefined };
      }
      return scripted ? scripted(call, harness) : answer(call, run);
    },
  });
  const outcome = await harness.finish();
  return { outcome, outcomes, tried, calls: harness.calls, harness };
}

const DEFINITION = definitionOf();
