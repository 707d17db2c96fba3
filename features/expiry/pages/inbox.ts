import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { countText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { type AccessRun, decideWorkerTurn } from "../run";
import { ENDING_RUN_PATH, endingRunTexts } from "./ending-run";

const kinds = {
  run: { icon: "people", tone: "warn", group: "now", rank: 2, name: { en: "Endings to confirm", ko: "확인할 이용 종료" } },
  attempts: { icon: "people", tone: "info", group: "week", rank: 1, name: { en: "Attempts to sign in", ko: "로그인 시도" } },
  sponsors: { icon: "people", tone: "warn", group: "week", rank: 0, name: { en: "Sponsors to name", ko: "지정할 담당자" } },
} as const satisfies Readonly<Record<string, InboxKind>>;

const t = pageTexts({
  run: ["A run that ends access waits for a person", "이용 종료 실행이 담당자의 확인을 기다립니다"],
  runAhead: ["The worker that ends access does nothing", "이용 종료 작업자가 멈춰 있습니다"],
  runAheadCause: [
    "Its last run is dated in the future. Look, and have it forgotten",
    "마지막 실행의 날짜가 미래입니다. 확인하고 기록을 지우세요",
  ],
  sponsors: ["People whose sponsor cannot be asked", "담당자에게 물을 수 없는 사람"],
  sponsorsCause: [
    "Their sponsor left or is not in the tenant, so mail about the end of their access goes to the approvers. Name another sponsor",
    "담당자가 떠났거나 테넌트에 없어 종료 메일을 승인자가 받습니다. 다른 담당자를 지정하세요",
  ],
  attempts: ["People who only tried to sign in", "로그인을 시도만 한 사람"],
  attemptsCause: [
    "Entra knows no success for the days of idle. Their access goes on until somebody ends it",
    "idle 기간 동안 성공한 기록이 없습니다. 누군가 종료할 때까지 이용이 계속됩니다",
  ],
});

export async function waitingEnds(visit: Visit): Promise<readonly InboxItem[]> {
  const { runs } = await visit.world.accessRuns.read();
  return [...waitingRun(visit, runs), ...listCounted(visit, runs)];
}

/**
 * Returns an item if the newest run waits for a person, or if its date is in the future. Until that date, the worker disables no account.
 */
function waitingRun(visit: Visit, runs: readonly AccessRun[]): readonly InboxItem[] {
  const [run] = runs;
  if (run === undefined) return [];
  const item = { subject: `access-run/${run.at}`, kind: kinds.run, action: { text: endingRunTexts.look, path: ENDING_RUN_PATH } };
  if (decideWorkerTurn(runs, visit.now).kind === "behind") return [{ ...item, title: t.runAhead, cause: t.runAheadCause }];
  if (run.state !== "waiting") return [];
  const people = run.toDisable + run.toDelete;
  const cause = endingRunTexts.why[run.why ?? "many"];
  const counts = people === 0 ? {} : { count: countText(visit, people), people };
  return [{ ...item, title: t.run, cause, ...counts, since: run.at, newest: run.at }];
}

/** Returns items for what the last run counted: accounts whose sponsor cannot be asked, and those of which only attempts are known. */
function listCounted(visit: Visit, runs: readonly AccessRun[]): readonly InboxItem[] {
  const { sponsorLost = 0, attempts = 0, at } = runs.find(({ state }) => state !== "waiting") ?? {};
  if (at === undefined) return [];
  const makeItem = (people: number) => ({ count: countText(visit, people), people, newest: at, since: at });
  const look = (life: string) => ({ text: endingRunTexts.look, path: `/people?life=${life}` });
  const lost = { subject: "access-sponsors/lost", kind: kinds.sponsors, title: t.sponsors, cause: t.sponsorsCause, action: look("lost") };
  const tried = { subject: "access-attempts", kind: kinds.attempts, title: t.attempts, cause: t.attemptsCause, action: look("attempts") };
  return [
    ...(sponsorLost === 0 ? [] : [{ ...lost, ...makeItem(sponsorLost) }]),
    ...(attempts === 0 ? [] : [{ ...tried, ...makeItem(attempts) }]),
  ];
}
