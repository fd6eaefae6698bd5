import type { World } from "../../world/world.ts";
import { noteWrite } from "../audit-log.ts";
import type { KubernetesCluster, KubernetesRequest, KubernetesResponse } from "../contract.ts";
import { authorizeRequest } from "./authorization/authorize-request.ts";
import { Authorizer } from "./authorization/authorizer.ts";
import { bootstrapCluster } from "./bootstrap/bootstrap-cluster.ts";
import { ClusterState } from "./cluster-state.ts";
import { answerNonResource } from "./non-resource.ts";
import { routeOf } from "./request-route.ts";
import { answerResource } from "./resource-request.ts";
import { ApiError, badRequest, methodNotAllowed } from "./status.ts";

/** One cluster's API server without its socket. */
export class ApiServer implements KubernetesCluster {
  readonly name: string;
  readonly state: ClusterState;
  readonly authorizer: Authorizer;
  readonly #isReachable: () => boolean;
  readonly #world: World;

  constructor(world: World, name: string, isReachable: () => boolean) {
    this.name = name;
    this.state = new ClusterState(world, name);
    this.authorizer = new Authorizer(this.state);
    this.#isReachable = isReachable;
    this.#world = world;
  }

  /**
   * Answers a request. Objects in the answer are the stored ones and frozen: copy before changing.
   * Throws only what a socket would: ECONNREFUSED while the cluster is not ACTIVE.
   */
  handle(request: KubernetesRequest): KubernetesResponse {
    this.reach();
    try {
      return this.#answer(request);
    } catch (error) {
      if (error instanceof ApiError) return error.response;
      // Bodies that are nested deeper than this machine can follow.
      if (error instanceof RangeError)
        return badRequest(`the body cannot be read: ${error.message}`).response;
      const message = error instanceof Error ? error.message : String(error);
      return new ApiError(500, "InternalError", `Internal error occurred: ${message}`).response;
    }
  }

  /** Throws unless the endpoint answers; fills a new cluster with what each one has. */
  reach(): void {
    if (!this.#isReachable())
      throw Object.assign(new Error(`connect ECONNREFUSED ${this.name}`), { code: "ECONNREFUSED" });
    if (this.state.store.revision === 0) bootstrapCluster(this.state);
  }

  #answer(request: KubernetesRequest): KubernetesResponse {
    const route = routeOf(request.path);
    authorizeRequest(this.authorizer, request, route);
    if (route.resource) {
      const response = answerResource(this, request, { ...route, resource: route.resource });
      noteWrite(this.#world, this.name, request, route, response);
      return response;
    }
    if (request.method !== "GET") throw methodNotAllowed();
    return answerNonResource(this.state, route.path, request.accept);
  }
}
