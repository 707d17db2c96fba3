import type { Request } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { readErrorTrace } from "../../adapters/report";
import type { World } from "../../adapters/world";
import { parseJson } from "../../engine/json";
import { wireRequest } from "../../engine/protocols/body";
import { readReference, referenceFor } from "../../engine/sign-up/call";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { within } from "../../engine/sign-up/time";
import { denialsInStack } from "../access-list/store/denials";
import { decisionActions } from "../approvals/change";
import {
  type Deciding,
  decideRequest,
  deniedByList,
  isRequestId,
  type NotDecided,
  predictDecision,
  requestView,
} from "../approvals/deciding";
import type { Approver } from "../approvals/request";
import { type ApprovalStore, approvalStore } from "../approvals/store/approvals";
import { delegationStore } from "../approvals/store/delegations";

/** The handler's time limit, below the function's timeout: after a timeout, the gateway would answer with its block page and status 200. */
const ANSWER_MS = 8_000;

/**
 * GET /approvals/{id}, POST /approvals/{id}/approve|deny|reopen|retry. IAM has checked the caller, whose ARN is recorded. Never rejects.
 */
export function approvalApiHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const store = approvalStore(tables, requireVariable(environment.approvalsTable, settings));
  const delegations = delegationStore(tables, requireVariable(environment.ledgerTable, settings));
  const { findDenials } = denialsInStack({ settings, tables });
  void tables.warm();

  async function answer(event: APIGatewayProxyEvent, signal: AbortSignal): Promise<APIGatewayProxyResult> {
    const { identity, requestId } = event.requestContext;
    // Occurs only if somebody removes the method's authorization.
    if (!identity.userArn) return response(403, { message: "Forbidden" });
    const id = event.pathParameters?.id ?? "";
    if (!isRequestId(id)) return response(404, { message: "There is no such request.", why: "unknown" });
    const verb = decisionActions.find((each) => event.resource.endsWith(`/${each}`));
    if (verb === undefined) return await show(store, id, new Date(clock.now()));

    const body = readBody(wireRequest(event).body);
    if (typeof body === "string") return response(400, { message: body });
    const by: Approver = { kind: "iam", name: identity.userArn };
    const arn = identity.userArn;
    const now = new Date(clock.now());
    const decider = { names: [arn], arn, standsInFor: (await delegations.of([], now, arn)).taken.map(({ from }) => from) };
    const { stage = 0, ...say } = body;
    const deciding = { id, by, decider, running: stage - 1, ...say };
    const entry = verb === "approve" ? await denyingEntry(deciding, now, signal) : undefined;
    const result = entry === undefined ? await decideRequest(store, verb, deciding, now, signal) : deniedByList(entry);
    const about = result.ok ? { outcome: "done", reference: result.request.reference } : { outcome: result.why };
    log.info("approval call", { verb, ...about, gatewayRequestId: requestId });
    if (!result.ok) return refusal(result);
    const { reference, state, decision } = result.request;
    return response(200, { id, reference, state, decision, message: result.message });
  }

  /** The entry that denies the person. Undefined if there is none, or if the approval would be refused for another reason anyway. */
  async function denyingEntry({ id, ...deciding }: Deciding, now: Date, signal: AbortSignal): Promise<string | undefined> {
    const request = await store.get(id);
    if (request === undefined || request.reference !== deciding.reference) return undefined;
    const seenState = { decision: request.decision, stages: { running: deciding.running ?? -1 } };
    if (!predictDecision("approve", request, { ...deciding, seen: seenState }, now).ok) return undefined;
    return (await findDenials([request], now, signal)).get(request);
  }

  const answerInTime = (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> =>
    within(ANSWER_MS, clock, (signal) => answer(event, signal));

  function answerFailure(request: Request<APIGatewayProxyEvent, APIGatewayProxyResult, unknown>): void {
    const { requestId: gatewayRequestId } = request.event.requestContext;
    const reference = referenceFor(gatewayRequestId);
    log.error("approval call failed", { reference, gatewayRequestId, failure: readErrorTrace(request.error) });
    const message = "A part of Gatehouse failed. Repeat the call: nothing is done twice.";
    request.response = response(500, { message, reference });
  }

  return composeHandler({ log }, answerInTime, { onError: answerFailure });
}

async function show(store: ApprovalStore, id: string, now: Date): Promise<APIGatewayProxyResult> {
  const request = await store.get(id);
  if (request === undefined) return response(404, { message: "There is no such request.", why: "unknown" });
  return response(200, requestView(request, now));
}

function refusal({ ok: _, message, ...facts }: NotDecided): APIGatewayProxyResult {
  return response(facts.why === "unknown" ? 404 : 409, { message, ...facts });
}

interface Body {
  readonly note?: string;
  /** Code of the request that the caller saw, new each time the person asks. */
  readonly reference: string;
  /** The stage that the caller saw, from 1. Only for a request with stages. */
  readonly stage?: number;
}

const members = ["note", "reference", "stage"];

/** Returns a sentence about the fault if the body is wrong. */
function readBody(text: string): Body | string {
  const body = text.trim() === "" ? {} : parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return 'The body has to be a JSON object, such as {"reference":"K7QD-9MXD","note":"partner since 2024"}.';
  }
  const other = Object.keys(body).find((name) => !members.includes(name));
  if (other !== undefined) {
    return `The body has the member ${JSON.stringify(other)}: only note, reference and stage count. The signature says who decides.`;
  }
  const { note, reference, stage } = body as Readonly<Record<string, unknown>>;
  if (note !== undefined && typeof note !== "string") return "note has to be a text.";
  if (note?.isWellFormed() === false) return "note has to be a text in Unicode: it holds half a character.";
  if (note !== undefined && note.length > MAX_TEXT_LENGTH) return `note has to be of ${MAX_TEXT_LENGTH} characters at most.`;
  if (reference === undefined) {
    return "The body lacks reference, the code of the request that you looked at: the event has it, and GET shows it. If the person asks again, the code changes, and the call is refused.";
  }
  const code = typeof reference === "string" ? readReference(reference) : undefined;
  if (code === undefined) return "reference has to be the code of the request, such as K7QD-9MXD.";
  if (stage !== undefined && !(typeof stage === "number" && Number.isInteger(stage) && stage > 0))
    return "stage has to be the number of the stage that you looked at, from 1: the event has it.";
  return { reference: code, ...(stage !== undefined && { stage }), ...(note !== undefined && { note }) };
}

function response(statusCode: number, body: object): APIGatewayProxyResult {
  return { statusCode, headers: { "Content-Type": "application/json", "Cache-Control": "no-store" }, body: JSON.stringify(body) };
}
