import type { LocalFunction } from "../functions/function-thread";
import type { FunctionGuard } from "./authorizer";
import type { GatewayResponses } from "./gateway-responses";
import type { JwtSettings } from "./token-check";

/** Requests per second, and the burst. */
export interface Limits {
  readonly rate: number;
  readonly burst: number;
}

export interface Route {
  /** `/before-create-user`, `/approvals/{id}`, or DEFAULT_ROUTE */
  readonly path: string;
  readonly method: string;
  readonly resourceId: string;
  readonly integration: LocalFunction;
  /** The check of callers. Undefined if the route has none. */
  readonly guard: FunctionGuard | JwtSettings | "iam" | undefined;
  /** True if the guard must return a usage plan's key. */
  readonly keyRequired: boolean;
  /** REST APIs have only the form "rest"; the others are the format versions of HTTP APIs. */
  readonly format: "rest" | "1.0" | "2.0";
}

export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Api {
  readonly id: string;
  readonly stage: string;
  readonly limits: Limits | undefined;
  /** The limits of usage plans, by the value of the plan's API key. */
  readonly plans: ReadonlyMap<string, Limits>;
  readonly routes: readonly Route[];
  readonly responses: GatewayResponses;
  readonly idHeader: string;
}

/** The path for requests that no other route matches, and the name of an HTTP API's stage. */
export const DEFAULT_ROUTE = "$default";

export function matchRoute({ routes }: Pick<Api, "routes">, method: string | undefined, path: string): RouteMatch | undefined {
  for (const route of routes) {
    const values = route.method === method ? buildPathPattern(route.path).exec(path)?.slice(1) : undefined;
    if (values === undefined) continue;
    return { route, parameters: Object.fromEntries(listParameters(route.path).map((name, index) => [name, values[index] ?? ""])) };
  }
  const route = routes.find((each) => each.path === DEFAULT_ROUTE);
  return route && { route, parameters: {} };
}

export const parameter = /^\{(\w+)\}$/;

export function listParameters(path: string): readonly string[] {
  return path.split("/").flatMap((part) => parameter.exec(part)?.[1] ?? []);
}

/** A parameter matches one segment. */
function buildPathPattern(path: string): RegExp {
  const parts = path.split("/").map((part) => (parameter.test(part) ? "([^/]+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${parts.join("/")}$`);
}
