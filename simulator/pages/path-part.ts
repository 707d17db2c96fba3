import { html } from "hono/html";
import type { Step } from "../../engine/sign-up/sign-up";
import { decisionWords } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import { formOf, setAfterSignIn } from "../client/sign-up";
import { type Html, icon, type SimulatorIcon, type View, visibleText } from "./layout";
import { msOf, type SignUpRun } from "./run";
import { simulatorTexts } from "./texts";

/** One stage of the way: its name, its result and its duration. */
interface Stage {
  readonly name: string;
  readonly icon: SimulatorIcon;
  readonly said: string;
  readonly ms?: number;
  /** Passed, the end of the sign-up, or not reached. */
  readonly state: "passed" | "stopped" | "ahead";
}

/** The way from Entra to the account, as steps. */
export function pathPart(run: SignUpRun, view: View): Html {
  const { path: t } = simulatorTexts[view.language];
  const stages = stagesOf(run, view);
  const items = stages.map(
    (stage) =>
      html`<li class="${stage.state}${stage.state === "stopped" ? ` ${run.outcome}` : ""}"><span class="line"><span class="dot">${icon(view, stage.icon)}</span>${
        stage.ms === undefined ? "" : html`<span class="ms">${stage.ms} ms</span>`
      }</span><b>${stage.name}</b><span class="said">${visibleText(stage.said)}</span></li>`,
  );
  return html`<ol class="path" aria-label="${t.label}">${items}</ol>`;
}

function stagesOf(run: SignUpRun, view: View): readonly Stage[] {
  const { path: t, run: words } = simulatorTexts[view.language];
  const { steps } = view.flow;
  const form = formStage(run, view);
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
    { name: t.entra, icon: "signsIn", said: t.signedIn(words.by[run.state.person.issuer]), state: "passed" },
    stepStage("after-sign-in", "shield", run, view),
    form,
    stepStage("before-create-user", "shield", run, view),
    account,
    ...token,
  ];
}

function stepStage(step: Step, shown: SimulatorIcon, run: SignUpRun, view: View): Stage {
  const { path: t } = simulatorTexts[view.language];
  const name = t.steps[step];
  const visit = run.state.visits.find((each) => each.step === step);
  if (visit === undefined) {
    const isOver = run.result.outcome !== "created";
    return { name, icon: shown, said: isOver && view.flow.steps.includes(step) ? t.notReached : t.notAsked, state: "ahead" };
  }
  const ms = msOf([visit]);
  if (visit.page.kind === "continue") return { name, icon: shown, said: t.goesOn, ms, state: "passed" };
  const reasons = view.behind.get(visit)?.trace.flatMap((result) => (result.shadow ? [] : (result.reasons ?? []))) ?? [];
  const why = reasons.length === 0 ? t.pages[visit.page.kind] : meaning(reasons.at(-1) as string, view);
  return { name, icon: stopIcon(run), said: run.outcome === "approval" ? t.approval : `${t.stopped} ${why}`, ms, state: "stopped" };
}

function stopIcon({ outcome }: SignUpRun): SimulatorIcon {
  if (outcome === "approval") return "waits";
  if (outcome === "has-account") return "allow";
  return outcome === "correction" ? "edit" : outcome === "refused" ? "deny" : "failing";
}

/** A reason's meaning without its code. */
function meaning(reason: string, { language }: View): string {
  const words = decisionWords[language];
  return reasonsInWords(words, [reason]);
}

function formStage(run: SignUpRun, { language }: View): Stage {
  const { path: t } = simulatorTexts[language];
  const isReached = !run.state.visits.some(({ step, page }) => step === "after-sign-in" && page.kind !== "continue");
  if (!isReached) return { name: t.form, icon: "form", said: t.notReached, state: "ahead" };
  const { person, visits } = run.state;
  const form = formOf(run.state, setAfterSignIn(visits.find(({ step }) => step === "after-sign-in")));
  const filled = Object.values(form).filter((value) => value !== "").length;
  return { name: t.form, icon: "form", said: t.fields(person.collects.length, filled), state: "passed" };
}
