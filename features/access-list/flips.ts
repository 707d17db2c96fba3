import type { Row } from "../../engine/sign-up/rule";
import type { OpenKind } from "./entry-words";

// What an edit of the list would change for people. The preview judges it.

/** How far back decisions are judged again. */
export const FLIP_DAYS = 30;

/** A decision as a report names it. */
export interface NamedDecision {
  readonly email: string;
  readonly step: string;
  readonly reference: string;
  /** "block access-list.unlisted" */
  readonly was: string;
  readonly now: string;
  /** The list's entry that decides now. */
  readonly entry?: string;
}

/** Rows of the list after an edit, by their keys; undefined where one is gone. */
export type EditedList = ReadonlyMap<string, Row | undefined>;

/** People whose newest decision would be another one. */
export interface FlippedPeople {
  readonly count: number;
  /** The first of them. */
  readonly named: readonly NamedDecision[];
  /** The edited entry that decides for all of them, if it is a single one. */
  readonly entry?: string;
}

/** The people who get another answer after an edit of the list. */
export interface Flips {
  readonly refused: FlippedPeople;
  readonly admitted: FlippedPeople;
  /** People whose entry changes, but whose answer depends on a rule that cannot be replayed. */
  readonly unclear: FlippedPeople & {
    /** What each of them rests on, counted by kind, with the rules. */
    readonly kinds: readonly { readonly kind: OpenKind; readonly count: number; readonly rules: readonly string[] }[];
  };
  /** People whose answer stays, and how many of them are refused or asked to correct. */
  readonly unchanged: { readonly count: number; readonly refused: number };
  /** Decisions looked at. */
  readonly read: number;
  /** Whether that were not all of the last 30 days. */
  readonly cut: boolean;
}
