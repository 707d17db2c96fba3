import { html } from "hono/html";
import type { Card } from "./bench";
import { type Html, pageAddress, type View, visibleText } from "./layout";
import { msOf, runOf } from "./run";
import type { FlowState } from "./state";
import { simulatorTexts } from "./texts";

/** Outcomes of all cards, one a line. @param states in the cards' order */
export function allPart(cards: readonly Card[], states: readonly FlowState[], view: View): Html {
  const { all: t, run, outcomes, path } = simulatorTexts[view.language];
  const rows = states.map((state, index) => {
    const { name, person } = cards[index] as Card;
    const { outcome, result } = runOf(state, view);
    const last = result.visits.at(-1);
    const where = result.account === undefined && last !== undefined ? path.steps[last.step] : path.account;
    return html`<tr><th scope="row"><a href="${pageAddress(view, { card: name })}">${run.cards[name]}</a><br><small>${visibleText(person.email)}</small></th>
<td><span class="tag ${outcome}">${outcomes[outcome]}</span></td><td>${where}</td><td class="number">${msOf(state.visits)}</td></tr>`;
  });
  return html`<section class="card"><h2>${t.heading(rows.length)}</h2><p>${t.lead}</p><div class="scroll" tabindex="0" role="group" aria-label="${t.heading(rows.length)}"><table><thead><tr><th scope="col">${t.person}</th>
<th scope="col">${t.outcome}</th><th scope="col">${t.where}</th><th scope="col" class="number">ms</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
