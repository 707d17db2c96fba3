import type { Child } from "hono/jsx";
import type { Reviewed } from "../../../adapters/operator/act";
import { computeRowVersion, type Item, toRow } from "../../../adapters/tables/item";
import { ownPath } from "../../../console/app/frame";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { fieldId } from "../../../console/editor/row-parts";
import { CancelLink, ConfirmQuestion } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, type FormProblem, isSure, PostForm, SURE, SubmitButton, tooLong } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { CHANGE_PEOPLE_PATH, personPath } from "../../../console/parts/links";
import { plainText, visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { omit } from "../../../engine/collections";
import { type EditState, isEmptyEdit, listProblems } from "../acts/edit";
import { type EntryPlan, setEntry } from "../acts/entries";
import { readEntry, readTypedKeys } from "../entry";
import { plainColumns } from "../entry-columns";
import { type FileRow, readCells } from "../files/row";
import { readRow } from "../row";
import type { ListEdit } from "../store/edits";
import { computeLastDay, EntryLine, EntrySummary, entryPath, NEW_ENTRY_PATH, type spans, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { LeftByDeny, setPath } from "./change-set-parts";
import {
  ApprovalHint,
  cellNames,
  EntryFields,
  effects,
  emptyEntry,
  endTyped,
  entryProblems,
  type FieldName,
  type TypedEntry,
} from "./entry-fields";
import { makeEdit, type Review, reviewEdit } from "./make-edit";
import { unaskedAllows } from "./tally";

const ADD_PATH = `${writtenList.path}/add`;
const ASKED_FIELD = "asked";

type ReviewedEntry = Reviewed<EditState<EntryPlan>>;

interface SentEntry {
  readonly visit: Visit;
  readonly typed: TypedEntry;
  readonly problems?: readonly FormProblem[];
  /** The page to which the form leads back. @default the list */
  readonly back?: string | undefined;
  /** The account of the person from whose page the form was opened, written as in forms about people. */
  readonly account?: string;
}

type FormProps = Partial<SentEntry> & Pick<SentEntry, "visit"> & { readonly children?: Child };

/** The form for a new entry, in one line. It is above the list and on a page of its own. */
export function EntryForm({ visit, typed = emptyEntry, problems = [], back, children }: FormProps) {
  return (
    <PostForm visit={visit} class="card add-row" action={ADD_PATH} data-asks="" hidden={buildBackField(back)}>
      <Icon name="add" />
      <EntryFields visit={visit} of="new" typed={typed} problems={problems} />
      <div class="actions">
        {/* Enter presses the first. */}
        <SubmitButton text={frameTexts.add} />
        <SubmitButton text={t.check} class="quiet" name={ASKED_FIELD} value="1" />
        {children}
      </div>
    </PostForm>
  );
}

interface ActProps {
  readonly visit: Visit;
  readonly entry: string;
  readonly back: string;
}

interface AskProps extends ActProps {
  readonly effect: (typeof effects)[number];
  /** @default never */
  readonly until?: (typeof spans)[number];
  readonly note?: string;
  /** The person's account, written as in forms about people. A deny does not end the account. */
  readonly account?: string | undefined;
  readonly text: string;
  readonly class?: string | undefined;
}

/** A button that opens a question: whether to let somebody in or keep them out, until when and why. */
export function AskForm({ visit, until, account = "", note = "", text, class: look, ...named }: AskProps) {
  const expiresAt = until === undefined ? "" : computeLastDay(until, visit.now);
  const fields = { ...named, expiresAt, note, account, [ASKED_FIELD]: "1" };
  return (
    <PostForm visit={visit} action={ADD_PATH} class="row-action" data-asks={t.checking} hidden={fields}>
      <SubmitButton text={text} class={look} />
    </PostForm>
  );
}

function makeEntryEdit(
  form: SentEntry,
  row: FileRow,
  reviewed: ReviewedEntry,
  how: Pick<Review, "asksOnlyIfDoubtful" | "isStale"> = {},
): Promise<Response> {
  const { visit, typed, back, account = "" } = form;
  const { edit, current, after } = reviewed.state;
  // To allow a domain that looks like an allowed one is most likely a mistake, so the page also offers to deny it.
  const deniedEntry = { ...typed, effect: "deny", expiresAt: "", ...buildBackField(back) };
  return makeEdit(visit, {
    ...{ act: setEntry, target: { row }, reviewed },
    form: {
      action: ADD_PATH,
      fields: {
        ...omit(typed, "expiresAt", ...plainColumns),
        [ASKED_FIELD]: "1",
        account,
        ...buildVersionField(current),
        ...buildBackField(back),
      },
    },
    back,
    review: {
      ...how,
      title: askedText(typed),
      intro: [
        isEmptyEdit(edit) ? current.map((item) => <EntryLine visit={visit} row={toRow(item)} />) : renderSideOfFields(visit, edit),
        typed.effect === "approval" && <ApprovalHint visit={visit} />,
        accountsNote(form),
        typed.effect === "deny" && <LeftByDeny visit={visit} denies={[toRow(after)]} />,
      ],
      fields: (
        <div class="add-row">
          <EntryFields visit={visit} of="act" typed={typed} />
        </div>
      ),
      button: isEmptyEdit(edit) ? editorTexts.save : askedText(typed),
      isDenial: typed.effect === "deny",
      below:
        account === "" ? null : (
          <PostForm
            visit={visit}
            action={CHANGE_PEOPLE_PATH}
            data-asks=""
            hidden={{ verb: "end-access", person: account, ...buildBackField(back) }}
          >
            <p class="actions">
              {t.accountStays} <SubmitButton text={t.endNow} class="quiet" />
            </p>
          </PostForm>
        ),
    },
    instead: (
      <PostForm visit={visit} action={ADD_PATH} class="actions" data-asks="" hidden={deniedEntry}>
        <SubmitButton text={t.denyInstead} />
      </PostForm>
    ),
    async again() {
      return await makeEntryEdit(form, row, await reviewEdit(visit, setEntry, { row }), { isStale: true });
    },
    answerWritten({ set, keptCount }) {
      // A deny may take two writes: its own row, and the removal of a looser allow. If somebody else edited one of the two rows first, the
      // set's page shows which.
      if (keptCount > 0) return visit.goTo(setPath(set.id));
      return visit.goTo(withQuery(back ?? writtenList.path, `done=${back === undefined ? "added" : typed.effect}&set=${set.id}`));
    },
  });
}

function renderSideOfFields(visit: Visit, { changes }: ListEdit): Child {
  const [row, ...others] = changes;
  // A table below the question shows several rows.
  if (row === undefined || others.length > 0) return null;
  const before = row.before;
  const after = omit(row.after ?? {}, "expiresAt", ...plainColumns);
  return (
    <>
      {before === undefined ? null : (
        <Alert kind="warn">
          <p>{row.after?.allowedUntil === undefined ? t.replaces : t.suspends}</p>
          <EntryLine visit={visit} row={before} />
        </Alert>
      )}
      {row.after?.allowedUntil === undefined ? null : <p class="hint">{t.laterStays}</p>}
      {[...cellNames, "allowedUntil"].some((name) => name !== "effect" && plainText(after[name]) !== "") ? (
        <p>
          {t.becomes} <EntrySummary visit={visit} row={after} />
        </p>
      ) : null}
    </>
  );
}

function accountsNote({ typed: { entry, effect }, back = "" }: SentEntry): Child {
  const read = readEntry(entry);
  if (effect !== "deny" || !read.ok || (read.entry.kind !== "domain" && read.entry.kind !== "address")) return null;
  const page = read.entry.kind === "address" ? personPath(read.entry.email) : undefined;
  if (page !== undefined && back.startsWith(page)) return null;
  return (
    <p class="hint">
      {t.accountsStay} {page && <a href={page}>{t.theirPage}</a>}
    </p>
  );
}

function askedText({ entry, effect }: TypedEntry): string {
  return accessListTexts.acts[effects.find((each) => each === effect) ?? "allow"](visible(entry));
}

/**
 * The button that ends the warning about a look-alike that was allowed outside Gatehouse. It saves a remark in the entry's note.
 * @param deniesToo true to add a button that denies the entry, for a page on which nothing else denies it
 */
export async function KnownForm({ visit, entry, back, deniesToo }: ActProps & { readonly deniesToo?: true }) {
  const like = visit.may("Administrator") ? (await unaskedAllows(visit)).get(entry)?.like : undefined;
  const item = like === undefined ? undefined : await visit.world.accessList.get(entry);
  if (like === undefined || item === undefined) return null;
  const typedCells = formatCells(item);
  const note = [typedCells.note ?? "", t.knownNote(visible(like))].filter((text) => text !== "").join("; ");
  return (
    <div class="actions">
      {deniesToo && <AskForm visit={visit} entry={entry} effect="deny" back={back} text={`${t.denyInstead}…`} class="danger" />}
      <PostForm visit={visit} action={ADD_PATH} data-asks="" hidden={{ ...typedCells, entry, note, back, ...buildVersionField([item]) }}>
        <SubmitButton text={t.isKnown} class="quiet" />
      </PostForm>
    </div>
  );
}

function formPage(form: SentEntry, status?: 200): Promise<Response> {
  const { visit, problems = [], back = writtenList.path } = form;
  const buildFieldId = (name: string) => (name === "entry" ? name : fieldId("add", name));
  const content = (
    <>
      <ErrorSummary title={frameTexts.notDone} problems={problems} idOf={buildFieldId} />
      <ConfirmQuestion title={accessListTexts.add}>
        <EntryForm {...form}>
          <CancelLink path={back} />
        </EntryForm>
      </ConfirmQuestion>
    </>
  );
  return visit.page(accessListTexts.add, content, { status: status ?? (problems.length === 0 ? 200 : 400) });
}

async function currentEntries(visit: Visit, entry: string): Promise<readonly Item[]> {
  return [...(await visit.world.accessList.many(readTypedKeys(entry))).values()];
}

function formatCells(item: Item): Readonly<Record<FieldName, string>> {
  const row = toRow(item);
  const texts = Object.fromEntries(cellNames.map((name) => [name, plainText(row[name])])) as ReturnType<typeof formatCells>;
  return { ...texts, effect: readRow(row).effect };
}

/** Fills empty fields from a row of the same effect. Otherwise, a visitor who leaves a field empty could lift a limit without seeing it. */
function fillEmptyFields(current: readonly Item[], typedEntry: TypedEntry): TypedEntry {
  const readable = current.filter((item) => readRow(toRow(item)).problems.length === 0).map(formatCells);
  const same = readable.find(({ effect }) => effect === typedEntry.effect);
  return same === undefined
    ? typedEntry
    : { ...typedEntry, ...Object.fromEntries(cellNames.map((name) => [name, typedEntry[name] || same[name]])) };
}

/** The form's field with the version of these rows. If a form sends this version, its sender has seen the rows. */
function buildVersionField(current: readonly Item[]): { readonly version?: string } {
  return current.length === 0 ? {} : { version: current.map(computeRowVersion).sort().join(".") };
}

async function newEntry(visit: Visit): Promise<Response> {
  const entry = visit.queryAsTyped("entry");
  const effect = effects.find((each) => each === visit.query("effect")) ?? "allow";
  const current = await currentEntries(visit, entry);
  const isNew = current.every((item) => readRow(toRow(item)).effect !== effect);
  const expiresAt = visit.query("expiresAt") || (isNew && effect === "allow" ? computeLastDay("month", visit.now) : "");
  const typedEntry = fillEmptyFields(current, { ...emptyEntry, entry, effect, expiresAt, note: visit.query("note") });
  const form = { visit, typed: typedEntry, ...buildBackField(visit.query("back")) };
  if (entry === "") return await formPage(form);
  const read = await readTyped(visit, typedEntry);
  return read.ok ? await makeEntryEdit(form, read.row, read.reviewed) : await formPage({ ...form, problems: read.problems }, 200);
}

function buildBackField(back = ""): { readonly back?: string } {
  return back === "" ? {} : { back: ownPath(back) };
}

/** The sent entry replaces only rows that the form showed. */
async function addEntry(visit: Visit): Promise<Response> {
  const sentEntry: TypedEntry = {
    ...(Object.fromEntries(cellNames.map((name) => [name, visit.field(name).trim()])) as TypedEntry),
    entry: visit.field("entry").trim(),
    expiresAt: endTyped(visit),
  };
  const version = visit.field("version");
  // A form with a version showed the current rows: a field is empty because the visitor wants it empty.
  const typedEntry = version === "" ? fillEmptyFields(await currentEntries(visit, sentEntry.entry), sentEntry) : sentEntry;
  const form = { visit, typed: typedEntry, account: visit.field("account"), ...buildBackField(visit.field("back")) };
  const read = await readTyped(visit, typedEntry);
  if (!read.ok) return await formPage({ ...form, problems: read.problems });
  const { edit, current } = read.reviewed.state;
  const isSeen = version === (buildVersionField(current).version ?? "");
  if (version !== "" && isEmptyEdit(edit)) return visit.goTo(withQuery(form.back ?? entryPath(read.row.entry), "done=same"));
  return await makeEntryEdit(form, read.row, read.reviewed, {
    asksOnlyIfDoubtful: isSeen && visit.field(ASKED_FIELD) === "",
    isStale: !isSeen && (version !== "" || isSure(visit)),
  });
}

async function readTyped(visit: Visit, typedEntry: TypedEntry) {
  const long = cellNames.flatMap((field) => {
    const text = tooLong(visit, typedEntry[field]);
    return text === undefined ? [] : [{ field, text }];
  });
  if (long.length > 0) return { ok: false, problems: long } as const;
  const isThere = ([name, text]: [string, string]) => name === "entry" || name === "effect" || text !== "";
  const read = readCells(Object.fromEntries(Object.entries(typedEntry).filter(isThere)));
  if (!read.ok) return { ok: false, problems: entryProblems(visit, read.problems, "entry") } as const;
  const { row } = read;
  const reviewed = await reviewEdit(visit, setEntry, { row });
  const problems = listProblems(reviewed.concerns);
  return problems.length === 0
    ? ({ ok: true, row, reviewed } as const)
    : ({ ok: false, problems: entryProblems(visit, problems, "entry") } as const);
}

const asks = { entry: "any", effect: effects, expiresAt: "any", note: "any", back: "any" } as const;

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: NEW_ENTRY_PATH, access: "Administrator", asks, handler: newEntry },
  {
    method: "POST",
    path: ADD_PATH,
    access: "Administrator",
    hidden: ["version", "back", "account", ASKED_FIELD, ...Object.keys(SURE)],
    handler: addEntry,
  },
];

const t = pageTexts({
  check: ["Check", "미리 확인"],
  checking: ["Checking what this does…", "달라지는 내용을 확인하는 중…"],
  replaces: ["It replaces the current entry:", "지금 있는 다음 항목을 바꿉니다."],
  suspends: [
    "It suspends the current entry, which applies again after that day:",
    "지금 있는 다음 항목을 그날까지 멈춥니다. 그 뒤에는 다시 적용됩니다.",
  ],
  laterStays: [
    "An account made until then stays. To end it too, put expiry in the policy, or end it on the person's page.",
    "그때까지 만들어진 계정은 남습니다. 계정도 끝내려면 정책에 expiry를 쓰거나 해당 사람의 페이지에서 종료하세요.",
  ],
  accountsStay: ["Accounts stay. To end one, open the person's page.", "이미 있는 계정은 남습니다. 종료는 해당 사람의 페이지에서 합니다."],
  accountStays: ["Their account stays:", "계정은 그대로 남습니다."],
  endNow: ["End now…", "지금 종료…"],
  theirPage: ["Their page", "이 사람의 페이지"],
  becomes: ["The new entry:", "새 항목:"],
  denyInstead: ["Deny it instead", "대신 거부"],
  isKnown: ["I know this domain", "아는 도메인입니다"],
  knownNote: [(like: string) => `known, not ${like}`, (like) => `아는 도메인, ${like} 아님`],
});
