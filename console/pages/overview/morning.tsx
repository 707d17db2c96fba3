import type { RingingAlarm } from "../../../adapters/aws/alarms";
import type { AuditEntry, AuditSearch } from "../../../adapters/tables/audit";
import { toRow } from "../../../adapters/tables/item";
import type { ListRange } from "../../../adapters/tables/list-indexes";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import type { RequestBrief } from "../../../engine/approvals/brief";
import type { ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/state-at";
import { OUTSIDE } from "../../../engine/audit/entry";
import { grouped } from "../../../engine/grouped";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { Table } from "../../parts/table";
import { clockTime, Moment, startOfDay } from "../../parts/time";
import { ShownValue, shortened, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { accessListTable } from "../access-list/access-list";
import { Author, CHANGES_PATH, setPath } from "../access-list/change-set-parts";
import { changeSetTexts } from "../access-list/change-set-texts";
import { auditTexts } from "../audit/audit-texts";
import { overviewTexts } from "./overview-texts";

/** A working day ends then: 18 o'clock, six hours before midnight. */
const EVENING_MS = 6 * 3_600_000;
/** Pages of requests that are counted: so many thousand. */
const COUNTED_PAGES = 2;
/** Of the list's entries, in each of its indexes' shards. Each that may have a problem is looked into. */
const COUNTED_PER_SHARD = 25;
/** One of the choices that the list's search has. */
const ENDING_DAYS = 7;
const SHOWN_CHANGES = 10;
/** Of the trail, to find these: so many pages at most. */
const READ_PAGES = 5;
const READ_ENTRIES = 200;

/** What somebody who comes in the morning has to see to. */
export interface Morning {
  readonly pending: Waiting;
  readonly failed: Waiting;
  /** Entries of the list in which something may be wrong, and those that end soon. */
  readonly problems: Counted;
  readonly ending: Counted;
  readonly sets: Recent<ChangeSet>;
  /** Those made outside Gatehouse: nobody here is behind them, so that others must not crowd them out. */
  readonly outside: Recent<AuditEntry>;
  readonly entries: Recent<AuditEntry>;
  /** Undefined where there are none to ask for. */
  readonly alarms: readonly RingingAlarm[] | "unknown" | undefined;
}

/** How many there are, or how many were counted before reading ended. */
interface Counted {
  readonly count: number;
  readonly more: boolean;
}

/** What was read of the time since yesterday evening. */
interface Recent<T> {
  readonly items: readonly T[];
  /** Whether there are more than were read. */
  readonly more: boolean;
}

/** Requests in one state. */
interface Waiting extends Counted {
  /** When the oldest was made. */
  readonly oldest: string | undefined;
}

export async function readMorning(visit: Visit): Promise<Morning> {
  const { now } = visit;
  const [pending, failed, problems, ending, sets, outside, entries, alarms] = await Promise.all([
    waiting(visit, "pending"),
    waiting(visit, "failed"),
    entriesIn(visit, "problem", {}),
    entriesIn(visit, "end", { from: now, to: new Date(now.getTime() + ENDING_DAYS * MS_PER_DAY) }),
    recentSets(visit),
    recentEntries(visit, { operator: OUTSIDE }, 1),
    recentEntries(visit, {}, READ_PAGES),
    visit.world.alarms?.().catch(() => "unknown" as const),
  ]);
  return { pending, failed, problems, ending, sets, outside, entries, alarms };
}

async function waiting({ world, now }: Visit, state: ApprovalState): Promise<Waiting> {
  const briefs: RequestBrief[] = [];
  let pages = 0;
  for await (const page of world.approvals.briefsByState(state)) {
    briefs.push(...page.filter((brief) => stateAt(brief, now) === state));
    pages += 1;
    if (pages >= COUNTED_PAGES) break;
  }
  const oldest = briefs.map(({ requestedAt }) => requestedAt).sort()[0];
  return { count: briefs.length, more: pages >= COUNTED_PAGES, oldest };
}

async function entriesIn(visit: Visit, by: "end" | "problem", range: ListRange): Promise<Counted> {
  const { rows, next } = await visit.world.accessList.inOrder(by, { ...range, perShard: COUNTED_PER_SHARD });
  if (by === "end") return { count: rows.length, more: next !== undefined };
  // The order of problems holds all rows that may have one.
  const flagged = await Promise.all(rows.map(async ({ item }) => (await accessListTable.problems(visit, toRow(item))).words.length > 0));
  return { count: flagged.filter(Boolean).length, more: next !== undefined };
}

/** Imports and edits of the list, by whatever means. */
async function recentSets(visit: Visit): Promise<Recent<ChangeSet>> {
  const { sets, next } = await visit.world.changes.page(undefined, SHOWN_CHANGES);
  const items = sets.filter(({ at }) => at >= yesterdayEvening(visit));
  return { items, more: next !== undefined && items.length === sets.length };
}

/** Where the viewer is; ISO 8601. */
function yesterdayEvening({ now, zone }: Visit): string {
  const midnight = startOfDay(clockTime(now, zone).day, zone) ?? now;
  return new Date(midnight.getTime() - EVENING_MS).toISOString();
}

/** What else was changed: the list's own edits are change sets, and who merely signed in, or exported, changed nothing. */
async function recentEntries(visit: Visit, search: AuditSearch, pages: number): Promise<Recent<AuditEntry>> {
  const from = yesterdayEvening(visit);
  const items: AuditEntry[] = [];
  let before: string | undefined;
  for (let count = 0; count < pages; count++) {
    const { entries, next } = await visit.world.audit.page(search, before, READ_ENTRIES);
    const recent = entries.filter(({ at }) => at >= from);
    items.push(...recent.filter((entry) => (search.operator === OUTSIDE ? entry.via === OUTSIDE : isChange(entry))));
    if (next === undefined || recent.length < entries.length) return { items, more: false };
    before = next;
  }
  return { items, more: true };
}

/** By somebody of Gatehouse's. */
function isChange({ via, action, outcome }: AuditEntry): boolean {
  return via !== "outside" && via !== "gatehouse" && outcome !== "conflict" && !/^(access-list|session)\.|\.exported$/.test(action);
}

interface MorningProps {
  readonly visit: Visit;
  readonly morning: Morning;
}

export function WaitingCard({ visit, morning: { pending, failed, problems, ending } }: MorningProps) {
  const t = visit.say(overviewTexts);
  return (
    <section class="card">
      <h2>{t.waiting}</h2>
      {pending.count === 0 ? (
        <p class="hint">{t.noWaiting}</p>
      ) : (
        <p>
          <a class="figure" href="/approvals?state=pending">
            {counted(visit, pending)}
          </a>{" "}
          {pending.oldest === undefined ? null : t.oldest(ageText(visit.say(approvalWords), pending.oldest, visit.now))}
        </p>
      )}
      {failed.count === 0 ? null : (
        <p class="note bad">
          {t.failed}: <a href="/approvals?state=failed">{counted(visit, failed)}</a>
        </p>
      )}
      {problems.count === 0 ? null : (
        <p>
          {t.problems}: <a href="/access-list?problem=1">{counted(visit, problems)}</a>
        </p>
      )}
      {ending.count === 0 ? null : (
        <p>
          {t.ending(ENDING_DAYS)}: <a href={`/access-list?ends=${ENDING_DAYS}`}>{counted(visit, ending)}</a>
        </p>
      )}
    </section>
  );
}

function counted(visit: Visit, { count, more }: Counted): string {
  const text = count.toLocaleString(visit.language);
  return more ? visit.say(overviewTexts).atLeast(text) : text;
}

export function AlarmsCard({ visit, morning: { alarms } }: MorningProps) {
  const t = visit.say(overviewTexts);
  if (alarms === undefined) return null;
  return (
    <section class="card">
      <h2>{t.alarms}</h2>
      {alarms === "unknown" ? <p class="note warn">{t.alarmsUnknown}</p> : null}
      {alarms.length === 0 ? <p class="hint">{t.noAlarms}</p> : null}
      {alarms === "unknown"
        ? null
        : alarms.map(({ description, since }) => {
            const [what = "", runbook] = description.split(" Runbook: ");
            return (
              <p class="note bad">
                {visible(what)} <Moment at={since} />{" "}
                {runbook?.startsWith("https://") ? <a href={runbook}>{t.runbook}</a> : <code>{visible(runbook ?? "")}</code>}
              </p>
            );
          })}
    </section>
  );
}

export function ChangesCard({ visit, morning: { sets, outside, entries } }: MorningProps) {
  const t = visit.say(overviewTexts);
  const newest = (one: { at: string }, other: { at: string }) => (one.at < other.at ? 1 : -1);
  const changes = changesOf(entries.items);
  const rows = [
    ...sets.items.map((set) => ({ at: set.at, row: setRow(visit, set) })),
    ...changes.slice(0, SHOWN_CHANGES).map((change) => ({ at: change.at, row: changeRow(visit, change) })),
  ].sort(newest);
  const shown = outside.items.slice(0, SHOWN_CHANGES).map((entry) => changeRow(visit, { ...entry, several: entry.count }));
  const left = [
    { name: t.outside, href: `/audit?operator=${OUTSIDE}`, count: outside.items.length - shown.length, more: outside.more },
    { name: t.list, href: CHANGES_PATH, count: 0, more: sets.more },
    { name: t.allChanges, href: "/audit", count: Math.max(changes.length - SHOWN_CHANGES, 0), more: entries.more },
  ].filter(({ count, more }) => count > 0 || more);
  return (
    <section class="card">
      <h2>{t.changes}</h2>
      <Table
        caption={t.changes}
        columns={[t.time, t.who, t.change].map((name) => ({ name }))}
        rows={[...shown, ...rows.map(({ row }) => row)]}
        empty={t.noChanges}
      />
      {left.map(({ name, href, count, more }) => (
        <p>
          {name}: <a href={href}>{t.andMore(count === 0 ? "" : count.toLocaleString(visit.language), more)}</a>
        </p>
      ))}
      <p class="hint">
        <a href={CHANGES_PATH}>{t.moreChanges}</a> · <a href="/audit">{t.allChanges}</a>
      </p>
    </section>
  );
}

function setRow(visit: Visit, set: ChangeSet) {
  const { counts } = visit.say(changeSetTexts);
  return [
    <a href={setPath(set.id)}>
      <Moment at={set.at} />
    </a>,
    <Author set={set} />,
    <>
      {visit.say(overviewTexts).list}: {set.entry === undefined ? null : <bdi class="value">{shortened(set.entry, 60)}: </bdi>}
      {counts(set.added, set.changed, set.removed)}
    </>,
  ];
}

/** One change, or several of a kind in one line. */
interface Change extends Pick<AuditEntry, "at" | "by" | "name" | "via" | "action" | "subject"> {
  readonly several?: number | undefined;
}

/** Newest first. Who approves many requests in a morning takes one row for them. */
function changesOf(entries: readonly AuditEntry[]): readonly Change[] {
  const kinds = grouped(entries, ({ number, by, via, action, outcome }) =>
    action.startsWith("approvals.") && outcome === "done" ? `${by} ${via} ${action}` : number,
  );
  return [...kinds.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, several: others.length > 0 ? others.length + 1 : first.count }],
  );
}

function changeRow(visit: Visit, { at, by, name, via, action, subject, several }: Change) {
  const a = visit.say(auditTexts);
  const { characters } = visit.say(frameTexts);
  const severalOf = visit.say(overviewTexts).several[action];
  const count = several?.toLocaleString(visit.language);
  return [
    <Moment at={at} />,
    via === "outside" ? <b>{a.outside}</b> : <bdi>{visible(name)}</bdi>,
    count === undefined ? (
      <>
        {a.actions[action] ?? visible(action)}: <ShownValue text={subject} characters={characters} />
      </>
    ) : (
      <a href={`/audit?${new URLSearchParams({ operator: by, action })}`}>
        {severalOf?.(count) ?? `${a.actions[action] ?? visible(action)}: ${a.rows(count)}`}
      </a>
    ),
  ];
}
