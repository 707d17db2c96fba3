import { html } from "hono/html";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { Bench, Card, Comparison, Side, SideAnswer, Tried } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { selectField } from "./fields";
import { type Html, simulatorPage, type View, visibleText } from "./layout";
import { simulatorTexts } from "./texts";
import { compareForm, tokenField } from "./tools-part";

type Part = keyof BenchTexts["compared"]["parts"];
const parts: readonly Part[] = ["verdict", "rule", "reasons", "asked", "attributes", "text", "events", "outside", "failure", "trace"];

/** A form for the other policy, and for the person. */
export function compareStartPage(cards: Tried<readonly Card[]>, bench: Bench, view: View): Html {
  const { nav } = benchTexts[view.language];
  const { run: t } = simulatorTexts[view.language];
  const choices = (cards.ok ? cards.value : []).map(({ name, person }) => [name, `${t.cards[name]} (${person.email})`] as const);
  const whose = html`${tokenField(bench)}${selectField("card", t.who, choices, choices[0]?.[0] ?? "")}`;
  const content = choices.length === 0 ? html`<p>${t.noCards}</p>` : compareForm(bench, whose, view);
  return simulatorPage(view, nav.compare, html`<div class="card narrow"><h1>${nav.compare}</h1>${content}</div>`);
}

/** Two policies' answers, with the differences marked. */
export function comparePage({ names, steps }: Comparison, view: View): Html {
  const t = benchTexts[view.language].compared;
  const { steps: stepNames } = simulatorTexts[view.language].path;
  const sections = steps.map(
    ({ visit, sides }) => html`<section class="field"><h2>${stepNames[visit.step]}</h2>${pair(names, sides, t)}</section>`,
  );
  return simulatorPage(view, t.heading, html`<div class="card"><h1>${t.heading}</h1><p>${t.lead}</p>${sections}</div>`);
}

function pair(names: Comparison["names"], sides: readonly [Side, Side], t: BenchTexts["compared"]): Html {
  const [one, other] = sides.map(partsOf) as [ReadonlyMap<Part, string>, ReadonlyMap<Part, string>];
  const differing = parts.filter((part) => one.get(part) !== other.get(part));
  const isComparable = sides.every(({ ok }) => ok);
  const summary = !isComparable
    ? ""
    : differing.length === 0
      ? html`<p class="note good">${t.alike}</p>`
      : html`<p class="note warn">${t.differs} ${differing.map((part) => t.parts[part]).join(", ")}</p>`;
  const column = (side: Side, name: string, shown: ReadonlyMap<Part, string>) =>
    html`<div><h3 class="words">${visibleText(name)}</h3>${
      side.ok
        ? list(shown, isComparable ? differing : [], t)
        : html`<div class="note bad"><p>${t.noAnswer}</p><pre>${visibleText(side.problem)}</pre></div>`
    }</div>`;
  return html`${summary}<div class="pair">${column(sides[0], names[0], one)}${column(sides[1], names[1], other)}</div>`;
}

function list(shown: ReadonlyMap<Part, string>, differing: readonly Part[], t: BenchTexts["compared"]): Html {
  const rows = parts.flatMap((part) => {
    const text = shown.get(part) ?? "";
    const differs = differing.includes(part);
    if (text === "" && !differs) return [];
    const mark = differs ? html` <strong class="differs">${t.differ}</strong>` : "";
    return [
      html`<dt>${t.parts[part]}${mark}</dt><dd class="words${differs ? " changed" : ""}">${text === "" ? "–" : visibleText(text)}</dd>`,
    ];
  });
  return html`<dl class="sides">${rows}</dl>`;
}

/** Each part as text: parts with the same text are equal. */
function partsOf(side: Side): ReadonlyMap<Part, string> {
  if (!side.ok) return new Map();
  const { verdict, rule = "", reasons, asked, attributes, text = "", events, outside, failure = "", trace }: SideAnswer = side.answer;
  return new Map<Part, string>([
    ["verdict", verdict],
    ["rule", rule],
    ["reasons", [...new Set(reasons)].join(", ")],
    ["asked", asked.join(", ")],
    ["attributes", membersText(attributes)],
    ["text", text],
    ["events", membersText(events)],
    ["outside", outside.join(", ")],
    ["failure", failure],
    ["trace", trace.map(traceLine).join("\n")],
  ]);
}

function membersText(members: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(members).map(([name, value]) => `${name}: ${typeof value === "string" ? value : sorted(value)}`);
  return lines.sort().join("\n");
}

/** JSON with sorted members. */
function sorted(value: unknown): string {
  const inOrder = (_: string, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  return JSON.stringify(value, inOrder);
}

function traceLine({ rule, said, reasons = [], evidence }: RuleResult): string {
  const { entry } = evidence ?? {};
  return [`${rule}: ${said}`, ...reasons, ...(entry === undefined ? [] : [`(${entry})`])].join(" ");
}
