import type { Functions } from "../functions/functions";
import type { Resource, Template } from "../template";
import { type Api, DEFAULT_ROUTE, type Route } from "./api";
import { findFunction, readFunctionGuard, refuseUnserved } from "./authorizer";
import { httpApiResponses } from "./gateway-responses";

const BEARER = "$request.header.Authorization";
const formats: readonly (string | undefined)[] = ["1.0", "2.0"];

/** Throws TemplateError for an unsupported kind of route or authorizer. */
export function readHttpApis(template: Template, functions: Functions): readonly Api[] {
  const guards = new Map(template.ofType("AWS::ApiGatewayV2::Authorizer").map((each) => [each.id, readGuard(each, functions)]));
  const integrations = new Map(template.ofType("AWS::ApiGatewayV2::Integration").map((each) => [`integrations/${each.id}`, each]));
  return template.ofType("AWS::ApiGatewayV2::Api").map(({ id }) => {
    const own = (type: string) => template.ofType(type).filter((resource) => resource.property("ApiId") === id);
    const [stage] = own("AWS::ApiGatewayV2::Stage");
    const settings = stage?.property<{ ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number }>("DefaultRouteSettings");
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
    return {
      id,
      stage: DEFAULT_ROUTE,
      limits: rate === undefined || burst === undefined ? undefined : { rate, burst },
      plans: new Map(),
      routes: own("AWS::ApiGatewayV2::Route").map((route) => readRoute(route, guards, integrations, functions)),
      responses: httpApiResponses,
      idHeader: "Apigw-Requestid",
    };
  });
}

function readRoute(
  route: Resource,
  guards: ReadonlyMap<string, Route["guard"]>,
  integrations: ReadonlyMap<string, Resource>,
  functions: Functions,
): Route {
  const key = (route.property<string>("RouteKey") ?? "").split(" ");
  const isOpen = (route.property("AuthorizationType") ?? "NONE") === "NONE";
  const integration = integrations.get(route.property<string>("Target") ?? "") ?? refuseUnserved(route);
  const format = integration.property<"1.0" | "2.0">("PayloadFormatVersion") ?? "2.0";
  if (!formats.includes(format) || route.property("AuthorizationScopes") !== undefined) return refuseUnserved(route);
  return {
    path: key.at(-1) ?? "",
    method: key.length > 1 ? (key[0] ?? "") : "",
    resourceId: route.id,
    integration: findFunction(integration, integration.property<string>("IntegrationUri"), functions),
    guard: isOpen ? undefined : (guards.get(route.property<string>("AuthorizerId") ?? "") ?? refuseUnserved(route)),
    keyRequired: false,
    format,
  };
}

function readGuard(authorizer: Resource, functions: Functions): Route["guard"] {
  const sources = authorizer.property<readonly string[]>("IdentitySource") ?? [];
  if (authorizer.property("AuthorizerType") === "JWT") {
    const { Issuer, Audience } = authorizer.property<{ Issuer?: string; Audience?: readonly string[] }>("JwtConfiguration") ?? {};
    const isReadable = sources.length === 1 && sources[0] === BEARER;
    return isReadable && Issuer !== undefined && Audience !== undefined
      ? { issuer: Issuer, audience: Audience }
      : refuseUnserved(authorizer);
  }
  if (authorizer.property("AuthorizerPayloadFormatVersion") !== "1.0") return refuseUnserved(authorizer);
  return readFunctionGuard(authorizer, sources, 0, functions);
}
