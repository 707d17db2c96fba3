import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { policySecrets } from "../adapters/aws/secrets";
import { timingCalls } from "../adapters/http/call-times";
import { type RuleTime, reportDecision, reportLostRecord, reportStray, thrownIn, traceOf } from "../adapters/report";
import { survivingRejections } from "../adapters/stray-rejections";
import { decisionKey, decisionTable, keepDecision } from "../adapters/tables/decisions";
import { rows } from "../adapters/tables/rows";
import { tableNamesIn } from "../adapters/tables/tables";
import type { StepWorld } from "../adapters/world";
import { replyFor } from "../engine/messages/index";
import { apiConnector } from "../engine/protocols/api-connector";
import {
  atGate,
  carriedBy,
  type Parsed,
  type ParseReason,
  type Protocol,
  type WireRequest,
  type WireResponse,
} from "../engine/protocols/protocol";
import { callIds, fingerprintOf, fingerprintOfBody, referenceFor } from "../engine/sign-up/call";
import { type Decision, refusal, UNAVAILABLE } from "../engine/sign-up/decision";
import { decide } from "../engine/sign-up/engine";
import { providersWord } from "../engine/sign-up/journey";
import { eachHash, type HashOf, type PersonHashes } from "../engine/sign-up/person";
import { deadlineOf, type Policy } from "../engine/sign-up/policy";
import type { AccountTracing, FirstToken, Ports } from "../engine/sign-up/ports";
import type { DecisionRecord } from "../engine/sign-up/record";
import { isFirstContinue, recordOf } from "../engine/sign-up/recording";
import type { RecordKey, Row } from "../engine/sign-up/rule";
import type { Attributes, Dialect, SignUp, Step } from "../engine/sign-up/sign-up";
import { within } from "../engine/sign-up/time";
import type { Write } from "../engine/sign-up/verdict";
import { gatePosture } from "../features/posture/last-rule";
import { dueAt, type GatewayCall, restCall } from "./gateway";
import { shadowCaller } from "./shadow";

/** The way in which calls reach a step's function: what its gateway hands over, and how its caller writes. */
export interface Entrance<E> {
  readonly dialect: Dialect;
  readonly protocol: Protocol;
  /** The longest that its caller waits, in milliseconds. */
  readonly longestMs?: number;
  call(event: E): GatewayCall;
  /** Whether the caller may call; reports callers that are worth a look. */
  authorize(event: E): boolean;
  /** How it is known whose account a token is for; absent where the call says all that is known. */
  readonly accounts?: AccountTracing;
  /** What is kept of somebody who goes on, so that their account's first token finds them; undefined for nothing. */
  journey?(signUp: SignUp, attributes: Attributes, hashOf: HashOf, now: Date, record: DecisionRecord): Write | undefined;
  /** Keeps the account whose first token this is; absent where nothing is kept. */
  readonly arrival?: (arrived: FirstToken) => Promise<void>;
}

/** Entra's API connectors, by way of a REST API whose authorizer has let them pass. */
const connectors: Entrance<APIGatewayProxyEvent> = { dialect: "b2b", protocol: apiConnector, call: restCall, authorize: () => true };

/** The handler of one step at the gate that API connectors call. */
export function connectorHandler(policy: Policy<Step>) {
  return (world: StepWorld) => stepHandler(connectors, policy, world);
}

/** A record is not worth a longer wait: the log has it instead. */
const LONGEST_RECORD_MS = 1_500;

/**
 * The handler of one step: request -> sign-up -> decision -> record -> answer. Whatever happens, the answer is within
 * the contract.
 */
export function stepHandler<E>(entrance: Entrance<E>, policy: Policy<Step>, world: StepWorld) {
  const { settings, clock, random, log } = world;
  const { read, write } = rows(world.tables, tableNamesIn(settings));
  const decisions = decisionTable(world.tables, required(environment.decisionsTable, settings));
  const days = Number(required(environment.decisionDays, settings));
  const afterSignInDays = Number(settings[environment.afterSignInDays] ?? days);
  const policyVersion = required(environment.policyVersion, settings);
  const gate = settings[environment.gate];
  const listAttributes = settings[environment.listAttributes]?.split(",");
  const secret = policySecrets(world);
  const hashes = personHash(world.secrets, required(environment.personKeySecret, settings), clock);
  const deadlineMs = Math.min(deadlineOf(policy), entrance.longestMs ?? Number.POSITIVE_INFINITY);
  world.tables.warm();
  // The first call needs it before its read: it is on its way while the function starts.
  hashes().catch(() => undefined);
  const askShadows = world.functions && shadowCaller({ ...world, functions: world.functions });

  async function handle(event: E, context: Context): Promise<APIGatewayProxyResult> {
    const { protocol } = entrance;
    const now = new Date(clock.now());
    const { request, arrivedAt, id: callId } = entrance.call(event);
    const due = dueAt(arrivedAt, context, { now: now.getTime(), deadlineMs });
    const parsed = atGate(protocol.parse(request, policy.step, listAttributes), gate);
    const hashed = await hashesBy(due);
    const timed = settings[environment.ruleTimes] === undefined ? undefined : ruleTimes();
    const { result, calls } = await timingCalls(async () =>
      hashed.ok
        ? await decided(parsed, request, { ...hashed.hashes, ...(timed && { stopwatch: timed.stopwatch }) }, now, due)
        : { ids: [callId ?? String(now.getTime())], decision: unreadKey(hashed.error, policy.step) },
    );
    const { ids, decision } = result;
    const { carried, notCollected } = carriedBy(protocol, parsed, decision);

    // A record of this very call lends its key and code, so that a repeat looks like what it repeats.
    const [found] = decision.replayed;
    const id = found === undefined ? (ids[0] as string) : String(found.id);
    const reference = found === undefined ? referenceFor(id) : String(found.reference);
    const record = recordOf(carried, {
      id,
      reference,
      step: policy.step,
      source: parsed.ok ? parsed.signUp.source : parsed.source,
      gate,
      ...(parsed.ok && hashed.ok && { who: { signUp: decision.traced?.signUp ?? parsed.signUp, hashOf: hashed.hashes.hashOf } }),
      provenBy: policy.options.provenBy,
      eventAttributes: policy.options.eventAttributes ?? [],
      notCollected,
      now,
      durationMs: clock.now() - now.getTime(),
      calls,
      policyVersion,
      ...(carried.failure && { thrown: thrownIn(carried.failure) }),
    });
    // A repeat that is answered as before leaves the record as it is, with what shadowed rules have said.
    const isNews = found === undefined || found.revision !== record.revision;
    const noted = hashed.ok ? notedOf(parsed, carried, hashed.hashes.hashOf, now, record) : undefined;
    const arrived = carried.traced?.arrived;
    await Promise.all([keep(record, due), note(noted, arrived, reference, due), isNews && askShadows?.(decision.postponed, record, due)]);
    reportDecision(world, record, carried.failure, callId, timed?.times);
    const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
    return response(protocol.render(replyFor(carried.answer, reference, voice), policy.step, parsed.ok ? parsed.signUp : undefined));
  }

  /** The hashes, if their key can be read in half the time there is. */
  async function hashesBy(due: number): Promise<Hashed> {
    try {
      return { ok: true, hashes: await within((due - clock.now()) / 2, clock, hashes) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  /** Best effort: the verdict counts whether or not its record can be written. Over by `due`, in epoch milliseconds. */
  async function keep(record: DecisionRecord, due: number): Promise<void> {
    const keptDays = isFirstContinue(record) ? afterSignInDays : days;
    try {
      await within(Math.min(due - clock.now(), LONGEST_RECORD_MS), clock, (signal) => keepDecision(decisions, record, keptDays, signal));
    } catch (error) {
      reportLostRecord(world, record, error);
    }
  }

  /** What is to be kept of somebody beside the record. */
  function notedOf(parsed: Parsed, { answer, traced }: Decision, hashOf: HashOf, now: Date, record: DecisionRecord): Write | undefined {
    if (!parsed.ok || answer.kind !== "continue") return undefined;
    const { signUp = parsed.signUp, learnt } = traced ?? {};
    return learnt ?? providersWord(signUp, hashOf, now) ?? entrance.journey?.(signUp, answer.attributes, hashOf, now, record);
  }

  /**
   * Best effort: without it, the next token is for nobody known, and the address counts as typed once the form is sent. Over by
   * `due`, in epoch milliseconds. The account is kept first: as long as the journey is not noted as its, the next token tries again.
   */
  async function note(noted: Write | undefined, arrived: FirstToken | undefined, reference: string, due: number): Promise<void> {
    if (noted === undefined) return;
    try {
      await within(Math.min(due - clock.now(), LONGEST_RECORD_MS), clock, async (signal) => {
        if (arrived !== undefined) await entrance.arrival?.(arrived);
        await write(noted, signal);
      });
    } catch (error) {
      log.warn(policy.step === "after-sign-in" ? "provider's word lost" : "account not noted", { reference, failure: traceOf(error) });
    }
  }

  async function decided(parsed: Parsed, { body }: WireRequest, by: PersonHashes & Pick<Ports, "stopwatch">, now: Date, due: number) {
    const fingerprint = parsed.ok ? fingerprintOf(parsed.signUp) : fingerprintOfBody(policy.step, gate, body);
    const ids = eachHash(by).flatMap((hashOf) => callIds(fingerprint, now, hashOf));
    const replayLookup = ids.map(decisionKey);
    if (!parsed.ok) return { ids, decision: { ...unread(parsed.reason, policy.step), replayed: await replayed(replayLookup, due) } };
    const { accounts } = entrance;
    const ports = {
      read,
      write,
      secret,
      clock,
      random,
      ...by,
      replayLookup,
      ...(policy.step !== "before-sending-token" && { posture: gatePosture(gate) }),
      ...(accounts && { accounts }),
      now,
      remainingMs: due - clock.now(),
    };
    return { ids, decision: await decide(policy, parsed.signUp, ports) };
  }

  /** The record of a call that no rule gets to see, if it was made before; best effort. */
  async function replayed(keys: readonly RecordKey[], due: number): Promise<readonly Row[]> {
    const found = await within((due - clock.now()) / 2, clock, (signal) => read([], signal, keys)).catch(() => new Map<string, Row>());
    return [...found.values()];
  }

  /** Nothing should come to this. If it does, the person still gets a page that says what to do. */
  function answerToCrash(event: E, error: unknown): APIGatewayProxyResult {
    const id = callIdOf(entrance, event) ?? String(clock.now());
    const reference = referenceFor(id);
    const decision: Decision = { ...refusal(UNAVAILABLE, policy.step), failure: { why: "rule", error } };
    const about = { id, reference, step: policy.step, source: entrance.dialect, gate, eventAttributes: [], policyVersion };
    reportDecision(world, recordOf(decision, { ...about, now: new Date(clock.now()), durationMs: 0 }), decision.failure, id);
    return response(entrance.protocol.render(replyFor(decision.answer, reference, { locales: [], options: {} }), policy.step));
  }

  return async (event: E, context: Context): Promise<APIGatewayProxyResult> => {
    log.begin(context);
    if (!entrance.authorize(event)) return unauthorized();
    try {
      return await survivingRejections(
        (error) => reportStray(world, error),
        () => handle(event, context),
      );
    } catch (error) {
      return answerToCrash(event, error);
    }
  };
}

/** Measures the rules of one call. */
function ruleTimes(): { readonly times: readonly RuleTime[]; readonly stopwatch: NonNullable<Ports["stopwatch"]> } {
  const times: RuleTime[] = [];
  return {
    times,
    stopwatch(rule) {
      const begun = performance.now();
      return () => void times.push({ rule, ms: Math.round((performance.now() - begun) * 100) / 100 });
    },
  };
}

type Hashed = { readonly ok: true; readonly hashes: PersonHashes } | { readonly ok: false; readonly error: unknown };

/** Without the key nobody can be found in the tables: everyone is turned away, and the alarm rings. */
function unreadKey(error: unknown, step: Step): Decision {
  return { ...refusal(UNAVAILABLE, step), failure: { why: "read", error } };
}

/** A call that cannot be read is refused. Where nobody is refused, it is a failure: a token goes without its claims. */
function unread(reason: ParseReason, step: Step): Decision {
  const isFailure = step === "before-sending-token";
  return { ...refusal(reason, step), ...(isFailure && { failure: { why: "request", error: new Error(reason) } }) };
}

function callIdOf<E>(entrance: Entrance<E>, event: E): string | undefined {
  try {
    return entrance.call(event).id;
  } catch {
    return undefined;
  }
}

const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };

function response({ status, body }: WireResponse): APIGatewayProxyResult {
  return { statusCode: status, headers, body };
}

function unauthorized(): APIGatewayProxyResult {
  return { statusCode: 401, headers, body: JSON.stringify({ message: "Unauthorized" }) };
}
