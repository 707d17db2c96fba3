import { AddressNeededError, guardedAddress, withoutAddress } from "./address";
import { changes, frozen } from "./changes";
import { checkedVerdict } from "./checks";
import { FailureError, failed, type PostponedRule } from "./decision";
import { findingsFor, type Guard } from "./guard";
import { eachHash, type HashOf } from "./person";
import type { LooseEnd, Ports } from "./ports";
import { needsOf, type Prepared } from "./prepare";
import { distinct, hashAmong, type ReadRecords, recordsOf, together } from "./records";
import { type AnyRule, type Context, callsOutside, REFERRED } from "./rule";
import { servicesFor, UnfinishedError } from "./service-calls";
import type { Attributes, SignUp, Step } from "./sign-up";
import type { State } from "./state";
import type { Deadline } from "./time";
import { UpstreamError } from "./upstream";
import type { AnyVerdict, Findings, RuleResult } from "./verdict";

/** What stays the same while the rules decide. */
export interface Run {
  /** What was read before the rules decide. */
  readonly records: ReadRecords;
  /** Absent while the gate is open. */
  readonly guard?: Guard | undefined;
  /** As it came. */
  readonly received: SignUp;
  /** For what it was read. */
  readonly prepared: SignUp;
  readonly ports: Ports;
  readonly deadline: Deadline;
  readonly step: Step;
  /** `provenBy` of the policy. */
  readonly provenBy?: readonly string[] | undefined;
  /** Filled as the rules speak, so that a failure keeps what was said before it. */
  readonly trace: RuleResult[];
  /** Filled likewise. */
  readonly postponed: PostponedRule[];
  /** Likewise: what rules asked for after their verdicts. */
  readonly loose: LooseEnd[];
}

/** One rule's verdict, and what it looked at to come to it. */
type Evaluated = Pick<Judgement, "verdict" | "looked">;

/**
 * One rule's verdict within the deadline. A rule that only prepares goes on. Rules that call outside are costly to ask again,
 * so what they look at is noted.
 * @param again the rule is asked once more: whatever it calls, what it looks at is noted
 */
export async function evaluateRule(prepared: Prepared, { signUp, ...state }: State, run: Run, again = false): Promise<Evaluated> {
  const { rule } = prepared;
  const findings = findingsFor(rule, state.findings, run.guard);
  const watch = again || callsOutside(rule) ? watched : unwatched;
  const looked = { attributes: watch(signUp.attributes), findings: watch(findings) };
  if (prepared.lacksAddress) return { verdict: withoutAddress(run.step), looked };
  if (rule.decide === undefined) return { verdict: { kind: "continue" }, looked };
  const stop = run.ports.stopwatch?.(rule.name);
  const reach = servicesFor(rule, run.ports, run.deadline, (error) => run.loose.push({ rule: rule.name, error }));
  try {
    const shown = guardedAddress({ ...signUp, attributes: looked.attributes.object });
    const context: Context = {
      ...(await readFor(rule, signUp, run)),
      findings: looked.findings.object,
      received: guardedAddress(run.received),
      said: run.trace.filter(({ shadow }) => !shadow),
      // A Date can be written to: each rule gets its own.
      now: new Date(run.ports.now),
      signal: run.deadline.signal,
      remainingMs: run.deadline.remainingMs,
      services: reach.services,
      ...(run.provenBy && { provenBy: run.provenBy }),
      ...(again && { again }),
    };
    const decided = () => rule.decide?.(Object.freeze(shown), context);
    const { looseEnds } = run.ports;
    const answer = await run.deadline.hold(() => (looseEnds === undefined ? decided() : looseEnds.of(rule.name, decided)));
    const unfinished = reach.end();
    if (unfinished.length > 0) throw new UnfinishedError(rule.name, unfinished);
    return { verdict: checkedReferral(checkedVerdict(answer, run.step), rule), looked };
  } catch (error) {
    if (error instanceof AddressNeededError) return { verdict: withoutAddress(run.step), looked };
    run.trace.push(resultOf(prepared, "failed", behindFailure(error)));
    throw error instanceof FailureError ? error : failed("rule", error, rule.name);
  } finally {
    stop?.();
    reach.end();
  }
}

/** A policy loads only if somebody decides on those who are referred: it has to know who refers. */
function checkedReferral(verdict: AnyVerdict, { name, requires = [] }: AnyRule): AnyVerdict {
  if (verdict.kind !== "continue" || verdict.findings?.[REFERRED] !== true || requires.includes(REFERRED)) return verdict;
  throw new TypeError(`${name} refers people to an approver: add requires: ["${REFERRED}"] to the rule.`);
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
 * Throws if a rule asked for something after its verdict, or left work that failed: what it said is not all that it had to
 * say.
 * @param rule undefined: any
 */
export async function assertNothingLoose({ loose, trace, ports }: Run, rule?: string): Promise<void> {
  const failed = (await ports.looseEnds?.failed()) ?? [];
  const end = [...loose, ...failed].find((each) => rule === undefined || each.rule === rule);
  if (end === undefined) return;
  trace.push({ rule: end.rule, said: "failed", ...behindFailure(end.error) });
  throw new FailureError({ why: "rule", ...end });
}

/** What a failure rests on, as far as it names systems. */
export function behindFailure(error: unknown): Pick<RuleResult, "evidence" | "upstreamFailure"> {
  if (error instanceof UpstreamError) return { upstreamFailure: error.failure };
  return error instanceof UnfinishedError ? { evidence: { unfinished: error.work.join(", ") } } : {};
}

/** What one rule said, and of what. */
export interface Judgement {
  readonly prepared: Prepared;
  readonly verdict: AnyVerdict;
  /** The attributes as they stood once it had spoken. */
  readonly left: Attributes;
  /** What was found before it. */
  readonly findings: Findings;
  readonly looked: { readonly attributes: Watched<Attributes>; readonly findings: Watched<Findings> };
  /** Its place in the trace. */
  readonly place: number;
}

/** Whether something that the rule judged by is another now, and not by its own doing. */
export function isStale(judgement: Judgement, signUp: SignUp, findings: Findings): boolean {
  const { looked, left } = judgement;
  return (
    Object.keys(changes(left, signUp.attributes)).some(looked.attributes.lookedAt) ||
    Object.keys(changes(judgement.findings, sameFindings(judgement, findings))).some(looked.findings.lookedAt)
  );
}

/** The findings that existed when the rule was asked, with their current values: it does not see what later rules found. */
export function sameFindings(judgement: Judgement, findings: Findings): Findings {
  return Object.fromEntries(Object.keys(judgement.findings).map((name) => [name, findings[name] as Findings[string]]));
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

/** What a rule was shown, and what it looked at of it. */
interface Watched<T extends object> {
  readonly object: T;
  /** Whether the rule may have looked at that member, present or not. */
  lookedAt(name: string): boolean;
}

/** The object itself: all of it counts as looked at. */
export function unwatched<T extends object>(object: T): Watched<T> {
  return { object, lookedAt: () => true };
}

/**
 * The object with a note of each member that is read, for a rule that is costly to ask again. A rule that lists the members
 * has looked at all of them. `structuredClone` refuses it, as it refuses any proxy; a spread copies it.
 */
export function watched<T extends object>(target: T): Watched<T> {
  const names = new Set<PropertyKey>();
  let all = false;
  const object = new Proxy(target, {
    get(from, name) {
      names.add(name);
      return Reflect.get(from, name);
    },
    has(from, name) {
      names.add(name);
      return Reflect.has(from, name);
    },
    getOwnPropertyDescriptor(from, name) {
      names.add(name);
      return Reflect.getOwnPropertyDescriptor(from, name);
    },
    ownKeys(from) {
      all = true;
      return Reflect.ownKeys(from);
    },
  });
  return { object, lookedAt: (name) => all || names.has(name) };
}
