import { SESSION_BEGUN } from "../../../console/app/sign-in-routes";
import type { Visit } from "../../../console/app/visit";
import { AT_ONCE } from "../../../console/editor/row-parts";
import { refusalPage } from "../../../console/parts/back-link";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { ABSOLUTE_SECONDS, epochSeconds } from "../../../console/session/session";
import { endSession, liveSession } from "../../../console/session/session-rows";
import { trailTexts } from "../../../console/texts/trail-texts";
import { mapInBatches } from "../../../engine/collections";
import type { AuditEntry } from "../chain";
import { changes } from "../views";
import { auditTexts as t } from "./audit-texts";
import { CHANGES_PATH, type Described } from "./trailed-rows";

export async function endSessionForms(visit: Visit, entries: readonly AuditEntry[]): Promise<readonly (readonly [string, Described])[]> {
  const askedEntries = visit.may("Administrator") ? entries : [];
  const forms = await mapInBatches(
    askedEntries,
    AT_ONCE,
    async (entry) => [entry.number, { undo: await endSessionForm(visit, entry) }] as const,
  );
  return forms.filter(([, { undo }]) => undo !== undefined);
}

const SIGN_INS_PATH = `${CHANGES_PATH}?view=sign-ins`;

/** Undefined if the session has ended, or is the visitor's own: visitors end theirs by signing out. */
async function endSessionForm(visit: Visit, { action, subject: id, at, name }: AuditEntry) {
  const isOver = visit.now.getTime() - Date.parse(at) > ABSOLUTE_SECONDS * 1_000;
  if (action !== SESSION_BEGUN || isOver || id === visit.session.id) return undefined;
  if ((await liveSession(visit.world.ledger, { id })) === undefined) return undefined;
  return (
    <PostForm visit={visit} action="/sessions/end" class="row-action" hidden={{ id }}>
      <SubmitButton text={t.endSession} class="quiet" aria-label={t.endSessionOf(visible(name))} />
    </PostForm>
  );
}

export async function postEnd(visit: Visit): Promise<Response> {
  const { world } = visit;
  const id = visit.field("id");
  const { entries } = await world.audit.page({ subject: id });
  const beginning = entries.find(({ action, outcome }) => action === SESSION_BEGUN && outcome !== "failed");
  const back = { path: SIGN_INS_PATH, text: changes.filters.view.choices["sign-ins"] };
  if (beginning === undefined || (await liveSession(world.ledger, { id })) === undefined)
    return await refusalPage(visit, { title: trailTexts.title, why: t.noSession, back, status: 409 });
  await visit.audited({ action: "session.ended", subject: id, before: { by: beginning.by, name: beginning.name } }, async () => {
    await endSession(world.ledger, { id, issuedAt: epochSeconds(new Date(beginning.at)) });
    return true;
  });
  return visit.goTo(SIGN_INS_PATH);
}
