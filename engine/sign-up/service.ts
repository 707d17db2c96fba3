import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Timeout } from "./time";

/** A value in a path, a query or a form. */
export type CallValue = string | number | boolean;

/** The names in braces in a path: "number" of "/partners/{number}". */
type ParamsIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamsIn<Rest> : never;

/** The values for the names in a path. If the path is known only at run time, any names are permitted. */
type ParamsFor<Path extends string> = string extends Path
  ? { readonly params?: Readonly<Record<string, CallValue>> }
  : [ParamsIn<Path>] extends [never]
    ? { readonly params?: undefined }
    : { readonly params: { readonly [Name in ParamsIn<Path>]: CallValue } };

/** A request to a service, and the expected shape of its answer. */
export interface ServiceRequest<
  Path extends string = string,
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Absent extends readonly number[] = readonly number[],
> {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A path below the service's URL. `params` replaces names in braces: "/partners/{number}". */
  readonly path: Path;
  /** Values for the names in `path`. They are escaped. An empty value throws. */
  readonly params?: Readonly<Record<string, CallValue>>;
  /** Values of the query. An empty value throws. Leave out a member that may be missing: `...(city !== undefined && { city })`. */
  readonly query?: Readonly<Record<string, CallValue>>;
  readonly json?: unknown;
  /** A form's body. An empty value throws, as in `query`. */
  readonly form?: Readonly<Record<string, CallValue>>;
  /**
   * The form of the answer: a Standard Schema.
   * @default the answer is not read: the call returns true
   */
  readonly schema?: Schema;
  /**
   * Statuses that mean "not found": the call returns undefined.
   * @default none: every status but 2xx is a failure
   */
  readonly absent?: Absent;
  /**
   * True if the call is repeated once after the connection was lost or the service answered "try again".
   * @default true for GET, PUT and DELETE
   */
  readonly idempotent?: boolean;
  /** Time limit of this call: `"500ms"`. It does not extend the service's own limit. @default the service's limit */
  readonly timeout?: Timeout;
}

/** The schema's output; without a schema, true. Undefined if the service answered "not found". */
type ServiceAnswer<Schema extends StandardSchemaV1, Absent extends readonly number[]> =
  | StandardSchemaV1.InferOutput<Schema>
  | (Absent extends readonly [] ? never : undefined);

/** Stands for the schema of a call that has no `schema`: such a call returns true. */
export type Unread = StandardSchemaV1<unknown, true>;

/** The compiler's error shows this sentence if the rule declares no service. */
type Undeclared = `Declare the service in this rule's "uses": uses: [service("crm", { url: "https://…" })]`;

/** Calls a service by its name. */
export interface Calls<Service extends string = string> {
  /**
   * Asks a service that the rule declares: `uses: [service("crm", { url })]`. The step's deadline applies. Throws UpstreamError without a
   * usable answer.
   */
  call<const Path extends string, Schema extends StandardSchemaV1 = Unread, const Absent extends readonly number[] = readonly []>(
    name: [Service] extends [never] ? Undeclared : Service,
    request: ServiceRequest<Path, Schema, Absent> & ParamsFor<Path>,
  ): Promise<ServiceAnswer<Schema, Absent>>;
}

/** Sends a request to one service. */
export type MakeCall = (request: ServiceRequest, context: CallContext) => Promise<unknown>;

/** The deadline of a call, and the source of its secrets. */
export interface CallContext {
  readonly signal: AbortSignal;
  remainingMs(): number;
  readonly services: { secret(name: string, signal?: AbortSignal, refused?: string): Promise<string> };
}

/** The services among `Uses` that a rule can call by name. */
export type Callable<Uses> = Uses extends readonly (infer Each)[]
  ? Each extends { readonly service: infer Name extends string; readonly call: MakeCall }
    ? Name
    : never
  : never;

/** Ways in which a call to another system fails. */
export type UpstreamFailureKind =
  | "timeout"
  | "connection"
  /** Status 401 or 403, or an error code of the system that means refused access. */
  | "unauthorised"
  | "throttled"
  /** Any other error status, or any other error code of the system. */
  | "failed"
  | "too-large"
  | "unreadable"
  /** An answer that can be read, but breaks the contract. */
  | "unexpected"
  /** Our secret is missing or malformed. */
  | "secret";

/** A failed call, described only by names and codes, for logs, metrics and records. */
export interface UpstreamFailure {
  readonly service: string;
  readonly kind: UpstreamFailureKind;
  /** The HTTP status, if there was one. */
  readonly status?: number;
  /** The place in the answer that the schema refuses: "partner.seats". Never a value. */
  readonly at?: string;
  /** Kind and source of an unexpected answer: "HTML from POST crm.example.com". Never its text. */
  readonly came?: string;
}
