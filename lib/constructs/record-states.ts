import { Pass, type State } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { caughtError, jsonata } from "./expressions.ts";
import type { StageNames } from "./stage-names.ts";
import { CALL_SECONDS, functionState } from "./task-states.ts";

/**
 * Records the outcome (and the review, once there is one) and returns the outcome. One that cannot be recorded
 * is a failure: drift and resume would not know of it.
 */
export function recordStates(scope: Construct, names: StageNames, recordLayer: string): State {
  const recorded = Pass.jsonata(scope, names.recorded);
  const failed = `$merge([$states.input.outcome, {'result': 'failed', 'error': ${caughtError(names.record)}}])`;
  const record = functionState(scope, names.record, {
    version: recordLayer,
    payload: jsonata("$merge([{'run': $run}, $states.input])"),
    timeoutSeconds: CALL_SECONDS,
    output: "{% $states.input.outcome %}",
    rescue: { to: recorded, output: jsonata(failed) },
  });
  record.next(recorded);
  return record;
}
