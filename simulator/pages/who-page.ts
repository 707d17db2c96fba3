import type { Hono } from "hono";
import { html } from "hono/html";
import type { Bench, WhoBench, WhoOutcome } from "./bench";
import { textField } from "./fields";
import type { FormFields } from "./form";
import { form, type Html, pageAddress, simulatorPage, type View, visibleText } from "./layout";
import type { Pages, WithToken } from "./pages";
import { tokenField } from "./tools-part";
import { type TypedDomains, type WhoAnswer, type WhoChange, whoAnswers } from "./who-answers";
import { type WhoTexts, whoTexts } from "./who-texts";

/** Long enough to read the confirmation. */
const READ_SECONDS = 4;

/** The pages that ask who may sign up, and write the policy. */
export function addWhoRoutes(app: Hono, bench: Bench, who: WhoBench, pages: Pages, withToken: WithToken): void {
  app.get("/who", async (c) => {
    const view = await pages.view(c);
    return c.html(whoPage(whoCard(bench, who, view, "h1"), view));
  });
  app.post("/who", async (c) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, async () => {
      const view = await pages.view(c);
      const t = whoTexts[view.language];
      const { chosen, problem } = chosenIn(fields, who, t);
      if (chosen === undefined) return await pages.missing(c);
      if (problem !== undefined)
        return c.html(whoPage(whoCard(bench, who, view, "h1", { typed: fields.get("domains") ?? "", problem }), view), 400);
      const outcome = await who.choose(chosen, fields.get("seen") ?? "");
      if (outcome.kind === "written" && outcome.kept.length === 0) c.header("Refresh", `${READ_SECONDS}; url=${pageAddress(view)}`);
      return c.html(whoPage(outcomePart(outcome, chosen, bench, view), view), outcome.kind === "failed" ? 400 : 200);
    });
  });
}

/** @returns no answer for input that none of our pages wrote */
function chosenIn(fields: FormFields, who: WhoBench, t: WhoTexts): { readonly chosen?: WhoAnswer; readonly problem?: string } {
  const answer = whoAnswers.find((each) => each === fields.get("who"));
  if (answer === undefined) return {};
  if (answer !== "domains") return { chosen: { who: answer, domains: [] } };
  const typed = who.readDomains(fields.get("domains") ?? "");
  const problem = domainProblem(typed, t);
  return { chosen: { who: answer, domains: typed.domains }, ...(problem !== undefined && { problem }) };
}

function domainProblem({ domains, anyones, wrong }: TypedDomains, t: WhoTexts): string | undefined {
  if (wrong.length > 0) return t.wrongDomain(visibleText(wrong.join(", ")));
  if (anyones.length > 0) return t.anyonesDomain(anyones.join(", "));
  return domains.length === 0 ? t.noDomain : undefined;
}

function whoPage(content: Html, view: View): Html {
  return simulatorPage(view, whoTexts[view.language].heading, html`<div class="who">${content}</div>`);
}

/** A button for each answer. @param given invalid input */
export function whoCard(
  bench: Bench,
  who: WhoBench,
  view: View,
  level: "h1" | "h2",
  given?: { readonly typed: string; readonly problem: string },
): Html {
  const t = whoTexts[view.language];
  const answers = whoAnswers.map((answer) => {
    const { name, says } = t.answers[answer];
    const asked = answer === "domains" ? domainsField(given?.typed ?? who.domains().join(", "), given?.problem, t) : "";
    const sent = html`${tokenField(bench)}<input type="hidden" name="who" value="${answer}">${asked}`;
    return html`<li>${form(view, "/who", html`${sent}<button class="quiet" aria-describedby="who-${answer}">${name}</button>`)}<p class="hint" id="who-${answer}">${says}</p></li>`;
  });
  const heading = level === "h1" ? html`<h1>${t.heading}</h1>` : html`<h2>${t.heading}</h2>`;
  return html`<section class="card">${heading}<p>${t.lead}</p><ul class="answers">${answers}</ul><p class="hint">${t.always}</p></section>`;
}

function domainsField(typed: string, problem: string | undefined, t: WhoTexts): Html {
  return html`${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`}${textField("domains", t.domains, typed, { required: true, placeholder: "contoso.com" })}`;
}

/** A link to the question, once it has been answered. */
export function whoLink(view: View): Html | "" {
  const { who } = view.bench ?? {};
  if (who === undefined || who.isFirst()) return "";
  return html`<p class="hint"><a href="${pageAddress(view, {}, "/who")}">${whoTexts[view.language].again}</a></p>`;
}

function outcomePart(outcome: WhoOutcome, chosen: WhoAnswer, bench: Bench, view: View): Html {
  const t = whoTexts[view.language];
  if (outcome.kind === "asks") return asksPart(outcome.changes, outcome.seen, chosen, bench, view);
  if (outcome.kind === "failed") {
    return html`<div class="card"><h1>${t.failed}</h1><div class="note bad" role="alert"><pre>${visibleText(outcome.problem)}</pre></div><p><a href="${pageAddress(view, {}, "/who")}">${t.heading}</a></p></div>`;
  }
  const { kept, before } = outcome;
  const own = html`<p>${t.kept}</p><ul>${kept.map((file) => html`<li><code>${visibleText(file)}</code></li>`)}</ul>`;
  return html`<div class="card"><h1>${t.written}</h1><p role="status">${t.starts} ${kept.length === 0 ? t.goesOn : ""}</p>${kept.length === 0 ? "" : own}
<p>${t.before} <code>${visibleText(before)}</code></p><p><a href="${pageAddress(view)}">${t.goOn}</a></p></div>`;
}

/** Hand-written lines, each beside its replacement. */
function asksPart(changes: readonly WhoChange[], seen: string, { who, domains }: WhoAnswer, bench: Bench, view: View): Html {
  const t = whoTexts[view.language];
  const files = changes.map(({ file, lines }) => {
    const shown = lines.map(({ sign, text }) => {
      const line = `${sign} ${visibleText(text)}\n`;
      if (sign === "-") return html`<del aria-label="${t.removed} ${visibleText(text)}">${line}</del>`;
      return sign === "+" ? html`<ins aria-label="${t.added} ${visibleText(text)}">${line}</ins>` : line;
    });
    return html`<h2><code>${visibleText(file)}</code></h2><pre class="changes" tabindex="0">${shown}</pre>`;
  });
  const sent = html`${tokenField(bench)}<input type="hidden" name="who" value="${who}"><input type="hidden" name="domains" value="${domains.join(" ")}">
<input type="hidden" name="seen" value="${seen}"><div class="actions"><button>${t.replace}</button><a class="button quiet" href="${pageAddress(view)}">${t.keep}</a></div>`;
  return html`<div class="card"><h1>${t.asks}</h1><p>${t.asksLead}</p>${files}${form(view, "/who", sent)}</div>`;
}
