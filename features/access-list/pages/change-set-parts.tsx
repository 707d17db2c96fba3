import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { BackLink, refusalPage } from "../../../console/parts/back-link";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { Table } from "../../../console/parts/table";
import { shortened, visible } from "../../../console/parts/value";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { CHANGES_PATH } from "../../audit/pages/trailed-rows";
import { CHANGE_SET_DAYS, type ChangeSet } from "../change-set";
import { describeEntry, summary } from "../describe-entry";
import type { EditedRow } from "../edit-check";
import { entryWords } from "../entry-words";
import { isAlive } from "../store/run";
import { EntryLink } from "./access-list-parts";
import { changeSetTexts as t } from "./change-set-texts";

/** Begins the addresses of single change sets. */
export const SETS_PATH = "/access-list/changes";

export function setPath(id: string): string {
  return `${SETS_PATH}/one?id=${encodeURIComponent(id)}`;
}

/** @param text what the set did, where that is known */
export function SetLink({ id, text = visible(id) }: { readonly id: string; readonly text?: string }) {
  return (
    <a href={setPath(id)}>
      <bdi class="value">{text}</bdi>
    </a>
  );
}

/** Below the note of a change that was made: what it did, where it can be seen, and the button that takes it back. */
export async function writtenSet(visit: Visit, id = visit.query("set")): Promise<Child> {
  // Whatever the address says: an id has no other characters.
  const set = /^[\w-]{1,40}$/.test(id) ? await visit.world.changes.get(id) : undefined;
  if (set === undefined) return null;
  return (
    <div class="actions">
      <span class="hint">
        <bdi class="value">{whatText(set)}</bdi>. {t.written} <SetLink id={id} />
      </span>
      {visit.may("Administrator") ? <UndoForm visit={visit} set={set} /> : null}
    </div>
  );
}

interface UndoProps {
  readonly visit: Visit;
  readonly set: ChangeSet;
}

/** Of a change of more rows, nobody knows by heart what taking it back does. */
const AT_ONE_CLICK = 10;

/** Whether the visitor made it just now. */
export function isOwnSet({ author, now }: Visit, { by, at }: ChangeSet): boolean {
  return by === author.by && now.getTime() - Date.parse(at) < MS_PER_DAY;
}

/** Whether a change is taken back at one click: of others, the page that shows what that does comes first. */
export function isAtOneClick(visit: Visit, set: ChangeSet): boolean {
  return set.added + set.changed + set.removed <= AT_ONE_CLICK && isOwnSet(visit, set);
}

interface UndoFormProps extends UndoProps {
  /** Whether it is shown first what that does, though it could be done at one click. */
  readonly asks?: boolean;
}

/** The button that takes a change back, or leads to the question that shows first what that would do. */
export function UndoForm({ visit, set, asks = !isAtOneClick(visit, set) }: UndoFormProps) {
  const action = `${SETS_PATH}/${asks ? "revert" : "undo"}`;
  return (
    <PostForm visit={visit} action={action} class="row-action" hidden={{ id: set.id }} data-asks="">
      <SubmitButton text={asks ? `${t.undo}…` : t.undo} class="quiet" data-act="undo" />
    </PostForm>
  );
}

/** The entry, where it is one alone, and how many rows there are of a kind. */
export function whatText({ entry, added, changed, removed }: Pick<ChangeSet, "entry" | "added" | "changed" | "removed">): string {
  const counts = t.counts(added, changed, removed);
  return entry === undefined ? counts : `${shortened(entry, 60)}: ${counts}`;
}

export function Author({ set: { by, name } }: { readonly set: Pick<ChangeSet, "by" | "name"> }) {
  return (
    <span>
      {name === undefined ? null : <bdi>{visible(name)}</bdi>} <small class="value">{visible(by)}</small>
    </span>
  );
}

export function stateWords(set: ChangeSet): string {
  const { states } = t;
  if (set.state === "done") return set.partial ? states.partial : states.done;
  return isAlive(set) ? states.alive : states.cut;
}

/** Rows before and after. */
export function DifferenceTable({ visit, rows }: { readonly visit: Visit; readonly rows: readonly EditedRow[] }) {
  return (
    <Table
      caption={t.difference}
      columns={[
        [t.entry, ({ before, after }) => <EntryLink entry={String((after ?? before)?.entry)} />],
        [t.was, ({ before }) => <bdi class="value">{shortened(rowWords(visit, before))}</bdi>],
        [t.is, ({ after }) => <bdi class="value">{shortened(rowWords(visit, after))}</bdi>],
      ]}
      rows={rows}
      empty={t.nothing}
    />
  );
}

/** Entries that are left as they are, under why. Nothing where there is none. */
export function Entries({ why, entries }: { readonly why: string; readonly entries: readonly string[] }) {
  if (entries.length === 0) return null;
  return (
    <>
      <p>{why}</p>
      <ul>
        {entries.map((entry) => (
          <li>
            <EntryLink entry={entry} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** A row in words; empty where there is none. */
export function rowWords(visit: Visit, cells: EditedRow["after"]): string {
  return cells === undefined ? "" : visible(summary(describeEntry(cells, visit.now), visit.say(entryWords)));
}

export function BackToChanges() {
  return <BackLink path={CHANGES_PATH} text={t.back} />;
}

export function showGone(visit: Visit): Promise<Response> {
  return refusalPage(visit, { title: t.title, why: t.gone(CHANGE_SET_DAYS), back: { path: CHANGES_PATH, text: t.back }, status: 404 });
}
