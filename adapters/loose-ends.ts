import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LooseEnd, LooseEnds } from "../engine/sign-up/loose-ends";
import { UnfinishedError } from "../engine/sign-up/service-calls";

/** For what fails once the decision is made, or in nobody's work. */
type OnLate = (end: Partial<LooseEnd>) => void;

/** One rule's work. */
interface AtWork {
  readonly rule: string;
  /** Hosts of its calls that have not ended. */
  readonly calls: Set<{ readonly host: string; readonly signal?: AbortSignal | null | undefined }>;
  tell(end: LooseEnd): void;
}

const atWork = new AsyncLocalStorage<AtWork>();
let onLate: OnLate = () => undefined;

/**
 * Makes a decision, with an eye on what its rules leave behind: calls by `fetch` that have not ended, and failures that
 * nobody waits for. Node would end the process by these, and with it the sign-up of somebody else.
 */
export async function watchingLooseEnds<T>(late: OnLate, decide: (looseEnds: LooseEnds) => Promise<T>): Promise<T> {
  onLate = late;
  takeOver();
  const ends: LooseEnd[] = [];
  let hasEnded = false;
  const tell = (end: LooseEnd) => {
    if (hasEnded) late(end);
    else ends.push(end);
  };
  try {
    return await decide({
      async of(rule, work) {
        const calls: AtWork["calls"] = new Set();
        const answer = await atWork.run({ rule, calls, tell }, work);
        const unfinished = [...calls].flatMap(({ host, signal }) => (signal?.aborted ? [] : [host]));
        if (unfinished.length > 0) throw new UnfinishedError(rule, unfinished);
        return answer;
      },
      async failed() {
        // Node reports a rejection once the work that is due has run.
        await nextTurn();
        return ends;
      },
    });
  } finally {
    hasEnded = true;
  }
}

type Fetch = typeof globalThis.fetch;

/** The same `fetch`, with a note of each call that a rule makes by it, until the call has ended. */
export function notingFetch(fetch: Fetch): Fetch {
  return (...args: Parameters<Fetch>) => {
    const promise = fetch(...args);
    const calls = atWork.getStore()?.calls;
    if (calls === undefined) return promise;
    const [input, init] = args;
    const url = input instanceof Request ? input.url : String(input);
    const call = { host: URL.canParse(url) ? new URL(url).host : "fetch", signal: init?.signal };
    calls.add(call);
    const ended = () => void calls.delete(call);
    promise.then(ended, ended);
    return promise;
  };
}

function unheard(error: unknown): void {
  const work = atWork.getStore();
  if (work === undefined) onLate({ error });
  else work.tell({ rule: work.rule, error });
}

let isFetchNoted = false;

function takeOver(): void {
  const all = process.listeners("unhandledRejection");
  if (all.length !== 1 || all[0] !== unheard) {
    // Lambda's own listener ends the process: ours stands alone.
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", unheard);
  }
  if (!isFetchNoted) globalThis.fetch = notingFetch(globalThis.fetch);
  isFetchNoted = true;
}
