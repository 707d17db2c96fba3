import type { Visit } from "../../../console/app/visit";
import { pageWithForm } from "../../../console/parts/back-link";
import { Alert, FormFold, type FormProblem } from "../../../console/parts/forms";
import { pathOfPerson } from "../../../console/parts/links";
import { type AskedWord, QuestionForm, wordProblems } from "../../../console/parts/question";
import { shortenText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { obstacleIn } from "../store/erase";
import { beginErasure, type ErasureJob, erasureJob, isErasing, updateJob } from "../store/erasure-job";
import { nobodyPage } from "./person-parts";
import { type KnownPerson, knownPerson, type PersonKept, readKeptPerson } from "./read-person";
import { whosePage } from "./whose-data";

export async function showErase(visit: Visit): Promise<Response> {
  const asking = whosePage(visit, "erase");
  if (asking !== undefined) return await asking;
  const keptPerson = await readKeptPerson(visit);
  return keptPerson === undefined ? await nobodyPage(visit) : await erasePage(visit, keptPerson);
}

/** Starts an erasure. A separate function runs it, because it may take minutes and needs permissions that no page has. */
export async function postErase(visit: Visit): Promise<Response> {
  const keptPerson = await readKeptPerson(visit, (name) => visit.field(name).trim());
  if (keptPerson === undefined) return await nobodyPage(visit);
  const { named, person, asked } = keptPerson;
  const typingProblems = wordProblems(visit, makeWord(keptPerson));
  if (typingProblems.length > 0) return await erasePage(visit, keptPerson, typingProblems);
  const waiting = visit.field("approvals") === "" ? waitingIn(visit, await knownPerson(visit, asked))[0] : undefined;
  if (waiting !== undefined) return await erasePage(visit, keptPerson, [waiting], 409);
  const { erasures, ledger } = visit.world;
  const current = await erasureJob(ledger, person);
  const busy = async () => await erasePage(visit, keptPerson, [t.busy(visible((await erasureJob(ledger, person))?.job.name ?? ""))], 409);
  if (current !== undefined && isErasing(current.job, visit.now)) return await busy();
  const choice = { list: visit.field("list") !== "", approvals: visit.field("approvals") !== "", ...visit.author, person };
  const hasBegun = await visit.audited({ action: "person.erasure-asked", subject: "", person }, async () => {
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
  return hasBegun ? visit.goTo(pathOfPerson(asked, "/erase")) : await busy();
}

function makeWord({ named }: PersonKept): AskedWord {
  return { field: "confirm", word: named.typed };
}

function waitingIn({ now }: Visit, { requests }: KnownPerson): readonly string[] {
  return requests.flatMap((request) => {
    const obstacle = obstacleIn(request, {}, now);
    return obstacle === undefined ? [] : [t.obstacles[obstacle.why](visible(request.reference))];
  });
}

async function erasePage(visit: Visit, keptPerson: PersonKept, problems: readonly FormProblem[] = [], status?: 409): Promise<Response> {
  const { named, asked, person } = keptPerson;
  const job = (await erasureJob(visit.world.ledger, person))?.job;
  const alive = job !== undefined && isErasing(job, visit.now);
  const path = pathOfPerson(asked, "/erase");
  // Waiting requests are looked for only if the page shows no obstacle yet.
  const isAsked = problems.length === 0 && !alive && job?.obstacle === undefined;
  const waiting = isAsked ? waitingIn(visit, await knownPerson(visit, asked)) : [];
  const form = eraseForm(visit, keptPerson, waiting, problems);
  return await pageWithForm(
    visit,
    { title: t.title(shortenText(named.typed, 80)), problems, back: { path: pathOfPerson(asked), text: t.back }, status },
    <div id="erasure" {...(alive && { "data-live": "3", "data-from": path })}>
      {job === undefined ? null : erasureState(visit, job, path)}
      {/* After an erasure, the form is for what came later. */}
      {alive ? null : job?.state === "done" ? (
        <FormFold text={t.again} class="button quiet danger">
          {form}
        </FormFold>
      ) : (
        form
      )}
    </div>,
  );
}

function eraseForm(visit: Visit, keptPerson: PersonKept, waiting: readonly string[], problems: readonly FormProblem[]) {
  const { named, asked } = keptPerson;
  return (
    <QuestionForm
      visit={visit}
      class="card narrow"
      action="/people/erase"
      hidden={{ [asked.email === undefined ? "account" : "email"]: named.typed }}
      word={makeWord(keptPerson)}
      problems={problems}
      button={{ text: t.button, class: "final" }}
    >
      {waiting.map((each) => (
        <Alert kind="warn">{each}</Alert>
      ))}
      <ul>
        <li>{t.goes}</li>
        <li>{t.trail}</li>
        <li>{t.stays}</li>
        <li>{t.others}</li>
        <li>{t.first}</li>
      </ul>
      {(["list", "approvals"] as const).map((name) => (
        <p>
          <label>
            <input type="checkbox" name={name} value="yes" checked={visit.field(name) !== ""} /> {t.also[name]}
          </label>
        </p>
      ))}
    </QuestionForm>
  );
}

function erasureState(visit: Visit, job: ErasureJob, path: string) {
  const { state, erased, obstacle } = job;
  const count = (number = 0) => number.toLocaleString(visit.language);
  const { rowsLeft = 0, entriesLeft = [] } = erased ?? {};
  const words = isErasing(job, visit.now)
    ? [t.running, <a href={path}>{t.lookAgain}</a>]
    : state === "done"
      ? [t.done(count(erased?.decisions), count(erased?.requests), count(erased?.profiles))]
      : [t.stopped, obstacle && t.obstacles[obstacle.why](visible(obstacle.reference ?? ""))];
  return (
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
  );
}

const t = pageTexts({
  title: [(who: string) => `Erase ${who}`, (who) => `${who} 삭제`],
  back: ["Back to the person", "사람 페이지로 돌아가기"],
  goes: ["Everything that an export shows is deleted for good.", "내보내기에 나오는 모든 내용을 완전히 삭제합니다."],
  trail: ["Changes keep who did what, without this person.", "변경 내역에는 누가 무엇을 했는지만 이 사람에 관한 내용 없이 남습니다."],
  stays: [
    "The account in Entra, mails and events already sent stay; backups for up to 35 days.",
    "Entra의 계정과 이미 보낸 메일과 이벤트는 남습니다. 백업은 최대 35일간 남습니다.",
  ],
  others: [
    "Requests of other people, and accounts of guests, still name the person as sponsor or approver.",
    "다른 사람의 요청과 게스트의 계정에는 이 사람이 담당자나 승인자로 계속 남습니다.",
  ],
  first: [
    "Afterwards nobody can tell which accounts were theirs: export first if you need that.",
    "삭제한 뒤에는 어느 계정이 이 사람의 것이었는지 알 수 없습니다. 필요하면 먼저 내보내세요.",
  ],
  also: {
    list: [
      "Remove entries of the access list that name the person too (a deny then no longer blocks the person)",
      "이 사람을 가리키는 접근 목록 항목도 제거: 거부 항목이 사라지면 더 이상 이 사람을 막지 않습니다",
    ],
    approvals: ["Delete waiting requests too (nobody is notified)", "대기 중인 요청도 삭제(아무에게도 알리지 않음)"],
  },
  button: ["Erase for good", "완전히 삭제"],
  again: ["Erase again", "다시 삭제"],
  busy: [(name: string) => `${name} is erasing this person now.`, (name) => `${name} 님이 지금 이 사람을 삭제하고 있습니다.`],
  running: ["In progress.", "진행 중입니다."],
  lookAgain: ["Refresh", "다시 확인"],
  stopped: ["It stopped. Erase again to continue.", "멈췄습니다. 다시 삭제하면 이어서 진행합니다."],
  done: [
    (decisions: string, requests: string, profiles: string) =>
      `The person is erased. Decisions deleted: ${decisions}, requests: ${requests}, profiles: ${profiles}.`,
    (decisions, requests, profiles) => `이 사람을 삭제했습니다. 삭제한 결정 ${decisions}건, 요청 ${requests}건, 프로필 ${profiles}개.`,
  ],
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
