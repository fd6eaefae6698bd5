import { ConfigurationError, DependencyUnavailableError, StrataError } from "../run/errors.ts";

interface AwsShaped extends Error {
  readonly code?: string;
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

/** Names by which the services we call say "slow down". */
const THROTTLED: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "ProvisionedThroughputExceededException",
  "RequestThrottled",
  "SlowDown",
  "TransactionConflictException",
]);
const DENIED: ReadonlySet<string> = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "AuthorizationErrorException",
  "UnauthorizedOperation",
  "KMSAccessDeniedException",
]);
/** Node's and the SDK's words for a peer that did not answer. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "TimeoutError",
  "RequestTimeout",
  "RequestTimeoutException",
  "ECONNRESET",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
]);

/**
 * What an error means for the state machine. Throttling, 5xx and silence become DependencyUnavailableError
 * (retryable); a denied call becomes ConfigurationError (not retryable) and keeps its message, which names
 * action, resource and role; every other error stays what it is.
 */
export function explainError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StrataError) return error;
  const aws = error as AwsShaped;
  const status = aws.$metadata?.httpStatusCode ?? 0;
  const names = [aws.name, aws.code ?? ""];
  if (names.some((name) => DENIED.has(name))) return new ConfigurationError(error.message, { cause: error });
  const unavailable =
    status >= 500 || status === 429 || names.some((name) => THROTTLED.has(name) || UNREACHABLE.has(name));
  return unavailable
    ? new DependencyUnavailableError(`${aws.code ?? aws.name}: ${error.message}`, { cause: error })
    : error;
}

/** Is it the service's answer with this name? */
export const isNamed = (error: unknown, ...names: readonly string[]): error is Error =>
  error instanceof Error && names.includes(error.name);
