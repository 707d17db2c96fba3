import type { Child } from "hono/jsx";
import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../app/visit";
import { EditForms } from "../../editor/row-page";
import { ProblemWords, RowCells } from "../../editor/row-parts";
import { typedOf } from "../../editor/typed-row";
import { OPEN_PARAMETER } from "../../parts/beside";
import { Alert } from "../../parts/forms";
import { Moment } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { auditTexts } from "../audit/audit-texts";
import { accessListTable } from "./access-list";
import { entryPath } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { EntryLinks } from "./entry-history";

/** Newest changes that a panel shows. */
const SHOWN_CHANGES_OF_ENTRY = 5;

/** What the entry is that the address opens; undefined where it opens none. */
export async function entryPanel(visit: Visit): Promise<Child | undefined> {
  const entry = visit.queryAsTyped(OPEN_PARAMETER);
  if (entry === "") return undefined;
  const t = visit.say(accessListTexts);
  const item = await visit.world.accessList.get(entry);
  const problems = item && (await accessListTable.problems(visit, toRow(item)));
  return (
    <>
      <header>
        <p class="entity">
          <a href={entryPath(entry)}>
            <bdi class="value">{shortened(entry, 80)}</bdi>
          </a>
        </p>
        {problems !== undefined && (problems.expired || problems.words.length > 0) ? (
          <Alert kind="warn">
            <ProblemWords visit={visit} problems={problems} />
          </Alert>
        ) : null}
      </header>
      <section>{item === undefined ? <p>{t.gone}</p> : <RowCells visit={visit} table={accessListTable} item={item} />}</section>
      <Newest visit={visit} entry={entry} changes={await newestChanges(visit, entry)} />
      {item === undefined || !visit.may("Administrator") ? null : (
        <section>
          <EditForms
            visit={visit}
            table={accessListTable}
            item={item}
            typed={typedOf(accessListTable, item, visit.now)}
            problems={undefined}
          />
        </section>
      )}
      <footer>
        <EntryLinks visit={visit} entry={entry} />
      </footer>
    </>
  );
}

type ToldChanges = Awaited<ReturnType<typeof newestChanges>>;

async function newestChanges({ world }: Visit, entry: string) {
  return (await world.audit.page({ subject: entry }, undefined, 2 * SHOWN_CHANGES_OF_ENTRY)).entries.slice(0, SHOWN_CHANGES_OF_ENTRY);
}

function Newest({ visit, changes }: { readonly visit: Visit; readonly entry: string; readonly changes: ToldChanges }) {
  const a = visit.say(auditTexts);
  if (changes.length === 0) return null;
  return (
    <section>
      <h2>{a.title}</h2>
      <ul class="plain">
        {changes.map(({ at, action, via, name }) => (
          <li>
            {a.actions[action] ?? visible(action)}, <bdi>{via === "outside" || via === "gatehouse" ? a[via] : visible(name)}</bdi>,{" "}
            <Moment at={at} />
          </li>
        ))}
      </ul>
    </section>
  );
}
