import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { Alert, type FieldProblem, isWordTyped } from "../../../console/parts/forms";
import { decisionPath, requestsPath, UnlikeDomain } from "../../../console/parts/links";
import { Outcome, outcomeTexts } from "../../../console/parts/outcome";
import { type AskedWord, wordProblems } from "../../../console/parts/question";
import { beforeAt, countText, shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { capitaliseTitle, pageTexts, persons } from "../../../console/texts/languages";
import { groupBy } from "../../../engine/collections";
import { normaliseDomain, normaliseEmail } from "../../../engine/sign-up/email";
import type { OutcomeKind } from "../../../engine/sign-up/recording";
import type { Row } from "../../../engine/sign-up/rule";
import type { EditState } from "../acts/edit";
import { type EditConcern, type EditFacts, MANY_PEOPLE, type RowFinding, rowEntry, toConcerns } from "../acts/judging";
import type { EditedRow } from "../edit-check";
import { concernWords } from "../entry-words";
import { FLIP_DAYS, type FlippedPerson, type Flips, noFlips, openWords } from "../flips";
import { describeImport } from "../import-notes";
import { EntryLink } from "./access-list-parts";

const SHOWN_CONCERNS = 20;

const CONFIRM_FIELD = "confirm";

export interface Consequences extends Pick<EditFacts, "isCompared" | "word"> {
  /** Dangerous concerns come first. */
  readonly concerns: readonly EditConcern[];
  /** The people whose answer would change. Undefined if no replay is needed; "failed" if the replay failed. */
  readonly flips: Flips | "failed" | undefined;
  readonly grade: "dangerous" | "doubtful" | "harmless";
  /** True if the edit lets in nobody, or undoes the visitor's own recent edit that let in nobody. */
  readonly needsNoSecond: boolean;
}

/**
 * @param isOwn true if the visitor undoes their own recent edit
 * @param isJudged true to replay recent decisions even if the edit seems harmless
 */
export async function assessConsequences(
  visit: Visit,
  { edit, facts }: EditState,
  { isOwn = false, isJudged = false } = {},
): Promise<Consequences> {
  const { isCompared, word } = facts;
  const needsNoSecond = (isOwn && !facts.admitsBack) || !facts.admits;
  const told = toConcerns(facts, undefined, { via: "console" });
  // The page asks for the word only with the list of people. If the word was typed, the list is not made again.
  if (isWordTyped(visit, CONFIRM_FIELD, word))
    return { concerns: told, flips: undefined, isCompared, grade: "dangerous", needsNoSecond, word };
  const mustPreview = isJudged || told.some(isTyped) || facts.turnsMany;
  const flips = mustPreview ? (facts.changesToday ? await computeFlips(visit, edit.changes) : noFlips) : undefined;
  const concerns = toConcerns(facts, flips === "failed" ? undefined : flips, { via: "console" });
  const unclear = flips !== undefined && flips !== "failed" && flips.unclear.count >= MANY_PEOPLE;
  const doubtful = concerns.length > 0 || flips === "failed" || unclear;
  return {
    concerns,
    flips,
    isCompared,
    grade: concerns.some(isTyped) ? "dangerous" : doubtful ? "doubtful" : "harmless",
    needsNoSecond,
    word,
  };
}

function isTyped({ weight }: EditConcern): boolean {
  return weight === "typed";
}

async function computeFlips({ world, now }: Visit, rows: readonly EditedRow[]): Promise<Flips | "failed"> {
  const editedRows = new Map(rows.map((row) => [rowEntry(row), row.after as Row | undefined]));
  try {
    return (await world.flipsOfEdit?.(editedRows, world, now)) ?? "failed";
  } catch {
    // Somebody may have to deny a domain just when decisions cannot be replayed, so the edit is still possible.
    return "failed";
  }
}

/** Returns the word to type before the edit. Undefined if the edit is not dangerous. */
export function askedWord({ grade, word }: Consequences): AskedWord | undefined {
  return grade === "dangerous"
    ? { field: CONFIRM_FIELD, word, label: t.type(visible(word)), mistyped: t.mistyped(visible(word)) }
    : undefined;
}

/** No problems if no word was sent. */
export function checkTypedWord(visit: Visit, consequences: Consequences): readonly FieldProblem[] {
  return visit.field(CONFIRM_FIELD) === "" ? [] : wordProblems(visit, askedWord(consequences));
}

/** With `secondPerson`, a second administrator confirms a dangerous or unknown effect, unless `needsNoSecond` is true. */
export function needsSecond({ world }: Visit, { concerns, grade, flips, needsNoSecond }: Consequences): boolean {
  const isUnknown = flips === "failed" || flips?.cut === true || concerns.some(({ code }) => code === "notCompared");
  return (grade === "dangerous" || isUnknown) && !needsNoSecond && world.secondPerson === true;
}

interface ConsequencesProps {
  readonly visit: Visit;
  readonly consequences: Consequences;
}

export function ConsequenceNotes(props: ConsequencesProps) {
  return (
    <>
      <EffectNotes {...props} />
      <DifferingPeople {...props} />
    </>
  );
}

export function EffectNotes({ visit, consequences: { concerns, flips, isCompared, grade, word } }: ConsequencesProps) {
  const words = concernWords[visit.language];
  // Omits counted concerns, because the page shows their numbers below. If the edit has several entries, a counted concern that names one
  // of them is still shown.
  const isElsewhere = ({ entry }: RowFinding) => entry !== undefined && entry !== word;
  const toldConcerns = concerns.filter(({ facts: { isCounted, rows } }) => !isCounted || rows.some(isElsewhere));
  const count = toldConcerns.reduce((sum, { facts }) => sum + facts.count, 0);
  const shownConcerns = toldConcerns.flatMap(({ code, facts: { rows } }) => rows.map((row) => ({ code, ...row }))).slice(0, SHOWN_CONCERNS);
  return (
    <>
      {shownConcerns.length === 0 ? null : (
        <Alert kind={grade === "dangerous" ? "bad" : "warn"}>
          <ul class="plain">
            {shownConcerns.map(({ entry, code, about, looks }) => (
              <li>
                {entry === undefined || entry === word ? null : (
                  <>
                    <bdi class="value">{shortenText(entry, 80)}</bdi>:{" "}
                  </>
                )}
                {shortenText(words[code](about))}
                {looks && <UnlikeDomain {...looks} />}
              </li>
            ))}
          </ul>
          {count > shownConcerns.length ? <p>{frameTexts.andMore(count - shownConcerns.length)}</p> : null}
        </Alert>
      )}
      {describeImport({ isCompared }).map((note) => (
        <p class="hint">{note}</p>
      ))}
      {flips === undefined ? null : <FlipCounts visit={visit} flips={flips} edited={word} />}
    </>
  );
}

interface FlipProps {
  readonly visit: Visit;
  readonly flips: Flips | "failed";
  readonly edited: string;
}

/** Shows how many people an edit affects, and for how many the effect is unknown, by reason. */
export function FlipCounts({ visit, flips, edited }: FlipProps) {
  if (flips === "failed") return <Alert kind="warn">{t.notJudged}</Alert>;
  const { refused, admitted, goesOn, unclear, unchanged, read, cut } = flips;
  const all: readonly (readonly [OutcomeKind, string, number])[] = [
    ["continue", t.admitted, admitted.count],
    ["continue", t.goesOn, goesOn.count],
    ["block", t.refused, refused.count],
    ...unclear.kinds.map(
      ({ kind, count }) => [kind === "approval" ? "waiting" : "invalid", capitaliseTitle(openWords[visit.language][kind]), count] as const,
    ),
  ];
  const each = all.filter(([, , count]) => count > 0);
  const waiting = refused.waiting + admitted.waiting + goesOn.waiting + unclear.waiting;
  // If no replayed decision is about the edit's only address, there is nothing to count.
  if (unchanged.count + each.length === 0 && normaliseEmail(edited) !== undefined) return null;
  return (
    <>
      {/* Figures of other days, or of everybody, may stand beside these: what they are of comes first. */}
      <p class="hint">{cut ? t.ofNewest(countText(visit, read)) : t.ofDays(FLIP_DAYS)}</p>
      <ul class="plain">
        {each.map(([kind, text, count]) => (
          <li>
            <Outcome kind={kind}>
              {text}: <b>{t.people(countText(visit, count))}</b>
            </Outcome>
          </li>
        ))}
        {waiting === 0 ? null : (
          <li class="hint">
            {t.waiting(countText(visit, waiting))} <a href={requestsPath(normaliseDomain(edited))}>{t.requests}</a>
          </li>
        )}
        {unchanged.count === 0 ? null : <li>{t.stay(countText(visit, unchanged.count), countText(visit, unchanged.refused))}</li>}
        {unchanged.count + each.length === 0 ? <li>{t.nobody}</li> : null}
      </ul>
      {unchanged.entry === undefined ? null : (
        <p class="hint">
          {t.denied(countText(visit, unchanged.denied))} <EntryLink entry={unchanged.entry} />
        </p>
      )}
    </>
  );
}

export function DifferingPeople({ visit: { language }, consequences: { flips, word } }: ConsequencesProps) {
  if (flips === undefined || flips === "failed") return null;
  const kinds = [
    [flips.refused, "bad"],
    [flips.admitted, "good"],
    [flips.goesOn, "good"],
    [flips.unclear, "warn"],
  ] as const;
  const rows = kinds.flatMap(([{ named }, tag]) =>
    named.map((each) => ({ ...each, tag: each.with === "approval" || each.with === "waiting" ? ("asked" as const) : tag })),
  );
  const total = kinds.reduce((sum, [{ count }]) => sum + count, 0);
  const words: Readonly<Record<FlippedPerson["with"], string>> = { ...openWords[language], ...outcomeTexts };
  if (total === 0 || (total === 1 && rows[0]?.email === word)) return null;
  return (
    <>
      <h3>{t.differing}</h3>
      {[...groupBy(rows, ({ without, with: after }) => `${without} ${after}`).values()].map((people, at) => (
        <details open={at === 0}>
          <summary>
            {people
              .slice(0, 1)
              .map(({ without, with: after, tag }) => [
                capitaliseTitle(words[without]),
                " → ",
                <Badge tone={tag}>{capitaliseTitle(words[after])}</Badge>,
              ])}
          </summary>
          <ul class="askers">
            {people.map(({ email, reference }) => (
              <li>
                <a href={decisionPath(reference)}>
                  <bdi class="value">{beforeAt(shortenText(email, 80))}</bdi>
                </a>
              </li>
            ))}
          </ul>
        </details>
      ))}
      {total > rows.length ? <p>{frameTexts.andMore(total - rows.length)}</p> : null}
    </>
  );
}

export function editLook({ grade, flips }: Consequences, isDenial = false): "danger" | undefined {
  const isRefusal = isDenial || (flips !== undefined && flips !== "failed" && flips.refused.count > 0);
  return grade === "dangerous" || isRefusal ? "danger" : undefined;
}

/** True if the word is the number of entries: no entry consists of digits only. */
const isCount = (word: string) => /^\d+$/.test(word);

const t = pageTexts({
  nobody: ["Nobody of the last 30 days is affected now.", "최근 30일간 시도한 사람 중 지금 영향을 받는 사람이 없습니다."],
  stay: [
    (people: string, out: string) =>
      out === people ? `Still not let in: ${persons(people)}` : `No change: ${persons(people)}${out === "0" ? "" : ` (${out} not let in)`}`,
    (people, out) =>
      out === people ? `계속 허용되지 않음: ${people}명` : `변화 없음: ${people}명${out === "0" ? "" : `(그중 ${out}명은 허용되지 않음)`}`,
  ],
  waiting: [(people: string) => `${people} of all these asked for approval.`, (people) => `모두 중 승인을 요청한 사람: ${people}명.`],
  requests: ["See the requests", "요청 보기"],
  denied: [
    (people: string) => `Still denied by their own entries: ${persons(people)}, such as`,
    (people) => `각 주소의 항목에 따라 계속 거부: ${people}명. 예:`,
  ],
  people: [persons, (count) => `${count}명`],
  refused: ["Refused on their next try", "다음 시도에 거부"],
  admitted: ["Let in on their next try", "다음 시도에 허용"],
  goesOn: ["On to the form on their next try", "다음 시도에 양식으로 진행"],
  ofDays: [(days: number) => `Last ${days} days`, (days) => `최근 ${days}일`],
  ofNewest: [(read: string) => `Only the newest ${read} decisions`, (read) => `최신 결정 ${read}건만`],
  notJudged: ["Recent decisions could not be judged again just now.", "지금은 최근 결정을 다시 판단할 수 없습니다."],
  differing: ["Their next try, now → after the edit", "다음 시도, 지금 → 변경 후"],
  type: [
    (word: string) => `Type ${word}${isCount(word) ? ", the number of entries," : ""} to confirm`,
    (word) => `확인하려면 ${isCount(word) ? "항목 수 " : ""}${word} 입력`,
  ],
  mistyped: [
    (word: string) => `That does not match ${word}${isCount(word) ? ", the number of entries" : ""}. Nothing was written.`,
    (word) => `${isCount(word) ? "항목 수 " : ""}${word}: 일치하지 않습니다. 저장된 내용은 없습니다.`,
  ],
});
