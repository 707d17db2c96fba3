import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { actText } from "../../../console/parts/acts";
import { RowTime } from "../../../console/parts/time";
import { atLeast, shortenText } from "../../../console/parts/value";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, pageTexts } from "../../../console/texts/languages";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditEntry } from "../chain";
import { OUTSIDE } from "../entry";
import { findShownAction } from "../views";
import { changeSentence, describe } from "./audit";

/** Edits made outside Gatehouse are shown for this many days. */
const OUTSIDE_DAYS = 3;
const SINGLE_EDITS = 3;
/** Limit of edits in the panel. The page of changes shows all. */
const SHOWN_EDITS = 8;
const name = { en: "Edited outside Gatehouse", ko: "Gatehouse 밖에서 수정" };
const kind: InboxKind = { icon: "editedOutside", group: "today", rank: 4, name };

const t = pageTexts({
  outside: [(entry: string) => `${entry} was edited outside Gatehouse`, (entry) => `${entry}: Gatehouse 밖에서 수정되었습니다`],
  outsideMany: [(count: string) => `${count} edits were made outside Gatehouse`, (count) => `Gatehouse 밖에서 ${count}건이 수정되었습니다`],
  outsideCause: [(what: string) => `${what}; AWS console or API`, (what) => `${what}, AWS 콘솔 또는 API`],
  look: ["See edits", "수정 내용 보기"],
  keep: ["Keep", "유지"],
});

export async function outsideEdits(visit: Visit): Promise<readonly InboxItem[]> {
  const { entries, next } = await visit.world.audit.page({ operator: OUTSIDE });
  const from = new Date(visit.now.getTime() - OUTSIDE_DAYS * MS_PER_DAY).toISOString();
  const isCut = next !== undefined && (entries.at(-1)?.at ?? "") >= from;
  const recent = entries.filter(({ at, via }) => via === OUTSIDE && at >= from);
  const all = `/audit?${new URLSearchParams({ operator: OUTSIDE, from })}`;
  const item = (some: typeof recent, subject: string, entry?: string): InboxItem => {
    const count = editsIn(visit, some, isCut);
    const times = some.map(({ at }) => at).sort();
    const kinds = capitaliseTitle([...new Set(some.map((entry) => actText(findShownAction(entry))))].join(", "));
    const [only] = entry === undefined ? [] : some;
    return {
      subject,
      kind,
      title: entry === undefined ? t.outsideMany(count) : t.outside(shortenText(entry, 60)),
      cause: t.outsideCause(kinds),
      count,
      since: times[0] ?? "",
      newest: times.at(-1) ?? "",
      action: { text: t.look, path: only === undefined ? all : `${all}&${OPEN_PARAMETER}=${only.number}` },
      finish: t.keep,
      times: times.map((at) => ({ first: at, last: at })),
      more: async () => ({ about: await edits(visit, some, all, isCut) }),
    };
  };
  if (recent.length > SINGLE_EDITS) return [item(recent, "outside/edits")];
  return recent.map((each) => item([each], `outside/${each.number}`, each.count === undefined ? each.subject : undefined));
}

function editsIn(visit: Visit, entries: readonly AuditEntry[], isCut: boolean): string {
  return atLeast(
    visit,
    entries.reduce((sum, each) => sum + (each.count ?? 1), 0),
    isCut,
  );
}

async function edits(visit: Visit, entries: readonly AuditEntry[], all: string, isCut: boolean) {
  const [shown, others] = [entries.slice(0, SHOWN_EDITS), entries.slice(SHOWN_EDITS)];
  const descriptions = await describe(visit, shown);
  return (
    <section>
      <ul class="plain">
        {shown.map((entry) => (
          <li class="undo">
            <span>
              <RowTime at={entry.at} /> {changeSentence(visit, [entry], descriptions)}
            </span>
            {descriptions.get(entry.number)?.undo}
          </li>
        ))}
        {others.length === 0 ? null : (
          <li>
            <a href={all}>{frameTexts.andMore(editsIn(visit, others, isCut))}</a>
          </li>
        )}
      </ul>
    </section>
  );
}
