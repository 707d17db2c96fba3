import type { RingingAlarm } from "../../../adapters/aws/alarms";
import type { AuditEntry } from "../../../adapters/tables/audit";
import { toRow } from "../../../adapters/tables/item";
import type { ListOrder, ListRange } from "../../../adapters/tables/list-indexes";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import type { RequestBrief } from "../../../engine/approvals/brief";
import type { ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/standing";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { ShownValue, shortened, visible } from "../../parts/value";
import { clockTime, startOfDay } from "../../parts/zone";
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
/** Of the list's entries, in each of its indexes' shards. */
const COUNTED_PER_SHARD = 10;
/** One of the choices that the list's search has. */
const ENDING_DAYS = 7;
const SHOWN_CHANGES = 10;
/** Of the trail, to find these. */
const READ_ENTRIES = 200;

/** What somebody who comes in the morning has to see to. */
export interface Morning {
  readonly pending: Standing;
  readonly failed: Standing;
  /** Entries of the list in which something may be wrong, and those that end soon. */
  readonly problems: Counted;
  readonly ending: Counted;
  readonly sets: readonly ChangeSet[];
  readonly entries: readonly AuditEntry[];
  /** Undefined where there are none to ask for. */
  readonly alarms: readonly RingingAlarm[] | "unknown" | undefined;
}

/** How many there are, or how many were counted before reading ended. */
interface Counted {
  readonly count: number;
  readonly more: boolean;
}

/** Requests in one state. */
interface Standing extends Counted {
  /** When the oldest was made. */
  readonly oldest: string | undefined;
}

export async function readMorning(visit: Visit): Promise<Morning> {
  const { now } = visit;
  const [pending, failed, problems, ending, sets, entries, alarms] = await Promise.all([
    standing(visit, "pending"),
    standing(visit, "failed"),
    entriesIn(visit, "problem", {}),
    entriesIn(visit, "end", { from: now, to: new Date(now.getTime() + ENDING_DAYS * MS_PER_DAY) }),
    recentSets(visit),
    recentEntries(visit),
    visit.world.alarms?.().catch(() => "unknown" as const),
  ]);
  return { pending, failed, problems, ending, sets, entries, alarms };
}

async function standing({ world, now }: Visit, state: ApprovalState): Promise<Standing> {
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

async function entriesIn(visit: Visit, by: ListOrder, range: ListRange): Promise<Counted> {
  const { rows, next } = await visit.world.accessList.inOrder(by, { ...range, perShard: COUNTED_PER_SHARD });
  if (by === "end") return { count: rows.length, more: next !== undefined };
  // In the order of problems stand all rows that may have one.
  const flagged = await Promise.all(rows.map(async ({ item }) => (await accessListTable.problems(visit, toRow(item))).words.length > 0));
  return { count: flagged.filter(Boolean).length, more: next !== undefined };
}

/** Imports and edits of the list, by whatever means. */
async function recentSets(visit: Visit): Promise<readonly ChangeSet[]> {
  const { sets } = await visit.world.changes.page(undefined, SHOWN_CHANGES);
  return sets.filter(({ at }) => at >= yesterdayEvening(visit));
}

/** Where the viewer is; ISO 8601. */
function yesterdayEvening({ now, zone }: Visit): string {
  const midnight = startOfDay(clockTime(now, zone).day, zone) ?? now;
  return new Date(midnight.getTime() - EVENING_MS).toISOString();
}

/** What else was changed: the list's own edits are change sets, and who merely signed in, or exported, changed nothing. */
async function recentEntries(visit: Visit): Promise<readonly AuditEntry[]> {
  const from = yesterdayEvening(visit);
  const { entries } = await visit.world.audit.page({}, undefined, READ_ENTRIES);
  return entries.filter((entry) => entry.at >= from && isChange(entry)).slice(0, SHOWN_CHANGES);
}

function isChange({ via, action }: AuditEntry): boolean {
  if (via === "outside") return true;
  return via !== "gatehouse" && !/^(access-list|session)\.|\.exported$/.test(action);
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

export function ChangesCard({ visit, morning: { sets, entries } }: MorningProps) {
  const t = visit.say(overviewTexts);
  const a = visit.say(auditTexts);
  const { characters } = visit.say(frameTexts);
  const { counts } = visit.say(changeSetTexts);
  const rows = [
    ...sets.map((set) => ({
      at: set.at,
      row: [
        <a href={setPath(set.id)}>
          <Moment at={set.at} />
        </a>,
        <Author set={set} />,
        <>
          {t.list}: {set.entry === undefined ? null : <bdi class="value">{shortened(set.entry, 60)}: </bdi>}
          {counts(set.added, set.changed, set.removed)}
        </>,
      ],
    })),
    ...entries.map(({ at, name, via, action, subject }) => ({
      at,
      row: [
        <Moment at={at} />,
        via === "outside" ? <b>{a.outside}</b> : <bdi>{visible(name)}</bdi>,
        <>
          {a.actions[action] ?? action}: <ShownValue text={subject} characters={characters} />
        </>,
      ],
    })),
  ].sort((one, other) => (one.at < other.at ? 1 : -1));
  return (
    <section class="card">
      <h2>{t.changes}</h2>
      <Table
        caption={t.changes}
        columns={[t.time, t.who, t.change].map((name) => ({ name }))}
        rows={rows.map(({ row }) => row)}
        empty={t.noChanges}
      />
      <p class="hint">
        <a href={CHANGES_PATH}>{t.moreChanges}</a> · <a href="/audit">{t.allChanges}</a>
      </p>
    </section>
  );
}
