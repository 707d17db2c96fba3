import type { Row } from "../../engine/sign-up/rule";
import type { OpenKind } from "./entry-words";

// The effect of an edit on people. The preview computes it.

/** Age of the decisions that are judged again. */
export const FLIP_DAYS = 30;

export interface NamedDecision {
  readonly email: string;
  readonly step: string;
  readonly reference: string;
  /** "block access-list.unlisted" */
  readonly was: string;
  readonly now: string;
  /** The list's entry that now decides. */
  readonly entry?: string;
}

/** Rows of the list after an edit, by key. Undefined for a removed one. */
export type EditedList = ReadonlyMap<string, Row | undefined>;

/** People whose newest decision would change. */
export interface FlippedPeople {
  readonly count: number;
  readonly named: readonly NamedDecision[];
  /** The edited entry that decides for all of them, if it is a single one. */
  readonly entry?: string;
}

/** The people whose answer changes with an edit of the list. */
export interface Flips {
  readonly refused: FlippedPeople;
  readonly admitted: FlippedPeople;
  /** People whose entry changes, but whose answer depends on a rule that cannot be replayed. */
  readonly unclear: FlippedPeople & {
    /** The reasons, counted by kind, with the rules. */
    readonly kinds: readonly { readonly kind: OpenKind; readonly count: number; readonly rules: readonly string[] }[];
  };
  /** People whose answer stays. `refused`: those of them who are refused or asked to correct. */
  readonly unchanged: { readonly count: number; readonly refused: number };
  /** Number of decisions judged. */
  readonly read: number;
  /** True if there are older decisions within the 30 days. */
  readonly cut: boolean;
}
