import { randomBytes } from "node:crypto";
import type { PartnerLook, PartnerRow } from "../../access-list/partner";
import { commitRow } from "../../audit/store/audited-tables";
import type { AuditedChange, AuditStore } from "../../audit/store/trail";
import { lookedFor } from "../change";
import type { AskTexts, TextsAnswer } from "../client";
import { partnerRecord } from "../domain";
import { endPartnerAllows, type PartnerEntriesPorts } from "./entries";
import type { PartnerStore } from "./partners";

/** Looks for a partner's record. One that a name at random has too is a wildcard's: nobody set it at ours. */
export async function lookForRecord(ask: AskTexts, partner: Pick<PartnerRow, "id" | "token">): Promise<PartnerLook> {
  const { name, value } = partnerRecord(partner);
  const here = holds(await ask(name), value);
  if (here !== "found") return here;
  const beside = holds(await ask(`_${randomBytes(8).toString("hex")}.${partner.id}`), value);
  return beside === "found" ? "wildcard" : beside === "missing" ? "found" : "failed";
}

function holds(answer: TextsAnswer, value: string): "found" | "missing" | "failed" {
  if (answer.kind === "failed") return "failed";
  return answer.kind === "found" && answer.texts.some((text) => plain(text) === value) ? "found" : "missing";
}

/** Some providers' forms keep the quotes that people type around a text. */
function plain(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}

export interface PartnerLookPorts extends PartnerEntriesPorts {
  readonly ask: AskTexts;
  readonly partners: Pick<PartnerStore, "of" | "replace" | "replacing">;
  readonly trail: Pick<AuditStore, "commit">;
}

/** Looks for a partner's record and writes down what becomes of them. Nobody is asked about one that has lapsed: what its contacts allowed ends. @param who looks, for the trail @returns the row that is there now */
export async function checkPartner(
  ports: PartnerLookPorts,
  row: PartnerRow,
  who: Pick<AuditedChange, "by" | "via">,
  now: Date,
): Promise<PartnerRow | undefined> {
  const current = row.state === "lapsed" ? row : await writtenLook(ports, row, who, now);
  if (current?.state === "lapsed") await endPartnerAllows(ports, row.id, who, now);
  return current;
}

async function writtenLook(
  { ask, partners, trail }: PartnerLookPorts,
  row: PartnerRow,
  who: Pick<AuditedChange, "by" | "via">,
  now: Date,
): Promise<PartnerRow | undefined> {
  const after = lookedFor(row, await lookForRecord(ask, row), now);
  const change = { before: row, after, write: partners.replacing(row, after) };
  const isWritten = await (after.state === row.state ? partners.replace(row, after) : commitRow(trail, "partner", change, who, now));
  return isWritten ? after : await partners.of(row.id);
}
