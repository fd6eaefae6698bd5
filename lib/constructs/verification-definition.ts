import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
  Succeed,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { VerificationSettings } from "../backups/settings.ts";
import { caughtError, jsonata, text } from "./expressions.ts";
import { gateRetry, SERVICE_RETRIES } from "./retry-policies.ts";
import { callState, functionState } from "./task-states.ts";

/** The function runs for a minute at most; half a minute more for calling it. */
const CALL_SECONDS = 90;
/** What a restore of the canary may take, at ten times what it usually does. */
const RESTORE_MINUTES = 30;
/** A volume attached, an image pulled, a file read: minutes, unless nodes must be added for it. */
const READY_MINUTES = 15;
/** A namespace whose volume must be detached first. */
const CLEAN_UP_MINUTES = 15;

const EXECUTION = {
  arn: "{% $states.context.Execution.Id %}",
  name: "{% $states.context.Execution.Name %}",
  startedAt: "{% $states.context.Execution.StartTime %}",
};
const SINCE = "{% $states.context.State.EnteredTime %}";
const TARGET = "{% $states.input.target %}";

/**
 * Select → for each backup: preflight, restore, look, look again, clean up → conclude. Whatever happens to one backup,
 * its sandbox is removed and the next one's turn comes; whatever happens at all, a conclusion is tried.
 */
export function verificationDefinition(
  scope: Construct,
  version: string,
  settings: VerificationSettings,
): IChainable {
  const conclude = concludeStates(scope, version);
  const each = MapState.jsonata(scope, "Verify each backup", {
    items: ProvideItems.jsonata("{% $states.input.targets %}"),
    itemSelector: { target: "{% $states.context.Map.Item.Value %}" },
    // One after the other: two restores at once would measure each other.
    maxConcurrency: 1,
    outputs: jsonata("{'outcomes': [$states.result]}"),
  });
  each.itemProcessor(backupStates(scope, version));
  each.addCatch(conclude, {
    errors: ["States.ALL"],
    outputs: jsonata(`{'outcomes': [], 'error': ${caughtError("Verify each backup")}}`),
  });
  const select = functionState(scope, "Select backups", {
    version,
    payload: { step: "select", execution: EXECUTION, settings, since: SINCE, input: "{% $states.input %}" },
    timeoutSeconds: CALL_SECONDS,
    retries:
      settings.awaitMinutes === undefined
        ? SERVICE_RETRIES
        : [gateRetry({ deadlineMinutes: settings.awaitMinutes }), ...SERVICE_RETRIES],
    rescue: {
      to: conclude,
      output: jsonata(`{'outcomes': [], 'error': ${caughtError("Select backups")}}`),
    },
  });
  select.next(each);
  each.next(conclude);
  return select;
}

/** One backup. Its input and every state's is `{ target, … }`, its output an outcome; it cannot fail. */
function backupStates(scope: Construct, version: string): IChainable {
  const verified = Pass.jsonata(scope, "Backup verified or not");
  const cleanUp = cleanUpState(scope, version, verified);
  const rescue = (step: string) => ({
    to: cleanUp,
    output: jsonata(`{'target': $states.input.target, 'error': ${caughtError(step)}}`),
  });
  const call = (name: string, step: string, more: object, output: string, deadlineMinutes?: number) =>
    functionState(scope, name, {
      version,
      payload: { step, execution: EXECUTION, target: TARGET, ...more },
      timeoutSeconds: CALL_SECONDS,
      retries:
        deadlineMinutes === undefined
          ? SERVICE_RETRIES
          : [gateRetry({ deadlineMinutes }), ...SERVICE_RETRIES],
      rescue: rescue(name),
      output: jsonata(output),
    });
  const snapshots = callState(scope, "Find its snapshots", {
    call: "ec2:describeSnapshots",
    arguments: {
      Filters: [{ Name: "tag:velero.io/backup", Values: ["{% $states.input.target.backup.name %}"] }],
    },
    timeoutSeconds: CALL_SECONDS,
    output: jsonata(
      "$merge([$states.input, {'snapshots': [$states.result.Snapshots.{'id': SnapshotId, 'state': State, 'tier': $exists(StorageTier) ? StorageTier : 'standard'}]}])",
    ),
    rescue: rescue("Find its snapshots"),
  });
  const only = "{'target': $states.input.target}";
  snapshots
    .next(call("Look before restoring", "preflight", { snapshots: "{% $states.input.snapshots %}" }, only))
    .next(call("Restore into a sandbox", "restore", {}, only))
    .next(
      call(
        "Look at the restore",
        "look-at-restore",
        { since: SINCE, deadlineMinutes: RESTORE_MINUTES },
        "$merge([$states.input, {'restored': $states.result.Payload.restored}])",
        RESTORE_MINUTES,
      ),
    )
    .next(
      call(
        "Look at the sandbox",
        "look-at-sandbox",
        { since: SINCE, deadlineMinutes: READY_MINUTES, restored: "{% $states.input.restored %}" },
        "{'target': $states.input.target, 'measured': $states.result.Payload.measured}",
        READY_MINUTES,
      ),
    )
    .next(cleanUp);
  return snapshots;
}

/** On every path. What it cannot remove is the outcome's error, unless the outcome has one already. */
function cleanUpState(scope: Construct, version: string, verified: Pass) {
  const name = "Remove the sandbox";
  const failed = `$exists($states.input.error) ? $states.input.error : ${caughtError(name)}`;
  const cleanUp = functionState(scope, name, {
    version,
    payload: { step: "clean-up", execution: EXECUTION, target: TARGET },
    timeoutSeconds: CALL_SECONDS,
    retries: [gateRetry({ deadlineMinutes: CLEAN_UP_MINUTES }), ...SERVICE_RETRIES],
    output: "{% $states.input %}",
    rescue: { to: verified, output: jsonata(`{'target': $states.input.target, 'error': ${failed}}`) },
  });
  cleanUp.next(verified);
  return cleanUp;
}

function concludeStates(scope: Construct, version: string) {
  const name = "Record what was proven";
  const notProven = Fail.jsonata(scope, "Backup not proven", {
    error: "{% $states.input.error %}",
    cause: "{% $states.input.cause %}",
  });
  const conclude = functionState(scope, name, {
    version,
    payload: jsonata(
      `$merge([{'step': ${text("conclude")}, 'execution': {'arn': $states.context.Execution.Id, 'name': $states.context.Execution.Name, 'startedAt': $states.context.Execution.StartTime}, 'input': $states.context.Execution.Input}, $states.input])`,
    ),
    timeoutSeconds: CALL_SECONDS,
    rescue: {
      to: notProven,
      output: jsonata(`($error := ${caughtError(name)}; {'error': $error.name, 'cause': $error.cause})`),
    },
  });
  conclude.next(
    Choice.jsonata(scope, "Proven?")
      .when(
        Condition.jsonata(jsonata("$states.input.proven = true")),
        Succeed.jsonata(scope, "Backup proven"),
      )
      .otherwise(notProven),
  );
  return conclude;
}
