import { strikes } from "../../world/faults.ts";
import { COLLECTIONS } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import type { BuildRecord } from "../backends.ts";
import { AWS_COLLECTIONS, type RuleRecord, type TargetRecord } from "../collections.ts";
import type { Aws } from "../contract.ts";
import type { Backends } from "../service.ts";
import { runAsynchronousInvocations } from "./asynchronous.ts";
import { buildChange, executionChange, type Happening } from "./changes.ts";
import { deliver, sendMessage } from "./deliver.ts";
import { noteFailedDelivery } from "./failed-deliveries.ts";
import { matchesEvent } from "./pattern.ts";
import { deliverToSubscribers } from "./subscriptions.ts";
import { targetInput } from "./target-input.ts";

/** EventBridge says "typical latency is about half a second" (service FAQ). */
const DELIVERY_MILLISECONDS = 500;

interface Delivery {
  rule: string;
  target: string;
  event: Json;
  [key: string]: Json;
}

/**
 * The account's default event bus. Faults: `event-duplicate` (`rule?`) delivers a second time, as "at least once"
 * allows; `event-lost` (`rule?`) does not deliver.
 */
export class EventBus {
  readonly #aws: Aws;
  readonly #world: World;

  constructor(aws: Aws, world: World, backends: Backends) {
    this.#aws = aws;
    this.#world = world;
    runAsynchronousInvocations(aws, world, backends);
    deliverToSubscribers(aws, world);
    world.on<Delivery>("events.deliver", (delivery) => void this.#deliver(delivery));
    world.on<{ id: string } & { [key: string]: Json }>("events.put", (event) =>
      this.#put(event as unknown as Happening, event.id),
    );
    world.on<{ executionArn: string }>("states.execution.changed", ({ executionArn }) => {
      if (backends.states) this.#put(executionChange(backends.states, executionArn));
    });
    world.on<{ id: string }>("codebuild.build.changed", ({ id }) => {
      const build = world.collection<BuildRecord>(COLLECTIONS.builds).get(id);
      // Phases change more often than the status does, which is what this event is about.
      const isChange = build?.currentPhase === "SUBMITTED" || build?.endTime !== undefined;
      if (build && isChange) this.#put(buildChange(world, build));
    });
  }

  /** Delivers to the targets of a rule or schedule with an expression, as its clock would. @throws for an unknown name */
  fireSchedule(name: string): void {
    const rule = this.#rule(name);
    if (rule?.scheduleExpression === undefined) throw new Error(`no schedule ${name}`);
    const event = this.#enveloped({
      source: "aws.events",
      detailType: "Scheduled Event",
      resources: [rule.arn],
      detail: {},
    });
    for (const target of rule.targets) this.#schedule(rule, target, event);
  }

  #rule(name: string): RuleRecord | undefined {
    const { rules, schedules } = AWS_COLLECTIONS;
    return (
      this.#world.collection<RuleRecord>(rules).get(name) ??
      this.#world.collection<RuleRecord>(schedules).get(name)
    );
  }

  #enveloped(happening: Happening, id = this.#world.uuid()): { [key: string]: Json } {
    return {
      version: "0",
      id,
      "detail-type": happening.detailType,
      source: happening.source,
      account: this.#aws.accountId,
      time: new Date(this.#world.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
      region: this.#aws.region,
      resources: happening.resources,
      detail: happening.detail,
    };
  }

  #put(happening: Happening, id?: string): void {
    const event = this.#enveloped(happening, id);
    const key = `${String(this.#world.clock.now()).padStart(15, "0")}/${String(event.id)}`;
    this.#world.collection<Json>(AWS_COLLECTIONS.events).set(key, event);
    for (const rule of this.#world.collection<RuleRecord>(AWS_COLLECTIONS.rules).values()) {
      if (!rule.enabled || rule.eventPattern === undefined) continue;
      if (!matchesEvent(rule.eventPattern, event)) continue;
      for (const target of rule.targets) this.#schedule(rule, target, event);
    }
  }

  #schedule(rule: RuleRecord, target: TargetRecord, event: Json): void {
    const delivery = { rule: rule.name, target: target.id, event };
    const hits = (fault: { [field: string]: Json | undefined }): boolean =>
      fault.rule === undefined || fault.rule === rule.name;
    if (strikes(this.#world, "event-lost", hits)) return;
    this.#world.schedule(DELIVERY_MILLISECONDS, "events.deliver", delivery);
    if (strikes(this.#world, "event-duplicate", hits))
      this.#world.schedule(DELIVERY_MILLISECONDS, "events.deliver", delivery);
  }

  async #deliver({ rule: name, target: id, event }: Delivery): Promise<void> {
    const rule = this.#rule(name);
    const target = rule?.targets.find((candidate) => candidate.id === id);
    if (!rule || !target) return;
    const isSchedule = rule.arn.includes(":scheduler:");
    const sender = {
      service: isSchedule ? "scheduler.amazonaws.com" : "events.amazonaws.com",
      arn: rule.arn,
      accountId: this.#aws.accountId,
    };
    try {
      await deliver(this.#aws, this.#world, target, targetInput(target, rule.arn, event), sender);
    } catch (error) {
      noteFailedDelivery(this.#world, name, target.arn, error);
      // A refusal is no passing trouble: EventBridge does not repeat it, and gives the event to the dead letter queue.
      if (target.deadLetterArn !== undefined) sendMessage(this.#world, target.deadLetterArn, event);
    }
  }
}
