import { html, raw } from "hono/html";
import type { UserFlow } from "../client/flow";
import type { StepVisit } from "../client/visit";
import type { Behind, Bench, People, ZonedTimes } from "./bench";
import { benchTexts } from "./bench-texts";
import { gateNames } from "./state";
import { type SimulatorLanguage, type SimulatorTexts, simulatorTexts } from "./texts";

/** A part of a page, escaped. */
export type Html = ReturnType<typeof html>;

/** Icons of the pages, by meaning. */
export type SimulatorIcon =
  | "allow"
  | "deny"
  | "waits"
  | "edit"
  | "failing"
  | "skipped"
  | "signsIn"
  | "shield"
  | "form"
  | "account"
  | "person"
  | "ticket"
  | "outage"
  | "language"
  | "expiry"
  | "approvals"
  | "code"
  | "again"
  | "run"
  | "external"
  | "down"
  | "next"
  | "screen"
  | "list"
  | "add";

/** The console's base style, which the server passes in. */
export interface Look {
  /** A style sheet: colours, top bar, fields, buttons. */
  readonly style: string;
  /** The mark beside the product's name, as markup. */
  readonly mark: string;
  /** Returns markup. */
  icon(name: SimulatorIcon): string;
}

/** The reader of a page, and its contents beyond the sign-up. */
export interface View {
  readonly language: SimulatorLanguage;
  /** The reason why answers may be unexpected. */
  readonly trouble: string | undefined;
  /** The calls behind the answers, if known. */
  readonly behind: ReadonlyMap<StepVisit, Behind>;
  readonly bench: Bench | undefined;
  readonly clock: ZonedTimes | undefined;
  /** True if the saved policy is not committed. */
  readonly isChanged: boolean;
  /** Saved people; undefined if none can be saved. */
  readonly people: People | undefined;
  readonly look: Look;
  readonly flows: readonly UserFlow[];
  /** The selected user flow. */
  readonly flow: UserFlow;
  /** The selected tab. */
  readonly tab: "run" | "replay" | "compare";
  /** Parameters that lead to the same page at another user flow or in another language. */
  readonly asked: Readonly<Record<string, string>>;
}

const paths = { run: "/", replay: "/preview", compare: "/compare" } as const;

export const icon = ({ look }: Pick<View, "look">, name: SimulatorIcon): Html => html`${raw(look.icon(name))}`;

/** An address within the pages, with this page's language and user flow. */
export function pageAddress(
  { language, flow }: Pick<View, "language" | "flow">,
  more: Readonly<Record<string, string>> = {},
  path = "/",
): string {
  const { tenant, gate } = flow;
  return `${path}?${new URLSearchParams({ lang: language, tenant: tenant.kind, ...(gate !== undefined && { gate }), ...more })}`;
}

/** A whole page under the top bar. */
export function simulatorPage(view: View, title: string, content: Html): Html {
  const { language, trouble, look, asked, tab } = view;
  const t: SimulatorTexts = simulatorTexts[language];
  const other: SimulatorLanguage = language === "en" ? "ko" : "en";
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${t.title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<a class="brand" href="${pageAddress(view)}">${raw(look.mark)}<span>Gatehouse</span> <small>${t.name}</small></a>
${view.bench === undefined ? "" : tabs(view)}
<div class="end">${status(view)}${flowMenu(view)}
<nav aria-label="${t.interfaceLanguage}"><a href="${pageAddress({ ...view, language: other }, asked, paths[tab])}" hreflang="${other}" lang="${other}">${t.otherLanguage}</a></nav>
${view.bench === undefined ? "" : html`<a class="button quiet" href="${view.bench.consoleUrl}/">${t.console}${icon(view, "external")}</a>`}</div>
</header>
<main>
${trouble === undefined ? "" : html`<div class="note bad" role="status"><p>${t.notReloaded}</p><pre>${visibleText(trouble)}</pre></div>`}
${content}
</main>
</body>
</html>`;
}

function tabs(view: View): Html {
  const { nav } = benchTexts[view.language];
  const item = (tab: View["tab"]) =>
    html`<li><a href="${pageAddress(view, {}, paths[tab])}"${tab === view.tab ? html` aria-current="page"` : ""}>${nav[tab]}</a></li>`;
  return html`<nav aria-label="${nav.label}"><ul>${item("run")}${item("replay")}${item("compare")}</ul></nav>`;
}

/** The policy that answers, and the time when it was saved. */
function status({ bench, clock, flow, language, trouble }: View): Html | "" {
  const policy = bench?.policy(flow.gate);
  if (policy === undefined) return "";
  const t: SimulatorTexts = simulatorTexts[language];
  const saved = policy.savedAt.toISOString();
  return html`<span class="status${trouble === undefined ? "" : " bad"}">${t.policy} <code>${visibleText(policy.name)}</code>, ${t.saved} <time datetime="${saved}">${clock === undefined ? "" : `${clock.text(policy.savedAt, language)} ${clock.zone}`}</time></span>`;
}

/** A menu of the kinds of tenant and the gates. */
function flowMenu(view: View): Html | "" {
  const { flows, flow, language, asked, tab } = view;
  const t: SimulatorTexts = simulatorTexts[language];
  if (flows.length < 2) return "";
  const named = gateNames(flows).length > 1;
  const nameOf = ({ tenant, gate = "" }: UserFlow) =>
    named ? `${t.tenants[tenant.kind]} · ${gate || t.defaultGate}` : t.tenants[tenant.kind];
  const items = flows.map(
    (each) =>
      html`<li><a href="${pageAddress({ ...view, flow: each }, asked, paths[tab])}"${each === flow ? html` aria-current="true"` : ""}>${visibleText(nameOf(each))}</a></li>`,
  );
  return html`<details class="pick"><summary class="button quiet" aria-label="${t.tenant}: ${visibleText(nameOf(flow))}">${visibleText(nameOf(flow))}${icon(view, "down")}</summary><ul>${items}</ul></details>`;
}

/** A form that posts to one of our pages, with this page's language and user flow. */
export function form(view: Pick<View, "language" | "flow">, path: string, content: Html): Html {
  return html`<form method="post" action="${pageAddress(view, {}, path)}" accept-charset="utf-8">${content}</form>`;
}

/** Finds the calls behind each answer. */
export async function behindEach(visits: readonly StepVisit[], bench: Bench | undefined): Promise<View["behind"]> {
  const found = await Promise.all(visits.map(async (visit) => [visit, await bench?.behind(visit)] as const));
  return new Map(found.flatMap(([visit, behind]) => (behind === undefined ? [] : [[visit, behind] as const])));
}

/** Control characters except line breaks and tabs, marks that change the direction of writing, lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** Writes characters that could steer the page as `\u202e`. The template escapes markup. */
export function visibleText(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
