/**
 * A Date that stands still. Code in the worker sees the virtual instant of its invocation, so that signatures,
 * token lifetimes and certificates are judged in virtual time; `performance` and timers stay real.
 */
let instant = 0;

export function setInstant(milliseconds: number): void {
  instant = milliseconds;
}

/** Replaces `globalThis.Date`; a proxy, so that `instanceof Date` and prototypes stay what they were. */
export function freezeDate(): void {
  const RealDate = globalThis.Date;
  const now = (): number => instant;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [instant] : args, newTarget) as object,
    apply: () => new RealDate(instant).toString(),
    get: (target, property, receiver) =>
      property === "now" ? now : (Reflect.get(target, property, receiver) as unknown),
  });
}
