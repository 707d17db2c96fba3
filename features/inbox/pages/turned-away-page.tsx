import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, CopyButton, isSure, PostForm, SURE } from "../../../console/parts/forms";
import { decidedColumns } from "../../../console/parts/links";
import { Outcome, RecordOutcome } from "../../../console/parts/outcome";
import { PageHead } from "../../../console/parts/page-head";
import { askQuestion } from "../../../console/parts/question";
import { type Column, Table } from "../../../console/parts/table";
import { formatUtcDay, Moment, momentIn, RowTime } from "../../../console/parts/time";
import { countText } from "../../../console/parts/value";
import { capitaliseTitle, pageTexts, persons } from "../../../console/texts/languages";
import { mapInBatches } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { changedTask, freshTask } from "../../../engine/tasks/task";
import { countedName } from "../../counts/pages/count-tables";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import { hasCome, mailingSubject, serviceOfMailing } from "../outages";
import { inboxTexts } from "./inbox-texts";
import { doneBy, finishTask } from "./task-changes";
import {
  isWorthAMail,
  type OutageTime,
  outagesLately,
  TURNED_AWAY_DAYS,
  TURNED_AWAY_PATH,
  type TurnedAway,
  turnedAway,
  turnedAwayPath,
} from "./turned-away";

const MAIL_PATH = `${TURNED_AWAY_PATH}/mail`;
/** The time after an order in which its mails may be on their way. Later, the usage table says which mails were sent. */
const ON_ITS_WAY_MS = 5 * MS_PER_MINUTE;
const AT_ONCE = 25;

function readOutage(value: (name: string) => string): OutageTime | undefined {
  const [from, to] = [momentIn(value("from")), momentIn(value("to"))];
  if (from === undefined || to === undefined || from > to) return undefined;
  if (to.getTime() - from.getTime() > (TURNED_AWAY_DAYS + 1) * MS_PER_DAY) return undefined;
  return { service: value("service"), since: from.toISOString(), last: to.toISOString() };
}

/** Returns true if the outage is over. Before that, no mail may say that sign-up works again. */
async function isOver(visit: Visit, { service, since, last }: OutageTime): Promise<boolean> {
  return (await outagesLately(visit)).over.some((each) => each.service === service && each.since <= last && each.last >= since);
}

async function isMailed({ world, now }: Visit, { service }: OutageTime): Promise<boolean> {
  const days = [...new Set([now, new Date(now.getTime() - ON_ITS_WAY_MS)].map(formatUtcDay))];
  const tasks = (await Promise.all(days.map((day) => world.tasks.doneOn(day)))).flat();
  const since = new Date(now.getTime() - ON_ITS_WAY_MS).toISOString();
  return tasks.some((task) => serviceOfMailing(task) === service && (task.done?.at ?? "") > since);
}

async function page(visit: Visit): Promise<Response> {
  const outage = readOutage(visit.query);
  const inbox = { path: "/", text: inboxTexts.title };
  if (outage === undefined) return await refusalPage(visit, { title: t.title, why: t.noTime, back: inbox, status: 400 });
  const isWriter = visit.world.worksAgain !== undefined && visit.may("Approver");
  const [{ people, isCut }, isOnItsWay, mayWrite] = await Promise.all([
    turnedAway(visit, outage),
    isMailed(visit, outage),
    isWriter && isOver(visit, outage),
  ]);
  const remainingPeople = people.filter((person) => !hasCome(person));
  const worthIt = mayWrite && !isOnItsWay ? people.filter(isWorthAMail) : [];
  const list = peopleTable(visit, people, new Set(worthIt));
  const service = countedName(outage.service);
  const actions = remainingPeople.length > 0 && (
    <CopyButton text={remainingPeople.map(({ record }) => record.email).join("\n")} words={t.copy} />
  );
  return await visit.page(
    t.of(service),
    <>
      <Alert kind="warn">{visit.done(t.done)}</Alert>
      {isOnItsWay ? <Alert kind="good">{t.onItsWay}</Alert> : null}
      <p>
        {t.failedFrom(service)} <Moment at={outage.since} /> {t.to} <Moment at={outage.last} />.{" "}
        {people.length === 0 ? null : t.came(people.length - remainingPeople.length, people.length)}
      </p>
      {isCut ? <p class="hint">{t.cut}</p> : null}
      {remainingPeople.length === 0 ? null : <p class="hint">{t.mayStill(service)}</p>}
      {worthIt.length === 0 ? (
        list
      ) : (
        <PostForm visit={visit} action={MAIL_PATH} hidden={buildHiddenFields(outage)} data-keys="" data-asks="">
          <p class="actions">
            <button type="submit">
              <span>
                {t.write}
                <span data-number=""> {countText(visit, worthIt.length)}</span>…
              </span>
            </button>
            <span class="hint">{t.waitsHint}</span>
            <span class="hidden" data-chosen="" />
          </p>
          {list}
        </PostForm>
      )}
    </>,
    { head: <PageHead of={inbox} title={t.of(service)} actions={actions || undefined} /> },
  );
}

function peopleTable(visit: Visit, people: readonly TurnedAway[], worthIt: ReadonlySet<TurnedAway>) {
  const choices = {
    field: "person",
    all: t.all,
    each: (person: TurnedAway) =>
      worthIt.has(person) ? { value: person.record.id, label: person.record.email, isTicked: true } : undefined,
  };
  return (
    <Table
      caption={t.title}
      columns={[
        ...decidedColumns(t.at).map(([name, cell]): Column<TurnedAway> => [name, ({ record }) => cell(record)]),
        [
          t.since,
          ({ since }) =>
            since === undefined ? (
              t.notYet
            ) : (
              <RecordOutcome record={since}>
                {" "}
                <RowTime at={since.at} />
              </RecordOutcome>
            ),
        ],
        [t.now, (person) => ifNow(visit, person)],
      ]}
      rows={people}
      keyOf={({ record }) => record.reference}
      choices={worthIt.size > 0 && choices}
      lines
      empty={t.nobody}
    />
  );
}

function ifNow(visit: Visit, person: TurnedAway) {
  const { refusedNow, mayNeedApproval, isWritten, record } = person;
  if (hasCome(person) || refusedNow === undefined) return null;
  if (refusedNow.length > 0)
    return <Outcome kind="block">{capitaliseTitle(reasonsInWords(visit.say(reasonMeanings), refusedNow))}</Outcome>;
  const fate = mayNeedApproval ? "waiting" : "continue";
  return (
    <Outcome kind={fate}>
      {t.fates[fate]}
      {isWritten ? ` · ${t.written}` : record.emailTyped ? ` · ${t.typed}` : null}
    </Outcome>
  );
}

function buildHiddenFields({ service, since, last }: OutageTime) {
  return { service, from: since, to: last };
}

function askToWrite(visit: Visit, outage: OutageTime, people: readonly TurnedAway[]): Promise<Response> {
  return askQuestion(visit, {
    title: t.sure(countText(visit, people.length)),
    action: MAIL_PATH,
    form: { class: "card narrow" },
    hidden: { ...buildHiddenFields(outage), ...SURE, person: people.map(({ record }) => record.id) },
    fields: <p>{t.waitsHint}</p>,
    button: { text: t.send },
    back: turnedAwayPath(outage),
  });
}

async function write(visit: Visit): Promise<Response> {
  const { world, now, session } = visit;
  const outage = readOutage(visit.field);
  if (outage === undefined || world.worksAgain === undefined) return visit.goTo("/");
  const back = (doneName: keyof typeof t.done) => visit.goTo(turnedAwayPath(outage, doneName));
  if (!(await isOver(visit, outage))) return back("failing");
  const tickedPeople = new Set(visit.fields("person"));
  const people = (await turnedAway(visit, outage)).people.filter((person) => tickedPeople.has(person.record.id) && isWorthAMail(person));
  if (people.length === 0) return back("nobody");
  if (!isSure(visit)) return await askToWrite(visit, outage, people);
  const mailing = mailingSubject(outage.service, now);
  const task = changedTask(freshTask(mailing), { done: { ...doneBy(visit, "mailed"), people: people.length } });
  if (!(await finishTask(visit, "tasks.mailed", undefined, task))) return back("nobody");
  const [time, by] = [now.toISOString(), session.subject];
  await mapInBatches(people, AT_ONCE, async ({ record: { id, reference, personId, email, gate, locales = [] } }) => {
    const about = { decision: id, reference, service: outage.service, email, locales, ...keepGiven({ personId, gate }) };
    await world.worksAgain?.order({ id: `${id}.${time}`, time, mailing, by, ...about });
  });
  // Goes to the inbox, which lists the mailing under what was done, with an Undo.
  return visit.goTo("/");
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: TURNED_AWAY_PATH, access: "Reader", asks: { service: "any", from: "any", to: "any" }, handler: page },
  // Approvers decide about people, so they may also write to them.
  {
    method: "POST",
    path: MAIL_PATH,
    access: "Approver",
    hidden: ["service", "from", "to", "person", ...Object.keys(SURE)],
    handler: write,
  },
];

const t = pageTexts({
  title: ["Who was turned away", "거부된 사람"],
  of: [(service: string) => `Turned away while ${service} failed`, (service) => `${service} 장애 중 거부된 사람`],
  failedFrom: [(service: string) => `${service} failed from`, (service) => `${service} 장애 시간:`],
  to: ["to", "~"],
  sure: [(count: string) => `Write to ${persons(count)}?`, (count) => `${count}명에게 메일을 보낼까요?`],
  send: ["Send", "보내기"],
  came: [(came: number, all: number) => `${came} of ${all} people came again.`, (came, all) => `${all}명 중 ${came}명이 다시 왔습니다.`],
  cut: ["There are more than a page can show.", "한 페이지에 표시할 수 있는 것보다 많습니다."],
  copy: ["Copy addresses", "주소 복사"],
  all: ["Everybody", "모두"],
  write: ["Write to the selected", "선택한 사람에게 메일 보내기"],
  waitsHint: [
    "Tells them, in their language, that sign-up works again. Goes out after a minute, so you can undo it.",
    "각자의 언어로 다시 가입할 수 있다고 알립니다. 1분 뒤에 나가므로 그 전에 취소할 수 있습니다.",
  ],
  onItsWay: ["A mail about this outage goes out.", "이 장애에 관한 메일이 나가는 중입니다."],
  written: ["mail sent", "메일 보냄"],
  typed: ["no mail: address not verified", "주소 미확인으로 메일 없음"],
  done: {
    failing: ["It is failing again, so no mail was sent.", "다시 장애가 발생했습니다. 아무에게도 메일을 보내지 않았습니다."],
    nobody: ["No mail was sent: nobody selected would be let in now.", "지금 허용될 사람이 선택되지 않아 보내지 않았습니다."],
  },
  at: ["Turned away", "거부 시각"],
  since: ["Since then", "그 뒤"],
  now: ["If they came now", "지금 다시 오면"],
  fates: {
    continue: ["Let in", "허용"],
    waiting: ["May need approval", "승인이 필요할 수 있음"],
  },
  mayStill: [
    (service: string) => `People who would be let in now can still be stopped by ${service} or by what they enter in the form.`,
    (service) => `${service} 확인이나 양식에 입력한 내용 때문에 거부될 수도 있습니다.`,
  ],
  notYet: ["not yet", "아직 없음"],
  nobody: ["Nobody was turned away in this time.", "이 시간에 거부된 사람이 없습니다."],
  noTime: ["The address of this page does not name the time of an outage.", "주소에 장애 시간이 없습니다."],
});
