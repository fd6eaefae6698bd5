import { Duration } from "aws-cdk-lib";
import {
  type AlarmBase,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { SCENARIO_NAMES } from "../recovery/scenarios.ts";
import { CHECK_MACHINES, type CheckMachine, type ProofName } from "../run/proof.ts";
import { certificateDays, proofMetric, rehearsalAge } from "./alarms.ts";
import type { Names } from "./names.ts";
import { waitsForAPerson } from "./retry-policies.ts";

export interface DashboardProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly machines: readonly CheckMachine[];
  readonly validators: readonly string[];
  readonly alarms: readonly AlarmBase[];
}

const DAY = Duration.days(1);
const HALF = 12;

/** One page for the whole control plane: what is wrong, what ran, how long it took, how old its proofs are. */
export function makeDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { names, alarms } = props;
  const dashboard = new Dashboard(scope, "Dashboard", {
    dashboardName: `strata-${names.environment}`,
    defaultInterval: Duration.days(14),
  });
  dashboard.addWidgets(new AlarmStatusWidget({ title: "Alarms", width: 24, alarms: [...alarms] }));
  dashboard.addWidgets(...runs(props));
  dashboard.addWidgets(...layers(props));
  dashboard.addWidgets(...ages(props));
  dashboard.addWidgets(...gates(props));
  return dashboard;
}

const graph = (title: string, left: IMetric[], unit?: string): IWidget =>
  new GraphWidget({
    title,
    left,
    width: HALF,
    ...(unit && { leftYAxis: { label: unit, showUnits: false } }),
  });

function runs({ names, machines }: DashboardProps): IWidget[] {
  const all = ["pipeline", ...machines];
  const metric = (metricName: string, machine: string, label: string): Metric =>
    new Metric({
      namespace: "AWS/States",
      metricName,
      dimensionsMap: { StateMachineArn: names.arn("states", `stateMachine:${names.environment}-${machine}`) },
      statistic: metricName === "ExecutionTime" ? "Maximum" : "Sum",
      period: DAY,
      label,
    });
  return [
    graph(
      "Executions a day",
      all.flatMap((machine) => [
        metric("ExecutionsSucceeded", machine, `${machine} succeeded`),
        metric("ExecutionsFailed", machine, `${machine} failed`),
      ]),
    ),
    graph(
      "Longest execution",
      all.map((machine) => metric("ExecutionTime", machine, machine)),
      "ms",
    ),
  ];
}

function layers({ names, catalogue }: DashboardProps): IWidget[] {
  const duration = (project: string, label: string): Metric =>
    new Metric({
      namespace: "AWS/CodeBuild",
      metricName: "Duration",
      dimensionsMap: { ProjectName: project },
      statistic: "Maximum",
      period: DAY,
      label,
    });
  return [
    graph(
      "Longest apply, by layer",
      catalogue.layers.map(({ name }) => duration(names.applyProject(name), name)),
      "s",
    ),
    graph(
      "Longest plan, by layer",
      catalogue.layers.map(({ name }) => duration(names.planProject(name), name)),
      "s",
    ),
  ];
}

function ages({ names }: DashboardProps): IWidget[] {
  const proofs: ProofName[] = ["run", ...CHECK_MACHINES];
  return [
    graph(
      "Age of the last good proof",
      proofs.map((proof) => proofMetric(names.environment, "ProofAge", proof).with({ label: proof })),
      "h",
    ),
    graph(
      "Since each disaster was rehearsed",
      SCENARIO_NAMES.map((scenario) => rehearsalAge(names.environment, scenario).with({ label: scenario })),
      "h",
    ),
    graph(
      "Failure budget used",
      proofs.map((proof) =>
        proofMetric(names.environment, "FailureBudgetUsed", proof).with({ label: proof }),
      ),
      "%",
    ),
  ];
}

/**
 * What a gate measures has the environment as a dimension; what is counted of the function that looks, its name, as
 * Powertools' dimension `service`.
 */
function gates({ names, catalogue, validators }: DashboardProps): IWidget[] {
  const { environment } = names;
  const looks = (metricName: string, service: string, label: string): Metric =>
    new Metric({
      namespace: "Strata",
      metricName,
      dimensionsMap: { service },
      statistic: "Sum",
      period: DAY,
      label,
    });
  const reaction = (gate: string): Metric =>
    new Metric({
      namespace: "Strata",
      metricName: "GateReaction",
      dimensionsMap: { Environment: environment, Gate: gate },
      statistic: "Maximum",
      period: DAY,
      label: gate,
    });
  return [
    graph("Slowest gate reaction, by kind", reactingKinds(catalogue).map(reaction), "s"),
    graph("Days until the first certificate ends", [certificateDays(environment)], "d"),
    graph(
      "Looks that were not the last, a day",
      validators.map((validator) => looks("NotReadyError", validator, validator)),
    ),
  ];
}

/** Of a gate that waits for a person, the person's reaction would be drawn, and nothing beside it be seen. */
function reactingKinds({ layers }: Catalogue): string[] {
  const gates = layers.flatMap((layer) => layer.gates);
  const slow = new Set(gates.filter(waitsForAPerson).map(({ kind }) => kind));
  return [...new Set(gates.map(({ kind }) => kind))].filter((kind) => !slow.has(kind)).sort();
}
