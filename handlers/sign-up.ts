import middy from "@middy/core";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { policySecrets } from "#step-needs";
import { ENTIRE_TIME } from "../adapters/aws/compose-handler";
import { environment, requireVariable } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { reportStray } from "../adapters/report";
import { survivingRejections } from "../adapters/stray-rejections";
import type { StepWorld } from "../adapters/world";
import { apiConnector } from "../engine/protocols/api-connector";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import { refuseWaiting } from "../engine/sign-up/waiting";
import { keepWarm, openConnections, watchColdCalls } from "./cold-calls";
import { decideSignUp } from "./step/decide-sign-up";
import { checkCaller, failClosed } from "./step/fail-closed";
import { loadHashes, parseSignUp, timeCall } from "./step/read-call";
import { recordDecision } from "./step/record-decision";
import type { ArrivedCall, DecidingArguments, ServedStep, StepDefinition } from "./step/step";

/** The authorizer of the connectors' REST API has already accepted the caller. */
export function connectorHandler<S extends Step>(policy: Policy<S>, ...[decidingParts]: DecidingArguments<S>) {
  return (world: StepWorld) => stepHandler({ dialect: apiConnector, policy, decidingParts }, world);
}

/** Returns the handler of one step: request -> sign-up -> decision -> record -> answer. */
export function stepHandler<Event>(definition: StepDefinition<Event>, world: StepWorld) {
  const step = serveStep(definition, world);
  void world.tables.warm();
  // Loaded while the function starts, because the first call needs the key of people's hashes at once.
  step.hashes().catch(() => undefined);
  const answerCall = composeStep(step);
  async function answer(event: Event, context: Context): Promise<APIGatewayProxyResult> {
    return await survivingRejections(
      (error) => reportStray(world, error),
      () => answerCall({ event }, context),
    );
  }

  return keepWarm(answer, {
    clock: world.clock,
    coldCalls: step.coldCalls,
    openConnections: () => openConnections(world),
    readSecrets: () => {
      const names = Object.keys(JSON.parse(world.settings[environment.secrets] ?? "{}") as object);
      return Promise.all([step.hashes(), ...names.map((name) => step.secret(name))]);
    },
  }) as typeof answer;
}

/** The middlewares run in this order before `decideSignUp`, and in reverse order after it. */
function composeStep<Event>(step: ServedStep<Event>): (call: ArrivedCall<Event>, context: Context) => Promise<APIGatewayProxyResult> {
  const handler = middy(decideSignUp(step), ENTIRE_TIME)
    .use([...step.world.log.middlewares])
    // onError: a crash gets the answer of a failure, a refused caller the status 401.
    .use(failClosed(step))
    // before: throws for a caller who is neither Entra nor the test.
    .use(checkCaller(step))
    // before: adds the gateway's call, the time, and when the answer is due.
    .use(timeCall(step))
    // before: adds the hashes of people.
    .use(loadHashes(step))
    // before: adds the sign-up, or why it cannot be read.
    .use(parseSignUp(step))
    // after: keeps the record, and makes the answer from the decision.
    .use(recordDecision(step));
  return handler as unknown as ReturnType<typeof composeStep<Event>>;
}

function serveStep<Event>({ decidingParts, ...definition }: StepDefinition<Event>, world: StepWorld): ServedStep<Event> {
  const { settings, secrets, clock } = world;
  const { step } = definition.policy;
  const gate = settings[environment.gate];
  const stopsNobody = step === "before-sending-token";
  if (decidingParts === undefined && !stopsNobody) throw new TypeError(`${step} does not know how its gate is set.`);
  const isLeftToNext = step !== "after-sign-in" || settings[environment.nextHasPeopleWait] !== undefined;
  return {
    ...definition,
    policy: isLeftToNext ? definition.policy : refuseWaiting(definition.policy),
    world,
    gate,
    lastRule: stopsNobody ? undefined : decidingParts?.lastRule?.(gate),
    replyFor:
      decidingParts?.replyFor ?? ((answer) => ({ kind: "continue", attributes: answer.kind === "continue" ? answer.attributes : {} })),
    secret: policySecrets(world),
    hashes: personHash(secrets, requireVariable(environment.personKeySecret, settings), clock),
    policyVersion: requireVariable(environment.policyVersion, settings),
    coldCalls: watchColdCalls(world),
  };
}
