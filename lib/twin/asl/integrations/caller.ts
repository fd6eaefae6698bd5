import type { Aws, Principal } from "../../aws/contract.ts";
import type { Json, World } from "../../world/world.ts";
import type { TaskCall } from "../contract.ts";

/** Modelled virtual durations of what Step Functions does between a state and a service. */
export interface IntegrationLatencies {
  /** One API call. */
  readonly callMilliseconds: number;
  /** From the end of a `.sync` job to the state's going on. */
  readonly syncMilliseconds: number;
}

/**
 * `.sync` completion by event 2 s (1–10); 50 ms is the order of magnitude of one AWS API call within a region.
 * @see docs/latencies.md, "Step Functions and EventBridge"
 */
export const INTEGRATION_LATENCIES: IntegrationLatencies = { callMilliseconds: 50, syncMilliseconds: 2000 };

/** Calls services for one attempt of a state, as its role. */
export class Caller {
  readonly world: World;
  readonly latencies: IntegrationLatencies;
  readonly #aws: Aws;
  readonly #principal: Principal;

  constructor(aws: Aws, world: World, latencies: IntegrationLatencies, call: TaskCall) {
    this.#aws = aws;
    this.world = world;
    this.latencies = latencies;
    // Session names have at most 64 characters.
    const sessionName = call.executionArn.slice(call.executionArn.lastIndexOf(":") + 1).slice(0, 64);
    this.#principal = { roleArn: call.roleArn, sessionName };
  }

  /** A call that answers at once; modelled as `callMilliseconds`, fail or not. */
  call(service: string, operation: string, input: Json): Promise<Json> {
    const { callMilliseconds } = this.latencies;
    const real = () => this.#aws.call(this.#principal, service, operation, input);
    return this.world.clock.work(real, callMilliseconds, callMilliseconds);
  }

  /** A call that takes virtual time of its own, so time must not be held for it. */
  callLasting(service: string, operation: string, input: Json): Promise<Json> {
    return this.#aws.call(this.#principal, service, operation, input);
  }
}
