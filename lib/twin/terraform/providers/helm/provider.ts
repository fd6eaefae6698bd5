import type { ProviderDefinition } from "../../contract.ts";
import { helmRelease } from "./release.ts";

/** hashicorp/helm: releases of the recorded charts. */
export const helmProvider: ProviderDefinition = {
  address: "registry.terraform.io/hashicorp/helm",
  version: "3.1.2",
  resources: [helmRelease],
  dataSources: [],
};
