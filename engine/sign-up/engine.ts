import { type Stance, stanceAt } from "../posture/posture";
import { changes, frozen } from "./changes";
import { withCurrentRows } from "./current-rows";
import { type Answer, type Decision, type Failure, FailureError, type PostponedRule, UNAVAILABLE, withoutRules } from "./decision";
import { drilled, drillPorts, isDrill, refusedDrill } from "./drill";
import { decideAndWrite } from "./effects";
import { guardFor } from "./guard";
import { wordLookup } from "./journey";
import type { Policy } from "./policy";
import type { Ports, Traced } from "./ports";
import { prepareAll, readAll, readRest } from "./prepare";
import type { Row } from "./rule";
import type { Attributes, SignUp, Step } from "./sign-up";
import type { State } from "./state";
import { ANSWER_RESERVE_MS, deadlineIn } from "./time";
import type { RuleResult } from "./verdict";

/**
 * The whole way from a sign-up to its answer: prepare, one read, decide in order, effects. Never rejects; whatever goes
 * wrong blocks the sign-up, or leaves a token without claims. Shadowed rules are passed by: `postponed` says what they are to be asked.
 * A drill asks nobody outside, writes nothing and lets nobody in.
 */
export async function decide<S extends Step>(policy: Policy<S>, signUp: SignUp, ports: Ports): Promise<Decision> {
  const current = withCurrentRows(ports);
  if (!isDrill(signUp)) return await decideByRules(policy, signUp, current);
  return refusedDrill(await decideByRules(drilled(policy), signUp, drillPorts(current)), policy.step);
}

async function decideByRules(policy: Policy, event: SignUp, ports: Ports): Promise<Decision> {
  const forRules = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS, ports.clock);
  const forAll = deadlineIn(ports.remainingMs - ANSWER_RESERVE_MS / 4, ports.clock);
  const trace: RuleResult[] = [];
  const postponed: PostponedRule[] = [];
  let signUp = event;
  let asPrepared = event;
  let replayed: readonly Row[] = [];
  let whose: Traced | undefined;
  let stance: Stance | undefined;
  const left = () => ({
    ...(postponed.length > 0 && { postponed: { received: signUp, signUp: asPrepared, rules: postponed } }),
    ...(whose && { traced: whose }),
    ...(stance && { posture: stance.state }),
  });
  const preparedFor = (received: SignUp) => ({ received: frozen(received), ...prepareAll(policy.rules, frozen(received), ports) });
  try {
    if (policy.rules.length === 0) throw new TypeError("A policy without a rule would let everyone in.");
    let prepared = preparedFor(event);
    asPrepared = prepared.signUp;
    // An address that counts as typed may turn out to be the provider's word: the one read is for both.
    const word = wordLookup(event, ports);
    const confirmed = word && preparedFor(word.confirmed);
    const { replayLookup = [], accounts } = ports;
    const optional = [...replayLookup, ...(word?.keys ?? [])];
    const rules = [...prepared.rules, ...(confirmed?.rules ?? [])];
    const { posture } = ports;
    const more = [...(posture === undefined ? [] : [posture]), ...(accounts?.keys(event, ports) ?? [])];
    let records = await readAll(rules, { more, optional }, ports, forRules);
    const guard = guardFor(stanceAt(posture && records.get(posture), ports.now), policy.rules, policy.step);
    stance = guard?.stance;
    if (confirmed !== undefined && word?.isConfirmed(records, ports.now)) whose = { signUp: word.confirmed };
    else whose = await accounts?.trace(event, records, ports, forRules);
    if (whose !== undefined && whose.signUp !== event) {
      prepared = whose.signUp === confirmed?.received ? confirmed : preparedFor(whose.signUp);
      signUp = prepared.received;
      asPrepared = prepared.signUp;
      records = await readRest(prepared, records, ports, forRules);
    }
    replayed = replayLookup.map((key) => records.get(key)).filter((row) => row !== undefined);
    const { received } = prepared;
    const run = {
      records,
      guard,
      received,
      prepared: asPrepared,
      ports,
      deadline: forRules,
      step: policy.step,
      provenBy: policy.options.provenBy,
      trace,
      postponed,
      loose: [],
    };
    const state = await decideAndWrite(prepared, run, forAll);
    return { ...answered(signUp, state, trace), trace, replayed, ...left() };
  } catch (error) {
    // What a rule has begun is of no use to anybody any more.
    forRules.abort();
    const failure: Failure = error instanceof FailureError ? error.failure : { why: "rule", error };
    return {
      answer: withoutRules(UNAVAILABLE, policy.step),
      ...(failure.rule !== undefined && { decidedBy: failure.rule }),
      trace,
      replayed,
      ...left(),
      failure,
    };
  } finally {
    forRules.clear();
    forAll.clear();
  }
}

function answered(
  received: SignUp,
  { verdict, decidedBy, signUp }: State,
  trace: readonly RuleResult[],
): Pick<Decision, "answer" | "decidedBy"> {
  // A write that lost its condition may ask for a block even there.
  const stopsNobody = received.step === "before-sending-token";
  const attributes = stopsNobody ? claimsSetBy(trace, signUp) : changes(received.attributes, signUp.attributes);
  const answer: Answer = verdict.kind === "continue" || stopsNobody ? { kind: "continue", attributes } : verdict;
  return { answer, ...(decidedBy !== undefined && { decidedBy }) };
}

/** What rules set, also to what the directory has: a claim that an application waits for must not depend on that. */
function claimsSetBy(trace: readonly RuleResult[], { attributes }: SignUp): Attributes {
  const names = new Set(trace.flatMap(({ set }) => set ?? []));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));
}
