import type { Answer, Decision, PartialDecision } from "./decision";
import { drilled, drillPorts, isDrill, refusedDrill } from "./drill";
import { decideAndWrite } from "./evaluate";
import { carrying, failedDecision } from "./failure";
import type { LastRule } from "./last-rule";
import { type Policy, withTrust } from "./policy";
import type { Ports, Trace } from "./ports";
import { type PreparedPolicy, prepareAll, readAll, readRest } from "./prepare";
import { type ReadRecords, withCurrentRows } from "./records";
import type { Row } from "./rule";
import type { Attributes, SignUp, Step } from "./sign-up";
import { changes, partialDecision, type State } from "./state";
import { ANSWER_RESERVE_MS, type Deadline, deadlineIn } from "./time";
import type { RuleResult } from "./verdict";

/**
 * Decides a sign-up: prepares, reads once, asks the rules in order and writes. Never rejects: any error blocks the sign-up, or leaves a
 * token without claims. Does not run shadowed rules: `postponed` holds their input. A drill calls no outside system, writes nothing and
 * lets nobody in.
 */
export async function decide<S extends Step>(policy: Policy<S>, signUp: SignUp, ports: Ports): Promise<Decision> {
  const current = withCurrentRows(ports);
  if (!isDrill(signUp)) return await decideByRules(policy, signUp, current);
  return refusedDrill(await decideByRules(drilled(policy), signUp, drillPorts(current, policy.step)), policy.step);
}

async function decideByRules(policy: Policy, event: SignUp, ports: Ports): Promise<Decision> {
  const forRules = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS, ports.clock);
  const forAll = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4, ports.clock);
  try {
    if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
    const run = { policy, ports, deadline: forRules };
    return await judged(await traced(await read(prepared(withTrust(event, policy), run), run), run), run, forAll);
  } catch (error) {
    // Aborts calls that a rule left running.
    forRules.abort();
    return failedDecision(error, policy.step);
  } finally {
    forRules.clear();
    forAll.clear();
  }
}

/** Shared by all stages of a decision. */
interface Circumstances {
  readonly policy: Policy;
  readonly ports: Ports;
  readonly deadline: Deadline;
}

/** The sign-up as the rules reshape it, and as they do if it turns out to be what a trace says that it may be. */
interface PreparedSignUp {
  readonly asSent: PreparedPolicy;
  readonly trace: Trace | undefined;
  readonly maybe: PreparedPolicy | undefined;
}

function prepared(event: SignUp, { policy, ports }: Circumstances): PreparedSignUp {
  const asSent = prepareAll(policy.rules, event, ports);
  const trace = ports.tracing?.(event, ports);
  return { asSent, trace, maybe: trace?.maybe && prepareAll(policy.rules, trace.maybe, ports) };
}

/** With the rows of the one read. */
interface ReadSignUp extends PreparedSignUp {
  readonly records: ReadRecords;
  /** The rule of a gate that is not open. */
  readonly last: LastRule | undefined;
  readonly replayed: readonly Row[];
}

async function read(prepared: PreparedSignUp, { policy, ports, deadline }: Circumstances): Promise<ReadSignUp> {
  const { asSent, trace, maybe } = prepared;
  const { replayLookup = [], posture } = ports;
  const traces = trace?.keys ?? [];
  const more = [...(posture === undefined ? [] : [posture.key]), ...(trace?.isOptional ? [] : traces)];
  const optional = [...replayLookup, ...(trace?.isOptional ? traces : [])];
  const records = await readAll([...asSent.rules, ...(maybe?.rules ?? [])], { more, optional }, ports, deadline);
  const last = posture?.ruleFor(records.get(posture.key), policy, ports.now);
  return { ...prepared, records, last, replayed: replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined) };
}

/** With the person's identity, and the rows read for them. */
interface TracedSignUp {
  readonly prepared: PreparedPolicy;
  readonly records: ReadRecords;
  readonly last: LastRule | undefined;
  /** The decision so far. */
  readonly known: PartialDecision;
}

async function traced(found: ReadSignUp, { policy, ports, deadline }: Circumstances): Promise<TracedSignUp> {
  const { asSent, trace, maybe, records, last, replayed } = found;
  const read = { replayed, ...(last && { posture: last.posture }) };
  const person = await carrying(read, async () => await trace?.traced(records, ports, deadline));
  if (person === undefined) return { prepared: asSent, records, last, known: read };
  const known = { ...read, traced: person };
  return await carrying(known, async () => {
    const prepared = [asSent, maybe].find((each) => each?.received === person.signUp) ?? prepareAll(policy.rules, person.signUp, ports);
    return { prepared, records: await readRest(prepared, records, ports, deadline), last, known };
  });
}

/** The rules' verdict once its writes are made, and the answer that it comes to. */
async function judged({ prepared, records, last, known }: TracedSignUp, of: Circumstances, forAll: Deadline): Promise<Decision> {
  const { policy, ports, deadline } = of;
  const { received, signUp } = prepared;
  const run = { records, last, received, prepared: signUp, ports, deadline, step: policy.step, loose: [] };
  const state = await carrying(known, () => decideAndWrite(prepared, run, forAll));
  return { ...answered(received, state), ...partialDecision(state, run), replayed: [], ...known };
}

function answered(received: SignUp, { verdict, decidedBy, signUp, trace }: State): Pick<Decision, "answer" | "decidedBy"> {
  // A write that lost its condition may ask for a block even there.
  const stopsNobody = received.step === "before-sending-token";
  const attributes = stopsNobody ? claimsSetBy(trace, signUp) : changes(received.attributes, signUp.attributes);
  const answer: Answer = verdict.kind === "continue" || stopsNobody ? { kind: "continue", attributes } : verdict;
  return { answer, ...(decidedBy !== undefined && { decidedBy }) };
}

/** Claims that rules set, unchanged values too: an application's claim must not depend on what the directory has. */
function claimsSetBy(trace: readonly RuleResult[], { attributes }: SignUp): Attributes {
  const names = new Set(trace.flatMap(({ set }) => set));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));
}
