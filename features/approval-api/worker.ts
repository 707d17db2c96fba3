import type { Request } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { type Concern, carryOut } from "../../adapters/operator/act";
import { functionPlace } from "../../adapters/operator/world";
import { readErrorTrace } from "../../adapters/report";
import type { World } from "../../adapters/world";
import { parseJson } from "../../engine/json";
import { wireRequest } from "../../engine/protocols/body";
import { readReference, referenceFor } from "../../engine/sign-up/call";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { within } from "../../engine/sign-up/time";
import { isReadAt, makeDecisions } from "../approvals/acts/decision";
import { decisionActions } from "../approvals/change";
import { isRequestId, requestView } from "../approvals/deciding";
import { decidingWords, followsText, showStored } from "../approvals/deciding-words";
import { type ApprovalStore, approvalStore } from "../approvals/store/approvals";
import { delegationStore } from "../approvals/store/delegations";

/** The handler's time limit, below the function's timeout: after a timeout, the gateway would answer with its block page and status 200. */
const ANSWER_MS = 8_000;

const decisionActs = makeDecisions({});

/**
 * GET /approvals/{id}, POST /approvals/{id}/approve|deny|reopen|retry. IAM has checked the caller, whose ARN is recorded. Never rejects.
 */
export function approvalApiHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const store = approvalStore(tables, requireVariable(environment.approvalsTable, settings));
  const delegations = delegationStore(tables, requireVariable(environment.ledgerTable, settings));
  const place = functionPlace(tables, settings);
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
    const arn = identity.userArn;
    const now = new Date(clock.now());
    const decider = { names: [arn], arn, standsInFor: (await delegations.of([], now, arn)).taken.map(({ from }) => from) };
    const { stage = 0, note, reply, reference, unless } = body;
    const attempt = { target: { id, reference, running: stage - 1 }, input: { note, reply }, answered: "all", unless } as const;
    const result = await carryOut(decisionActs[verb], attempt, place, { actor: { by: arn, via: "api", decider }, now, signal });
    if (result.kind === "done") {
      const { state, decision } = result.outcome;
      log.info("approval call", { verb, outcome: "done", reference: result.outcome.reference, gatewayRequestId: requestId });
      const message = followsText(decidingWords.en, verb, result.outcome, showStored);
      return response(200, { id, reference, state, decision, message, concerns: result.concerns.map(({ code }) => code) });
    }
    const [{ code: why, weight, title, text, facts }] = result.kind === "stopped" ? result.concerns : [changed];
    log.info("approval call", { verb, outcome: why, gatewayRequestId: requestId });
    const message = weight === "refused" ? text((iso) => iso) : `${title}. ${text((iso) => iso)}`;
    return response(why === "unknown" ? 404 : 409, { message, why, ...facts });
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

const changed: Concern = {
  code: "changed",
  weight: "refused",
  text: () => "Somebody else has just changed the request: look at it again.",
};

interface Body {
  readonly note?: string;
  /** For the colleague who asked for a guest. */
  readonly reply?: string;
  /** Code of the request that the caller saw, new each time the person asks. */
  readonly reference: string;
  /** The stage that the caller saw, from 1. Only for a request with stages. */
  readonly stage?: number;
  /** Codes of concerns. If one of them stands, nothing is decided. */
  readonly unless?: readonly string[];
}

const members = ["note", "reply", "reference", "stage", "unless"];

/** Returns a sentence about the fault if the body is wrong. */
function readBody(text: string): Body | string {
  const body = text.trim() === "" ? {} : parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return 'The body has to be a JSON object, such as {"reference":"K7QD-9MXD","note":"partner since 2024"}.';
  }
  const other = Object.keys(body).find((name) => !members.includes(name));
  if (other !== undefined) {
    return `The body has the member ${JSON.stringify(other)}: only note, reply, reference, stage and unless count. The signature says who decides.`;
  }
  const { note, reply, reference, stage, unless } = body as Readonly<Record<string, unknown>>;
  const fault = findTextFault("note", note) ?? findTextFault("reply", reply);
  if (fault !== undefined) return fault;
  if (reference === undefined) {
    return "The body lacks reference, the code of the request that you looked at: the event has it, and GET shows it. If the person asks again, the code changes, and the call is refused.";
  }
  const code = typeof reference === "string" ? readReference(reference) : undefined;
  if (code === undefined) return "reference has to be the code of the request, such as K7QD-9MXD.";
  if (stage !== undefined && !(typeof stage === "number" && Number.isInteger(stage) && stage > 0))
    return "stage has to be the number of the stage that you looked at, from 1: the event has it.";
  if (unless !== undefined && !(Array.isArray(unless) && unless.every((each) => typeof each === "string")))
    return 'unless has to be a list of concerns, such as ["not-proven"].';
  // A concern that is never found here would stop nothing.
  const unread = unless?.find((each) => !isReadAt("api", each));
  if (unread !== undefined) return `unless has ${JSON.stringify(unread)}, which is no concern that this route reads.`;
  return {
    reference: code,
    ...(unless !== undefined && { unless }),
    ...(stage !== undefined && { stage }),
    ...(typeof note === "string" && { note }),
    ...(typeof reply === "string" && { reply }),
  };
}

function findTextFault(name: string, text: unknown): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== "string") return `${name} has to be a text.`;
  if (!text.isWellFormed()) return `${name} has to be a text in Unicode: it holds half a character.`;
  return text.length > MAX_TEXT_LENGTH ? `${name} has to be of ${MAX_TEXT_LENGTH} characters at most.` : undefined;
}

function response(statusCode: number, body: object): APIGatewayProxyResult {
  return { statusCode, headers: { "Content-Type": "application/json", "Cache-Control": "no-store" }, body: JSON.stringify(body) };
}
