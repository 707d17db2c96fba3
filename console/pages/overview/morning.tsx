import type { RingingAlarm } from "../../../adapters/aws/alarms";
import type { AuditEntry } from "../../../adapters/tables/audit";
import type { ChangeSet } from "../../../engine/access-list/change-set";
import type { RequestBrief } from "../../../engine/approvals/brief";
import type { ApprovalState } from "../../../engine/approvals/request";
import { stateAt } from "../../../engine/approvals/standing";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import type { Visit } from "../../app/visit";
import { dayOf, Moment } from "../../parts/moment";
import { Table } from "../../parts/table";
import { ShownValue, shortened, visible } from "../../parts/value";
import { clockTime, startOfDay } from "../../parts/zone";
import { frameTexts } from "../../texts/frame-texts";
import { Author, CHANGES_PATH, setPath } from "../access-list/change-set-parts";
import { changeSetTexts } from "../access-list/change-set-texts";
import { auditTexts } from "../audit/audit-texts";
import { overviewTexts } from "./overview-texts";

/** A working day ends then: 18 o'clock, six hours before midnight. */
const EVENING_MS = 6 * 3_600_000;
/** Pages of requests that are counted: so many thousand. */
const COUNTED_PAGES = 2;
const SHOWN_CHANGES = 10;

/** What somebody who comes in the morning has to see to. */
export interface Morning {
  readonly pending: Standing;
  readonly failed: Standing;
  readonly sets: readonly ChangeSet[];
  readonly entries: readonly AuditEntry[];
  /** Undefined where there are none to ask for. */
  readonly alarms: readonly RingingAlarm[] | "unknown" | undefined;
}

/** Requests in one state. */
interface Standing {
  readonly count: number;
  readonly more: boolean;
  /** When the oldest was made. */
  readonly oldest: string | undefined;
}

export async function readMorning(visit: Visit): Promise<Morning> {
  const [pending, failed, sets, entries, alarms] = await Promise.all([
    standing(visit, "pending"),
    standing(visit, "failed"),
    recentSets(visit),
    recentEntries(visit),
    visit.world.alarms?.().catch(() => "unknown" as const),
  ]);
  return { pending, failed, sets, entries, alarms };
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

/** What else was changed in the console: the list's edits are change sets, and who merely signed in changed nothing. */
async function recentEntries(visit: Visit): Promise<readonly AuditEntry[]> {
  const from = yesterdayEvening(visit);
  const days = new Set([dayOf(visit.now), from.slice(0, 10)]);
  const found = await Promise.all([...days].map((day) => visit.world.audit.ofDay(day)));
  return found
    .flatMap(({ entries }) => entries)
    .filter(({ at, action }) => at >= from && !action.startsWith("access-list.") && action !== "session.begun")
    .slice(0, SHOWN_CHANGES);
}

interface MorningProps {
  readonly visit: Visit;
  readonly morning: Morning;
}

export function WaitingCard({ visit, morning: { pending, failed } }: MorningProps) {
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
    </section>
  );
}

function counted(visit: Visit, { count, more }: Standing): string {
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
    ...entries.map(({ at, name, action, subject }) => ({
      at,
      row: [
        <Moment at={at} />,
        <bdi>{visible(name)}</bdi>,
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
