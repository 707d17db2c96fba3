import { readTypedDomain } from "../../engine/meant-entries";
import { splitAddress } from "../../engine/sign-up/email";
import type { Row } from "../../engine/sign-up/rule";
import { dayFrom, MS_PER_DAY } from "../../engine/sign-up/time";
import { canBeKey } from "../../engine/table-keys";
import { readUnmatched } from "../../engine/unmatched";
import { tooOpen } from "../access-list/breadth";
import { classesOf } from "../access-list/classes";
import { type EntryRead, entryKey, readEntry } from "../access-list/entry";
import { pickCells } from "../access-list/files/plan";
import type { FileRow } from "../access-list/files/row";
import { planRow } from "../access-list/let-in";
import type { SuspensionProblem } from "../access-list/problem";
import { isMailProvider } from "../free-mail/free-mail";

// A partner's entries in the access list. Because of its `match`, an allow by a contact counts only for addresses at the partner's domain.

/**
 * An allow by a contact ends after at most this many days unless somebody writes it again. So it ends even if nobody ends it when the
 * domain lapses.
 */
export const PARTNER_ALLOW_DAYS = 90;
export const MAX_PARTNER_ENTRIES = 500;

export interface TypedPartnerEntry {
  readonly entry: string;
  readonly effect: string;
  /** The last day on which the entry counts; empty for the latest possible day. */
  readonly expiresAt: string;
  readonly note: string;
}

/**
 * `domain`: the address is at another domain. `spelling`: the list would store an allow or a deny of the address under another spelling.
 */
export type PartnerEntryFlaw = "address" | "domain" | "spelling" | "effect" | "end";

/** Returns the entry's row, or the first flaw. An allow and a deny of an address have the same key. */
export function partnerEntry(
  typedEntry: TypedPartnerEntry,
  domain: string,
  now: Date,
): { readonly row: Row } | { readonly flaw: PartnerEntryFlaw } {
  const { effect, note } = typedEntry;
  const email = addressIn(readEntry(typedEntry.entry));
  if (email === undefined || !canBeKey(email) || readUnmatched(email) !== undefined) return { flaw: "address" };
  if (splitAddress(email).domain !== domain) return { flaw: "domain" };
  if (!isPlain(email)) return { flaw: "spelling" };
  if (effect !== "allow" && effect !== "deny") return { flaw: "effect" };
  const expiresAt = typedEntry.expiresAt === "" && effect === "allow" ? lastAllowDay(now) : typedEntry.expiresAt;
  if (expiresAt !== "" && !isEnd(expiresAt, effect, now)) return { flaw: "end" };
  return { row: { entry: email, effect, ...(note !== "" && { note }), ...(expiresAt !== "" && { expiresAt }), byPartner: domain } };
}

/** Returns the row to write in place of the contact's current row: see `planRow`. */
export function planPartnerEntry(
  row: Row,
  current: Row | undefined,
  now: Date,
): { readonly row: Row } | { readonly problem: SuspensionProblem } {
  const { byPartner, ...cells } = row;
  const planned = planRow(cells as unknown as FileRow, current, now);
  return planned.ok ? { row: { ...pickCells(planned.row), byPartner } } : { problem: planned.problem };
}

/** True if a partner's contacts may see and change the row. */
export function isPartnerEntry(row: Row, domain: string): boolean {
  const email = addressIn(readEntry(String(row.entry)));
  return row.byPartner === domain && email !== undefined && email === row.entry && splitAddress(email).domain === domain;
}

export function lastAllowDay(now: Date): string {
  return new Date(now.getTime() + PARTNER_ALLOW_DAYS * MS_PER_DAY).toISOString().slice(0, 10);
}

function addressIn(read: EntryRead): string | undefined {
  return read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
}

/**
 * True if an allow and a deny of the address have the address itself as their key. With different keys, a contact's entry could bypass an
 * operator's.
 */
function isPlain(email: string): boolean {
  return (["allow", "deny"] as const).every((effect) => entryKey({ kind: "address", email }, effect) === email);
}

function isEnd(day: string, effect: "allow" | "deny", now: Date): boolean {
  const isDay = dayFrom(day) !== undefined && day >= now.toISOString().slice(0, 10);
  return isDay && (effect === "deny" || day <= lastAllowDay(now));
}

/**
 * `mail-provider`: the domain certainly gives everybody an address. `doubtful`: a list says that the domain gives everybody an address or a
 * name. Such lists also name universities, companies and authorities, so an operator can still add the domain.
 */
export type PartnerFlaw = "no-domain" | "mail-provider" | "doubtful";

/** @param anyway true to take a doubtful domain */
export function newPartnerDomain(typedText: string, anyway: boolean): { readonly domain: string } | { readonly flaw: PartnerFlaw } {
  const domain = partnerDomain(typedText);
  if (domain === undefined) return { flaw: "no-domain" };
  if (isMailProvider(domain) || classesOf(domain, ["relay"]).length > 0) return { flaw: "mail-provider" };
  return anyway || tooOpen({ kind: "domain", domain }) === undefined ? { domain } : { flaw: "doubtful" };
}

export function partnerDomain(typedText: string): string | undefined {
  return readTypedDomain(typedText.trim());
}

/** Returns the TXT record that proves a domain. */
export function partnerRecord({ id, token }: { readonly id: string; readonly token: string }): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `_gatehouse.${id}`, value: `gatehouse-partner=${token}` };
}
