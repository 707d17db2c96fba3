import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import type { StepWorld } from "../adapters/world";
import { apiConnector } from "../engine/protocols/api-connector";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import { refuseWaiting } from "../engine/sign-up/waiting";
import { callContext, decided, replay, signUpFrom } from "./step/decided";
import { authorized, failClosed } from "./step/fail-closed";
import { recorded } from "./step/recorded";
import type { Arriving, CallStages, StepParts, StepSettings, StoppingFor } from "./step/step";

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

function stepSettings<Event>({ stopping, ...parts }: StepParts<Event>, world: StepWorld): StepSettings<Event> {
  const { settings, secrets, clock } = world;
  const { step } = parts.policy;
  const gate = settings[environment.gate];
  const stopsNobody = step === "before-sending-token";
  if (stopping === undefined && !stopsNobody) throw new TypeError(`${step} does not know how its gate is set.`);
  const isLeftToNext = step !== "after-sign-in" || settings[environment.nextHasPeopleWait] !== undefined;
  return {
    ...parts,
    policy: isLeftToNext ? parts.policy : refuseWaiting(parts.policy),
    world,
    gate,
    posture: stopsNobody ? undefined : stopping?.posture?.(gate),
    replyFor: stopping?.replyFor ?? ((answer) => ({ kind: "continue", attributes: answer.kind === "continue" ? answer.attributes : {} })),
    hashes: personHash(secrets, required(environment.personKeySecret, settings), clock),
    policyVersion: required(environment.policyVersion, settings),
  };
}

/** Begins a list of stages, the outermost first. */
function stages<First, Outer>(): CallStages<First, First, Outer, Outer> {
  return around((last) => last);
}

function around<First, Call, Answer, Outer>(
  compose: (last: (call: Call) => Promise<Answer>) => (first: First) => Promise<Outer>,
): CallStages<First, Call, Answer, Outer> {
  return { use: (stage) => around((rest) => compose(async (call) => await stage(call, rest))), handler: compose };
}
