import { randomBytes } from "node:crypto";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { Row } from "../../../engine/sign-up/rule";
import { type PartnerLook, type PartnerRow, readPartner } from "../../access-list/partner";
import { commitRow } from "../../audit/store/audited-tables";
import type { AuditedChange, AuditStore } from "../../audit/store/trail";
import { addedPartner, lookedFor } from "../change";
import type { AskTexts, TextsAnswer } from "../client";
import { partnerRecord } from "../entries";
import { endPartnerAllows, type PartnerEntriesPorts } from "./entries";
import type { PartnerStore } from "./partners";

/** Length of the random token in a TXT record: 128 bits. */
const TOKEN_BYTES = 16;

export interface PartnerChangePorts extends PartnerEntriesPorts {
  readonly partners: Pick<PartnerStore, "removing" | "replacing">;
}

type Who = Pick<AuditedChange, "by" | "name" | "via">;

/** Adds a domain with a new record of its own; undefined if somebody else was faster. @param before its row, if it had lapsed */
export async function addDomain(
  { partners, trail }: Omit<PartnerChangePorts, "list">,
  { domain, before }: { readonly domain: string; readonly before: PartnerRow | undefined },
  who: Who,
  now: Date,
): Promise<PartnerRow | undefined> {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const after = addedPartner({ domain, token, by: who.name ?? who.by }, now);
  const isWritten = await commitRow(trail, "partner", { before, after, write: partners.replacing(before, after) }, who, now);
  return isWritten ? after : undefined;
}

/**
 * Removes a partner's domain and ends its contacts' allows. False if the row has just changed.
 * @param storedItem the row, readable or not; absent if deleted
 */
export async function removeDomain(
  ports: PartnerChangePorts,
  domain: string,
  storedItem: Item | undefined,
  who: Who,
  now: Date,
): Promise<boolean> {
  // The allows are ended before the row is removed, so that the command can be repeated after an interruption.
  await endPartnerAllows(ports, domain, who, now);
  if (storedItem === undefined) return true;
  const removal = { before: toRow(storedItem), after: undefined, write: ports.partners.removing(storedItem) };
  if (!(await commitRow(ports.trail, "partner", removal, who, now))) return false;
  // The second call ends allows that somebody added meanwhile.
  await endPartnerAllows(ports, domain, who, now);
  return true;
}

/** Restores a removed domain, with its old TXT record. False if the domain exists again, or if `before` is absent or unreadable. */
export async function putBackPartner(
  { partners, trail }: Omit<PartnerChangePorts, "list">,
  before: Row | undefined,
  who: Who,
  now: Date,
): Promise<boolean> {
  const row = readPartner(before);
  if (row === undefined) return false;
  return await commitRow(trail, "partner", { before: undefined, after: row, write: partners.replacing(undefined, row) }, who, now);
}

/** Looks for a partner's record. If a random name has the same text, the record is a wildcard and proves nothing. */
export async function lookForRecord(ask: AskTexts, partner: Pick<PartnerRow, "id" | "token">): Promise<PartnerLook> {
  const { name, value } = partnerRecord(partner);
  const here = holds(await ask(name), value);
  if (here !== "found") return here;
  const beside = holds(await ask(`_${randomBytes(8).toString("hex")}.${partner.id}`), value);
  return beside === "found" ? "wildcard" : beside === "missing" ? "found" : "failed";
}

function holds(answer: TextsAnswer, value: string): "found" | "missing" | "failed" {
  if (answer.kind === "failed") return "failed";
  // Removes quotes around a text. People type the quotes, and some providers' forms keep them.
  return answer.kind === "found" && answer.texts.some((text) => text.trim().replace(/^"(.*)"$/, "$1") === value) ? "found" : "missing";
}

export interface PartnerLookPorts extends PartnerEntriesPorts {
  readonly ask: AskTexts;
  readonly partners: Pick<PartnerStore, "of" | "replace" | "replacing">;
  readonly trail: Pick<AuditStore, "commit">;
}

/** Checks a partner's record and stores the result. If the partner has lapsed, only ends the contacts' allows. @returns the current row */
export async function checkPartner(ports: PartnerLookPorts, row: PartnerRow, who: Who, now: Date): Promise<PartnerRow | undefined> {
  const current = row.state === "lapsed" ? row : await writtenLook(ports, row, who, now);
  if (current?.state === "lapsed") await endPartnerAllows(ports, row.id, who, now);
  return current;
}

async function writtenLook(
  { ask, partners, trail }: PartnerLookPorts,
  row: PartnerRow,
  who: Who,
  now: Date,
): Promise<PartnerRow | undefined> {
  const after = lookedFor(row, await lookForRecord(ask, row), now);
  const change = { before: row, after, write: partners.replacing(row, after) };
  const isWritten = await (after.state === row.state ? partners.replace(row, after) : commitRow(trail, "partner", change, who, now));
  return isWritten ? after : await partners.of(row.id);
}
