import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { parseJson } from "../../../engine/json";
import { jsonAnswer, mediaType, noContent, type Received, type StandInAnswer } from "../outside-system";

/** An object of the tenant, hidden until `seenFrom`, in epoch milliseconds. */
export interface GraphObject {
  readonly id: string;
  readonly seenFrom?: number;
}

interface Keeper {
  /** Milliseconds for which new objects are hidden. */
  readonly searchLagMs: number;
  readonly directory: { save(): void };
}

/** One kind of objects: where they are stored (`in` and `of`), and how they differ from other kinds. */
export interface Objects<T extends GraphObject> {
  /** The kind's name for the log. */
  readonly what: string;
  /** The property of `in` that holds the objects. */
  readonly of: string;
  readonly in: object;
  /** True if a hidden object is found by its id. */
  readonly isFoundAtOnce?: boolean;
  /** True if lists can be filtered by displayName or appId. */
  readonly isFiltered?: boolean;
  /** Returns an object as Graph shows it. @default all but `seenFrom` */
  show?(each: T): object;
  /** Throws GraphErrorReply. */
  create?(receivedRequest: Received): Omit<T, "id" | "seenFrom"> | Promise<Omit<T, "id" | "seenFrom">>;
  change?(each: T, receivedRequest: Received): T | Promise<T>;
  /** Throws GraphErrorReply for an object that is in use. */
  release?(each: T): void;
}

export async function answerObjects<T extends GraphObject>(
  objects: Objects<T>,
  tenant: Keeper,
  receivedRequest: Received,
  id: string | undefined,
): Promise<StandInAnswer> {
  const { what, isFoundAtOnce, isFiltered, show = omitSeenFrom, create, change, release } = objects;
  const { method, url } = receivedRequest;
  const all = listObjects(objects);
  const request = id ? `${method} {id}` : method;
  if (request === "GET") {
    const visible = all.filter(isSeen);
    return jsonAnswer(200, { value: isFiltered ? applyFilter(visible.map(show), url) : visible.map(show) }, `200: ${what}s`);
  }
  if (request === "POST" && create !== undefined) {
    const newObject = { id: randomUUID(), ...(await create(receivedRequest)), seenFrom: Date.now() + tenant.searchLagMs } as unknown as T;
    keep(objects, tenant, [...listObjects(objects), newObject]);
    return jsonAnswer(201, show(newObject), `201: ${what}`);
  }
  const foundObject = all.find((each) => each.id === id && (isFoundAtOnce || isSeen(each)));
  if (id && foundObject === undefined) throw missing();
  if (request === "GET {id}" && foundObject !== undefined) return jsonAnswer(200, show(foundObject), `200: ${what}`);
  if (request === "PATCH {id}" && foundObject !== undefined && change !== undefined) {
    replace(objects, tenant, foundObject, await change(foundObject, receivedRequest));
    return noContent(what);
  }
  if (request !== "DELETE {id}" || foundObject === undefined) throw new GraphErrorReply(405, "MethodNotAllowed");
  release?.(foundObject);
  keep(
    objects,
    tenant,
    listObjects(objects).filter((each) => each !== foundObject),
  );
  return noContent(what);
}

function listObjects<T extends GraphObject>({ in: holder, of }: Objects<T>): readonly T[] {
  return (holder as Readonly<Record<string, readonly T[]>>)[of] ?? [];
}

function keep<T extends GraphObject>({ in: holder, of }: Objects<T>, { directory }: Keeper, all: readonly T[]): void {
  Object.assign(holder, { [of]: all });
  directory.save();
}

export function replace<T extends GraphObject>(objects: Objects<T>, tenant: Keeper, one: T, by: T): void {
  keep(
    objects,
    tenant,
    listObjects(objects).map((each) => (each === one ? by : each)),
  );
}

function applyFilter(all: readonly object[], { searchParams }: URL): readonly object[] {
  const filter = searchParams.get("$filter");
  if (filter === null) return all;
  const [, property = "", value = ""] = /^(displayName|appId) eq '((?:[^']|'')*)'$/.exec(filter) ?? [];
  if (property === "") throw new GraphErrorReply(400, "Request_UnsupportedQuery");
  return all.filter((each) => (each as Record<string, unknown>)[property] === value.replaceAll("''", "'"));
}

export function isSeen({ seenFrom = 0 }: GraphObject): boolean {
  return Date.now() >= seenFrom;
}

export function omitSeenFrom({ seenFrom: _, ...shownOnes }: GraphObject): object {
  return shownOnes;
}

export function missing(): GraphErrorReply {
  return new GraphErrorReply(404, "Request_ResourceNotFound");
}

/** The body has been checked against Graph's model already. */
export function modelledBody<T>(receivedRequest: Received): T {
  return parsedBody(receivedRequest, v.looseObject({})) as T;
}

export function referredId(receivedRequest: Received, ...paths: readonly string[]): string {
  const { "@odata.id": address } = modelledBody<{ "@odata.id"?: string }>(receivedRequest);
  const [, id] = new RegExp(`/(?:${paths.join("|")})/([^/]+)$`).exec(String(address)) ?? [];
  if (id === undefined) throw new GraphErrorReply(400, "Request_BadRequest");
  return id;
}

/** @param longest in UTF-16 units */
export const boundedText = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

export const mailAddress = v.pipe(v.string(), v.regex(/^[^@\s]+@[^@\s]+$/));

export function parsedBody<T extends v.GenericSchema>(receivedRequest: Received, schema: T): v.InferOutput<T> {
  if (mediaType(receivedRequest) !== "application/json") throw new GraphErrorReply(400, "RequestBodyRead");
  const body = parseJson(receivedRequest.body.toString("utf8"));
  if (body === undefined) throw new GraphErrorReply(400, "BadRequest");
  const read = v.safeParse(schema, body);
  if (!read.success) throw new GraphErrorReply(400, "Request_BadRequest");
  return read.output;
}

export class GraphErrorReply extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: readonly { readonly code: string; readonly message: string; readonly target: string }[] = [],
    override readonly message = details[0]?.message ?? code,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function invalidProperty(target: string): GraphErrorReply {
  const message = `Invalid value specified for property '${target}' of resource 'User'.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "InvalidValue", message, target }]);
}

export function conflict(target: string): GraphErrorReply {
  const message = `Another object with the same value for property ${target} already exists.`;
  return new GraphErrorReply(400, "Request_BadRequest", [{ code: "ObjectConflict", message, target }]);
}
