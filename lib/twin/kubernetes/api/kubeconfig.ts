import { stringify } from "yaml";
import type { ClusterRecord } from "../../world/records.ts";

/** A kubeconfig that leads to the twin's port and still checks the endpoint's own name and authority. */
export function kubeconfigText(
  { name, endpoint, certificateAuthority }: ClusterRecord,
  port: number,
  token: string,
): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "tls-server-name": endpoint.replace(/^https:\/\//, "").toLowerCase(),
          "certificate-authority-data": certificateAuthority,
        },
      },
    ],
    users: [{ name: "twin-admin", user: { token } }],
    contexts: [{ name, context: { cluster: name, user: "twin-admin" } }],
    "current-context": name,
  });
}
