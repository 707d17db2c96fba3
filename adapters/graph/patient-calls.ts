import { type GraphClient, GraphError, longRetries, otherForm, pauseAfter } from "./graph";

const ATTEMPTS = 5;

/** All pages of a list. @param names what each of its objects has to have as a text */
export async function fetchAllPages<T>(
  graph: Pick<GraphClient, "get" | "address">,
  path: string,
  names: readonly string[] = [],
): Promise<readonly T[]> {
  const foundItems: T[] = [];
  const base = graph.address("");
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: { readonly value?: unknown; readonly "@odata.nextLink"?: string | null } = await graph.get(next);
    if (!isList<T>(page.value, names)) throw otherForm(graph, "GET", next);
    foundItems.push(...page.value);
    const link = page["@odata.nextLink"] ?? undefined;
    // The token goes nowhere else, and half a list would make twins.
    if (link !== undefined && !link.startsWith(base)) throw new Error("Graph names the next page of a list at another host.");
    next = link?.slice(base.length);
  }
  return foundItems;
}

export function isList<T>(value: unknown, names: readonly string[]): value is readonly T[] {
  return Array.isArray(value) && value.every((each) => hasTexts(each, names));
}

export function hasTexts(object: unknown, names: readonly string[]): boolean {
  return typeof object === "object" && object !== null && names.every((name) => typeof Reflect.get(object, name) === "string");
}

/** Something that Graph is to hold once, and of which it may take a second one. */
interface Making<T> {
  make(): Promise<T>;
  /** Those that equal what is posted, as far as Graph shows them by now. */
  find(): Promise<readonly T[]>;
  /** Takes a second one away, unless something refers to it. Left out where Graph itself takes no second one. */
  readonly remove?: ((twin: T) => Promise<void>) | undefined;
}

/** Half a minute in all: by then, what was made shows in lists. */
const LOOKS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const POSTS = 3;

/**
 * Makes something once, whatever is lost on the way. Where an answer is lost, it may have been made: that is looked for until Graph
 * would show it, and only then is it made again. A twin that shows after that is taken away.
 */
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
      // A refusal may be about what was made before.
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

  /** Finds what somebody else has made at the same time, where Graph takes only one of its kind and therefore refused. */
  async function findOthers(error: unknown): Promise<T> {
    const [theirs] = remove === undefined && isConflict(error) ? await find() : [];
    if (theirs === undefined) throw error;
    return theirs;
  }

  async function findWithRetries(): Promise<T | undefined> {
    for (const pause of LOOKS_MS) {
      await graph.pause(pause);
      // A new owner may not be visible everywhere yet.
      const [found] = await find().catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        return [];
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** @param twins how many others there may be */
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

/** Graph's refusals of what exists differ by kind. */
function isConflict(error: unknown): boolean {
  return error instanceof GraphError && (error.status === 400 || error.status === 409);
}

/** True if the request may have succeeded all the same. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  return error.status === 0 || error.status >= 500 || error.code === "unreadable";
}

/** A question that changes nothing can be asked again. */
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
  /** Repeats the call that creates one where Graph refuses it for a while. */
  readonly ask?: <Answer>(call: () => Promise<Answer>) => Promise<Answer>;
  /** Members besides the id. */
  readonly names?: readonly string[];
  /** True if something refers to it. Absent where Graph accepts only one of its kind. */
  readonly isReferred?: (id: string) => Promise<boolean>;
}

/** The objects under a path of Graph. */
export function objects<T extends { readonly id: string }>(
  graph: Pick<GraphClient, "get" | "post" | "patch" | "delete" | "address" | "pause">,
  path: string,
  { ask = (call) => call(), names = [], isReferred }: Objects = {},
) {
  const all = () => fetchAllPages<T>(graph, path, ["id", ...names]);
  const remove = (id: string) => unlessGone(graph.delete(`${path}/${encodeURIComponent(id)}`));
  return {
    all,
    /** Makes one, and no second one where the answer was lost. @param isMade whether it equals what is posted @param find where they are, other than in the list of all */
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

/** Retries while Graph does not yet know a new object everywhere. @param isNotYet true for errors that say so */
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

/** Ignores that the object is gone. */
export async function unlessGone(deletion: Promise<void>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}
