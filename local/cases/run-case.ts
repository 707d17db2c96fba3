import { setImmediate as nextTurn } from "node:timers/promises";
import * as v from "valibot";
import { system } from "../../adapters/system";
import { nearest } from "../../engine/problem-texts";
import type { Dialect } from "../../engine/protocols/dialect";
import type { Decision } from "../../engine/sign-up/decision";
import { answerWithoutRules, refusal, UNAVAILABLE, UnfinishedError } from "../../engine/sign-up/failure";
import { keyedHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Policy, unwrapRule, withTrust } from "../../engine/sign-up/policy";
import type { LastRule } from "../../engine/sign-up/ports";
import { recordId } from "../../engine/sign-up/records";
import type { AnyRule, ShadowRule } from "../../engine/sign-up/rule";
import { type Attributes, type SignUp, type Step, steps } from "../../engine/sign-up/sign-up";
import { describeFailure } from "../../engine/sign-up/state";
import { MS_PER_MINUTE, readDeadlineMs } from "../../engine/sign-up/time";
import type { Effect, Write } from "../../engine/sign-up/verdict";
import { countingRows } from "../../features/counting-rows";
import { decidingParts } from "../../features/deciding-parts";
import { decideFully } from "../../features/shadow/shadows";
import { type PolicyStep, usesOfRules } from "../../lib/policy-folder/policy-folder";
import { type Flaw, type Path, pathWords } from "../../lib/schema-flaws";
import { caseWords } from "../case-features";
import type { BeforeCase, WhoBefore } from "../case-words";
import { caseClock, standingStill } from "./case-time";
import { type Mismatch, mismatches } from "./compare";
import { type Answers, type Case, type EarlierSignUp, listEarlierEvents, type RecordedAnswer } from "./format";
import { type LooseEnd, type LooseEnds, watchingLooseEnds } from "./loose-ends";
import { type CaseOutcome, caseOutcome } from "./outcome";
import { answeredBy, type MadeCall, type NamedService, Outside } from "./outside";
import { type AskedAt, askedRequest } from "./request";
import { allRows, type CaseTables, caseRows, caseTables, type RowsById } from "./rows";

/** Thrown if a case cannot be run as written. */
export class CaseError extends Error {
  override readonly name = "CaseError";
  constructor(
    message: string,
    readonly path: Path,
  ) {
    super(message);
  }
}

export interface CaseWorld extends AskedAt {
  readonly policy: readonly PolicyStep[];
  /** First the rows in the folder's CSV files, then the rows in the case file. */
  readonly rows: readonly RowsById[];
  readonly answers: Answers;
  readonly step: Step;
  readonly now: Date;
  /** If absent, the tables in memory have `rows` and the case's own rows. */
  readonly tables?: CaseTables;
  /** Answers to the case's own request, in the order of the calls, in place of all others. */
  readonly recorded?: readonly RecordedAnswer[];
  /** @default hashes with a key for cases */
  readonly hashes?: PersonHashes;
  /** Receives failures that happen after the decision, or outside every rule. @default throws, which ends the run of all cases */
  readonly onLate?: (end: Partial<LooseEnd>) => void;
}

const caseHashes: PersonHashes = { hashOf: keyedHash("cases") };

export interface RanCase extends CaseOutcome {
  readonly earlier: readonly Mismatch[];
  /** One sentence each. */
  readonly hints: readonly string[];
}

/** Throws CaseError if the case cannot be run as written. */
export async function runCase(each: Case, world: CaseWorld): Promise<RanCase> {
  const now = each.now === undefined ? world.now : new Date(each.now);
  const gate = each.gate ?? world.gate;
  const run: CaseRun = {
    case: each,
    policy: world.policy,
    tables: world.tables ?? caseTables(allRows(world.rows, caseRows(each.rows, ["rows"]).byId)),
    answers: { ...world.answers, ...each.answers },
    gate: gate === "default" ? undefined : gate,
    listAttributes: world.listAttributes,
    tracesAccounts: world.policy.some(({ step }) => step === "before-sending-token"),
    now,
    step: each.step ?? world.step,
    recorded: world.recorded,
    hashes: world.hashes ?? caseHashes,
    answered: [],
    onLate: world.onLate ?? failLate,
  };
  const asking = findPolicyStep(run, run.step, ["step"]);
  assertKnown(world.answers, world.policy, []);
  assertKnown(each.answers ?? {}, [asking], ["answers"]);
  const rules = asking.policy.rules.map(unwrapRule);
  const { rows = {} } = each;
  const flaw = flawOfRows(rows, rules);
  if (flaw !== undefined) throw new CaseError(flaw.problem, ["rows", ...flaw.path]);
  const inWords = { now, hashOf: run.hashes.hashOf, signUpOf: (who: WhoBefore) => buildEarlierSignUp(run, who), rules };
  await writeAll(
    run,
    caseWords.flatMap((words) => words.written?.(rows, inWords) ?? []),
  );
  const earlier = await goThrough(run);
  await writeAll(
    run,
    caseWords.flatMap((words) => words.set?.(each, run.gate) ?? []),
  );
  const { repeat = 1 } = each;
  for (let turn = 1; turn < repeat; turn++) await runSignUp(run, {}, ["answers"], { turn });
  return { ...(await runTurn(run, {}, ["answers"], { turn: repeat, recorded: run.recorded })), earlier, hints: missedWindows(run) };
}

interface CaseRun extends AskedAt {
  readonly case: Case;
  readonly policy: readonly PolicyStep[];
  readonly tables: CaseTables;
  readonly answers: Answers;
  readonly now: Date;
  readonly step: Step;
  readonly recorded: CaseWorld["recorded"];
  readonly hashes: PersonHashes;
  /** Attributes that earlier steps of the person's sign-up set, in the order in which the steps ran. */
  readonly answered: { readonly step: Step; readonly attributes: Attributes }[];
  readonly onLate: NonNullable<CaseWorld["onLate"]>;
}

/** Returns the first flaw in a case's rows. Undefined if there is none. @param rules of the case's step */
export function flawOfRows(rows: NonNullable<Case["rows"]>, rules: readonly AnyRule[]): Flaw | undefined {
  return caseWords.map((words) => words.rowsFlaw?.(rows, rules)).find((flaw) => flaw !== undefined);
}

async function writeAll({ tables }: CaseRun, effects: readonly Effect[]): Promise<void> {
  for (const effect of effects) await tables.write(effect);
}

function buildEarlierSignUp(run: CaseRun, who: WhoBefore): SignUp {
  const { case: each, step } = run;
  const { email = each.request?.email, ...rest } = typeof who === "string" ? { email: who } : who;
  const { parsed } = askedRequest(each, step, run, { ...rest, email: email === each.request?.email ? undefined : email });
  if (parsed.ok) return withTrust(parsed.received, findPolicyStep(run, step, ["step"]).policy);
  throw new CaseError(`${email} is no address that a sign-up can have`, ["rows"]);
}

/** Adds the attributes that earlier steps set. The case's own values take precedence. Another person's sign-up adds nothing. */
function caseAt({ case: each, answered }: CaseRun, step: Step, other: EarlierSignUp): Case {
  const before = answered.filter((one) => steps.indexOf(one.step) < steps.indexOf(step)).map(({ attributes }) => attributes);
  if (each.request === undefined || before.length === 0 || isSomebodyElse(other)) return each;
  return { ...each, request: { ...each.request, attributes: Object.assign({}, ...before, each.request.attributes) as Attributes } };
}

function isSomebodyElse({ email, issuer, accountId }: EarlierSignUp): boolean {
  return [email, issuer, accountId].some((each) => each !== undefined);
}

function findPolicyStep({ policy }: Pick<CaseRun, "policy">, step: Step, path: Path): PolicyStep {
  const policyStep = policy.find((one) => one.step === step);
  if (policyStep === undefined)
    throw new CaseError(`the policy has no ${step}.ts: it has ${policy.map((one) => one.step).join(", ")}`, path);
  return policyStep;
}

/** Throws CaseError for a name in `answers` that is neither a service of the steps' rules nor a host. */
function assertKnown(answers: Answers, asking: readonly PolicyStep[], path: Path): void {
  const services = listServiceNames(asking.flatMap(({ policy }) => policy.rules.map(unwrapRule)));
  const odd = Object.keys(answers).find((name) => !services.includes(name) && !/[.:]/.test(name));
  if (odd === undefined) return;
  const steps = asking.map(({ step }) => step).join(" or ");
  const there = services.length === 0 ? `: no rule of ${steps} names a service` : nearest(odd, services);
  throw new CaseError(`no rule of ${steps} asks ${odd}${there}`, [...path, odd]);
}

function listServiceNames(rules: readonly AnyRule[]): readonly string[] {
  return namedBy(rules).map(({ service }) => service);
}

function namedBy(rules: readonly AnyRule[]): readonly NamedService[] {
  return usesOfRules(rules).flatMap((use) => ("service" in use ? [use] : []));
}

interface Asked {
  readonly request: ReturnType<typeof askedRequest>;
  readonly decision: Decision;
  readonly calls: readonly MadeCall[];
  readonly policy: Policy;
  readonly now: Date;
}

interface Turn {
  /** The number of the turn, counted from 1. */
  readonly turn: number;
  readonly recorded?: CaseWorld["recorded"];
}

async function runTurn(run: CaseRun, other: EarlierSignUp, path: Path, asking: Turn): Promise<CaseOutcome> {
  const { gate, tables, hashes } = run;
  const before = tables.approvals();
  const { request, decision, calls, policy, now } = await runSignUp(run, other, path, asking);
  const approvals = { before: new Map([...before, ...(tables.found?.() ?? [])]), after: tables.approvals() };
  const services = listServiceNames(policy.rules.map(unwrapRule));
  return caseOutcome({ request, decision, policy, gate, now, hashOf: hashes.hashOf, outside: calls, services, approvals });
}

async function runSignUp(run: CaseRun, other: EarlierSignUp, path: Path, { turn, recorded }: Turn): Promise<Asked> {
  const step = other.step ?? run.step;
  const { policy } = findPolicyStep(run, step, path);
  const repeats = run.case.repeat !== undefined || other.repeat !== undefined;
  const now = other.now === undefined ? run.now : new Date(other.now);
  const request = standingStill(now, () => askedRequest(caseAt(run, step, other), step, run, other, repeats ? turn : undefined));
  const clock = caseClock(now);
  const outside = new Outside({ ...run.answers, ...other.answers }, clock.skip, recorded);
  const posture = (decidingParts as { readonly lastRule?: (gate: string | undefined) => LastRule }).lastRule?.(run.gate);
  const { parsed } = request;
  let hasFailed = false;
  const late = (end: Partial<LooseEnd>) => {
    if (!hasFailed) run.onLate(end);
  };
  const decision = parsed.ok
    ? await standingStill(now, () =>
        watchingLooseEnds(late, async (looseEnds) => {
          const rules = policy.rules.map((entry) => watchedBy(outside, looseEnds, entry));
          const fullDecision = await decideFully({ ...policy, rules }, parsed.received, {
            ...run.tables,
            secret: async (name) => {
              await nextTurn();
              return buildExampleSecret(name, policy);
            },
            ...run.hashes,
            ...system,
            counts: countingRows,
            lastRule: posture,
            beginSearch: request.dialect.beginSearch,
            clock,
            now,
            remainingMs: readDeadlineMs(policy),
          });
          return leftBehind(fullDecision, await looseEnds.failed(), policy);
        }),
      )
    : refusal(parsed.reason, step);
  const personWrite = parsed.ok ? selectPersonWrite(request.dialect, run, parsed.received, decision, now) : undefined;
  if (personWrite !== undefined) await run.tables.write(personWrite);
  hasFailed = decision.trace.some(({ said }) => said === "failed");
  const { unanswered } = outside;
  // If the decision failed because a rule does not await its call, the missing await is the mistake, not the missing answer.
  if (unanswered !== undefined && !(decision.failure?.error instanceof UnfinishedError)) {
    const { service, method, url } = unanswered;
    if (recorded !== undefined) {
      throw new CaseError(`the policy asks ${service} (${method} ${url}), which the sign-up did not: there is no answer to that`, path);
    }
    throw new CaseError(
      `the policy asks ${service} (${method} ${url}), and the case has no answer: write "answers": { ${JSON.stringify(service)}: { "body": … } }, or "timeout"`,
      path,
    );
  }
  return { request, decision, calls: outside.calls, policy, now };
}

/** The step's write about the person, in addition to the decision's record. Undefined unless the answer is "continue". */
function selectPersonWrite(
  { kept }: Dialect,
  { hashes }: CaseRun,
  received: SignUp,
  { answer, identification }: Decision,
  now: Date,
): Write | undefined {
  if (answer.kind !== "continue") return undefined;
  const { signUp = received, newRow } = identification ?? {};
  return newRow ?? kept?.(signUp, answer.attributes, hashes.hashOf, now);
}

function failLate({ rule, error }: Partial<LooseEnd>): never {
  throw new Error(`${rule === undefined ? "work" : `work of the rule "${rule}"`} failed with nobody waiting for it: await every promise`, {
    cause: error,
  });
}

/** A decision that has failed already stays as it is. */
function leftBehind(decision: Decision, [end]: readonly LooseEnd[], { step }: Policy): Decision {
  if (end === undefined || decision.failure !== undefined) return decision;
  const trace = [...decision.trace, { rule: end.rule, said: "failed" as const, ...describeFailure(end.error) }];
  return { ...decision, answer: answerWithoutRules(UNAVAILABLE, step), decidedBy: end.rule, trace, failure: { why: "rule", ...end } };
}

function watchedBy(outside: Outside, looseEnds: LooseEnds, entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  if ("shadow" in entry) return { shadow: watchedBy(outside, looseEnds, entry.shadow) as AnyRule };
  if (entry.decide === undefined) return entry;
  const services = namedBy([entry]);
  const decide: AnyRule["decide"] = (signUp, context) =>
    looseEnds.of(entry.name, () => answeredBy(outside, services, () => entry.decide?.(signUp, context) as never));
  return { ...entry, decide };
}

/** Builds the value that `npm start` gives a policy's secret. */
function buildExampleSecret(name: string, { rules }: Policy): string {
  const uses = usesOfRules(rules.map(unwrapRule));
  const shape = uses.find((use) => "secret" in use && use.secret === name && use.shape !== undefined);
  return shape !== undefined && "shape" in shape ? JSON.stringify(shape.shape) : "an-example-secret";
}

async function goThrough(run: CaseRun): Promise<readonly Mismatch[]> {
  const unlike: Mismatch[] = [];
  for (const [each, path] of listEarlierEvents(run.case)) {
    if (typeof each === "string") {
      await causeEvent(each, run, path);
      continue;
    }
    for (let turn = 1; turn <= (each.repeat ?? 1); turn++) {
      const outcome = await runTurn(run, { ...each, now: computeEarlierTime(each, run) }, path, { turn });
      const foundMismatches = each.expect === undefined ? [] : mismatches(each.expect, outcome);
      if (outcome.verdict === "continue" && !isSomebodyElse(each)) {
        run.answered.push({ step: each.step ?? run.step, attributes: outcome.attributes });
      }
      unlike.push(...foundMismatches.map(({ what, ...rest }) => ({ what: `${pathWords(path)}.${what}`, ...rest })));
      if (foundMismatches.length > 0) break;
    }
  }
  return unlike;
}

function computeEarlierTime({ now, minutesBefore = 60 }: EarlierSignUp, run: CaseRun): string {
  return now ?? before(run.now, minutesBefore * MS_PER_MINUTE);
}

/** Explains why a rule does not count an earlier event: the rule's counter begins anew each hour or day. */
function missedWindows(run: CaseRun): readonly string[] {
  const earlier = listEarlierEvents(run.case);
  if (earlier.length === 0) return [];
  const { parsed } = askedRequest(run.case, run.step, run);
  if (!parsed.ok) return [];
  const { hashOf } = run.hashes;
  const { received } = parsed;
  const rules = findPolicyStep(run, run.step, ["step"]).policy.rules.map(unwrapRule);
  const keysAt = ({ needs }: AnyRule, at: Date) => (needs?.(received, hashOf, at) ?? []).map(recordId);
  return earlier.flatMap(([each, path]) => {
    if (typeof each === "string") return [];
    const name = pathWords(path);
    const then = new Date(computeEarlierTime(each, run));
    return rules.flatMap((rule) => {
      const keys = new Set(keysAt(rule, then));
      if (rule.counts === undefined || keysAt(rule, run.now).every((key) => keys.has(key))) return [];
      return [
        `${name} came at ${then.toISOString()}, before a window of ${rule.name} that the case falls into, and does not count there: set "now" of the case, such as "2026-06-15T12:30:00Z", and "minutesBefore" of ${name}`,
      ];
    });
  });
}

function before(now: Date, ms: number): string {
  return new Date(now.getTime() - ms).toISOString();
}

async function causeEvent(word: string, run: CaseRun, path: Path): Promise<void> {
  const { parsed } = askedRequest(run.case, run.step, run);
  const before: BeforeCase = {
    now: run.now,
    gate: run.gate,
    hashOf: run.hashes.hashOf,
    signUp: parsed.ok ? parsed.received : undefined,
    async signsUp(at) {
      const { request, decision } = await runSignUp(run, { step: "before-create-user", now: at.toISOString() }, path, { turn: 1 });
      return { signUp: request.parsed.ok ? request.parsed.received : undefined, decision };
    },
    row: (key) => run.tables.row(key),
    write: (write) => run.tables.write(write),
  };
  const words = caseWords.find(({ earlier }) => earlier !== undefined && v.is(earlier, word));
  const problem = await words?.happen?.(word, before);
  if (problem !== undefined) throw new CaseError(problem, path);
}
