import { type Graph, type GraphClient, GraphError, longRetries, otherForm, pauseAfter } from "./graph";

const ATTEMPTS = 5;

/** Reads all pages of a list. @param names members that each object must have as texts */
export async function fetchAllPages<T>(
  graph: Pick<Graph, "get" | "address">,
  path: string,
  names: readonly string[] = [],
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const foundItems: T[] = [];
  for (let next = path; ; ) {
    const page: { readonly value?: unknown; readonly "@odata.nextLink"?: string | null } = await graph.get(next, signal);
    if (!isList<T>(page.value, names)) throw otherForm(graph, "GET", next);
    foundItems.push(...page.value);
    const link = page["@odata.nextLink"];
    if (typeof link !== "string") break;
    const base = graph.address("");
    // A request to another host would send the token there. The list without the next page is not returned, because a caller would make the
    // missing objects a second time.
    if (!link.startsWith(base)) throw new Error("Graph names the next page of a list at another host.");
    next = link.slice(base.length);
  }
  return foundItems;
}

function isList<T>(value: unknown, names: readonly string[]): value is readonly T[] {
  return Array.isArray(value) && value.every((each) => hasTexts(each, names));
}

export function hasTexts(object: unknown, names: readonly string[]): boolean {
  return typeof object === "object" && object !== null && names.every((name) => typeof Reflect.get(object, name) === "string");
}

interface Making<T> {
  make(): Promise<T>;
  /** Finds the objects that equal the posted one. Graph may not show a new object yet. */
  find(): Promise<readonly T[]>;
  /** Removes a duplicate, unless something refers to it. Absent if Graph itself accepts no duplicate. */
  readonly remove?: ((twin: T) => Promise<void>) | undefined;
}

/** Pauses before the searches for a new object, together half a minute: after that time, Graph's lists show the object. */
const LOOKS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const POSTS = 3;

/** After a lost answer, the object is searched for during `LOOKS_MS`, then posted again; a duplicate that appears later is removed. */
export async function madeOnce<T extends { readonly id: string }>(
  graph: Pick<GraphClient, "pause">,
  { make, find, remove }: Making<T>,
): Promise<T> {
  for (let lostCount = 0; ; ) {
    let foundObject: T | undefined;
    try {
      foundObject = await make();
    } catch (error) {
      if (isLost(error)) lostCount++;
      // After a lost answer, the object may exist, even if a repeat was refused. So the object is searched for.
      if (lostCount === 0 || !(error instanceof GraphError)) return await findOthers(error);
      foundObject = await findWithRetries();
      const { retryAfterMs = 0 } = error;
      const goesOn = isLost(error) && error.code !== "unreadable" && lostCount < POSTS && retryAfterMs <= longRetries.pauseMs;
      if (foundObject === undefined && !goesOn) throw error;
      if (foundObject === undefined) await graph.pause(retryAfterMs);
      else lostCount--;
    }
    if (foundObject !== undefined) return await alone(foundObject, lostCount);
  }

  /** If Graph refused a duplicate, somebody else may have made the equal object at the same time. */
  async function findOthers(error: unknown): Promise<T> {
    // The status of that refusal depends on the kind of object.
    const isConflict = error instanceof GraphError && (error.status === 400 || error.status === 409);
    const [theirs] = remove === undefined && isConflict ? await find() : [];
    if (theirs === undefined) throw error;
    return theirs;
  }

  async function findWithRetries(): Promise<T | undefined> {
    for (const pause of LOOKS_MS) {
      await graph.pause(pause);
      // If the path names an owner that was just made, Graph may not yet know the owner everywhere.
      const [found] = await find().catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        return [];
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Removes an object's duplicates, and returns the object.
   * @param twins the number of lost requests, each of which may have made a duplicate
   */
  async function alone(keptObject: T, twins: number): Promise<T> {
    if (remove === undefined || twins === 0) return keptObject;
    const goneIds = new Set([keptObject.id]);
    for (const pause of [0, ...LOOKS_MS]) {
      await graph.pause(pause);
      for (const twin of await find()) if (!goneIds.has(twin.id)) await remove(twin).then(() => goneIds.add(twin.id));
      if (goneIds.size > twins) break;
    }
    return keptObject;
  }
}

/** True if the request may have succeeded despite the error. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  return error.status === 0 || error.status >= 500 || error.code === "unreadable";
}

export async function retryRead<T>(graph: Pick<GraphClient, "pause">, ask: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await ask();
    } catch (error) {
      const pause = error instanceof GraphError ? pauseAfter(error, count) : undefined;
      if (pause === undefined || pause > longRetries.pauseMs || count >= ATTEMPTS) throw error;
      await graph.pause(pause);
    }
  }
}

interface Objects {
  /** Wraps each POST of a new object, for example to repeat it while Graph refuses it. */
  readonly ask?: <Answer>(call: () => Promise<Answer>) => Promise<Answer>;
  /** Members, besides the id, that each object must have as texts. */
  readonly names?: readonly string[];
  /** True if something refers to the object. Absent if Graph accepts only one object of the kind. */
  readonly isReferred?: (id: string) => Promise<boolean>;
}

export function objects<T extends { readonly id: string }>(
  graph: Pick<GraphClient, "get" | "post" | "patch" | "delete" | "address" | "pause">,
  path: string,
  { ask = (call) => call(), names = [], isReferred }: Objects = {},
) {
  const all = () => fetchAllPages<T>(graph, path, ["id", ...names]);
  const remove = (id: string) => ignoreGone(graph.delete(`${path}/${encodeURIComponent(id)}`));
  return {
    all,
    /**
     * Makes one object. After a lost answer, removes duplicates.
     * @param isMade true if an object equals the posted one
     * @param find lists the objects to compare. @default all objects under the path
     */
    create: (body: object, isMade: (each: T) => boolean, find = all): Promise<T> =>
      madeOnce(graph, {
        make: () =>
          ask(async () => {
            const madeObject = await graph.post<T>(path, body);
            if (!hasTexts(madeObject, ["id", ...names])) throw otherForm(graph, "POST", path);
            return madeObject as T;
          }),
        find: async () => (await find()).filter(isMade),
        remove: isReferred && (async ({ id }) => void ((await isReferred(id)) || (await remove(id)))),
      }),
    update: (id: string, changedFields: object): Promise<void> => graph.patch(`${path}/${id}`, changedFields),
    remove,
  };
}

/** Repeats a call that fails because Graph does not yet know a new object everywhere. @param isNotYet true for an error with that cause */
export async function soon<T>(graph: Pick<GraphClient, "pause">, link: () => Promise<T>, isNotYet = isMissing): Promise<T> {
  for (const pause of LOOKS_MS) {
    try {
      return await link();
    } catch (error) {
      if (!isNotYet(error)) throw error;
      await graph.pause(pause);
    }
  }
  return await link();
}

export async function ignoreGone(deletion: Promise<void>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}
