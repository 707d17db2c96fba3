import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { momentId } from "../../../adapters/system";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { absent, changing, deleteItem, equal, getItem, putting } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { invalidMember } from "../../../engine/fields";
import type { AuditedWrite, RowAudited } from "../../audit/store/trail";
import { PROPOSALS, type Proposal, proposalRow, proposalSubject } from "../proposal";
import { computeSetExpiry, packedRows, unpackedRows } from "./change-sets";
import { type NewestRows, newestRows, rowOfId } from "./newest-rows";
import { type EditRows, gatheredRows } from "./parts";
import type { RowChange } from "./row-changes";

/** The maximum base64 characters of the rows. The limit leaves room in the item for other attributes. */
const MAX_ROWS_LENGTH = 480_000;

export type ProposalDraft = Pick<
  Proposal,
  "by" | "name" | "means" | "added" | "changed" | "removed" | "allowed" | "denied" | "referred" | "file" | "entry" | "reverts" | "requests"
>;

/** A confirmed proposal has the id of the change set to make. */
export type Settlement = Required<Pick<Proposal, "settledAt" | "settledBy" | "settledName">> &
  ({ readonly state: "confirmed"; readonly changeSet: string } | { readonly state: "rejected" });

export interface ProposalStore {
  /** Undefined if the edit is too long to be stored. */
  buildProposal(
    draft: ProposalDraft,
    rows: EditRows,
    now: Date,
  ): Promise<{ readonly id: string; readonly write: AuditedWrite } | undefined>;
  /** Omits the proposal's rows if they cannot be read. */
  get(id: string): Promise<FoundProposal | undefined>;
  /** Keeps one page in memory. @param onUnreadable called with the id of each unreadable proposal, which is omitted */
  all(onUnreadable?: (id: string) => void): AsyncIterable<WholeProposal>;
  /** Newest first. @param before an id: the page begins with the next older proposal */
  page(before?: string): Promise<NewestRows<Proposal>>;
  /** Undefined if somebody has already decided. */
  buildSettlement(id: string, settlement: Settlement): Promise<AuditedWrite | undefined>;
  remove(id: string): Promise<void>;
}

export interface FoundProposal {
  readonly proposal: Proposal;
  readonly rows: readonly RowChange[] | undefined;
}

export type WholeProposal = FoundProposal & { readonly rows: readonly RowChange[] };

export function proposalStore(client: AwsClient, name: string): ProposalStore {
  const table = { client, name, key: tables.listChanges.key };
  const buildProposalKey = (id: string) => ({ set: { S: PROPOSALS }, part: { S: id } });

  return {
    async buildProposal(draft, editRows, now) {
      const rows = await gatheredRows(editRows);
      const packedText = await packedRows(rows);
      if (packedText.length > MAX_ROWS_LENGTH) return undefined;
      const id = momentId(now);
      const facts = { ...draft, state: "open", at: now.toISOString(), writes: rows.length, expires: computeSetExpiry(now) };
      const item: Item = { ...toItem(facts), ...buildProposalKey(id), rows: { B: packedText as unknown as Uint8Array } };
      return { id, write: { write: putting(table, item, absent("set")), change: buildAuditedRow(id, undefined, item) } };
    },
    async get(id) {
      const item = await rowOfId(table, PROPOSALS, id);
      return item && (await parseFoundProposal(item));
    },
    async *all(onUnreadable) {
      for await (const items of readPages(table, { where: equal({ set: { S: PROPOSALS } }) }))
        for (const item of items) {
          const { proposal, rows } = (await parseFoundProposal(item)) ?? {};
          if (proposal === undefined || rows === undefined) onUnreadable?.(String(item.part?.S));
          else yield { proposal, rows };
        }
    },
    page: (before) => newestRows(table, PROPOSALS, parseProposal, before),
    async buildSettlement(id, settlement) {
      const item = await getItem(table, { set: PROPOSALS, part: id });
      if (item?.state?.S !== "open") return undefined;
      const cellsToSet = toItem(settlement);
      const write = changing(table, buildProposalKey(id), { set: cellsToSet }, equal({ ...buildProposalKey(id), state: { S: "open" } }));
      return { write, change: buildAuditedRow(id, item, { ...item, ...cellsToSet }) };
    },
    async remove(id) {
      await deleteItem(table, buildProposalKey(id));
    },
  };
}

function buildAuditedRow(id: string, before: Item | undefined, after: Item): RowAudited {
  return { table: "list-changes", subject: proposalSubject(id), before: before && toRow(before), after: toRow(after) };
}

async function parseFoundProposal(item: Item): Promise<FoundProposal | undefined> {
  const proposal = parseProposal(item);
  const rows = await unpackedRows(item.rows?.B as unknown as string).catch(() => undefined);
  return proposal && { proposal, rows };
}

function parseProposal(item: Item): Proposal | undefined {
  const { set: __, part, ...rest } = toRow({ ...item, rows: { S: "" } });
  return invalidMember(v.omit(proposalRow, ["rows"]), { ...rest, set: PROPOSALS, part }) === undefined
    ? ({ id: part, ...rest } as unknown as Proposal)
    : undefined;
}
