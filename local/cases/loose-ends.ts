import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { UnfinishedError } from "../../engine/sign-up/failure";

// A case runs in a process of its own, which this may take over to find a forgotten await. A deployed function must not.

/** Work of a rule that nobody waits for, and what became of it. */
export interface LooseEnd {
  readonly rule: string;
  readonly error: unknown;
}

/** Sees what fails with nobody waiting for it: what a rule throws inside `forEach(async …)`. */
export interface LooseEnds {
  /** Does a rule's work, so that what it leaves is known as its own. Throws if it answers with calls under way. */
  of<T>(rule: string, work: () => T | Promise<T>): Promise<T>;
  /** Those that failed so far, once all that is due by now has run. */
  failed(): Promise<readonly LooseEnd[]>;
}

/** For what fails once the decision is made, or in nobody's work. */
type OnLate = (end: Partial<LooseEnd>) => void;

/** One rule's work. */
interface AtWork {
  readonly rule: string;
  /** Its calls that have not ended. */
  readonly calls: Set<Call>;
  tell(end: LooseEnd): void;
}

interface Call {
  readonly host: string;
  /** True if the rule has given it up. */
  isGivenUp(): boolean;
}

const atWork = new AsyncLocalStorage<AtWork>();
let onLate: OnLate = () => undefined;

/**
 * Makes a decision, with an eye on what its rules leave behind: calls by `fetch` and `node:http` that have not ended, and
 * failures that nobody waits for.
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
        const unfinished = [...calls].flatMap((call) => (call.isGivenUp() ? [] : [call.host]));
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

/** Notes a call of the rule at work, if there is one. @param until resolves or rejects when the call has ended */
function note(call: Call, until: Promise<unknown>): void {
  const calls = atWork.getStore()?.calls;
  if (calls === undefined) return;
  calls.add(call);
  const ended = () => void calls.delete(call);
  until.then(ended, ended);
}

type Fetch = typeof globalThis.fetch;

/** The same `fetch`, with a note of each call that a rule makes by it, until the call has ended. */
export function notingFetch(fetch: Fetch): Fetch {
  return (...args: Parameters<Fetch>) => {
    const promise = fetch(...args);
    const [input, init] = args;
    const request = input instanceof Request ? input : undefined;
    const signal = init?.signal ?? request?.signal;
    note({ host: hostOf(request?.url ?? String(input)), isGivenUp: () => signal?.aborted === true }, promise);
    return promise;
  };
}

/** `fetch` ends when the headers are there: an answer's body is waited for once more. */
function noteBodies(): void {
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    const read: unknown = Reflect.get(Response.prototype, name);
    if (typeof read !== "function") continue;
    Reflect.set(Response.prototype, name, function (this: Response): Promise<unknown> {
      const body: Promise<unknown> = Reflect.apply(read, this, []);
      note({ host: hostOf(this.url), isGivenUp: () => false }, body);
      return body;
    });
  }
}

/** Clients of packages call by these, most of them. A call has ended when its answer's headers are there. */
function noteHttp(): void {
  const answered = new WeakMap<object, () => void>();
  subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const until = new Promise<void>((resolve) => {
      answered.set(request, resolve);
      request.once("close", resolve);
    });
    note({ host: request.host, isGivenUp: () => request.destroyed }, until);
  });
  subscribe("http.client.response.finish", (message) => answered.get((message as { request: ClientRequest }).request)?.());
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "fetch";
}

function unheard(error: unknown): void {
  const work = atWork.getStore();
  if (work === undefined) onLate({ error });
  else work.tell({ rule: work.rule, error });
}

let areCallsNoted = false;

function takeOver(): void {
  const all = process.listeners("unhandledRejection");
  if (all.length !== 1 || all[0] !== unheard) {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", unheard);
  }
  if (areCallsNoted) return;
  areCallsNoted = true;
  globalThis.fetch = notingFetch(globalThis.fetch);
  noteBodies();
  noteHttp();
}
