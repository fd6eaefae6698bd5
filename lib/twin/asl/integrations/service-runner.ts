import type { Aws } from "../../aws/contract.ts";
import type { Json, World } from "../../world/world.ts";
import type { TaskAttempt, TaskCall, TaskRunner } from "../contract.ts";
import { DefinitionError } from "../errors.ts";
import type { Pattern, Resource } from "../resource.ts";
import { Caller, INTEGRATION_LATENCIES, type IntegrationLatencies } from "./caller.ts";
import { buildJobs, startBuildSync } from "./code-build.ts";
import { executionJobs, startExecution, startExecutionSync } from "./executions.ts";
import type { Jobs } from "./jobs.ts";
import { invoke, invokeDirectly } from "./lambda.ts";
import { fromService, toService } from "./letter-case.ts";
import { sdkFailure, serviceFailure } from "./service-errors.ts";

type Service = Extract<Resource, { kind: "service" }>;

/** The optimized integrations that the twin runs; every other one is refused when a definition is loaded. */
const OPTIMIZED: Record<string, Record<string, readonly Pattern[]>> = {
  lambda: { invoke: ["request-response", "task-token"] },
  codebuild: { startBuild: ["sync"] },
  sns: { publish: ["request-response", "task-token"] },
  dynamodb: {
    getItem: ["request-response"],
    putItem: ["request-response"],
    updateItem: ["request-response"],
    deleteItem: ["request-response"],
  },
  events: { putEvents: ["request-response"] },
  states: { startExecution: ["request-response", "sync", "sync:2"] },
};

/** Endpoint prefixes of the services whose `aws-sdk:` name is another. */
const ENDPOINTS: Record<string, string> = {
  sfn: "states",
  eventbridge: "events",
  elasticloadbalancingv2: "elasticloadbalancing",
};

const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Runs Task states against the simulated AWS, as the machine's role. */
export class ServiceRunner implements TaskRunner {
  readonly #aws: Aws;
  readonly #world: World;
  readonly #latencies: IntegrationLatencies;
  readonly #builds: Jobs;
  readonly #executions: Jobs;

  constructor(aws: Aws, world: World, latencies: IntegrationLatencies = INTEGRATION_LATENCIES) {
    this.#aws = aws;
    this.#world = world;
    this.#latencies = latencies;
    this.#builds = buildJobs(world);
    this.#executions = executionJobs(world);
  }

  accepts(resource: Resource): void {
    if (resource.kind === "lambda") return;
    if (resource.kind === "service") {
      const { resourceType, action, pattern } = resource;
      if (resourceType.startsWith("aws-sdk:") && pattern === "request-response") return;
      if (OPTIMIZED[resourceType]?.[action]?.includes(pattern)) return;
    }
    throw new DefinitionError("", `the twin does not run the resource '${resource.arn}'`);
  }

  start(call: TaskCall): TaskAttempt {
    const caller = new Caller(this.#aws, this.#world, this.#latencies, call);
    const { resource } = call;
    if (resource.kind === "lambda") return answering(invokeDirectly(caller, resource.arn, call.arguments));
    if (resource.kind === "activity") throw new DefinitionError("", `no activity '${resource.arn}'`);
    if (resource.resourceType.startsWith("aws-sdk:"))
      return answering(callSdk(caller, resource, call.arguments));
    return this.#startOptimized(caller, resource, call.arguments);
  }

  #startOptimized(caller: Caller, resource: Service, input: Json): TaskAttempt {
    const { resourceType, action, pattern } = resource;
    if (resourceType === "codebuild") return startBuildSync(caller, this.#builds, input);
    if (resourceType === "states" && pattern !== "request-response")
      return startExecutionSync(caller, this.#executions, input, pattern === "sync:2");
    const answer =
      resourceType === "lambda"
        ? invoke(caller, input)
        : resourceType === "states"
          ? startExecution(caller, input)
          : callService(caller, resourceType, action, input);
    return pattern === "task-token" ? { submitted: answer, abort: () => undefined } : answering(answer);
  }
}

/** A request that has nothing to stop: its answer is awaited or ignored. */
const answering = (result: Promise<Json>): TaskAttempt => ({ result, abort: () => undefined });

async function callService(caller: Caller, service: string, action: string, input: Json): Promise<Json> {
  try {
    return await caller.call(service, upperFirst(action), input);
  } catch (thrown) {
    throw serviceFailure(service, thrown);
  }
}

async function callSdk(caller: Caller, resource: Service, input: Json): Promise<Json> {
  const name = resource.resourceType.slice("aws-sdk:".length);
  const service = ENDPOINTS[name] ?? name;
  try {
    const operation = upperFirst(resource.action);
    return fromService(service, await caller.call(service, operation, toService(service, input)));
  } catch (thrown) {
    throw sdkFailure(name, thrown);
  }
}
