# What Envoy Gateway is asked for. As the planners' fence does, it travels with the release of Argo CD: a
# kubernetes_manifest cannot be planned before its kind is known, and the chart of Envoy Gateway takes no objects.
locals {
  gateway_namespace = kubernetes_namespace_v1.this["edge"].metadata[0].name

  gateway_objects = [for object in concat([
    # -------------------------------------------------------------------------
    # Proxies and their load balancer
    # -------------------------------------------------------------------------
    {
      apiVersion = "gateway.envoyproxy.io/v1alpha1"
      kind       = "EnvoyProxy"
      metadata   = { name = "edge", namespace = local.gateway_namespace }

      spec = {
        provider = {
          type = "Kubernetes"

          kubernetes = {
            envoyDeployment = {
              name     = "envoy"
              replicas = var.ingress_replicas
              pod      = { topologySpreadConstraints = local.spread.envoy_proxy }
            }

            envoyPDB = { minAvailable = 1 }

            envoyService = {
              # Not a generated one, so that the records of platform-step03 can find it.
              name                  = "envoy"
              type                  = "LoadBalancer"
              externalTrafficPolicy = "Local"
              annotations           = local.load_balancer_annotations
            }
          }
        }
      }
    },
    {
      apiVersion = "gateway.networking.k8s.io/v1"
      kind       = "GatewayClass"
      metadata   = { name = "envoy" }

      spec = {
        controllerName = "gateway.envoyproxy.io/gatewayclass-controller"

        parametersRef = {
          group     = "gateway.envoyproxy.io"
          kind      = "EnvoyProxy"
          name      = "edge"
          namespace = local.gateway_namespace
        }
      }
    },

    # -------------------------------------------------------------------------
    # Listeners that belong to no application; each namespace brings its own by a ListenerSet
    # -------------------------------------------------------------------------
    {
      apiVersion = "gateway.networking.k8s.io/v1"
      kind       = "Gateway"
      metadata   = { name = "edge", namespace = local.gateway_namespace }

      spec = {
        gatewayClassName = "envoy"
        allowedListeners = { namespaces = { from = "All" } }

        listeners = [
          {
            name          = "http"
            port          = 80
            protocol      = "HTTP"
            allowedRoutes = { namespaces = { from = "All" } }
          },
          {
            # Whoever asks for a name that nobody serves gets this certificate and 404.
            name          = "https"
            port          = 443
            protocol      = "HTTPS"
            allowedRoutes = { namespaces = { from = "Same" } }
            tls           = { mode = "Terminate", certificateRefs = [{ name = "unknown-host-tls" }] }
          },
        ]
      }
    },
    {
      # The route of a challenge names its host and path, and so comes first.
      apiVersion = "gateway.networking.k8s.io/v1"
      kind       = "HTTPRoute"
      metadata   = { name = "to-https", namespace = local.gateway_namespace }

      spec = {
        parentRefs = [{ name = "edge", sectionName = "http" }]

        rules = [{
          filters = [{
            type            = "RequestRedirect"
            requestRedirect = { scheme = "https", statusCode = 301 }
          }]
        }]
      }
    },
    {
      apiVersion = "cert-manager.io/v1"
      kind       = "Issuer"
      metadata   = { name = "self-signed", namespace = local.gateway_namespace }
      spec       = { selfSigned = {} }
    },
    {
      apiVersion = "cert-manager.io/v1"
      kind       = "Certificate"
      metadata   = { name = "unknown-host", namespace = local.gateway_namespace }

      spec = {
        secretName = "unknown-host-tls"
        dnsNames   = ["unknown.invalid"]
        issuerRef  = { kind = "Issuer", name = "self-signed" }
      }
    },
    ], [for rate in var.rate_limit[*] : {
      # -------------------------------------------------------------------------
      # How often one address may ask
      # -------------------------------------------------------------------------
      apiVersion = "gateway.envoyproxy.io/v1alpha1"
      kind       = "BackendTrafficPolicy"
      metadata   = { name = "rate-limit", namespace = local.gateway_namespace }

      spec = {
        targetRefs = [{ group = "gateway.networking.k8s.io", kind = "Gateway", name = "edge" }]

        rateLimit = {
          type = "Local"

          local = {
            rules = [{
              # Distinct: a bucket for each address of the range, not one for them all.
              clientSelectors = [{ sourceCIDR = { type = "Distinct", value = "0.0.0.0/0" } }]
              limit           = { requests = rate, unit = "Second" }
            }]
          }
        }
      }
  }]) : object if local.has_gateway]
}
