import { checkedVerdict } from "./checks";
import { AddressNeededError, UpstreamError } from "./errors";
import { FailureError, failed, failureWith, withoutAddress } from "./failure";
import { eachHash, type HashOf } from "./person";
import { needsOf, type Prepared } from "./prepare";
import { distinct, hashAmong, type ReadRecords, recordsOf, together } from "./records";
import type { AnyRule, Context } from "./rule";
import { ANY_ATTRIBUTE, REFERRED } from "./rule-marks";
import type { Run } from "./run";
import { servicesFor, UnfinishedError } from "./service-calls";
import { changes, frozen, guardedAddress } from "./shown";
import type { SignUp } from "./sign-up";
import { partialDecision, type State, traced } from "./state";
import type { AnyVerdict, Findings, RuleResult } from "./verdict";

/** One rule's verdict within the deadline. A rule that only prepares goes on. */
export async function evaluateRule(prepared: Prepared, state: State, run: Run): Promise<AnyVerdict> {
  const { rule } = prepared;
  const { signUp } = state;
  if (prepared.lacksAddress) return withoutAddress(run.step);
  if (rule.decide === undefined) return { kind: "continue" };
  const stop = run.ports.stopwatch?.(rule.name);
  const reach = servicesFor(rule, run.ports, run.deadline, (error) => run.loose.push({ rule: rule.name, error }));
  try {
    const context: Context = {
      ...(await readFor(rule, signUp, run)),
      findings: run.last?.findingsFor(rule, state.findings) ?? state.findings,
      received: guardedAddress(run.received),
      said: state.trace.filter(({ shadow }) => !shadow),
      // A Date can be written to: each rule gets its own.
      now: new Date(run.ports.now),
      signal: run.deadline.signal,
      remainingMs: run.deadline.remainingMs,
      services: reach.services,
      ...(run.provenBy && { provenBy: run.provenBy }),
    };
    const answer = await run.deadline.hold(() => rule.decide?.(Object.freeze(guardedAddress(signUp)), context));
    const unfinished = reach.end();
    if (unfinished.length > 0) throw new UnfinishedError(rule.name, unfinished);
    return checkedAgainst(rule, checkedVerdict(answer, run.step), state);
  } catch (error) {
    if (error instanceof AddressNeededError) return withoutAddress(run.step);
    const failure = error instanceof FailureError ? error : failed("rule", error, rule.name);
    throw failureWith(partialDecision(traced(state, resultOf(prepared, "failed", behindFailure(error))), run), failure);
  } finally {
    stop?.();
    reach.end();
  }
}

/**
 * A policy loads only if somebody decides on those who are referred, and if nobody judges a value before it is set: it has to know who
 * refers, and who sets what.
 */
function checkedAgainst(rule: AnyRule, verdict: AnyVerdict, { signUp, open }: State): AnyVerdict {
  if (verdict.kind !== "continue") return verdict;
  const { name, sets, reshapes = [], uses = [] } = rule;
  assertDeclared(rule, verdict.findings ?? {});
  // What nobody may keep is emptied whoever set it.
  const own = [...reshapes, ...uses.flatMap((use) => ("unrecorded" in use ? [use.unrecorded] : []))];
  const set = Object.keys(changes(signUp.attributes, verdict.attributes ?? {})).filter((each) => !own.includes(each));
  const undeclared = sets?.includes(ANY_ATTRIBUTE) ? undefined : set.find((each) => !sets?.includes(each));
  if (undeclared === undefined || (sets === undefined && open === undefined)) return verdict;
  throw new TypeError(
    sets === undefined
      ? `${name} sets ${undeclared}, at which ${open} may have looked before: say what ${name} sets (sets: ["${undeclared}"]).`
      : `${name} sets ${undeclared}, which its sets do not name: add it to sets of the rule.`,
  );
}

/** A finding under a name that nobody looks at would let everybody pass whom it was to refer. */
function assertDeclared({ name, requires = [], recommends = [], leaves }: AnyRule, { [REFERRED]: referred, ...others }: Findings): void {
  if (referred === true && !requires.includes(REFERRED))
    throw new TypeError(`${name} refers people to an approver: add requires: ["${REFERRED}"] to the rule.`);
  if (referred !== undefined && typeof referred !== "boolean")
    throw new TypeError(`${name} leaves ${REFERRED}: ${JSON.stringify(referred)}, which refers nobody: write true or false.`);
  const declared = [...requires, ...recommends, ...(leaves ?? [])];
  const odd = Object.keys(others).find(
    (finding) => !declared.includes(finding) && (leaves !== undefined || (others[finding] === true && isMisspelt(finding))),
  );
  if (odd === undefined) return;
  const hint = isMisspelt(odd) ? ` Did you mean ${REFERRED}?` : ` It declares ${declared.join(", ") || "none"}.`;
  throw new TypeError(`${name} leaves the finding ${odd}, which it does not declare.${hint} Otherwise add leaves: ["${odd}"] to the rule.`);
}

/** Whether a finding has the letters of `referred`, give or take a third: rather a name too many than somebody who is referred to nobody. */
function isMisspelt(finding: string): boolean {
  const missing = [...REFERRED];
  const added = [...finding.toLowerCase()].filter((letter) => {
    const at = missing.indexOf(letter);
    if (at >= 0) missing.splice(at, 1);
    return at < 0;
  });
  return Math.max(missing.length, added.length) <= finding.length / 3;
}

/**
 * What was read for a rule, and the hash that its rows stand under. Where a rule before it changed what it looks at, those
 * rows are read now; so is a row whose key holds two hashes, one of which turns out to stand under the other key.
 */
async function readFor(rule: AnyRule, signUp: SignUp, run: Run): Promise<Pick<Context, "hashOf"> & { readonly records: ReadRecords }> {
  const { ports, deadline } = run;
  for (let records = run.records; ; ) {
    const hashOf = hashAmong(records, ports);
    if (signUp === run.prepared && hashOf === ports.hashOf) return { records, hashOf };
    const asked = needsOf(rule, signUp, [...new Set<HashOf>([...eachHash(ports), hashOf])], ports.now);
    const more = distinct(asked.filter((key) => !records.has(key)));
    if (more.length === 0) return { records, hashOf };
    try {
      const found = await deadline.hold(() => ports.read(more, deadline.signal));
      records = together(records, recordsOf(more, frozen(found)));
    } catch (error) {
      throw failed("read", error, rule.name);
    }
  }
}

/**
 * Throws if a rule asked for something after its verdict: what it said is not all that it had to say.
 * @param rule undefined: any
 */
export function assertNothingLoose(run: Run, state: State, rule?: string): void {
  const end = run.loose.find((each) => rule === undefined || each.rule === rule);
  if (end === undefined) return;
  const left = traced(state, { rule: end.rule, said: "failed", ...behindFailure(end.error) });
  throw new FailureError({ why: "rule", ...end }, partialDecision(left, run));
}

/** What a failure rests on, as far as it names systems. */
export function behindFailure(error: unknown): Pick<RuleResult, "evidence" | "upstreamFailure"> {
  if (error instanceof UpstreamError) return { upstreamFailure: error.failure };
  return error instanceof UnfinishedError ? { evidence: { unfinished: error.work.join(", ") } } : {};
}

/** A rule's entry in the trace. */
export function resultOf({ rule, set }: Prepared, said: RuleResult["said"], more: Partial<RuleResult> = {}): RuleResult {
  const names = Object.keys(set);
  return { rule: rule.name, said, ...(names.length > 0 && { set: names }), ...more };
}

/** The same for a rule that answered. */
export function resultOfVerdict(prepared: Prepared, verdict: AnyVerdict): RuleResult {
  const behind = {
    ...(verdict.evidence && { evidence: verdict.evidence }),
    ...(verdict.upstreamFailure && { upstreamFailure: verdict.upstreamFailure }),
  };
  if (verdict.kind === "invalid")
    return resultOf(prepared, "invalid", { reasons: verdict.problems.map(({ reason }) => reason), ...behind });
  if (verdict.kind === "block") return resultOf(prepared, "block", { reasons: [verdict.reason], ...behind });
  const set = [...new Set([...Object.keys(prepared.set), ...Object.keys(verdict.attributes ?? {})])];
  const findings = verdict.findings && { findings: verdict.findings };
  return resultOf(prepared, "continue", { ...findings, ...behind, ...(set.length > 0 && { set }) });
}
