import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { secretReader } from "../adapters/aws/secrets";
import { timingCalls } from "../adapters/http/call-times";
import { watchingLooseEnds } from "../adapters/loose-ends";
import { system, systemClock } from "../adapters/system";
import { decisionKey, decisionTable, keepDecision } from "../adapters/tables/decisions";
import { type Rows, rows } from "../adapters/tables/rows";
import { replyFor } from "../engine/messages/index";
import { apiConnector } from "../engine/protocols/api-connector";
import { atGate, type Parsed, type ParseReason, type Protocol, type WireRequest, type WireResponse } from "../engine/protocols/protocol";
import { callIds, fingerprintOf, fingerprintOfBody, referenceFor } from "../engine/sign-up/call";
import { type Decision, refusal, UNAVAILABLE, withoutRules } from "../engine/sign-up/decision";
import { decide } from "../engine/sign-up/engine";
import { eachHash, type PersonHashes } from "../engine/sign-up/person";
import { deadlineOf, type Policy } from "../engine/sign-up/policy";
import type { LooseEnds, Ports } from "../engine/sign-up/ports";
import { isFirstContinue, recordOf } from "../engine/sign-up/recording";
import type { Row } from "../engine/sign-up/rule";
import type { Dialect, Step } from "../engine/sign-up/sign-up";
import { within } from "../engine/sign-up/time";
import { dueAt, type GatewayCall, restCall } from "./gateway-request";
import { recordKeeper } from "./record-keeper";
import { logger, reportDecision, reportLooseEnd } from "./report";
import { ruleTimes } from "./rule-times";
import { shadowCaller } from "./shadow-call";

/** The way in which calls reach a step's function: what its gateway hands over, and how its caller writes. */
export interface Entrance<E> {
  call(event: E): GatewayCall;
  readonly dialect: Dialect;
  /** How the caller writes; undefined for one that may not call at all. */
  protocolFor(event: E): Protocol | undefined;
  /** The longest that its caller waits, in milliseconds. */
  readonly longestMs?: number;
}

/** Entra's API connectors, by way of a REST API whose authorizer has let them pass. */
const connectors: Entrance<APIGatewayProxyEvent> = { call: restCall, dialect: "b2b", protocolFor: () => apiConnector };

/** The handler of one step at the gate that API connectors call. */
export function signUpHandler(policy: Policy<Step>) {
  return handlerAt(connectors, policy);
}

/**
 * The handler of one step: request -> sign-up -> decision -> record -> answer. Whatever happens, the answer is within
 * the contract.
 */
export function handlerAt<E>(entrance: Entrance<E>, policy: Policy<Step>) {
  const client = awsClient(dynamodb);
  const { read, write } = rows(client);
  const decisions = decisionTable(client, required(environment.decisionsTable));
  const days = Number(required(environment.decisionDays));
  const afterSignInDays = Number(process.env[environment.afterSignInDays] ?? days);
  const policyVersion = required(environment.policyVersion);
  const gate = process.env[environment.gate];
  const secrets = awsClient(secretsManager);
  const secret = secretReader(() => secrets);
  const hashes = personHash(secrets, required(environment.personKeySecret));
  const keep = recordKeeper((record, signal) => keepDecision(decisions, record, isFirstContinue(record) ? afterSignInDays : days, signal));
  const deadlineMs = Math.min(deadlineOf(policy), entrance.longestMs ?? Number.POSITIVE_INFINITY);
  client.warm();
  // The first call needs it before its read: it is on its way while the function starts.
  hashes().catch(() => undefined);
  // Replaced by the build: a step without shadowed rules leaves the code out.
  const askShadows = process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller() : undefined;

  async function handle(event: E, context: Context, looseEnds: LooseEnds): Promise<APIGatewayProxyResult> {
    const now = new Date();
    const { request, arrivedAt, id: callId } = entrance.call(event);
    const protocol = entrance.protocolFor(event);
    if (protocol === undefined) return unauthorized();
    const due = dueAt(arrivedAt, context, deadlineMs);
    const parsed = atGate(protocol.parse(request, policy.step), gate);
    const hashed = await hashesBy(due, hashes);
    const timed = ruleTimes();
    const { result, calls } = await timingCalls(async () =>
      hashed.ok
        ? await decided(parsed, request, { ...hashed.hashes, looseEnds, ...(timed && { stopwatch: timed.stopwatch }) }, now, due)
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
      ...(parsed.ok && hashed.ok && { who: { signUp: parsed.signUp, hashOf: hashed.hashes.hashOf } }),
      eventAttributes: policy.options.eventAttributes ?? [],
      notCollected,
      now,
      durationMs: Date.now() - now.getTime(),
      calls,
      policyVersion,
    });
    // A repeat that is answered as before leaves the record as it is, with what shadowed rules have said.
    const isNews = found === undefined || found.revision !== record.revision;
    await Promise.all([keep(record, due), isNews && askShadows?.(decision.postponed, record, due)]);
    const [loose] = carried.failure === undefined ? await looseEnds.failed() : [];
    if (loose !== undefined) throw loose.error;
    reportDecision(record, carried.failure, callId, timed?.times);
    const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
    return response(protocol.render(replyFor(carried.answer, reference, voice), policy.step, parsed.ok ? parsed.signUp : undefined));
  }

  async function decided(
    parsed: Parsed,
    { body }: WireRequest,
    by: PersonHashes & Pick<Ports, "looseEnds" | "stopwatch">,
    now: Date,
    due: number,
  ) {
    const fingerprint = parsed.ok ? fingerprintOf(parsed.signUp) : fingerprintOfBody(policy.step, gate, body);
    const ids = eachHash(by).flatMap((hashOf) => callIds(fingerprint, now, hashOf));
    if (!parsed.ok) return { ids, decision: { ...unread(parsed.reason, policy.step), replayed: await replayed(read, ids, due) } };
    const world = { read, write, secret, ...by, ...system, replayLookup: ids.map(decisionKey), now, remainingMs: due - Date.now() };
    return { ids, decision: await decide(policy, parsed.signUp, world) };
  }

  return middy<E, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger))
    .onError((request) => {
      request.response = answerToCrash(entrance, request.event, request.error, { policy, gate, policyVersion });
    })
    .handler((event, context) => watchingLooseEnds(reportLooseEnd, (looseEnds) => handle(event, context, looseEnds)));
}

type Hashed = { readonly ok: true; readonly hashes: PersonHashes } | { readonly ok: false; readonly error: unknown };

/** The hashes, if their key can be read in half the time there is. */
async function hashesBy(due: number, hashes: () => Promise<PersonHashes>): Promise<Hashed> {
  try {
    return { ok: true, hashes: await within((due - Date.now()) / 2, systemClock, hashes) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** The record of a call that no rule gets to see, if it was made before; best effort. */
async function replayed(read: Rows["read"], ids: readonly string[], due: number): Promise<readonly Row[]> {
  const keys = ids.map(decisionKey);
  const found = await within((due - Date.now()) / 2, systemClock, (signal) => read([], signal, keys)).catch(() => new Map<string, Row>());
  return [...found.values()];
}

/** Without the key nobody can be found in the tables: everyone is turned away, and the alarm rings. */
function unreadKey(error: unknown, step: Step): Decision {
  return { ...refusal(UNAVAILABLE, step), failure: { why: "read", error } };
}

/** A call that cannot be read is refused. Where nobody is refused, it is a failure: a token goes without its claims. */
function unread(reason: ParseReason, step: Step): Decision {
  const isFailure = step === "before-sending-token" && reason !== "request.email";
  return { ...refusal(reason, step), ...(isFailure && { failure: { why: "request", error: new Error(reason) } }) };
}

/** The decision as the dialect can say it. One that it cannot say fails as a rule would that says it. */
function carriedBy(protocol: Protocol, parsed: Parsed, decision: Decision): { carried: Decision; notCollected: readonly string[] } {
  if (!parsed.ok || decision.answer.kind !== "continue") return { carried: decision, notCollected: [] };
  try {
    const { attributes, notCollected } = protocol.carry(decision.answer.attributes, parsed.signUp);
    return { carried: { ...decision, answer: { kind: "continue", attributes } }, notCollected };
  } catch (error) {
    const answer = withoutRules(UNAVAILABLE, parsed.signUp.step);
    return { carried: { ...decision, answer, failure: { why: "rule", error } }, notCollected: [] };
  }
}

interface Place {
  readonly policy: Policy<Step>;
  readonly gate: string | undefined;
  readonly policyVersion: string;
}

/** Nothing should come to this. If it does, the person still gets a page that says what to do. */
function answerToCrash<E>(entrance: Entrance<E>, event: E, error: unknown, { policy, gate, policyVersion }: Place): APIGatewayProxyResult {
  const id = callIdOf(entrance, event) ?? String(Date.now());
  const reference = referenceFor(id);
  const decision: Decision = { ...refusal(UNAVAILABLE, policy.step), failure: { why: "rule", error } };
  const given = { id, reference, step: policy.step, source: entrance.dialect, gate, eventAttributes: [], policyVersion };
  reportDecision(recordOf(decision, { ...given, now: new Date(), durationMs: 0 }), decision.failure, id);
  const protocol = entrance.protocolFor(event);
  const reply = replyFor(decision.answer, reference, { locales: [], options: {} });
  return protocol === undefined ? unauthorized() : response(protocol.render(reply, policy.step));
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
