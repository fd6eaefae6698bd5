import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import { explainError } from "../lib/clients/aws-errors.ts";
import { DependencyUnavailableError, InvalidInputError, StrataError } from "../lib/run/errors.ts";
import { describeIssues } from "../lib/run/parse-input.ts";

/** What a handler is made of. `connect` runs in the first call only: clients and environment outlive a call. */
export interface HandlerParts<Input, Output, Ports> {
  /** The function's name without the environment; names the service in logs and metrics. */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  readonly connect: (environment: NodeJS.ProcessEnv) => Ports;
  readonly handle: (event: Input, ports: Ports, now: Date) => Promise<Output>;
}

export type AsyncHandler<Output> = (event: unknown, context: Context) => Promise<Output>;

/** Time kept back to log and to fail by name before Lambda would kill the function without either. */
const LAST_WORDS_MILLISECONDS = 500;

/**
 * A Lambda handler around one call into lib: parses the event, checks the result against its schema, logs (never
 * the event: it may carry a task token), counts, and turns errors into those that the state machine names.
 * Node 24's runtime takes async handlers only.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export function createHandler<Input, Output, Ports>(
  parts: HandlerParts<Input, Output, Ports>,
): AsyncHandler<Output> {
  let built: AsyncHandler<Output> | undefined;
  return async (event, context) => {
    built ??= build(parts);
    return built(event, context);
  };
}

function build<Input, Output, Ports>(parts: HandlerParts<Input, Output, Ports>): AsyncHandler<Output> {
  const logger = new Logger({ serviceName: parts.name });
  const metrics = new Metrics({ namespace: "Strata", serviceName: parts.name });
  let ports: Ports | undefined;
  const answer = async (event: unknown): Promise<Output> => {
    const input = parse(parts.input, event, parts.name);
    ports ??= parts.connect(process.env);
    return parts.output.parse(await parts.handle(input, ports, new Date()));
  };
  const handler = middy(answer, {
    timeoutEarlyInMillis: LAST_WORDS_MILLISECONDS,
    timeoutEarlyResponse: () => {
      throw new DependencyUnavailableError(`${parts.name} ran out of time waiting for an answer`);
    },
  })
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .use(countEnds(logger, metrics));
  return handler as unknown as AsyncHandler<Output>;
}

function parse<Input>(schema: z.ZodType<Input>, event: unknown, name: string): Input {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`event of ${name}: ${describeIssues(parsed.error)}`);
}

/** Counts answers, and every error by its name; what a gate says while it waits is no error of the function. */
function countEnds(logger: Logger, metrics: Metrics) {
  return {
    after(): void {
      metrics.addMetric("Answered", MetricUnit.Count, 1);
    },
    onError(request: { error: Error | null | undefined }): void {
      const error = explainError(request.error);
      if (!(error instanceof Error)) return;
      request.error = error;
      metrics.addMetric(error.name, MetricUnit.Count, 1);
      const line = { errorName: error.name, reason: error.message };
      if (error.name === "NotReadyError") logger.info("not ready yet", line);
      else if (error instanceof StrataError) logger.warn("refused or failed", line);
      else logger.error("unexpected error", line);
    },
  };
}
