import { checkedVerdict } from "./checks";
import type { Deadline } from "./deadline";
import { FailureError, failed } from "./failure";
import { frozen } from "./frozen";
import type { Judgement } from "./judgement";
import { eachHash, type HashOf } from "./person";
import type { Ports } from "./ports";
import type { PostponedRule } from "./postponed";
import { needsOf, type Prepared } from "./prepare";
import { distinct, hashAmong, type ReadRecords, recordsOf, together } from "./records";
import { type AnyRule, type Context, callsOutside, type Services } from "./rule";
import { resultOf } from "./rule-result";
import { callsOf, heldBack, type RuleCalls } from "./service-calls";
import type { SignUp, Step } from "./sign-up";
import type { State } from "./state";
import { UpstreamError } from "./upstream";
import type { RuleResult } from "./verdict";
import { unwatched, watched } from "./watched";

/** What stays the same while the rules decide. */
export interface Run {
  /** What was read before the rules decide. */
  readonly records: ReadRecords;
  /** As it came. */
  readonly received: SignUp;
  /** For what it was read. */
  readonly prepared: SignUp;
  readonly ports: Ports;
  readonly deadline: Deadline;
  readonly step: Step;
  /** Filled as the rules speak, so that a failure keeps what was said before it. */
  readonly trace: RuleResult[];
  /** Filled likewise. */
  readonly postponed: PostponedRule[];
}

/** One rule's verdict, and what it looked at to come to it. */
export type Evaluated = Pick<Judgement, "verdict" | "looked">;

/**
 * One rule's verdict within the deadline. A rule that only prepares goes on. Rules that call outside are costly to ask
 * again, so what they look at is noted.
 * @param again the rule is asked once more: whatever it calls, what it looks at is noted
 */
export async function evaluateRule(prepared: Prepared, { signUp, findings }: State, run: Run, again = false): Promise<Evaluated> {
  const { rule } = prepared;
  const watch = again || callsOutside(rule) ? watched : unwatched;
  const looked = { attributes: watch(signUp.attributes), findings: watch(findings) };
  if (rule.decide === undefined) return { verdict: { kind: "continue" }, looked };
  const stop = run.ports.stopwatch?.(rule.name);
  const calls = callsOf(rule, { signal: run.deadline.signal, remainingMs: run.deadline.remainingMs, services: run.ports });
  try {
    const shown: SignUp = { ...signUp, attributes: looked.attributes.object };
    const context: Context = {
      ...(await readFor(rule, signUp, run)),
      findings: looked.findings.object,
      received: run.received,
      said: run.trace.filter(({ shadow }) => !shadow),
      // A Date can be written to: each rule gets its own.
      now: new Date(run.ports.now),
      signal: run.deadline.signal,
      remainingMs: run.deadline.remainingMs,
      services: servicesOf(run.ports, calls),
      ...(again && { again }),
    };
    const verdict = checkedVerdict(await run.deadline.hold(() => rule.decide?.(Object.freeze(shown), context)), run.step);
    return { verdict, looked };
  } catch (error) {
    run.trace.push(resultOf(prepared, "failed", error instanceof UpstreamError ? { upstreamFailure: error.failure } : {}));
    throw error instanceof FailureError ? error : failed("rule", error, rule.name);
  } finally {
    stop?.();
    calls.end();
  }
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
    const asked = needsOf(rule, signUp, [...new Set<HashOf>([...eachHash(ports), hashOf])]);
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

function servicesOf(ports: Ports, { call }: RuleCalls): Services {
  return {
    call,
    secret: (name) => heldBack(ports.secret(name)),
    read: (keys, signal) => heldBack(ports.read(keys, signal)),
    write: (write, signal) => heldBack(ports.write(write, signal)),
    clock: ports.clock,
    random: ports.random,
  };
}
