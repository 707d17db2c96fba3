import type * as v from "valibot";
import { cases } from "../features/lists/cases";
import { sortByOrder } from "../features/order";
import type { CaseWords } from "./case-words";

// This module joins the features' parts of cases (CaseWords), in the order of docs/cases.md.

type Part = (typeof cases)[number];
type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;
type Member<P, Name extends string> = P extends Readonly<Record<Name, infer Value>> ? Value : never;

type NoSchemas = Readonly<Record<never, never>>;

const sortedCases = sortByOrder<Part>(cases);

function gatherSchemas<Name extends "tables" | "rows" | "members">(name: Name): NoSchemas & All<Member<Part, Name>> {
  return Object.assign({}, ...sortedCases.map((each: CaseWords<never, never>) => each[name]));
}

/** Schemas of rows as operators write them. */
export const tableMembers = gatherSchemas("tables");

/** Members of a case's `rows` in addition to `tableMembers`. */
export const rowMembers = gatherSchemas("rows");
type Rows = v.InferOutput<v.StrictObjectSchema<typeof rowMembers, undefined>>;

export const caseMembers = gatherSchemas("members");
type Members = v.InferOutput<v.StrictObjectSchema<typeof caseMembers, undefined>>;

export function ownMembers(each: Members): Members {
  return Object.fromEntries(Object.entries(each).filter(([name]) => Object.hasOwn(caseMembers, name)));
}

export const earlierWords = sortedCases.flatMap((each): readonly Member<Part, "earlier">[] =>
  "earlier" in each ? [each.earlier as Member<Part, "earlier">] : [],
);

export const caseWords: readonly CaseWords<Rows, Members>[] = sortedCases;
