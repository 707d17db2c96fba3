import type { Child } from "hono/jsx";
import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import { Alert, PostForm, SubmitButton } from "../../../console/parts/forms";
import { Table, type TableProps } from "../../../console/parts/table";
import { shortenText, visible } from "../../../console/parts/value";
import { passingParameters } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, pageTexts, persons } from "../../../console/texts/languages";
import type { Row } from "../../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type ChangeSet, canBeUndone } from "../change-set";
import type { EditedRow } from "../edit-check";
import { EntryLink, EntrySummary, entryPath, readEntryRow } from "./access-list-parts";

/** Path of the change sets' pages. It is below `/audit`, the page that links to them. */
export const SETS_PATH = "/audit/sets";
export const IMPORT_PATH = "/access-list/import";

export function setPath(id: string): string {
  return `${SETS_PATH}/one?id=${encodeURIComponent(id)}`;
}

/** The entry's page if the set added or changed only one entry, otherwise the set's page. */
export function computeShownPath({ id, entry, added, changed, removed }: ChangeSet): string {
  return entry !== undefined && added + changed === 1 && removed === 0 ? entryPath(entry) : setPath(id);
}

export function SetLink({ id, text = changeSetTexts.id }: { readonly id: string; readonly text?: string }) {
  return (
    <a href={setPath(id)}>
      <bdi class="value">{text}</bdi>
    </a>
  );
}

/** Finds the change set that the page's address names in the parameter `set`. Undefined if there is none. */
export const setMade = oncePerVisit(async (visit): Promise<ChangeSet | undefined> => {
  const id = visit.query("set");
  // An address can contain anything. Ids of sets have only these characters.
  return /^[\w-]{1,40}$/.test(id) ? await visit.world.changes.get(id) : undefined;
});

declare module "../../../console/app/visit" {
  interface ConsoleFeature {
    /** Returns what denies of the list leave, and the act that answers it. */
    besideDeny?(visit: Visit, denies: readonly Row[]): Promise<Child>;
  }
}

export async function LeftByDeny({ visit, denies }: { readonly visit: Visit; readonly denies: readonly Row[] }) {
  if (denies.length === 0) return null;
  return await Promise.all(visit.features.map(({ besideDeny }) => besideDeny?.(visit, denies)));
}

/** Null if the address names no set. */
export async function renderWrittenSet(visit: Visit): Promise<Child> {
  const changeSet = await setMade(visit);
  if (changeSet === undefined) return null;
  const { entry, denied = 0, revertedBy } = changeSet;
  const written = denied === 0 || entry === undefined || revertedBy !== undefined ? undefined : await readEntryRow(visit, entry);
  const text = changeSet.by === visit.author.by ? changeSetTexts.you(doneText(changeSet)) : whatText(changeSet);
  return (
    <Alert kind="good">
      <div class="actions">
        <a href={computeShownPath(changeSet)}>
          <bdi class="value">{text}</bdi>
        </a>
        {visit.may("Administrator") ? <UndoForm visit={visit} set={changeSet} /> : null}
      </div>
      {written && <LeftByDeny visit={visit} denies={[written]} />}
    </Alert>
  );
}

/**
 * Returns the page from which the form was sent, without the parameters of an earlier change's banner. Undefined for a page that shows
 * neither the access list nor such a banner.
 */
export function viewOfForm(visit: Visit): string | undefined {
  const sentPage = visit.field(FORM_PAGE);
  const [path = "", search] = ownPath(sentPage).split("?");
  if (sentPage === "" || !/^\/(|people|domains\/[^/]+|access-list)$/.test(path)) return undefined;
  const query = new URLSearchParams(search);
  for (const name of passingParameters) query.delete(name);
  return query.size === 0 ? path : `${path}?${query}`;
}

interface UndoProps {
  readonly visit: Visit;
  readonly set: ChangeSet;
  /** True if the button first shows the effect. @default true, unless one click undoes the change */
  readonly asks?: boolean;
}

/** Limit of rows that one click undoes: before a larger undo, an operator needs to see its effect. */
const AT_ONE_CLICK = 10;

export function isOwnSet({ author, now }: Visit, { by, at }: ChangeSet): boolean {
  return by === author.by && now.getTime() - Date.parse(at) < MS_PER_DAY;
}

/** True if one click undoes the change: it has few rows, and the visitor made it within the last day. */
export function isAtOneClick(visit: Visit, changeSet: ChangeSet): boolean {
  return changeSet.added + changeSet.changed + changeSet.removed <= AT_ONE_CLICK && isOwnSet(visit, changeSet);
}

export function UndoForm({ visit, set, asks = !isAtOneClick(visit, set) }: UndoProps) {
  if (!canBeUndone(set)) return null;
  const action = `${SETS_PATH}/${asks ? "revert" : "undo"}`;
  return (
    <PostForm visit={visit} action={action} class="row-action" hidden={{ id: set.id }} data-asks={changeSetTexts.checking}>
      <SubmitButton text={asks ? `${frameTexts.undo}…` : frameTexts.undo} class="quiet" data-act="undo" />
    </PostForm>
  );
}

type Edit = Pick<
  ChangeSet,
  "means" | "entry" | "file" | "added" | "changed" | "removed" | "allowed" | "denied" | "referred" | "requests" | "shutOut"
>;
type EditKind = "allowed" | "referred" | "denied" | "added" | "changed" | "removed";

/** Text for the middle of a sentence. Names the edit's only entry, otherwise the file or the numbers of rows. */
export const doneText = (edit: Edit) => textOfEdit(edit, true);

/** Text for the beginning of a sentence. */
export const whatText = (edit: Edit) => capitaliseTitle(doneText(edit));

/** Describes, for the middle of a sentence, an edit that waits for a second person. */
export const wantedText = (proposal: Edit) => textOfEdit(proposal, false);

function textOfEdit(edit: Edit, isDone: boolean): string {
  const { means, entry, file, requests, shutOut } = edit;
  const { acts: t } = changeSetTexts;
  const all = countsText(edit);
  if (shutOut !== undefined) {
    const { people, domain = "" } = shutOut;
    return changeSetTexts.shutOut(people, shortenText(domain, 60), means === "incident undo");
  }
  const kinds = countEditKinds(edit);
  const name = shortenText(entry ?? requests?.domain ?? t.entries(edit.added + edit.changed + edit.removed), 60);
  const what = requests === undefined ? name : t.andRequests(name, requests.count);
  if (/revert|undo/.test(means)) {
    if (file !== undefined) return `${t.undo(shortenText(file, 60), isDone)}: ${all}`;
    return (edit.changed + edit.removed === 0 ? t.back : t.undo)(what, isDone);
  }
  if (means.endsWith("import")) return `${t.import(shortenText(file ?? "", 60), isDone)}: ${all}`;
  if (requests !== undefined) return t.denied(what, isDone);
  return entry === undefined && kinds.length !== 1 ? t.rows(all, isDone) : t[kinds[0]?.[0] ?? "changed"](what, isDone);
}

/** "13 allowed, 3 denied" */
export function countsText(edit: Edit): string {
  return countEditKinds(edit)
    .map(([kind, count]) => changeSetTexts.counted(count, changeSetTexts.kinds[kind]))
    .join(", ");
}

function countEditKinds({ added, changed, removed, allowed, denied = 0, referred = 0 }: Edit): readonly (readonly [EditKind, number])[] {
  const others = added + changed - (allowed ?? 0) - denied - referred;
  // `allowed` is absent in imports by command and in undos.
  const counts = allowed === undefined ? { added, changed, removed } : { allowed, referred, denied, changed: others, removed };
  return (Object.entries(counts) as [EditKind, number][]).filter(([, count]) => count > 0);
}

export function Author({ set: { by, name } }: { readonly set: Pick<ChangeSet, "by" | "name"> }) {
  return <bdi class="value">{visible(name ?? by)}</bdi>;
}

export function stateWords(changeSet: ChangeSet): string {
  const { states } = changeSetTexts;
  if (changeSet.state === "done") return changeSet.partial ? states.partial : states.done;
  return states.unfinished;
}

interface DifferenceProps extends Partial<Pick<TableProps<EditedRow>, "keyOf" | "empty">> {
  readonly visit: Visit;
  readonly rows: readonly EditedRow[];
}

/** Omits the column of the state before or after the edit if no row has such a state. */
export function DifferenceTable({ visit, rows, empty = changeSetTexts.nothing, ...keys }: DifferenceProps) {
  return (
    <Table
      {...keys}
      caption={changeSetTexts.difference}
      columns={[
        [frameTexts.entry, ({ before, after }) => <EntryLink entry={String((after ?? before)?.entry)} />],
        rows.some(({ before }) => before) && [changeSetTexts.was, ({ before }) => before && <EntrySummary visit={visit} row={before} />],
        rows.some(({ after }) => after) && [changeSetTexts.is, ({ after }) => after && <EntrySummary visit={visit} row={after} />],
      ]}
      rows={rows}
      empty={empty}
    />
  );
}

/**
 * Shows entries that were not written, because somebody else had edited them.
 * @param count the number of all such entries; `entries` has only the first
 */
export function LeftEntries({ count, entries }: { readonly count: number; readonly entries: readonly string[] }) {
  if (entries.length === 0) return null;
  return (
    <>
      <p>{changeSetTexts.edited(count)}</p>
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

export function countedRows(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
}

export function countedEntries(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "entry" : "entries"}`;
}

export const changeSetTexts = pageTexts({
  title: ["Changes of the access list", "접근 목록 변경 내역"],
  who: ["Who", "작업자"],
  id: ["Change", "변경"],
  members: {
    added: ["Added", "추가"],
    changed: ["Changed", "변경"],
    removed: ["Removed", "삭제"],
    kept: ["Left unchanged", "그대로 둔 행"],
  },
  kinds: {
    allowed: ["allowed", "허용"],
    referred: ["set to wait for approval", "승인 대기"],
    denied: ["denied", "거부"],
    added: ["added", "추가"],
    changed: ["changed", "변경"],
    removed: ["removed", "삭제"],
  },
  counted: [(rows: number, kind: string) => `${rows.toLocaleString("en")} ${kind}`, (rows, kind) => `${kind} ${rows.toLocaleString("ko")}`],
  acts: {
    allowed: [(entry: string, isDone: boolean) => `${isDone ? "allowed" : "allow"} ${entry}`, (entry, _) => `${entry} 허용`],
    referred: [
      (entry: string, isDone: boolean) => `${isDone ? "had" : "have"} ${entry} wait for approval`,
      (entry, _) => `${entry} 승인 대기`,
    ],
    denied: [(entry: string, isDone: boolean) => `${isDone ? "denied" : "deny"} ${entry}`, (entry, _) => `${entry} 거부`],
    added: [(entry: string, isDone: boolean) => `${isDone ? "added" : "add"} ${entry}`, (entry, _) => `${entry} 추가`],
    changed: [(entry: string, isDone: boolean) => `${isDone ? "changed" : "change"} ${entry}`, (entry, _) => `${entry} 변경`],
    removed: [(entry: string, isDone: boolean) => `${isDone ? "removed" : "remove"} ${entry}`, (entry, _) => `${entry} 삭제`],
    rows: [(all: string, isDone: boolean) => `${isDone ? "edited" : "edit"} entries: ${all}`, (all, _) => `항목 편집: ${all}`],
    import: [
      (file: string, isDone: boolean) => `${isDone ? "imported" : "import"} ${file === "" ? "a file" : file}`,
      (file, _) => `${file} 가져오기`.trim(),
    ],
    undo: [(what: string, isDone: boolean) => `${isDone ? "undid" : "undo"} the change of ${what}`, (what, _) => `${what} 실행 취소`],
    back: [(what: string, isDone: boolean) => `${isDone ? "brought" : "bring"} back ${what}`, (what, _) => `${what} 복원`],
    andRequests: [
      (entry: string, count: number) => `${entry} and its ${count.toLocaleString("en")} ${count === 1 ? "request" : "requests"}`,
      (entry, count) => `${entry} 및 요청 ${count.toLocaleString("ko")}건`,
    ],
    entries: [countedEntries, (count) => `항목 ${count}개`],
  },
  fromFile: [(entry: string, file: string) => `${entry}, from ${file}`, (entry, file) => `${entry}(${file})`],
  shutOut: [
    (people: number, domain: string, isUndo: boolean) =>
      `${isUndo ? "undid shutting out" : "shut out"} ${persons(people.toLocaleString("en"))}${domain === "" ? "" : ` of ${domain}`}`,
    (people, domain, isUndo) => `${domain} ${people.toLocaleString("ko")}명 차단${isUndo ? " 실행 취소" : ""}`.trim(),
  ],
  states: {
    done: ["done", "완료"],
    unfinished: ["not finished", "완료되지 않음"],
    partial: ["done in part", "일부만 완료"],
  },
  reverts: ["Undoes", "실행 취소한 변경"],
  revertedBy: ["Undone by", "이 변경을 실행 취소한 변경"],
  gone: [
    (days: number) => `There is no such change. Changes are kept for ${days} days.`,
    (days) => `해당 변경이 없습니다. ${days}일 동안 보관합니다.`,
  ],
  search: ["Find an entry", "항목 찾기"],
  noneFound: ["This change has no such entry.", "이 변경에 그런 항목이 없습니다."],
  difference: ["Difference", "차이"],
  was: ["Before", "이전"],
  is: ["After", "이후"],
  nothing: ["This change wrote nothing.", "이 변경에서 저장한 내용이 없습니다."],
  you: [(what: string) => `You ${what}`, (what) => `${what} 완료`],
  checking: ["Checking what this undoes…", "실행 취소하면 달라지는 내용을 확인하는 중…"],
  revertTitle: ["Undo this change", "이 변경 실행 취소"],
  unchanged: [
    (count: number) => `Already as before: ${count.toLocaleString("en")}.`,
    (count) => `${count.toLocaleString("ko")}행은 이미 이전 상태입니다.`,
  ],
  edited: [(count: number) => `Edited since, and left as they are (${count}):`, (count) => `그 뒤에 편집되어 그대로 두는 행(${count}):`],
  seeIncident: ["See the incident", "사고 보기"],
  requests: ["Requests", "요청"],
  requestsDone: [
    (isUndo: boolean, done: string, all: string) => `${done} of ${all} ${isUndo ? "reopened" : "denied"}`,
    (isUndo, done, all) => `${all}건 중 ${done}건 ${isUndo ? "다시 엶" : "거부"}`,
  ],
  requestsLeft: [
    (count: string) => `${count} left as they are, because somebody decided on them`,
    (count) => `${count}건은 다른 사람이 결정해 그대로 둠`,
  ],
  working: [
    (percent: number) => `${percent} % done. The rest follows by itself, also if you close this page.`,
    (percent) => `${percent}% 완료했습니다. 이 페이지를 닫아도 나머지는 저절로 이어집니다.`,
  ],
  imported: ["The file was imported.", "파일을 가져왔습니다."],
  leftOut: [(rows: number) => `${countedRows(rows)} left out. Correct them, then`, (rows) => `제외한 행: ${rows}. 파일에서 고친 뒤`],
  importAgain: ["import it again", "다시 가져오세요"],
  continue: ["Continue", "계속"],
  progress: [
    (percent: number) =>
      `About ${percent} % of the rows are written. If the page does not go on by itself, select Continue. Nothing is lost meanwhile.`,
    (percent) => `행의 약 ${percent}%를 저장했습니다. 저절로 이어지지 않으면 ‘계속’을 누르세요. 그동안 잃는 내용은 없습니다.`,
  ],
  revertDone: ["The change was undone.", "변경을 실행 취소했습니다."],
});
