import { z } from "zod";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import type { StateMachineRecord, StatesBackend } from "../backends.ts";
import { AwsError } from "../contract.ts";
import { asJson, type Call, epochSeconds, operation, page, present } from "../service.ts";

function backend(call: Call): StatesBackend {
  if (!call.backends.states) throw new Error("no Step Functions backend is connected");
  return call.backends.states;
}

const machines = (call: Call) => call.world.collection<StateMachineRecord>(COLLECTIONS.stateMachines);

function machine(call: Call, arn: string): StateMachineRecord {
  const record = machines(call).get(arn);
  if (!record) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  return record;
}

/** A token names its execution's machine in AWS; here a caller may answer if it may for one of the machines. */
function allowCallback(call: Call, action: string): void {
  const arns = machines(call).keys();
  if (!arns.some((arn) => call.may(action, arn))) call.allow(action, arns[0] ?? "*");
}

const execution = z.object({ executionArn: z.string() });

export const states = {
  StartExecution: operation(
    z.object({
      stateMachineArn: z.string(),
      name: z
        .string()
        .regex(/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/)
        .optional(),
      input: z.string().optional(),
    }),
    (call, { stateMachineArn, name, input }) => {
      call.allow("states:StartExecution", stateMachineArn);
      machine(call, stateMachineArn);
      const started = backend(call).startExecution({
        stateMachineArn,
        ...(name === undefined ? {} : { name }),
        ...(input === undefined ? {} : { input }),
      });
      return { ...started };
    },
  ),
  DescribeExecution: operation(execution, (call, { executionArn }) => {
    call.allow("states:DescribeExecution", executionArn);
    return backend(call).describeExecution(executionArn);
  }),
  ListExecutions: operation(
    z.object({
      stateMachineArn: z.string(),
      statusFilter: z.string().optional(),
      maxResults: z.number().min(0).max(1000).default(100),
      nextToken: z.string().optional(),
    }),
    (call, { stateMachineArn, statusFilter, maxResults, nextToken }) => {
      call.allow("states:ListExecutions", stateMachineArn);
      machine(call, stateMachineArn);
      if (nextToken !== undefined && !/^\d+$/.test(nextToken))
        throw new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
      const { executions } = backend(call).listExecutions(stateMachineArn, statusFilter) as {
        executions: Json[];
      };
      const { items, next } = page(executions, nextToken, maxResults || 100);
      return present({ executions: items, nextToken: next });
    },
  ),
  /** 100 events a page unless asked otherwise, 1,000 at most: Step Functions API reference. */
  GetExecutionHistory: operation(
    execution.extend({
      maxResults: z.number().min(0).max(1000).default(100),
      nextToken: z.string().optional(),
      reverseOrder: z.boolean().default(false),
    }),
    (call, { executionArn, maxResults, nextToken, reverseOrder }) => {
      call.allow("states:GetExecutionHistory", executionArn);
      const history = backend(call).getExecutionHistory(executionArn) as { events: Json[] };
      const events = reverseOrder ? [...history.events].reverse() : history.events;
      const { items, next } = page(events, nextToken, maxResults || 100);
      return present({ events: items, nextToken: next });
    },
  ),
  StopExecution: operation(
    execution.extend({ error: z.string().optional(), cause: z.string().optional() }),
    (call, { executionArn, error, cause }) => {
      call.allow("states:StopExecution", executionArn);
      return { ...backend(call).stopExecution(executionArn, error, cause) };
    },
  ),
  SendTaskSuccess: operation(z.object({ taskToken: z.string(), output: z.string() }), (call, input) => {
    allowCallback(call, "states:SendTaskSuccess");
    backend(call).sendTaskSuccess(input.taskToken, input.output);
    return {};
  }),
  SendTaskFailure: operation(
    z.object({ taskToken: z.string(), error: z.string().optional(), cause: z.string().optional() }),
    (call, { taskToken, error, cause }) => {
      allowCallback(call, "states:SendTaskFailure");
      backend(call).sendTaskFailure(taskToken, error, cause);
      return {};
    },
  ),
  SendTaskHeartbeat: operation(z.object({ taskToken: z.string() }), (call, { taskToken }) => {
    allowCallback(call, "states:SendTaskHeartbeat");
    backend(call).sendTaskHeartbeat(taskToken);
    return {};
  }),
  ListStateMachines: operation(z.object({ nextToken: z.string().optional() }), (call, { nextToken }) => {
    call.allow("states:ListStateMachines", "*");
    const { items, next } = page(machines(call).values(), nextToken, 100);
    const listed = items.map(({ arn, name }) => ({
      stateMachineArn: arn,
      name,
      type: "STANDARD",
      creationDate: epochSeconds(0),
    }));
    return present({ stateMachines: listed, nextToken: next });
  }),
  DescribeStateMachine: operation(z.object({ stateMachineArn: z.string() }), (call, { stateMachineArn }) => {
    call.allow("states:DescribeStateMachine", stateMachineArn);
    const record = machine(call, stateMachineArn);
    return {
      stateMachineArn,
      name: record.name,
      status: "ACTIVE",
      definition: JSON.stringify(asJson(record.definition)),
      roleArn: record.roleArn,
      type: "STANDARD",
      creationDate: epochSeconds(0),
    };
  }),
};
