import { type ErasureObstacle, obstacleIn } from "../../../adapters/person/erase";
import { beginErasure, type ErasureJob, erasureJob, erasureSubject, isErasing, updateJob } from "../../../adapters/person/erasure-job";
import { type Named, namedBy, personBehind, rowsNaming } from "../../../adapters/person/person";
import type { PersonStores } from "../../../adapters/person/stores";
import type { AuditEntry } from "../../../adapters/tables/audit";
import type { Item } from "../../../adapters/tables/item";
import type { Visit } from "../../app/visit";
import { BackLink } from "../../editor/row-parts";
import { Alert, described, ErrorSummary, FieldNotes, type FormProblem, problemOf } from "../../parts/forms";
import { type Fact, Facts } from "../../parts/table";
import { Moment } from "../../parts/time";
import { ShownValue, shortened, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { EntryLink } from "../access-list/access-list-parts";
import { Unreadable } from "../approvals/approvals-parts";
import { auditTexts } from "../audit/audit-texts";
import { type EraseTexts, eraseTexts } from "./erase-texts";
import { type KnownPerson, knownPerson, type PersonAsked, personAsked } from "./known-person";
import { pathOfPerson } from "./person-links";
import { nobodyPage, profileRowsOf } from "./person-parts";

/** Pages of decisions that are followed to other addresses. */
const FOLLOWED_PAGES = 20;

/** Somebody who can be erased: by an address, or by one account that is known by its id. */
interface Found {
  readonly who: string;
  readonly asked: PersonAsked;
  readonly named: Named;
  /** The keyed hash that the job's row and the trail use for the person. */
  readonly person: string;
  readonly known: KnownPerson;
  readonly profiles: number;
  /** Of the access list. */
  readonly rows: readonly Item[];
}

async function findPerson(visit: Visit): Promise<Found | undefined> {
  const asked = await personAsked(visit);
  const named = asked === undefined ? undefined : namedBy(asked.email ?? asked.account);
  if (asked === undefined || named === undefined) return undefined;
  const known = await knownPerson(visit, asked);
  const hashes = await visit.world.hashes();
  const behind = await personBehind(named, hashes, { decisions: someOf(visit.world.decisions) });
  const [rows, profiles] = await Promise.all([
    rowsNaming(behind, visit.world.accessList, known.requests),
    profileRowsOf(visit, asked.email, known),
  ]);
  return { who: named.typed, asked, named, person: erasureSubject(named, hashes.hashOf), known, profiles: profiles.length, rows };
}

/** For a person with more decisions than a page has time for, it shows what these lead to; the function that erases follows all. */
function someOf(decisions: Visit["world"]["decisions"]): PersonStores["decisions"] {
  let pages = 0;
  return {
    async pageOf(by, who, place) {
      if (++pages > FOLLOWED_PAGES) return { records: [] };
      return await decisions.pageOf(by, who, place);
    },
    // A page does not scan the table; the function that erases does.
    outsideIndex: async () => ({ records: [] }),
  };
}

/** What erasing somebody would do, what came of the last time, and the form that begins it. */
export async function showErase(visit: Visit): Promise<Response> {
  const found = await findPerson(visit);
  return found === undefined ? await nobodyPage(visit) : await erasePage(visit, found);
}

/** Begins an erasure. A separate function runs it: it may take minutes, and rights that no page has. */
export async function postErase(visit: Visit): Promise<Response> {
  const t = visit.say(eraseTexts);
  const found = await findPerson({ ...visit, query: (name) => visit.field(name).trim() });
  if (found === undefined) return await nobodyPage(visit);
  const { who, person, known } = found;
  const refuse = (problem: FormProblem, status: 400 | 409) => erasePage(visit, found, [problem], status);
  if (visit.field("confirm").trim().toLowerCase() !== who.toLowerCase()) return await refuse({ field: "confirm", text: t.mistyped }, 400);
  const ticked = { list: visit.field("list") !== "", approvals: visit.field("approvals") !== "" };
  if (known.unreadable.length > 0) return await refuse(t.obstacles["request-unreadable"](""), 409);
  const obstacle = known.requests.map((request) => obstacleIn(request, ticked, visit.now)).find((each) => each !== undefined);
  if (obstacle !== undefined) return await refuse({ field: "approvals", text: obstacleText(visit, obstacle) }, 409);
  const { audit, erasures, ledger } = visit.world;
  const current = await erasureJob(ledger, person);
  if (current !== undefined && isErasing(current.job, visit.now)) return await refuse(t.busy(visible(current.job.name)), 409);
  // Of these alone: an erasure is no way to remove any other entry.
  const entries = current?.job.erased?.entriesLeft?.filter((number) => visit.fields("entry").includes(number));
  const { subject: by, name } = visit.session;
  const entry = { by, name, action: "person.erasure-asked", subject: "", person };
  const begun = await audit.audited(entry, visit.now, async () => {
    const job = await beginErasure(ledger, current, { ...ticked, ...(entries?.length && { entries }), by, name, person }, visit.now);
    if (job === undefined) return false;
    try {
      await erasures.start({ typed: who, run: job.job.run });
    } catch (error) {
      await updateJob(ledger, job, { state: "stopped", obstacle: { why: "failed" } }, visit.now);
      throw error;
    }
    return true;
  });
  if (!begun) return await refuse(t.busy(visible((await erasureJob(ledger, person))?.job.name ?? "")), 409);
  return visit.goTo(pathOfPerson(found.asked, "/erase"));
}

function obstacleText(visit: Visit, obstacle: ErasureObstacle): string {
  return visit.say(eraseTexts).obstacles[obstacle.why]("reference" in obstacle ? visible(obstacle.reference) : "");
}

async function erasePage(
  visit: Visit,
  found: Found,
  problems: readonly FormProblem[] = [],
  status: 200 | 400 | 409 = 200,
): Promise<Response> {
  const t = visit.say(eraseTexts);
  const job = (await erasureJob(visit.world.ledger, found.person))?.job;
  const alive = job !== undefined && isErasing(job, visit.now);
  const entries = alive ? [] : await entriesLeft(visit, job);
  const { asked, who } = found;
  const path = pathOfPerson(asked, "/erase");
  return await visit.page(
    t.title(shortened(who, 80)),
    <>
      {problems.length === 0 ? null : <ErrorSummary title={t.notBegun} problems={problems} idOf={(field) => field} />}
      <div id="erasure" {...(alive && { "data-live": "3", "data-from": path })}>
        <Unreadable visit={visit} rows={found.known.unreadable} />
        {job === undefined ? null : <ErasureState visit={visit} job={job} path={path} />}
        {alive ? null : <Form visit={visit} found={found} entries={entries} problems={problems} />}
      </div>
      <BackLink path={pathOfPerson(asked)} text={t.back} />
    </>,
    { status },
  );
}

/** The audit entries that the last erasure left for review. */
async function entriesLeft({ world }: Visit, job: ErasureJob | undefined): Promise<readonly AuditEntry[]> {
  const entries = await Promise.all((job?.erased?.entriesLeft ?? []).map((number) => world.audit.get(number)));
  return entries.filter((entry) => entry !== undefined && entry.erased === undefined) as readonly AuditEntry[];
}

interface FormProps {
  readonly visit: Visit;
  readonly found: Found;
  readonly entries: readonly AuditEntry[];
  readonly problems: readonly FormProblem[];
}

function Form({ visit, found, entries, problems }: FormProps) {
  const t = visit.say(eraseTexts);
  const { who, asked, named, known, rows, profiles } = found;
  const count = (number: number, isMore = false) => `${number.toLocaleString(visit.language)}${isMore ? "+" : ""}`;
  const [decisionCount, requestCount] = [count(known.recent.length, known.moreDecisions), count(known.requests.length, known.moreRequests)];
  const waits = known.requests.some((request) => obstacleIn(request, {}, visit.now) !== undefined);
  const problem = problemOf(problems, "confirm");
  const other = named.other;
  return (
    <form class="card narrow" method="post" action="/people/erase">
      {visit.formToken}
      <input type="hidden" name={asked.email === undefined ? "account" : "email"} value={who} />
      <h2>{t.goes}</h2>
      <ul>
        {[t.decisions(decisionCount), t.requests(requestCount), t.profiles(count(profiles)), t.ledger, t.history, t.trail].map((text) => (
          <li>{text}</li>
        ))}
      </ul>
      <h2>{t.stays}</h2>
      <ul>
        <li>
          {rows.length === 0 ? t.noRows : t.rows} {rows.map((item) => [<EntryLink entry={String(item.entry?.S)} />, " "])}
          {rows.length === 0 ? null : t.rowsLater}
        </li>
        {other === undefined ? null : <li>{t.other(visible(other))}</li>}
        {asked.email === undefined ? null : <li>{t.claimed}</li>}
        {[t.notes, t.account, t.sent, t.logs, t.backups, t.proof].map((text) => (
          <li>{text}</li>
        ))}
      </ul>
      {rows.length === 0 ? null : <Choice visit={visit} name="list" text={t.list} />}
      {waits ? <Choice visit={visit} name="approvals" text={t.approvals} /> : null}
      {entries.length === 0 ? null : <TrailEntries visit={visit} entries={entries} />}
      <p>
        <label for="confirm">{t.confirm(visible(who))}</label>
        <input id="confirm" name="confirm" autocomplete="off" spellcheck={false} required {...described("confirm", undefined, problem)} />
        <FieldNotes id="confirm" hint={undefined} problem={problem} />
      </p>
      <button type="submit" class="final">
        {t.button}
      </button>
    </form>
  );
}

function Choice({ visit, name, text }: { readonly visit: Visit; readonly name: "list" | "approvals"; readonly text: string }) {
  return (
    <p>
      <label>
        <input id={name} type="checkbox" name={name} value="yes" checked={visit.field(name) !== ""} /> {text}
      </label>
    </p>
  );
}

function TrailEntries({ visit, entries }: { readonly visit: Visit; readonly entries: readonly AuditEntry[] }) {
  const t = visit.say(eraseTexts);
  const { characters } = visit.say(frameTexts);
  const { actions } = visit.say(auditTexts);
  return (
    <fieldset>
      <legend>{t.entries}</legend>
      <p class="hint">{t.entriesHint}</p>
      {entries.map(({ number, action, subject, before, after }) => (
        <p>
          <label>
            <input type="checkbox" name="entry" value={number} checked={visit.fields("entry").includes(number)} />{" "}
            {actions[action] ?? visible(action)}
          </label>{" "}
          <ShownValue text={JSON.stringify({ subject, before, after })} characters={characters} />
        </p>
      ))}
    </fieldset>
  );
}

interface StateProps {
  readonly visit: Visit;
  readonly job: ErasureJob;
  /** Where the page is read again. */
  readonly path: string;
}

/** How far an erasure is, or what came of it. */
function ErasureState({ visit, job, path }: StateProps) {
  const t = visit.say(eraseTexts);
  const { state, deleted = 0, erased, obstacle, by, name, at } = job;
  const count = (number: number) => number.toLocaleString(visit.language);
  const facts: readonly Fact[] = [
    [t.begunBy, <bdi class="value">{visible(name === "" ? by : name)}</bdi>],
    [t.begunAt, <Moment at={at} />],
  ];
  return (
    <section class="narrow">
      <h2>{t.state}</h2>
      {isErasing(job, visit.now) ? (
        <Alert kind="warn">
          <p>
            {state === "asked" ? t.asked : t.running(count(deleted))} {t.mayLeave}
          </p>
          <p>
            <a href={path}>{t.lookAgain}</a>
          </p>
        </Alert>
      ) : state === "done" ? (
        <Alert kind="good">{t.done}</Alert>
      ) : (
        <Alert kind="warn">
          <p>{state === "stopped" ? t.stopped : t.cutOff(count(deleted))}</p>
          {obstacle === undefined ? null : <p>{t.obstacles[obstacle.why](visible(obstacle.reference ?? ""))}</p>}
        </Alert>
      )}
      <Facts facts={facts} />
      {erased === undefined ? null : (
        <>
          <h3>{t.counted}</h3>
          <Facts facts={countNames.map((each) => [t.counts[each], count(erased[each])])} />
          {erased.rowsLeft ? <p>{t.rowsLeft(count(erased.rowsLeft))}</p> : null}
          {erased.entriesLeft ? <p>{t.entriesLeft(count(erased.entriesLeft.length))}</p> : null}
        </>
      )}
    </section>
  );
}

const countNames: readonly (keyof EraseTexts["counts"])[] = [
  "decisions",
  "rows",
  "profiles",
  "requests",
  "ledger",
  "changes",
  "proposals",
  "entries",
];
