import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { customExtension } from "../engine/protocols/extension";
import { type CallerSettings, callerOf, EXTENSION_ANSWER_MS, isId, type TokenClaims } from "../engine/protocols/extension-caller";
import type { Policy } from "../engine/sign-up/policy";
import type { Step } from "../engine/sign-up/sign-up";
import { type GatewayCall, wireRequest } from "./gateway-request";
import { count, logger } from "./report";
import { type Entrance, handlerAt } from "./sign-up";

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

/** The handler of one step as an external tenant calls it, by way of an HTTP API that has checked the caller's token. */
export function extensionHandler(policy: Policy<Step>) {
  return handlerAt(externalTenant(), policy);
}

function externalTenant(): Entrance<Event> {
  const tenantId = required(environment.externalTenant);
  const settings: CallerSettings = {
    tenantId,
    audience: required(environment.extensionAudience),
    testCaller: process.env[environment.extensionTestCaller],
  };
  const protocol = customExtension(tenantId);
  return {
    call: httpCall,
    dialect: "external-tenant",
    longestMs: EXTENSION_ANSWER_MS,
    protocolFor(event) {
      const claims = claimsOf(event);
      const caller = callerOf(claims, settings);
      if (caller === undefined) reportRefused(claims, settings);
      if (caller === "test-caller") reportTestCaller(event);
      return caller && protocol;
    },
  };
}

/** None where the API was deployed without its authorizer: then nobody passes. */
function claimsOf({ requestContext }: Event): TokenClaims {
  return requestContext.authorizer?.jwt?.claims ?? {};
}

/** A token of the tenant's that is not Entra's own: which part of it does not fit. */
function reportRefused({ ver, tid, aud, azp, appid }: TokenClaims, { tenantId, audience }: CallerSettings): void {
  logger.warn("caller refused", {
    version: ver,
    tenantFits: isId(tid, tenantId),
    audienceFits: aud === audience,
    application: azp ?? appid,
  });
}

function reportTestCaller({ requestContext }: Event): void {
  logger.warn("test caller", { gatewayRequestId: requestContext.requestId });
  count("TestCallerCalls");
}

/** A call of API Gateway's HTTP API, payload format 2.0. */
function httpCall(event: Event): GatewayCall {
  const { timeEpoch, requestId } = event.requestContext;
  return { request: wireRequest(event), arrivedAt: timeEpoch, id: requestId };
}
