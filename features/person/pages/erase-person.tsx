import type { Concern } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { pageWithForm } from "../../../console/parts/back-link";
import { Alert, FormFold, type FormProblem } from "../../../console/parts/forms";
import { pathOfPerson } from "../../../console/parts/links";
import { type AskedWord, QuestionForm, wordProblems } from "../../../console/parts/question";
import { momentText } from "../../../console/parts/time";
import { shortenText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { beginErasure } from "../acts";
import { type ErasureJob, erasureJob, isErasing } from "../store/erasure-job";
import { writeObstacle } from "../words";
import { nobodyPage } from "./person-parts";
import { knownPerson, type PersonKept, readKeptPerson } from "./read-person";
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
  const typingProblems = wordProblems(visit, makeWord(keptPerson));
  if (typingProblems.length > 0) return await erasePage(visit, keptPerson, typingProblems);
  const result = await visit.carryOut(beginErasure, {
    target: await findTarget(visit, keptPerson),
    input: { list: visit.field("list") !== "", approvals: visit.field("approvals") !== "", start: visit.world.erasures.start },
    answered: "all",
  });
  if (result.kind === "done") return visit.goTo(pathOfPerson(keptPerson.asked, "/erase"));
  return await erasePage(visit, keptPerson, result.kind === "stopped" ? writeConcerns(result.concerns) : [], 409);
}

async function findTarget(visit: Visit, { named, asked }: PersonKept) {
  return { named, requests: (await knownPerson(visit, asked)).requests };
}

function writeConcerns(concerns: readonly Concern[]): readonly string[] {
  return concerns.map(({ text }) => visible(text(momentText)));
}

function makeWord({ named }: PersonKept): AskedWord {
  return { field: "confirm", word: named.typed };
}

const noChoice = { start: () => Promise.resolve() };

async function erasePage(visit: Visit, keptPerson: PersonKept, problems: readonly FormProblem[] = [], status?: 409): Promise<Response> {
  const { named, asked, person } = keptPerson;
  const job = (await erasureJob(visit.world.ledger, person))?.job;
  const alive = job !== undefined && isErasing(job, visit.now);
  const path = pathOfPerson(asked, "/erase");
  const [review] = alive || problems.length > 0 ? [] : await visit.review(beginErasure, [await findTarget(visit, keptPerson)], noChoice);
  // A stopped erasure shows its own obstacle.
  const isTold = ({ weight }: Concern) => weight === "shown" || (weight === "refused" && job?.obstacle === undefined);
  const told = writeConcerns(review?.concerns.filter(isTold) ?? []);
  const form = eraseForm(visit, keptPerson, told, problems);
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

function eraseForm(visit: Visit, keptPerson: PersonKept, told: readonly string[], problems: readonly FormProblem[]) {
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
      {told.map((each) => (
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
      : [t.stopped, obstacle && visible(writeObstacle(obstacle.why, obstacle))];
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
});
