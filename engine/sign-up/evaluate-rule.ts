import { checkedAgainst, checkedVerdict, readVerdict } from "./checks";
import { AddressNeededError, FailureError, failed, failureWith, UnfinishedError, UpstreamError, withoutAddress } from "./failure";
import { eachHash, type HashOf } from "./person";
import type { Ports } from "./ports";
import { needsOf } from "./prepare";
import { distinct, hashAmong, type ReadRecords, recordsOf, together } from "./records";
import type { AnyRule, Context, Services } from "./rule";
import type { Run } from "./run";
import type { ServiceRequest } from "./service";
import type { SignUp } from "./sign-up";
import { frozen, guardedAddress, type Prepared, partialDecision, type State, traced } from "./state";
import type { Deadline } from "./time";
import type { AnyVerdict, RuleResult } from "./verdict";

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
    };
    const answer = await run.deadline.hold(() => rule.decide?.(Object.freeze(guardedAddress(signUp)), context));
    const unfinished = reach.end();
    if (unfinished.length > 0) throw new UnfinishedError(rule.name, unfinished);
    return checkedAgainst(rule, checkedVerdict(readVerdict(rule, answer), run.step), state);
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
 * Returns a rule's rows, and the hash in their keys. Reads rows now if an earlier rule changed the attributes that select them, or if a
 * key contains two hashes and one of them turns out to be made with the other key.
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

/** The failure's evidence, as far as it names systems. */
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

/** Services that one rule can reach, until its `decide` returns. */
interface RuleServices {
  readonly services: Services;
  /** From here on everything is refused. Returns what has not ended by then. */
  end(): readonly string[];
}

/**
 * The services that a rule can reach through its context, with a record of calls under way. Refuses calls that the rule does not declare,
 * and calls after its verdict.
 * @param onLate receives an error for each call after the verdict
 */
export function servicesFor(
  { name: rule, uses = [] }: Pick<AnyRule, "name" | "uses">,
  ports: Ports,
  { signal, remainingMs }: Pick<Deadline, "signal" | "remainingMs">,
  onLate: (error: UnfinishedError) => void,
): RuleServices {
  const services = uses.flatMap((use) => ("service" in use && use.call !== undefined ? [{ ...use, call: use.call }] : []));
  const context = { signal, remainingMs, services: ports };
  const underWay = new Set<{ readonly what: string; readonly signal?: AbortSignal | undefined }>();
  let hasEnded = false;

  /** @param givenUp aborted by a rule that gives the work up */
  function handOut<T>(what: string, begin: () => Promise<T>, givenUp?: AbortSignal): Promise<T> {
    if (hasEnded) {
      onLate(new UnfinishedError(rule, [what]));
      return heldBack(Promise.reject(new TypeError(`The rule "${rule}" calls ${what} after its answer: await every call.`)));
    }
    const work = { what, signal: givenUp };
    underWay.add(work);
    const promise = begin();
    const ended = () => void underWay.delete(work);
    promise.then(ended, ended);
    return promise;
  }

  const call = async (name: string, request: ServiceRequest) => {
    const service = services.find((each) => each.service === name);
    if (service === undefined) throw new TypeError(undeclared(rule, name, services));
    return await service.call(request, context);
  };
  return {
    services: {
      call: ((name: string, request: ServiceRequest) => handOut(name, () => call(name, request))) as Services["call"],
      secret: (name, givenUp) => handOut(`the secret ${name}`, async () => await ports.secret(name), givenUp),
      read: (keys, givenUp) => handOut("read", async () => await ports.read(keys, givenUp), givenUp),
      write: (write, givenUp) => handOut("write", async () => await ports.write(write, givenUp), givenUp),
      clock: ports.clock,
      random: ports.random,
    },
    end: () => {
      hasEnded = true;
      return [...underWay].flatMap(({ what, signal: givenUp }) => (givenUp?.aborted ? [] : [what]));
    },
  };
}

/**
 * Returns the same promise. A rule may begin several and await them in sequence: one that fails before its turn would end the process as
 * an unhandled rejection. Awaiting it still throws.
 */
export function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function undeclared(rule: string, name: string, services: readonly { readonly service: string }[]): string {
  const known = services.map((each) => each.service).join(", ");
  return `The rule "${rule}" calls the service "${name}", which its uses do not declare: ${known === "" ? "they declare none" : `they declare ${known}`}. Add it to uses, or call a declared one.`;
}
