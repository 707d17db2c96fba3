import { UPSTREAM_FAILED } from "../../../adapters/tables/decision-writes";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { BackLink, refusalPage } from "../../../console/parts/back-link";
import { CopyButton } from "../../../console/parts/forms";
import { Outcome, outcomeTexts } from "../../../console/parts/outcome";
import { PersonLink } from "../../../console/parts/person-links";
import { Table } from "../../../console/parts/table";
import { RowTime, timeColumn } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import { grouped } from "../../../engine/grouped";
import { inBatches } from "../../../engine/in-batches";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { outcomeOf } from "../../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { countedName } from "../../counts/pages/count-tables";
import { isReplayable, replayAll } from "../../preview/store/replay";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import type { EndedOutage } from "./outages";

const PATH = "/turned-away";
/** So long the inbox reminds of an outage that is over. */
export const TURNED_AWAY_DAYS = 3;
/** What a page reads in its time. */
const MOST = { decisions: 5_000, people: 500 };
const AT_ONCE = 25;

/** Where those whom an outage turned away are listed. */
export function turnedAwayPath({ service, since, last }: Pick<EndedOutage, "service" | "since" | "last">): string {
  return `${PATH}?${new URLSearchParams({ service, from: since, to: last })}`;
}

interface TurnedAway {
  readonly email: string;
  readonly at: string;
  readonly reference: string;
  /** The newest decision on them, where that is another one. */
  readonly since: DecisionRecord | undefined;
  /**
   * What refuses them on today's policy and list, without what only a system outside or the form tells; empty: nothing. Undefined
   * where no policy can be asked again.
   */
  readonly refusedNow: readonly string[] | undefined;
}

/** Who was turned away while a system outside failed, who of them came again, and what would come of it for the others. */
async function page(visit: Visit): Promise<Response> {
  const [from, to] = [new Date(visit.query("from")), new Date(visit.query("to"))];
  const days = (to.getTime() - from.getTime()) / MS_PER_DAY;
  const back = { path: "/", text: t.back };
  if (!(days >= 0 && days <= TURNED_AWAY_DAYS + 1)) return await refusalPage(visit, { title: t.title, why: t.noTime, back, status: 400 });
  const { people, isCut } = await turnedAway(visit, from, to);
  const left = people.filter(({ since }) => since === undefined);
  return await visit.page(
    t.of(countedName(visit.query("service"))),
    <>
      {people.length === 0 ? null : <p>{t.came(people.length - left.length, people.length)}</p>}
      {isCut ? <p class="hint">{t.cut}</p> : null}
      {left.length === 0 ? null : (
        <p class="actions">
          <CopyButton text={left.map(({ email }) => email).join("\n")} words={t.copy(left.length)} done={t.copied} />
        </p>
      )}
      <Table
        caption={t.title}
        columns={[
          [t.person, ({ email }) => <PersonLink email={email} />],
          timeColumn(visit, t.at),
          [t.decision, ({ reference }) => <a href={`/decisions/${encodeURIComponent(reference)}`}>{reference}</a>],
          [t.since, ({ since }) => (since === undefined ? t.notYet : <Since visit={visit} record={since} />)],
          [t.now, (person) => <IfNow visit={visit} person={person} />],
        ]}
        rows={people}
        keyOf={({ reference }) => reference}
        empty={t.nobody}
      />
      <BackLink {...back} />
    </>,
  );
}

function Since({ visit, record }: { readonly visit: Visit; readonly record: DecisionRecord }) {
  const kind = outcomeOf(record);
  return (
    <Outcome kind={kind}>
      {outcomeTexts[kind]} <RowTime visit={visit} at={record.at} />
    </Outcome>
  );
}

/** Of those who have not come again: whether it is worth their while. */
function IfNow({ visit, person: { since, refusedNow } }: { readonly visit: Visit; readonly person: TurnedAway }) {
  if (since !== undefined || refusedNow === undefined) return null;
  if (refusedNow.length === 0) return <Outcome kind="continue">{t.letInNow(countedName(visit.query("service")))}</Outcome>;
  return <Outcome kind="block">{reasonsInWords(visit.say(reasonMeanings), refusedNow)}</Outcome>;
}

/** What refuses each of them now, as far as that can be asked again, by the ids of the decisions. */
async function refusedNow({ world, now }: Visit, records: readonly DecisionRecord[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const against = { read: world.rows.read, hashes: await world.hashes(), now };
  const refused = new Map<string, readonly string[]>();
  for (const [gate, atGate] of grouped(records.filter(isReplayable), (record) => record.gate ?? DEFAULT_GATE)) {
    for (const policy of world.policiesAt(gate)) {
      const own = atGate.filter(({ step }) => step === policy.step);
      for (const [index, said] of (await replayAll(policy, own, against)).entries()) {
        const no = said.find((each) => each.said === "block");
        const { id } = own[index] ?? {};
        if (id !== undefined) refused.set(id, no === undefined ? [] : (no.reasons ?? [no.rule]));
      }
    }
  }
  return refused;
}

async function turnedAway(visit: Visit, from: Date, to: Date) {
  const { world, query } = visit;
  const newest = new Map<string, DecisionRecord>();
  let read = 0;
  for await (const some of world.decisions.between(from, new Date(to.getTime() + 1))) {
    for (const record of await world.decisions.whole(some.filter((each) => each.verdict === "block" && each[UPSTREAM_FAILED]))) {
      const isOfIt = record.trace.some(({ upstreamFailure }) => upstreamFailure?.service === query("service"));
      if (isOfIt && record.email !== undefined && !newest.has(record.email)) newest.set(record.email, record);
    }
    read += some.length;
    if (read >= MOST.decisions || newest.size >= MOST.people) break;
  }
  const records = [...newest.values()].slice(0, MOST.people);
  const refused = await refusedNow(visit, records);
  const people = await inBatches(records, AT_ONCE, async ({ email = "", at, reference, id }): Promise<TurnedAway> => {
    const [last] = (await world.decisions.newestOf("mailbox", email, 1)).records;
    return { email, at, reference, since: last?.id === id ? undefined : last, refusedNow: refused.get(id) };
  });
  return {
    people: people.toSorted((one, other) => Number(one.since !== undefined) - Number(other.since !== undefined)),
    isCut: read >= MOST.decisions || newest.size >= MOST.people,
  };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: PATH, access: "Reader", asks: { service: "any", from: "any", to: "any" }, handler: page },
];

const t = pageTexts({
  title: ["Who was turned away", "거부된 사람"],
  of: [(service: string) => `Turned away while ${service} failed`, (service) => `${service} 장애 중 거부된 사람`],
  came: [(came: number, all: number) => `${came} of ${all} came again.`, (came, all) => `${all}명 중 ${came}명이 다시 왔습니다.`],
  cut: ["There are more than a page can show.", "한 페이지에 표시할 수 있는 것보다 많습니다."],
  copy: [(count: number) => `Copy the ${count} who have not come again`, (count) => `다시 오지 않은 ${count}명 복사`],
  copied: ["Copied", "복사됨"],
  person: ["Person", "사람"],
  at: ["Turned away", "거부 시각"],
  decision: ["Decision", "결정"],
  since: ["Since then", "그 뒤"],
  now: ["If they came now", "지금 다시 오면"],
  letInNow: [(service: string) => `Let in, if ${service} and the form are right`, (service) => `${service} 확인과 양식이 올바르면 허용`],
  notYet: ["not yet", "아직 없음"],
  nobody: ["Nobody was turned away in this time.", "이 시간에 거부된 사람이 없습니다."],
  noTime: ["The address names no time of an outage.", "주소에 장애 시간이 없습니다."],
  back: ["Inbox", "할 일"],
});
