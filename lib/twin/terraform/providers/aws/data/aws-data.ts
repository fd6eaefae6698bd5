import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes, DataSourceType, ProviderContext } from "../../../contract.ts";
import { text } from "../attributes.ts";
import { permitReading } from "../authorization.ts";
import { inWordsOf, type Naming } from "../errors.ts";

/** A data source of the aws provider: authorised, its errors in the provider's words. */
export function awsData(
  type: string,
  title: string,
  service: string,
  find: (given: Attributes, context: ProviderContext) => Attributes,
  call = "Describe",
  resource: (given: Attributes, context: ProviderContext) => string = () => "*",
): DataSourceType {
  const naming: Naming = { title, service, calls: { create: call, read: call, update: call, delete: call } };
  return {
    type,
    read: (given, context) => {
      const label = text(given, "name") || text(given, "id") || type;
      permitReading(context, type, naming, label, resource(given, context));
      return inWordsOf(naming, "read", label, () => ({
        ...("region" in given ? { region: text(given, "region") || context.region } : {}),
        ...find(given, context),
      }));
    },
  };
}

export const notFound = (code: string, message: string): AwsError => new AwsError(code, message, 404);
