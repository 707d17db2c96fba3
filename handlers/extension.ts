import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import type { StepWorld } from "../adapters/world";
import { customExtension } from "../engine/protocols/extension";
import { type CallerSettings, callerOf, EXTENSION_ANSWER_MS, isId, type TokenClaims } from "../engine/protocols/extension-caller";
import { type AskDirectory, accountTracing, journeyWrite } from "../engine/sign-up/account";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import { type GatewayCall, wireRequest } from "./gateway";
import { type Entrance, stepHandler } from "./sign-up";

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

/**
 * The handler of one step as an external tenant calls it, by way of an HTTP API that has checked the caller's token.
 * @param accounts asks whose an account is; undefined without the consent of the tenant's administrator
 * @param arrivals keeps accounts whose first token comes
 */
export function extensionHandler<Part = unknown>(
  policy: Policy<Step>,
  accounts?: (world: Part) => AskDirectory,
  arrivals?: (world: StepWorld) => Entrance<Event>["arrival"],
) {
  return (world: StepWorld & Part) => {
    const arrival = arrivals?.(world);
    const entrance = { ...externalTenant(world), ...tracing(policy, world, accounts?.(world)), ...(arrival && { arrival }) };
    return stepHandler(entrance, policy, world);
  };
}

function externalTenant({ settings, log }: StepWorld): Entrance<Event> {
  const tenantId = required(environment.externalTenant, settings);
  const accepted: CallerSettings = {
    tenantId,
    audience: required(environment.extensionAudience, settings),
    testCaller: settings[environment.extensionTestCaller],
  };
  return {
    dialect: "external-tenant",
    protocol: customExtension({ tenantId, addressAttribute: settings[environment.addressAttribute] }),
    longestMs: EXTENSION_ANSWER_MS,
    call: httpCall,
    authorize(event) {
      const claims = claimsOf(event);
      const caller = callerOf(claims, accepted);
      if (caller === undefined) log.warn("caller refused", mismatch(claims, accepted));
      if (caller === "test-caller") {
        log.warn("test caller", { gatewayRequestId: event.requestContext.requestId });
        log.count("TestCallerCalls");
      }
      return caller !== undefined;
    },
  };
}

/** From the form to the first token, and from there on at each token. */
function tracing(
  { step }: Policy<Step>,
  { settings }: StepWorld,
  ask: AskDirectory | undefined,
): Pick<Entrance<Event>, "accounts" | "journey"> {
  if (settings[environment.accountTracing] === undefined) return {};
  return step === "before-sending-token" ? { accounts: accountTracing(ask) } : { journey: journeyWrite };
}

/** None where the API was deployed without its authorizer: then nobody passes. */
function claimsOf({ requestContext }: Event): TokenClaims {
  return requestContext.authorizer?.jwt?.claims ?? {};
}

/** Which part of a token of the tenant's does not fit: the token is not Entra's own. */
function mismatch({ ver, tid, aud, azp }: TokenClaims, { tenantId, audience }: CallerSettings): object {
  return { version: ver, tenantFits: isId(tid, tenantId), audienceFits: aud === audience, application: azp };
}

/** A call of API Gateway's HTTP API, payload format 2.0. */
function httpCall(event: Event): GatewayCall {
  const { timeEpoch, requestId } = event.requestContext;
  return { request: wireRequest(event), arrivedAt: timeEpoch, id: requestId };
}
