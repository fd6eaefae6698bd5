import {
  Choice,
  Condition,
  type INextable,
  Parallel,
  Pass,
  type State,
  StateMachineFragment,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Layer } from "../catalogue/define-layers.ts";
import { approvalStates } from "./approval-states.ts";
import { buildTimes } from "./build-times.ts";
import { applyVariables, planVariables, releaseVariables } from "./build-variables.ts";
import { caughtError, failedOutcome, jsonata, outcomesOf, REVIEWED, text } from "./expressions.ts";
import { proveStates } from "./prove-states.ts";
import { recordStates } from "./record-states.ts";
import { APPLY_RETRIES, PLAN_RETRIES } from "./retry-policies.ts";
import { type StageMode, type StageNames, stageNames } from "./stage-names.ts";
import { buildState, CALL_SECONDS, functionState } from "./task-states.ts";

export interface LayerStageProps {
  readonly layer: Layer;
  readonly mode: StageMode;
  /** What must have ended well before: dependencies, or for a removal the dependents. */
  readonly after: readonly string[];
  readonly planProject: string;
  readonly applyProject: string;
  readonly reviewPlan: string;
  readonly requestApproval: string;
  readonly recordLayer: string;
  readonly validatorFor: (kind: string) => string;
}

/**
 * One layer in a run, from its plan to its record. Input and output are `{ outcomes: LayerOutcome[] }`: what
 * came before, and the same with this layer's outcome.
 *
 * Step Functions stops the other branches of a Parallel when one fails, and the builds in them. So nothing
 * here fails outwards: the stage sits in a Parallel of one branch, whose Catch turns what the states' own
 * catches left (an expression that failed in a Choice or a Pass) into an outcome as well.
 */
export class LayerStage extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];
  readonly #props: LayerStageProps;
  readonly #names: StageNames;

  constructor(scope: Construct, id: string, props: LayerStageProps) {
    super(scope, id);
    this.#props = props;
    this.#names = stageNames(props.layer.name, props.mode);
    const name = text(props.layer.name);
    const stage = Parallel.jsonata(this, this.#names.stage, {
      comment: props.layer.purpose,
      outputs: jsonata("{'outcomes': [$states.input.outcomes, $states.result[0]]}"),
    });
    const after = Pass.jsonata(this, this.#names.after);
    stage.branch(this.#begin());
    stage.addCatch(after, {
      errors: ["States.ALL"],
      outputs: jsonata(
        `{'outcomes': [$states.input.outcomes, {'layer': ${name}, 'result': 'failed', 'error': ${caughtError(this.#names.stage)}}]}`,
      ),
    });
    stage.next(after);
    this.startState = stage;
    this.endStates = [after];
  }

  /** Is it in this run, and may it begin? */
  #begin(): State {
    const { layer, after } = this.#props;
    const begin = Choice.jsonata(this, this.#names.begin);
    const ended = (name: string, result: string): Pass =>
      Pass.jsonata(this, name, { outputs: { layer: layer.name, result } });
    begin.when(
      Condition.jsonata(jsonata(`$not(${text(layer.name)} in $run.layers)`)),
      ended(this.#names.skip, "skipped"),
    );
    if (after.length > 0) {
      begin.when(
        Condition.jsonata(jsonata(`$exists(${outcomesOf(after, "result in ['failed', 'blocked']")})`)),
        ended(this.#names.block, "blocked"),
      );
      if (this.#props.mode === "deploy")
        begin.when(
          Condition.jsonata(jsonata(`$exists(${outcomesOf(after, "result = 'not-plannable'")})`)),
          ended(this.#names.cannotPlan, "not-plannable"),
        );
    }
    const record = recordStates(this, this.#names, this.#props.recordLayer);
    begin.otherwise(this.#plan(record));
    return begin;
  }

  #plan(record: State): State {
    const { layer, mode, planProject, reviewPlan } = this.#props;
    const plan = buildState(this, this.#names.plan, {
      projectName: planProject,
      environment: {
        ...planVariables(mode),
        ...(mode === "destroy" && layer.retains ? releaseVariables() : {}),
      },
      timeoutSeconds: buildTimes(layer, "plan").stateMinutes * 60,
      retries: PLAN_RETRIES,
      output: jsonata(
        "{'exported': $merge([{}, $states.result.Build.ExportedEnvironmentVariables.{Name: Value}])}",
      ),
      rescue: { to: record, output: this.#planFailed() },
    });
    const review = functionState(this, this.#names.review, {
      version: reviewPlan,
      payload: { run: "{% $run %}", layer: layer.name, exported: "{% $states.input.exported %}" },
      timeoutSeconds: CALL_SECONDS,
      // Nobody has approved it yet; the variable must be there for whoever reads it.
      assign: { review: "{% $states.result.Payload %}", approval: "{% {} %}" },
      rescue: { to: record, output: failedOutcome(layer.name, this.#names.review, false) },
    });
    plan.next(review);
    review.next(this.#decide(record));
    return plan;
  }

  /**
   * A `plan` run tries every layer whose dependencies could be planned. If that fails while one of them has
   * changes that were never applied (the cluster or a CRD may not be there yet), the layer cannot be planned
   * now, and the error stands with it; on ground without changes the same failure is a failure.
   */
  #planFailed(): string {
    const { layer, mode, after } = this.#props;
    const failed = failedOutcome(layer.name, this.#names.plan, false);
    if (mode === "destroy" || after.length === 0) return failed;
    const waits = `$run.operation = 'plan' and $exists(${outcomesOf(after, "hasChanges = true")})`;
    const error = caughtError(this.#names.plan);
    return jsonata(
      `{'outcome': {'layer': ${text(layer.name)}, 'result': (${waits}) ? 'not-plannable' : 'failed', 'error': ${error}}}`,
    );
  }

  #decide(record: State): State {
    const { layer, mode } = this.#props;
    const decide = Choice.jsonata(this, this.#names.decide);
    const done = (name: string, result: string): State => {
      const outcome = `{'layer': ${text(layer.name)}, 'result': ${text(result)}, ${REVIEWED}, 'applied': false}`;
      const pass = Pass.jsonata(this, name, {
        outputs: jsonata(`{'review': $review, 'outcome': ${outcome}}`),
      });
      pass.next(record);
      return pass;
    };
    const proven = this.#proven(record);
    const apply = this.#apply(proven, record);
    if (mode === "deploy")
      decide.when(
        Condition.jsonata(jsonata("$run.operation = 'plan'")),
        done(this.#names.planned, "planned"),
      );
    // No changes make approval and apply superfluous, never the gates.
    decide.when(
      Condition.jsonata(jsonata("$review.hasChanges = false")),
      mode === "deploy" ? proven : done(this.#names.nothing, "destroyed"),
    );
    decide.when(
      Condition.jsonata(jsonata("$review.hasChanges = true and $review.approvalRequired = true")),
      approvalStates(this, {
        layer: layer.name,
        names: this.#names,
        requestApproval: this.#props.requestApproval,
        apply,
        record,
      }),
    );
    // No default: a review that does not say in so many words that nothing is due leads to no apply.
    decide.when(
      Condition.jsonata(jsonata("$review.hasChanges = true and $review.approvalRequired = false")),
      apply,
    );
    return decide;
  }

  #apply(next: State, record: State): State {
    const { layer, mode, applyProject } = this.#props;
    const apply = buildState(this, this.#names.apply, {
      projectName: applyProject,
      environment: applyVariables(mode),
      timeoutSeconds: buildTimes(layer, "apply").stateMinutes * 60,
      retries: APPLY_RETRIES,
      output: {},
      rescue: { to: record, output: failedOutcome(layer.name, this.#names.apply, true) },
      comment: layer.applyTimeoutReason,
    });
    apply.next(next);
    return apply;
  }

  /** What follows the apply: the gates, or for a removal nothing but the outcome. */
  #proven(record: State): State {
    const { layer, mode, validatorFor } = this.#props;
    if (mode === "deploy") {
      const prove = proveStates(this, { layer, names: this.#names, validatorFor });
      prove.next(record);
      return prove;
    }
    const removed = Pass.jsonata(this, `Removed ${layer.name}`, {
      outputs: jsonata(
        `{'review': $review, 'outcome': {'layer': ${text(layer.name)}, 'result': 'destroyed', ${REVIEWED}, 'applied': true}}`,
      ),
    });
    removed.next(record);
    return removed;
  }
}
