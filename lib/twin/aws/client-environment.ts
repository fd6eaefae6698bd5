/**
 * Environment that leads programs to the simulated AWS.
 *
 * Terraform's S3 backend addresses `http://<bucket>.127.0.0.1:<port>` unless its own configuration says
 * `use_path_style`, which neither the layers' backends nor their `terraform_remote_state` do; and no resolver knows
 * such a name. Go's HTTP client sends requests for a name (not for a loopback address itself) to HTTP_PROXY, so the
 * server is its own proxy. HTTPS does not go there. Upper case only: curl ignores it.
 * @see golang.org/x/net/http/httpproxy, FromEnvironment
 */
export const clientEnvironment = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  HTTP_PROXY: url,
  NO_PROXY: "127.0.0.1,localhost",
  AWS_EC2_METADATA_DISABLED: "true",
});
