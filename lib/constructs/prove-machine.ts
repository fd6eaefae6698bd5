import { Duration } from "aws-cdk-lib";
import { Choice, Condition, Fail, Parallel, Pass, type State, Succeed } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Catalogue, Layer } from "../catalogue/define-layers.ts";
import { CheckStateMachine } from "./check-machine.ts";
import type { Encryption } from "./encryption.ts";
import { CAUGHT, jsonata, text } from "./expressions.ts";
import { gateStates } from "./gate-states.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Notifications } from "./notifications.ts";
import { proofGrants } from "./proof-grants.ts";
import { PROVE_DEADLINE_MINUTES, PROVE_RETRY } from "./retry-policies.ts";
import { stageNames } from "./stage-names.ts";
import type { Stores } from "./stores.ts";
import { CALL_SECONDS, functionState } from "./task-states.ts";
import type { ValidatorFunctions } from "./validator-functions.ts";

export interface ProveMachineProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
  readonly validators: ValidatorFunctions;
}

/** A gate's looks take three minutes with all their retries, first and last function a minute; the rest is margin. */
const LIMIT_MINUTES = 20;

/**
 * `<env>-prove`: the gates alone, without plan or apply, all layers side by side and all gates of a layer side by
 * side. It takes no lease and its functions may only look.
 */
export class ProveMachine extends Construct {
  readonly machine: CheckStateMachine;
  readonly #props: ProveMachineProps;

  constructor(scope: Construct, id: string, props: ProveMachineProps) {
    super(scope, id);
    this.#props = props;
    const { names, encryption, validators } = props;
    const prepare = this.#prepareFunction();
    const finish = this.#finishFunction();
    this.machine = new CheckStateMachine(this, "Machine", {
      names,
      machine: "prove",
      comment: "Asks every gate of the applied layers, and changes nothing",
      definition: this.#definition(prepare, finish),
      functions: [prepare, finish, ...validators.all],
      timeoutMinutes: LIMIT_MINUTES,
      logKey: encryption.data,
    });
  }

  #prepareFunction(): HandlerFunction {
    const { names, encryption, stores } = this.#props;
    return new HandlerFunction(this, "prepare-prove", {
      names,
      handler: "prepare-prove",
      description: "Says which layers are proven, and who changes the environment meanwhile",
      timeout: Duration.seconds(30),
      logKey: encryption.data,
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
      },
      grants: [
        { actions: ["dynamodb:GetItem"], resources: [stores.table.tableArn] },
        { actions: ["kms:Decrypt"], resources: [encryption.data.keyArn] },
      ],
    });
  }

  #finishFunction(): HandlerFunction {
    const { names, encryption, stores, notifications } = this.#props;
    return new HandlerFunction(this, "finish-prove", {
      names,
      handler: "finish-prove",
      description: "Says what the gates together prove, keeps it and tells what is news",
      timeout: Duration.minutes(1),
      logKey: encryption.data,
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
        STRATA_TOPIC_ARN: notifications.events.topicArn,
        STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
      },
      grants: [
        ...proofGrants(this.#props),
        {
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: [`${stores.artefacts.bucketArn}/checks/prove/*`],
          because: "Executions have no names at synth time; the prefix holds nothing but what they found.",
        },
        {
          // Without it S3 answers 403 instead of 404 for a gate that has left no findings.
          actions: ["s3:ListBucket"],
          resources: [stores.artefacts.bucketArn],
        },
      ],
    });
  }

  #definition(prepareProve: HandlerFunction, finishProve: HandlerFunction): State {
    const failed = Fail.jsonata(this, "Not proven", {
      error: "{% $states.input.error %}",
      cause: "{% $states.input.cause %}",
    });
    const rescue = { to: failed, output: jsonata(CAUGHT) };
    const finish = functionState(this, "Finish prove", {
      version: finishProve.currentVersion.functionArn,
      payload: { run: "{% $run %}", layers: "{% $states.input.layers %}" },
      timeoutSeconds: CALL_SECONDS,
      rescue,
    });
    finish.next(
      Choice.jsonata(this, "Does everything hold?")
        .when(Condition.jsonata(jsonata("$states.input.passed = true")), Succeed.jsonata(this, "Proven"))
        .otherwise(
          Pass.jsonata(this, "What does not hold", {
            outputs: jsonata("{'error': 'GateFailedError', 'cause': $states.input.error}"),
          }).next(failed),
        ),
    );
    const layers = Parallel.jsonata(this, "Prove layers", {
      outputs: jsonata("{'layers': [$states.result[$exists(gates)]]}"),
    });
    for (const layer of this.#props.catalogue.layers) layers.branch(this.#layer(layer));
    layers.addCatch(failed, { errors: ["States.ALL"], outputs: jsonata(CAUGHT) });
    layers.next(finish);
    const prepare = functionState(this, "Prepare prove", {
      version: prepareProve.currentVersion.functionArn,
      payload: {
        executionArn: "{% $states.context.Execution.Id %}",
        executionName: "{% $states.context.Execution.Name %}",
        startedAt: "{% $states.context.Execution.StartTime %}",
        input: "{% $states.input %}",
      },
      timeoutSeconds: CALL_SECONDS,
      assign: { run: "{% $states.result.Payload %}" },
      output: {},
      rescue,
    });
    prepare.next(layers);
    return prepare;
  }

  /** A branch never fails: a gate's look ends with a report, red or green. */
  #layer(layer: Layer): Choice {
    const names = stageNames(layer.name, "deploy");
    const gates = Parallel.jsonata(this, names.gates, {
      outputs: jsonata(`{'layer': ${text(layer.name)}, 'gates': $states.result}`),
    });
    for (const gate of layer.gates)
      gates.branch(
        gateStates(this, {
          layer: layer.name,
          gate: { ...gate, deadlineMinutes: PROVE_DEADLINE_MINUTES, firstLookSeconds: 0 },
          name: names.prove(gate.kind),
          validator: this.#props.validators.forKind(gate.kind).currentVersion.functionArn,
          folder: "$run.folder",
          retry: PROVE_RETRY,
        }),
      );
    return Choice.jsonata(this, `Is ${layer.name} asked?`)
      .when(Condition.jsonata(jsonata(`${text(layer.name)} in $run.layers`)), gates)
      .otherwise(
        Pass.jsonata(this, `Leave out ${layer.name}`, { outputs: { layer: layer.name, skipped: true } }),
      );
  }
}
