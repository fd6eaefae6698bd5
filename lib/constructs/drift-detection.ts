import { Choice, Condition, Fail, Parallel, Pass, type State, Succeed } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Catalogue, Layer } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import { buildTimes } from "./build-times.ts";
import { CheckStateMachine } from "./check-machine.ts";
import type { DriftFunctions } from "./drift-functions.ts";
import type { Encryption } from "./encryption.ts";
import { CAUGHT, caughtError, jsonata, list, text } from "./expressions.ts";
import type { Grant } from "./grants.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { LayerProjects } from "./layer-projects.ts";
import type { Names } from "./names.ts";
import { PLAN_RETRIES } from "./retry-policies.ts";
import { buildTask, CALL_SECONDS, executionState, functionState } from "./task-states.ts";

export interface DriftDetectionProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly functions: DriftFunctions;
  readonly projects: LayerProjects;
}

/** Beside the plans: first and last function with their retries, a quarter of an hour. */
const CALLS_MINUTES = 15;

/**
 * `<env>-drift`: plans every applied layer side by side as it was applied last, and says what the world has become
 * since. It takes neither lease nor lock, and applies nothing; a remedy, if one is wanted, is an ordinary run that
 * a person approves.
 */
export class DriftDetection extends Construct {
  readonly machine: CheckStateMachine;
  readonly #props: DriftDetectionProps;

  constructor(scope: Construct, id: string, props: DriftDetectionProps) {
    super(scope, id);
    this.#props = props;
    const { functions } = props;
    const planMinutes = Math.max(
      ...props.catalogue.layers.map((layer) => buildTimes(layer, "plan").stateMinutes),
    );
    this.machine = new CheckStateMachine(this, "Machine", {
      names: props.names,
      machine: "drift",
      comment: "Compares the platform with what was applied last, and changes nothing",
      definition: this.#definition(functions),
      functions: [functions.prepare, functions.sweep, functions.judge],
      grants: this.#grants(),
      timeoutMinutes: planMinutes + CALLS_MINUTES,
      logKey: props.encryption.data,
    });
  }

  #grants(): Grant[] {
    const { names, projects, configuration } = this.#props;
    return [
      { actions: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], resources: projects.planArns },
      {
        // How Step Functions learns of a build's end.
        actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        resources: [names.arn("events", "rule/StepFunctionsGetEventForCodeBuildStartBuildRule")],
      },
      ...(configuration.drift.remediate
        ? [
            {
              actions: ["states:StartExecution"],
              resources: [names.arn("states", `stateMachine:${names.stateMachine}`)],
            },
          ]
        : []),
    ];
  }

  #definition({ prepare: prepareDrift, sweep, judge: judgeDrift }: DriftFunctions): State {
    const { catalogue, configuration } = this.#props;
    const failed = Fail.jsonata(this, "Drift scan failed", {
      error: "{% $states.input.error %}",
      cause: "{% $states.input.cause %}",
    });
    const rescue = { to: failed, output: jsonata(CAUGHT) };
    const prepare = functionState(this, "Prepare drift scan", {
      version: prepareDrift.currentVersion.functionArn,
      payload: {
        executionArn: "{% $states.context.Execution.Id %}",
        executionName: "{% $states.context.Execution.Name %}",
        startedAt: "{% $states.context.Execution.StartTime %}",
        input: "{% $states.input %}",
      },
      timeoutSeconds: CALL_SECONDS,
      assign: { scan: "{% $states.result.Payload %}" },
      output: {},
      rescue,
    });
    const plans = Parallel.jsonata(this, "Plan what was applied", {
      outputs: jsonata(
        "{'planned': [$states.result[$not($exists(skipped)) and $not($exists(cluster))]], 'cluster': $states.result[$exists(cluster)][0].cluster}",
      ),
    });
    plans.branch(this.#sweep(sweep));
    for (const layer of catalogue.layers) plans.branch(this.#plan(layer));
    plans.addCatch(failed, { errors: ["States.ALL"], outputs: jsonata(CAUGHT) });
    const judge = functionState(this, "Judge drift", {
      version: judgeDrift.currentVersion.functionArn,
      payload: {
        scan: "{% $scan %}",
        planned: "{% $states.input.planned %}",
        cluster: "{% $states.input.cluster %}",
        allow: configuration.drift.allow,
      },
      timeoutSeconds: CALL_SECONDS,
      rescue,
    });
    prepare.next(plans).next(judge).next(this.#end(failed));
    return prepare;
  }

  /** What is decided once everything is recorded and told. */
  #end(failed: State): State {
    const recorded = Succeed.jsonata(this, "Drift scan recorded");
    const end = Choice.jsonata(this, "Was every layer read?");
    const unread = Pass.jsonata(this, "What was not read", {
      outputs: jsonata("{'error': 'DependencyUnavailableError', 'cause': $states.input.error}"),
    });
    unread.next(failed);
    end.when(Condition.jsonata(jsonata("$states.input.passed = false")), unread);
    if (this.#props.configuration.drift.remediate)
      end.when(
        Condition.jsonata(jsonata("$count($states.input.drifted) > 0")),
        executionState(this, "Start a run against the drift", {
          stateMachineArn: this.#props.names.arn("states", `stateMachine:${this.#props.names.stateMachine}`),
          // The same scan started twice starts one run: a name is taken once.
          name: jsonata("$states.context.Execution.Name & '-remedy'"),
          input: {
            operation: "deploy",
            layers: "{% [$states.input.drifted] %}",
            approval: "always",
            reason: jsonata("'drift found by ' & $states.context.Execution.Name"),
          },
          timeoutSeconds: CALL_SECONDS,
          next: recorded,
        }),
      );
    return end.otherwise(recorded);
  }

  /** Asked only if a layer is scanned that has something in the cluster. It never fails outwards either. */
  #sweep(sweep: HandlerFunction): Choice {
    const inCluster = this.#props.catalogue.layers.filter(({ kubernetes }) => kubernetes);
    const names = list(inCluster.map(({ name }) => name));
    const name = "Look into the cluster";
    const looked = Pass.jsonata(this, "Looked into the cluster");
    const look = functionState(this, name, {
      version: sweep.currentVersion.functionArn,
      payload: {
        provenAt: jsonata(`$merge([{}, $sift($scan.provenAt, function($at, $layer) {$layer in ${names}})])`),
      },
      timeoutSeconds: CALL_SECONDS,
      output: jsonata("{'cluster': $states.result.Payload}"),
      rescue: { to: looked, output: jsonata(`{'cluster': {'error': ${caughtError(name)}}}`) },
    });
    look.next(looked);
    return Choice.jsonata(this, "Is the cluster asked?")
      .when(Condition.jsonata(jsonata(`$count($scan.layers[$ in ${names}]) > 0`)), look)
      .otherwise(Pass.jsonata(this, "Leave out the cluster", { outputs: { cluster: { objects: [] } } }));
  }

  /** A branch never fails: a plan that does is told by its error, which is no drift. */
  #plan(layer: Layer): Choice {
    const name = text(layer.name);
    const planned = Pass.jsonata(this, `Planned ${layer.name}`, {
      comment: "What its build exported, or why it failed",
    });
    const plan = buildTask(this, `Plan ${layer.name}`, {
      projectName: this.#props.names.planProject(layer.name),
      overrides: jsonata(`$lookup($scan.environments, ${name})`),
      timeoutSeconds: buildTimes(layer, "plan").stateMinutes * 60,
      retries: PLAN_RETRIES,
      output: jsonata(
        `{'layer': ${name}, 'exported': $merge([{}, $states.result.Build.ExportedEnvironmentVariables.{Name: Value}])}`,
      ),
      rescue: {
        to: planned,
        output: jsonata(`{'layer': ${name}, 'error': ${caughtError(`Plan ${layer.name}`)}}`),
      },
    });
    plan.next(planned);
    return Choice.jsonata(this, `Is ${layer.name} scanned?`)
      .when(Condition.jsonata(jsonata(`${name} in $scan.layers`)), plan)
      .otherwise(
        Pass.jsonata(this, `Leave out ${layer.name}`, { outputs: { layer: layer.name, skipped: true } }),
      );
  }
}
