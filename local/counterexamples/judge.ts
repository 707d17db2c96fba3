import { dirname, relative } from "node:path";
import { AddressNeededError } from "../../engine/sign-up/address";
import { ruleOf } from "../../engine/sign-up/policy";
import type { DecidingStep, Step } from "../../engine/sign-up/sign-up";
import { type PolicyStep, usesOf } from "../../lib/policy-folder/policy-folder";
import type { Case } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import type { RowsById } from "../cases/rows";
import { CaseError, runCase } from "../cases/run-case";
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
  const isShared = (step: DecidingStep) => sameSource(policies, step);
  const shared = { "after-sign-in": isShared("after-sign-in"), "before-create-user": isShared("before-create-user") };
  return async (candidate) => {
    try {
      if (shared["after-sign-in"] && shared["before-create-user"]) return await judged(candidate, today, draft);
      if (shared["after-sign-in"]) {
        // Most candidates fare alike at the step that differs: the other then need not be asked.
        const last = await Promise.all([today, draft].map((each) => each("before-create-user", candidate)));
        const [one, other] = last as unknown as Pair<Ended | undefined>;
        if (one?.isAdmitted === other?.isAdmitted && one !== undefined && other !== undefined) return judgementOf([one, other]);
      }
      return await judged(candidate, today, draft);
    } catch (error) {
      // Without an address nobody is counted: rows of the ledger cannot be made for them.
      if (error instanceof CaseError || error instanceof AddressNeededError) return undefined;
      throw error;
    }
  };
}

async function judged(candidate: TriedSignUp, today: Asking, draft: Asking): Promise<PairJudgement | undefined> {
  const [one, other] = [await journey(candidate, today), await journey(candidate, draft)];
  return one === undefined || other === undefined ? undefined : judgementOf([one, other]);
}

function judgementOf(ends: Pair<Ended>): PairJudgement {
  const [today, draft] = ends.map(signatureOf) as [string, string];
  return { ends, signature: `${today} | ${draft}`, isUnlike: today !== draft };
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

interface Known {
  readonly services: ReadonlySet<string>;
  readonly limits: ReadonlySet<string>;
}

function knownTo(step: PolicyStep): Known {
  return {
    services: new Set(usesOf(step).flatMap((use) => ("service" in use ? [use.service] : []))),
    limits: new Set(
      step.policy.rules
        .map(ruleOf)
        .flatMap(({ counts, consumes = [] }) => (counts === undefined || consumes.includes("mailHost") ? [] : [counts])),
    ),
  };
}

/** Without answers and counts that this step asks nobody for: a case that names them is wrong. */
function forStep(candidate: TriedSignUp, { services, limits }: Known): TriedSignUp {
  const { answers, rows, ...rest } = candidate;
  const given = Object.fromEntries(Object.entries(answers ?? {}).filter(([name]) => services.has(name) || /[.:]/.test(name)));
  const { admitted = [], ...others } = rows ?? {};
  const counted = admitted.filter(({ limit }) => limits.has(limit));
  const left = { ...others, ...(counted.length > 0 && { admitted: counted }) };
  return {
    ...rest,
    ...(Object.keys(given).length > 0 && { answers: given }),
    ...(Object.keys(left).length > 0 && { rows: left as TriedSignUp["rows"] & object }),
  };
}

/** Whether two policies read the same at each step that asks about a person. */
export function readsSame(policies: Pair<JudgedPolicy>): boolean {
  return sameSource(policies, "after-sign-in") && sameSource(policies, "before-create-user");
}

/** Whether a step reads the same in both folders, with all that it may import, and so do the rows. */
function sameSource([today, draft]: Pair<JudgedPolicy>, step: DecidingStep): boolean {
  const textOf = ({ policy }: JudgedPolicy) => {
    const found = policy.find((each) => each.step === step);
    if (found === undefined) return "";
    const stepFiles = new Set(policy.map(({ file }) => file));
    const sources = policySources(found).filter(({ file }) => file === found.file || !stepFiles.has(file));
    return JSON.stringify(sources.map(({ file, text }) => [relative(dirname(found.file), file), text]));
  };
  return textOf(today) === textOf(draft) && rowsText(today) === rowsText(draft);
}

function rowsText({ rows }: JudgedPolicy): string {
  return JSON.stringify(Object.entries(rows).map(([table, byId]) => [table, [...byId]]));
}
