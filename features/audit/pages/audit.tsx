import type { Child } from "hono/jsx";
import { isMomentId } from "../../../adapters/system";
import { SESSION_BEGUN } from "../../../console/app/sign-in-routes";
import type { Asks, ConsoleRoute, Visit } from "../../../console/app/visit";
import { editorTexts } from "../../../console/editor/editor-texts";
import { actParts, doerText } from "../../../console/parts/acts";
import { Badge } from "../../../console/parts/badge";
import { addressWith, type Chip } from "../../../console/parts/chips";
import { Alert, type FieldProblem } from "../../../console/parts/forms";
import { PersonLink, personPath } from "../../../console/parts/links";
import { listPage, openAddress } from "../../../console/parts/list-page";
import { readAskedPage } from "../../../console/parts/paging";
import { type Fact, Facts } from "../../../console/parts/table";
import { lastDayName, Moment, RowTime, withMoment } from "../../../console/parts/time";
import { atLeast, claimName, countText, plainText, ShownValue, shortenText, visible } from "../../../console/parts/value";
import { asksFor, filterChips, readPageQuery } from "../../../console/parts/view-page";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, findText } from "../../../console/texts/languages";
import { trailTexts } from "../../../console/texts/trail-texts";
import { groupBy, omit } from "../../../engine/collections";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { expiryTime } from "../../../engine/sign-up/row-end";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../chain";
import { type ChangeView, changes, changeViews, findLine, findShownAction, isAboutPerson, markRevocations } from "../views";
import { auditTexts as t } from "./audit-texts";
import { endSessionForms, postEnd } from "./end-session";
import { CHANGES_PATH, type Described, findRowOwner, isRow, rowPage, trailedRows } from "./trailed-rows";

const changeAsks: Asks = { ...asksFor(changes.filters), open: "any", set: "any" };

function readView({ query }: Visit): ChangeView {
  return changeViews.find((each) => each === query("view")) ?? "changes";
}

async function showChanges(visit: Visit): Promise<Response> {
  const { query, problems } = readPageQuery(visit, changes.filters);
  const { entry = "" } = query;
  const page = problems.length > 0 ? undefined : await readAskedPage(visit, await visit.read(changes, { ...query, view: readView(visit) }));
  const entries = page?.items ?? [];
  const owners = trailedRows(visit);
  const descriptions = await describe(visit, entries);
  const isSignIns = readView(visit) === "sign-ins";
  const isAlone = (one: AuditEntry) => !entries.some(({ by, name }) => name === one.name && by !== one.by);
  const hasUndo = [...descriptions.values()].some(({ undo }) => undo !== undefined);
  const rows = page && { ...page, items: groupBulks(visit, entries) };
  const openBulk = page?.cut ? rows?.items.at(-1) : undefined;
  const doneTexts = Object.assign({}, ...owners.map((each) => each.done));
  const writtenNotes = await Promise.all(owners.map((each) => each.written?.(visit) ?? null));
  const others = page === undefined || entry === "" ? [] : await Promise.all(owners.map((each) => each.ofRow?.(visit, entry)));
  return await listPage(visit, {
    title: trailTexts.title,
    head: { views: buildViews(visit) },
    problems,
    above: writtenNotes.some((each) => each !== null) ? writtenNotes : <Alert kind="good">{visit.done(doneTexts)}</Alert>,
    filters: {
      chips: buildChips(visit, problems),
      search: isSignIns ? undefined : { parameter: "entry", label: changes.filters.entry.label },
    },
    page: rows,
    ahead: renderFlaws(entries),
    table: {
      caption: changes.filters.view.choices[readView(visit)],
      columns: [
        [
          frameTexts.time,
          (bulk) => (
            <a href={openAddress(visit, bulk[0].number)}>
              <RowTime at={bulk[0].at} />
              {hiddenNumber(bulk[0])}
            </a>
          ),
        ],
        [
          changes.filters.action.label,
          (bulk) =>
            changeSentence(visit, bulk, descriptions, {
              who: (entry) => [whoDid(entry, isAlone(bulk[0])), trailTexts.did],
              isCut: bulk === openBulk,
            }),
        ],
        hasUndo && [isSignIns ? t.endSession : frameTexts.undo, ([{ number }]) => descriptions.get(number)?.undo ?? null],
      ],
      keyOf: ([{ number }]) => number,
      empty: others.some(Boolean) ? t.onlyOthers : t.none,
    },
    below: others,
    panel: { panel: await renderOpenEntry(visit), label: t.oneChange },
  });
}

/** Entries that share one row of the page, newest first: parts of one act, or an author's same act on several people in one minute. */
type Bulk = readonly [AuditEntry, ...AuditEntry[]];

function groupBulks(visit: Visit, entries: readonly AuditEntry[]): readonly Bulk[] {
  const steps = entries.map((entry) => findRowOwner(visit, entry)?.actOf?.(entry));
  const actsOfSets = new Map(steps.flatMap((step) => (step?.set === undefined ? [] : [[step.set, step.act] as const])));
  const bulks = groupBy(
    // An incident's edit belongs to the incident's act.
    entries.map((entry, index) => ({ entry, act: (entry.set && actsOfSets.get(entry.set)) ?? steps[index]?.act })),
    ({ entry, act }) => act ?? findLine(entry) ?? entry.number,
  );
  return [...bulks.values()].map((bulk) => bulk.map(({ entry }) => entry) as [AuditEntry, ...AuditEntry[]]);
}

/** Descriptions by the entry's number. */
export async function describe(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Described>> {
  const descriptionPairs = trailedRows(visit).map(async ({ table, described }) => {
    const ownEntries = entries.filter(({ action, erased }) => erased === undefined && action.startsWith(`${table}.`));
    return [...((await described?.(visit, ownEntries)) ?? [])];
  });
  return new Map((await Promise.all([...descriptionPairs, endSessionForms(visit, entries)])).flat());
}

interface SentenceParts {
  /** Returns the sentence's subject. @default none: the sentence begins with the verb */
  readonly who?: (entry: AuditEntry) => Child;
  /** True if more entries may belong to the act. @default false */
  readonly isCut?: boolean;
}

/** Several entries can be unfolded. */
export function changeSentence(
  visit: Visit,
  bulk: Bulk,
  descriptions: ReadonlyMap<string, Described>,
  { who, isCut = false }: SentenceParts = {},
) {
  const [first, ...others] = bulk;
  const getDescription = ({ number }: AuditEntry) => descriptions.get(number)?.what;
  const renderSentence = (entry: AuditEntry, subject = changeSubject(visit, entry, getDescription(entry))) => {
    const [before, what, after] = actParts(findShownAction(entry));
    return (
      <span class="sentence">
        {who === undefined ? capitaliseTitle(before) : [who(entry), before]}
        {what === "" ? null : subject}
        {after}
      </span>
    );
  };
  const renderTimedEntry = (entry: AuditEntry, subject: Child) => (
    <li>
      <a href={openAddress(visit, entry.number)}>
        <RowTime at={entry.at} />
        {hiddenNumber(entry)}
      </a>{" "}
      {subject}
    </li>
  );
  if (others.length > 0 && isAboutPerson(first.action) && others.every((other) => findShownAction(other) === findShownAction(first)))
    return (
      <details>
        <summary>{renderSentence(first, t.people(atLeast(visit, bulk.length, isCut)))}</summary>
        <ul class="plain">{bulk.map((entry) => renderTimedEntry(entry, changeSubject(visit, entry)))}</ul>
      </details>
    );
  const difference = getDescription(first) === undefined ? describeDifference(visit, first) : "";
  return (
    <>
      {renderSentence(first)}
      {difference === "" ? null : <bdi class="value">: {shortenText(difference, 120)}</bdi>} {unusual(first)}
      {others.length === 0 ? null : (
        <details class="hint">
          <summary>{t.steps(bulk.length)}</summary>
          <ul class="plain">{bulk.map((entry) => renderTimedEntry(entry, renderSentence(entry)))}</ul>
        </details>
      )}
    </>
  );
}

function buildViews(visit: Visit) {
  const path = (view: ChangeView) => addressWith(visit, ["view", "action"], view === "changes" ? {} : { view });
  const each = changeViews.map((view) => ({
    name: changes.filters.view.choices[view],
    path: path(view),
    isHere: view === readView(visit),
  }));
  return { label: changes.filters.view.label, each };
}

/** The views beside the title and the search field take the place of two chips. Only changes are of several kinds. */
function buildChips(visit: Visit, problems: readonly FieldProblem[]): readonly Chip[] {
  const filters = omit(changes.filters, "view", "entry");
  return filterChips(visit, readView(visit) === "changes" ? filters : omit(filters, "action"), problems);
}

function renderFlaws(entries: readonly AuditEntry[]) {
  const flaws = [...new Set(entries.flatMap((entry) => flawText(entry) ?? []))];
  return flaws.length === 0 ? null : <Alert>{[t.broken, ...flaws].join(" ")}</Alert>;
}

/** Tells links of the same second apart. */
function hiddenNumber({ number }: AuditEntry) {
  return <span class="hidden">, {t.number(String(Number(number)))}</span>;
}

function flawText({ flaw }: AuditEntry): string | undefined {
  return flaw && t.flaw(String(Number(flaw.number)));
}

function unusual(entry: AuditEntry) {
  const [outcome, flaw] = [findText(t.outcomes, entry.outcome), flawText(entry)];
  return [outcome && <Badge tone="warn">{outcome}</Badge>, flaw && <Badge tone="bad">{flaw}</Badge>];
}

/** @param isAlone true to omit the author's id after the name */
function whoDid(entry: AuditEntry, isAlone = false) {
  const { via, by, name } = entry;
  const hasName = isAlone || name === by || via === "outside" || via === "gatehouse";
  return (
    <span>
      <bdi>{doerText(entry)}</bdi>
      {hasName ? null : <small class="value"> {visible(by)}</small>}
    </span>
  );
}

/**
 * Describes the changed cells among the owner's `telling` columns. If none of these changed, describes all changed cells, but returns no
 * text for an added or removed row.
 */
function describeDifference(visit: Visit, entry: AuditEntry): string {
  const owner = findRowOwner(visit, entry);
  const { after = {} } = entry;
  // If the old row had already ended at the time of the change, it counts as absent.
  const before = typeof entry.before?.until === "string" && entry.before.until < entry.at ? {} : (entry.before ?? {});
  const { isShown, nameOf, textOf } = cellWords(visit, entry);
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => isShown(name) && !SHOWN_ELSEWHERE.includes(name) && plainText(before[name]) !== plainText(after[name]),
  );
  const texts = (name: string) => [before, after].flatMap((row) => (row[name] === undefined ? [] : [textOf(name, row)]));
  // If an existing row was changed, a cell that the old or the new row lacks is shown as a dash.
  const none = /\.changed$/.test(entry.action) && Object.keys(before).length > 0 && entry.after !== undefined;
  const isSaid = (name: string) => texts(name).some((text) => text !== "");
  const cells = (name: string) =>
    (none ? [before, after].map((row) => (row[name] === undefined ? "–" : textOf(name, row))) : texts(name)).join(" → ");
  // Within a sentence, a column's name begins in lower case, unless it is an abbreviation.
  const formatNamedCell = (name: string, text: string) =>
    `${nameOf(name).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}: ${text}`;
  const [first, ...others] = (owner?.telling ?? []).filter((name) => differing.includes(name));
  if (first !== undefined) {
    // For the other cells, shows only the new value, because the old row may have ended before the change. For a removed row, shows the
    // last value.
    const became = others.filter((name) => entry.after === undefined || after[name] !== undefined);
    const cellText = first === owner?.telling?.[0] ? cells(first) : formatNamedCell(first, cells(first));
    return [cellText, ...became.map((name) => formatNamedCell(name, texts(name).at(-1) ?? ""))].join(", ");
  }
  return /\.(added|removed)$/.test(entry.action)
    ? ""
    : differing.flatMap((name) => (isSaid(name) ? [formatNamedCell(name, cells(name))] : [])).join(", ");
}

function cellWords(visit: Visit, entry: AuditEntry) {
  const owner = findRowOwner(visit, entry);
  const names: Readonly<Record<string, string>> = { ...editorTexts.names, ...owner?.names };
  const onlyNamed = owner?.onlyNamed?.(entry) ?? false;
  return {
    // Hides these cells, unless the table's owner names them: the action already says the state of a request or an invitation.
    isShown: (name: string) => (!onlyNamed && !["state", "invitation"].includes(name)) || owner?.names?.[name] !== undefined,
    nameOf: (name: string) => findText(names, name) ?? claimName(visit, name),
    textOf(name: string, row: Row) {
      const text = plainText(row[name]);
      const end = name === "expiresAt" ? expiryTime(text) : undefined;
      return owner?.cellText?.(visit, name, text, row) ?? (end === undefined ? withMoment(text) : lastDayName(visit, end));
    },
  };
}

/** Cells that another part of the sentence already names. */
const SHOWN_ELSEWHERE = ["entry", "email", "personId", "role"];

async function renderOpenEntry(visit: Visit): Promise<Child | undefined> {
  const number = visit.query(OPEN_PARAMETER);
  const stored = number === "" ? undefined : await visit.world.audit.get(number);
  const [entry] = await markRevocations(stored === undefined ? [] : [stored], visit.world.audit);
  if (entry === undefined) return undefined;
  const descriptions = await describe(visit, [entry]);
  const { undo } = descriptions.get(number) ?? {};
  return (
    <>
      <header>
        <p class="entity">{changeSentence(visit, [entry], descriptions)}</p>
      </header>
      <section>
        <Facts
          facts={[[frameTexts.time, <Moment at={entry.at} />], [changes.filters.operator.label, whoDid(entry)], ...cellFacts(visit, entry)]}
        />
      </section>
      {undo === undefined ? null : <footer>{undo}</footer>}
    </>
  );
}

function cellFacts(visit: Visit, entry: AuditEntry): readonly Fact[] {
  const { isShown, nameOf, textOf } = cellWords(visit, entry);
  const rows = [entry.before, entry.after].filter((row) => row !== undefined);
  const text = (name: string, row: Row) => {
    const cell = row[name];
    return cell === undefined ? "–" : Array.isArray(cell) ? cell.map(plainText).join("\n") : textOf(name, row);
  };
  const formatCellTexts = (name: string) => [...new Set(rows.map((row) => text(name, row)))].join(" → ");
  const names = [...new Set(rows.flatMap(Object.keys))].filter(isShown);
  return names.map((name) => [nameOf(name), formatCellTexts(name) !== "" && <ShownValue text={formatCellTexts(name)} />]);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: CHANGES_PATH, access: "Reader", asks: changeAsks, handler: showChanges },
  { method: "POST", path: "/sessions/end", access: "Administrator", hidden: ["id"], handler: postEnd },
];

/** @param what the link's text @default the object's key */
function changeSubject(visit: Visit, entry: AuditEntry, what = subjectText(visit, entry)): Child {
  const { subject, erased, before, after } = entry;
  if (erased !== undefined) return trailTexts.erased;
  const email = after?.email ?? before?.email;
  if (isAboutPerson(entry.action) && typeof email === "string") return <PersonLink email={email} />;
  const path = findEntryPath(visit, entry);
  const text = <bdi class="value">{shortenText(what, 80)}</bdi>;
  return path === undefined || subject === "" ? text : <a href={path}>{text}</a>;
}

function subjectText(visit: Visit, entry: AuditEntry): string {
  const { action, subject, count, before, after } = entry;
  const [, what] = actParts(findShownAction(entry));
  if (action === SESSION_BEGUN) return findText(frameTexts.roles, plainText(after?.role)) ?? what;
  if (action === "session.ended") return plainText(before?.name ?? what);
  // Omits the id of a change set, a proposal or an incident, because the id tells readers nothing.
  if (subject !== "" && !isMomentId(subject)) return findRowOwner(visit, entry)?.subjectText?.(visit, subject) ?? subject;
  return count === undefined ? what : `${what}: ${t.rows(countText(visit, count))}`;
}

function findEntryPath(visit: Visit, entry: AuditEntry): string | undefined {
  const { action, subject } = entry;
  const [table = "", what = ""] = action.split(".");
  const path = findRowOwner(visit, entry)?.pathOf?.(entry);
  if (path !== undefined) return path;
  const page = rowPage(visit, table);
  if (page !== undefined) return isRow(what) ? page(subject) : undefined;
  if (table === "approvals") return `/search?${new URLSearchParams({ q: subject })}`;
  return table === "session" || normaliseEmail(subject) === undefined ? undefined : personPath(subject);
}
