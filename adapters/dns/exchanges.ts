import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { listParentDomains } from "../../engine/sign-up/email";

/**
 * Times in milliseconds at which a question is sent, each time by another resolver, until an answer comes. A single resolver of c-ares
 * would repeat the question only after 250 ms or more.
 */
const ASKED_AT_MS = [0, 100, 300] as const;
/** Time limit of one question. No caller waits that long: the caller's signal ends the questions earlier. */
const TRY_MS = 5_000;
/** Longest chain of aliases that is followed. DNS resolvers follow about ten. */
const MAX_ALIASES = 8;
/** Codes of c-ares for an answer without the requested record. After any other code, it is unknown whether the record exists. */
const ABSENT: readonly string[] = ["ENOTFOUND", "ENODATA"];

export function saysNoSuchRecord(error: unknown): boolean {
  return ABSENT.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** The server did not answer the question. It only named other servers to ask. */
export class ReferralError extends Error {
  override readonly name = "ReferralError";
  readonly code = "REFERRAL";
}

type AskRecord<T> = (name: string) => Promise<T>;

/**
 * True if a server knows the zone of a name; for an alias, the zone of its target. A server that does not know the zone sends a referral
 * (RFC 1034 §4.3.1), which Node reports as ENODATA, like "no such record".
 */
export async function knowsZone(
  alias: string,
  { askSoa, askCname }: { readonly askSoa: AskRecord<unknown>; readonly askCname: AskRecord<readonly string[]> },
): Promise<boolean> {
  const name = await followAliases(alias, askCname);
  if (name === undefined) return false;
  const zones = [name, ...listParentDomains(name)].filter((each) => each.includes("."));
  for (const zone of zones) {
    try {
      await askSoa(zone);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A server that reports ENOTFOUND, which means that the name does not exist, knows the zone. Node never reports ENOTFOUND for a
      // referral.
      if (code === "ENOTFOUND") return true;
      // If the name is an alias (CNAME), Node may report EBADRESP. Then the next zone is asked.
      if (code !== "ENODATA" && code !== "EBADRESP") throw error;
    }
  }
  return false;
}

/** Returns the name at the end of a chain of aliases (CNAME): the name itself if it is no alias, undefined for a loop. */
async function followAliases(name: string, askCname: AskRecord<readonly string[]>): Promise<string | undefined> {
  let last = name;
  for (let count = 0; count <= MAX_ALIASES; count++) {
    const [target] = await orNone(askCname(last));
    if (target === undefined) return last;
    last = target;
  }
  return undefined;
}

/** See `AskExchanges`. @param servers addresses of resolvers, with their ports; by default the machine's own */
export async function askExchanges(domain: string, signal: AbortSignal, servers?: readonly string[]): Promise<readonly string[]> {
  const resolvers = ASKED_AT_MS.map((_, index) => makeResolver(index, servers));
  const cancel = () => {
    for (const resolver of resolvers) resolver.cancel();
  };
  const ask = <T>(question: (resolver: Resolver) => Promise<T[]>) => orNone(askUntilAnswered(resolvers, question));
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    const mxRecords = await ask((resolver) => resolver.resolveMx(domain));
    if (mxRecords.length > 0)
      return mxRecords.toSorted((a, b) => a.priority - b.priority || (a.exchange < b.exchange ? -1 : 1)).map(({ exchange }) => exchange);
    signal.throwIfAborted();
    const zone = knowsZone(domain, {
      askSoa: (name) => askUntilAnswered(resolvers, (resolver) => resolver.resolveSoa(name)),
      askCname: (name) => askUntilAnswered(resolvers, (resolver) => resolver.resolveCname(name)),
    });
    // Prevents an unhandled rejection: `zone` is awaited only if no address was found.
    zone.catch(() => undefined);
    const addresses = await Promise.all([ask((resolver) => resolver.resolve4(domain)), ask((resolver) => resolver.resolve6(domain))]);
    // At an address that means the machine itself, such as 127.0.0.1, nobody else can reach a mail server.
    if (addresses.flat().some((address) => !/^(?:0\.|127\.|::1?$)/.test(address))) return [domain];
    if (await zone) return [];
    throw new ReferralError();
  } finally {
    signal.removeEventListener("abort", cancel);
    // If one question failed, others may still be running.
    cancel();
  }
}

/** Makes a resolver that asks the machine's servers in turn. Each index begins with another server, in case one does not answer. */
function makeResolver(index: number, servers?: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: TRY_MS, tries: 1 });
  const all = servers ?? resolver.getServers();
  const first = index % Math.max(all.length, 1);
  if (servers !== undefined || first > 0) resolver.setServers([...all.slice(first), ...all.slice(0, first)]);
  return resolver;
}

/** If no answer has come, asks the next resolver, because a packet may be lost. The first answer counts, even an error. */
async function askUntilAnswered<T>(resolvers: readonly Resolver[], question: (resolver: Resolver) => Promise<T>): Promise<T> {
  const answerController = new AbortController();
  const times = resolvers.map(async (resolver, index) => {
    if (index > 0) await sleep(ASKED_AT_MS[index], undefined, { signal: answerController.signal });
    return await question(resolver);
  });
  try {
    return await Promise.race(times);
  } finally {
    answerController.abort();
  }
}

async function orNone<T>(records: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await records;
  } catch (error) {
    if (saysNoSuchRecord(error)) return [];
    throw error;
  }
}

/** Asks a stand-in for the DNS, which returns the exchanges' names as JSON. `npm start` and cases use the stand-in. */
export async function askStandInExchanges(elsewhere: string, domain: string, signal: AbortSignal): Promise<readonly string[]> {
  const answer: unknown = await (await fetch(new URL(`/mx/${domain}`, elsewhere), { signal })).json();
  if (!Array.isArray(answer) || !answer.every((name) => typeof name === "string")) throw new TypeError("That is no list of names.");
  return answer;
}
