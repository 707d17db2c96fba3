import type { ApprovalRequest } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import type { Verb } from "../../../engine/approvals/verbs";
import type { Visit } from "../../app/visit";
import { Alert, described, ErrorSummary, FieldNotes, type FormProblem, HiddenFields, problemOf } from "../../parts/forms";
import { visible } from "../../parts/value";
import { plannedEdits } from "../access-list/access-list-write";
import { writtenSet } from "../access-list/change-set-parts";
import {
  ConfirmationFields,
  ConsequenceNotes,
  type Consequences,
  consequencesOf,
  isConfirmed,
  isMistyped,
  Mistyped,
  needsSecond,
} from "../access-list/consequences";
import { AskedAbout, decideAll, MAX_AT_ONCE, type Result, ResultTable, type Wish, wishOf } from "./approvals-decide";
import { requestField } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { EntryDifference, type GroupEntry, groupEntry, usualDay, writeGroupEntry } from "./group-entry";
import { groupTexts, queueTexts } from "./group-texts";
import { HindrancesCounted } from "./hindrances";
import { KeysButton } from "./keys-help";
import { knownOf } from "./known";
import { DraftDone, formData, NoteFields, noteProblem } from "./notes";
import { isAsked, type QueueAsked, queryOf, queuePath, readAsked, readWaiting } from "./queue-asked";
import { QueueTable } from "./queue-table";

const verbs: readonly Verb[] = ["approve", "deny"];

const GROUP_PATH = "/approvals/group";

/** Where all who wait with addresses of one domain, perhaps by one provider, are decided on. */
export function groupPath(asked: QueueAsked): string {
  return `${GROUP_PATH}?${queryOf(asked)}`;
}

function groupAsked(visit: Visit, said: (name: string) => string): QueueAsked {
  return { ...readAsked(visit, said).asked, view: "all", sort: "oldest" };
}

/** Who of a group waits: as many as one form decides on, the oldest. */
interface GroupStep {
  readonly asked: QueueAsked;
  readonly requests: readonly ApprovalRequest[];
  /** All who wait, as far as they were read. */
  readonly total: number;
  /** Whether everybody who waits was read. */
  readonly whole: boolean;
}

async function readStep(visit: Visit, asked: QueueAsked): Promise<GroupStep> {
  const store = visit.world.legibleApprovals(() => {});
  const { briefs, whole } = await readWaiting(store, visit, asked);
  const ids = briefs.slice(0, MAX_AT_ONCE).map(({ id }) => id);
  // The index lags behind: who was decided on a moment ago is left out.
  const requests = (await store.getAll(ids)).filter(
    (request) => stateAt(request, visit.now) === "pending" && isAsked(asked, request, visit.now),
  );
  return { asked, requests, total: briefs.length - ids.length + requests.length, whole };
}

/** One group, with what can be done to all of it. */
export async function showGroup(visit: Visit): Promise<Response> {
  const asked = groupAsked(visit, visit.query);
  if (asked.domain === undefined) return await refuse(visit, visit.say(groupTexts).badDomain);
  const step = await readStep(visit, asked);
  return await visit.page(titleOf(visit, step), <GroupForm visit={visit} step={step} />);
}

function titleOf(visit: Visit, { asked: { domain = "", provider }, total }: GroupStep): string {
  const name = [domain, ...(provider === undefined ? [] : [visible(provider)])].join(", ");
  return total === 0 ? name : visit.say(groupTexts).group(total, name);
}

/** What the form that was sent asks of a group. */
interface Asked extends Wish {
  readonly asked: QueueAsked;
  readonly isAllowed: boolean;
  readonly until: string;
}

/** Decides on those who were shown, and writes the entry that was shown. Larger groups go on in further steps. */
export async function postGroup(visit: Visit): Promise<Response> {
  const t = visit.say(groupTexts);
  const said = new URLSearchParams(visit.field("group"));
  const asked = groupAsked(visit, (name) => said.get(name) ?? "");
  const wish = wishOf(visit);
  if ("problem" in wish) return await refuse(visit, wish.problem);
  if (asked.domain === undefined) return await refuse(visit, t.badDomain);
  const form: Asked = { ...wish, asked, isAllowed: visit.field("allow") === "yes", until: visit.field("until").trim() };
  const problem = noteProblem(visit, wish);
  if (problem !== undefined) return await again(visit, form, { field: "note", text: problem });
  if (!form.isAllowed) return await decideStep(visit, form, undefined);
  if (!visit.may("Administrator")) return await again(visit, form, t.onlyAdministrators);
  if (wish.verb !== "approve") return await again(visit, form, t.onlyApprove);
  const entry = await groupEntry(visit, asked, form.until, wish.note);
  if ("problem" in entry) return await again(visit, form, entry.problem);
  const seen = visit.field("version");
  const consequences = await consequencesOf(visit, plannedEdits(entry.plan));
  if (needsSecond(visit, consequences)) return await again(visit, form, t.needsSecond);
  const isStale = seen !== "" && seen !== entry.version;
  if (seen !== entry.version || !isConfirmed(visit, consequences)) return await askEntry(visit, form, entry, consequences, isStale);
  const written = await writeGroupEntry(visit, entry);
  if (written === undefined) return await again(visit, form, t.conflict);
  return await decideStep(visit, form, written);
}

/** The form again, with what was typed and what is wrong with it. Nothing was done. */
async function again(visit: Visit, form: Asked, problem: FormProblem): Promise<Response> {
  const step = await readStep(visit, form.asked);
  return await visit.page(
    titleOf(visit, step),
    <>
      <ErrorSummary title={visit.say(groupTexts).stopped} problems={[problem]} idOf={(field) => field} />
      <GroupForm visit={visit} step={step} typed={form} problems={[problem]} />
    </>,
    { status: 400 },
  );
}

/** Shows the entry before anything is done. */
async function askEntry(visit: Visit, form: Asked, entry: GroupEntry, consequences: Consequences, isStale: boolean): Promise<Response> {
  const t = visit.say(groupTexts);
  const a = visit.say(approvalsTexts);
  const { domain = "", provider } = form.asked;
  const requests = await visit.world.legibleApprovals(() => {}).getAll(form.named.map(({ id }) => id));
  const known = await knownOf(visit, requests);
  return await visit.page(
    t.entryTitle,
    <>
      <Mistyped visit={visit} consequences={consequences} />
      {isStale ? <Alert>{t.stale}</Alert> : null}
      <p>{t.nothingYet}</p>
      <form class="card" method="post" action="/approvals/group" {...formData(visit, ["approve"], draftOf(form.asked))}>
        {visit.formToken}
        <Hidden form={form} version={entry.version} />
        <EntryDifference visit={visit} entry={entry} />
        <p>
          {provider === undefined
            ? t.entryDoes(visible(domain), form.until)
            : t.entryDoesBy(visible(domain), visible(provider), form.until)}
        </p>
        <ConsequenceNotes visit={visit} consequences={consequences} />
        <HindrancesCounted visit={visit} requests={requests} known={known} />
        <AskedAbout visit={visit} caption={a.verbHints.approve} requests={requests} known={known} />
        <p>{a.sure(a.verbs.approve, form.named.length)}</p>
        <input type="hidden" name="verb" value="approve" />
        {consequences.grade === "harmless" ? (
          <button type="submit">{t.first(a.verbs.approve, form.named.length)}</button>
        ) : (
          <ConfirmationFields visit={visit} consequences={consequences} />
        )}
        <p class="actions">
          <a class="button quiet" href={groupPath(form.asked)}>
            {a.cancel}
          </a>
        </p>
      </form>
    </>,
    { status: isStale ? 409 : isMistyped(visit, consequences) ? 400 : 200 },
  );
}

function Hidden({ form, version }: { readonly form: Asked; readonly version: string }) {
  const fields = { group: queryOf(form.asked), allow: "yes", until: form.until, note: form.note, version };
  return (
    <>
      <HiddenFields fields={fields} />
      {form.named.map(({ id, reference, seen }) => (
        <input type="hidden" name="request" value={requestField({ id, reference, ...seen })} />
      ))}
    </>
  );
}

/** Decides, says what came of each, and goes on with those of the group who are left. */
async function decideStep(visit: Visit, form: Asked, written: string | undefined): Promise<Response> {
  const t = visit.say(groupTexts);
  const a = visit.say(approvalsTexts);
  const results: readonly Result[] = await decideAll(visit, form);
  const done = results.filter(({ ok }) => ok).length;
  const decided = new Set(form.named.map(({ id }) => id));
  const left = await readStep(visit, form.asked);
  // The index may still show those of this step.
  const requests = left.requests.filter(({ id }) => !decided.has(id));
  const step = { ...left, requests, total: left.total - (left.requests.length - requests.length) };
  return await visit.page(
    done === results.length ? titleOf(visit, step) : a.notAll,
    <>
      <DraftDone visit={visit} of={draftOf(form.asked)} />
      <Alert kind={done === results.length ? "good" : "warn"}>
        <p>
          {a.doneCount[form.verb]} {done}
        </p>
        {written === undefined ? null : written === "same" ? (
          <p>{t.sameEntry}</p>
        ) : (
          <>
            <p>{t.written}</p>
            {await writtenSet(visit, written)}
          </>
        )}
      </Alert>
      {done === results.length ? null : <ResultTable visit={visit} verb={form.verb} results={results} />}
      {step.total === 0 ? null : <p>{t.rest(step.total)}</p>}
      <GroupForm visit={visit} step={step} typed={{ ...form, isAllowed: false }} />
    </>,
    { status: done === results.length ? 200 : 409 },
  );
}

interface GroupFormProps {
  readonly visit: Visit;
  readonly step: GroupStep;
  readonly typed?: Pick<Asked, "note" | "isAllowed" | "until">;
  /** Why it was not taken. */
  readonly problems?: readonly FormProblem[];
}

async function GroupForm({ visit, step, typed, problems = [] }: GroupFormProps) {
  const t = visit.say(groupTexts);
  const a = visit.say(approvalsTexts);
  const { asked, requests, total, whole } = step;
  const isWhole = whole && requests.length === total;
  const isDecided = requests.length > 0 && visit.may("Approver");
  const known = await knownOf(visit, requests);
  const hindered = requests.filter(({ id }) => (known.get(id)?.hindrances ?? []).length > 0).length;
  return (
    <>
      {whole ? null : <p class="note warn">{visit.say(queueTexts).notWhole}</p>}
      {requests.length === total ? null : <p class="note">{t.step(requests.length, total)}</p>}
      {isDecided ? <HindrancesCounted visit={visit} requests={requests} known={known} /> : null}
      <QueueTable visit={visit} requests={requests} caption={t.these} empty={whole ? t.noRest : t.noneRead} known={known} />
      {!isDecided ? null : (
        <form class="card bar" method="post" action="/approvals/group" {...formData(visit, verbs, draftOf(asked))}>
          {visit.formToken}
          <input type="hidden" name="group" value={queryOf(asked)} />
          {requests.map((request) => (
            <input type="hidden" name="request" value={requestField(request)} />
          ))}
          <NoteFields visit={visit} verbs={verbs} note={typed?.note ?? ""} gate={asked.gate} problem={problemOf(problems, "note")} />
          {visit.may("Administrator") ? (
            <AllowFields visit={visit} asked={asked} typed={typed} problem={problemOf(problems, "until")} />
          ) : null}
          <p class="actions">
            {verbs.map((verb) => (
              <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : undefined}>
                {isWhole ? t.all(a.verbs[verb], total) : t.first(a.verbs[verb], requests.length)}
              </button>
            ))}
            <KeysButton visit={visit} />
            {/* In sight with the buttons, wherever the table is scrolled to. */}
            {hindered === 0 ? null : <span class="tag warn">{t.hindered(hindered)}</span>}
          </p>
        </form>
      )}
      <p>
        <a href={queuePath({ view: "all", sort: "domain", ...(asked.gate !== undefined && { gate: asked.gate }) })}>{t.back}</a>
      </p>
    </>
  );
}

interface AllowFieldsProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly typed: Pick<Asked, "isAllowed" | "until"> | undefined;
  /** What is wrong with the day. */
  readonly problem: string | undefined;
}

function AllowFields({ visit, asked: { domain = "" }, typed, problem }: AllowFieldsProps) {
  const t = visit.say(groupTexts);
  return (
    <details open={typed?.isAllowed}>
      <summary>{t.allow}</summary>
      <p>
        <label>
          <input type="checkbox" name="allow" value="yes" checked={typed?.isAllowed} aria-describedby="allow-hint" />{" "}
          {t.allowBox(visible(domain))}
        </label>
      </p>
      <p>
        <label for="until">{t.until}</label>
        <input
          id="until"
          name="until"
          type="date"
          value={typed?.until || usualDay(visit.now)}
          {...described("until", undefined, problem)}
        />
        <FieldNotes id="until" hint={undefined} problem={problem} />
        <small id="allow-hint">{t.allowHint}</small>
      </p>
    </details>
  );
}

/** Apart from the queue's: other boxes are ticked there. */
function draftOf(asked: QueueAsked): string {
  return `group?${queryOf(asked)}`;
}

function refuse(visit: Visit, text: string): Promise<Response> {
  const t = visit.say(groupTexts);
  return visit.page(
    t.title,
    <>
      <Alert>{text}</Alert>
      <p>
        <a href="/approvals">{t.back}</a>
      </p>
    </>,
    { status: 400 },
  );
}
