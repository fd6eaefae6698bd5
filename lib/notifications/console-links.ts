/** Where to look in the AWS console. Links are for people: nothing reads them. */

/** An execution of Step Functions, by its ARN, which names region and partition. */
export function executionLink(executionArn: string): string {
  const [, partition = "aws", , region = ""] = executionArn.split(":");
  return `https://${region}.${consoleHost(partition)}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}

/** An object of S3; its bucket's region is asked for by the console itself. */
export const objectLink = (bucket: string, key: string): string =>
  `https://s3.console.aws.amazon.com/s3/object/${bucket}?prefix=${encodeURIComponent(key)}`;

/** @see https://docs.aws.amazon.com/general/latest/gr/signin-service.html */
const consoleHost = (partition: string): string =>
  partition === "aws-cn"
    ? "console.amazonaws.cn"
    : partition === "aws-us-gov"
      ? "console.amazonaws-us-gov.com"
      : "console.aws.amazon.com";
