import { isDeepStrictEqual } from "node:util";
import { AddressNeededError } from "../../engine/sign-up/failure";
import type { DecidingStep } from "../../engine/sign-up/sign-up";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import type { RowsById } from "../cases/rows";
import { CaseError, type CaseWorld, runCase } from "../cases/run-case";
import { without } from "./values";

/** A policy with the rows in its own files. */
export interface JudgedPolicy {
  readonly policy: readonly PolicyStep[];
  readonly rows: RowsById;
}

export type Pair<T> = readonly [today: T, draft: T];

/** The draft's effect on a person for whom today's policy does the opposite. */
export type Direction = "admitted" | "refused";

/** A sign-up, and everything that is known before the sign-up: a case without its name, its step and its expectation. */
export type TriedSignUp = Omit<Case, "name" | "expect" | "step" | "body"> & { readonly request: NonNullable<Case["request"]> };

export interface Ended {
  readonly isAdmitted: boolean;
  /** The step that ended the sign-up, or the last step. */
  readonly step: DecidingStep;
  readonly outcome: CaseOutcome;
  /** The sign-up as `step` received it, with the attributes that earlier steps set. */
  readonly asked: TriedSignUp;
}

export interface PairJudgement {
  readonly candidate: TriedSignUp;
  readonly ends: Pair<Ended>;
  /** The draft's effect; undefined if the policies agree to admit or to refuse the person. */
  readonly direction: Direction | undefined;
  /** Two candidates have the same signature if each of the policies treats the two alike, rule for rule. */
  readonly signature: string;
  /**
   * The candidate's priority as a start for further changes: higher if the policies treat the candidate differently, and with each rule
   * that the candidate passes.
   */
  readonly worth: number;
}

export type JudgeOptions = Pick<CaseWorld, "gate" | "now" | "listAttributes">;

/** Returns undefined if one of the policies cannot answer. */
export type PairJudge = (candidate: TriedSignUp) => Promise<PairJudgement | undefined>;

/** Runs both policies at all their steps, in memory. */
export function createPairJudge([today, draft]: Pair<JudgedPolicy>, options: JudgeOptions): PairJudge {
  return async (candidate) => {
    try {
      const [was, is] = [await journey(candidate, today, options), await journey(candidate, draft, options)];
      if (was === undefined || is === undefined) return undefined;
      const [before, after] = [buildEndSignature(was), buildEndSignature(is)];
      const direction = was.isAdmitted === is.isAdmitted ? undefined : is.isAdmitted ? "admitted" : "refused";
      const worth = (before === after ? 0 : 200) + 100 * Math.max(passedBy(was), passedBy(is));
      return { candidate, ends: [was, is], direction, signature: `${before} | ${after}`, worth };
    } catch (error) {
      // A sign-up without an address cannot be judged if it has a row of the usage table (AddressNeededError).
      if (error instanceof CaseError || error instanceof AddressNeededError) return undefined;
      throw error;
    }
  };
}

const passedBy = ({ outcome }: Ended) => outcome.trace.filter(({ said }) => said === "continue").length;

function buildEndSignature({ step, outcome: { verdict, reasons, asked, trace, failure } }: Ended): string {
  const resultTexts = trace.map(({ rule, said: how, findings }) => `${rule}:${how}${JSON.stringify(findings ?? {})}`);
  return JSON.stringify([step, verdict, reasons, asked, resultTexts, failure?.why]);
}

async function journey(candidate: TriedSignUp, { policy, rows }: JudgedPolicy, options: JudgeOptions): Promise<Ended | undefined> {
  const { request } = candidate;
  // A local account of Azure AD B2C skips the first step.
  const skipsFirst = request.tenant === "b2c" && (request.issuer ?? "mail") === "mail";
  let end: Ended | undefined;
  for (const step of ["after-sign-in", "before-create-user"] as const) {
    if ((skipsFirst && step === "after-sign-in") || policy.every((each) => each.step !== step)) continue;
    const setValues = end?.outcome.attributes ?? {};
    const attributes = Object.keys(setValues).length > 0 && { attributes: { ...setValues, ...request.attributes } };
    const world: CaseWorld = { ...options, policy, rows: [rows], answers: {}, step, onLate: () => undefined };
    const endResult = await askedFor({ ...candidate, request: { ...request, ...attributes } }, world);
    end = { isAdmitted: endResult.outcome.verdict === "continue", step, ...endResult };
    if (!end.isAdmitted) break;
  }
  return end;
}

/** Leaves out answers and rows that this step does not use, because a case that names them is invalid. */
async function askedFor(triedSignUp: TriedSignUp, world: CaseWorld): Promise<Pick<Ended, "asked" | "outcome">> {
  try {
    return { asked: triedSignUp, outcome: await runCase({ ...triedSignUp, name: "tried" }, world) };
  } catch (error) {
    const [member, ...place] = error instanceof CaseError ? error.path.map(String) : [];
    if (place.length === 0 || (member !== "answers" && member !== "rows")) throw error;
    const less = without(triedSignUp, [member, ...place.slice(0, member === "rows" ? 2 : 1)]);
    if (isDeepStrictEqual(less, triedSignUp)) throw error;
    return await askedFor(less, world);
  }
}
