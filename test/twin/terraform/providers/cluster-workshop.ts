import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announce } from "../../../../lib/twin/terraform/plugin/reattach.ts";
import { openWorkspace, type TerraformRun } from "../../../../lib/twin/terraform/plugin/run-terraform.ts";
import { loadProviderSchema } from "../../../../lib/twin/terraform/plugin/schema.ts";
import { serveProvider } from "../../../../lib/twin/terraform/plugin/server.ts";
import { helmProvider } from "../../../../lib/twin/terraform/providers/helm/provider.ts";
import { kubernetesProvider } from "../../../../lib/twin/terraform/providers/kubernetes/provider.ts";
import type { TestCluster } from "../../kubernetes/controllers/test-cluster.ts";

const HOST = "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com";

const PROVIDERS = `
terraform {
  required_providers {
    kubernetes = { source = "hashicorp/kubernetes" }
    helm       = { source = "hashicorp/helm" }
  }
}
provider "kubernetes" {
  host = "${HOST}"
}
provider "helm" {
  kubernetes = { host = "${HOST}" }
}
`;

export interface ClusterWorkshop {
  write(hcl: string): void;
  /** Exit code 0: no changes, 1: error, 2: changes. */
  plan(): Promise<TerraformRun>;
  apply(): Promise<TerraformRun>;
  destroy(): Promise<TerraformRun>;
  close(): void;
}

/** The real terraform with these two providers before a cluster of the world; nothing in it needs an init. */
export async function openClusterWorkshop(cluster: TestCluster): Promise<ClusterWorkshop> {
  const served = await Promise.all(
    [kubernetesProvider, helmProvider].map((definition) =>
      serveProvider({ definition, schema: loadProviderSchema(definition.address), context: cluster.context }),
    ),
  );
  const announced = announce(served);
  const directory = mkdtempSync(join(tmpdir(), "strata-cluster-"));
  writeFileSync(join(directory, "providers.tf"), PROVIDERS);
  const workspace = openWorkspace(directory, announced.reattach);
  return {
    write: (hcl) => writeFileSync(join(directory, "main.tf"), hcl),
    plan: () => workspace.run(["plan", "-detailed-exitcode", "-no-color"]),
    apply: () => workspace.run(["apply", "-auto-approve", "-no-color"]),
    destroy: () => workspace.run(["destroy", "-auto-approve", "-no-color"]),
    close: () => {
      workspace.remove();
      rmSync(directory, { recursive: true, force: true });
      announced.close();
    },
  };
}
