import type { Child } from "hono/jsx";
import { type FileRowRead, readCells } from "../../../engine/access-list/files/row";
import { listProblemText } from "../../../engine/messages/operator/list-problems";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { editorTexts } from "../../editor/editor-texts";
import { Refusal } from "../../editor/row-parts";
import { Alert, described, FieldNotes, type FormProblem, HiddenFields, problemOf, tooLong } from "../../parts/forms";
import { hasGates } from "../../parts/gates";
import { Icon } from "../../parts/icon";
import { PageHead } from "../../parts/page-head";
import { dayOf } from "../../parts/time";
import { pageTexts } from "../../texts/languages";
import { lastDayOf } from "../people/until";
import { BackToList, EntryLink, NEW_ENTRY_PATH } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { planRows, writtenList } from "./access-list-write";
import { ConsequenceNotes, consequencesOf } from "./consequences";
import { makeEdit, writtenBy } from "./make-edit";

const ADD_PATH = `${writtenList.path}/add`;
/** Days from now that the form offers as an end. */
const SPANS = [7, 30, 90, 365] as const;
const cellNames = ["effect", "expiresAt", "note", "issuer", "gates"] as const;

/** A new entry as typed; an empty cell is not there. */
export type TypedEntry = Readonly<Record<"entry" | (typeof cellNames)[number], string>>;

const nothing: TypedEntry = { entry: "", effect: "allow", expiresAt: "", note: "", issuer: "", gates: "" };

interface AddRowProps {
  readonly visit: Visit;
  readonly typed?: TypedEntry;
  readonly problems?: readonly FormProblem[];
}

/** The form for a new entry, in one line. */
export function AddRow({ visit, typed = nothing, problems = [] }: AddRowProps) {
  const t = visit.say(addTexts);
  const names = { ...visit.say(editorTexts).names, ...visit.say(accessListTexts).names };
  const { hints } = visit.say(accessListTexts);
  /** A field with its label, which the placeholder or the value says to those who see it. */
  const part = (name: keyof TypedEntry, control: (attributes: object) => Child, wide = false) => {
    const id = name === "entry" ? name : `add-${name}`;
    const [hint, problem] = [hints[name], problemOf(problems, name)];
    return (
      <div class={wide ? "wide" : undefined}>
        <label class={hint === undefined ? "hidden" : undefined} for={id}>
          {names[name]}
        </label>
        {control({ id, name, ...described(id, hint, problem) })}
        <FieldNotes id={id} hint={hint} problem={problem} />
      </div>
    );
  };
  const input = (name: keyof TypedEntry) => part(name, (attributes) => <input {...attributes} value={typed[name]} autocomplete="off" />);
  const select = (name: keyof TypedEntry, options: readonly (readonly [string, string | undefined])[]) =>
    part(name, (attributes) => (
      <select {...attributes}>
        {options.map(([value, words]) => (
          <option value={value} selected={typed[name] === value}>
            {words}
          </option>
        ))}
      </select>
    ));
  return (
    <form class="card add-row" method="post" action={ADD_PATH}>
      {visit.formToken}
      <Icon name="add" />
      {part("entry", (attributes) => (
        <input
          {...attributes}
          value={typed.entry}
          data-act="new"
          placeholder={t.placeholder}
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
        />
      ))}
      {select("effect", [
        ["allow", names.allow],
        ["deny", names.deny],
      ])}
      {select("expiresAt", endsFor(visit, typed.expiresAt))}
      {part(
        "note",
        (attributes) => (
          <input {...attributes} value={typed.note} placeholder={names.note} maxlength={MAX_TEXT_LENGTH} autocomplete="off" />
        ),
        true,
      )}
      <div class="actions">
        <button type="submit" class="quiet" name="check" value="1">
          {t.check}
        </button>
        <button type="submit">{visit.say(editorTexts).addButton}</button>
      </div>
      <details open={typed.issuer !== "" || typed.gates !== ""}>
        <summary>{t.more}</summary>
        <p>
          <label for="add-until">{t.until}</label>
          <input id="add-until" name="until" type="date" />
        </p>
        {input("issuer")}
        {hasGates(visit) ? input("gates") : null}
      </details>
    </form>
  );
}

/** The days that are offered, and the one that was typed. */
function endsFor(visit: Visit, typed: string): readonly (readonly [string, string])[] {
  const t = visit.say(addTexts);
  const offered = SPANS.map((days) => {
    const day = dayOf(new Date(visit.now.getTime() + days * MS_PER_DAY));
    return [day, t.inDays(days, day)] as const;
  });
  const isOther = typed !== "" && offered.every(([day]) => day !== typed);
  return [["", t.never], ...offered, ...(isOther ? [[typed, typed] as const] : [])];
}

interface AddPageProps extends AddRowProps {
  readonly status?: 200 | 400 | 409;
  /** What the entry would do. */
  readonly check?: Child;
}

/** The form on a page of its own, with what is said of what was typed. */
function addPage({ visit, typed, problems = [], status = 200, check }: AddPageProps): Promise<Response> {
  const t = visit.say(accessListTexts);
  return visit.page(
    t.add,
    <>
      {problems.length === 0 ? null : (
        <Refusal visit={visit} problems={problems} idOf={(field) => (field === "entry" ? field : `add-${field}`)} />
      )}
      <AddRow visit={visit} problems={problems} {...(typed && { typed })} />
      {check}
      <BackToList visit={visit} />
    </>,
    { status, head: <PageHead title={t.add} /> },
  );
}

/** The form for a new entry: an allow that ends, to be looked at before it is sent. */
function newEntry(visit: Visit): Promise<Response> {
  const typed = { ...nothing, entry: visit.queryAsTyped("entry"), expiresAt: lastDayOf("month", visit.now) ?? "" };
  return addPage({ visit, typed });
}

/** Adds the entry that was sent, or says what it would do. */
async function addEntry(visit: Visit): Promise<Response> {
  const typed: TypedEntry = {
    ...(Object.fromEntries(cellNames.map((name) => [name, visit.field(name).trim()])) as TypedEntry),
    entry: visit.field("entry").trim(),
    ...(visit.field("until") !== "" && { expiresAt: visit.field("until") }),
  };
  const long = cellNames.flatMap((field) => {
    const text = tooLong(visit, typed[field]);
    return text === undefined ? [] : [{ field, text }];
  });
  const read = long.length > 0 ? undefined : readTyped(typed);
  if (read === undefined || !read.ok) {
    return await addPage({ visit, typed, problems: read === undefined ? long : entryProblems(visit, read.problems, "entry"), status: 400 });
  }
  const { row } = read;
  const { edit, current } = await planRows(visit, [row], "console");
  if (current.has(row.entry)) return await showExisting(visit, typed, row.entry);
  if (visit.field("check") === "1") {
    const check = <ConsequenceNotes visit={visit} consequences={await consequencesOf(visit, edit.rows, "always")} />;
    return await addPage({ visit, typed, check });
  }
  const made = await makeEdit(visit, {
    edit,
    form: { action: ADD_PATH, fields: typed },
    page: (check, status) => addPage({ visit, typed, check, status }),
    instead: ({ concerns }) => (concerns.some(({ code }) => code === "looksLike") ? <DenyInstead visit={visit} typed={typed} /> : null),
  });
  const written = writtenBy(made);
  if (written === undefined) return await showExisting(visit, typed, row.entry);
  return written.page ?? visit.goTo(`${writtenList.path}?done=added${written.note}`);
}

/** Of a domain that looks like one that is let in: most likely nobody means to allow it. */
function DenyInstead({ visit, typed }: { readonly visit: Visit; readonly typed: TypedEntry }) {
  return (
    <form method="post" action={ADD_PATH} class="actions">
      {visit.formToken}
      <HiddenFields fields={{ ...typed, effect: "deny", expiresAt: "" }} />
      <button type="submit">{visit.say(addTexts).denyInstead}</button>
    </form>
  );
}

function readTyped(typed: TypedEntry): FileRowRead {
  return readCells(Object.fromEntries(Object.entries(typed).filter(([name, text]) => name === "entry" || text !== "")));
}

function showExisting(visit: Visit, typed: TypedEntry, entry: string): Promise<Response> {
  const check = (
    <Alert>
      {visit.say(editorTexts).exists} <EntryLink entry={entry} />
    </Alert>
  );
  return addPage({ visit, typed, check, status: 409 });
}

/** What is wrong with cells, each at the field that it begins with. @param otherwise what any other is about */
export function entryProblems(visit: Visit, texts: readonly string[], otherwise?: string): readonly FormProblem[] {
  return texts.map((text) => {
    const field = cellNames.find((name) => text.startsWith(name)) ?? otherwise;
    const said = listProblemText(visit.language, text);
    if (field === undefined) return said;
    return { field, text: field === "expiresAt" ? visit.say(editorTexts).badDate : said };
  });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: NEW_ENTRY_PATH, access: "Administrator", asks: { entry: "any" }, handler: newEntry },
  { method: "POST", path: ADD_PATH, access: "Administrator", hidden: ["check", "version"], handler: addEntry },
];

const addTexts = pageTexts(
  {
    placeholder: "contoso.com",
    check: "Check",
    denyInstead: "Deny it instead",
    more: "Another day, or some people only",
    until: "Expires on another day",
    never: "Never expires",
    inDays: (days: number, day: string) => (days === 365 ? `1 year: ${day}` : `${days} days: ${day}`),
  },
  {
    placeholder: "contoso.com",
    check: "미리 확인",
    denyInstead: "대신 거부",
    more: "다른 만료일 또는 일부 사람에게만",
    until: "다른 만료일",
    never: "만료 없음",
    inDays: (days, day) => (days === 365 ? `1년: ${day}` : `${days}일: ${day}`),
  },
);
