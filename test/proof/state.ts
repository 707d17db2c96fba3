import type { Person } from "./address";
import type { Rows, SignUpCall, Value, Values } from "./scenario";

/** What rules of the second engine are given, and what they say. */

export interface SignUp {
  readonly call: SignUpCall;
  readonly person: Person;
  readonly now: number;
  readonly attributes: Record<string, Value>;
  readonly findings: Record<string, Value>;
}

/** What is kept from one call to the next. */
export interface State {
  readonly rows: Rows;
  /** What providers said before the form. */
  readonly journeys: Map<string, { readonly address: string; readonly until: number }>;
}

export interface Trouble {
  readonly attribute: string;
  readonly reason: string;
  /** Of the texts for schemas. */
  readonly text?: string;
  readonly count?: number;
}

export type Said =
  | { readonly kind: "continue"; readonly attributes: Values }
  | { readonly kind: "block"; readonly reason: string; readonly values?: Readonly<Record<string, Value>> }
  | { readonly kind: "invalid"; readonly problems: readonly Trouble[] };

export type Answer =
  | { readonly kind: "continue"; readonly attributes?: Values; readonly findings?: Values }
  | Exclude<Said, { readonly kind: "continue" }>;
