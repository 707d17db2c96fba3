import { join } from "node:path";
import { groupBy } from "../../engine/collections";
import { appRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { policyPath } from "../../lib/policy-folder/policy-files";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { ownMembers } from "../case-features";
import { caseFilesIn, readCaseFile } from "../cases/case-file";
import { installCaseTime } from "../cases/case-time";
import { mergeReasons } from "../cases/compare";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import { rowsInFolder } from "../cases/rows";
import type { Direction, Ended, JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { type Counterexample, type Searched, searchSignUps } from "./search";

/** Plain data, because it is sent to a thread. */
export interface FindAsked {
  /** The draft's folder, relative to the project or absolute. */
  readonly folder: string;
  /** The folder of today's policy. */
  readonly against: string;
  /** Undefined for the default gate. */
  readonly gate: string | undefined;
  readonly directions: readonly Direction[];
  readonly limitMs: number;
}

/** Plain JSON, because it comes from a thread. */
export interface FindResult extends Omit<Searched, "found"> {
  readonly ms: number;
  readonly found: readonly FoundPerson[];
}

export interface FoundPerson {
  readonly direction: Direction;
  /** The step at which one of the policies refuses the person. */
  readonly step: Ended["step"];
  readonly facts: readonly { readonly what: string; readonly is: string }[];
  readonly today: PolicyWord;
  readonly draft: PolicyWord;
  /** A case that expects today's answer. It fails until the draft is corrected. */
  readonly case: Case;
  /** A case that expects the draft's answer. Kept with the draft, the case marks the change as intended. */
  readonly accepting: Case;
}

export type PolicyWord = Pick<Ended, "isAdmitted" | "step"> & Pick<CaseOutcome, "verdict" | "rule" | "reasons">;

const MOST_SEEDS = 60;

/** Searches in memory only. Throws PolicyError. */
export async function findIn({ folder, against, gate, directions, limitMs }: FindAsked): Promise<FindResult> {
  // The time is installed before the policies are loaded, because they may keep a reference to `Date`.
  installCaseTime();
  const begunMs = performance.now();
  const now = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);
  const policies: Pair<JudgedPolicy> = [await judgedPolicy(against), await judgedPolicy(folder)];
  const [todays, drafts] = [await readCandidates(against), await readCandidates(folder)];
  const { found, ...counts } = await searchSignUps(policies, {
    ...{ gate, now, listAttributes: knownAttributesIn(appRoot)?.listAttributes, directions },
    seeds: [...drafts, ...todays].map(({ candidate }) => candidate).slice(0, MOST_SEEDS),
    accepted: drafts.filter(({ verdict }) => verdict !== undefined),
    mayTry: () => performance.now() - begunMs < limitMs,
  });
  return { ...counts, ms: Math.round(performance.now() - begunMs), found: found.map((each) => foundPerson(each, now)) };
}

async function judgedPolicy(folder: string): Promise<JudgedPolicy> {
  return { policy: loadPolicyFolder(folder), rows: await rowsInFolder(join(policyPath(folder), "cases")) };
}

/** Leaves out cases that give a whole `body` in place of a `request`. */
async function readCandidates(
  folder: string,
): Promise<readonly { readonly candidate: TriedSignUp; readonly verdict: string | undefined }[]> {
  const files = await Promise.all(caseFilesIn(join(policyPath(folder), "cases")).map(readCaseFile));
  return files.flatMap(({ content: file }) =>
    file.cases.flatMap(({ request, rows, answers, earlier, repeat, now = file.now, expect, ...more }) => {
      if (request === undefined) return [];
      const all = { ...ownMembers(more), earlier, repeat, now, rows: { ...file.rows, ...rows }, answers: { ...file.answers, ...answers } };
      const members = Object.entries(all).filter(([, member]) => member !== undefined);
      return [{ candidate: { request, ...Object.fromEntries(members) }, verdict: expect?.verdict }];
    }),
  );
}

function foundPerson({ direction, candidate, ends: [today, draft] }: Counterexample, now: Date): FoundPerson {
  const { step, asked } = today.isAdmitted ? draft : today;
  const buildCase = ({ isAdmitted, outcome }: Ended): Case => {
    const { verdict } = outcome;
    const reason = mergeReasons(outcome) as string | undefined;
    return {
      name: `${candidate.request.email} ${isAdmitted ? "gets in" : "stays out"}`,
      ...{ step, now: now.toISOString(), ...asked },
      // If the person gets in, the verdict is "continue", which has no reason.
      expect: isAdmitted || reason === undefined ? { verdict } : { verdict, reason },
    };
  };
  const cases = { case: buildCase(today), accepting: buildCase(draft) };
  return { direction, step, facts: listSignUpFacts(candidate), today: toPolicyWord(today), draft: toPolicyWord(draft), ...cases };
}

function toPolicyWord({ isAdmitted, step, outcome: { verdict, rule, reasons } }: Ended): PolicyWord {
  return { isAdmitted, verdict, step, rule, reasons: [...new Set(reasons)] };
}

/** Equal facts are listed once, with their number. Rows that differ only in `by`, the person, are equal. */
function listSignUpFacts({ request: { attributes = {}, ...person }, rows = {}, answers = {}, ...more }: TriedSignUp): FoundPerson["facts"] {
  const formatFactValue = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const rowText = ({ by: _, ...cells }: Readonly<Record<string, unknown>>) =>
    Object.entries(cells).map(([name, value]) => `${name} ${formatFactValue(value)}`);
  const facts: readonly (readonly [what: string, is: string])[] = [
    ...Object.entries({ ...person, ...more }).map(([what, value]) => [what, formatFactValue(value)] as const),
    ...Object.entries(attributes).map(([what, value]) => [what, JSON.stringify(value)] as const),
    ...Object.entries(rows).flatMap(([what, all]) => all.map((row) => [what, rowText({ ...row }).join(", ")] as const)),
    ...Object.entries(answers).map(([service, answer]) => [`${service} answers`, formatFactValue(answer)] as const),
  ];
  return [...groupBy(facts, String).values()].map(([[what, is] = ["", ""], ...others]) => {
    return { what, is: others.length === 0 ? is : `${is} (${others.length + 1} times)` };
  });
}
