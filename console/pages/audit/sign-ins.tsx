import type { AuditEntry } from "../../../adapters/tables/audit";
import { SESSION_BEGUN } from "../../app/sign-in-routes";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { refusalPage } from "../../parts/back-link";
import { PostForm, SubmitButton } from "../../parts/forms";
import { visible } from "../../parts/value";
import { ABSOLUTE_SECONDS, epochSeconds } from "../../session/session";
import { endSession, liveSession } from "../../session/session-rows";
import { CHANGES_PATH } from "../access-list/change-set-parts";
import { auditTexts as t } from "./audit-texts";

const SIGN_INS_PATH = `${CHANGES_PATH}?view=sign-ins`;

/** The button that ends the session of a sign-in; undefined where it has ended, and for one's own: that is signing out. */
export async function endSessionForm(visit: Visit, { action, subject: id, at, name }: AuditEntry) {
  const isOver = visit.now.getTime() - Date.parse(at) > ABSOLUTE_SECONDS * 1_000;
  if (action !== SESSION_BEGUN || isOver || id === visit.session.id) return undefined;
  if ((await liveSession(visit.world.ledger, { id })) === undefined) return undefined;
  return (
    <PostForm visit={visit} action="/sessions/end" class="row-action" hidden={{ id }}>
      <SubmitButton text={t.endSession} class="danger" aria-label={t.endSessionOf(visible(name))} />
    </PostForm>
  );
}

async function end(visit: Visit): Promise<Response> {
  const { world } = visit;
  const id = visit.field("id");
  const { entries } = await world.audit.page({ subject: id });
  const begun = entries.find(({ action, outcome }) => action === SESSION_BEGUN && outcome !== "failed");
  if (begun === undefined || (await liveSession(world.ledger, { id })) === undefined) return await refuse(visit);
  const entry = {
    action: "session.ended",
    subject: id,
    before: { by: begun.by, name: begun.name },
  };
  await visit.audited(entry, async () => {
    await endSession(world.ledger, { id, issuedAt: epochSeconds(new Date(begun.at)) });
    return true;
  });
  return visit.goTo(SIGN_INS_PATH);
}

function refuse(visit: Visit): Promise<Response> {
  const back = { path: SIGN_INS_PATH, text: t.viewNames["sign-ins"] };
  return refusalPage(visit, { title: t.title, why: t.noSession, back, status: 409 });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: "/sessions/end", access: "Administrator", hidden: ["id"], handler: end },
];
