import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import { ButtonLink } from "../../../console/parts/forms";
import { personPath } from "../../../console/parts/person-links";
import { capitalised, shortened, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import type { Checked } from "../../access-list/check-step";
import { describeEntry, summary } from "../../access-list/describe-entry";
import { entryWords } from "../../access-list/entry-words";
import { entryPath, lastDayOf, newEntryPath } from "../../access-list/pages/access-list-parts";
import { shutOutKeys } from "../../access-list/shut-out";
import { decisionWords, failureText, remedyFor } from "../words";
import { ListVerdict, listAnswer, visitorOf } from "./list-answer";
import { basisOf } from "./rule-lines";

interface WhyProps {
  readonly visit: Visit;
  readonly record: DecisionRecord;
}

/** Why somebody was stopped and what would let them in; what would become of them now; and where to go from here. */
export async function whyOf({ visit, record }: WhyProps) {
  const stopped = record.verdict !== "continue";
  const word = decidingWord(record);
  const [entries, list] = await Promise.all([stopped ? entriesBehind(visit, word) : [], listNow(visit, record)]);
  const broken = outageOf(record);
  const now = broken === undefined ? list && <ListVerdict checked={list} /> : whyTexts.stillRefused(broken.service);
  return {
    reason: stopped ? (
      <section>
        <h2>{whyTexts.why}</h2>
        <Reason visit={visit} record={record} word={word} />
        <h2>{whyTexts.helps}</h2>
        {remediesFor(visit, record, word).map((text) => (
          <p>{text}</p>
        ))}
        {entries.map(({ entry, today }) => (
          <p>
            <a href={entryPath(entry)}>
              <bdi class="value">{whyTexts.entryNow(shortened(entry, 80))}</bdi>
            </a>{" "}
            <bdi class="value">{shortened(today ?? whyTexts.entryGone)}</bdi>
          </p>
        ))}
      </section>
    ) : null,
    now:
      now === undefined ? null : (
        <section>
          <h2>{whyTexts.now}</h2>
          <p class="if">{now}</p>
        </section>
      ),
    ways: <Ways visit={visit} record={record} helps={stopped && broken === undefined && !isBeforeAddress(word)} />,
  };
}

/** What the rule said that stopped the sign-up, or the one that failed. */
function decidingWord({ rule, failure, trace }: DecisionRecord): RuleResult | undefined {
  const isDeciding = ({ said, ...word }: RuleResult) =>
    failure === undefined ? rule === word.rule && said !== "continue" && said !== "skipped" : said === "failed";
  return trace.find((word) => !word.shadow && isDeciding(word));
}

/**
 * What did not work and so stopped the sign-up: an entry of the access list helps nobody before it works again. Undefined where
 * something was decided. @returns no service where a part of Gatehouse failed
 */
function brokenIn({ failure }: DecisionRecord, word: RuleResult | undefined): { readonly service: string | undefined } | undefined {
  const service = word?.upstreamFailure?.service;
  return service === undefined && failure === undefined ? undefined : { service };
}

/** What has to work again before somebody is judged; undefined where something was decided. */
export function outageOf(record: DecisionRecord) {
  return record.verdict === "continue" ? undefined : brokenIn(record, decidingWord(record));
}

/** In one sentence: the reason, and what it rests on. */
function Reason({ visit, record, word }: WhyProps & { readonly word: RuleResult | undefined }) {
  const w = visit.say(decisionWords);
  // A code of the policy's own has no meaning here, and is shown as it is.
  const meant = record.reasons.map((reason) => {
    const meaning = w.meaning(reason);
    return meaning === undefined ? reason : capitalised(meaning);
  });
  const failed = failureText(w, record);
  const cause = failed !== undefined ? capitalised(failed) : meant.length === 0 ? whyTexts.nobody : [...new Set(meant)].join(", ");
  const basis = basisOf(visit, word ?? {}).filter((each) => each !== "");
  return (
    <p>
      <b>
        <bdi class="value">{shortened(cause, 400)}</bdi>
      </b>
      {basis.length === 0 ? null : (
        <>
          : <bdi class="value">{shortened(basis.join(", "), 400)}</bdi>
        </>
      )}
    </p>
  );
}

function remediesFor({ language }: Visit, record: DecisionRecord, word: RuleResult | undefined): readonly string[] {
  const { reasons, failure } = record;
  if (isBeforeAddress(word)) return [whyTexts.onlyEntry];
  const service = brokenIn(record, word)?.service;
  if (service !== undefined) return [whyTexts.mend(service)];
  const failed = failure === "request" ? "request.unreadable" : "gatehouse.unavailable";
  const texts = (failure === undefined ? reasons : [failed]).map((reason) => remedyFor(reason, language) ?? whyTexts.ownRule);
  return [...new Set(texts)];
}

/** Whether an entry denies that no allow of the address comes before. */
function isBeforeAddress(word: RuleResult | undefined): boolean {
  const level = word?.rule === "access-list" ? word.evidence?.level : undefined;
  return level === "account" || level === "veto";
}

/** The entries that the refusal rests on, as they are today. */
async function entriesBehind({ world, now, say }: Visit, word: RuleResult | undefined) {
  const { entry, unproven } = word?.rule === "access-list" ? (word.evidence ?? {}) : {};
  const named = [entry, unproven].filter((each) => typeof each === "string");
  return await Promise.all(
    named.map(async (each) => {
      const item = await world.accessList.get(each);
      return { entry: each, today: item && visible(summary(describeEntry(toRow(item), now), say(entryWords))) };
    }),
  );
}

/** What the step's own list would say at this moment; undefined where it is not asked. */
async function listNow(visit: Visit, record: DecisionRecord): Promise<Checked | undefined> {
  const visitor = visitorOf(record);
  if (visitor === undefined) return undefined;
  const { checked } = await listAnswer(visit, visitor);
  const asked = checked.filter(({ step, verdict, shadow }) => step === record.step && verdict !== "not asked" && !shadow);
  return asked.find(({ verdict }) => verdict === "block") ?? asked[0];
}

/** Where to go from here. */
function Ways({ visit, record, helps }: WhyProps & { readonly helps: boolean }) {
  const { email, emailTyped, reference, gate } = record;
  if (email === undefined) return null;
  // An address that somebody typed is another's: an allow of it would let in nobody who came here.
  const entry = emailTyped ? shutOutKeys(record)?.allow : email;
  const at: Readonly<Record<string, string>> = gate === undefined || gate === DEFAULT_GATE ? {} : { gate };
  const { simulatorUrl } = visit.world;
  const expiresAt = lastDayOf("friday", visit.now);
  const ways: readonly (readonly [path: string, text: string])[] = [
    [personPath(email), whyTexts.person],
    ...(record.reasons.some((reason) => reason.startsWith("approval."))
      ? [[`/approvals?${new URLSearchParams({ q: email })}`, whyTexts.requests] as const]
      : []),
    ...(simulatorUrl === undefined
      ? []
      : [[`${simulatorUrl}/?${new URLSearchParams({ recorded: reference })}`, whyTexts.simulator] as const]),
  ];
  return (
    <footer>
      {helps && entry !== undefined && visit.may("Administrator") ? (
        <ButtonLink
          class="button"
          path={newEntryPath({ entry, expiresAt, note: whyTexts.noteOf(visible(reference)), back: personPath(email, at) })}
          text={whyTexts.allow}
        />
      ) : null}
      {ways.map(([path, text]) => (
        <ButtonLink path={path} text={text} />
      ))}
    </footer>
  );
}

export const whyTexts = pageTexts({
  why: ["Why", "이유"],
  nobody: ["No rule stopped it.", "막은 규칙이 없습니다."],
  helps: ["How to let them in", "허용하려면"],
  onlyEntry: [
    "Change or remove the entry that denies. It comes before any entry for the address. Your change counts from the next sign-up.",
    "거부하는 항목을 변경하거나 삭제하세요. 주소에 관한 어떤 항목보다 먼저 적용됩니다. 다음 가입부터 적용됩니다.",
  ],
  ownRule: [
    "This reason comes from your own policy: see the rule's file.",
    "정책에서 직접 만든 이유입니다. 규칙의 파일에서 무엇을 확인하는지 보세요.",
  ],
  entryNow: [(entry: string) => `${entry} today:`, (entry) => `현재 ${entry} 항목:`],
  entryGone: ["no longer in the list", "목록에 없음"],
  now: ["If they tried now", "지금 시도하면"],
  mend: [
    (service: string) => `Fix ${service}. An entry of the access list doesn't help: the rule asks ${service} again at each sign-up.`,
    (service) => `${service} 문제를 해결하세요. 규칙이 가입할 때마다 ${service}에 다시 조회하므로 접근 목록에 추가해도 달라지지 않습니다.`,
  ],
  stillRefused: [
    (service?: string) => (service === undefined ? "Refused again only if it fails again" : `Still refused until ${service} recovers`),
    (service) => (service === undefined ? "같은 오류가 다시 나지 않으면 거부되지 않음" : `${service}이(가) 복구될 때까지 계속 거부됨`),
  ],
  person: ["Open person", "사람 열기"],
  allow: ["Let this person in…", "이 사람 허용…"],
  noteOf: [(reference: string) => `After decision ${reference}`, (reference) => `결정 ${reference} 이후`],
  requests: ["Requests", "승인 요청"],
  simulator: ["Open in the simulator", "시뮬레이터에서 열기"],
});
