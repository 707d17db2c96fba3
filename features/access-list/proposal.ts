import * as v from "valibot";
import type { AuditDetails, TableChange } from "../../engine/audited-change";
import { omit } from "../../engine/collections";
import { amount, anyObject, createTextSchema, time } from "../../engine/fields";
import { canonicalJson } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { changeMeans, editMembers, requestsColumn } from "./change-set";

export const PROPOSAL_DAYS = 7;

export const PROPOSALS = "proposals";

export const proposalRow = v.object({
  /** The text `proposals`. */
  set: createTextSchema(),
  /** The proposal's time, UTC, and a random end. */
  part: createTextSchema(),
  at: time(),
  /** The object id of the proposer's account. */
  by: v.string(),
  /** The account's name when the proposal was made. */
  name: v.string(),
  means: v.picklist(changeMeans),
  /** `open`: waits for PROPOSAL_DAYS days. `confirmed`: somebody else agreed. `rejected`: by somebody else, or withdrawn by its author. */
  state: v.picklist(["open", "confirmed", "rejected"]),
  ...editMembers,
  /** The change set that the edit reverts. */
  reverts: v.optional(v.string()),
  /** The requests for approval that the revert reopens. */
  requests: v.optional(requestsColumn),
  settledAt: v.optional(time()),
  settledBy: v.optional(v.string()),
  settledName: v.optional(v.string()),
  changeSet: v.optional(v.string()),
  /** Epoch seconds. */
  expires: amount(),
  /** The rows before and after, as deflated JSON. */
  rows: anyObject<Uint8Array>(),
});

export type Proposal = Omit<Readonly<v.InferOutput<typeof proposalRow>>, "set" | "part" | "rows"> & { readonly id: string };

export type ProposalState = Proposal["state"] | "expired";

export function proposalState({ state, at }: Proposal, now: Date): ProposalState {
  return state === "open" && now.getTime() >= Date.parse(at) + PROPOSAL_DAYS * MS_PER_DAY ? "expired" : state;
}

interface ProposalChange {
  readonly action: string;
  readonly details: AuditDetails;
}

const settlement = ["state", "settledAt", "settledBy", "settledName", "changeSet"] as const;

export function proposalSubject(id: string): string {
  return `${PROPOSALS}/${id}`;
}

/** Omits the rows that the proposal would write, because the proposal's page shows them. Undefined if nothing changed. */
export function proposalChange({ before, after }: Pick<TableChange, "before" | "after">): ProposalChange | undefined {
  const id = String((after ?? before)?.part ?? "");
  const details = { subject: id, before: before && shownOfProposal(before), after: after && shownOfProposal(after) };
  if (after === undefined) return { action: "access-list.proposal-removed", details };
  if (before === undefined) return { action: "access-list.proposed", details };
  if (canonicalJson(before) === canonicalJson(after)) return undefined;
  const isSettled = before.state === "open" && ["confirmed", "rejected"].includes(String(after.state)) && isSameEdit(before, after);
  if (!isSettled) {
    const rows = canonicalJson(before.rows) === canonicalJson(after.rows) ? {} : { rows: "changed" };
    return { action: "access-list.proposal-changed", details: { ...details, after: { ...shownOfProposal(after), ...rows } } };
  }
  return { action: `access-list.proposal-${after.state}`, details };
}

function isSameEdit(before: Row, after: Row): boolean {
  const edit = (row: Row) => Object.fromEntries(Object.entries(row).filter(([name]) => !(settlement as readonly string[]).includes(name)));
  return canonicalJson(edit(before)) === canonicalJson(edit(after));
}

function shownOfProposal(row: Row): Row {
  return omit(row, "set", "part", "rows", "expires");
}
