import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UnfinishedError } from "../../engine/sign-up/failure";

// This module replaces functions and handlers of the cases' thread to find a forgotten await. A deployed function must not replace them.

export interface LooseEnd {
  readonly rule: string;
  readonly error: unknown;
}

/** Finds failures that no code awaits, such as an error inside `forEach(async …)`. */
export interface LooseEnds {
  /**
   * Runs `work`. If a promise in `work` fails and no code awaits the promise, the failure counts as the rule's. If the rule answers before
   * its calls have ended, throws UnfinishedError. Aborted calls do not count.
   */
  of<T>(rule: string, work: () => T | Promise<T>): Promise<T>;
  /** Waits until all work that is due has run, then returns the failures that no code awaited. */
  failed(): Promise<readonly LooseEnd[]>;
}

/** Receives failures that happen after the decision, or outside every rule. */
type OnLate = (end: Partial<LooseEnd>) => void;

interface AtWork {
  readonly rule: string;
  readonly calls: Set<Call>;
  tell(end: LooseEnd): void;
}

interface Call {
  readonly host: string;
  isGivenUp(): boolean;
}

const atWork = new AsyncLocalStorage<AtWork>();
let onLate: OnLate = () => undefined;

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
        const hosts = [...calls].flatMap((call) => (call.isGivenUp() ? [] : [call.host]));
        if (hosts.length > 0) throw new UnfinishedError(rule, hosts);
        return answer;
      },
      async failed() {
        // Node reports an unhandled rejection only after the work that is due has run.
        await nextTurn();
        return ends;
      },
    });
  } finally {
    hasEnded = true;
  }
}

/** @param until resolves or rejects when the call has ended */
export function note(call: Call, until: Promise<unknown>): void {
  const calls = atWork.getStore()?.calls;
  if (calls === undefined) return;
  calls.add(call);
  const removeCall = () => void calls.delete(call);
  until.then(removeCall, removeCall);
}

type Fetch = typeof globalThis.fetch;

export function notingFetch(fetch: Fetch): Fetch {
  return (...args: Parameters<Fetch>) => {
    const promise = fetch(...args);
    const [input, init] = args;
    const request = input instanceof Request ? input : undefined;
    const signal = init?.signal ?? request?.signal;
    note({ host: parseHost(request?.url ?? String(input)), isGivenUp: () => signal?.aborted === true }, promise);
    return promise;
  };
}

/** Records the reading of each body as another call, because `fetch` resolves before the body has arrived. */
function noteBodies(): void {
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    const read: unknown = Reflect.get(Response.prototype, name);
    if (typeof read !== "function") continue;
    Reflect.set(Response.prototype, name, function (this: Response): Promise<unknown> {
      const body: Promise<unknown> = Reflect.apply(read, this, []);
      note({ host: parseHost(this.url), isGivenUp: () => false }, body);
      return body;
    });
  }
}

function parseHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "fetch";
}

function unheard(error: unknown): void {
  const work = atWork.getStore();
  if (work === undefined) onLate({ error });
  else work.tell({ rule: work.rule, error });
}

let areBodiesNoted = false;

function takeOver(): void {
  const all = process.listeners("unhandledRejection");
  if (all.length !== 1 || all[0] !== unheard) {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", unheard);
  }
  if (areBodiesNoted) return;
  areBodiesNoted = true;
  noteBodies();
}
