import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { pageWithForm } from "../../../console/parts/back-link";
import { Alert, type FormProblem } from "../../../console/parts/forms";
import { gateColumn } from "../../../console/parts/gates";
import { PersonLink } from "../../../console/parts/links";
import { type AskedWord, QuestionForm, wordProblems } from "../../../console/parts/question";
import { Facts, Table } from "../../../console/parts/table";
import { Moment, RowTime } from "../../../console/parts/time";
import { countText, shortenText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { workAlert } from "../../unfinished/pages/work-alert";
import type { ExpiryOfGates } from "../expiry";
import { type AccessRun, confirmedRun, isOwnRun, runsAhead } from "../run";
import { type DueEndings, dueEndings, endersOfRun, recountRun } from "../store/due";
import { gateExpiry } from "../world";

// The page on which a person lets a waiting run continue.

export const ENDING_RUN_PATH = "/people/ending-run";
/** Limit of the people that the page reads and names. If there are more, the page shows the worker's count. */
const MOST_NAMED = 200;

export const endingRunTexts = pageTexts({
  title: ["A run that ends access", "이용 종료 실행"],
  none: ["No run waits for a person.", "확인을 기다리는 실행이 없습니다."],
  why: {
    many: ["It would end more accounts at once than it may by itself", "한 번에 종료할 수 있는 수보다 많은 계정을 종료하려고 합니다"],
    clock: ["The last run is long ago: the clock may have jumped", "마지막 실행이 오래되었습니다. 시계가 바뀌었을 수 있습니다"],
    gone: [
      "Accounts are not in the directory, which may be another tenant's. Let it go on only if somebody deleted them",
      "계정이 디렉터리에 없습니다. 다른 테넌트의 디렉터리일 수 있습니다. 누군가 계정을 삭제한 경우에만 진행하세요",
    ],
  },
  since: ["Waits since", "대기 시작"],
  toDisable: ["To disable", "비활성화 대상"],
  toDelete: ["To delete", "삭제 대상"],
  inForce: ["Of accounts with an end", "종료일이 있는 계정"],
  endedBy: ["All ended early by", "모두 미리 종료한 사람"],
  people: ["Whose access it ends", "이용이 종료되는 사람"],
  what: ["What happens", "처리"],
  does: {
    disable: ["Disabled", "비활성화"],
    delete: ["Deleted", "삭제"],
  },
  ended: ["Access ended", "이용 종료"],
  by: ["Ended early by", "미리 종료한 사람"],
  cut: [
    (namedCount: number) => `The first ${namedCount}. All: npm run gate -- expiry due`,
    (namedCount) => `처음 ${namedCount}명. 전체: npm run gate -- expiry due`,
  ],
  empty: ["Nobody now: access was renewed, or the policy has changed.", "지금은 없습니다. 이용이 갱신되었거나 정책이 바뀌었습니다."],
  confirm: ["Let it go on", "진행"],
  type: [(count: string) => `Type ${count}, the accounts to disable and delete`, (count) => `비활성화하고 삭제할 계정 수 ${count} 입력`],
  hint: [
    "First renew or extend the access that should go on. The worker then looks again.",
    "계속 이용할 사람은 먼저 갱신하거나 연장하세요.",
  ],
  own: ["You ended all these yourself: somebody else lets the run go on.", "모두 직접 종료했으므로 다른 사람이 진행해야 합니다."],
  only: ["Administrators let it go on.", "관리자만 진행할 수 있습니다."],
  ahead: [
    "The worker's last run is dated in the future: until then it ends nobody's access. To have that run forgotten:",
    "작업자의 마지막 실행의 날짜가 미래입니다. 그 날짜까지 아무도 종료하지 않습니다. 실행 기록을 지우려면:",
  ],
  stale: ["The worker has counted again since. Look again.", "페이지를 연 뒤 작업자가 다시 세었습니다. 다시 확인하세요."],
  done: { confirm: ["The worker goes on within the hour.", "작업자가 한 시간 안에 진행합니다."] },
  back: ["People whose access has ended", "이용이 종료된 사람"],
  waits: [
    "A run that ends access waits for a person: until it goes on, ended accounts may still be enabled.",
    "이용 종료 실행이 담당자의 확인을 기다립니다. 진행될 때까지 종료한 계정이 활성 상태일 수 있습니다.",
  ],
  look: ["See who…", "대상 보기…"],
});

const t = endingRunTexts;

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: ENDING_RUN_PATH, access: "Reader", handler: (visit) => show(visit) },
  { method: "POST", path: ENDING_RUN_PATH, access: "Administrator", hidden: ["run"], handler: confirm },
];

/** A note for pages that end access. Null if no run waits. */
export async function runWaitsNote(visit: Visit) {
  const { runs } = await visit.world.accessRuns.read();
  return runs[0]?.state === "waiting" ? (
    <p class="note warn">
      {t.waits} <a href={ENDING_RUN_PATH}>{t.look}</a>
    </p>
  ) : null;
}

function makeWord({ toDisable, toDelete }: AccessRun): AskedWord | undefined {
  const word = String(toDisable + toDelete);
  return word === "0" ? undefined : { field: "people", word, label: t.type(word) };
}

/** True if the visitor ended the access of everybody in the run. The history may name the visitor by any of `userNames`. */
function isOwn({ author, session: { userNames } }: Visit, run: AccessRun, due: DueEndings): boolean {
  return isOwnRun(endersOfRun(run, due), { ...author, userNames });
}

async function show(visit: Visit, problems: readonly FormProblem[] = []): Promise<Response> {
  const { runs } = await visit.world.accessRuns.read();
  const [run] = runs;
  return await pageWithForm(
    visit,
    { title: t.title, problems, back: { path: "/people?life=ended", text: t.back } },
    <>
      <Alert kind="good">{visit.done(t.done)}</Alert>
      {await workAlert(visit, "expiry")}
      {runsAhead(runs, visit.now).length > 0 ? (
        <p class="note warn">
          {t.ahead} <code>npm run gate -- expiry confirm</code>
        </p>
      ) : run?.state === "waiting" ? (
        await waiting(visit, run, problems)
      ) : (
        <p>{t.none}</p>
      )}
    </>,
  );
}

async function readDueEndings(visit: Visit, run: AccessRun): Promise<DueEndings> {
  const expiryAt = makeMember(gateExpiry, visit.world.place);
  const expiryByGate = visit.world.gates.map((gate) => [gate, expiryAt(gate)] as const);
  const expiry: ExpiryOfGates = Object.fromEntries(expiryByGate.flatMap(([gate, own]) => (own === undefined ? [] : [[gate, own]])));
  const accounts = visit.world.accounts(() => undefined);
  return await dueEndings(accounts, expiry, run, MOST_NAMED);
}

async function waiting(visit: Visit, countedRun: AccessRun, problems: readonly FormProblem[]) {
  const due = await readDueEndings(visit, countedRun);
  const namedEndings = due.endings.slice(0, MOST_NAMED);
  const run = recountRun(countedRun, due);
  const { at, why = "many", endedBy = [] } = run;
  const refusal = !visit.may("Administrator") ? t.only : isOwn(visit, run, due) ? t.own : undefined;
  return (
    <>
      <Facts
        facts={[
          [frameTexts.why, t.why[why]],
          [t.since, <Moment at={at} />],
          [t.toDisable, countText(visit, run.toDisable)],
          [t.toDelete, countText(visit, run.toDelete)],
          [t.inForce, countText(visit, run.inForce)],
          [t.endedBy, endedBy.length === 0 ? undefined : <bdi>{endedBy.map(visible).join(", ")}</bdi>],
        ]}
      />
      <Table
        caption={t.people}
        columns={[
          [frameTexts.person, ({ email }) => <PersonLink email={email} />],
          gateColumn(
            visit,
            namedEndings.map(({ row }) => row),
          ),
          [t.what, ({ kind }) => (kind === "remind" ? "" : t.does[kind])],
          [t.ended, ({ until = "" }) => <RowTime at={until} />],
          [t.by, ({ by }) => (by === undefined ? "" : shortenText(by, 80))],
        ]}
        rows={namedEndings.map(({ row, due: { kind }, endedBy: by }) => ({ ...row, kind, by }))}
        empty={t.empty}
      />
      {due.isAll && due.endings.length === namedEndings.length ? null : <p class="hint">{t.cut(MOST_NAMED)}</p>}
      {refusal === undefined ? (
        <QuestionForm
          visit={visit}
          action={ENDING_RUN_PATH}
          hidden={{ run: at }}
          word={makeWord(run)}
          problems={problems}
          button={{ text: t.confirm, class: "danger" }}
        >
          <p class="hint">{t.hint}</p>
        </QuestionForm>
      ) : (
        <p class="note warn">{refusal}</p>
      )}
    </>
  );
}

async function confirm(visit: Visit): Promise<Response> {
  const { accessRuns } = visit.world;
  const before = await accessRuns.read();
  const [newest] = before.runs;
  if (newest?.state !== "waiting" || newest.at !== visit.field("run") || runsAhead(before.runs, visit.now).length > 0)
    return await show(visit, [t.stale]);
  const due = await readDueEndings(visit, newest);
  const run = recountRun(newest, due);
  if (isOwn(visit, run, due)) return await show(visit, [t.own]);
  const typingProblems = wordProblems(visit, makeWord(run));
  if (typingProblems.length > 0) return await show(visit, typingProblems);
  const { at, toDisable, toDelete } = run;
  const isWritten = await visit.audited({ action: "access.run-confirmed", subject: at, after: { toDisable, toDelete } }, () =>
    accessRuns.write(before, confirmedRun(run, visit.author.name)),
  );
  return isWritten ? visit.goTo(`${ENDING_RUN_PATH}?done=confirm`) : await show(visit, [t.stale]);
}
