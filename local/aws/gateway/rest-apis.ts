import type { Functions } from "../functions/functions";
import { type Resource, type Template, TemplateError } from "../template";
import { type Api, type Limits, listParameters, parameter, type Route } from "./api";
import { type FunctionGuard, findFunction, readFunctionGuard, refuseUnserved } from "./authorizer";
import { gatewayResponses } from "./gateway-responses";

const DEFAULT_CACHE_S = 300;

/** Throws TemplateError for an unsupported kind of method or authorizer. */
export function readRestApis(template: Template, functions: Functions): readonly Api[] {
  const guards = new Map(
    template.ofType("AWS::ApiGateway::Authorizer").map((resource) => {
      if (resource.property("Type") !== "REQUEST") return refuseUnserved(resource);
      const sources = (resource.property<string>("IdentitySource") ?? "").split(",").flatMap((source) => source.trim() || []);
      return [resource.id, readFunctionGuard(resource, sources, DEFAULT_CACHE_S, functions)] as const;
    }),
  );
  return template.ofType("AWS::ApiGateway::RestApi").map(({ id }) => readApi(id, { template, guards, functions }));
}

interface Surroundings {
  readonly template: Template;
  readonly guards: ReadonlyMap<string, FunctionGuard>;
  readonly functions: Functions;
}

function readApi(id: string, { template, guards, functions }: Surroundings): Api {
  const own = (type: string) => template.ofType(type).filter((resource) => resource.property("RestApiId") === id);
  const [stage] = own("AWS::ApiGateway::Stage");
  if (stage === undefined) throw new TemplateError(`${id} (AWS::ApiGateway::RestApi) has no stage.`);
  const paths = buildPaths(own("AWS::ApiGateway::Resource"), template.attribute(id, "RootResourceId"));
  const routes = own("AWS::ApiGateway::Method").map((resource) => readRoute(resource, paths, guards, functions));
  return {
    id,
    stage: template.ref(stage.id),
    limits: readLimits(stage),
    plans: readPlans(template, id),
    // `matchRoute` takes the first match, so a literal path precedes a path with parameters.
    routes: [...routes].sort((one, other) => listParameters(one.path).length - listParameters(other.path).length),
    responses: gatewayResponses(own("AWS::ApiGateway::GatewayResponse")),
    idHeader: "x-amzn-RequestId",
  };
}

function buildPaths(all: readonly Resource[], rootId: string): ReadonlyMap<string, string> {
  const resources = new Map(all.map((resource) => [resource.id, resource]));
  const buildPath = (id: string): string => {
    const resource = resources.get(id);
    if (resource === undefined) return "";
    const part = resource.property<string>("PathPart") ?? "";
    if (part.includes("{") && !parameter.test(part)) {
      throw new TemplateError(`${id} (${resource.type}) has a path parameter for several parts, which cannot be served locally.`);
    }
    return `${buildPath(resource.property<string>("ParentId") ?? rootId)}/${part}`;
  };
  return new Map([[rootId, "/"], ...[...resources.keys()].map((id) => [id, buildPath(id)] as const)]);
}

function readRoute(
  resource: Resource,
  paths: ReadonlyMap<string, string>,
  guards: ReadonlyMap<string, FunctionGuard>,
  functions: Functions,
): Route {
  const resourceId = resource.property<string>("ResourceId") ?? "";
  const method = resource.property<string>("HttpMethod") ?? "";
  const integration = resource.property<{ Type?: string; Uri?: string }>("Integration");
  const kind = resource.property<string>("AuthorizationType") ?? "NONE";
  const functionGuard = guards.get(resource.property<string>("AuthorizerId") ?? "");
  const guard = kind === "NONE" ? undefined : kind === "AWS_IAM" ? "iam" : (functionGuard ?? refuseUnserved(resource));
  const keyRequired = resource.property<boolean>("ApiKeyRequired") ?? false;
  // If a usage plan's key is required, the guard must be a function: no other guard can return the caller's key.
  if (integration?.Type !== "AWS_PROXY" || method === "ANY" || (keyRequired && typeof guard !== "object")) return refuseUnserved(resource);
  return {
    path: paths.get(resourceId) ?? "/",
    method,
    resourceId,
    integration: findFunction(resource, integration.Uri, functions),
    guard,
    keyRequired,
    format: "rest",
  };
}

interface MethodSetting {
  readonly HttpMethod: string;
  readonly ResourcePath: string;
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

function readLimits(stage: Resource): Api["limits"] {
  const settings = stage.property<MethodSetting[]>("MethodSettings") ?? [];
  const all = settings.find(({ HttpMethod, ResourcePath }) => HttpMethod === "*" && ResourcePath === "/*");
  if (all?.ThrottlingRateLimit === undefined || all.ThrottlingBurstLimit === undefined) return undefined;
  return { rate: all.ThrottlingRateLimit, burst: all.ThrottlingBurstLimit };
}

interface UsagePlan {
  readonly stages: readonly { readonly ApiId: string }[];
  readonly throttle: { readonly RateLimit: number; readonly BurstLimit: number } | undefined;
}

function readPlans(template: Template, apiId: string): ReadonlyMap<string, Limits> {
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
