import { Resolver } from "node:dns/promises";
import { type AskExchanges, MAIL_FACTS_MS, mailFactsBy } from "../../engine/rules/mail-facts";
import type { Rule } from "../../engine/sign-up/rule";
import { endpointVariable } from "../aws/environment";
import { timedCall } from "../http/call-times";

/** The domain has nothing of the kind that was asked for, or does not exist. Every other code means that nobody knows. */
const ABSENT = new Set(["ENODATA", "ENOTFOUND"]);
/** A lost packet costs that much. */
const TRY_MS = 100;

/**
 * Leaves what the DNS says of the domain of a person's address, for later rules and the record, and stops nobody: `mx` is "yes"
 * if the domain takes mail, "no" if it takes none, "unknown" if nobody knows; `mailHost` is who takes it, "google.com" (left out
 * if it is unknown); `firstSeen` is when a sign-up of the domain was first judged here. The domain alone is asked for, never the
 * address, and for 300 ms at most. An answer is kept for a day, a failure for an hour. See docs/recipes/mail-facts.md.
 *
 * @example
 * beforeCreateUser([
 *   accessList({ otherwise: "continue" }),
 *   mailFacts(),
 *   limit({ by: "mailHost", windows: [{ max: 20, per: "1h" }], then: "approval" }),
 *   requestApproval({ when: "referred" }),
 * ])
 */
export function mailFacts(): Rule {
  return mailFactsBy(exchangesOf);
}

const exchangesOf: AskExchanges = (domain, signal) =>
  timedCall("dns", async () => {
    const elsewhere = process.env[endpointVariable("dns")];
    return elsewhere === undefined ? await askResolver(domain, signal) : await askStandIn(elsewhere, domain, signal);
  });

/** @param servers addresses of resolvers, with their ports; by default the machine's own */
export async function askResolver(domain: string, signal: AbortSignal, servers?: readonly string[]): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: MAIL_FACTS_MS / TRY_MS });
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
  }
}

function nameOf({ exchange }: { readonly exchange: string }): string {
  return exchange;
}

async function orNone<T>(records: Promise<T[]>): Promise<T[]> {
  try {
    return await records;
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** A machine's own address is nobody's in the DNS. */
function isReachable(address: string): boolean {
  return !/^(?:0\.|127\.|::1?$)/.test(address);
}

/** What plays the DNS for `npm start` and cases says the names of the exchanges in JSON. */
async function askStandIn(elsewhere: string, domain: string, signal: AbortSignal): Promise<readonly string[]> {
  const answer: unknown = await (await fetch(new URL(`/mx/${domain}`, elsewhere), { signal })).json();
  if (!Array.isArray(answer) || !answer.every((name) => typeof name === "string")) throw new TypeError("That is no list of names.");
  return answer;
}
