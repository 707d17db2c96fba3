import type { DecidingStep } from "../../engine/sign-up/sign-up";
import { ownMembers } from "../case-features";
import { reasonOf } from "../cases/compare";
import type { Case, CaseFile } from "../cases/format";
import { jsonText } from "../cases/update";
import type { Counterexample, Direction } from "./counterexample";
import type { Ended, TriedSignUp } from "./judge";

/** What one policy makes of a sign-up. */
export interface PolicyWord {
  readonly isAdmitted: boolean;
  readonly verdict: Ended["outcome"]["verdict"];
  /** Where it was stopped, or the last step. */
  readonly step: DecidingStep;
  readonly rule?: string;
  readonly reasons: readonly string[];
}

/** A person that two policies treat differently, to be shown and kept. Plain JSON: it comes from a thread. */
export interface FoundPerson {
  readonly direction: Direction;
  /** Where the policies part. */
  readonly step: DecidingStep;
  readonly candidate: TriedSignUp;
  readonly today: PolicyWord;
  readonly draft: PolicyWord;
  /** A case that expects today's answer: it fails until the draft is corrected. */
  readonly expectsToday: Case;
  /** A case that expects the draft's answer: kept beside the draft, it says that the change is intended. */
  readonly expectsDraft: Case;
}

export function foundPerson({ direction, candidate, ends: [today, draft] }: Counterexample, now: Date): FoundPerson {
  const stopped = today.isAdmitted ? draft : today;
  const { step, asked } = stopped;
  const { email } = candidate.request;
  const at = candidate.now ?? now.toISOString();
  const rest: Omit<Case, "name"> = { step, now: at, ...asked };
  const end = (isAdmitted: boolean) => `${email} ${isAdmitted ? "gets in" : "stays out"}`;
  return {
    direction,
    step,
    candidate,
    today: wordOf(today),
    draft: wordOf(draft),
    expectsToday: { name: end(today.isAdmitted), ...rest, expect: expectationOf(today) },
    expectsDraft: { name: end(draft.isAdmitted), ...rest, expect: expectationOf(draft) },
  };
}

/** A person who passes the step at which the other policy stops them passes the case, whatever comes later. */
function expectationOf({ isAdmitted, outcome }: Ended): NonNullable<Case["expect"]> {
  if (isAdmitted) return { verdict: "continue" };
  const reason = reasonOf(outcome);
  return { verdict: outcome.verdict, ...(reason !== undefined && { reason: reason as string }) };
}

function wordOf({ isAdmitted, step, outcome }: Ended): PolicyWord {
  const { verdict, rule, reasons } = outcome;
  return { isAdmitted, verdict, step, ...(rule !== undefined && { rule }), reasons: [...new Set(reasons)] };
}

/** A file of cases for those who were found. @param schema by which editors check the file */
export function foundCases(found: readonly FoundPerson[], which: "expectsToday" | "expectsDraft", schema: string): string {
  const cases = found.map((each) => each[which]);
  const file: CaseFile = { $schema: schema, cases };
  return `${jsonText(file, "")}\n`;
}

/** One thing about a sign-up. */
export interface FoundFact {
  /** "email", "extension_Code", "accessList": as a case names it. */
  readonly what: string;
  readonly is: string;
}

/** All that is known of a sign-up, in the words of cases. */
export function foundFacts({ request, rows = {}, answers = {}, earlier, repeat, now, ...more }: TriedSignUp): readonly FoundFact[] {
  const { email, attributes = {}, ...others } = request;
  return [
    { what: "email", is: email },
    ...Object.entries(others).map(([what, value]) => fact(what, value)),
    ...Object.entries(attributes).map(([what, value]) => ({ what, is: JSON.stringify(value) })),
    ...Object.entries(rows).flatMap(([what, all]) => rowFacts(what, all as readonly object[])),
    ...Object.entries(answers).map(([service, answer]) => fact(`${service} answers`, answer)),
    ...Object.entries({ earlier, repeat, ...ownMembers(more), now }).flatMap(([what, value]) =>
      value === undefined ? [] : [fact(what, value)],
    ),
  ];
}

/** Rows that differ in the person alone are counted. */
function rowFacts(table: string, rows: readonly object[]): readonly FoundFact[] {
  const words = rows.map((row) =>
    Object.entries(row)
      .filter(([name]) => name !== "by")
      .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(", "),
  );
  return [...new Set(words)].map((is) => {
    const times = words.filter((each) => each === is).length;
    return { what: table, is: times === 1 ? is : `${is} (${times} times)` };
  });
}

function fact(what: string, value: unknown): FoundFact {
  return { what, is: typeof value === "string" ? value : JSON.stringify(value) };
}
