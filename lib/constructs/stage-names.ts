/** Which way a stage goes: it makes a layer and proves it, or it takes it away. */
export type StageMode = "deploy" | "destroy";

/** Names of a stage's states: what an operator reads in the console's graph. Unique in the machine. */
export interface StageNames {
  readonly stage: string;
  readonly begin: string;
  readonly skip: string;
  readonly block: string;
  readonly cannotPlan: string;
  readonly plan: string;
  readonly review: string;
  readonly decide: string;
  readonly planned: string;
  readonly nothing: string;
  readonly approve: string;
  readonly approved: string;
  readonly apply: string;
  readonly gates: string;
  readonly prove: (kind: string) => string;
  readonly record: string;
  readonly recorded: string;
  readonly after: string;
}

export function stageNames(layer: string, mode: StageMode): StageNames {
  const of = mode === "deploy" ? layer : `removal of ${layer}`;
  return {
    stage: mode === "deploy" ? `Layer ${layer}` : `Removal of ${layer}`,
    begin: `Begin ${of}?`,
    skip: `Skip ${of}`,
    block: `Block ${of}`,
    cannotPlan: `Cannot plan ${of} yet`,
    plan: `Plan ${of}`,
    review: `Review ${of}`,
    decide: `What is due for ${of}?`,
    planned: `Planned ${of}`,
    nothing: `Nothing to remove of ${layer}`,
    approve: `Approve ${of}`,
    approved: `Approved ${of}?`,
    apply: mode === "deploy" ? `Apply ${layer}` : `Remove ${layer}`,
    gates: `Prove ${layer}`,
    prove: (kind) => `Prove ${layer}: ${kind}`,
    record: `Record ${of}`,
    recorded: `Recorded ${of}`,
    after: `After ${of}`,
  };
}
