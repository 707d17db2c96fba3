import { type Item, toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { parseJsonObject } from "../../../engine/json";
import { type AccountRow, dropRenewalLink, isInOffer } from "../../accounts/account";
import type { ApprovalRequest } from "../../approvals/request";
import { changesIn, type NamingSet, proposalsNaming, setsNaming } from "./list-history";
import {
  findProfiles,
  findRequests,
  findUsageRows,
  ownPart,
  type PersonDecisionPlace,
  type PersonFound,
  readAccountRows,
  readDecisions,
  rowsNaming,
} from "./person";
import type { PersonStores } from "./stores";
import { findMentions } from "./trail";

/** The kinds of data in an export, in its order. */
export const keptKinds = ["decisions", "rows", "profiles", "approvals", "accounts", "ledger", "changes", "proposals", "audit"] as const;
export type KeptKind = (typeof keptKinds)[number];

export interface ExportPlace {
  readonly kind: KeptKind;
  /** Absent at the kind's beginning. */
  readonly from?: unknown;
}

export interface ExportedPage {
  readonly kind: KeptKind;
  /** Objects with one member. The member's name is the kind of the record: `{ decision: … }`. */
  readonly records: readonly object[];
  readonly count: number;
  /** Ids of unreadable rows that may be about the person. These rows are omitted. */
  readonly unreadable: readonly string[];
  readonly next?: ExportPlace;
}

/** Holds one page in memory at a time. */
export async function* exportPersonPages(
  person: PersonFound,
  stores: PersonStores,
  place: ExportPlace = { kind: "decisions" },
): AsyncGenerator<ExportedPage> {
  // The readers find some of the data by the accounts that the person's requests name.
  const requests = await findRequests(person, stores.approvals);
  let { kind, from } = place;
  for (;;) {
    const { records, count = records.length, unreadable = [], next: within } = await readers[kind]({ person, stores, requests }, from);
    const following = keptKinds[keptKinds.indexOf(kind) + 1];
    const next = within !== undefined ? { kind, from: within } : following && { kind: following };
    yield { kind, records, count, unreadable, next };
    if (next === undefined) return;
    kind = next.kind;
    from = within;
  }
}

interface Asked {
  readonly person: PersonFound;
  readonly stores: PersonStores;
  readonly requests: readonly ApprovalRequest[];
}

interface Read {
  readonly records: readonly object[];
  /** @default the number of `records` */
  readonly count?: number;
  readonly unreadable?: readonly string[];
  readonly next?: unknown;
}

const readers: Readonly<Record<KeptKind, (exportContext: Asked, from: unknown) => Promise<Read>>> = {
  async decisions({ person, stores }, from) {
    const { records, unreadable, next } = await readDecisions(person, stores, from as PersonDecisionPlace | undefined);
    return { records: records.map((decision) => ({ decision })), unreadable: unreadable.map(({ id }) => id), next };
  },
  async rows({ person, stores, requests }) {
    return { records: (await rowsNaming(person, stores.list, requests)).map((item) => ({ row: toRow(item) })) };
  },
  async profiles({ person, stores }, from) {
    const { items, next } = await findProfiles(person, stores.profiles, from as Item | undefined);
    return { records: items.map((item) => ({ profile: toRow(item) })), next };
  },
  async approvals({ person, stores, requests }) {
    const asked: ApprovalRequest[] = [];
    for await (const page of stores.approvals.asksBy(person)) asked.push(...page);
    // The guest is somebody else.
    const asks = asked.flatMap(({ reference, state, requestedAt, ask, decision: { reply } = {} }) =>
      ask === undefined ? [] : [{ ask: { reference, state, requestedAt, ...omit(ask, "invites", "concerns"), reply } }],
    );
    return { records: [...requests.map(({ mailSecrets: _, ...approval }) => ({ approval })), ...asks] };
  },
  async accounts({ person, stores }) {
    const accounts = (await readAccountRows(person, stores.accounts)).map((account) => ({ account: dropRenewalLink(account) }));
    const offered: AccountRow[] = [];
    for await (const page of stores.accounts?.offered() ?? []) offered.push(...page.filter((row) => isInOffer(row, person.mailboxes)));
    // The guest is somebody else.
    const offers = offered.map(({ reference, sponsor, offeredTo, offeredUntil }) => ({
      offer: { reference, sponsor, offeredTo, offeredUntil },
    }));
    return { records: [...accounts, ...offers] };
  },
  async ledger({ person, stores }, from) {
    const { items, next } = await findUsageRows(person, stores.ledger, from as Item | undefined);
    return { records: items.map((item) => ({ ledger: toRow(ownPart(item, person) ?? {}) })), next };
  },
  async changes({ person, stores, requests }, from) {
    const { found, unreadable, next } = await setsNaming(person, requests, stores.changeSets, from as string | undefined);
    const records = found.flatMap(({ set, changes }) =>
      changes.map((row) => ({ change: { set: set.id, at: set.at, ...toShownChange(row) } })),
    );
    return { records, count: changesIn(found), unreadable, next };
  },
  async proposals({ person, stores, requests }) {
    const unreadable: string[] = [];
    const proposals = await proposalsNaming(person, requests, stores.proposals, (id) => unreadable.push(id));
    const records = proposals.flatMap(({ proposal, rows }) =>
      rows.map((row) => ({ proposal: { id: proposal.id, at: proposal.at, ...toShownChange(row) } })),
    );
    return { records, count: proposals.length, unreadable };
  },
  async audit({ person, stores }, from) {
    if (stores.trail === undefined) return { records: [] };
    const { rows, unsure, next } = await findMentions(person, stores.trail, from as string | undefined);
    const records = [
      ...rows.map(({ number, at, action, details }) => ({ audit: { number, at, action, ...saidIn(details) } })),
      ...unsure.map(({ number, at, action }) => ({ audit: { number, at, action, mayMention: true } })),
    ];
    return { records, next };
  },
};

/** Returns the details without their salt. If they are not JSON, because somebody altered them, returns the raw text. */
function saidIn(details = "{}"): object {
  const { salt: _, ...said } = parseJsonObject(details) ?? { details };
  return said;
}

function toShownChange({ entry, before, after }: NamingSet["changes"][number]): object {
  return { entry, was: before && toRow(before), is: after && toRow(after) };
}
