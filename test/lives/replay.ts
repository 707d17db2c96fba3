import crypto, { createHash } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import timers, { setImmediate as nextTurn } from "node:timers/promises";
import { chanceOf } from "./chance";

// What makes a seed live the same life again: nothing in a town rests on the machine's clock or on its chance.

/** Does something while the process's clock, its chance and its pauses are the town's. */
export async function replayable<T>(seed: number, now: () => number, work: () => Promise<T>): Promise<T> {
  const chance = chanceOf(~seed);
  const before = {
    Date: globalThis.Date,
    random: Math.random,
    pause: timers.setTimeout,
    bytes: crypto.randomBytes,
    int: crypto.randomInt,
    uuid: crypto.randomUUID,
  };
  const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => chance.below(256)));
  globalThis.Date = new Proxy(before.Date, {
    construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as) as Date,
    get: (target, name, as) => (name === "now" ? now : (Reflect.get(target, name, as) as unknown)),
  });
  Math.random = () => chance.next();
  // Real pauses would make a tenth of the time idle, and mix what runs at once.
  timers.setTimeout = (async (_: number, value: unknown) => {
    await nextTurn();
    return value;
  }) as typeof timers.setTimeout;
  crypto.randomBytes = bytes as typeof crypto.randomBytes;
  crypto.randomInt = ((low: number, high?: number) =>
    high === undefined ? chance.below(low) : low + chance.below(high - low)) as typeof crypto.randomInt;
  crypto.randomUUID = () => {
    const hex = bytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}` as ReturnType<
      typeof crypto.randomUUID
    >;
  };
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    globalThis.Date = before.Date;
    Math.random = before.random;
    timers.setTimeout = before.pause;
    crypto.randomBytes = before.bytes;
    crypto.randomInt = before.int;
    crypto.randomUUID = before.uuid;
    syncBuiltinESMExports();
  }
}

/** All that a town did that somebody outside could see, as one hash: rows, events, mails, log lines, answers. */
export class Chronicle {
  private readonly hash = createHash("sha256");

  note(kind: string, what: unknown): void {
    this.hash.update(`${kind} ${JSON.stringify(what, withoutPlaces)}\n`);
  }

  /** Ends it. */
  digest(): string {
    return this.hash.digest("hex").slice(0, 16);
  }
}

/** Where in the code something failed is another place in each build. */
function withoutPlaces(name: string, value: unknown): unknown {
  // In a row, a list is {"L": […]}.
  return name === "at" && (Array.isArray(value) || (value !== null && typeof value === "object" && "L" in value)) ? [] : value;
}
