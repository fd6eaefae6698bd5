import { expect, it } from "vitest";
import { explainError } from "../../lib/clients/aws-errors.ts";
import {
  ConfigurationError,
  DependencyUnavailableError,
  LeaseHeldError,
  StrataError,
} from "../../lib/run/errors.ts";

const aws = (name: string, httpStatusCode = 400, message = "said") =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

it.each([
  aws("ThrottlingException"),
  aws("ProvisionedThroughputExceededException"),
  aws("SlowDown", 503),
  aws("InternalServerError", 500),
  aws("Whatever", 429),
  Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  aws("TimeoutError", 0),
])("$name may be tried again", (error) => {
  expect(explainError(error)).toBeInstanceOf(DependencyUnavailableError);
});

it.each(["AccessDenied", "AccessDeniedException"])("%s is the deployment's fault, in AWS's words", (name) => {
  const message = "role x is not authorized to perform s3:GetObject on y";
  const explained = explainError(aws(name, 403, message));
  expect(explained).toBeInstanceOf(ConfigurationError);
  expect((explained as Error).message).toBe(message);
});

it("leaves every other error what it is", () => {
  for (const error of [
    aws("ValidationException"),
    aws("Odd", 499),
    new LeaseHeldError("held"),
    new TypeError("x"),
  ])
    expect(explainError(error)).toBe(error);
});

it("gives every error class its exported name, by which the state machine knows it", () => {
  expect(new LeaseHeldError("x").name).toBe("LeaseHeldError");
  expect(new DependencyUnavailableError("x")).toBeInstanceOf(StrataError);
});
