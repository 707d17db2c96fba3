import type { Child } from "hono/jsx";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { ownPath } from "../../../console/app/frame";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { fieldId } from "../../../console/editor/row-fields";
import { versionOf } from "../../../console/editor/row-writes";
import { CancelLink, ConfirmQuestion } from "../../../console/parts/back-link";
import { Alert, ErrorSummary, type FormProblem, isSure, PostForm, SURE, SubmitButton, tooLong } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { personPath } from "../../../console/parts/person-links";
import { plainText, visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseDomain } from "../../../engine/sign-up/email";
import type { Row } from "../../../engine/sign-up/rule";
import { entryKey, readEntry } from "../entry";
import { isAlready } from "../files/changes";
import { type FileRow, readCells } from "../files/row";
import { readRow } from "../row";
import { keptBeside } from "../store/access-list";
import { type ListEdit, listEdit, phased } from "../store/edits";
import { EntryLine, EntrySummary, entryPath, lastDayOf, NEW_ENTRY_PATH, type spans, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { cellNames, EntryFields, effects, emptyEntry, endTyped, entryProblems, type TypedEntry } from "./entry-fields";
import { isEmpty, makeEdit, type Review } from "./make-edit";
import { unaskedAllows } from "./tally";

const ADD_PATH = `${writtenList.path}/add`;
/** Sent by a button that asks before writing. */
const ASKED_FIELD = "asked";

interface SentEntry {
  readonly visit: Visit;
  readonly typed: TypedEntry;
  readonly problems?: readonly FormProblem[];
  /** The rows that it replaces. */
  readonly current: readonly Item[];
  /** The page that it was opened from, and leads back to. @default the list */
  readonly back?: string | undefined;
  /** The key of a row that it replaces because that cannot be read. */
  readonly instead?: string | undefined;
}

type FormProps = Partial<SentEntry> & Pick<SentEntry, "visit"> & { readonly children?: Child };

/** The form that allows or denies somebody, in one line: above the list, and wherever an address or a domain is shown. */
export function EntryForm({ visit, typed = emptyEntry, problems = [], current = [], back, instead, children }: FormProps) {
  const hidden = { ...given({ back, instead }), ...versionIn(current) };
  return (
    <PostForm visit={visit} class="card add-row" action={ADD_PATH} data-asks="" hidden={hidden}>
      <Icon name="add" />
      <EntryFields visit={visit} of="new" typed={typed} problems={problems} />
      <div class="actions">
        {/* Enter presses the first. */}
        <SubmitButton text={current.length === 0 ? frameTexts.add : t.replace} />
        <SubmitButton text={t.check} class="quiet" name={ASKED_FIELD} value="1" />
        {children}
      </div>
    </PostForm>
  );
}

/** The form that puts an entry in place of a row whose own cannot be read. Undefined for any other row. */
export function MendForm({ visit, item }: { readonly visit: Visit; readonly item: Item }) {
  const entry = String(item.entry?.S);
  if (readEntry(entry).ok) return undefined;
  const { effect = "" } = toRow(item);
  // Nobody is to write an effect that they did not choose.
  const typed = { ...cellsOf(item), entry, ...(effects.some((each) => each === effect) ? {} : { effect: "" }) };
  return (
    <PostForm visit={visit} class="add-row" action={ADD_PATH} data-asks="" hidden={{ instead: entry, ...versionIn([item]) }}>
      <EntryFields visit={visit} of="row" typed={typed} />
      <p class="actions">
        <SubmitButton text={editorTexts.save} />
      </p>
    </PostForm>
  );
}

interface ActProps {
  readonly visit: Visit;
  /** The address, the domain or the account. */
  readonly entry: string;
  /** The page that shows it. */
  readonly back: string;
}

interface AllowProps extends ActProps {
  /** The note's initial text. */
  readonly note?: string;
  readonly span: (typeof spans)[number];
  readonly text?: string;
  /** True if the button is quiet because another action comes first. */
  readonly isQuiet?: boolean;
}

/** Lets somebody in from the page that shows them, with an end and a reason. */
export async function AllowForm({ visit, entry, note: written, span, back, text = t.allow, isQuiet = false }: AllowProps) {
  const current = await currentEntries(visit, entry);
  return (
    <PostForm visit={visit} class="add-row" action={ADD_PATH} data-asks="" hidden={{ entry, effect: "allow", back, ...versionIn(current) }}>
      <EntryFields visit={visit} of="act" typed={{ note: written, expiresAt: lastDayOf(span, visit.now) }} />
      <SubmitButton text={text} class={isQuiet ? "quiet" : undefined} />
    </PostForm>
  );
}

interface AskProps extends ActProps {
  readonly effect: (typeof effects)[number];
  /** @default never */
  readonly expiresAt?: string;
  readonly text: string;
  readonly class?: string;
}

/** The button that asks whether somebody is to be let in or kept out: until when, why, and what that does. */
export function AskForm({ visit, entry, effect, back, expiresAt = "", text, class: look }: AskProps) {
  const fields = { entry, effect, back, expiresAt, [ASKED_FIELD]: "1" };
  return (
    <PostForm visit={visit} action={ADD_PATH} class="row-action" data-asks={t.checking} hidden={fields}>
      <SubmitButton text={text} class={look} />
    </PostForm>
  );
}

/** The question about an entry. @param isOnDoubt if an edit that does no harm is written without it */
function reviewOf({ visit, typed, current }: SentEntry, edit: ListEdit, { warning, isOnDoubt }: ReviewParts = {}): Review {
  const title = askedText(typed);
  const fields = (
    <div class="add-row">
      <EntryFields visit={visit} of="act" typed={typed} />
    </div>
  );
  const beside = isEmpty(edit) ? current.map((item) => <EntryLine visit={visit} row={toRow(item)} />) : besideFields(visit, edit);
  return {
    title,
    intro: [warning, beside, accountsNote(typed)],
    fields,
    button: isEmpty(edit) ? editorTexts.save : title,
    ...(isOnDoubt && { isOnDoubt }),
  };
}

type ReviewParts = { readonly warning?: Child } & Pick<Review, "isOnDoubt">;

/** The rest of the edit, which the question's title and fields do not show: what the replaced entry said, and what limits the new one. */
function besideFields(visit: Visit, { changes }: ListEdit): Child {
  const [row, ...others] = changes;
  // Several rows stand in a table.
  if (row === undefined || others.length > 0) return null;
  const { before, after: { note: _, expiresAt: __, ...after } = {} } = row;
  return (
    <>
      {before === undefined ? null : replacedRows(visit, [before], t.replaces)}
      {cellNames.some((name) => name !== "effect" && plainText(after[name]) !== "") ? (
        <p>
          {t.becomes} <EntrySummary visit={visit} row={after} />
        </p>
      ) : null}
    </>
  );
}

/** A deny is for sign-ups: somebody who is in is sent out on their own page. */
function accountsNote({ entry, effect }: TypedEntry): Child {
  const read = readEntry(entry);
  if (effect !== "deny" || !read.ok) return null;
  if (read.entry.kind === "domain") return <p class="hint">{t.accountsStay}</p>;
  if (read.entry.kind !== "address") return null;
  return (
    <p class="hint">
      {t.accountStays} <a href={personPath(read.entry.email)}>{t.theirPage}</a>
    </p>
  );
}

function askedText({ entry, effect }: TypedEntry): string {
  return t.asks[effect === "deny" ? "deny" : "allow"](visible(entry));
}

/** Makes the edit of what was typed. */
function editTyped({ visit, typed, current, back, instead: wrong }: SentEntry, edit: ListEdit, review: Review): Promise<Response> {
  const { note: _, expiresAt: __, ...kept } = typed;
  const fields = { ...kept, [ASKED_FIELD]: "1", ...versionIn(current), ...given({ back, instead: wrong }) };
  // An allow of a domain that looks like an allowed one is most likely a mistake.
  const denied = { ...typed, effect: "deny", expiresAt: "", ...given({ back, instead: wrong }) };
  const instead = (
    <PostForm visit={visit} action={ADD_PATH} class="actions" data-asks="" hidden={denied}>
      <SubmitButton text={t.denyInstead} />
    </PostForm>
  );
  return makeEdit(visit, {
    edit,
    form: { action: ADD_PATH, fields },
    back,
    review,
    instead,
    async written({ set, keptCount }) {
      if (keptCount > 0) return await conflict({ visit, typed, back, instead: wrong });
      return visit.goTo(withQuery(back ?? writtenList.path, `done=${back === undefined ? "added" : typed.effect}&set=${set.id}`));
    },
  });
}

/** Shows the rows that are there by now, with the form to replace them. */
async function conflict(form: Omit<SentEntry, "current">): Promise<Response> {
  return await formPage({ ...form, current: await currentEntries(form.visit, form.typed.entry, form.instead) }, 409);
}

/**
 * The button that ends the warning of a look-alike allowed outside Gatehouse: it saves the entry with a remark in its note.
 * @param deniesToo if nothing else on the page denies it: adds a button for that
 */
export async function KnownForm({ visit, entry, back, deniesToo }: ActProps & { readonly deniesToo?: true }) {
  const like = visit.may("Administrator") ? (await unaskedAllows(visit)).get(entry)?.like : undefined;
  const item = like === undefined ? undefined : await visit.world.accessList.get(entry);
  if (like === undefined || item === undefined) return null;
  const typed = cellsOf(item);
  const note = [typed.note ?? "", t.knownNote(visible(like))].filter((text) => text !== "").join("; ");
  return (
    <div class="actions">
      {deniesToo && <AskForm visit={visit} entry={entry} effect="deny" back={back} text={`${t.denyInstead}…`} class="danger" />}
      <PostForm visit={visit} action={ADD_PATH} data-asks="" hidden={{ ...typed, entry, note, back, ...versionIn([item]) }}>
        <SubmitButton text={t.isKnown} class="quiet" />
      </PostForm>
    </div>
  );
}

/** The form by itself, below the rows that it replaces. */
function formPage(form: SentEntry, status: 200 | 400 | 409 = 200): Promise<Response> {
  const { visit, problems = [], current, back = writtenList.path, typed } = form;
  const title = typed.entry === "" || problems.length > 0 ? accessListTexts.add : askedText(typed);
  const idOf = (name: string) => (name === "entry" ? name : fieldId("add", name));
  const content = (
    <>
      <ErrorSummary title={frameTexts.notDone} problems={problems} idOf={idOf} />
      <ConfirmQuestion title={title}>
        {current.length === 0 ? null : replacedRows(visit, current.map(toRow), status === 409 ? t.exists : t.replaces)}
        <EntryForm {...form}>
          <CancelLink path={back} />
        </EntryForm>
      </ConfirmQuestion>
    </>
  );
  return visit.page(title, content, { status });
}

/** The rows that what was typed replaces. */
function replacedRows(visit: Visit, rows: readonly Row[], words: string): Child {
  return (
    <Alert kind="warn">
      <p>{words}</p>
      {rows.map((row) => (
        <EntryLine visit={visit} row={row} />
      ))}
    </Alert>
  );
}

/** The rows that an allow or a deny would replace. @param instead of one more, which cannot be read */
async function currentEntries(visit: Visit, entry: string, instead = ""): Promise<readonly Item[]> {
  const read = readEntry(entry);
  const wrong = instead === "" || readEntry(instead).ok ? [] : [instead];
  const keys = [...(read.ok ? effects.map((effect) => entryKey(read.entry, effect)) : []), ...wrong];
  if (keys.length === 0) return [];
  const found = await visit.world.accessList.many(keys);
  return [...found.values()];
}

/** The fields of an entry that is there. */
function cellsOf(item: Item): Readonly<Record<(typeof cellNames)[number], string>> {
  const row = toRow(item);
  const texts = Object.fromEntries(cellNames.map((name) => [name, plainText(row[name])])) as ReturnType<typeof cellsOf>;
  return { ...texts, effect: readRow(row).effect };
}

/**
 * The typed entry, its empty fields filled from the entry that is there with the same effect: nobody lifts a limit unseen. Undefined if
 * there is none.
 */
function ofCurrent(typed: TypedEntry, current: readonly Item[]): TypedEntry | undefined {
  const before = current.find((item) => {
    const { effect, problems } = readRow(toRow(item));
    return effect === typed.effect && problems.length === 0;
  });
  if (before === undefined) return undefined;
  const cells = cellsOf(before);
  return { ...typed, ...Object.fromEntries(cellNames.map((name) => [name, typed[name] || cells[name]])) };
}

/**
 * An entry's edit. It removes an allow of exactly the address that it denies, which would win as the closer one, and the row that could
 * not be read.
 */
function entryEdit(wanted: FileRow, current: readonly Item[]): ListEdit {
  const { looser, ...cells } = wanted;
  const before = current.find(({ entry }) => entry?.S === wanted.entry);
  const allowed = current.find((item) => item.entry?.S === looser && readRow(toRow(item)).effect === "allow");
  const wrong = current.find(({ entry }) => !readEntry(String(entry?.S)).ok);
  const isThere = before !== undefined && isAlready(toRow(before), wanted);
  const rows = [
    ...(isThere ? [] : [phased({ before, after: { ...keptBeside(before ?? wrong), ...toItem(cells) } })]),
    ...(wrong === undefined ? [] : [phased({ before: wrong })]),
    ...(allowed === undefined ? [] : [phased({ before: allowed })]),
  ];
  return listEdit(rows, "console", wanted.entry);
}

/** Goes into the form: who writes has seen these rows. */
function versionIn(current: readonly Item[]): { readonly version?: string } {
  return current.length === 0 ? {} : { version: versionOfEntries(current) };
}

function versionOfEntries(current: readonly Item[]): string {
  return current.map(versionOf).sort().join(".");
}

/** The form as a link has filled it in, to be looked at before it is sent: an allow ends, and a look-alike is offered for denying. */
async function newEntry(visit: Visit): Promise<Response> {
  const entry = visit.queryAsTyped("entry");
  const asked = effects.find((each) => each === visit.query("effect"));
  // For an allow, the check names the look-alike.
  const domain = asked === "allow" ? undefined : normaliseDomain(entry);
  const like = domain && (await visit.world.alike.lookAlikesOf([domain])).get(domain)?.[0]?.like;
  const effect = asked ?? (like === undefined ? "allow" : "deny");
  const expiresAt = effect === "allow" ? visit.query("expiresAt") : "";
  const linked = { ...emptyEntry, entry, effect, expiresAt, note: visit.query("note") };
  const ended = { ...linked, expiresAt: effect === "allow" ? expiresAt || lastDayOf("month", visit.now) : "" };
  const current = await currentEntries(visit, entry);
  const typed = ofCurrent(linked, current) ?? ended;
  const form = { visit, typed, current, ...given({ back: visit.query("back") }) };
  const read = entry === "" ? undefined : readTyped(visit, typed);
  if (!read?.ok) return await formPage(form);
  const warning = like && <Alert kind="warn">{t.looksLike(visible(entry), visible(like))}</Alert>;
  const edit = entryEdit(read.row, form.current);
  return await editTyped(form, edit, reviewOf(form, edit, { warning }));
}

/** Hidden fields of a form; empty ones are left out. */
function given({ back = "", instead = "" }: Pick<SentEntry, "back" | "instead">): { readonly back?: string; readonly instead?: string } {
  return { ...(back !== "" && { back: ownPath(back) }), ...(instead !== "" && { instead }) };
}

/** Writes the sent entry, or shows its effect. It replaces only rows that the form showed. */
async function addEntry(visit: Visit): Promise<Response> {
  const sent: TypedEntry = {
    ...(Object.fromEntries(cellNames.map((name) => [name, visit.field(name).trim()])) as TypedEntry),
    entry: visit.field("entry").trim(),
    expiresAt: endTyped(visit),
  };
  const version = visit.field("version");
  const instead = visit.field("instead");
  const current = await currentEntries(visit, sent.entry, instead);
  // A form that showed the rows leaves a field empty on purpose.
  const typed = (version === "" ? ofCurrent(sent, current) : undefined) ?? sent;
  const form = { visit, typed, current, ...given({ back: visit.field("back"), instead }) };
  const read = readTyped(visit, typed);
  if (!read.ok) return await formPage({ ...form, problems: read.problems }, 400);
  const edit = entryEdit(read.row, current);
  const isAsked = visit.field(ASKED_FIELD) !== "";
  const review = reviewOf(form, edit, { isOnDoubt: !isAsked });
  // Nothing is written before the question was seen, whatever is there.
  if (isAsked && !isSure(visit)) return await editTyped(form, edit, review);
  if (isEmpty(edit) && version === "") return await editTyped(form, edit, review);
  if (isEmpty(edit)) return visit.goTo(withQuery(form.back ?? entryPath(read.row.entry), "done=same"));
  const isThere = current.some(({ entry }) => entry?.S === read.row.entry);
  if (version === "" ? isThere : version !== versionOfEntries(current)) return await conflict(form);
  return await editTyped(form, edit, review);
}

/** The typed row, or what is wrong with it. */
function readTyped(visit: Visit, typed: TypedEntry) {
  const long = cellNames.flatMap((field) => {
    const text = tooLong(visit, typed[field]);
    return text === undefined ? [] : [{ field, text }];
  });
  if (long.length > 0) return { ok: false, problems: long } as const;
  const isThere = ([name, text]: [string, string]) => name === "entry" || name === "effect" || text !== "";
  const read = readCells(Object.fromEntries(Object.entries(typed).filter(isThere)));
  return read.ok ? read : ({ ok: false, problems: entryProblems(visit, read.problems, "entry") } as const);
}

const asks = { entry: "any", effect: effects, expiresAt: "any", note: "any", back: "any" } as const;

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: NEW_ENTRY_PATH, access: "Administrator", asks, handler: newEntry },
  {
    method: "POST",
    path: ADD_PATH,
    access: "Administrator",
    hidden: ["version", "back", "instead", ASKED_FIELD, ...Object.keys(SURE)],
    handler: addEntry,
  },
];

const t = pageTexts({
  check: ["Check", "미리 확인"],
  checking: ["Checking what this does…", "달라지는 내용을 확인하는 중…"],
  asks: {
    allow: [(entry: string) => `Allow ${entry}`, (entry) => `${entry} 허용`],
    deny: [(entry: string) => `Deny ${entry}`, (entry) => `${entry} 거부`],
  },
  allow: ["Allow", "허용"],
  replace: ["Replace", "바꾸기"],
  replaces: ["It replaces the current entry:", "지금 있는 다음 항목을 바꿉니다."],
  accountsStay: [
    "Accounts that exist stay. To end one, open the page of that person.",
    "이미 있는 계정은 그대로 남습니다. 계정을 종료하려면 해당 사람의 페이지를 여세요.",
  ],
  accountStays: ["If they have an account already, it stays. End it on", "이미 있는 계정은 그대로 남습니다. 계정 종료:"],
  theirPage: ["their page", "이 사람의 페이지"],
  becomes: ["The new entry:", "새 항목:"],
  exists: [
    "Nothing was written yet: this entry is there. Replace it?",
    "아직 저장된 내용은 없습니다. 이미 다음 항목이 있습니다. 바꾸시겠습니까?",
  ],
  looksLike: [
    (domain: string, like: string) => `${domain} looks like ${like}, which is let in. Allow it only if you know them.`,
    (domain, like) => `${domain} 도메인은 허용된 ${like} 도메인과 비슷합니다. 아는 곳일 때만 허용하세요.`,
  ],
  denyInstead: ["Deny it instead", "대신 거부"],
  isKnown: ["I know this domain", "아는 도메인입니다"],
  knownNote: [(like: string) => `known, not ${like}`, (like) => `아는 도메인, ${like} 아님`],
});
