import * as v from "valibot";
import { unknownColumns, wrongColumn } from "../../engine/columns";
import { isGuestName } from "../../engine/directory-account";
import { createTextSchema, time, wholeNumber } from "../../engine/fields";
import { normaliseEmail, splitAddress } from "../../engine/sign-up/email";
import type { RecordKey, Row } from "../../engine/sign-up/rule";

/** The domain counts as a partner's only if it is `proven` or `stale`. */
export const partnerStates = ["pending", "proven", "stale", "lapsed"] as const;
export type PartnerState = (typeof partnerStates)[number];

/** `missing`: another record or none. `wildcard`: a record at any name, so nobody set it at this one. `failed`: no name server answered. */
export const dnsChecks = ["found", "missing", "wildcard", "failed"] as const;
export type PartnerLook = (typeof dnsChecks)[number];

/** The `reference` of partners' rows. No reference code that is shown to people has this value. */
export const PARTNER = "partner";

/** A domain whose owner proves it by a TXT record. */
export const partnerRow = v.object({
  /** The text `partner`. */
  reference: createTextSchema(),
  /** The domain, in lower-case ASCII. */
  id: createTextSchema(),
  /** The content of the TXT record: random for this domain and deployment. */
  token: createTextSchema(),
  state: v.picklist(partnerStates),
  since: time(),
  /** The time at which a pending or stale domain lapses unless the record is found. */
  until: v.optional(time()),
  addedAt: time(),
  /** The author: an AWS identity, or an operator of the console by name. */
  by: createTextSchema(),
  lookedAt: v.optional(time()),
  look: v.optional(v.picklist(dnsChecks)),
  revision: wholeNumber(),
});
export type PartnerRow = Readonly<v.InferOutput<typeof partnerRow>>;

export type PartnerStanding = "proven" | "stale" | "none";

/** Subdomains have rows of their own. */
export function partnerKey(domain: string): RecordKey {
  return { table: "decisions", key: { reference: PARTNER, id: domain }, mayStayUnread: true };
}

/** An overdue row does not count, even before the worker updates it. Nor does an unreadable row: the worker never checks its record. */
export function partnerStanding(row: Row | undefined, now: Date): PartnerStanding {
  const partner = readPartner(row);
  if (partner === undefined || isOverdue(partner, now)) return "none";
  return partner.state === "proven" || partner.state === "stale" ? partner.state : "none";
}

/** True if the domain's time is over, although no check has changed its state yet. */
export function isOverdue({ state, until }: Pick<PartnerRow, "state" | "until">, now: Date): boolean {
  return state !== "lapsed" && (until === undefined ? state === "stale" : Date.parse(until) <= now.getTime());
}

/** Undefined for a row typed by hand with a missing or unknown column. */
export function readPartner(row: Row | undefined): PartnerRow | undefined {
  return row !== undefined && wrongPartnerColumn(row) === undefined ? (row as PartnerRow) : undefined;
}

export function wrongPartnerColumn(row: Row): string | undefined {
  return wrongColumn(partnerRow, row) ?? unknownColumns(Object.keys(partnerRow.entries), row)[0];
}

/** Undefined unless all names that are addresses have the same domain. Ignores Entra's name for a guest, `kim_contoso.com#EXT#@…`. */
export function contactDomain(names: readonly string[]): string | undefined {
  const addresses = names.filter((name) => name.includes("@") && !isGuestName(name)).map(normaliseEmail);
  const [first, ...others] = addresses.map((address) => address && splitAddress(address).domain);
  return others.every((each) => each === first) ? first : undefined;
}
