import type { Json } from "../../../../world/world.ts";
import type { ApiObject } from "../../api-object.ts";
import { servedObject } from "../../served-object.ts";
import { isDryRun } from "../../verbs/write-request.ts";
import type { Attributes } from "../attributes.ts";
import { celValue } from "./expression.ts";
import type { Policy } from "./policy.ts";

/** The variables of expressions, each made when the first expression asks for it. */
export class Variables {
  readonly #attributes: Attributes;
  readonly #made = new Map<string, unknown>();
  variables: object = {};

  constructor(attributes: Attributes) {
    this.#attributes = attributes;
  }

  get request(): unknown {
    return this.#once("request", () => requestOf(this.#attributes));
  }
  get object(): unknown {
    return this.#once("object", () => this.#served(this.#attributes.object));
  }
  get oldObject(): unknown {
    return this.#once("oldObject", () => this.#served(this.#attributes.old));
  }
  get namespaceObject(): unknown {
    const { state, namespace } = this.#attributes.request;
    const kind = state.builtIn("", "namespaces");
    return this.#once("namespaceObject", () => state.store.get(kind, undefined, namespace ?? "") ?? null);
  }

  /** From now on, `variables` are those of this policy, each computed when it is used. */
  enter(policy: Policy): void {
    this.variables = {};
    for (const { name, evaluate } of policy.variables) {
      let computed: { value: unknown } | undefined;
      const get = (): unknown => {
        computed ??= { value: evaluate(this) };
        return computed.value;
      };
      Object.defineProperty(this.variables, name, { get, enumerable: true });
    }
  }

  #served(object: ApiObject | undefined): Json {
    return object ? servedObject(this.#attributes.request.kind, object) : null;
  }

  #once(name: string, make: () => Json): unknown {
    if (!this.#made.has(name)) this.#made.set(name, celValue(make()));
    return this.#made.get(name);
  }
}

/** The request, as an AdmissionReview describes it. */
function requestOf({ operation, request, name }: Attributes): Json {
  const { kind, subresource, user } = request;
  const { group, version } = kind;
  return {
    kind: { group, version, kind: kind.kind },
    resource: { group, version, resource: kind.plural },
    subResource: subresource ?? "",
    requestKind: { group, version, kind: kind.kind },
    requestResource: { group, version, resource: kind.plural },
    name,
    namespace: namespaceOf(request, name),
    operation,
    userInfo: { username: user.username, groups: [...user.groups] },
    dryRun: isDryRun(request),
  };
}

/** Requests for a Namespace are in it, as upstream has it. */
const namespaceOf = ({ kind, namespace }: Attributes["request"], name: string): string =>
  kind.group === "" && kind.plural === "namespaces" ? name : (namespace ?? "");
