import { system } from "../../adapters/system";
import { addressOf } from "../../engine/sign-up/address";
import { deadlineOf } from "../../engine/sign-up/deadline";
import { type Decision, refusal, UNAVAILABLE, withoutRules } from "../../engine/sign-up/decision";
import { behindFailure } from "../../engine/sign-up/evaluate-rule";
import { keyedHash, type PersonHashes } from "../../engine/sign-up/person";
import { type Policy, ruleOf } from "../../engine/sign-up/policy";
import { recordId } from "../../engine/sign-up/records";
import type { AnyRule, ShadowRule } from "../../engine/sign-up/rule";
import { type Attributes, type SignUp, type Step, steps } from "../../engine/sign-up/sign-up";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Effect, Write } from "../../engine/sign-up/verdict";
import type { TransitionResult } from "../../features/approvals/change";
import { type ApprovalRequest, requestId, requestKey, requestWrite } from "../../features/approvals/request";
import { approve, claim, complete, deny, expire, fail } from "../../features/approvals/transitions";
import { countingRows } from "../../features/counting-rows";
import { journeyWrite } from "../../features/external-tenant/account";
import { personTracing } from "../../features/external-tenant/extension";
import { verifiedAddressClaim } from "../../features/external-tenant/journey";
import { INVITATION_DAYS, invitePerson } from "../../features/invitations/invitation";
import { gatePosture } from "../../features/posture/last-rule";
import { type Posture, postureKey } from "../../features/posture/posture";
import { decideWithShadows } from "../../features/shadow/shadows";
import { type PolicyStep, usesOfRules } from "../../lib/policy-folder/policy-folder";
import { nearest, type Path } from "../../lib/schema-flaws";
import { caseClock, standingStill } from "./case-time";
import { type Mismatch, mismatches } from "./compare";
import type { Answers, Case, EarlierSignUp, RecordedAnswer, RequestState } from "./format";
import { type LooseEnd, type LooseEnds, watchingLooseEnds } from "./loose-ends";
import { type CaseOutcome, caseOutcome } from "./outcome";
import { answeredBy, type MadeCall, type NamedService, Outside } from "./outside";
import { type AskedAt, askedRequest } from "./request";
import { allRows, caseRows, type RowsById, rowsInWords, type WhoBefore } from "./rows";
import { type CaseTables, caseTables } from "./tables";

/** A case cannot be run as it is written. */
export class CaseError extends Error {
  override readonly name = "CaseError";
  /** @param path in the case, of what is at fault */
  constructor(
    message: string,
    readonly path: Path,
  ) {
    super(message);
  }
}

/** Where a case runs. */
export interface CaseWorld extends AskedAt {
  readonly policy: readonly PolicyStep[];
  /** Of the folder, then of the file. */
  readonly rows: readonly RowsById[];
  /** Of the file. */
  readonly answers: Answers;
  /** Of a case that names none. */
  readonly step: Step;
  readonly now: Date;
  /** In place of tables in memory that hold `rows`. */
  readonly tables?: CaseTables;
  /** In place of answers by name: those to the calls of the case's own request, in their order. */
  readonly recorded?: readonly RecordedAnswer[];
  /** The hashes that stand for people in the tables. @default a case's own */
  readonly hashes?: PersonHashes;
  /** Given what fails with nobody waiting for it. @default ends the run */
  readonly onLate?: (end: Partial<LooseEnd>) => void;
}

const caseHashes: PersonHashes = { hashOf: keyedHash("cases") };
const HOUR_MS = 60 * MS_PER_MINUTE;

/** What a case came to. */
export interface RanCase extends CaseOutcome {
  /** What was not as expected before. */
  readonly earlier: readonly Mismatch[];
  /** What may explain a wrong case: a sentence each. */
  readonly hints: readonly string[];
}

/** What a case's request comes to. Throws CaseError for one that cannot be run. */
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
    now,
    step: each.step ?? world.step,
    recorded: world.recorded,
    hashes: world.hashes ?? caseHashes,
    answered: [],
    onLate: world.onLate ?? failLate,
  };
  const asking = stepOf(run, run.step, ["step"]);
  assertKnown(world.answers, world.policy, []);
  assertKnown(each.answers ?? {}, [asking], ["answers"]);
  const rules = asking.policy.rules.map(ruleOf);
  assertLimits(each, rules);
  const inWords = { now, hashOf: run.hashes.hashOf, signUpOf: (who: WhoBefore) => signUpOf(run, who), rules };
  for (const effect of rowsInWords(each.rows, inWords)) await run.tables.write(effect);
  const earlier = await goThrough(run);
  if (each.posture !== undefined) await run.tables.write(postureWrite(each.posture, run.gate));
  const { repeat = 1 } = each;
  for (let turn = 1; turn < repeat; turn++) await asked(run, {}, ["answers"], { turn });
  return { ...(await outcomeOf(run, {}, ["answers"], { turn: repeat, recorded: run.recorded })), earlier, hints: missedWindows(run) };
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
  /** What earlier steps of the person's journey set, in order. */
  readonly answered: { readonly step: Step; readonly attributes: Attributes }[];
  readonly onLate: NonNullable<CaseWorld["onLate"]>;
}

/** Somebody who did something before the case. */
function signUpOf(run: CaseRun, who: WhoBefore): SignUp {
  const { case: each, step } = run;
  const { email = each.request?.email, ...rest } = typeof who === "string" ? { email: who } : who;
  const { parsed } = askedRequest(each, step, run, { ...rest, ...(email !== each.request?.email && { email }) });
  if (parsed.ok) return parsed.signUp;
  throw new CaseError(`${email} is no address that a sign-up can have`, ["rows"]);
}

/** The case, with what earlier steps of the journey set where it states nothing else. */
function caseAt({ case: each, answered }: CaseRun, step: Step, other: EarlierSignUp): Case {
  const before = answered.filter((one) => steps.indexOf(one.step) < steps.indexOf(step)).map(({ attributes }) => attributes);
  if (each.request === undefined || before.length === 0 || isSomebodyElse(other)) return each;
  return { ...each, request: { ...each.request, attributes: Object.assign({}, ...before, each.request.attributes) as Attributes } };
}

function isSomebodyElse({ email, issuer, accountId }: EarlierSignUp): boolean {
  return [email, issuer, accountId].some((each) => each !== undefined);
}

function stepOf({ policy }: Pick<CaseRun, "policy">, step: Step, path: Path): PolicyStep {
  const found = policy.find((one) => one.step === step);
  if (found === undefined) throw new CaseError(`the policy has no ${step}.ts: it has ${policy.map((one) => one.step).join(", ")}`, path);
  return found;
}

/** An answer to nobody's question is a mistyped name. */
function assertKnown(answers: Answers, asking: readonly PolicyStep[], path: Path): void {
  const services = servicesOf(asking.flatMap(({ policy }) => policy.rules.map(ruleOf)));
  const odd = Object.keys(answers).find((name) => !services.includes(name) && !/[.:]/.test(name));
  if (odd === undefined) return;
  const steps = asking.map(({ step }) => step).join(" or ");
  const there = services.length === 0 ? `: no rule of ${steps} names a service` : nearest(odd, services);
  throw new CaseError(`no rule of ${steps} asks ${odd}${there}`, [...path, odd]);
}

/** People that no rule counts would change nothing. */
function assertLimits({ rows }: Case, rules: readonly AnyRule[]): void {
  const names = rules.flatMap(({ counts = [] }) => counts);
  const late = rules.flatMap(({ counts, consumes }) => (counts !== undefined && consumes?.includes("mailHost") ? [counts] : []));
  const odd = rows?.admitted?.findIndex(({ limit }) => !names.includes(limit) || late.includes(limit)) ?? -1;
  if (odd < 0) return;
  const name = rows?.admitted?.[odd]?.limit ?? "";
  if (late.includes(name)) {
    throw new CaseError(`${name} counts by what mailFacts finds: say in "earlier" who was let in before`, ["rows", "admitted", odd]);
  }
  throw new CaseError(`no rule of this step is a limit called ${name}${nearest(name, names)}`, ["rows", "admitted", odd, "limit"]);
}

/** As an operator sets a gate. */
function postureWrite(state: Posture, gate: string | undefined): Effect {
  const { table, key } = postureKey(gate);
  return { table, item: { ...key, state, revision: 1 }, condition: "absent", onConflict: { kind: "continue" } };
}

function servicesOf(rules: readonly AnyRule[]): readonly string[] {
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
  /** Which one it is of those that repeat. */
  readonly turn: number;
  readonly recorded?: CaseWorld["recorded"];
}

/** One sign-up, and all that it comes to. */
async function outcomeOf(run: CaseRun, other: EarlierSignUp, path: Path, asking: Turn): Promise<CaseOutcome> {
  const { gate, tables, hashes } = run;
  const before = tables.approvals();
  const { request, decision, calls, policy, now } = await asked(run, other, path, asking);
  const approvals = { before: new Map([...before, ...(tables.found?.() ?? [])]), after: tables.approvals() };
  const services = servicesOf(policy.rules.map(ruleOf));
  return caseOutcome({ request, decision, policy, gate, now, hashOf: hashes.hashOf, outside: calls, services, approvals });
}

/** One sign-up, with what it writes. @param path in the case, of its answers */
async function asked(run: CaseRun, other: EarlierSignUp, path: Path, { turn, recorded }: Turn): Promise<Asked> {
  const step = other.step ?? run.step;
  const { policy } = stepOf(run, step, path);
  const repeats = run.case.repeat !== undefined || other.repeat !== undefined;
  const now = other.now === undefined ? run.now : new Date(other.now);
  const request = standingStill(now, () => askedRequest(caseAt(run, step, other), step, run, other, repeats ? turn : undefined));
  const clock = caseClock(now);
  const outside = new Outside({ ...run.answers, ...other.answers }, clock.skip, recorded);
  const { parsed } = request;
  let hasFailed = false;
  const late = (end: Partial<LooseEnd>) => {
    if (!hasFailed) run.onLate(end);
  };
  const decision = parsed.ok
    ? await standingStill(now, () =>
        watchingLooseEnds(late, async (looseEnds) => {
          const rules = policy.rules.map((entry) => watchedBy(outside, looseEnds, entry));
          const decided = await decideWithShadows({ ...policy, rules }, parsed.signUp, {
            ...run.tables,
            secret: async (name) => exampleOf(name, policy),
            ...run.hashes,
            ...system,
            counts: countingRows,
            posture: gatePosture(run.gate),
            tracing: personTracing(tracesAccounts(run, parsed.signUp) ? {} : undefined),
            clock,
            now,
            remainingMs: deadlineOf(policy),
          });
          return leftBehind(decided, await looseEnds.failed(), policy);
        }),
      )
    : refusal(parsed.reason, step);
  const noted = parsed.ok ? notedOf(run, parsed.signUp, decision, now) : undefined;
  if (noted !== undefined) await run.tables.write(noted);
  hasFailed = decision.trace.some(({ said }) => said === "failed");
  const { unanswered } = outside;
  if (unanswered !== undefined) {
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

/** Whether accounts are traced to their sign-ups: as a deployment does for an external tenant, if its policy adds claims. */
function tracesAccounts({ policy }: CaseRun, { source }: SignUp): boolean {
  return source === "external-tenant" && policy.some(({ step }) => step === "before-sending-token");
}

/** What a gate keeps of somebody who goes on, beside the record. */
function notedOf(run: CaseRun, asked: SignUp, { answer, traced }: Decision, now: Date): Write | undefined {
  if (answer.kind !== "continue") return undefined;
  const { hashOf } = run.hashes;
  const { signUp = asked, learnt } = traced ?? {};
  const isForm = signUp.step === "before-create-user" && tracesAccounts(run, signUp);
  return learnt ?? verifiedAddressClaim(signUp, hashOf, now) ?? (isForm ? journeyWrite(signUp, answer.attributes, hashOf, now) : undefined);
}

/** Too late for the case: it ends the run. */
function failLate({ rule, error }: Partial<LooseEnd>): never {
  throw new Error(`${rule === undefined ? "work" : `work of the rule "${rule}"`} failed with nobody waiting for it: await every promise`, {
    cause: error,
  });
}

/** The decision, failed by what its rules left behind. */
function leftBehind(decision: Decision, [end]: readonly LooseEnd[], { step }: Policy): Decision {
  if (end === undefined || decision.failure !== undefined) return decision;
  const trace = [...decision.trace, { rule: end.rule, said: "failed" as const, ...behindFailure(end.error) }];
  return { ...decision, answer: withoutRules(UNAVAILABLE, step), decidedBy: end.rule, trace, failure: { why: "rule", ...end } };
}

function watchedBy(outside: Outside, looseEnds: LooseEnds, entry: AnyRule | ShadowRule): AnyRule | ShadowRule {
  if ("shadow" in entry) return { shadow: watchedBy(outside, looseEnds, entry.shadow) as AnyRule };
  if (entry.decide === undefined) return entry;
  const services = namedBy([entry]);
  const decide: AnyRule["decide"] = (signUp, context) =>
    looseEnds.of(entry.name, () => answeredBy(outside, services, () => entry.decide?.(signUp, context) as never));
  return { ...entry, decide };
}

/** What `npm start` puts into a policy's secret. */
function exampleOf(name: string, { rules }: Policy): string {
  const uses = usesOfRules(rules.map(ruleOf));
  const shape = uses.find((use) => "secret" in use && use.secret === name && use.shape !== undefined);
  return shape !== undefined && "shape" in shape ? JSON.stringify(shape.shape) : "an-example-secret";
}

/** What happened before the case, in order; in what it was not as expected. */
async function goThrough(run: CaseRun): Promise<readonly Mismatch[]> {
  const unlike: Mismatch[] = [];
  const { earlier = [] } = run.case;
  const given = typeof earlier === "string" ? [earlier] : earlier;
  for (const [index, each] of given.entries()) {
    const path: Path = typeof earlier === "string" ? ["earlier"] : ["earlier", index];
    if (typeof each === "string") {
      if (each === "invited" || each === "invitation-ended") await inviteBefore(each, run, path);
      else await askForApproval(each, run, path);
      continue;
    }
    for (let turn = 1; turn <= (each.repeat ?? 1); turn++) {
      const outcome = await outcomeOf(run, { ...each, now: timeOf(each, run) }, path, { turn });
      const found = each.expect === undefined ? [] : mismatches(each.expect, outcome);
      if (outcome.verdict === "continue" && !isSomebodyElse(each)) {
        run.answered.push({ step: each.step ?? run.step, attributes: outcome.attributes });
      }
      unlike.push(...found.map(({ what, ...rest }) => ({ what: `earlier[${index}].${what}`, ...rest })));
      if (found.length > 0) break;
    }
  }
  return unlike;
}

function timeOf({ now, minutesBefore = 60 }: EarlierSignUp, run: CaseRun): string {
  return now ?? before(run.now, minutesBefore * MS_PER_MINUTE);
}

/** Why what came before may count for nothing: each hour or day is a new window for rules that count. */
function missedWindows(run: CaseRun): readonly string[] {
  const { earlier = [] } = run.case;
  const { parsed } = askedRequest(run.case, run.step, run);
  if (!parsed.ok || typeof earlier === "string") return [];
  const { hashOf } = run.hashes;
  const { signUp } = parsed;
  const rules = stepOf(run, run.step, ["step"]).policy.rules.map(ruleOf);
  const keysAt = ({ needs }: AnyRule, at: Date) => (needs?.(signUp, hashOf, at) ?? []).map(recordId);
  return earlier.flatMap((each, index) => {
    if (typeof each === "string") return [];
    const then = new Date(timeOf(each, run));
    return rules.flatMap((rule) => {
      const keys = new Set(keysAt(rule, then));
      if (rule.counts === undefined || keysAt(rule, run.now).every((key) => keys.has(key))) return [];
      return [
        `earlier[${index}] came at ${then.toISOString()}, before a window of ${rule.name} that the case falls into, and does not count there: set "now" of the case, such as "2026-06-15T12:30:00Z", and "minutesBefore" of earlier[${index}]`,
      ];
    });
  });
}

function before(now: Date, ms: number): string {
  return new Date(now.getTime() - ms).toISOString();
}

/** The person's request for approval, brought to a state the way every request comes there. */
async function askForApproval(state: RequestState, run: CaseRun, path: Path): Promise<void> {
  const { request, decision } = await asked(run, { step: "before-create-user", now: before(run.now, HOUR_MS) }, path, { turn: 1 });
  const key = request.parsed.ok ? requestKey(requestId(request.parsed.signUp, run.hashes.hashOf)) : undefined;
  const stored = key && (run.tables.row(key) as ApprovalRequest | undefined);
  if (stored === undefined) {
    const words = `it answers ${decision.answer.kind}${decision.decidedBy === undefined ? "" : ` by ${decision.decidedBy}`}`;
    throw new CaseError(`nobody asked for approval: before-create-user leaves no request for this person (${words})`, path);
  }
  let current = stored;
  for (const change of changesTo[state]) {
    const changed = change(current, new Date(before(run.now, HOUR_MS / 2)));
    if (!changed.ok) throw new CaseError(`the request cannot become ${state}: ${changed.why}`, path);
    await run.tables.write(requestWrite(changed.request, changed.condition));
    current = changed.request;
  }
}

/** The address of the case's request is invited, as the command would do it. */
async function inviteBefore(state: "invited" | "invitation-ended", run: CaseRun, path: Path): Promise<void> {
  const { parsed } = askedRequest(run.case, run.step, run);
  const email = parsed.ok ? addressOf(parsed.signUp) : undefined;
  if (email === undefined) throw new CaseError("nobody can be invited: the request has no address", path);
  const { hashOf } = run.hashes;
  const sending = { by, code: "CASE-CODE-3479", days: INVITATION_DAYS };
  const invited = invitePerson(
    undefined,
    { email, ...(run.gate && { gate: run.gate }) },
    sending,
    hashOf,
    new Date(before(run.now, HOUR_MS)),
  );
  if (!invited.ok) throw new CaseError(`nobody can be invited: ${invited.why}`, path);
  const until = before(run.now, MS_PER_MINUTE);
  const ended = state === "invitation-ended" && { passUntil: until, answerBy: until };
  await run.tables.write(requestWrite({ ...invited.request, ...ended }, invited.condition));
}

type Change = (stored: ApprovalRequest, at: Date) => TransitionResult;

const by = { kind: "cli", name: "the case" } as const;
const HOLDER = "the case";
const yes: Change = (stored, at) => approve(decidable(stored), { by }, at);

/** A case says what a request came to, not who voted at its stages. */
function decidable({ stages: _, asked: __, escalatesAt: ___, ...request }: ApprovalRequest): ApprovalRequest {
  return request;
}

const take: Change = (stored, at) => claim(stored, { holder: HOLDER, leaseMs: HOUR_MS }, at);

const changesTo: Readonly<Record<RequestState, readonly Change[]>> = {
  pending: [],
  approved: [yes],
  denied: [(stored, at) => deny(decidable(stored), { by }, at)],
  expired: [(stored, at) => expire({ ...stored, answerBy: at.toISOString() }, new Date(at.getTime() + MS_PER_MINUTE))],
  provisioned: [yes, take, (stored, at) => complete(stored, HOLDER, { id: "00000000-0000-4000-8000-000000000001" }, at)],
  failed: [yes, take, (stored, at) => fail(stored, HOLDER, { reason: "graph-refused" }, at)],
};
