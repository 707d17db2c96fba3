import type { Chance } from "./chance";
import type { TownGate } from "./gates";
import type { Person } from "./people";
import type { Promises } from "./promises";
import type { Town } from "./town";
import type { Verdicts } from "./verdicts";

/** Somebody at a gate. */
export interface Visitor {
  readonly person: Person;
  readonly gate: TownGate;
}

/** What everybody in a town shares. */
export interface Scene {
  readonly town: Town;
  readonly chance: Chance;
  /** Entra's time, and by how much ours is wrong. */
  readonly time: { now: number; skew: number };
  readonly promises: Promises;
  readonly verdicts: Verdicts;
  readonly tell: (what: string, about?: string) => void;
  /** People who hear that they were approved. */
  readonly approved: Visitor[];
  /** People who were not let in when they last came, the last ones. */
  readonly asking: Visitor[];
  /** Codes that were handed out. */
  readonly vouchers: string[];
}

export const dateOf = ({ time }: Scene): Date => new Date(time.now);
