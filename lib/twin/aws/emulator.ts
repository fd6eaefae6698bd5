import { COLLECTIONS, type RoleRecord } from "../world/records.ts";
import type { Json, World } from "../world/world.ts";
import { callerArn, roleName } from "./arn.ts";
import { answerOf, isManagement, namedIn, noteCall } from "./audit-trail.ts";
import { evaluateAlarms } from "./cloudwatch/alarms.ts";
import { type Aws, AwsError, type Credentials, type Principal } from "./contract.ts";
import { EventBus } from "./events/bus.ts";
import { type CalendarOptions, passTime } from "./events/calendar.ts";
import { authorize } from "./iam/authorization.ts";
import { Sessions } from "./iam/sessions.ts";
import type { Backends, Call, ConditionContext, Operation } from "./service.ts";
import { SERVICES } from "./services/index.ts";
import { replicateObjects } from "./services/s3/replication.ts";
import { strikeAt } from "./strikes.ts";

export interface AwsEmulatorProps extends Backends {
  readonly world: World;
  /** @default 111122223333, the account of AWS's own examples */
  readonly accountId?: string;
  readonly region: string;
}

/** The simulated AWS over one world. All its state is in the world, except session keys, which are derived. */
export class AwsEmulator implements Aws {
  readonly accountId: string;
  readonly region: string;
  readonly world: World;
  readonly #backends: Backends;
  readonly #sessions = new Sessions();
  readonly #bus: EventBus;

  constructor({ world, accountId = "111122223333", region, ...backends }: AwsEmulatorProps) {
    this.world = world;
    this.accountId = accountId;
    this.region = region;
    this.#backends = { ...backends };
    this.#bus = new EventBus(this, world, this.#backends);
    replicateObjects(world);
  }

  /** Connects what does the real work; what is not named stays as it is. */
  connect(backends: Backends): void {
    Object.assign(this.#backends, backends);
  }

  async call(principal: Principal, service: string, operation: string, input: Json): Promise<Json> {
    const known = this.operation(service, operation);
    strikeAt(this.world, service, operation);
    const result = await known.run(this.#callOf(principal), input);
    if (isManagement(service, operation))
      noteCall(this.world, {
        at: this.world.clock.now(),
        source: `${service}.amazonaws.com`,
        name: operation,
        who: callerArn(principal),
        resources: namedIn(input),
        ...answerOf(operation, result),
      });
    return result;
  }

  /** @throws AwsError NotImplemented (501) for what is not modelled. */
  operation(service: string, operation: string): Operation {
    const operations = SERVICES[service];
    const known = operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (known) return known;
    throw new AwsError("NotImplemented", `the twin's AWS does not know ${service} ${operation}`, 501);
  }

  authorize(principal: Principal, action: string, resource: string, context?: ConditionContext): void {
    authorize(this.world, this.region, principal, action, resource, context);
  }

  credentials(roleArn: string, sessionName: string): Credentials {
    return this.#sessions.credentials(roleArn, sessionName);
  }

  whoIs(accessKeyId: string): Principal | undefined {
    return this.#sessions.whoIs(accessKeyId);
  }

  /** Fires a schedule (a rule's or the Scheduler's) now, as its expression would at its next time. */
  fireSchedule(name: string): void {
    this.#bus.fireSchedule(name);
  }

  /** Lets time pass until then, with schedules that fire and alarms that are looked at. */
  passTime(clock: CalendarOptions["clock"], until: number): Promise<void> {
    const { world } = this;
    const options = {
      world,
      clock,
      fire: (name: string) => this.fireSchedule(name),
      evaluateAlarms: () => evaluateAlarms(this, world),
    };
    return passTime(options, until);
  }

  /** Whoever calls from a stack in another region calls that region's endpoints. */
  #regionOf({ roleArn }: Principal): string {
    const roles = this.world.collection<RoleRecord>(COLLECTIONS.roles);
    return roles.get(roleName(roleArn))?.region ?? this.region;
  }

  #callOf(principal: Principal): Call {
    const allow: Call["allow"] = (action, resource, context) =>
      this.authorize(principal, action, resource, context);
    const may: Call["may"] = (action, resource, context) => {
      try {
        allow(action, resource, context);
        return true;
      } catch (error) {
        if (error instanceof AwsError) return false;
        throw error;
      }
    };
    const { world, accountId } = this;
    const region = this.#regionOf(principal);
    return { aws: this, world, principal, accountId, region, backends: this.#backends, allow, may };
  }
}
