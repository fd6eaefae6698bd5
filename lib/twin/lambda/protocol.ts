import type { NetworkSnapshot } from "../network/contract.ts";
import type { Json } from "../world/world.ts";

/** What a worker is made with. */
export interface WorkerSetup {
  readonly codeDirectory: string;
  readonly handler: string;
  /** Virtual milliseconds at which the module is loaded. */
  readonly now: number;
  /** host:port of the simulated AWS, reachable beside what the network holds. */
  readonly endpoint: string | undefined;
  readonly network: NetworkSnapshot | undefined;
  /** Where compiled code is kept between workers; absent: nowhere. Loading a bundle then takes two thirds of the time. */
  readonly compileCache: string | undefined;
  /** The module is loaded at once, and not when the first call comes. */
  readonly ahead: boolean;
}

/** Where a thread stands: told to it when that may not be where it was made. */
export interface Whereabouts {
  /** host:port of the simulated AWS that answers from now on. */
  readonly endpoint: string | undefined;
  readonly logStreamName: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly now: number;
  readonly event: Json;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryMegabytes: number;
  readonly timeoutMilliseconds: number;
  readonly network: NetworkSnapshot | undefined;
  /** Set when the call is another environment's, or in another world. */
  readonly moved: Whereabouts | undefined;
}

/** As Lambda reports an error of a function. */
export type FunctionFailure = { errorType: string; errorMessage: string; trace?: string[] };

export type WorkerMessage =
  | { readonly type: "log"; readonly text: string }
  /** A module that was to be loaded ahead is loaded, or cannot be. */
  | { readonly type: "loaded" }
  /** The module is loaded; the function's own time begins. */
  | { readonly type: "started" }
  | { readonly type: "returned"; readonly payload: Json }
  | { readonly type: "failed"; readonly failure: FunctionFailure };
