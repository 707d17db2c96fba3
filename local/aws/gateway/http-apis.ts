import type { LocalFunction } from "../functions/function-thread";
import { type Functions, functionAt } from "../functions/functions";
import { type Resource, type Template, TemplateError } from "../template";

/** Requests per second, and the burst. */
export interface Limits {
  readonly rate: number;
  readonly burst: number;
}

export interface JwtSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface HttpRoute {
  /** "$default" or "POST /attribute-collection-submit" */
  readonly key: string;
  readonly integration: LocalFunction;
  /** Undefined if the route requires no token. */
  readonly jwt: JwtSettings | undefined;
}

export interface HttpApi {
  readonly id: string;
  readonly routes: readonly HttpRoute[];
  /** Undefined if the stage sets no limit. */
  readonly limits: Limits | undefined;
}

/** The route for requests that no other route matches. */
export const DEFAULT_ROUTE = "$default";
const BEARER = "$request.header.Authorization";

/** True if a function authorizes calls. Such an API sends events in a REST API's form. */
export function isAskedAbout(route: Resource): boolean {
  return route.property("AuthorizationType") === "CUSTOM";
}

/**
 * Reads the template's HTTP APIs, except those with a function as authorizer. Throws TemplateError for an unsupported kind of route or
 * authorizer.
 */
export function readHttpApis(template: Template, functions: Functions): readonly HttpApi[] {
  const checks = template.ofType("AWS::ApiGatewayV2::Authorizer").filter((resource) => resource.property("AuthorizerType") !== "REQUEST");
  const authorizers = new Map(checks.map((resource) => [resource.id, jwtOf(resource)]));
  const integrations = new Map(
    template.ofType("AWS::ApiGatewayV2::Integration").map((resource) => [`integrations/${resource.id}`, functionOf(resource, functions)]),
  );
  const all = template.ofType("AWS::ApiGatewayV2::Route");
  const asked = new Set(all.filter(isAskedAbout).map((route) => route.property<string>("ApiId")));
  const others = all.filter((route) => !asked.has(route.property<string>("ApiId")));
  const routes = others.map((resource) => ({
    api: resource.property<string>("ApiId"),
    key: resource.property<string>("RouteKey") ?? "",
    integration: integrations.get(resource.property<string>("Target") ?? "") ?? unserved(resource),
    jwt: guardOf(resource, authorizers),
  }));
  const stages = template.ofType("AWS::ApiGatewayV2::Stage");
  const apis = template.ofType("AWS::ApiGatewayV2::Api").filter(({ id }) => !asked.has(id));
  return apis.map(({ id }) => ({
    id,
    routes: routes.filter(({ api }) => api === id),
    limits: httpLimitsOf(stages.find((stage) => stage.property("ApiId") === id)),
  }));
}

export function httpLimitsOf(stage: Resource | undefined): Limits | undefined {
  const settings = stage?.property<{ ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number }>("DefaultRouteSettings");
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

function guardOf(route: Resource, authorizers: ReadonlyMap<string, JwtSettings>): JwtSettings | undefined {
  const kind = route.property<string>("AuthorizationType") ?? "NONE";
  if (kind === "NONE") return undefined;
  const jwt = authorizers.get(route.property<string>("AuthorizerId") ?? "");
  // Scopes are not supported.
  return kind === "JWT" && jwt !== undefined && route.property("AuthorizationScopes") === undefined ? jwt : unserved(route);
}

function jwtOf(authorizer: Resource): JwtSettings {
  const { Issuer, Audience } = authorizer.property<{ Issuer?: string; Audience?: readonly string[] }>("JwtConfiguration") ?? {};
  const sources = authorizer.property<readonly string[]>("IdentitySource") ?? [];
  const readable = authorizer.property("AuthorizerType") === "JWT" && sources.length === 1 && sources[0] === BEARER;
  if (!readable || Issuer === undefined || Audience === undefined) return unserved(authorizer);
  return { issuer: Issuer, audience: Audience };
}

function functionOf(integration: Resource, functions: Functions): LocalFunction {
  const uri = integration.property<string>("IntegrationUri") ?? "";
  return functionAt(functions, uri) ?? unserved(integration);
}

function unserved({ id, type }: Resource): never {
  throw new TemplateError(`${id} (${type}) is of a kind that cannot be served locally.`);
}

/** The route of a method and path, if there is one. "POST /path" precedes "$default". */
export function matchHttpRoute({ routes }: HttpApi, method: string | undefined, path: string): HttpRoute | undefined {
  return routes.find(({ key }) => key === `${method} ${path}`) ?? routes.find(({ key }) => key === DEFAULT_ROUTE);
}
