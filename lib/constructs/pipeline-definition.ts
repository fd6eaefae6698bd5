import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  type INextable,
  Parallel,
  type State,
  Succeed,
} from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { reverseSchedule, type ScheduleNode, scheduleLayers } from "../catalogue/schedule.ts";
import { CAUGHT, jsonata } from "./expressions.ts";
import { LayerStage } from "./layer-stage.ts";
import type { StageMode } from "./stage-names.ts";
import { CALL_SECONDS, functionState } from "./task-states.ts";

/** ARNs of the published versions of the functions that the machine calls. */
export interface PipelineFunctions {
  readonly prepareRun: string;
  readonly reviewPlan: string;
  readonly requestApproval: string;
  readonly recordLayer: string;
  readonly finishRun: string;
  readonly failRun: string;
  readonly validatorFor: (kind: string) => string;
}

export interface PipelineDefinitionProps {
  readonly catalogue: Catalogue;
  readonly functions: PipelineFunctions;
  readonly planProjectOf: (layer: string) => string;
  readonly applyProjectOf: (layer: string) => string;
}

/** What can be put after something else: its first state, and those that wait for a next one. */
interface Segment {
  readonly startState: State;
  readonly endStates: readonly INextable[];
}

/**
 * The machine: prepare, the schedule of layers (reversed for destroy), finish. Whatever is caught outside a
 * stage goes to `Fail run`; every failure path ends in Fail.
 */
export class PipelineDefinition extends Construct {
  readonly startState: State;
  readonly #props: PipelineDefinitionProps;
  readonly #failRun: State;

  constructor(scope: Construct, id: string, props: PipelineDefinitionProps) {
    super(scope, id);
    this.#props = props;
    const failed = Fail.jsonata(this, "Run failed", {
      error: "{% $states.input.error %}",
      cause: "{% $states.input.cause %}",
    });
    this.#failRun = this.#fail(failed);
    const finish = this.#finish(failed);
    const deploy = this.#segment(scheduleLayers(props.catalogue.layers), "deploy", true);
    const destroy = this.#segment(reverseSchedule(scheduleLayers(props.catalogue.layers)), "destroy", true);
    const direction = Choice.jsonata(this, "Make or remove?")
      .when(Condition.jsonata(jsonata("$run.operation = 'destroy'")), destroy.startState)
      .otherwise(deploy.startState);
    for (const end of [...deploy.endStates, ...destroy.endStates]) end.next(finish);

    const prepare = functionState(this, "Prepare run", {
      version: props.functions.prepareRun,
      payload: {
        executionArn: "{% $states.context.Execution.Id %}",
        executionName: "{% $states.context.Execution.Name %}",
        startedAt: "{% $states.context.Execution.StartTime %}",
        input: "{% $states.input %}",
      },
      timeoutSeconds: CALL_SECONDS,
      assign: { run: "{% $states.result.Payload %}" },
      output: { outcomes: [] },
      rescue: { to: this.#failRun, output: jsonata(CAUGHT) },
    });
    prepare.next(direction);
    this.startState = prepare;
  }

  #finish(failed: State): State {
    const finish = functionState(this, "Finish run", {
      version: this.#props.functions.finishRun,
      payload: { run: "{% $run %}", outcomes: "{% $states.input.outcomes %}" },
      timeoutSeconds: CALL_SECONDS,
      rescue: { to: this.#failRun, output: this.#caughtWithRun() },
    });
    finish.next(
      Choice.jsonata(this, "All as asked?")
        .when(
          Condition.jsonata(jsonata("$states.input.succeeded = true")),
          Succeed.jsonata(this, "Run succeeded"),
        )
        .otherwise(failed),
    );
    return finish;
  }

  /** Its input says what was caught, and the run if there is one. If even this fails, the cause is kept. */
  #fail(failed: State): State {
    const told = "'error': $states.input.error, 'cause': $states.input.cause";
    const fail = functionState(this, "Fail run", {
      version: this.#props.functions.failRun,
      payload: jsonata(
        `$merge([{'executionArn': $states.context.Execution.Id, 'executionName': $states.context.Execution.Name, ${told}}, $exists($states.input.run) ? {'run': $states.input.run} : {}])`,
      ),
      timeoutSeconds: CALL_SECONDS,
      output: jsonata(`{${told}}`),
      rescue: { to: failed, output: jsonata(`{${told}}`) },
    });
    fail.next(failed);
    return fail;
  }

  #caughtWithRun(): string {
    return jsonata(`$merge([{'run': $run}, ${CAUGHT}])`);
  }

  /** `outermost`: it stands in the machine itself, not in a branch. */
  #segment(node: ScheduleNode, mode: StageMode, outermost: boolean): Segment {
    if ("layer" in node) return this.#stage(node.layer, mode);
    if ("series" in node) return this.#series(node.series, mode, outermost);
    return this.#parallel(node.parallel, mode, outermost);
  }

  #series(nodes: readonly ScheduleNode[], mode: StageMode, outermost: boolean): Segment {
    const segments = nodes.map((node) => this.#segment(node, mode, outermost));
    const [first, ...others] = segments;
    if (!first) throw new Error("a series holds at least one layer");
    let last = first;
    for (const segment of others) {
      for (const end of last.endStates) end.next(segment.startState);
      last = segment;
    }
    return { startState: first.startState, endStates: last.endStates };
  }

  /**
   * Every branch returns what came before and its own outcomes; what came before is the same in all of them,
   * so `$distinct` keeps it once. The Catch is for that expression only, since no stage fails outwards; a
   * Catch cannot lead out of a branch, so a Parallel within one leaves it to the outermost.
   */
  #parallel(nodes: readonly ScheduleNode[], mode: StageMode, outermost: boolean): Segment {
    const segments = nodes.map((node) => this.#segment(node, mode, false));
    const names = segments.map((segment) => segment.startState.stateId);
    const parallel = Parallel.jsonata(this, names.join(" ‖ "), {
      outputs: jsonata("{'outcomes': $distinct($states.result.outcomes)}"),
    });
    for (const segment of segments) parallel.branch(segment.startState as IChainable);
    if (outermost)
      parallel.addCatch(this.#failRun, { errors: ["States.ALL"], outputs: this.#caughtWithRun() });
    return { startState: parallel, endStates: [parallel] };
  }

  #stage(name: string, mode: StageMode): Segment {
    const { catalogue, functions, planProjectOf, applyProjectOf } = this.#props;
    const layer = catalogue.layer(name);
    const dependents = catalogue.layers.filter((other) => other.dependsOn.includes(name));
    return new LayerStage(this, `${mode} ${name}`, {
      layer,
      mode,
      after: mode === "deploy" ? layer.dependsOn : dependents.map((dependent) => dependent.name),
      planProject: planProjectOf(name),
      applyProject: applyProjectOf(name),
      reviewPlan: functions.reviewPlan,
      requestApproval: functions.requestApproval,
      recordLayer: functions.recordLayer,
      validatorFor: functions.validatorFor,
    });
  }
}
