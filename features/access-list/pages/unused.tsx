import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Alert, ButtonLink } from "../../../console/parts/forms";
import { Moment } from "../../../console/parts/time";
import { countText, shortened } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { grouped } from "../../../engine/grouped";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { readRow } from "../row";
import { USE_DAYS } from "../store/entry-people";
import { lastEditOf } from "../store/list-indexes";
import { EntryLink, unusedAmong, writtenList } from "./access-list-parts";
import { editEntries } from "./bulk-edit";
import { MAX_ROWS } from "./make-edit";

// Entries that decided on nobody of late, to be removed together.

const UNUSED_PATH = `${writtenList.path}/unused`;
/** Rows that are looked at: of a longer list, one repeats it. */
const MOST_ROWS = 20_000;
/** Exceptions that are named, of a kind. */
const NAMED = 50;

/** Why an unused entry stays, unless somebody selects it: it is no allow, it is or may be too new to be unused, or it is somebody else's. */
type Exception = "deny" | "changed" | "outside" | "partner";

export function RemoveUnused() {
  return (
    <p class="actions">
      <ButtonLink path={UNUSED_PATH} text={t.button} class="button danger" />
    </p>
  );
}

async function removeUnused(visit: Visit): Promise<Response> {
  const since = new Date(visit.now.getTime() - USE_DAYS * MS_PER_DAY).toISOString();
  const entries: string[] = [];
  const kept: { readonly entry: string; readonly why: Exception }[] = [];
  let looked = 0;
  for await (const page of visit.world.accessList.pages()) {
    looked += page.length;
    for (const item of await unusedAmong(visit, page)) {
      const [entry, why] = [String(item.entry?.S), exceptionOf(item, since)];
      if (why !== undefined) kept.push({ entry, why });
      else if (entries.length < MAX_ROWS) entries.push(entry);
    }
    if (entries.length >= MAX_ROWS || looked >= MOST_ROWS) break;
  }
  const counted = await visit.world.counts.since();
  const intro = (
    <>
      <p>{t.intro(countText(visit, entries.length), USE_DAYS)}</p>
      {counted !== undefined && counted <= since ? null : (
        <Alert kind="warn">
          {t.counted} {counted === undefined ? t.never : <Moment at={counted} />}
        </Alert>
      )}
      {[...grouped(kept, ({ why }) => why)].map(([why, some]) => (
        <details>
          <summary>
            {t.kept[why]}: {countText(visit, some.length)}
          </summary>
          <ul class="plain">
            {some.slice(0, NAMED).map(({ entry }) => (
              <li>
                <EntryLink entry={shortened(entry)} />
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
  return await editEntries(visit, { verb: "remove", entries, intro });
}

function exceptionOf(item: Item, since: string): Exception | undefined {
  if (readRow(toRow(item)).effect !== "allow") return "deny";
  if (item.byPartner !== undefined) return "partner";
  const edit = lastEditOf(item);
  if (edit === undefined) return "outside";
  return edit.at > since ? "changed" : undefined;
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: UNUSED_PATH, access: "Administrator", handler: removeUnused }];

const t = pageTexts({
  button: ["Remove all unused…", "사용되지 않은 항목 모두 삭제…"],
  intro: [
    (count: string, days: number) =>
      `Entries that decided on nobody in ${days} days: ${count}. These stay, unless you select them in the list:`,
    (count, days) => `${days}일간 아무에게도 적용되지 않은 항목: ${count}개. 목록에서 직접 선택하지 않으면 다음 항목은 남습니다.`,
  ],
  counted: [
    "An entry may have been used before people were counted. Counting began:",
    "집계를 시작하기 전에 사용되었을 수 있습니다. 집계 시작:",
  ],
  never: ["not yet", "아직 시작되지 않음"],
  kept: {
    deny: ["They deny", "거부하는 항목"],
    changed: ["Changed of late", "최근에 변경된 항목"],
    outside: ["Written outside Gatehouse, nobody knows when", "Gatehouse 밖에서 작성되어 시점을 알 수 없는 항목"],
    partner: ["Kept by partners' contacts", "파트너 담당자가 관리하는 항목"],
  },
});
