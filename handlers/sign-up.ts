import type { APIGatewayProxyResult, Context } from "aws-lambda";
import type { StepWorld } from "../adapters/world";
import { apiConnector } from "../engine/protocols/api-connector";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import { type Arriving, callContext, signUpFrom } from "./step/call";
import { decided, replay } from "./step/decided";
import { authorized, failClosed } from "./step/fail-closed";
import { recorded } from "./step/recorded";
import { type StepParts, type StoppingFor, stages, stepSettings } from "./step/step";

/** The handler of one step at the gate that API connectors call, by way of a REST API whose authorizer has let them pass. */
export function connectorHandler<S extends Step>(policy: Policy<S>, ...[stopping]: StoppingFor<S>) {
  return (world: StepWorld) => stepHandler({ dialect: apiConnector, policy, stopping }, world);
}

/** The handler of one step: request -> sign-up -> decision -> record -> answer. */
export function stepHandler<Event>(parts: StepParts<Event>, world: StepWorld) {
  const step = stepSettings(parts, world);
  world.tables.warm();
  // The first call needs it before its read: it is on its way while the function starts.
  step.hashes().catch(() => undefined);
  const answer = stages<Arriving<Event>, APIGatewayProxyResult>()
    .use(failClosed(step))
    .use(authorized(step))
    .use(callContext(step))
    .use(signUpFrom(step))
    .use(replay(step))
    .use(recorded(step))
    .handler(decided(step));
  return async (event: Event, context: Context): Promise<APIGatewayProxyResult> => await answer({ event, context });
}
