import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import { GraphErrorReply, parsedBody } from "./request";

/** An object of the tenant, hidden until `seenFrom`, in epoch milliseconds. */
export interface GraphObject {
  readonly id: string;
  readonly seenFrom?: number;
}

/** The part of a tenant that keeps objects. */
interface Keeper {
  /** Milliseconds for which new ones are hidden. */
  readonly searchLagMs: number;
  readonly directory: { save(): void };
}

/** The objects of one kind, and what is special about them. */
export interface Objects<T extends GraphObject> {
  /** For the log. */
  readonly what: string;
  /** The property of `in` that holds them. */
  readonly of: string;
  readonly in: object;
  /** True if a hidden one is found by its id. */
  readonly isFoundAtOnce?: boolean;
  /** True if lists can be filtered by displayName or appId. */
  readonly isFiltered?: boolean;
  /** An object as Graph shows it. @default all but `seenFrom` */
  show?(each: T): object;
  /** Reads a new one from a request. Throws GraphErrorReply. */
  create?(received: Received): Omit<T, "id" | "seenFrom"> | Promise<Omit<T, "id" | "seenFrom">>;
  change?(each: T, received: Received): T | Promise<T>;
  /** Throws GraphErrorReply for one that is in use. */
  release?(each: T): void;
}

/** Lists, makes, shows, changes or deletes objects. */
export async function answerObjects<T extends GraphObject>(
  objects: Objects<T>,
  tenant: Keeper,
  received: Received,
  id: string | undefined,
): Promise<StandInAnswer> {
  const { what, isFoundAtOnce, isFiltered, show = withoutSeen, create, change, release } = objects;
  const { method, url } = received;
  const all = listObjects(objects);
  const request = id ? `${method} {id}` : method;
  if (request === "GET") {
    const visible = all.filter(isSeen);
    return jsonAnswer(200, { value: isFiltered ? applyFilter(visible.map(show), url) : visible.map(show) }, `200: ${what}s`);
  }
  if (request === "POST" && create !== undefined) {
    const made = { id: randomUUID(), ...(await create(received)), seenFrom: Date.now() + tenant.searchLagMs } as unknown as T;
    keep(objects, tenant, [...listObjects(objects), made]);
    return jsonAnswer(201, show(made), `201: ${what}`);
  }
  const found = all.find((each) => each.id === id && (isFoundAtOnce || isSeen(each)));
  if (id && found === undefined) throw missing();
  if (request === "GET {id}" && found !== undefined) return jsonAnswer(200, show(found), `200: ${what}`);
  if (request === "PATCH {id}" && found !== undefined && change !== undefined) {
    replace(objects, tenant, found, await change(found, received));
    return noContent(what);
  }
  if (request !== "DELETE {id}" || found === undefined) throw new GraphErrorReply(405, "MethodNotAllowed");
  release?.(found);
  keep(
    objects,
    tenant,
    listObjects(objects).filter((each) => each !== found),
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

/** Applies the one filter that is used to a list. */
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

/** Only Graph's own properties. */
export function withoutSeen({ seenFrom: _, ...shownOnes }: GraphObject): object {
  return shownOnes;
}

export function missing(): GraphErrorReply {
  return new GraphErrorReply(404, "Request_ResourceNotFound");
}

/** A body that Graph's model admits: every body is held against it first. */
export function modelledBody<T>(received: Received): T {
  return parsedBody(received, v.looseObject({})) as T;
}

/** The id in a reference to an object at one of these paths. */
export function referredId(received: Received, ...paths: readonly string[]): string {
  const { "@odata.id": address } = modelledBody<{ "@odata.id"?: string }>(received);
  const [, id] = new RegExp(`/(?:${paths.join("|")})/([^/]+)$`).exec(String(address)) ?? [];
  if (id === undefined) throw new GraphErrorReply(400, "Request_BadRequest");
  return id;
}
