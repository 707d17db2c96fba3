import * as v from "valibot";
import { filled, time, wholeNumber } from "../../engine/fields";
import { normaliseEmail, partsOf } from "../../engine/sign-up/email";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import { unknownColumns, wrongColumn } from "../../engine/wrong-column";

/** What becomes of a partner's domain: only `proven` and `stale` count. */
export const partnerStates = ["pending", "proven", "stale", "lapsed"] as const;
export type PartnerState = (typeof partnerStates)[number];

/**
 * What a look into the DNS found. `missing`: another record or none. `wildcard`: the record answers for any name of the domain, so it
 * is not one that was set at this name. `failed`: no name server answered.
 */
export const dnsChecks = ["found", "missing", "wildcard", "failed"] as const;
export type PartnerLook = (typeof dnsChecks)[number];

/** The `reference` of the rows of partners in the table of decisions: no code on a page is like it. */
export const PARTNER = "partner";

/** A domain whose owner proves it by a TXT record. */
export const partnerRow = v.object({
  /** `partner`. */
  reference: filled(),
  /** The domain, in lower-case ASCII. */
  id: filled(),
  /** What the TXT record has to hold: made at random for this domain and deployment. */
  token: filled(),
  /** `pending`, `proven`, `stale` or `lapsed`. */
  state: v.picklist(partnerStates),
  /** When it came into that state. */
  since: time(),
  /** When a pending or stale one lapses unless the record is found. */
  until: v.optional(time()),
  /** When somebody added it. */
  addedAt: time(),
  /** Who added it: an AWS identity, or an operator of the console by name. */
  by: filled(),
  /** When the record was last looked for. */
  lookedAt: v.optional(time()),
  /** What was found then. */
  look: v.optional(v.picklist(dnsChecks)),
  /** Counts changes. */
  revision: wholeNumber(),
});
export type PartnerRow = Readonly<v.InferOutput<typeof partnerRow>>;

/** How a partner's domain counts for a sign-up. */
export type PartnerStanding = "proven" | "stale" | "none";

/** The row of a domain. Subdomains have rows of their own. */
export function partnerKey(domain: string): RecordKey {
  return { table: "decisions", key: { reference: PARTNER, id: domain }, mayStayUnread: true };
}

/**
 * What a row says at a moment, whether or not the worker has written that down: one whose time is over counts for nothing. So does no
 * row, one that was not read, and one that cannot be read: nobody would look for its record.
 */
export function partnerStanding(row: Row | undefined, now: Date): PartnerStanding {
  const { state, until } = readPartner(row) ?? {};
  const isOver = until === undefined ? state === "stale" : Date.parse(until) <= now.getTime();
  return isOver || (state !== "proven" && state !== "stale") ? "none" : state;
}

/** Undefined for a row that was typed by hand and lacks something, or has a column that partners do not have. */
export function readPartner(row: Row | undefined): PartnerRow | undefined {
  return row !== undefined && wrongPartnerColumn(row) === undefined ? (row as PartnerRow) : undefined;
}

/** The first column because of which a row counts for nothing. */
export function wrongPartnerColumn(row: Row): string | undefined {
  return wrongColumn(partnerRow, row) ?? unknownColumns(Object.keys(partnerRow.entries), row)[0];
}

/**
 * The domain of a partner's contact, by what Entra calls them: undefined unless all of their names that are addresses are at one domain.
 * The name that Entra makes up for a guest, `kim_contoso.com#EXT#@…`, says nothing.
 */
export function contactDomain(names: readonly string[]): string | undefined {
  const addresses = names.filter((name) => name.includes("@") && !/#EXT#@/i.test(name)).map(normaliseEmail);
  const [first, ...others] = addresses.map((address) => address && partsOf(address).domain);
  return others.every((each) => each === first) ? first : undefined;
}
