import { isDeepStrictEqual } from "node:util";
import { AddressNeededError } from "../../engine/sign-up/failure";
import type { DecidingStep } from "../../engine/sign-up/sign-up";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import type { RowsById } from "../cases/rows";
import { CaseError, type CaseWorld, runCase } from "../cases/run-case";
import { without } from "./places";

/** One of the two policies, with what its own files put into the tables. */
export interface JudgedPolicy {
  readonly policy: readonly PolicyStep[];
  readonly rows: RowsById;
}

/** Today's and the draft's. */
export type Pair<T> = readonly [today: T, draft: T];

/** A draft's change for somebody: it lets them in or refuses them, and today's policy does the other. */
export type Direction = "admitted" | "refused";

/** Somebody who signs up, with all that is known before: a case without its claim. */
export type TriedSignUp = Omit<Case, "name" | "expect" | "step" | "body"> & { readonly request: NonNullable<Case["request"]> };

/** A sign-up's end under one policy. */
export interface Ended {
  readonly isAdmitted: boolean;
  /** Where it was stopped, or the last step. */
  readonly step: DecidingStep;
  readonly outcome: CaseOutcome;
  /** The case that shows it: with what an earlier step set. */
  readonly asked: TriedSignUp;
}

/** A candidate's result. */
export interface PairJudgement {
  readonly candidate: TriedSignUp;
  readonly ends: Pair<Ended>;
  /** Undefined where both end alike. */
  readonly direction: Direction | undefined;
  /** Alike for candidates that both policies treat alike, rule for rule. */
  readonly signature: string;
  /** Reasons to go on from it: the policies differ on the way, and each rule that was passed. */
  readonly worth: number;
}

/** Where a policy runs beside its rows. */
export type JudgeOptions = Pick<CaseWorld, "gate" | "now" | "listAttributes">;

/** Undefined where one of the policies cannot be asked. */
export type PairJudge = (candidate: TriedSignUp) => Promise<PairJudgement | undefined>;

/** Asks both policies about the same sign-up, each at all its steps, in memory. */
export function judgeOf([today, draft]: Pair<JudgedPolicy>, options: JudgeOptions): PairJudge {
  return async (candidate) => {
    try {
      const [was, is] = [await journey(candidate, today, options), await journey(candidate, draft, options)];
      if (was === undefined || is === undefined) return undefined;
      const [before, after] = [signatureOf(was), signatureOf(is)];
      const direction = was.isAdmitted === is.isAdmitted ? undefined : is.isAdmitted ? "admitted" : "refused";
      const worth = (before === after ? 0 : 200) + 100 * Math.max(passedBy(was), passedBy(is));
      return { candidate, ends: [was, is], direction, signature: `${before} | ${after}`, worth };
    } catch (error) {
      // Without an address nobody is counted: rows of the ledger cannot be made for them.
      if (error instanceof CaseError || error instanceof AddressNeededError) return undefined;
      throw error;
    }
  };
}

const passedBy = ({ outcome }: Ended) => outcome.trace.filter(({ said }) => said === "continue").length;

function signatureOf({ step, outcome: { verdict, reasons, asked, trace, failure } }: Ended): string {
  const said = trace.map(({ rule, said: how, findings }) => `${rule}:${how}${JSON.stringify(findings ?? {})}`);
  return JSON.stringify([step, verdict, reasons, asked, said, failure?.why]);
}

/** From the first step that asks about the person to the one that ends their sign-up. Undefined for a policy that asks about nobody. */
async function journey(candidate: TriedSignUp, { policy, rows }: JudgedPolicy, options: JudgeOptions): Promise<Ended | undefined> {
  const { request } = candidate;
  // A local account of Azure AD B2C skips the first step.
  const skipsFirst = request.tenant === "b2c" && (request.issuer ?? "mail") === "mail";
  let end: Ended | undefined;
  for (const step of ["after-sign-in", "before-create-user"] as const) {
    if ((skipsFirst && step === "after-sign-in") || policy.every((each) => each.step !== step)) continue;
    const set = end?.outcome.attributes ?? {};
    const attributes = Object.keys(set).length > 0 && { attributes: { ...set, ...request.attributes } };
    const world: CaseWorld = { ...options, policy, rows: [rows], answers: {}, step, onLate: () => undefined };
    const ended = await askedFor({ ...candidate, request: { ...request, ...attributes } }, world);
    end = { isAdmitted: ended.outcome.verdict === "continue", step, ...ended };
    if (!end.isAdmitted) break;
  }
  return end;
}

/** Without answers and rows that this step asks nobody for: a case that names them is wrong. */
async function askedFor(asked: TriedSignUp, world: CaseWorld): Promise<Pick<Ended, "asked" | "outcome">> {
  try {
    return { asked, outcome: await runCase({ ...asked, name: "tried" }, world) };
  } catch (error) {
    const [member, ...place] = error instanceof CaseError ? error.path.map(String) : [];
    if (place.length === 0 || (member !== "answers" && member !== "rows")) throw error;
    const less = without(asked, [member, ...place.slice(0, member === "rows" ? 2 : 1)]);
    if (isDeepStrictEqual(less, asked)) throw error;
    return await askedFor(less, world);
  }
}
