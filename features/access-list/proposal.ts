import * as v from "valibot";
import { amount, anyObject, createTextSchema, time } from "../../engine/fields";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { changeMeans, editMembers } from "./change-set";

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
