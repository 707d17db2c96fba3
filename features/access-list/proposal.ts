import * as v from "valibot";
import { amount, anyObject, createTextSchema, time } from "../../engine/fields";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { changeMeans, editMembers } from "./change-set";

/** A proposal can be confirmed for this number of days. */
export const PROPOSAL_DAYS = 7;

export const PROPOSALS = "proposals";

export const proposalRow = v.object({
  /** Always `proposals`. */
  set: createTextSchema(),
  /** The proposal's id: its time, UTC, and a random end. */
  part: createTextSchema(),
  at: time(),
  /** The object id of the proposer's account. */
  by: v.string(),
  /** The account's name when the proposal was made. */
  name: v.string(),
  means: v.picklist(changeMeans),
  /**
   * `open`: waits, for PROPOSAL_DAYS days. `confirmed`: somebody else agreed, and the edit was made. `rejected`: somebody else rejected the
   * proposal, or the proposer withdrew it.
   */
  state: v.picklist(["open", "confirmed", "rejected"]),
  ...editMembers,
  settledAt: v.optional(time()),
  /** The object id of the account that decided. */
  settledBy: v.optional(v.string()),
  settledName: v.optional(v.string()),
  changeSet: v.optional(v.string()),
  /** Epoch seconds. */
  expires: amount(),
  /** The rows before and after, as deflated JSON. */
  rows: anyObject<Uint8Array>(),
});

export type Proposal = Omit<Readonly<v.InferOutput<typeof proposalRow>>, "set" | "part" | "rows"> & { readonly id: string };

/** `expired` if the proposal is open and its time is over. */
export type ProposalState = Proposal["state"] | "expired";

export function proposalState({ state, at }: Proposal, now: Date): ProposalState {
  return state === "open" && now.getTime() >= Date.parse(at) + PROPOSAL_DAYS * MS_PER_DAY ? "expired" : state;
}
