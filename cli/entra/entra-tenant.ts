import type { ApplyOptions, Change, Plan, RemovalOptions } from "./plan-of-changes";

/** A gate and the flow that it is to judge, as commands work on them, whatever the kind of tenant. */
export interface EntraTenant<C extends Change = Change> {
  /** The flow, as the command or entra.ts names it. */
  readonly flow: string;
  /** The gate that judges it; absent for the one without a name. */
  readonly gate?: string;
  /** The Entra tenant, where the command or entra.ts names it. */
  readonly tenant?: string;
  /** What stands otherwise than the gate wants it, read anew. */
  plan(options: ApplyOptions): Promise<Plan<C>>;
  /** What takes the gate out of the tenant again, read anew. */
  removal(options: RemovalOptions): Promise<Plan<C>>;
  /** Whether a change is made to what all flows of the gate share: made for one, it stands for the others. */
  isShared(change: C): boolean;
  /** Whether a change takes the gate out of the flow's way: from then on nobody judges who signs up. */
  unlinks(change: C): boolean;
  /** Makes a change. @param made ids of the objects made before, by name; this one's is added */
  make(change: C, made: Map<string, string>): Promise<void>;
  /** What a change is made to. */
  objectOf(change: C): string;
  /** A change, as what is wrong without it. */
  findingOf(change: C): string;
  /** What else a look at the tenant tells, each with its mend. */
  readonly findings: readonly Finding[];
}

/** What stands otherwise than the gate wants it, and what to do about it. */
export interface Finding {
  readonly finding: string;
  readonly mend: string;
}
