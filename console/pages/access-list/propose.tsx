import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { BackToList } from "./access-list-parts";
import type { ListEdit } from "./access-list-write";
import { proposalTexts } from "./proposals-texts";

export const PROPOSALS_PATH = "/access-list/proposals";

export function proposalPath(id: string): string {
  return `${PROPOSALS_PATH}?id=${encodeURIComponent(id)}`;
}

/** Keeps an edit for a second person, and leads to it. */
export async function propose(visit: Visit, { draft, source }: ListEdit): Promise<Response> {
  const { world, session, now } = visit;
  const { subject: by, name } = session;
  const { means, added, changed, removed, entry: only } = draft;
  const edit = { by, name, means, added, changed, removed, ...(only !== undefined && { entry: only }) };
  let id: string | undefined;
  const entry = { by, name, action: "access-list.proposed", subject: only ?? means };
  await world.audit.audited(entry, now, async () => {
    id = await world.changes.proposals.propose(edit, source, now);
    return id !== undefined;
  });
  if (id !== undefined) return visit.goTo(`${proposalPath(id)}&done=proposed`);
  const t = visit.say(proposalTexts);
  const content = (
    <>
      <Alert>{t.tooLong}</Alert>
      <BackToList visit={visit} />
    </>
  );
  return await visit.page(t.title, content, { status: 413 });
}
