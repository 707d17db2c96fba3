import type { LocalFunction } from "../functions/function-thread";
import { type Functions, functionAt } from "../functions/functions";
import { type Resource, type Template, TemplateError } from "../template";
import { type GatewayResponses, gatewayResponses, httpApiResponses } from "./gateway-responses";
import { httpLimitsOf, isAskedAbout, type Limits } from "./http-apis";

/** A method of the API: its function and its authorization. */
export interface GatewayRoute {
  /** `/before-create-user`, `/approvals/{id}` */
  readonly path: string;
  readonly method: string;
  readonly resourceId: string;
  readonly integration: LocalFunction;
  readonly authorizer: AuthorizerSettings | undefined;
  /** True if IAM checks the caller's signature. */
  readonly signed: boolean;
  /** True if the authorizer must return a usage plan's key. */
  readonly keyRequired: boolean;
}

/** A matched route, and the values of its path's parameters. */
export interface RouteMatch {
  readonly route: GatewayRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface AuthorizerSettings {
  readonly function: LocalFunction;
  /** Headers that a call must have. Their values are the key of the authorizer's cache. */
  readonly identityHeaders: readonly string[];
  /** True if each path is authorized separately. */
  readonly byPath: boolean;
  readonly cacheMs: number;
}

export interface Api {
  readonly id: string;
  readonly stage: string;
  /** Undefined if the stage sets no limit. */
  readonly limits: Limits | undefined;
  /** Limits of usage plans, by the value of their key. */
  readonly plans: ReadonlyMap<string, Limits>;
  readonly routes: readonly GatewayRoute[];
  /** Replies instead of a function. */
  readonly responses: GatewayResponses;
  /** The form of events, for an HTTP API; a REST API has only one. */
  readonly payloadFormat?: "1.0";
}

const DEFAULT_CACHE_S = 300;
const RESOURCE_PATH = "context.resourcePath";

/** The template's REST APIs, and the HTTP API that connectors can call instead of one. */
export function readApis(template: Template, functions: Functions): readonly Api[] {
  const authorizers = new Map(
    template.ofType("AWS::ApiGateway::Authorizer").map((resource) => [resource.id, readAuthorizer(resource, functions)]),
  );
  const rest = template.ofType("AWS::ApiGateway::RestApi").map(({ id }) => readApi(id, { template, authorizers, functions }));
  return [...rest, ...readAskingHttpApis(template, functions)];
}

/** HTTP APIs with a function as authorizer. They send events in a REST API's form. */
function readAskingHttpApis(template: Template, functions: Functions): readonly Api[] {
  const authorizers = new Map(
    template.ofType("AWS::ApiGatewayV2::Authorizer").flatMap((resource) => {
      const isAsked = resource.property("AuthorizerType") === "REQUEST";
      return isAsked ? [[resource.id, readHttpAuthorizer(resource, functions)] as const] : [];
    }),
  );
  const integrations = new Map(
    template.ofType("AWS::ApiGatewayV2::Integration").map((resource) => [`integrations/${resource.id}`, resource]),
  );
  const routes = template.ofType("AWS::ApiGatewayV2::Route").filter(isAskedAbout);
  return [...new Set(routes.map((route) => route.property<string>("ApiId") ?? ""))].map((id) => ({
    id,
    stage: "$default",
    limits: httpLimitsOf(template.ofType("AWS::ApiGatewayV2::Stage").find((stage) => stage.property("ApiId") === id)),
    plans: new Map(),
    routes: routes
      .filter((route) => route.property("ApiId") === id)
      .map((route) => {
        const [method = "", path = ""] = (route.property<string>("RouteKey") ?? "").split(" ");
        const integration = integrations.get(route.property<string>("Target") ?? "");
        const called = functionAt(functions, integration?.property<string>("IntegrationUri") ?? "");
        const authorizer = authorizers.get(route.property<string>("AuthorizerId") ?? "");
        if (called === undefined || authorizer === undefined || integration?.property("PayloadFormatVersion") !== "1.0")
          throw new TemplateError(`${route.id} (${route.type}) is of a kind that cannot be served locally.`);
        return { path, method, resourceId: route.id, integration: called, authorizer, signed: false, keyRequired: false };
      }),
    responses: httpApiResponses,
    payloadFormat: "1.0",
  }));
}

const HEADER_SOURCE = /^\$request\.header\.(.+)$/;
const ROUTE_SOURCE = "$context.routeKey";

function readHttpAuthorizer(resource: Resource, functions: Functions): AuthorizerSettings {
  const sources = resource.property<readonly string[]>("IdentitySource") ?? [];
  const byPath = sources.includes(ROUTE_SOURCE);
  const identityHeaders = sources.flatMap((source) => HEADER_SOURCE.exec(source)?.[1]?.toLowerCase() ?? []);
  const cacheMs = (resource.property<number>("AuthorizerResultTtlInSeconds") ?? 0) * 1_000;
  const isReadable = identityHeaders.length + Number(byPath) === sources.length && (cacheMs === 0 || sources.length > 0);
  if (!isReadable || resource.property("AuthorizerPayloadFormatVersion") !== "1.0")
    throw new TemplateError(`${resource.id} (${resource.type}) is of a kind that cannot be served locally.`);
  return { function: calledAt(resource, resource.property<string>("AuthorizerUri"), functions), identityHeaders, byPath, cacheMs };
}

interface Surroundings {
  readonly template: Template;
  readonly authorizers: ReadonlyMap<string, AuthorizerSettings>;
  readonly functions: Functions;
}

function readApi(id: string, { template, authorizers, functions }: Surroundings): Api {
  const own = (type: string) => template.ofType(type).filter((resource) => resource.property("RestApiId") === id);
  const [stage] = own("AWS::ApiGateway::Stage");
  if (stage === undefined) throw new TemplateError(`${id} (AWS::ApiGateway::RestApi) has no stage.`);
  const paths = pathsOf(own("AWS::ApiGateway::Resource"), template.attribute(id, "RootResourceId"));
  const routes = own("AWS::ApiGateway::Method").map((resource) => readRoute(resource, { paths, authorizers, functions }));
  return {
    id,
    stage: template.ref(stage.id),
    limits: limitsOf(stage),
    plans: plansOf(template, id),
    // A literal path precedes one with parameters.
    routes: [...routes].sort((one, other) => parametersOf(one.path).length - parametersOf(other.path).length),
    responses: gatewayResponses(own("AWS::ApiGateway::GatewayResponse")),
  };
}

export function matchRoute({ routes }: Api, method: string | undefined, path: string): RouteMatch | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const values = patternOf(route.path).exec(path)?.slice(1);
    if (values === undefined) continue;
    return { route, parameters: Object.fromEntries(parametersOf(route.path).map((name, index) => [name, values[index] ?? ""])) };
  }
  return undefined;
}

const parameter = /^\{(\w+)\}$/;

function parametersOf(path: string): readonly string[] {
  return path.split("/").flatMap((part) => parameter.exec(part)?.[1] ?? []);
}

/** A parameter matches one segment of the path. */
function patternOf(path: string): RegExp {
  const parts = path.split("/").map((part) => (parameter.test(part) ? "([^/]+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}$`);
}

/** Each resource's full path, by its id. */
function pathsOf(all: readonly Resource[], rootId: string): ReadonlyMap<string, string> {
  const resources = new Map(all.map((resource) => [resource.id, resource]));
  const pathOf = (id: string): string => {
    const resource = resources.get(id);
    if (resource === undefined) return "";
    const part = resource.property<string>("PathPart") ?? "";
    if (part.includes("{") && !parameter.test(part)) {
      throw new TemplateError(`${id} (${resource.type}) has a path parameter for several parts, which cannot be served locally.`);
    }
    return `${pathOf(resource.property<string>("ParentId") ?? rootId)}/${part}`;
  };
  return new Map([[rootId, "/"], ...[...resources.keys()].map((id) => [id, pathOf(id)] as const)]);
}

function readAuthorizer(resource: Resource, functions: Functions): AuthorizerSettings {
  const cacheMs = (resource.property<number>("AuthorizerResultTtlInSeconds") ?? DEFAULT_CACHE_S) * 1_000;
  const sources = (resource.property<string>("IdentitySource") ?? "").split(",").flatMap((source) => source.trim() || []);
  const byPath = sources.includes(RESOURCE_PATH);
  const identityHeaders = sources.flatMap((source) => /^method\.request\.header\.(.+)$/.exec(source)?.[1]?.toLowerCase() ?? []);
  if (
    resource.property("Type") !== "REQUEST" ||
    identityHeaders.length + Number(byPath) !== sources.length ||
    (cacheMs > 0 && sources.length === 0)
  ) {
    throw new TemplateError(
      `${resource.id} (${resource.type}) is not a REQUEST authorizer on headers and path, which alone can be served locally.`,
    );
  }
  return {
    function: calledAt(resource, resource.property<string>("AuthorizerUri"), functions),
    identityHeaders,
    byPath,
    cacheMs,
  };
}

interface Parts {
  readonly paths: ReadonlyMap<string, string>;
  readonly authorizers: ReadonlyMap<string, AuthorizerSettings>;
  readonly functions: Functions;
}

function readRoute(resource: Resource, { paths, authorizers, functions }: Parts): GatewayRoute {
  const resourceId = resource.property<string>("ResourceId") ?? "";
  const method = resource.property<string>("HttpMethod") ?? "";
  const integration = resource.property<{ Type?: string; Uri?: string }>("Integration");
  const authorization = resource.property<string>("AuthorizationType") ?? "NONE";
  const authorizer = authorizers.get(resource.property<string>("AuthorizerId") ?? "");
  const checked = authorization === "NONE" || authorization === "AWS_IAM" || authorizer !== undefined;
  const served = integration?.Type === "AWS_PROXY" && method !== "ANY" && checked;
  if (!served) throw new TemplateError(`${resource.id} (${resource.type}) is of a kind that cannot be served locally.`);
  return {
    path: paths.get(resourceId) ?? "/",
    method,
    resourceId,
    integration: calledAt(resource, integration.Uri, functions),
    authorizer: authorization === "NONE" || authorization === "AWS_IAM" ? undefined : authorizer,
    signed: authorization === "AWS_IAM",
    keyRequired: resource.property<boolean>("ApiKeyRequired") ?? false,
  };
}

/** Integrations and authorizers both refer to their function by `…/functions/<arn>/invocations`. */
function calledAt({ id, type }: Resource, uri: string | undefined, functions: Functions): LocalFunction {
  const found = functionAt(functions, /\/functions\/(.+)\/invocations$/.exec(uri ?? "")?.[1] ?? "");
  if (found === undefined) throw new TemplateError(`${id} (${type}) calls a function that the template does not have.`);
  return found;
}

interface MethodSetting {
  readonly HttpMethod: string;
  readonly ResourcePath: string;
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

function limitsOf(stage: Resource): Api["limits"] {
  const settings = stage.property<MethodSetting[]>("MethodSettings") ?? [];
  const all = settings.find(({ HttpMethod, ResourcePath }) => HttpMethod === "*" && ResourcePath === "/*");
  if (all?.ThrottlingRateLimit === undefined || all.ThrottlingBurstLimit === undefined) return undefined;
  return { rate: all.ThrottlingRateLimit, burst: all.ThrottlingBurstLimit };
}

interface UsagePlan {
  readonly stages: readonly { readonly ApiId: string }[];
  readonly throttle: { readonly RateLimit: number; readonly BurstLimit: number } | undefined;
}

/** A plan without limits is left out. */
function plansOf(template: Template, apiId: string): ReadonlyMap<string, Limits> {
  const plans = new Map<string, UsagePlan>(
    template
      .ofType("AWS::ApiGateway::UsagePlan")
      .map((plan) => [plan.id, { stages: plan.property("ApiStages") ?? [], throttle: plan.property("Throttle") }]),
  );
  const keys = new Map(template.ofType("AWS::ApiGateway::ApiKey").map((key) => [key.id, key.property<string>("Value") ?? ""]));
  return new Map(
    template.ofType("AWS::ApiGateway::UsagePlanKey").flatMap((link) => {
      const { stages = [], throttle } = plans.get(link.property<string>("UsagePlanId") ?? "") ?? {};
      const value = keys.get(link.property<string>("KeyId") ?? "");
      if (value === undefined || throttle === undefined || !stages.some(({ ApiId }) => ApiId === apiId)) return [];
      return [[value, { rate: throttle.RateLimit, burst: throttle.BurstLimit }]];
    }),
  );
}
