import { type IChainable, Pass, Wait, WaitTime } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Gate } from "../catalogue/define-layers.ts";
import { caughtError, jsonata, text } from "./expressions.ts";
import { gateRetry, type Retrier, SERVICE_RETRIES } from "./retry-policies.ts";
import { functionState } from "./task-states.ts";

/** A validator runs for a minute at most; half a minute more for calling it. */
const LOOK_SECONDS = 90;

export interface GateStatesProps {
  readonly layer: string;
  readonly gate: Gate;
  /** Name of the state that looks. */
  readonly name: string;
  readonly validator: string;
  /** JSONata of the folder in the artefact bucket that the findings go to. @default the run's */
  readonly folder?: string;
  /** How long to go on looking. @default until the gate's deadline */
  readonly retry?: Retrier;
}

/**
 * One gate as a branch of its layer's Prove: wait until it usually passes, look, look again until the deadline.
 * It always ends well, with a report: a red gate must not stop the others, whose findings are wanted too. So
 * the look's own Catch turns any failure into a report, and what it leads to cannot fail.
 */
export function gateStates(scope: Construct, props: GateStatesProps): IChainable {
  const { layer, gate, name, validator, folder, retry = gateRetry(gate) } = props;
  const looked = Pass.jsonata(scope, `${name}, looked`, { comment: "The gate's report, red or green" });
  const look = functionState(scope, name, {
    version: validator,
    payload: {
      run: "{% $run %}",
      layer,
      gate: { ...gate },
      ...(folder === undefined ? {} : { folder: jsonata(folder) }),
      since: "{% $states.context.State.EnteredTime %}",
    },
    timeoutSeconds: LOOK_SECONDS,
    retries: [retry, ...SERVICE_RETRIES],
    rescue: { to: looked, output: failedReport(layer, gate.kind, name, folder) },
  });
  look.next(looked);
  if (!gate.firstLookSeconds) return look;
  // What was not applied is as healthy as before: it is looked at once.
  const seconds = `$review.hasChanges ? ${gate.firstLookSeconds} : 0`;
  const wait = Wait.jsonata(scope, `${name}, not yet`, {
    time: WaitTime.seconds(jsonata(seconds)),
    comment: "The first look comes when this gate passes at the earliest",
  });
  return wait.next(look);
}

/** A GateReport for a gate whose validator threw; the findings' key is the one that validators write to. */
function failedReport(layer: string, kind: string, name: string, folder = "'runs/' & $run.runId"): string {
  const key = `${folder} & ${text(`/${layer}/gates/${kind}.json`)}`;
  return jsonata(
    `($error := ${caughtError(name)}; {'layer': ${text(layer)}, 'kind': ${text(kind)}, 'verdict': 'failed', 'passed': 0, 'failed': 1, 'findingsKey': ${key}, 'firstProblem': $error.name & ': ' & $error.cause})`,
  );
}
