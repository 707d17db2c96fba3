import { ownPath } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { describeAddressProblem } from "../../../console/parts/address-problem";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, type FieldProblem, isSure, readDays, SentField, SURE, SubmitButton, tooLong } from "../../../console/parts/forms";
import { CHANGE_PEOPLE_PATH, PersonLink } from "../../../console/parts/links";
import { reportResults, resultTexts } from "../../../console/parts/people-results";
import { askQuestion } from "../../../console/parts/question";
import { Table } from "../../../console/parts/table";
import { momentText, RowTime } from "../../../console/parts/time";
import { shortenText, ValueLink, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { mapInBatches } from "../../../engine/collections";
import { normalisePossibleEmail } from "../../../engine/unmatched";
import { entryPath } from "../../access-list/pages/access-list-parts";
import { isRequestId } from "../../approvals/deciding";
import { longestDaysAt } from "../../approvals/pages/approvals-parts";
import { MAX_AT_ONCE } from "../../approvals/pages/queue-asked";
import { limitEnd } from "../../approvals/state-at";
import { accessWords } from "../../expiry/concern-words";
import { runWaitsNote } from "../../expiry/pages/ending-run";
import { LONGEST_INVITATION_DAYS } from "../../invitations/invitation";
import { jobPath } from "../../people-jobs/pages/begin-job";
import { beginAccessJob, isOfJob } from "./job-page";
import {
  type ActResult,
  actOn,
  asksOf,
  endAfter,
  type LifecycleForm,
  type LifecycleVerb,
  lifecycleVerbs,
  type PersonConcern,
  reviewRows,
  takesFrom,
  UNDO,
  usualDays,
} from "./lifecycle-acts";
import { accountLifecycleRow, type LifecycleRow, requestRow, rowField, type ShownRow } from "./lifecycle-rows";
import { dayCell, longDay, StandingBadge } from "./lifecycle-standing";
import { bulkTexts as t } from "./people-texts";

export const BULK_PATH = CHANGE_PEOPLE_PATH;

/** Returns the buttons of a form that holds selected people. The page that they open asks for confirmation first. */
export function lifecycleButtons(verbs: readonly LifecycleVerb[]) {
  return verbs.map((verb) => <SubmitButton text={`${t.verbs[verb]}…`} name="verb" value={verb} class="quiet" />);
}

export async function changePeople(visit: Visit): Promise<Response> {
  const verb = lifecycleVerbs.find((each) => each === visit.field("verb"));
  const rows = await readNamedRows(visit);
  if (typeof rows === "string") return await refuse(visit, rows);
  if (verb === undefined) return await refuse(visit, t.nobody);
  if (!isSure(visit)) return await ask(visit, verb, rows, []);
  const { problems, ...form } = lifecycleForm(visit, verb);
  if (problems.length > 0) return await ask(visit, verb, rows, problems);
  if (verb === "correct" && (await hasQuestions(visit, rows, form.to))) return await ask(visit, verb, rows, []);
  if (rows.length <= MAX_AT_ONCE || !isOfJob(verb)) return await actOnEach(visit, verb, form, rows);
  const accounts = rows.flatMap((row) => (row.kind === "account" ? [row.account] : []));
  return visit.goTo(jobPath((await beginAccessJob(visit, verb, form, accounts)).id));
}

/** Undoes a change of people's access or invitations. Leaves out people whose row somebody has changed since. */
export async function undoChange(visit: Visit): Promise<Response> {
  const rows = await readNamedRows(visit, true);
  return typeof rows === "string" ? await refuse(visit, rows) : await actOnEach(visit, UNDO, { days: 0, to: "", note: "" }, rows);
}

async function actOnEach(
  visit: Visit,
  verb: LifecycleVerb | typeof UNDO,
  form: LifecycleForm,
  rows: readonly ShownRow[],
): Promise<Response> {
  const results: ActResult[] = [];
  for (const row of rows) results.push(await actOn(visit, verb, form, row));
  const back = readBackPath(visit);
  const person = results.flatMap(({ undo }) => undo ?? []);
  const undo = { says: "undo", count: person.length, action: `${BULK_PATH}/undo`, fields: { person, back } } as const;
  return await reportResults(visit, results, { back, said: verb, undo });
}

/**
 * Returns the selected rows, or the text of a problem. If `acts` is true, the rows have `turn`, `is` and `was` from the form, so that
 * `actOn` notices a change.
 */
async function readNamedRows(visit: Visit, acts = isSure(visit)): Promise<readonly ShownRow[] | string> {
  const { world } = visit;
  const rowParts = [...new Set(visit.fields("person"))].map((each) => each.split("/"));
  const most = mayBeJob(visit, rowParts) ? MOST_IN_JOB : MAX_AT_ONCE;
  if (rowParts.length > most) return t.tooMany(most);
  const selectIds = (wantedKind: LifecycleRow["kind"]) => rowParts.flatMap(([kind, id = ""]) => (kind === wantedKind ? [id] : []));
  const [requests, accounts] = await Promise.all([
    world.readableApprovals().getAll(selectIds("request").filter(isRequestId)),
    mapInBatches(selectIds("account"), READ_AT_ONCE, (id) => world.accounts().get(id)),
  ]);
  const rows = [...requests.map(requestRow), ...accounts.filter((account) => account !== undefined).map(accountLifecycleRow)];
  if (rows.length === 0) return t.nobody;
  const shownRows = new Map(rowParts.map(([, id = "", turn = "", is, was]) => [id, { turn: Number(turn), is, was }]));
  return acts ? rows.map((row) => ({ ...row, ...shownRows.get(row.id) })) : rows;
}

const READ_AT_ONCE = 20;
/** As many as one form and one answer can hold. */
const MOST_IN_JOB = 1_000;

function mayBeJob(visit: Visit, rowParts: readonly (readonly string[])[]): boolean {
  const isOnAccess = isOfJob(visit.field("verb")) && rowParts.every(([kind]) => kind === "account");
  return isOnAccess && visit.world.accessWork !== undefined;
}

function lifecycleForm(visit: Visit, verb: LifecycleVerb): LifecycleForm & { readonly problems: readonly FieldProblem[] } {
  const asks = asksOf[verb];
  const note = visit.field("note").trim();
  const days = readDays(visit, LONGEST_INVITATION_DAYS) ?? 0;
  const to = readTo(visit);
  const long = tooLong(visit, note);
  const problems: readonly FieldProblem[] = [
    ...(asks.includes("days") && days === 0 ? [{ field: "days", text: frameTexts.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(asks.includes("to") && to === "" ? [{ field: "to", text: describeAddressProblem(visit, visit.field("to")) ?? "" }] : []),
    ...(asks.includes("reason") && note === "" ? [{ field: "note", text: t.noReason }] : []),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  return { days, to, note, problems };
}

/** The field with the corrected address whose concerns the page has shown. */
export const TOLD = "told";

/** True if something speaks against the corrected address that the page has not shown yet. */
async function hasQuestions(visit: Visit, rows: readonly LifecycleRow[], to: string): Promise<boolean> {
  if (visit.field(TOLD) === to) return false;
  return (await reviewRows(visit, "correct", rows, to)).some(({ weight }) => weight === "asked" || weight === "shown");
}

function readTo(visit: Visit): string {
  return normalisePossibleEmail(visit.field("to")) ?? "";
}

function readBackPath(visit: Visit): string {
  const back = ownPath(visit.field("back"));
  return back.startsWith("/people") ? back : "/people";
}

function refuse(visit: Visit, why: string): Promise<Response> {
  return refusalPage(visit, { title: resultTexts.notDone, why, back: { path: readBackPath(visit), text: resultTexts.back }, status: 400 });
}

async function ask(visit: Visit, verb: LifecycleVerb, rows: readonly LifecycleRow[], problems: readonly FieldProblem[]): Promise<Response> {
  const [{ email = "" } = {}, ...others] = rows;
  const isOne = others.length === 0;
  const title = `${t.verbs[verb]}: ${isOne ? visible(email) : resultTexts.count(rows.length)}`;
  return await askQuestion(visit, {
    title,
    problems,
    action: BULK_PATH,
    form: { class: "card narrow" },
    hidden: { verb, ...SURE, ...(verb === "correct" && { [TOLD]: readTo(visit) }), back: readBackPath(visit), person: rows.map(rowField) },
    fields: (
      <>
        <p>
          {verb === "extend-access" && !rows.some((row) => row.kind === "account" && row.account.state === "disabled")
            ? null
            : t.follows[verb]}{" "}
          {verb === "end-access" && !isOne ? accessWords.manyEnd : null}
        </p>
        {verb === "end-access" ? await runWaitsNote(visit) : null}
        {concernsNote(verb, await reviewRows(visit, verb, rows, readTo(visit)))}
        {buildFormFields(visit, verb, rows).map((field) => (
          <p>
            <SentField visit={visit} problems={problems} {...field} />
          </p>
        ))}
      </>
    ),
    button: { text: isOne ? t.verbs[verb] : title, class: takesFrom.includes(verb) ? "danger" : undefined },
    back: readBackPath(visit),
    below: isOne ? null : namedRows(visit, verb, rows.slice(0, MAX_AT_ONCE), title),
  });
}

function concernsNote(verb: LifecycleVerb, concerns: readonly PersonConcern[]) {
  const isDenied = verb === "extend-access" && concerns.some(({ facts }) => facts !== undefined);
  return concerns.length === 0 ? null : (
    <Alert kind="warn">
      {isDenied ? <p>{accessWords.deniedFollows.stays}</p> : null}
      {concerns.map(({ email, title, text, facts }) => {
        const { entry } = (facts ?? {}) as { readonly entry?: string };
        const words = visible(title ?? text(momentText));
        return (
          <p>
            <bdi class="value">{shortenText(email, 80)}</bdi>:{" "}
            {entry === undefined ? words : <ValueLink path={entryPath(entry)} text={words} />}
          </p>
        );
      })}
    </Alert>
  );
}

function buildFormFields(visit: Visit, verb: LifecycleVerb, rows: readonly LifecycleRow[]) {
  const asks = asksOf[verb];
  const isReason = asks.includes("reason");
  const [only, ...others] = rows;
  const end = only && others.length === 0 ? newEnd(visit, verb, only) : undefined;
  const then = end === undefined ? {} : { hint: t.newEndOf(readAskedDays(visit, verb), longDay(visit, end)) };
  return [
    ...(asks.includes("days")
      ? [{ id: "days", label: verb === "resend" ? t.forDays : t.byDays, usual: String(usualDays[verb] ?? ""), ...then }]
      : []),
    ...(asks.includes("to") ? [{ id: "to", label: verb === "correct" ? t.right : t.to, required: true }] : []),
    ...(isReason || asks.includes("note") ? [{ id: "note", label: isReason ? t.why : t.reason, required: isReason }] : []),
  ];
}

function namedRows(visit: Visit, verb: LifecycleVerb, rows: readonly LifecycleRow[], caption: string) {
  return (
    <Table
      caption={caption}
      columns={[
        [frameTexts.person, ({ email }) => <PersonLink email={email} />],
        [frameTexts.state, (row) => <StandingBadge row={row} now={visit.now} />],
        rows.some(({ sponsor }) => sponsor !== undefined) && [frameTexts.sponsor, ({ sponsor = "" }) => shortenText(sponsor, 80)],
        [frameTexts.until, (row) => dayCell(visit, row)],
        asksOf[verb].includes("days") && [
          t.newEnd(readAskedDays(visit, verb)),
          (row) => {
            const end = newEnd(visit, verb, row);
            return end === undefined ? "" : <RowTime at={end} />;
          },
        ],
      ]}
      rows={rows}
    />
  );
}

function readAskedDays(visit: Visit, verb: LifecycleVerb): number {
  return readDays(visit, LONGEST_INVITATION_DAYS) ?? usualDays[verb] ?? 0;
}

function newEnd(visit: Visit, verb: LifecycleVerb, row: LifecycleRow): string | undefined {
  const until = row.kind === "account" ? row.account.until : row.request.passUntil;
  if (!asksOf[verb].includes("days") || (row.kind === "account" && until === undefined)) return undefined;
  const end = endAfter(verb, until, readAskedDays(visit, verb), visit.now);
  if (row.kind === "account") return end;
  const { invitation: { sentAt } = {} } = row.request;
  return limitEnd(end, verb === "resend" || sentAt === undefined ? visit.now.toISOString() : sentAt, longestDaysAt(visit, row.gate));
}
