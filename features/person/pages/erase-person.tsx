import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { pageWithForm } from "../../../console/parts/back-link";
import {
  Alert,
  FormFold,
  type FormProblem,
  InputField,
  isWordTyped,
  PostForm,
  problemOf,
  SubmitButton,
} from "../../../console/parts/forms";
import { pathOfPerson } from "../../../console/parts/person-links";
import { Facts } from "../../../console/parts/table";
import { Moment } from "../../../console/parts/time";
import { shortened, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { obstacleIn } from "../store/erase";
import { beginErasure, type ErasureJob, erasureJob, isErasing, updateJob } from "../store/erasure-job";
import { exportedOf } from "../store/export";
import { personBehind } from "../store/person";
import { personStores } from "./export-person";
import { type KnownPerson, knownPerson, type PersonKept, personKept } from "./known-person";
import { peopleTexts } from "./people-texts";
import { nobodyPage } from "./person-parts";

/** The last erasure's result, and the form for another. */
export async function showErase(visit: Visit): Promise<Response> {
  const found = await personKept(visit);
  return found === undefined ? await nobodyPage(visit) : await erasePage(visit, found);
}

/** Begins an erasure. A separate function runs it: it may take minutes, and rights that no page has. */
export async function postErase(visit: Visit): Promise<Response> {
  const found = await personKept(visit, (name) => visit.field(name).trim());
  if (found === undefined) return await nobodyPage(visit);
  const { named, person, asked } = found;
  if (!isWordTyped(visit, "confirm", named.typed)) return await erasePage(visit, found, [{ field: "confirm", text: t.mistyped }]);
  const waiting = visit.field("approvals") === "" ? waitingIn(visit, await knownPerson(visit, asked))[0] : undefined;
  if (waiting !== undefined) return await erasePage(visit, found, [waiting], 409);
  const { erasures, ledger } = visit.world;
  const current = await erasureJob(ledger, person);
  const busy = async () => await erasePage(visit, found, [t.busy(visible((await erasureJob(ledger, person))?.job.name ?? ""))], 409);
  if (current !== undefined && isErasing(current.job, visit.now)) return await busy();
  const choice = { list: visit.field("list") !== "", approvals: visit.field("approvals") !== "", ...visit.author, person };
  const begun = await visit.audited({ action: "person.erasure-asked", subject: "", person }, async () => {
    const job = await beginErasure(ledger, current, choice, visit.now);
    if (job === undefined) return false;
    try {
      await erasures.start({ typed: named.typed, run: job.job.run });
    } catch (error) {
      await updateJob(ledger, job, { state: "stopped", obstacle: { why: "failed" } }, visit.now);
      throw error;
    }
    return true;
  });
  return begun ? visit.goTo(pathOfPerson(asked, "/erase")) : await busy();
}

/** The obstacles at which an erasure that keeps waiting requests would stop. */
function waitingIn({ now }: Visit, { requests }: KnownPerson): readonly string[] {
  return requests.flatMap((request) => {
    const obstacle = obstacleIn(request, {}, now);
    return obstacle === undefined ? [] : [t.obstacles[obstacle.why](visible(request.reference))];
  });
}

/** Longer searches for what is kept are the erasure's own. */
const LOOKING_MS = 8_000;

/** False if an export of the person's data would be empty. */
async function isAnythingKept(visit: Visit, { named }: PersonKept, { recent, requests, accountRows }: KnownPerson): Promise<boolean> {
  if (recent.length + requests.length + accountRows.length > 0) return true;
  const end = Date.now() + LOOKING_MS;
  const stores = personStores(visit);
  for await (const { count, unreadable } of exportedOf(await personBehind(named, await visit.world.hashes(), stores), stores)) {
    if (count + unreadable.length > 0 || Date.now() > end) return true;
  }
  return false;
}

async function erasePage(visit: Visit, found: PersonKept, problems: readonly FormProblem[] = [], status?: 409): Promise<Response> {
  const { named, asked, person } = found;
  const job = (await erasureJob(visit.world.ledger, person))?.job;
  const alive = job !== undefined && isErasing(job, visit.now);
  const path = pathOfPerson(asked, "/erase");
  const sent = () => eraseForm(visit, found, [], problemOf(problems, "confirm"));
  const form = alive ? null : formOrFold(job, problems.length > 0 ? sent() : await openedForm(visit, found, job));
  return await pageWithForm(
    visit,
    { title: t.title(shortened(named.typed, 80)), problems, back: { path: pathOfPerson(asked), text: t.back }, status },
    <div id="erasure" {...(alive && { "data-live": "3", "data-from": path })}>
      {job === undefined ? null : erasureState(visit, job, path)}
      {form}
    </div>,
  );
}

/** The form before it is sent. */
async function openedForm(visit: Visit, found: PersonKept, job: ErasureJob | undefined): Promise<Child> {
  const known = await knownPerson(visit, found.asked);
  if (job === undefined && !(await isAnythingKept(visit, found, known))) return <p>{peopleTexts.exportWords.none}</p>;
  return eraseForm(visit, found, job?.obstacle === undefined ? waitingIn(visit, known) : []);
}

/** After an erasure, the form is for what came later. */
function formOrFold(job: ErasureJob | undefined, form: Child): Child {
  if (job?.state !== "done") return form;
  return (
    <FormFold text={t.again} class="button quiet danger">
      {form}
    </FormFold>
  );
}

function eraseForm(visit: Visit, { named, asked }: PersonKept, waiting: readonly string[], problem?: string) {
  const who = named.typed;
  return (
    <PostForm visit={visit} class="card narrow" action="/people/erase" hidden={{ [asked.email === undefined ? "account" : "email"]: who }}>
      {waiting.map((each) => (
        <Alert kind="warn">{each}</Alert>
      ))}
      <p>{t.goes}</p>
      <p>{t.stays}</p>
      {(["list", "approvals"] as const).map((name) => (
        <p>
          <label>
            <input type="checkbox" name={name} value="yes" checked={visit.field(name) !== ""} /> {t.also[name]}
          </label>
        </p>
      ))}
      <p>
        <InputField id="confirm" label={t.confirm(visible(who))} problem={problem} required />
      </p>
      <SubmitButton text={t.button} class="final" />
    </PostForm>
  );
}

/** An erasure's progress or result. @param path at which the page is read again */
function erasureState(visit: Visit, job: ErasureJob, path: string) {
  const { state, deleted = 0, erased, obstacle, by, name, at } = job;
  const count = (number = 0) => number.toLocaleString(visit.language);
  const { rowsLeft = 0, entriesLeft = [] } = erased ?? {};
  const words = isErasing(job, visit.now)
    ? [t.running(count(deleted)), <a href={path}>{t.lookAgain}</a>]
    : state === "done"
      ? [t.done(count(erased?.decisions), count(erased?.requests), count(erased?.profiles))]
      : [t.stopped, obstacle && t.obstacles[obstacle.why](visible(obstacle.reference ?? ""))];
  return (
    <section class="narrow">
      <Alert kind={state === "done" ? "good" : "warn"}>
        {words.map((each) => (
          <p>{each}</p>
        ))}
        {rowsLeft === 0 ? null : <p>{t.rowsLeft(count(rowsLeft))}</p>}
        {entriesLeft.length === 0 ? null : (
          <p>
            {t.entriesLeft} <code>{`person erase --entries ${entriesLeft.join(",")}`}</code>
          </p>
        )}
      </Alert>
      <Facts
        facts={[
          [t.begunBy, <bdi class="value">{visible(name === "" ? by : name)}</bdi>],
          [t.begunAt, <Moment at={at} />],
        ]}
      />
    </section>
  );
}

const t = pageTexts({
  title: [(who: string) => `Erase ${who}`, (who) => `${who} 삭제`],
  back: ["Back to the person", "사람 페이지로 돌아가기"],
  goes: [
    "Deleted for good: what an export shows, under every spelling of the address and every account whose provider proves it. The audit trail keeps who did what, and that you erased somebody, without the details.",
    "완전히 삭제: 내보내기에 나오는 내용. 주소의 모든 표기와, 주소를 증명하는 제공자의 계정이 포함됩니다. 변경 내역에는 누가 무엇을 했는지와 삭제했다는 사실만 세부 내용 없이 남습니다.",
  ],
  stays: [
    "Not deleted: the account in Entra, events and mails that were sent, and backups for up to 35 days. Afterwards nothing connects the address with accounts and other addresses: export first if you need to know.",
    "삭제되지 않음: Entra의 계정, 이미 보낸 이벤트와 메일, 최대 35일간의 백업. 삭제한 뒤에는 주소에서 계정이나 다른 주소를 알아낼 수 없으므로 필요하면 먼저 내보내세요.",
  ],
  also: {
    list: [
      "Remove entries of the access list that name the person too (a deny then no longer blocks the person)",
      "이 사람을 가리키는 접근 목록 항목도 제거: 거부 항목이 사라지면 더 이상 이 사람을 막지 않습니다",
    ],
    approvals: ["Delete waiting requests too (nobody is notified)", "대기 중인 요청도 삭제(아무에게도 알리지 않음)"],
  },
  confirm: [(who: string) => `Type ${who} to confirm`, (who) => `확인하려면 입력하세요: ${who}`],
  mistyped: ["That does not match what the page asks you to type.", "입력한 내용이 일치하지 않습니다."],
  button: ["Erase for good", "완전히 삭제"],
  again: ["Erase again", "다시 삭제"],
  busy: [(name: string) => `${name} is erasing this person now.`, (name) => `${name} 님이 지금 이 사람을 삭제하고 있습니다.`],
  running: [
    (decisions: string) => `In progress. Decisions deleted so far: ${decisions}`,
    (decisions) => `진행 중. 지금까지 삭제한 결정: ${decisions}`,
  ],
  lookAgain: ["Refresh", "다시 확인"],
  stopped: ["It stopped. Erase again to continue.", "멈췄습니다. 다시 삭제하면 이어서 진행합니다."],
  done: [
    (decisions: string, requests: string, profiles: string) =>
      `The person is erased. Decisions deleted: ${decisions}, requests: ${requests}, profiles: ${profiles}.`,
    (decisions, requests, profiles) => `이 사람을 삭제했습니다. 삭제한 결정 ${decisions}건, 요청 ${requests}건, 프로필 ${profiles}개.`,
  ],
  begunBy: ["Started by", "시작한 사람"],
  begunAt: ["Started", "시작"],
  rowsLeft: [(count: string) => `Entries of the list that stay: ${count}`, (count) => `남겨 둔 목록 항목: ${count}`],
  entriesLeft: [
    "Entries of the audit trail may mention the person in their text. Look at each, then name those that do:",
    "변경 내역의 본문에서 이 사람을 언급했을 수 있습니다. 확인한 뒤 해당하는 항목을 지정하세요:",
  ],
  obstacles: {
    "request-open": [
      (reference: string) => `The request ${reference} is still waiting. Decide on it first, or tick the box below to delete it too.`,
      (reference) => `${reference} 요청이 아직 대기 중입니다. 먼저 결정하거나 아래에서 함께 삭제하도록 선택하세요.`,
    ],
    "account-being-made": [
      (reference: string) => `The account of ${reference} is being created: wait a minute.`,
      (reference) => `${reference}의 계정 생성 중, 1분 후 다시`,
    ],
    "list-being-written": [
      () => "A change of the list that names the person is being written.",
      () => "이 사람이 포함된 목록을 지금 변경하고 있습니다.",
    ],
    "request-changed": [
      (reference: string) => `The request ${reference} has changed since.`,
      (reference) => `그사이 요청 ${reference} 변경됨`,
    ],
    "changed-meanwhile": [() => "Somebody changed a row in the meantime.", () => "그사이 다른 사람이 행을 변경했습니다."],
    "request-unreadable": [
      () => "A request cannot be read: correct or remove its row first.",
      () => "요청을 읽을 수 없습니다. 먼저 행을 고치거나 제거하세요.",
    ],
    failed: [() => "A table or service did not answer: see the function's log.", () => "응답이 없습니다. 삭제 함수의 로그를 확인하세요."],
  },
});
