import type { Visit } from "../../app/visit";
import { refusalPage } from "../../parts/back-link";
import { accessListTexts } from "./access-list-texts";
import { type ListEdit, writtenList } from "./access-list-write";
import { proposalTexts } from "./proposals-texts";

export const PROPOSALS_PATH = "/access-list/proposals";

export function proposalPath(id: string): string {
  return `${PROPOSALS_PATH}?id=${encodeURIComponent(id)}`;
}

/** Keeps an edit for a second person, and leads to it. */
export async function propose(visit: Visit, { draft, source }: ListEdit): Promise<Response> {
  const { means, added, changed, removed, entry: only } = draft;
  const edit = { ...visit.author, means, added, changed, removed, ...(only !== undefined && { entry: only }) };
  let id: string | undefined;
  const entry = { action: "access-list.proposed", subject: only ?? means };
  await visit.audited(entry, async () => {
    id = await visit.world.changes.proposals.propose(edit, source, visit.now);
    return id !== undefined;
  });
  if (id !== undefined) return visit.goTo(`${proposalPath(id)}&done=proposed`);
  const { title, tooLong: why } = proposalTexts;
  const back = { path: writtenList.path, text: accessListTexts.back };
  return await refusalPage(visit, { title, why, back, status: 413 });
}
