import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { Invocation, LocalFunction } from "../functions/function-thread";
import { type Functions, functionAt } from "../functions/functions";
import { type Resource, TemplateError } from "../template";
import { GatewayError } from "./gateway-responses";

export interface FunctionGuard {
  readonly function: LocalFunction;
  /** Headers that a call must have. Their values are part of the cache key of the authorizer's answers. */
  readonly identityHeaders: readonly string[];
  /** True if the cache key also contains the path. */
  readonly byPath: boolean;
  readonly cacheMs: number;
}

const PATH_SOURCE = /^(context\.resourcePath|\$context\.routeKey)$/;
const HEADER_SOURCE = /^(?:method\.|\$)request\.header\.(.+)$/;

/**
 * Throws TemplateError for identity sources other than headers and the path.
 * @param cacheS seconds for which answers are cached if the template sets no time
 */
export function readFunctionGuard(resource: Resource, sources: readonly string[], cacheS: number, functions: Functions): FunctionGuard {
  const cacheMs = (resource.property<number>("AuthorizerResultTtlInSeconds") ?? cacheS) * 1_000;
  const byPath = sources.some((source) => PATH_SOURCE.test(source));
  const identityHeaders = sources.flatMap((source) => HEADER_SOURCE.exec(source)?.[1]?.toLowerCase() ?? []);
  const isReadable = identityHeaders.length + Number(byPath) === sources.length && (cacheMs === 0 || sources.length > 0);
  if (!isReadable) return refuseUnserved(resource);
  return { function: findFunction(resource, resource.property<string>("AuthorizerUri"), functions), identityHeaders, byPath, cacheMs };
}

/** The function that an integration or an authorizer names by its ARN, or by `…/functions/<arn>/invocations`. */
export function findFunction({ id, type }: Resource, uri = "", functions: Functions): LocalFunction {
  const localFunction = functionAt(functions, /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri);
  if (localFunction === undefined) throw new TemplateError(`${id} (${type}) calls a function that the template does not have.`);
  return localFunction;
}

export function refuseUnserved({ id, type }: Resource): never {
  throw new TemplateError(`${id} (${type}) is of a kind that cannot be served locally.`);
}

interface Permit {
  readonly principalId: string;
  readonly statements: readonly Statement[];
  readonly context: Readonly<Record<string, string | number | boolean>>;
  /** The value of the API key under which a usage plan counts the caller's requests. */
  readonly usageKey: string | undefined;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

export type Caller = Readonly<Record<string, string | number | boolean>>;

/** Rejects with GatewayError. The authorizer's answer is cached, whether its policy allows or denies. */
export type Authorizer = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<{ readonly caller: Caller; readonly usageKey: string | undefined }>;

export function authorizer(settings: FunctionGuard): Authorizer {
  const cache = new Map<string, { readonly until: number; readonly permit: Permit }>();

  async function permitFor(event: APIGatewayRequestAuthorizerEvent): Promise<Permit> {
    const identity = readIdentity(event, settings);
    const cachedPermit = cache.get(identity);
    if (cachedPermit !== undefined && Date.now() < cachedPermit.until) return cachedPermit.permit;
    const permit = readPermit(await settings.function.invoke(event));
    for (const [key, { until }] of cache) if (until <= Date.now()) cache.delete(key);
    if (settings.cacheMs > 0) cache.set(identity, { until: Date.now() + settings.cacheMs, permit });
    return permit;
  }

  return async (event) => {
    const { principalId, statements, context, usageKey } = await permitFor(event);
    if (!allows(statements, event.methodArn)) throw new GatewayError("ACCESS_DENIED", "User is not authorized to access this resource");
    return { caller: { ...context, principalId }, usageKey };
  };
}

/** Returns the cache key. Throws GatewayError if an identity header is missing: the authorizer is then not called. */
function readIdentity({ headers, resource }: APIGatewayRequestAuthorizerEvent, { identityHeaders, byPath }: FunctionGuard): string {
  const values = identityHeaders.map(
    (headerName) => Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === headerName)?.[1],
  );
  if (values.some((value) => value === undefined || value === "")) throw new GatewayError("UNAUTHORIZED", "Unauthorized");
  return JSON.stringify(byPath ? [...values, resource] : values);
}

function readPermit({ outcome }: Invocation): Permit {
  if (!outcome.ok) {
    throw outcome.error.message === "Unauthorized"
      ? new GatewayError("UNAUTHORIZED", "Unauthorized")
      : new GatewayError("AUTHORIZER_FAILURE", "Internal server error");
  }
  const answer = outcome.value as {
    principalId?: unknown;
    usageIdentifierKey?: string;
    policyDocument?: { Statement?: Statement | readonly Statement[] };
    context?: Permit["context"];
  } | null;
  const statements = answer?.policyDocument?.Statement;
  if (typeof answer?.principalId !== "string" || typeof statements !== "object") {
    throw new GatewayError("AUTHORIZER_CONFIGURATION_ERROR", "Internal server error");
  }
  return {
    principalId: answer.principalId,
    statements: [statements].flat() as readonly Statement[],
    context: answer.context ?? {},
    usageKey: answer.usageIdentifierKey,
  };
}

/** Decides as IAM does: a deny beats every allow, and if no statement matches, the call is denied. */
function allows(statements: readonly Statement[], methodArn: string): boolean {
  const applying = statements.filter(({ Action, Resource }) => matchesAny(Action, "execute-api:Invoke") && matchesAny(Resource, methodArn));
  return applying.some(({ Effect }) => Effect === "Allow") && !applying.some(({ Effect }) => Effect === "Deny");
}

function matchesAny(patterns: string | readonly string[] | undefined, text: string): boolean {
  return [patterns ?? []].flat().some((pattern) => wildcard(pattern).test(text));
}

function wildcard(pattern: string): RegExp {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s");
}
