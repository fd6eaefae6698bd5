import { type Proof, type ProofName, ProofNameSchema } from "../../run/proof.ts";
import type { Operate } from "../answer.ts";
import type { ApiPorts } from "../ports.ts";
import type { ProofView } from "../schemas.ts";

const viewOf = (proof: Proof): ProofView => ({
  check: proof.proof,
  result: proof.result,
  executionArn: proof.executionArn,
  startedAt: proof.startedAt,
  endedAt: proof.endedAt,
  summary: proof.summary,
  evidenceKey: proof.evidenceKey,
});

async function pairOf(name: ProofName, { proofs }: ApiPorts) {
  const [last, lastPassed] = await Promise.all([proofs.last(name), proofs.lastPassed(name)]);
  return { ...(last && { last: viewOf(last) }), ...(lastPassed && { lastPassed: viewOf(lastPassed) }) };
}

export const listProofs: Operate = async (_, ports) => ({
  body: { proofs: await Promise.all(ProofNameSchema.options.map((name) => pairOf(name, ports))) },
});

export const showBackups: Operate = async (_, ports) => ({ body: await pairOf("verify-backup", ports) });
