import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { VeleroFacts } from "./facts.ts";

export function judgeSchedule({ schedules }: VeleroFacts, namespace: string, name: string): Finding {
  const ask = question("backup-schedule-enabled", `Schedule ${namespace}/${name}`, "Enabled and not paused");
  if (!schedules.read) return ask.unknown(schedules.problem);
  const schedule = schedules.value.find(({ metadata }) => metadata.name === name);
  if (!schedule) return ask.pending("does not exist");
  const { metadata, spec, status } = schedule;
  const { phase = "no phase", validationErrors = [] } = status ?? {};
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  if (phase === "FailedValidation") return ask.fail(`${phase}: ${validationErrors.join("; ")}`);
  // Velero says Enabled of a paused one as well.
  if (spec.paused) return ask.fail("paused");
  return phase === "Enabled" ? ask.pass(`Enabled, ${spec.schedule}`) : ask.pending(phase);
}
