import { html } from "hono/html";
import type { Card, Tried } from "./bench";
import { cardsPart } from "./cards-part";
import { changeCard } from "./change-page";
import { type Html, icon, simulatorPage, type View, visibleText } from "./layout";
import { pathPart } from "./path-part";
import { personPart } from "./person-part";
import { rulesPart } from "./rules-part";
import { msOf, type RunOutcome, type SignUpRun } from "./run";
import { seenPart } from "./seen-part";
import { type SimulatorTexts, simulatorTexts } from "./texts";
import { rerun, toolsPart } from "./tools-part";
import { wayInPart } from "./way-in-part";
import { whoCard } from "./who-page";

interface RunParts {
  /** Undefined before a sign-up. */
  readonly run: SignUpRun | undefined;
  readonly cards: Tried<readonly Card[]>;
  /** Reports the last action, or the reason why it failed. */
  readonly notice?: Html;
  /** The form of a person, if it is open: before a sign-up, or with problems to fix. */
  readonly typing?: { readonly person: Html } | undefined;
  /** Replaces the sign-up: the outcomes of all cards. */
  readonly all?: Html;
}

/** People on the left; the result of the selected person on the right. */
export function runPage({ run, cards, notice = html``, typing, all }: RunParts, view: View): Html {
  const t: SimulatorTexts = simulatorTexts[view.language];
  const heading = run === undefined ? t.run.heading : t.outcomes[run.outcome];
  const main = run === undefined ? (all ?? startPart(view)) : ranPart(run, view);
  return simulatorPage(
    view,
    heading,
    html`<div class="run"><div class="people">${cardsPart(cards, run?.state.person, view)}</div>
<div class="ran">${notice}${typing?.person ?? ""}${typing === undefined ? main : ""}</div></div>`,
  );
}

function startPart(view: View): Html {
  const { run: t } = simulatorTexts[view.language];
  const { bench, isChanged } = view;
  const question = bench?.who?.isFirst() ? whoCard(bench, bench.who, view, "h2") : "";
  return html`${question}${bench !== undefined && isChanged ? changeCard(bench, view) : ""}<section class="card begin"><h2>${t.pick}</h2><p>${t.lead}</p></section>`;
}

const icons = {
  "let-in": "allow",
  approval: "waits",
  "has-account": "account",
  refused: "deny",
  correction: "edit",
  error: "failing",
  "no-token": "failing",
} as const satisfies Record<RunOutcome, string>;

function ranPart(run: SignUpRun, view: View): Html {
  const { state, outcome } = run;
  const { person, visits } = state;
  const t: SimulatorTexts = simulatorTexts[view.language];
  const ms = msOf(visits);
  const name = String(person.claims.displayName ?? "");
  const who = visibleText([...(name === "" ? [] : [name]), person.email].join(", "));
  return html`<section class="card result ${outcome}" aria-labelledby="outcome"><div class="top"><span class="mark">${icon(view, icons[outcome])}</span>
<div><h2 id="outcome">${t.outcomes[outcome]}</h2><p class="words">${who}: ${t.said[outcome]} ${t.calls(visits.length, ms)}</p></div>
<div class="actions">${rerun(state, view)}${toolsPart(state, view)}</div></div>
${pathPart(run, view)}${wayInPart(run, view)}</section>
<div class="pair">${seenPart(run, view)}${rulesPart(run, view)}</div>
<section class="card below">${personPart(person, [], view)}</section>`;
}
