import { AWS_COLLECTIONS } from "../../lib/twin/aws/collections.ts";
import { AwsEmulator } from "../../lib/twin/aws/emulator.ts";
import { VirtualClock } from "../../lib/twin/clock.ts";
import { KubernetesTwin } from "../../lib/twin/kubernetes/api/kubernetes-twin.ts";
import { startControllers } from "../../lib/twin/kubernetes/controllers/start.ts";
import { TwinNetwork } from "../../lib/twin/network/network.ts";
import { attachProviders } from "../../lib/twin/terraform/attach.ts";
import type { Operation } from "../../lib/twin/terraform/contract.ts";
import { schedule } from "../../lib/twin/terraform/critical-path.ts";
import { registerAwsDynamics } from "../../lib/twin/terraform/providers/aws/dynamics.ts";
import { COLLECTIONS, type RoleRecord } from "../../lib/twin/world/records.ts";
import { type Json, World } from "../../lib/twin/world/world.ts";
import { CONTROL_PLANE, ROLE } from "./environment.ts";

const REGION = "eu-central-1";
const SETTLES_MILLISECONDS = 20 * 60_000;
const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** Who builds: in AWS both may do anything, in the cluster what their access entries say. */
export type Builder = "apply" | "plan";

/** An empty simulated AWS in which layers are planned and applied without a control plane. */
export class BuildWorld {
  readonly world: World;
  readonly #clock: VirtualClock;
  readonly #aws: AwsEmulator;
  readonly #kubernetes: KubernetesTwin;
  readonly #network: TwinNetwork;
  readonly #current = { reattach: "" };

  private constructor(parts: {
    world: World;
    clock: VirtualClock;
    aws: AwsEmulator;
    kubernetes: KubernetesTwin;
    network: TwinNetwork;
  }) {
    this.world = parts.world;
    this.#clock = parts.clock;
    this.#aws = parts.aws;
    this.#kubernetes = parts.kubernetes;
    this.#network = parts.network;
  }

  static async open(): Promise<BuildWorld> {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    const world = new World(clock, 1);
    const aws = new AwsEmulator({ world, region: REGION });
    const kubernetes = new KubernetesTwin({ world, aws });
    registerAwsDynamics(world);
    const network = await TwinNetwork.open({ world, aws, kubernetes });
    startControllers({ world, kubernetes, aws, authorities: network.authorities, latencyScale: 1 });
    const roles = world.collection<RoleRecord>(COLLECTIONS.roles);
    for (const name of ["apply", "plan"])
      roles.set(name, {
        name,
        arn: `${ROLE}/${name}`,
        assumeRolePolicy: {},
        policies: { everything: EVERYTHING },
        tags: {},
        controlPlane: true,
      });
    world
      .collection<Json>(AWS_COLLECTIONS.managedPolicies)
      .set(CONTROL_PLANE.permissions_boundary_arn, EVERYTHING);
    return new BuildWorld({ world, clock, aws, kubernetes, network });
  }

  /** What terraform is to be attached to; it changes with whoever builds. */
  get attached(): { readonly reattach: string } {
    return this.#current;
  }

  /** Lets `work` run terraform as `builder`; what it did then comes alive, and time passes until it has. */
  async build<Result>(
    builder: Builder,
    work: () => Promise<Result>,
    states: { before?: unknown; after?: () => unknown } = {},
  ): Promise<Result> {
    const providers = await attachProviders({
      world: this.world,
      aws: this.#aws,
      kubernetes: this.#kubernetes,
      principal: { roleArn: `${ROLE}/${builder}`, sessionName: "build" },
      region: REGION,
    });
    this.#current.reattach = providers.reattach;
    try {
      const result = await work();
      await this.#settle(providers.journal, states.before as Json, states.after?.() as Json);
      return result;
    } finally {
      await providers.close();
    }
  }

  async #settle(journal: readonly Operation[], before: Json | undefined, after: Json | undefined) {
    const now = this.#clock.now();
    const { operations, totalMilliseconds } = schedule(journal, before, after);
    for (const [index, { startsAt, endsAt }] of operations.entries())
      journal[index]?.settle?.(now + startsAt, now + endsAt);
    await this.#clock.runTo(now + totalMilliseconds + SETTLES_MILLISECONDS);
  }

  async close(): Promise<void> {
    await this.#network.close();
  }
}
