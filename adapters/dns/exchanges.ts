import { Resolver } from "node:dns/promises";

/** A lost packet costs that much: all tries together are longer than anybody waits. */
const TRY_MS = 100;
const MOST_TRIES = 3;
/** c-ares codes for an answer without such a record. All others leave it unknown. */
const ABSENT: readonly string[] = ["ENOTFOUND", "ENODATA"];

/** True if the DNS answered that the record or the name does not exist. */
export function saysNoSuchRecord(error: unknown): boolean {
  return ABSENT.includes((error as NodeJS.ErrnoException).code ?? "");
}

/**
 * Asks the DNS for the names of a domain's exchanges: see `AskExchanges`.
 * @param servers addresses of resolvers, with their ports; by default the machine's own
 */
export async function askExchanges(domain: string, signal: AbortSignal, servers?: readonly string[]): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: MOST_TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    signal.throwIfAborted();
    const named = await orNone(resolver.resolveMx(domain));
    if (named.length > 0) return named.sort((a, b) => a.priority - b.priority || (a.exchange < b.exchange ? -1 : 1)).map(nameOf);
    signal.throwIfAborted();
    const found = await Promise.all([orNone(resolver.resolve4(domain)), orNone(resolver.resolve6(domain))]);
    return found.flat().some(isReachable) ? [domain] : [];
  } finally {
    signal.removeEventListener("abort", cancel);
    // One of two questions may have failed while the other is open.
    cancel();
  }
}

function nameOf({ exchange }: { readonly exchange: string }): string {
  return exchange;
}

async function orNone<T>(records: Promise<T[]>): Promise<T[]> {
  try {
    return await records;
  } catch (error) {
    if (saysNoSuchRecord(error)) return [];
    throw error;
  }
}

/** A machine's own address says nothing in the DNS. */
function isReachable(address: string): boolean {
  return !/^(?:0\.|127\.|::1?$)/.test(address);
}

/** The stand-in for the DNS of `npm start` and cases returns the exchanges' names as JSON. */
export async function askStandInExchanges(elsewhere: string, domain: string, signal: AbortSignal): Promise<readonly string[]> {
  const answer: unknown = await (await fetch(new URL(`/mx/${domain}`, elsewhere), { signal })).json();
  if (!Array.isArray(answer) || !answer.every((name) => typeof name === "string")) throw new TypeError("That is no list of names.");
  return answer;
}
