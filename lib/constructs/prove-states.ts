import { Parallel } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Layer } from "../catalogue/define-layers.ts";
import { jsonata, REVIEWED, text } from "./expressions.ts";
import { gateStates } from "./gate-states.ts";
import type { StageNames } from "./stage-names.ts";

export interface ProveStatesProps {
  readonly layer: Layer;
  readonly names: StageNames;
  readonly validatorFor: (kind: string) => string;
}

/** The gates of a layer side by side. Its output is the layer's outcome: proven only if every gate passed. */
export function proveStates(scope: Construct, { layer, names, validatorFor }: ProveStatesProps): Parallel {
  const kinds = layer.gates.map((gate) => gate.kind);
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice)
    throw new Error(`layer "${layer.name}" has two gates of kind "${twice}"; records tell them by kind`);
  if (kinds.length === 0) throw new Error(`layer "${layer.name}" has no gates, so nothing could prove it`);
  const prove = Parallel.jsonata(scope, names.gates, { outputs: jsonata(provenOutcome(layer.name)) });
  for (const gate of layer.gates)
    prove.branch(
      gateStates(scope, {
        layer: layer.name,
        gate,
        name: names.prove(gate.kind),
        validator: validatorFor(gate.kind),
      }),
    );
  return prove;
}

/** Of a layer with changes the only way to its gates leads through its apply. */
function provenOutcome(layer: string): string {
  const known = `{'layer': ${text(layer)}, ${REVIEWED}, 'applied': $review.hasChanges, 'gates': $states.result}`;
  const error = `{'name': 'GateFailedError', 'cause': $red[0].firstProblem, 'step': ${text(`Prove ${layer}: `)} & $red[0].kind}`;
  return [
    "(",
    "$red := $states.result[verdict = 'failed'];",
    `$known := ${known};`,
    "{'review': $review, 'outcome': $exists($red)",
    `? $merge([$known, {'result': 'failed', 'error': ${error}}])`,
    ": $merge([$known, {'result': 'proven'}])}",
    ")",
  ].join(" ");
}
