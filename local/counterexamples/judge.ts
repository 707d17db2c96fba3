import { dirname, relative } from "node:path";
import { AddressNeededError } from "../../engine/sign-up/address";
import { ruleOf } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";
import type { DecidingStep, Step } from "../../engine/sign-up/sign-up";
import { type PolicyStep, usesOf } from "../../lib/policy-folder/policy-folder";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import type { RowsById } from "../cases/rows";
import { CaseError, flawOfRows, runCase } from "../cases/run-case";
import { policySources } from "./policy-sources";

/** One of the two policies, with what its own files put into the tables. */
export interface JudgedPolicy {
  readonly policy: readonly PolicyStep[];
  readonly rows: RowsById;
}

/** Somebody who signs up, with all that is known before: a case without its claim. */
export type TriedSignUp = Omit<Case, "name" | "expect" | "step" | "body"> & { readonly request: NonNullable<Case["request"]> };

/** How a sign-up ends under one policy. */
export interface Ended {
  readonly isAdmitted: boolean;
  /** Where it was stopped, or the last step. */
  readonly step: DecidingStep;
  readonly outcome: CaseOutcome;
  /** The case that shows it: with what an earlier step set. */
  readonly asked: TriedSignUp;
}

/** Today's and the draft's. */
export type Pair<T> = readonly [today: T, draft: T];

/** Where a policy runs beside its rows. */
export interface JudgeOptions {
  readonly gate?: string | undefined;
  readonly now: Date;
  readonly listAttributes?: readonly string[] | undefined;
}

/** What became of a candidate; undefined where one of the policies cannot be asked. */
export interface PairJudgement {
  readonly ends: Pair<Ended>;
  /** Alike for candidates that both policies treat alike, rule for rule. */
  readonly signature: string;
  /** Whether the policies' rules said different things on the way. */
  readonly isUnlike: boolean;
}

export type PairJudge = (candidate: TriedSignUp) => Promise<PairJudgement | undefined>;

/** Asks both policies about the same sign-up, each at all its steps, in memory. */
export function judgeOf(policies: Pair<JudgedPolicy>, options: JudgeOptions): PairJudge {
  const [today, draft] = policies.map((each) => asking(each, options)) as unknown as Pair<Asking>;
  return async (candidate) => {
    try {
      const [one, other] = [await journey(candidate, today), await journey(candidate, draft)];
      if (one === undefined || other === undefined) return undefined;
      const [before, after] = [signatureOf(one), signatureOf(other)];
      return { ends: [one, other], signature: `${before} | ${after}`, isUnlike: before !== after };
    } catch (error) {
      // Without an address nobody is counted: rows of the ledger cannot be made for them.
      if (error instanceof CaseError || error instanceof AddressNeededError) return undefined;
      throw error;
    }
  };
}

function signatureOf({ isAdmitted, step, outcome }: Ended): string {
  const { verdict, reasons, asked, trace, failure } = outcome;
  const said = trace.map(({ rule, said: word, findings }) => `${rule}:${word}${JSON.stringify(findings ?? {})}`);
  return JSON.stringify([isAdmitted, step, verdict, reasons, asked, said, failure?.why]);
}

/** From the first step that asks about the person to the one that ends their sign-up. Undefined for a policy that asks about nobody. */
async function journey(candidate: TriedSignUp, ask: Asking): Promise<Ended | undefined> {
  // A local account of Azure AD B2C skips the first step.
  const skipsFirst = candidate.request.tenant === "b2c" && (candidate.request.issuer ?? "mail") === "mail";
  const first = skipsFirst ? undefined : await ask("after-sign-in", candidate);
  if (first !== undefined && !first.isAdmitted) return first;
  const set = first?.outcome.attributes ?? {};
  const { request } = candidate;
  const next =
    Object.keys(set).length === 0 ? candidate : { ...candidate, request: { ...request, attributes: { ...set, ...request.attributes } } };
  return (await ask("before-create-user", next)) ?? first;
}

/** Undefined at a step that the policy has not. */
type Asking = (step: DecidingStep, candidate: TriedSignUp) => Promise<Ended | undefined>;

function asking({ policy, rows }: JudgedPolicy, { gate, now, listAttributes }: JudgeOptions): Asking {
  const known = new Map(policy.map((each) => [each.step as Step, knownTo(each)]));
  return async (step, candidate) => {
    const at = known.get(step);
    if (at === undefined) return undefined;
    const asked = forStep(candidate, at);
    const onLate = () => undefined;
    const outcome = await runCase(
      { ...asked, name: "tried" },
      { policy, rows: [rows], answers: {}, gate, step, now, listAttributes, onLate },
    );
    return { isAdmitted: outcome.verdict === "continue", step, outcome, asked };
  };
}

/** What a step asks. */
function knownTo(step: PolicyStep) {
  return { services: new Set(servicesOf([step])), rules: step.policy.rules.map(ruleOf) };
}

/** The systems outside that steps may ask. */
export function servicesOf(steps: readonly PolicyStep[]): readonly string[] {
  return [...new Set(steps.flatMap(usesOf).flatMap((use) => ("service" in use ? [use.service] : [])))];
}

/** Without answers and rows that this step asks nobody for: a case that names them is wrong. */
function forStep({ answers = {}, rows = {}, ...rest }: TriedSignUp, { services, rules }: ReturnType<typeof knownTo>): TriedSignUp {
  const given = Object.entries(answers).filter(([name]) => services.has(name) || /[.:]/.test(name));
  const left = askedFor(rows, rules);
  return {
    ...rest,
    ...(given.length > 0 && { answers: Object.fromEntries(given) }),
    ...(Object.keys(left).length > 0 && { rows: left }),
  };
}

type RowsOf = NonNullable<TriedSignUp["rows"]>;

function askedFor(rows: RowsOf, rules: readonly AnyRule[]): RowsOf {
  const [name, index] = flawOfRows(rows, rules)?.path ?? [];
  if (name === undefined) return rows;
  const { [name as keyof RowsOf]: all = [], ...others } = rows;
  const left = (all as readonly object[]).filter((_, place) => place !== index);
  return askedFor({ ...others, ...(left.length > 0 && { [name]: left }) }, rules);
}

/** Whether both folders read the same, with all that they may import, and so do their rows. */
export function readsSame(policies: Pair<JudgedPolicy>): boolean {
  const [today, draft] = policies.map(({ policy, rows }) => {
    const sources = policy.map((step) => policySources(step).map(({ file, text }) => [relative(dirname(step.file), file), text]));
    return JSON.stringify([sources, Object.entries(rows).map(([table, byId]) => [table, [...byId]])]);
  });
  return today === draft;
}
