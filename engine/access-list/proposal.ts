import { amount, anyObject, anyText, filled, object, oneOf, optional, type TypeOf, time } from "../schema";
import { MS_PER_DAY } from "../sign-up/time";
import { changeMeans, editMembers } from "./change-set";

/** How long somebody else may confirm an edit. */
export const PROPOSAL_DAYS = 7;

/** The proposals of edits have one partition in the table of change sets, in the order of their ids. */
export const PROPOSALS = "proposals";

/** An edit of the access list that waits for a second person. */
export const proposalRow = object({
  set: filled("`proposals`."),
  part: filled("The proposal's id: when it was made, UTC, and a random end."),
  at: time("When it was made."),
  by: anyText("The object id of the account that proposes it."),
  name: anyText("The account's name at the time."),
  means: oneOf(changeMeans, "How it would be made."),
  state: oneOf(
    ["open", "confirmed", "rejected"],
    `\`open\` for ${PROPOSAL_DAYS} days; \`confirmed\`: written by somebody else; \`rejected\` or withdrawn.`,
  ),
  ...editMembers,
  settledAt: optional(time("When it was confirmed or rejected.")),
  settledBy: optional(anyText("The object id of the account that did that.")),
  settledName: optional(anyText("That account's name at the time.")),
  changeSet: optional(anyText("The change set that it became.")),
  expires: amount("Epoch seconds."),
  rows: anyObject<Uint8Array>("The rows before and after, JSON, deflated."),
});

/** A proposal without its rows. */
export type Proposal = Omit<TypeOf<typeof proposalRow>, "set" | "part" | "rows"> & { readonly id: string };

/** Expired: its time is over, and nobody has decided on it. */
export type ProposalState = Proposal["state"] | "expired";

export function proposalState({ state, at }: Proposal, now: Date): ProposalState {
  return state === "open" && now.getTime() >= Date.parse(at) + PROPOSAL_DAYS * MS_PER_DAY ? "expired" : state;
}
