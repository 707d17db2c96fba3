import { setTimeout as sleep } from "node:timers/promises";
import { type GraphClient, GraphError, patiently, pauseAfter } from "./graph";

const ATTEMPTS = 5;

/** All pages of a list. */
export async function allOf<T>(graph: Pick<GraphClient, "get" | "address">, path: string): Promise<readonly T[]> {
  const found: T[] = [];
  const base = graph.address("");
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: { readonly value: readonly T[]; readonly "@odata.nextLink"?: string } = await graph.get(next);
    found.push(...page.value);
    const link = page["@odata.nextLink"];
    // The token goes nowhere else, and half a list would make twins.
    if (link !== undefined && !link.startsWith(base)) throw new Error("Graph names the next page of a list at another host.");
    next = link?.slice(base.length);
  }
  return found;
}

/** Graph takes two objects of one name: where an answer was lost, looks before it asks again. */
export async function madeOnce<T>(make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await make();
    } catch (error) {
      // What is throttled was not done, and has been repeated.
      const pause = error instanceof GraphError && error.status !== 429 ? pauseAfter(error, count) : undefined;
      if (pause === undefined || pause > patiently.pauseMs || count >= ATTEMPTS) throw error;
      await sleep(pause);
      const made = await find();
      if (made !== undefined) return made;
    }
  }
}

/**
 * The objects under a path of Graph.
 * @param ask repeats the call that creates one where Graph refuses it for a while
 */
export function objects<T>(
  graph: Pick<GraphClient, "get" | "post" | "patch" | "delete" | "address">,
  path: string,
  ask: <Answer>(call: () => Promise<Answer>) => Promise<Answer> = (call) => call(),
) {
  const all = () => allOf<T>(graph, path);
  return {
    all,
    /** Makes one, and no second one where the answer was lost: then `isMade` finds it. */
    create: (body: object, isMade: (each: T) => boolean): Promise<T> =>
      madeOnce(
        () => ask(async () => (await graph.post<T>(path, body)) as T),
        async () => (await all()).find(isMade),
      ),
    update: (id: string, changed: object): Promise<void> => graph.patch(`${path}/${id}`, changed),
    remove: (id: string): Promise<void> => unlessGone(graph.delete(`${path}/${encodeURIComponent(id)}`)),
  };
}

/** What was just made is not known everywhere at once. @param isNotYet tells the refusals that say so */
export async function soon<T>(link: () => Promise<T>, isNotYet = isMissing): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await link();
    } catch (error) {
      if (!isNotYet(error) || count >= ATTEMPTS) throw error;
      await sleep(500 * 2 ** (count - 1));
    }
  }
}

async function unlessGone(deletion: Promise<void>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof GraphError && error.status === 404;
}
