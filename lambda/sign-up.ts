import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { secretReader } from "../adapters/aws/secrets";
import { system, systemClock } from "../adapters/system";
import { decisionKey, decisionTable, keepDecision } from "../adapters/tables/decisions";
import { rows } from "../adapters/tables/rows";
import { replyFor } from "../engine/messages/reply";
import { apiConnector } from "../engine/protocols/api-connector";
import type { Parsed, Reply, WireRequest } from "../engine/protocols/protocol";
import { callIds, fingerprintOf, fingerprintOfBody } from "../engine/sign-up/call";
import { within } from "../engine/sign-up/deadline";
import { type Decision, refusal, UNAVAILABLE } from "../engine/sign-up/decision";
import { decide } from "../engine/sign-up/engine";
import type { HashOf } from "../engine/sign-up/person";
import type { Policy } from "../engine/sign-up/policy";
import { recordOf } from "../engine/sign-up/recording";
import { referenceFor } from "../engine/sign-up/reference";
import type { Row } from "../engine/sign-up/rule";
import type { Step } from "../engine/sign-up/sign-up";
import { dueAt, wireRequest } from "./gateway-request";
import { recordKeeper } from "./record-keeper";
import { logger, reportDecision } from "./report";
import { shadowCaller } from "./shadow-call";

/**
 * The handler of one step: request -> sign-up -> decision -> record -> answer. Whatever happens, the answer is within
 * the contract.
 */
export function signUpHandler<S extends Step>(policy: Policy<S>) {
  const client = awsClient(dynamodb);
  const { read, write } = rows(client);
  const decisions = decisionTable(client, required(environment.decisionsTable));
  const days = Number(required(environment.decisionDays));
  const policyVersion = required(environment.policyVersion);
  const secrets = awsClient(secretsManager);
  const secret = secretReader(() => secrets);
  const hash = personHash(secrets, required(environment.personKeySecret));
  const keep = recordKeeper((record, signal) => keepDecision(decisions, record, days, signal));
  client.warm();
  // The first call needs it before its read: it is on its way while the function starts.
  hash().catch(() => undefined);
  // Replaced by the build: a step without shadowed rules leaves the code out.
  const askShadows = process.env.GATEHOUSE_SHADOWS === "present" ? shadowCaller() : undefined;

  async function handle(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> {
    const now = new Date();
    const due = dueAt(event, context, policy);
    const request = wireRequest(event);
    const parsed = apiConnector.parse(request, policy.step);
    const hashed = await hashBy(due);
    const { ids, decision } = hashed.ok
      ? await decided(parsed, request, hashed.hashOf, now, due)
      : { ids: [event.requestContext?.requestId ?? String(now.getTime())], decision: unreadKey(hashed.error) };

    // A record of this very call lends its key and code, so that a repeat looks like what it repeats.
    const [found] = decision.replayed;
    const id = found === undefined ? (ids[0] as string) : String(found.id);
    const reference = found === undefined ? referenceFor(id) : String(found.reference);
    const record = recordOf(decision, {
      id,
      reference,
      step: policy.step,
      source: "b2b",
      ...(parsed.ok && hashed.ok && { who: { signUp: parsed.signUp, hashOf: hashed.hashOf } }),
      eventAttributes: policy.options.eventAttributes ?? [],
      now,
      durationMs: Date.now() - now.getTime(),
      policyVersion,
    });
    // A repeat that is answered as before leaves the record as it is, with what shadowed rules have said.
    const isNews = found === undefined || found.revision !== record.revision;
    await Promise.all([keep(record, due), isNews && askShadows?.(decision.postponed, record, due)]);
    reportDecision(record, decision.failure, event.requestContext?.requestId);
    const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
    return response(replyFor(decision.answer, reference, voice));
  }

  /** The hash, if its key can be read in half the time there is. */
  async function hashBy(
    due: number,
  ): Promise<{ readonly ok: true; readonly hashOf: HashOf } | { readonly ok: false; readonly error: unknown }> {
    try {
      return { ok: true, hashOf: await within((due - Date.now()) / 2, systemClock, hash) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  async function decided(parsed: Parsed, { body }: WireRequest, hashOf: HashOf, now: Date, due: number) {
    const ids = callIds(parsed.ok ? fingerprintOf(parsed.signUp) : fingerprintOfBody(policy.step, body), now, hashOf);
    if (!parsed.ok) return { ids, decision: { ...refusal(parsed.reason), replayed: await replayed(ids, due) } };
    const world = { read, write, secret, hashOf, ...system, replayLookup: ids.map(decisionKey), now, remainingMs: due - Date.now() };
    return { ids, decision: await decide(policy, parsed.signUp, world) };
  }

  /** The record of a call that no rule gets to see, if it was made before; best effort. */
  async function replayed(ids: readonly string[], due: number): Promise<readonly Row[]> {
    const keys = ids.map(decisionKey);
    const found = await within((due - Date.now()) / 2, systemClock, (signal) => read([], signal, keys)).catch(() => new Map<string, Row>());
    return [...found.values()];
  }

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger))
    .onError((request) => {
      // Nothing should get here. If it does, the person still gets a page that says what to do.
      const id = request.event?.requestContext?.requestId ?? String(Date.now());
      const reference = referenceFor(id);
      const decision = { ...refusal(UNAVAILABLE), failure: { why: "rule" as const, error: request.error } };
      const given = {
        id,
        reference,
        step: policy.step,
        source: "b2b" as const,
        eventAttributes: [],
        now: new Date(),
        durationMs: 0,
        policyVersion,
      };
      reportDecision(recordOf(decision, given), decision.failure, id);
      request.response = response(replyFor(decision.answer, reference, { locales: [], options: {} }));
    })
    .handler(handle);
}

/** Without the key nobody can be found in the tables: everyone is turned away, and the alarm rings. */
function unreadKey(error: unknown): Decision {
  return { ...refusal(UNAVAILABLE), failure: { why: "read", error } };
}

function response(reply: Reply): APIGatewayProxyResult {
  const { status, body } = apiConnector.render(reply);
  return { statusCode: status, headers: { "Content-Type": "application/json", "Cache-Control": "no-store" }, body };
}
