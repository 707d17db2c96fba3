import { toRow } from "../../../adapters/tables/item";
import type { Checked } from "../../../engine/access-list/check-step";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import { decisionWords, evidenceText, failureText, reasonText } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import { remedies } from "../../../engine/messages/operator/reasons";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import type { Visit } from "../../app/visit";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { entryPath, ListVerdict } from "../access-list/access-list-parts";
import { dayText } from "../people/allow-or-deny";
import { listAnswer, visitorOf } from "../people/list-today";
import { personPath } from "../people/person-links";
import { lastDayOf } from "../people/until";

interface WhyProps {
  readonly visit: Visit;
  readonly record: DecisionRecord;
}

/** Why somebody was stopped, what would let them in, and where to go from here. */
export async function whyOf({ visit, record }: WhyProps) {
  const t = visit.say(whyTexts);
  const stopped = record.verdict !== "continue";
  const word = record.trace.find(({ rule, shadow, said }) => rule === record.rule && !shadow && said !== "continue" && said !== "skipped");
  const entries = stopped ? await entriesBehind(visit, word) : [];
  const now = await listNow(visit, record);
  return (
    <section class="card">
      {stopped ? (
        <>
          <h2>{t.why}</h2>
          <Reason visit={visit} record={record} word={word} />
          <h3>{t.helps}</h3>
          {remediesFor(visit, record, word).map((text) => (
            <p>{text}</p>
          ))}
          {entries.map(({ entry, today }) => (
            <p>
              <a href={entryPath(entry)}>
                <bdi class="value">{t.entryNow(shortened(entry, 80))}</bdi>
              </a>{" "}
              <bdi class="value">{shortened(today ?? t.entryGone)}</bdi>
            </p>
          ))}
        </>
      ) : null}
      {now === undefined ? null : (
        <p>
          {t.now}: <ListVerdict visit={visit} checked={now} />
        </p>
      )}
      <Ways visit={visit} record={record} helps={stopped && !isBeforeAddress(word)} />
    </section>
  );
}

function Reason({ visit, record, word }: WhyProps & { readonly word: RuleResult | undefined }) {
  const t = visit.say(whyTexts);
  const w = visit.say(decisionWords);
  const failure = failureText(w, record);
  const parts = [
    record.rule === undefined ? (failure === undefined ? t.nobody : "") : t.rule(shortened(record.rule, 40), w.said[word?.said ?? "block"]),
    failure ?? "",
    record.reasons.length === 0 ? "" : shortened(reasonText(w, record.reasons), 400),
    word?.evidence === undefined ? "" : shortened(evidenceText(w, word.evidence), 400),
  ];
  const [first, ...others] = parts.filter((part) => part !== "");
  return (
    <p>
      <bdi class="value">{[first, others.join(", ")].filter((part) => part !== "").join(": ")}</bdi>
    </p>
  );
}

function remediesFor({ language }: Visit, { reasons, failure }: DecisionRecord, word: RuleResult | undefined): readonly string[] {
  if (isBeforeAddress(word)) return [whyTexts[language].onlyEntry];
  const known: Readonly<Record<string, string>> = remedies[language];
  const asked = failure === undefined ? reasons : ["gatehouse.unavailable"];
  const texts = asked.map((reason) => (Object.hasOwn(known, reason) ? known[reason] : undefined) ?? whyTexts[language].ownRule);
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
  const t = visit.say(whyTexts);
  const { email, reference, gate, issuers = [] } = record;
  if (email === undefined) return null;
  const friday = lastDayOf("friday", visit.now) ?? "";
  const at: Readonly<Record<string, string>> = gate === undefined || gate === DEFAULT_GATE ? {} : { gate };
  const issuer = issuers.find((each) => each !== "entra");
  const whatIf = new URLSearchParams({ email, ...(issuer !== undefined && { issuer }), ...at });
  const { simulatorUrl } = visit.world;
  return (
    <p class="actions">
      {helps && visit.may("Administrator") ? (
        <a class="button" href={`${personPath(email, { ...at, reference })}#act`}>
          {t.allow(dayText(visit, friday))}
        </a>
      ) : null}
      <a class="button quiet" href={personPath(email)}>
        {t.person}
      </a>
      <a class="button quiet" href={`/access-list/check?${whatIf}`}>
        {t.whatIf}
      </a>
      {record.reasons.some((reason) => reason.startsWith("approval.")) ? (
        <a class="button quiet" href={`/approvals?${new URLSearchParams({ q: email })}`}>
          {t.requests}
        </a>
      ) : null}
      {simulatorUrl === undefined ? null : (
        <a class="button quiet" href={`${simulatorUrl}/?${new URLSearchParams({ recorded: reference })}`}>
          {t.simulator}
        </a>
      )}
    </p>
  );
}

const whyTexts = pageTexts(
  {
    why: "Why",
    rule: (rule: string, said: string) => `The rule ${rule} ${said}`,
    nobody: "No rule stopped it.",
    helps: "How to let them in",
    onlyEntry:
      "Change or remove the entry that denies. It comes before any entry for the address. Your change counts from the next sign-up.",
    ownRule: "This reason comes from your own policy: see the rule's file.",
    entryNow: (entry: string) => `${entry} today:`,
    entryGone: "no longer in the list",
    now: "What the list would say now",
    whatIf: "What would happen now",
    person: "Everything about this person",
    allow: (day: string) => `Allow this person until ${day}…`,
    requests: "Requests for approval of this address",
    simulator: "Open this person in the simulator",
  },
  {
    why: "이유",
    rule: (rule, said) => `${rule} 규칙이 ${said}`,
    nobody: "막은 규칙이 없습니다.",
    helps: "통과하려면",
    onlyEntry: "거부하는 항목을 변경하거나 삭제하세요. 주소에 관한 어떤 항목보다 먼저 적용됩니다. 다음 가입부터 적용됩니다.",
    ownRule: "정책에서 직접 만든 이유입니다. 규칙의 파일에서 무엇을 확인하는지 보세요.",
    entryNow: (entry) => `현재 ${entry} 항목:`,
    entryGone: "목록에 없음",
    now: "현재 목록의 판단",
    whatIf: "지금 가입하면",
    person: "이 사람에 관한 모든 내용",
    allow: (day) => `${day}까지 이 사람 허용…`,
    requests: "이 주소의 승인 요청",
    simulator: "시뮬레이터에서 이 사람 열기",
  },
);
