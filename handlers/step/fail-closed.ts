import type { APIGatewayProxyResult } from "aws-lambda";
import { reportDecision } from "../../adapters/report";
import type { WireResponse } from "../../engine/protocols/dialect";
import { referenceFor } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { refusal, UNAVAILABLE } from "../../engine/sign-up/failure";
import { buildDecisionRecord } from "../../engine/sign-up/recording";
import type { ArrivedCall, ServedStep, StepMiddleware } from "./step";

const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };

export function formatResponse({ status, body }: WireResponse): APIGatewayProxyResult {
  return { statusCode: status, headers, body };
}

class RefusedCallerError extends Error {}

/** `onError` sets the response and returns nothing: if it returned one, middy would skip the `onError` of the log's middlewares. */
export function failClosed<Event>({
  dialect,
  policy,
  gate,
  policyVersion,
  replyFor,
  world,
}: ServedStep<Event>): StepMiddleware<ArrivedCall<Event>> {
  function answerCrash(event: Event, error: unknown): APIGatewayProxyResult {
    const id = readId(event) ?? String(world.clock.now());
    const reference = referenceFor(id);
    const decision: Decision = { ...refusal(UNAVAILABLE, policy.step), failure: { why: "rule", error } };
    const about = { id, reference, step: policy.step, source: dialect.name, gate, eventAttributes: [], policyVersion };
    const record = buildDecisionRecord(decision, { ...about, now: new Date(world.clock.now()), durationMs: 0 });
    reportDecision(world, record, decision.failure, id);
    return formatResponse(dialect.render(replyFor(decision.answer, reference, { locales: [], options: {} }), policy.step));
  }

  function readId(event: Event): string | undefined {
    try {
      return dialect.call(event).id;
    } catch {
      return undefined;
    }
  }

  return {
    onError(request) {
      const { error } = request;
      request.response =
        error instanceof RefusedCallerError
          ? formatResponse({ status: 401, body: JSON.stringify({ message: "Unauthorized" }) })
          : answerCrash(request.event.event, error);
    },
  };
}

/** Throws for a refused caller: if this middleware returned an answer instead, middy would skip the log's `after`. */
export function checkCaller<Event>({ dialect, world: { log } }: ServedStep<Event>): StepMiddleware<ArrivedCall<Event>> {
  return {
    before({ event: { event } }) {
      const caller = dialect.caller?.(event) ?? "entra";
      if (typeof caller === "object") {
        log.warn("caller refused", caller.refused);
        throw new RefusedCallerError();
      }
      if (caller === "test-caller") {
        log.warn("test caller", { gatewayRequestId: dialect.call(event).id });
        log.count("TestCallerCalls");
      }
    },
  };
}
