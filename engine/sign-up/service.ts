import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What can stand in a path or a query. */
export type CallValue = string | number | boolean;

/** The names in braces of a path: "number" of "/partners/{number}". */
type ParamsIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamsIn<Rest> : never;

/** The values for a path's names; for a path that only the run knows, any. */
type ParamsFor<Path extends string> = string extends Path
  ? { readonly params?: Readonly<Record<string, CallValue>> }
  : [ParamsIn<Path>] extends [never]
    ? { readonly params?: undefined }
    : { readonly params: { readonly [Name in ParamsIn<Path>]: CallValue } };

/** What to ask a service, and what its answer has to look like. */
export interface ServiceRequest<
  Path extends string = string,
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Absent extends readonly number[] = readonly number[],
> {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the service's URL. A name in braces stands for a value of `params`: "/partners/{number}". */
  readonly path: Path;
  /** Values for the names in `path`. Each stays within its segment, whatever it holds; an empty one is refused. */
  readonly params?: Readonly<Record<string, CallValue>>;
  /**
   * What follows the "?". An empty value is refused, as one in `params` is: an unfiltered question is another question. Leave
   * out a member that may be missing: `...(city !== undefined && { city })`.
   */
  readonly query?: Readonly<Record<string, CallValue>>;
  /** A body in JSON. */
  readonly json?: unknown;
  /** A body as a form sends it. An empty value is refused, as in `query`. */
  readonly form?: Readonly<Record<string, CallValue>>;
  /**
   * What the answer has to look like, in any library that speaks Standard Schema (standardschema.dev).
   * @default the answer is not looked at
   */
  readonly schema?: Schema;
  /**
   * Statuses that mean that there is no such thing: the call comes to undefined.
   * @default none: any status but 2xx is a failure
   */
  readonly absent?: Absent;
  /**
   * It may be made twice: a call that fails on the way, or is told to come again, gets a second try.
   * @default true for GET, PUT and DELETE
   */
  readonly idempotent?: boolean;
  /**
   * Longest time for this call, in milliseconds, where that is less than is left of the service's.
   * @default the service's
   */
  readonly timeoutMs?: number;
}

/** What a call comes to: the answer as its schema reads it, undefined where there is no such thing. */
type ServiceAnswer<Schema extends StandardSchemaV1, Absent extends readonly number[]> =
  | StandardSchemaV1.InferOutput<Schema>
  | (Absent extends readonly [] ? never : undefined);

/** Of a call that names no schema. */
export type Unread = StandardSchemaV1<unknown, undefined>;

/** Stands as the name of a service where a rule declares none, so that the compiler's message says what to do. */
type Undeclared = `Declare the service in this rule's "uses": uses: [service("crm", { url: "https://…" })]`;

/** Calls a service by its name. */
export interface Calls<Service extends string = string> {
  /**
   * Asks a service that the rule declares: `uses: [service("crm", { url })]`. It is held to the step's deadline. Throws
   * UpstreamError where it gets no answer that can be used.
   */
  call<const Path extends string, Schema extends StandardSchemaV1 = Unread, const Absent extends readonly number[] = readonly []>(
    name: [Service] extends [never] ? Undeclared : Service,
    request: ServiceRequest<Path, Schema, Absent> & ParamsFor<Path>,
  ): Promise<ServiceAnswer<Schema, Absent>>;
}

/** Makes a call in a service's name. */
export type MakeCall = (request: ServiceRequest, context: CallContext) => Promise<unknown>;

/** What a call is held to, and where its secrets come from. */
export interface CallContext {
  readonly signal: AbortSignal;
  remainingMs(): number;
  readonly services: { secret(name: string, signal?: AbortSignal): Promise<string> };
}

/** The services of these uses that can be called by name. */
export type Callable<Uses> = Uses extends readonly (infer Each)[]
  ? Each extends { readonly service: infer Name extends string; readonly call: MakeCall }
    ? Name
    : never
  : never;
