import { reasonOf } from "../cases/compare";
import type { Case } from "../cases/format";
import type { Direction, Ended, PolicyWord, TriedSignUp } from "./judge";
import type { Counterexample } from "./search";

/** A person that two policies treat differently, to be shown and kept. Plain JSON: it comes from a thread. */
export interface FoundPerson {
  readonly direction: Direction;
  /** Where the policies part. */
  readonly step: PolicyWord["step"];
  readonly candidate: TriedSignUp;
  readonly today: PolicyWord;
  readonly draft: PolicyWord;
  /** Expects today's answer: it fails until the draft is corrected. */
  readonly case: Case;
  /** Expects the draft's answer: kept beside the draft, it says that the change is intended. */
  readonly accepting: Case;
}

export function foundPerson({ direction, candidate, ends: [today, draft] }: Counterexample, now: Date): FoundPerson {
  const { word, asked } = today.word.isAdmitted ? draft : today;
  const caseOf = ({ word: { isAdmitted, verdict }, outcome }: Ended): Case => {
    const reason = reasonOf(outcome);
    return {
      name: `${candidate.request.email} ${isAdmitted ? "gets in" : "stays out"}`,
      ...{ step: word.step, now: now.toISOString(), ...asked },
      // A person who passes the step at which the other policy stops them passes the case, whatever comes later.
      expect: isAdmitted ? { verdict } : { verdict, ...(reason !== undefined && { reason: reason as string }) },
    };
  };
  return { direction, step: word.step, candidate, today: today.word, draft: draft.word, case: caseOf(today), accepting: caseOf(draft) };
}

/** One thing about a sign-up. */
export interface FoundFact {
  /** "email", "extension_Code", "accessList": as a case names it. */
  readonly what: string;
  readonly is: string;
}

/** All that is known of a sign-up, in the words of cases. What is there several times is counted. */
export function foundFacts({ request, rows = {}, answers = {}, ...more }: TriedSignUp): readonly FoundFact[] {
  const { attributes = {}, ...person } = request;
  const facts = [
    ...Object.entries(person),
    ...Object.entries(attributes).map(([what, value]) => [what, JSON.stringify(value)] as const),
    ...Object.entries(rows).flatMap(([what, all]) => (all as readonly object[]).map((row) => [what, rowText(row)] as const)),
    ...Object.entries(answers).map(([service, answer]) => [`${service} answers`, answer] as const),
    ...Object.entries(more),
  ].map(([what, value]) => ({ what, is: textOf(value) }));
  const timesOf = ({ what, is }: FoundFact) => facts.filter((each) => each.what === what && each.is === is).length;
  const distinct = [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
  return distinct.map((fact) => (timesOf(fact) === 1 ? fact : { ...fact, is: `${fact.is} (${timesOf(fact)} times)` }));
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Without whom it is of: rows that differ in the person alone are alike. */
function rowText(row: object): string {
  const cells = Object.entries(row).filter(([name]) => name !== "by");
  return cells.map(([name, value]) => `${name} ${textOf(value)}`).join(", ");
}
