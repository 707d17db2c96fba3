import type { APIGatewayProxyResult } from "aws-lambda";
import { createShadowAsker } from "#step-needs";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { readErrorTrace, reportDecision, reportLostRecord, thrownIn } from "../../adapters/report";
import { decisionTable, keepDecision } from "../../adapters/tables/decision-writes";
import { rows } from "../../adapters/tables/rows";
import { tableNamesIn } from "../../adapters/tables/tables";
import { referenceFor } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { carriedBy } from "../../engine/sign-up/failure";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { buildDecisionRecord, isFirstContinue } from "../../engine/sign-up/recording";
import { within } from "../../engine/sign-up/time";
import type { Write } from "../../engine/sign-up/verdict";
import { formatResponse } from "./fail-closed";
import type { DecidedCall, ParsedCall, ServedStep, StepMiddleware } from "./step";

/** A record that takes longer to write is in the log instead. */
const LONGEST_RECORD_MS = 1_500;
/**
 * For HASTE_MS after a lost record, the shorter limit holds, to save concurrency: 1,000 functions that each wait 1.5 s answer only 650
 * calls a second.
 */
const [HASTY_RECORD_MS, HASTE_MS] = [150, 10_000];

export function recordDecision<Event>(step: ServedStep<Event>): StepMiddleware<ParsedCall<Event>> {
  const { dialect, policy, world } = step;
  const { keepRecord, keepPerson } = makeWriters(step);
  const askShadows = createShadowAsker(world);

  async function answerCall(call: ParsedCall, decided: DecidedCall): Promise<APIGatewayProxyResult> {
    const { parsed, due, gateway, ruleTimes } = call;
    const { carried, notCollected } = carriedBy(dialect, parsed, decided.decision);
    const record = makeRecord(step, call, { ...decided, decision: carried, notCollected });
    const [earlier] = carried.replayed;
    // If a repeated call gets the same answer, the record stays unchanged and keeps the results of shadowed rules.
    const isNews = earlier === undefined || earlier.revision !== record.revision;
    await Promise.all([keepRecord(record, due), keepPerson(call, carried, record), isNews && askShadows?.(carried.postponed, record, due)]);
    reportDecision(world, record, carried.failure, gateway.id, ruleTimes);
    const voice = { locales: parsed.ok ? parsed.received.locales : parsed.locales, options: policy.options };
    const reply = step.replyFor(carried.answer, record.reference, voice);
    return formatResponse(dialect.render(reply, policy.step, parsed.ok ? parsed.received : undefined));
  }

  return {
    async after(request) {
      request.response = await answerCall(request.event, request.response as DecidedCall);
    },
  };
}

/** A repeated call takes the id and the reference from the first call's record. */
function makeRecord<Event>(
  { policy, gate, policyVersion, world }: ServedStep<Event>,
  { parsed, hashed, now, coldMs }: ParsedCall,
  { ids, decision, notCollected, calls }: DecidedCall & { readonly notCollected: readonly string[] },
): DecisionRecord {
  const [earlier] = decision.replayed;
  const id = earlier === undefined ? ids[0] : String(earlier.id);
  return buildDecisionRecord(decision, {
    id,
    reference: earlier === undefined ? referenceFor(id) : String(earlier.reference),
    step: policy.step,
    source: parsed.ok ? parsed.received.source : parsed.source,
    gate,
    who: parsed.ok && hashed.ok ? { signUp: decision.identification?.signUp ?? parsed.received, hashOf: hashed.hashes.hashOf } : undefined,
    trust: policy.options.trust,
    eventAttributes: policy.options.eventAttributes ?? [],
    notCollected,
    now,
    durationMs: world.clock.now() - now.getTime(),
    coldMs,
    calls,
    policyVersion,
    thrown: decision.failure && thrownIn(decision.failure),
  });
}

/** A failed write does not change the verdict. The writes end by the answer's deadline. */
function makeWriters<Event>({ dialect, policy, arrival, world }: ServedStep<Event>) {
  const { settings, clock, log } = world;
  const decisions = decisionTable(world.tables, requireVariable(environment.decisionsTable, settings));
  const { write } = rows(world.tables, tableNamesIn(settings));
  const days = Number(requireVariable(environment.decisionDays, settings));
  const afterSignInDays = Number(settings[environment.afterSignInDays] ?? days);
  let hastyUntil = 0;
  const briefly = (due: number, work: (signal: AbortSignal) => Promise<void>, longest = LONGEST_RECORD_MS) =>
    within(Math.min(due - clock.now(), longest), clock, work);

  async function keepRecord(record: DecisionRecord, due: number): Promise<void> {
    const keep = (signal: AbortSignal) => keepDecision(decisions, record, isFirstContinue(record) ? afterSignInDays : days, signal);
    try {
      await briefly(due, keep, clock.now() < hastyUntil ? HASTY_RECORD_MS : LONGEST_RECORD_MS);
    } catch (error) {
      if (clock.now() >= hastyUntil) hastyUntil = clock.now() + HASTE_MS;
      reportLostRecord(world, record, error);
    }
  }

  function personWrite(
    { parsed, hashed, now }: ParsedCall,
    { answer, identification }: Decision,
    record: DecisionRecord,
  ): Write | undefined {
    if (!parsed.ok || !hashed.ok || answer.kind !== "continue") return undefined;
    const { signUp = parsed.received, newRow } = identification ?? {};
    return newRow ?? dialect.kept?.(signUp, answer.attributes, hashed.hashes.hashOf, now, record);
  }

  /**
   * Writes a row for the person's later calls. Without the row, the next token's step does not know the person, or the form's address
   * counts as typed.
   */
  async function keepPerson(call: ParsedCall, decision: Decision, record: DecisionRecord): Promise<void> {
    const kept = personWrite(call, decision, record);
    if (kept === undefined) return;
    try {
      await briefly(call.due, async (signal) => {
        // Writes the accounts' row first. If this fails, `kept` is not written either, so the step tries both again for the next token.
        if (decision.identification?.firstToken !== undefined) await arrival?.(decision.identification.firstToken);
        await write(kept, signal);
      });
    } catch (error) {
      const { reference } = record;
      log.warn(policy.step === "after-sign-in" ? "provider's word lost" : "account not noted", {
        reference,
        failure: readErrorTrace(error),
      });
    }
  }

  return { keepRecord, keepPerson };
}
