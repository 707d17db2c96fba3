import type { AccessRuns } from "../../../adapters/tables/access-runs";
import { type AccessRun, runsAhead } from "../../../engine/access/run";
import type { Visit } from "../../app/visit";
import { InputField, PostForm, SubmitButton } from "../../parts/forms";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { isWordTyped } from "../../parts/typed-word";
import { pageTexts } from "../../texts/languages";

// Runs that a wrong clock dated in the future keep the worker from everything until then, or until a person says that they were wrong.

const t = pageTexts({
  caption: ["Runs dated in the future", "날짜가 미래인 실행"],
  why: [
    "The worker's clock was wrong when it wrote these runs. It ends nobody's access until then, unless they are forgotten.",
    "이 실행을 기록할 때 작업자의 시계가 잘못되어 있었습니다. 기록을 지우지 않으면 그 날짜까지 아무도 종료하지 않습니다.",
  ],
  dated: ["Dated", "날짜"],
  state: ["State", "상태"],
  states: {
    waiting: ["Waits for a person", "확인 대기"],
    running: ["Begun", "진행 중"],
    done: ["Done", "완료"],
  },
  disabled: ["Disabled", "비활성화"],
  deleted: ["Deleted", "삭제"],
  hint: [
    "What they did stays. The worker then counts again, and waits again where many accounts are due.",
    "이미 처리한 내용은 그대로입니다. 작업자가 다시 세고, 대상 계정이 많으면 다시 확인을 기다립니다.",
  ],
  type: [(count: string) => `Type ${count}, how many runs are to be forgotten`, (count) => `지울 실행 수 ${count} 입력`],
  forget: ["Forget these runs", "실행 기록 지우기"],
  mistyped: [(count: string) => `Type ${count}.`, (count) => `${count}을(를) 입력하세요.`],
});

interface RunsAheadProps {
  readonly visit: Visit;
  readonly ahead: readonly AccessRun[];
  /** The form's address and its field. */
  readonly action: string;
  readonly field: string;
  readonly problem: string | undefined;
  /** Why the visitor may not forget them. */
  readonly refusal: string | undefined;
}

export function RunsAhead({ visit, ahead, action, field, problem, refusal }: RunsAheadProps) {
  const number = (count: number) => count.toLocaleString(visit.language);
  return (
    <>
      <p class="note warn">{t.why}</p>
      <Table
        caption={t.caption}
        columns={[t.dated, t.state, t.disabled, t.deleted]}
        rows={ahead.map(({ at, state, disabled, deleted }) => [<Moment at={at} />, t.states[state], number(disabled), number(deleted)])}
        empty=""
      />
      {refusal === undefined ? (
        <PostForm visit={visit} action={action} hidden={{ run: ahead[0]?.at ?? "" }}>
          <p class="hint">{t.hint}</p>
          <InputField id={field} label={t.type(String(ahead.length))} required problem={problem} />
          <p class="actions">
            <SubmitButton text={t.forget} class="danger" />
          </p>
        </PostForm>
      ) : (
        <p class="note warn">{refusal}</p>
      )}
    </>
  );
}

/** Forgets them. Answers with the problem of what was typed, or whether it was done: false where somebody else was faster. */
export async function forgetRunsAhead(visit: Visit, before: AccessRuns, field: string): Promise<string | boolean> {
  const ahead = runsAhead(before.runs, visit.now);
  const [first] = ahead;
  if (first === undefined || first.at !== visit.field("run")) return false;
  const count = String(ahead.length);
  if (!isWordTyped(visit, field, count)) return t.mistyped(count);
  const entry = { action: "access.run-confirmed", subject: first.at, after: { forgotten: ahead.length } } as const;
  const kept = before.runs.filter((run) => !ahead.includes(run));
  return await visit.audited(entry, () => visit.world.accessRuns.keep(before, kept));
}
