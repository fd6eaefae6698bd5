import type { Break } from "./break.ts";
import { lying, says } from "./lying.ts";

const definition = (name: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  objectKind: "CustomResourceDefinition",
  name,
});
const EXTERNAL_SECRETS = definition("externalsecrets.external-secrets.io");
const ACCEPTED = says("NamesAccepted", "True", "NoConflicts");

/** Definitions that are there, and of no use to the layers that build on them. */
export const DEFINITION_BREAKS: readonly Break[] = [
  lying(
    "definition-version-not-served",
    "ExternalSecrets are served in another version than they are written in",
    {
      ...EXTERNAL_SECRETS,
      says: { spec: { versions: { 0: { served: false }, 1: { served: true } } } },
    },
  ),
  lying("definition-installing", "the definition of ExternalSecrets is never established", {
    ...EXTERNAL_SECRETS,
    says: { status: { conditions: [ACCEPTED, says("Established", "False", "Installing")] } },
  }),
  lying("definition-names-taken", "another definition has the names of ExternalSecrets", {
    ...EXTERNAL_SECRETS,
    says: {
      status: {
        conditions: [
          says("NamesAccepted", "False", "ListKindConflict", '"ExternalSecretList" is already in use'),
          says("Established", "True", "InitialNamesAccepted"),
        ],
      },
    },
  }),
  lying(
    "definition-without-schema",
    "the definition of ExternalSecrets is established, and its schema is none",
    {
      ...EXTERNAL_SECRETS,
      says: {
        status: {
          conditions: [
            ACCEPTED,
            says("Established", "True", "InitialNamesAccepted"),
            says("NonStructuralSchema", "True", "Violations", "spec.preserveUnknownFields: must be false"),
          ],
        },
      },
    },
  ),
  lying("definition-conversion-untrusted", "ExternalSecrets are converted by a webhook that nobody trusts", {
    ...EXTERNAL_SECRETS,
    says: {
      spec: {
        conversion: {
          strategy: "Webhook",
          webhook: {
            conversionReviewVersions: ["v1"],
            clientConfig: { service: { namespace: "external-secrets", name: "external-secrets-webhook" } },
          },
        },
      },
    },
  }),
];
