import { toRow } from "../../../adapters/tables/item";
import type { DoneThing, InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { dayName, lastDayName } from "../../../console/parts/time";
import { atLeast, countText, shortenText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { canBeUndone, isOfIncident } from "../change-set";
import { proposalState } from "../proposal";
import { findNextEnd, readRow } from "../row";
import { type PlacedRow, readLastEdit } from "../store/list-indexes";
import { entryRowProblems } from "./access-list";
import { EntryLink, proposalPath } from "./access-list-parts";
import { computeShownPath, doneText, UndoForm, wantedText } from "./change-set-parts";
import { ConsequenceNotes } from "./consequences";
import { proposalView } from "./proposals";
import { isHiddenAtFirst, shortList, tallyOf } from "./tally";

const COUNTED_PER_SHARD = 25;
/** The list's search offers the same number of days. */
const ENDING_DAYS = 7;
const SHOWN_SETS = 20;
const NAMED = 5;
const kinds = {
  proposal: { icon: "proposal", tone: "info", group: "today", rank: 2, name: { en: "Proposed edit", ko: "제안된 편집" } },
  problems: { icon: "warning", tone: "warn", group: "week", rank: 1, name: { en: "Entries with a warning", ko: "경고가 있는 항목" } },
  expiring: { icon: "expiry", tone: "warn", group: "week", rank: 2, name: { en: "Expiring entries", ko: "곧 만료되는 항목" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

const t = pageTexts({
  proposal: [(name: string, what: string) => `${name} proposes to ${what}`, (name, what) => `${name}의 제안: ${what}`],
  proposalCause: ["Needs your confirmation", "확인이 필요합니다"],
  proposalOwn: ["Waits for another administrator", "다른 관리자의 확인을 기다립니다"],
  review: ["Review", "검토"],
  undone: ["undone", "실행 취소됨"],
  problems: [(count: string) => `Entries with a warning: ${count}`, (count) => `항목 ${count}개에 경고가 있습니다`],
  problemsCause: [
    "Unreadable, too open, asking nobody, or like another domain",
    "읽을 수 없거나, 너무 넓거나, 승인을 요청하지 않거나, 다른 도메인과 비슷합니다",
  ],
  correct: ["Correct…", "고치기…"],
  expiring: [(count: string) => `Entries that expire this week: ${count}`, (count) => `이번 주에 항목 ${count}개가 만료됩니다`],
  expiringCause: [(entry: string, when: string) => `${entry} on ${when}`, (entry, when) => `${entry}, ${when}`],
  renew: ["Renew…", "연장…"],
});

export async function findListTasks(visit: Visit): Promise<readonly InboxItem[]> {
  return (await Promise.all([proposals(visit), problems(visit), findExpiringEntries(visit)])).flat();
}

export async function readDoneEdits(visit: Visit): Promise<readonly DoneThing[]> {
  const { sets } = await visit.world.changes.page(undefined, SHOWN_SETS);
  // Omits edits of incidents, because the inbox shows each incident as a whole. Omits undos, because the undone edit is shown as undone.
  const undone = new Set(sets.map(({ revertedBy }) => revertedBy));
  return sets
    .filter((changeSet) => !isOfIncident(changeSet) && !undone.has(changeSet.id))
    .map((changeSet) => ({
      at: changeSet.at,
      by: { id: changeSet.by, name: changeSet.name ?? changeSet.by },
      what: [<a href={computeShownPath(changeSet)}>{doneText(changeSet)}</a>, changeSet.revertedBy !== undefined && ` (${t.undone})`],
      undo:
        visit.may("Administrator") && changeSet.revertedBy === undefined && canBeUndone(changeSet) ? (
          <UndoForm visit={visit} set={changeSet} />
        ) : null,
    }));
}

async function proposals(visit: Visit): Promise<readonly InboxItem[]> {
  const page = await visit.world.proposals.page();
  const open = page.items.filter((each) => proposalState(each, visit.now) === "open");
  return open.map((proposal) => {
    const { id, at, by, name, added, changed, removed } = proposal;
    const count = countText(visit, added + changed + removed);
    return {
      subject: `proposal/${id}`,
      kind: kinds.proposal,
      title: t.proposal(visible(name), wantedText(proposal)),
      cause: by === visit.session.subject ? t.proposalOwn : t.proposalCause,
      count,
      since: at,
      action: { text: t.review, path: proposalPath(id) },
      async more() {
        const view = await proposalView(visit, id);
        return {
          about: view && (
            <section>
              <ConsequenceNotes visit={visit} consequences={view.consequences} />
            </section>
          ),
        };
      },
    };
  });
}

async function problems(visit: Visit): Promise<readonly InboxItem[]> {
  const { counts, isAll, warned } = await tallyOf(visit);
  if (counts.warnings === 0) return [];
  const count = atLeast(visit, counts.warnings, !isAll);
  const action = { text: t.correct, path: "/access-list?problem=1" };
  const few = await Promise.all(warned.map(async (row) => ({ entry: String(row.entry), ...(await entryRowProblems(visit, row)) })));
  const cause = few.length === 0 ? t.problemsCause : few.map(({ entry, brief }) => `${shortenText(entry, 60)}: ${brief}`).join("; ");
  const namedProblems = few.map(({ entry, words }) => [entry, words.join(". ")] as const);
  return [
    {
      subject: "list/problems",
      kind: kinds.problems,
      title: t.problems(count),
      cause,
      count,
      action,
      more: buildEntriesPanel(namedProblems),
    },
  ];
}

function buildEntriesPanel(entries: readonly (readonly [entry: string, words: string])[]): InboxItem["more"] {
  if (entries.length === 0) return undefined;
  const lines = entries.map(([entry, words]) => (
    <li>
      <EntryLink entry={entry} />: {words}
    </li>
  ));
  return async () => ({
    about: (
      <section>
        <ul class="plain">{lines}</ul>
      </section>
    ),
  });
}

async function readRested(visit: Visit, to: Date): Promise<readonly PlacedRow[]> {
  const { rested } = await tallyOf(visit);
  const items = rested.length === 0 ? [] : [...(await visit.world.accessList.many(rested)).values()];
  return items.flatMap((item) => {
    const end = findNextEnd(readRow(toRow(item)), visit.now);
    return end === undefined || end > to.getTime() ? [] : [{ item, place: new Date(end).toISOString() }];
  });
}

async function findExpiringEntries(visit: Visit): Promise<readonly InboxItem[]> {
  const to = new Date(visit.now.getTime() + ENDING_DAYS * MS_PER_DAY);
  const { rows: ending, next } = await visit.world.accessList.inOrder(
    "end",
    { from: visit.now, to, perShard: COUNTED_PER_SHARD },
    await shortList(visit),
  );
  // The rows that the link shows.
  const rows = [...ending, ...(await readRested(visit, to))]
    .filter(({ item }) => !isHiddenAtFirst(visit, toRow(item)))
    .sort((one, other) => (one.place < other.place ? -1 : 1));
  // An entry that was edited within the last day needs no reminder.
  const dayAgo = new Date(visit.now.getTime() - MS_PER_DAY).toISOString();
  const [first] = rows;
  if (first === undefined || rows.every(({ item }) => (readLastEdit(item)?.at ?? dayAgo) > dayAgo)) return [];
  const count = atLeast(visit, rows.length, next !== undefined);
  const entry = shortenText(first.item.entry?.S ?? "", 60);
  const parseEndTime = ({ place }: typeof first) => Date.parse(place.split(" ")[0] ?? "");
  const ends = parseEndTime(first);
  const namedRows = rows.slice(0, NAMED).map((row) => [row.item.entry?.S ?? "", lastDayName(visit, parseEndTime(row))] as const);
  const isKnown = !Number.isNaN(ends);
  return [
    {
      subject: "list/expiring",
      kind: kinds.expiring,
      title: t.expiring(count),
      cause: isKnown ? t.expiringCause(entry, lastDayName(visit, ends)) : entry,
      count,
      ...(isKnown && { due: dayName({ language: visit.language, zone: "UTC" }, new Date(ends - 1)) }),
      action: { text: t.renew, path: `/access-list?ends=${ENDING_DAYS}`, role: "Administrator" },
      more: buildEntriesPanel(isKnown ? namedRows : []),
    },
  ];
}
