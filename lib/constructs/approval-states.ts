import { Choice, Condition, Pass, type State } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { failedOutcome, jsonata, REVIEWED, text } from "./expressions.ts";
import type { StageNames } from "./stage-names.ts";
import { functionState } from "./task-states.ts";

/** An approval may wait for a night and a working day; unanswered, it fails closed. */
export const APPROVAL_SECONDS = 24 * 60 * 60;

export interface ApprovalStatesProps {
  readonly layer: string;
  readonly names: StageNames;
  readonly requestApproval: string;
  /** What an approval leads to. */
  readonly apply: State;
  /** What anything else leads to. */
  readonly record: State;
}

/** Asks a person and waits. The answer must name the digest that was asked for; nothing else is an approval. */
export function approvalStates(scope: Construct, props: ApprovalStatesProps): State {
  const { layer, names, requestApproval, apply, record } = props;
  const approve = functionState(scope, names.approve, {
    version: requestApproval,
    waitForTaskToken: true,
    payload: {
      run: "{% $run %}",
      layer,
      review: "{% $review %}",
      taskToken: "{% $states.context.Task.Token %}",
    },
    timeoutSeconds: APPROVAL_SECONDS,
    assign: { approval: "{% $states.result %}" },
    output: "{% $states.result %}",
    rescue: { to: record, output: failedOutcome(layer, names.approve, true) },
  });
  const refused = `{'name': 'PlanRejectedError', 'cause': 'the answer does not approve the digest that was asked for', 'step': ${text(names.approve)}}`;
  const outcome = `{'layer': ${text(layer)}, 'result': 'failed', ${REVIEWED}, 'error': ${refused}}`;
  const refuse = Pass.jsonata(scope, `${names.approve}: refused`, {
    outputs: jsonata(`{'review': $review, 'outcome': ${outcome}}`),
  });
  const named = jsonata("$states.input.approved = true and $states.input.digest = $review.digest");
  approve.next(
    Choice.jsonata(scope, names.approved)
      .when(Condition.jsonata(named), apply)
      .otherwise(refuse.next(record)),
  );
  return approve;
}
