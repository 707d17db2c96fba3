import type { RowChange } from "../../../adapters/list-changes/rows";
import { isAlive } from "../../../adapters/list-changes/run";
import { type Item, toRow } from "../../../adapters/tables/item";
import { CHANGE_SET_DAYS, type ChangeSet } from "../../../engine/access-list/change-set";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { Table } from "../../parts/table";
import { shortened, visible } from "../../parts/value";
import { entryPath } from "./access-list-parts";
import { changeSetTexts } from "./change-set-texts";

export const CHANGES_PATH = "/access-list/changes";

export function setPath(id: string): string {
  return `${CHANGES_PATH}/one?id=${encodeURIComponent(id)}`;
}

export function SetLink({ id }: { readonly id: string }) {
  return (
    <a href={setPath(id)}>
      <bdi class="value">{visible(id)}</bdi>
    </a>
  );
}

/** Below the note of a change that was made: where it can be seen, and taken back. */
export function WrittenSet({ visit }: { readonly visit: Visit }) {
  const id = visit.query("set");
  // Whatever the address says: an id has no other characters.
  if (!/^[\w-]{1,40}$/.test(id)) return null;
  return (
    <p class="hint">
      {visit.say(changeSetTexts).written} <SetLink id={id} />
    </p>
  );
}

export function Author({ set: { by, name } }: { readonly set: ChangeSet }) {
  return (
    <>
      {name === undefined ? null : <bdi>{visible(name)}</bdi>} <small class="value">{visible(by)}</small>
    </>
  );
}

export function stateWords(visit: Visit, set: ChangeSet): string {
  const { states } = visit.say(changeSetTexts);
  if (set.state === "done") return set.partial ? states.partial : states.done;
  return isAlive(set) ? states.alive : states.cut;
}

/** Rows before and after. */
export function DifferenceTable({ visit, rows }: { readonly visit: Visit; readonly rows: readonly RowChange[] }) {
  const t = visit.say(changeSetTexts);
  return (
    <Table
      caption={t.difference}
      columns={[t.entry, t.was, t.is].map((name) => ({ name }))}
      rows={rows.map(({ entry, before, after, final }) => [
        <a href={entryPath(entry)}>
          <bdi class="value">{shortened(entry, 80)}</bdi>
        </a>,
        <bdi class="value">{shortened(visible(rowWords(visit, before)))}</bdi>,
        <bdi class="value">{shortened(visible(rowWords(visit, final ?? after)))}</bdi>,
      ])}
      empty={t.nothing}
    />
  );
}

export function Entries({ entries }: { readonly entries: readonly string[] }) {
  return (
    <ul>
      {entries.map((entry) => (
        <li>
          <a href={entryPath(entry)}>
            <bdi class="value">{shortened(entry, 80)}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A row in words; empty where there is none. */
function rowWords(visit: Visit, item: Item | undefined): string {
  return item === undefined ? "" : summary(describeEntry(toRow(item), visit.now));
}

export function BackToChanges({ visit }: { readonly visit: Visit }) {
  return <BackLink path={CHANGES_PATH} text={visit.say(changeSetTexts).back} />;
}

export function showGone(visit: Visit): Promise<Response> {
  const t = visit.say(changeSetTexts);
  return visit.page(
    t.title,
    <>
      <p>{t.gone(CHANGE_SET_DAYS)}</p>
      <BackToChanges visit={visit} />
    </>,
    { status: 404 },
  );
}
