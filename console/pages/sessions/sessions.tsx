import type { AuditEntry } from "../../../adapters/tables/audit";
import { SESSION_BEGUN } from "../../app/sign-in-routes";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { Alert } from "../../parts/alert";
import { dayOf, Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { roles } from "../../session/roles";
import { ABSOLUTE_SECONDS, epochSeconds, ROLE_LONGEST_SECONDS } from "../../session/session";
import { endSession, sessionRow } from "../../session/session-rows";
import { frameTexts } from "../../texts/frame-texts";
import { sessionsTexts } from "./sessions-texts";

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(sessionsTexts);
  const done = visit.done(t.done);
  const underWay = await sessionsUnderWay(visit);
  const notRenewed = underWay.filter(({ renewed }) => !renewed).length;
  return await visit.page(
    t.title,
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      {notRenewed === 0 ? null : <Alert kind="warn">{t.noRenewal(notRenewed, ROLE_LONGEST_SECONDS / 60)}</Alert>}
      <Table
        caption={t.caption}
        columns={[t.who, t.role, t.begun, t.end].map((name) => ({ name }))}
        rows={underWay.map(({ begun }) => [
          <>
            <bdi>{visible(begun.name)}</bdi> <small class="value">{visible(begun.by)}</small>
          </>,
          roleText(visit, begun.after?.role) ?? t.noRole,
          <Moment at={begun.at} />,
          begun.subject === visit.session.id ? t.yours : <EndForm visit={visit} begun={begun} />,
        ])}
        empty={t.none}
      />
      <p class="hint">{t.hint}</p>
    </>,
  );
}

/** As the frame calls it; a role that there is no more, as the trail does. */
function roleText(visit: Visit, role: unknown): string | undefined {
  if (typeof role !== "string" || role === "") return undefined;
  const known = roles.find((each) => each === role);
  return known === undefined ? visible(role) : visit.say(frameTexts).roles[known];
}

function EndForm({ visit, begun }: { readonly visit: Visit; readonly begun: AuditEntry }) {
  const t = visit.say(sessionsTexts);
  return (
    <form method="post" action="/sessions/end">
      {visit.formToken}
      <input type="hidden" name="id" value={begun.subject} />
      <button type="submit" class="danger" aria-label={t.endOf(visible(begun.name))}>
        {t.end}
      </button>
    </form>
  );
}

interface UnderWay {
  /** What the audit trail tells of the sign-in. */
  readonly begun: AuditEntry;
  /** Whether Entra can be asked for the role anew. */
  readonly renewed: boolean;
}

/** Sign-ins of the last eight hours that have not ended, the newest first. */
async function sessionsUnderWay({ world, now }: Visit): Promise<readonly UnderWay[]> {
  const oldest = new Date(now.getTime() - ABSOLUTE_SECONDS * 1_000);
  const begun: AuditEntry[] = [];
  for (const day of new Set([dayOf(now), dayOf(oldest)])) {
    let before: string | undefined;
    do {
      const { entries, next } = await world.audit.ofDay(day, before);
      const recent = entries.filter(({ at }) => at > oldest.toISOString());
      begun.push(...recent.filter(({ action, outcome }) => action === SESSION_BEGUN && outcome !== "failed"));
      before = recent.length < entries.length ? undefined : next;
    } while (before !== undefined);
  }
  const rows = await Promise.all(begun.map(({ subject }) => sessionRow(world.ledger, { id: subject })));
  return begun.flatMap((each, index) => {
    const row = rows[index];
    return row?.ended === false ? [{ begun: each, renewed: row.renewal !== undefined }] : [];
  });
}

async function end(visit: Visit): Promise<Response> {
  const { world, session, now } = visit;
  const t = visit.say(sessionsTexts);
  const found = (await sessionsUnderWay(visit)).find(({ begun }) => begun.subject === visit.field("id"))?.begun;
  if (found === undefined) {
    const content = (
      <>
        <Alert>{t.gone}</Alert>
        <BackLink path="/sessions" text={t.back} />
      </>
    );
    return await visit.page(t.title, content, { status: 409 });
  }
  const entry = {
    by: session.subject,
    name: session.name,
    action: "session.ended",
    subject: found.subject,
    before: { by: found.by, name: found.name },
  };
  await world.audit.audited(entry, now, async () => {
    await endSession(world.ledger, { id: found.subject, issuedAt: epochSeconds(new Date(found.at)) });
    return true;
  });
  return visit.goTo("/sessions?done=ended");
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/sessions", access: "Administrator", handler: list },
  { method: "POST", path: "/sessions/end", access: "Administrator", handler: end },
];
