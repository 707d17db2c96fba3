import type { APIGatewayProxyResult } from "aws-lambda";
import { reportDecision, reportStray } from "../../adapters/report";
import { survivingRejections } from "../../adapters/stray-rejections";
import type { WireResponse } from "../../engine/protocols/dialect";
import { referenceFor } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { refusal, UNAVAILABLE } from "../../engine/sign-up/failure";
import { recordOf } from "../../engine/sign-up/recording";
import type { Arriving, CallStage, StepSettings } from "./step";

const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };

export function response({ status, body }: WireResponse): APIGatewayProxyResult {
  return { statusCode: status, headers, body };
}

type Outermost<Event> = CallStage<Arriving<Event>, Arriving<Event>, APIGatewayProxyResult>;

/** Whatever happens, the answer is within the contract: nothing should be thrown, but the person gets a page that says what to do. */
export function failClosed<Event>({ dialect, policy, gate, policyVersion, replyFor, world }: StepSettings<Event>): Outermost<Event> {
  function answerToCrash(event: Event, error: unknown): APIGatewayProxyResult {
    const id = idOf(event) ?? String(world.clock.now());
    const reference = referenceFor(id);
    const decision: Decision = { ...refusal(UNAVAILABLE, policy.step), failure: { why: "rule", error } };
    const about = { id, reference, step: policy.step, source: dialect.name, gate, eventAttributes: [], policyVersion };
    const record = recordOf(decision, { ...about, now: new Date(world.clock.now()), durationMs: 0 });
    reportDecision(world, record, decision.failure, id);
    return response(dialect.render(replyFor(decision.answer, reference, { locales: [], options: {} }), policy.step));
  }

  function idOf(event: Event): string | undefined {
    try {
      return dialect.call(event).id;
    } catch {
      return undefined;
    }
  }

  return async (call, rest) => {
    world.log.begin(call.context);
    try {
      return await survivingRejections(
        (error) => reportStray(world, error),
        () => rest(call),
      );
    } catch (error) {
      return answerToCrash(call.event, error);
    }
  };
}

/** Answers callers who may not call. */
export function authorized<Event>({ dialect, world: { log } }: StepSettings<Event>): Outermost<Event> {
  return async (call, rest) => {
    const caller = dialect.caller?.(call.event) ?? "entra";
    if (typeof caller === "object") {
      log.warn("caller refused", caller.refused);
      return response({ status: 401, body: JSON.stringify({ message: "Unauthorized" }) });
    }
    if (caller === "test-caller") {
      log.warn("test caller", { gatewayRequestId: dialect.call(call.event).id });
      log.count("TestCallerCalls");
    }
    return await rest(call);
  };
}
