import { type AccessListStore, accessListStore } from "../../adapters/tables/access-list";
import { type ApprovalStore, approvalStore } from "../../adapters/tables/approvals";
import { type DecisionStore, decisionStore } from "../../adapters/tables/decisions";
import { type Item, toRow } from "../../adapters/tables/item";
import { type ProfileStore, profileStore } from "../../adapters/tables/profiles";
import { readRow } from "../../engine/access-list/row";
import { baseOf, mailboxOf } from "../../engine/access-list/spellings";
import type { ApprovalRequest } from "../../engine/approvals/request";
import type { Row } from "../../engine/sign-up/rule";
import { emailFrom } from "../decisions/newest-first";
import type { Deployment } from "../deployment";

/** Where something about a person may be stored. */
export interface PersonStores {
  readonly decisions: DecisionStore;
  readonly list: AccessListStore;
  readonly profiles: ProfileStore;
  readonly approvals: ApprovalStore;
}

/** One person, by the spellings of the address. */
export interface Spellings {
  /** As typed at the terminal. */
  readonly typed: string;
  /** The address normalised, and the one spelling of its mailbox where the provider is known. */
  readonly same: readonly string[];
  /** The address without its +tag, where that may be somebody else's. */
  readonly other?: string;
}

export function storesAt({ dynamodb, accessListTable, decisionsTable, tableOf }: Deployment): PersonStores {
  return {
    decisions: decisionStore(dynamodb, decisionsTable),
    list: accessListStore(dynamodb, accessListTable),
    profiles: profileStore(dynamodb, tableOf("profiles")),
    approvals: approvalStore(dynamodb, tableOf("approvals")),
  };
}

export function spellingsOf(typed: string): Spellings {
  const email = emailFrom(typed);
  const same = [...new Set([email, mailboxOf(email)])];
  const base = baseOf(mailboxOf(email));
  return { typed, same, ...(!same.includes(base) && { other: base }) };
}

/** The rows of the list that name the person. One under the address without its tag does if it denies: it reaches them. */
export async function rowsNaming({ typed, same, other }: Spellings, list: AccessListStore): Promise<readonly Item[]> {
  const keys = [...new Set([typed, typed.trim(), ...same])].filter((key) => key !== "");
  const items = await Promise.all([...keys, ...(other === undefined ? [] : [other])].map((key) => list.get(key)));
  return items.filter((item): item is Item => item !== undefined && (item.entry?.S !== other || readRow(toRow(item)).effect === "deny"));
}

/** The profiles that name the person by address. */
export async function profilesOf({ same }: Spellings, profiles: ProfileStore): Promise<readonly Row[]> {
  const found = await Promise.all(same.map((email) => profiles.get(email)));
  return found.filter((row) => row !== undefined);
}

/** The requests to be let in that the person made, through whichever provider, as they stand now. */
export async function requestsOf({ same }: Spellings, approvals: ApprovalStore): Promise<readonly ApprovalRequest[]> {
  const found: ApprovalRequest[] = [];
  for (const email of same) {
    for await (const page of approvals.byEmail(email)) found.push(...page);
  }
  const current = await Promise.all(found.map(({ id }) => approvals.get(id)));
  return current.filter((request) => request !== undefined);
}

/** What a look at the stores cannot tell. */
export function blindSpots({ same, other }: Spellings): readonly string[] {
  return [
    `Looked for ${same.join(" and ")}. Rows and profiles of single accounts (issuer:google.com/1184) name nobody: look for those by the account's id.`,
    ...(other === undefined ? [] : [`${other} may be the same person or somebody else, so its decisions were left out: name it to see.`]),
  ];
}
