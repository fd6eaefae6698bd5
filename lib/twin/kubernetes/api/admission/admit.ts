import type { ApiObject } from "../api-object.ts";
import { checkEscalation } from "../authorization/escalation.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import type { Attributes } from "./attributes.ts";
import { checkLimits, completeRequests } from "./limit-range.ts";
import { checkPodSecurity } from "./pod-security/admission.ts";
import { checkNamespaceLabels } from "./pod-security/namespace-labels.ts";
import { checkPolicies } from "./policies/check-policies.ts";
import { checkQuotas } from "./resource-quota.ts";

/** What admission adds to a new object before it is validated. */
export function completeNew({ state, kind }: WriteRequest, object: ApiObject): void {
  completeRequests(state, kind, object);
}

/**
 * Asks everybody who may refuse a request that is otherwise good; quotas last, as in a real server, so that nothing
 * is counted that somebody else refuses. Webhooks are not asked.
 * Throws ApiError; warnings go into the request.
 */
export function admit(attributes: Attributes): void {
  const { request, object, old, operation } = attributes;
  const { state, kind } = request;
  if (object) checkEscalation(request, object);
  const isWhole = request.subresource === undefined;
  if (object && isWhole && operation === "CREATE") checkLimits(state, kind, object);
  if (object) checkPodSecurity(request, object);
  if (object) checkNamespaceLabels(request, object, old);
  checkPolicies(attributes);
  if (object && isWhole) checkQuotas(state, kind, object, old);
}
