import type { AuditEntry } from "../../../adapters/tables/audit";
import { SESSION_BEGUN } from "../../app/sign-in-routes";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { Alert } from "../../parts/forms";
import { type Paged, Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { RowTime, zoneName } from "../../parts/time";
import { visible } from "../../parts/value";
import { roles } from "../../session/roles";
import { ROLE_LONGEST_SECONDS } from "../../session/session";
import { endSession, type ListedSession, liveSession, sessionOrder, sessionsListed } from "../../session/session-rows";
import { frameTexts } from "../../texts/frame-texts";
import { pageTexts } from "../../texts/languages";

/** Each session costs a query of the audit trail. */
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
        columns={[t.who, t.role, t.begun(zoneName(visit.now)), t.end].map((name) => ({ name }))}
        rows={page.items.map(({ begun }) => [
          <>
            <bdi>{visible(begun.name)}</bdi> <small class="value">{visible(begun.by)}</small>
          </>,
          roleText(visit, begun.after?.role) ?? t.noRole,
          <RowTime at={begun.at} now={visit.now} language={visit.language} />,
          begun.subject === visit.session.id ? t.yours : <EndForm visit={visit} begun={begun} />,
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
      <p class="hint">{t.hint}</p>
    </>,
  );
}

/** The role's name; a role that no longer exists, as the trail has it. */
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
  /** The sign-in's details in the audit trail. */
  readonly begun: AuditEntry;
  /** Whether Entra can be asked for the role again. */
  readonly renewed: boolean;
}

/** One page of the active sessions. Many listed ones may have ended. */
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

/** Undefined if the session has ended or never began. */
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
  { method: "POST", path: "/sessions/end", access: "Administrator", hidden: ["id"], handler: end },
];

const sessionsTexts = pageTexts(
  {
    title: "Sessions",
    caption: "Active sessions, newest first",
    none: "Nobody is signed in.",
    who: "Who",
    role: "Role at sign-in",
    begun: (zone: string) => `Signed in (${zone})`,
    noRole: "None",
    yours: "This is you",
    end: "End",
    endOf: (name: string) => `End the session of ${name}`,
    hint: "A session ends after 30 minutes without use, but it is listed here for up to eight hours. To lock somebody out, first remove their role in Entra: that counts within five minutes.",
    noRenewal: (sessions: number, minutes: number) =>
      `Entra gave ${sessions} of these sessions no refresh token. Their roles are checked again only at the next sign-in, after ${minutes} minutes. In Entra, grant the application the delegated permission offline_access.`,
    done: { ended: "The session was ended and can no longer be used." } as Record<string, string>,
    gone: "There is no such session. It may have ended in the meantime.",
    back: "Back to the sessions",
  },
  {
    title: "세션",
    caption: "진행 중인 세션(최신순)",
    none: "로그인한 사람이 없습니다.",
    who: "사용자",
    role: "로그인 시 역할",
    begun: (zone) => `로그인 시각(${zone})`,
    noRole: "없음",
    yours: "본인",
    end: "종료",
    endOf: (name) => `${name}의 세션 종료`,
    hint: "30분 동안 사용하지 않은 세션은 끝나지만 최대 8시간 동안 여기에 표시됩니다. 접근을 막으려면 먼저 Entra에서 역할을 회수하세요. 5분 안에 반영됩니다.",
    noRenewal: (sessions, minutes) =>
      `Entra가 세션 ${sessions}개에 새로 고침 토큰을 주지 않았습니다. 이 세션의 역할은 다음에 로그인할 때만 다시 확인되며, ${minutes}분이 지나면 다시 로그인해야 합니다. Entra에서 애플리케이션에 위임된 권한 offline_access를 부여하세요.`,
    done: { ended: "종료했습니다. 이 세션으로는 더 이상 아무것도 열 수 없습니다." },
    gone: "진행 중인 세션이 아닙니다. 그사이에 끝났을 수 있습니다.",
    back: "세션 목록으로",
  },
);
