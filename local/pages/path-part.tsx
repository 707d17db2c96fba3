import { Icon, type IconName } from "../../console/parts/icon";
import { visible } from "../../console/parts/value";
import type { Step } from "../../engine/sign-up/sign-up";
import { decisionWords } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import { buildForm, setAfterSignIn } from "../../simulator/client/sign-up";
import type { View } from "./layout";
import { callsMs, outcomeLooks, type SignUpRun } from "./run";
import { nameProvider, simulatorTexts } from "./texts";

interface Stage {
  readonly name: string;
  readonly icon: IconName;
  readonly said: string;
  readonly ms?: number;
  /** The stage was passed, ended the sign-up, or was not reached. */
  readonly state: "passed" | "stopped" | "ahead";
}

const looks = { good: "done", bad: "bad", asked: "asked", warn: "fix" } as const;

export function PathPart({ run, view }: { readonly run: SignUpRun; readonly view: View }) {
  const runLook = looks[outcomeLooks[run.outcome].tone];
  return (
    <ol class="steps" aria-label={simulatorTexts.path.label}>
      {buildStages(run, view).map(({ name, icon, said, ms, state }) => (
        <li class={{ passed: "done", stopped: runLook, ahead: "next" }[state]}>
          <span>
            <Icon name={icon} />
          </span>
          <b>{name}</b>
          <small>{visible(said)}</small>
          {ms === undefined ? null : <small class="ms">{ms} ms</small>}
        </li>
      ))}
    </ol>
  );
}

function buildStages(run: SignUpRun, view: View): readonly Stage[] {
  const { path: t } = simulatorTexts;
  const { steps } = view.flow;
  const form = formStage(run);
  const token = steps.includes("before-sending-token") ? [stepStage("before-sending-token", "code", run, view)] : [];
  const isThere = run.outcome === "has-account";
  const isMade = isThere || run.result.account !== undefined;
  const account: Stage = {
    name: t.account,
    icon: isMade ? "account" : "person",
    said: isThere ? t.there : isMade ? t.created : t.none,
    state: isMade ? "passed" : "ahead",
  };
  return [
    { name: t.entra, icon: "signsIn", said: t.signedIn(nameProvider(run.state.person.issuer)), state: "passed" },
    stepStage("after-sign-in", "shield", run, view),
    form,
    stepStage("before-create-user", "shield", run, view),
    account,
    ...token,
  ];
}

function stepStage(step: Step, stageIcon: IconName, run: SignUpRun, view: View): Stage {
  const { path: t } = simulatorTexts;
  const name = t.steps[step];
  const visit = run.state.visits.find((each) => each.step === step);
  if (visit === undefined) {
    const isOver = run.result.outcome !== "created";
    return { name, icon: stageIcon, said: isOver && view.flow.steps.includes(step) ? t.notReached : t.notAsked, state: "ahead" };
  }
  const ms = callsMs([visit]);
  if (visit.page.kind === "continue") return { name, icon: stageIcon, said: t.goesOn, ms, state: "passed" };
  const reason = view.behind
    .get(visit)
    ?.trace.flatMap((result) => (result.shadow ? [] : (result.reasons ?? [])))
    .at(-1);
  const why = reason === undefined ? t.pages[visit.page.kind] : reasonsInWords(decisionWords[view.language], [reason]);
  return {
    name,
    icon: outcomeLooks[run.outcome].icon,
    said: run.outcome === "approval" ? t.approval : `${t.stopped} ${why}`,
    ms,
    state: "stopped",
  };
}

function formStage(run: SignUpRun): Stage {
  const { path: t } = simulatorTexts;
  const isReached = !run.state.visits.some(({ step, page }) => step === "after-sign-in" && page.kind !== "continue");
  if (!isReached) return { name: t.form, icon: "form", said: t.notReached, state: "ahead" };
  const { person, visits } = run.state;
  const form = buildForm(run.state, setAfterSignIn(visits.find(({ step }) => step === "after-sign-in")));
  const filledCount = Object.values(form).filter((value) => value !== "").length;
  return { name: t.form, icon: "form", said: t.fields(person.collects.length, filledCount), state: "passed" };
}
