import { type Act, type Concern, Refusal, readEach } from "../../../adapters/operator/act";
import type { WorldOf } from "../../../adapters/operator/world";
import { momentId } from "../../../adapters/system";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Actor } from "../../../engine/audited-change";
import { omit } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import { pageTexts } from "../../../engine/operator/page-texts";
import { trail } from "../../audit/world";
import { type Proposal, type ProposalState, proposalState } from "../proposal";
import { sameness } from "../store/access-list";
import type { ListEdit } from "../store/edits";
import type { FoundProposal, Settlement } from "../store/proposals";
import { changeSets, listRows, proposals } from "../world";
import { type EditPlan, judgeRows, makeEditAct, refuse } from "./edit";
import { listObjections } from "./undo";

const may = "Administrator";
const settlingUses = { proposals, trail };

/** Proposes an edit that needs two people. The outcome is the proposal's id. */
export const proposeEdit: Act<typeof settlingUses, ListEdit, object, ListEdit, string> = {
  ...{ name: "list.propose", may, uses: settlingUses },
  read: async (edits) => edits,
  concerns: () => [],
  async perform({ draft, rows }, _, { proposals, trail }, { actor, now }) {
    const what = omit(draft, "writes", "kept", "keptCount");
    const author = nameAuthor(actor);
    const proposal = await proposals.buildProposal({ ...author, ...what }, rows, now);
    if (proposal === undefined) return new Refusal(refuse("too-long", () => words.tooLong));
    const entry = { ...author, via: actor.via, action: "access-list.proposed", subject: what.entry ?? what.file ?? what.means };
    return (await trail.commit(entry, [proposal.write], now)) ? proposal.id : undefined;
  },
};

function nameAuthor({ by, name = by }: Actor) {
  return { by, name };
}

export interface ProposalPlan extends EditPlan {
  readonly proposal: Proposal;
  readonly state: ProposalState;
  /** Entries that somebody changed after the proposal. Their rows are not written. */
  readonly edited: readonly string[];
}

/** Makes a proposed edit, except for rows that were changed after the proposal. */
export const confirmProposal = makeEditAct({
  ...{ name: "list.confirm", uses: { ...settlingUses, listRows, changeSets } },
  async plan({ proposal, rows }: FoundProposal, { listRows, changeSets }, { actor, now }, judge): Promise<ProposalPlan> {
    const state = proposalState(proposal, now);
    const current = await listRows.many((rows ?? []).map(({ entry }) => entry));
    const isEdited = ({ entry, before }: NonNullable<typeof rows>[number]) => !isSame(current.get(entry), before, sameness);
    const editedEntries = (rows ?? []).filter(isEdited).map(({ entry }) => entry);
    const remaining = (rows ?? []).filter(({ entry }) => !editedEntries.includes(entry));
    const { draft, ...edit } = judgeRows(remaining, proposal.means, judge, proposal.entry);
    const { file, reverts, requests } = proposal;
    const from = { ...keepGiven({ file, reverts, requests }), proposedBy: proposal.name || proposal.by };
    const revertedSet = reverts === undefined ? undefined : await changeSets.get(reverts);
    const earlier = revertedSet?.revertedBy === undefined ? undefined : await changeSets.get(revertedSet.revertedBy);
    const concerns: Concern[] = revertedSet === undefined || state !== "open" ? [] : [...listObjections(revertedSet, earlier, true)];
    if (state !== "open") concerns.push(refuse("decided", () => words.decided));
    if (proposal.by === actor.by) concerns.push(refuse("own", () => words.own));
    if (rows === undefined) concerns.push(refuse("unreadable", () => words.unreadable));
    else if (remaining.length === 0 && requests === undefined) concerns.push(refuse("nothing-left", () => words.nothingLeft));
    return { edit: { ...edit, draft: { ...draft, ...from } }, proposal, state, edited: editedEntries, concerns, revertedSet };
  },
  async begin({ proposal: { id } }, world, { actor, now }) {
    const changeSet = momentId(now);
    return (await settle(id, { state: "confirmed", changeSet }, world, actor, now)) ? changeSet : undefined;
  },
});

/** Rejects a proposal, or withdraws the actor's own. */
export const rejectProposal: Act<typeof settlingUses, FoundProposal, object, FoundProposal & { readonly now: Date }, true> = {
  ...{ name: "list.reject", may, uses: settlingUses },
  read: readEach(async (found, _, { now }) => ({ ...found, now })),
  concerns: ({ proposal, now }) => (proposalState(proposal, now) === "open" ? [] : [refuse("decided", () => words.decided)]),
  perform: async ({ proposal: { id } }, _, world, { actor, now }) =>
    (await settle(id, { state: "rejected" }, world, actor, now)) || undefined,
};

type Decision = { readonly state: "confirmed"; readonly changeSet: string } | { readonly state: "rejected" };

async function settle(
  id: string,
  decision: Decision,
  { proposals, trail }: WorldOf<typeof settlingUses>,
  actor: Actor,
  now: Date,
): Promise<boolean> {
  const { by, name } = nameAuthor(actor);
  const settlement: Settlement = { ...decision, settledAt: now.toISOString(), settledBy: by, settledName: name };
  const write = await proposals.buildSettlement(id, settlement);
  const entry = { by, name, via: actor.via, action: `access-list.proposal-${decision.state}`, subject: id };
  return write !== undefined && (await trail.commit(entry, [write], now));
}

const words = pageTexts({
  nothingLeft: [
    "All its entries were edited since, so nothing is left to write. Reject it, or let it expire.",
    "모두 편집되어 남은 내용이 없습니다. 거절하거나 만료를 기다리세요.",
  ],
  unreadable: [
    "Unreadable, so nobody can confirm it. Reject it, or let it expire.",
    "읽을 수 없어 승인할 수 없습니다. 거절하거나 만료를 기다리세요.",
  ],
  own: ["You have proposed this edit: another administrator has to confirm it.", "직접 제안한 변경입니다. 다른 관리자가 승인해야 합니다."],
  decided: ["It was already decided on, or has expired. Nothing was written.", "이미 결정되었거나 만료되었습니다. 저장된 내용은 없습니다."],
  tooLong: [
    "Too large to propose. Nothing was written. Import the file in parts.",
    "제안하기에 너무 큽니다. 저장하지 않았습니다. 파일을 나누세요.",
  ],
});
