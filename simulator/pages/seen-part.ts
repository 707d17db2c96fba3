import { html } from "hono/html";
import type { Values } from "../contract/attributes";
import { personQuery } from "./form";
import { type Html, icon, pageAddress, type View, visibleText } from "./layout";
import { labelOf } from "./person-part";
import type { SignUpRun } from "./run";
import { simulatorTexts } from "./texts";
import { breachList } from "./wire";

/** The last page that the person sees, as Entra would show it. */
export function seenPart(run: SignUpRun, view: View): Html {
  const { state } = run;
  const { seen: t } = simulatorTexts[view.language];
  const [first = ""] = state.person.locales;
  const other = (tag: string, name: string, lang: string) =>
    html`<a href="${pageAddress(view, { ...personQuery({ ...state.person, locales: [tag] }) })}" lang="${lang}"${first.startsWith(lang) ? html` aria-current="true"` : ""}>${name}</a>`;
  return html`<section class="card seen" aria-labelledby="seen"><header><h3 id="seen">${icon(view, "screen")}${t.heading}</h3>
<nav aria-label="${t.language}">${other("en-US", "English", "en")}${other("ko-KR", "한국어", "ko")}</nav></header>
<div class="screen"><div class="sheet">${sheet(run, view)}</div></div></section>`;
}

function sheet({ state: { person, visits }, result: { outcome, account, tokenClaims }, outcome: cameTo }: SignUpRun, view: View): Html {
  // In the language of the person's device, like the policy's texts.
  const language = person.locales[0]?.startsWith("ko") ? "ko" : "en";
  const { seen } = simulatorTexts[language];
  const page = visits.at(-1)?.page;
  if (outcome === "created") {
    const made = html`<p class="title">${seen.created}</p><p>${seen.createdLead}</p>${valueList(account ?? {}, seen.noAttributes, (name) => labelOf(name, language))}`;
    const token =
      tokenClaims && html`<p class="title">${seen.token}</p><p>${seen.tokenLead}</p>${valueList(tokenClaims, seen.noClaims, String)}`;
    return html`${made}${token ?? ""}`;
  }
  if (page?.kind === "block") {
    const usual = cameTo === "approval" ? seen.waits : cameTo === "has-account" ? seen.hasAccount : seen.blocked;
    return html`<p class="title">${page.title === undefined ? usual : visibleText(page.title)}</p><p class="words message">${visibleText(page.message)}</p>`;
  }
  if (page?.kind === "invalid") {
    const fields = Object.entries(page.errors).map(
      ([name, error]) => html`<dt>${visibleText(labelOf(name, language))}</dt><dd class="words problem">${visibleText(error)}</dd>`,
    );
    return html`<p class="title">${seen.invalid}</p><p class="words message">${visibleText(page.message)}</p>${fields.length === 0 ? "" : html`<dl>${fields}</dl>`}`;
  }
  return html`<p class="title">${seen.error}</p><p>${outcome === "no-token" ? seen.tokenlessLead : seen.errorLead}</p>
<p class="hint">${seen.errorWhy}</p>${breachList(visits.at(-1)?.breaches ?? [], simulatorTexts[view.language].wire)}`;
}

function valueList(values: Values, none: string, nameOf: (name: string) => string): Html {
  const rows = Object.entries(values).map(
    ([name, value]) => html`<dt>${visibleText(nameOf(name))}</dt><dd>${visibleText([value].flat().join(", "))}</dd>`,
  );
  return rows.length === 0 ? html`<p>${none}</p>` : html`<dl>${rows}</dl>`;
}
