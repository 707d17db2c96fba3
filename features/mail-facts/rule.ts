import { getDomain } from "tldts";
import { addressOf, normaliseDomain, splitAddress } from "../../engine/sign-up/email";
import { isUnread } from "../../engine/sign-up/records";
import { type Context, makeRule, type RecordKey, type Row, type Rule } from "../../engine/sign-up/rule";
import { deadlineIn, MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import type { Findings, Put } from "../../engine/sign-up/verdict";

/**
 * Asks the DNS for a domain's mail exchanges, the preferred one first. Returns the domain itself if it has an address and no exchange (RFC
 * 5321 §5.1), and nothing if it accepts no mail. Rejects if the answer is unknown.
 */
export type AskExchanges = (domain: string, signal: AbortSignal) => Promise<readonly string[]>;

export interface MailFacts {
  readonly mx: "yes" | "no" | "unknown";
  readonly mailHost?: string;
  /** The time when a sign-up of the domain was first judged here: ISO 8601, like `at`. */
  readonly firstSeen: string;
  /** The time when the DNS was asked. */
  readonly at: string;
}

export const MAIL_FACTS = "mail-facts";

/** Limit of the milliseconds that the rule adds to a sign-up. */
export const MAIL_FACTS_MS = 700;
/** Time limit for the DNS, enough for three tries. The rest of MAIL_FACTS_MS is for storing the answer. */
const ASK_MS = 640;
/** The rule ends at least this many milliseconds before the sign-up's deadline, so that a slow resolver does not end the sign-up. */
const RESERVE_MS = 100;
const FRESH_MS = { yes: MS_PER_DAY, no: MS_PER_DAY, unknown: MS_PER_HOUR } as const;
/** Days for which a row is kept after the DNS was last asked. */
const KEPT_DAYS = 400;

export function mailFactsKey(domain: string): RecordKey & { readonly key: { readonly id: string } } {
  return { table: "ledger", key: { id: `${MAIL_FACTS}/${domain}` }, mayStayUnread: true };
}

export function readMailFacts(row: Row | undefined): MailFacts | undefined {
  const { mx, mailHost, firstSeen, at } = row ?? {};
  if (!isMoment(firstSeen) || !isMoment(at) || (mx !== "yes" && mx !== "no" && mx !== "unknown")) return undefined;
  return { mx, ...(mx === "yes" && typeof mailHost === "string" && { mailHost }), firstSeen, at };
}

function isMoment(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** Makes the rule of `mailFacts()`. @param ask asks the DNS. If absent, the rule uses only stored, fresh answers */
export function mailFactsBy(ask?: AskExchanges): Rule {
  const readDomain = (signUp: Parameters<typeof addressOf>[0]) => splitAddress(addressOf(signUp) ?? "").domain;
  return makeRule({
    name: MAIL_FACTS,
    reads: [],
    sets: [],
    admits: "everybody",
    uses: [
      { service: "dns", timeout: `${MAIL_FACTS_MS}ms` },
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [`${MAIL_FACTS}/`] },
    ],
    needs: (signUp) => (readDomain(signUp) === "" ? [] : [mailFactsKey(readDomain(signUp))]),
    async decide(signUp, context) {
      const domain = readDomain(signUp);
      if (domain === "") return { kind: "continue", findings: { mx: "unknown" } };
      const row = context.records.get(mailFactsKey(domain));
      const knownFacts = readMailFacts(row);
      if (knownFacts !== undefined && context.now.getTime() - Date.parse(knownFacts.at) < FRESH_MS[knownFacts.mx])
        return { kind: "continue", findings: toFindings(knownFacts) };
      if (ask === undefined) return { kind: "continue" };
      const { why, ...asked } = await askAndKeep(ask, domain, row, context);
      // If the row could not be read, `firstSeen` is omitted, because the row may contain an earlier time.
      const { firstSeen: _, ...findings } = toFindings(asked);
      return {
        kind: "continue",
        findings: isUnread(row) ? findings : toFindings(asked),
        ...(why !== undefined && { evidence: { dns: why } }),
      };
    },
  });
}

function toFindings({ mx, mailHost, firstSeen }: MailFacts): Findings {
  return { mx, ...(mailHost !== undefined && { mailHost }), firstSeen };
}

/** Asks the DNS now. Keeps the answer if time allows. Never rejects. */
async function askAndKeep(
  ask: AskExchanges,
  domain: string,
  row: Row | undefined,
  context: Context,
): Promise<MailFacts & { readonly why?: string }> {
  const { services, now, remainingMs } = context;
  const rest = Math.min(MAIL_FACTS_MS, remainingMs() - RESERVE_MS);
  const deadline = deadlineIn(rest, services.clock);
  const answer = await askWithDeadline(ask, domain, Math.min(ASK_MS, rest), context);
  const why = typeof answer === "string" ? answer : undefined;
  const mailHost = typeof answer === "string" ? undefined : findMailHost(answer);
  const at = now.toISOString();
  const facts: MailFacts = {
    mx: why !== undefined ? "unknown" : mailHost === undefined ? "no" : "yes",
    ...(mailHost !== undefined && { mailHost }),
    firstSeen: isMoment(row?.firstSeen) ? row.firstSeen : at,
    at,
  };
  try {
    const putEffect = buildFactsPut(domain, facts, row, now);
    if (!isUnread(row)) await deadline.hold(() => services.write(putEffect, deadline.signal));
  } catch {
    // If the write failed, the next sign-up of the domain asks again.
  } finally {
    deadline.clear();
  }
  return { ...facts, ...(why !== undefined && { why }) };
}

/** Returns the exchanges. If no answer came, returns the resolver's error code, "timeout" or "failed". */
async function askWithDeadline(
  ask: AskExchanges,
  domain: string,
  longestMs: number,
  { services, signal }: Context,
): Promise<readonly string[] | string> {
  const deadline = deadlineIn(longestMs, services.clock);
  try {
    return await deadline.hold(() => ask(domain, AbortSignal.any([signal, deadline.signal])));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    return deadline.signal.aborted ? "timeout" : typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? code : "failed";
  } finally {
    deadline.abort();
    deadline.clear();
  }
}

/** The condition fails if another call wrote the row since it was read, so of two simultaneous calls only one writes. */
function buildFactsPut(domain: string, facts: MailFacts, row: Row | undefined, now: Date): Put {
  const { table, key } = mailFactsKey(domain);
  const expires = Math.floor((now.getTime() + KEPT_DAYS * MS_PER_DAY) / 1_000);
  // A row written by hand may lack `at`. The condition is then only that the row exists.
  const asRead = typeof row?.at === "string" ? { at: row.at } : key;
  return { table, item: { ...key, ...facts, expires }, condition: row === undefined ? "absent" : asRead };
}

/** Names that no host on the Internet can have (RFC 6761, RFC 6762, RFC 9476). */
const isNobodys = /(?:^|\.)(?:alt|internal|invalid|local|localdomain|localhost|onion|test)$/;

/** Maps other domains under which an operator accepts mail to the operator's main domain. */
const operators: Readonly<Record<string, string>> = {
  "googlemail.com": "google.com",
  "psmtp.com": "google.com",
  "smtp.goog": "google.com",
  "mx.microsoft": "outlook.com",
};

/**
 * Returns the registrable domain of the first valid exchange. A null MX (RFC 7505), an IP address and a reserved name are not valid.
 * @param exchanges the preferred one first
 */
export function findMailHost(exchanges: readonly string[]): string | undefined {
  for (const exchange of exchanges) {
    // Mail servers deliver to `_mx.contoso.com`, although host names have no underscores. So the check replaces each underscore.
    const name = normaliseDomain(exchange.replaceAll("_", "x"));
    if (name === undefined || isNobodys.test(name)) continue;
    const registeredDomain = getDomain(name) ?? name;
    // Skips an exchange whose registrable domain has an underscore, because registries do not register such names.
    if (exchange.replace(/\.$/, "").split(".").slice(-registeredDomain.split(".").length).join(".").includes("_")) continue;
    return Object.hasOwn(operators, registeredDomain) ? operators[registeredDomain] : registeredDomain;
  }
  return undefined;
}
