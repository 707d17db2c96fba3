import type { AuditEntry } from "../../../adapters/tables/audit";
import { SESSION_BEGUN } from "../../app/sign-in-routes";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { type Paged, pageAsked } from "../../paging/page-asked";
import { Pager, StalePage } from "../../paging/pager";
import { Alert } from "../../parts/alert";
import { Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { visible } from "../../parts/value";
import { roles } from "../../session/roles";
import { ROLE_LONGEST_SECONDS } from "../../session/session";
import { endSession, type ListedSession, liveSession, sessionOrder, sessionsListed } from "../../session/session-rows";
import { frameTexts } from "../../texts/frame-texts";
import { sessionsTexts } from "./sessions-texts";

/** Of each the trail is asked. */
const PAGE_SESSIONS = 25;

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(sessionsTexts);
  const done = visit.done(t.done);
  const page = await pageUnderWay(visit);
  const notRenewed = page.items.filter(({ renewed }) => !renewed).length;
  return await visit.page(
    t.title,
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      {notRenewed === 0 ? null : <Alert kind="warn">{t.noRenewal(notRenewed, ROLE_LONGEST_SECONDS / 60)}</Alert>}
      <StalePage visit={visit} page={page} />
      <Table
        caption={t.caption}
        columns={[t.who, t.role, t.begun, t.end].map((name) => ({ name }))}
        rows={page.items.map(({ begun }) => [
          <>
            <bdi>{visible(begun.name)}</bdi> <small class="value">{visible(begun.by)}</small>
          </>,
          roleText(visit, begun.after?.role) ?? t.noRole,
          <Moment at={begun.at} />,
          begun.subject === visit.session.id ? t.yours : <EndForm visit={visit} begun={begun} />,
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
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

/** A session that has not ended. */
interface UnderWay extends ListedSession {
  /** What the audit trail tells of the sign-in. */
  readonly begun: AuditEntry;
  /** Whether Entra can be asked for the role anew. */
  readonly renewed: boolean;
}

/** One page of those under way: many of the listed ones may have ended. */
async function pageUnderWay(visit: Visit): Promise<Paged<UnderWay>> {
  const listed = await sessionsListed(visit.world.ledger, visit.now);
  return await pageAsked<UnderWay, ListedSession>(visit, {
    async read(from) {
      const rest = from === undefined ? listed : listed.filter((each) => sessionOrder(from, each) < 0);
      const looked = rest.slice(0, PAGE_SESSIONS);
      const found = await Promise.all(looked.map((each) => underWay(visit, each)));
      const next = looked.length < rest.length ? looked.at(-1) : undefined;
      return { items: found.filter((each) => each !== undefined), next, searched: looked.length };
    },
    after: ({ id, issuedAt }) => ({ id, issuedAt }),
    rows: PAGE_SESSIONS,
  });
}

/** Undefined if it has ended, or never began. */
async function underWay({ world }: Visit, { id, issuedAt }: ListedSession): Promise<UnderWay | undefined> {
  const row = await liveSession(world.ledger, { id });
  if (row === undefined) return undefined;
  const { entries } = await world.audit.page({ subject: id });
  const begun = entries.find(({ action, outcome }) => action === SESSION_BEGUN && outcome !== "failed");
  return begun && { id, issuedAt, begun, renewed: row.renewal !== undefined };
}

async function end(visit: Visit): Promise<Response> {
  const { world, session, now } = visit;
  const t = visit.say(sessionsTexts);
  const listed = (await sessionsListed(world.ledger, now)).find(({ id }) => id === visit.field("id"));
  const found = listed && (await underWay(visit, listed));
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
    subject: found.id,
    before: { by: found.begun.by, name: found.begun.name },
  };
  await world.audit.audited(entry, now, async () => {
    await endSession(world.ledger, found);
    return true;
  });
  return visit.goTo("/sessions?done=ended");
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/sessions", access: "Administrator", handler: list },
  { method: "POST", path: "/sessions/end", access: "Administrator", handler: end },
];
