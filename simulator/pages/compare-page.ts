import { html } from "hono/html";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { type DecisionWords, decisionWords } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import type { Person } from "../client/person";
import type { Card, CardOutcome, Comparison, Side, SideAnswer, Tried } from "./bench";
import { type BenchTexts, benchTexts } from "./bench-texts";
import { selectField } from "./fields";
import { type Html, simulatorPage, type View, visibleText } from "./layout";
import { cardOutcome } from "./run";
import { simulatorTexts } from "./texts";
import { compareForm } from "./tools-part";

type Part = keyof BenchTexts["compared"]["parts"];
const parts: readonly Part[] = ["rule", "reasons", "asked", "attributes", "text", "events", "outside", "failure", "trace"];

/** A comparison as it was asked for. */
interface CompareAsked {
  /** Fields of the sign-up, or a choice of person. Undefined if there is nobody to choose. */
  readonly whose: Html | undefined;
  /** The other policy, as typed. */
  readonly other: string;
}

/** A choice among the cards' people; undefined for no cards. @param selected a card's name */
export function cardChoice(cards: Tried<readonly Card[]>, selected: string, { language }: View): Html | undefined {
  const { run: t } = simulatorTexts[language];
  const choices = (cards.ok ? cards.value : []).map(({ name, person }) => [name, `${t.cards[name]} (${person.email})`] as const);
  return choices.length === 0 ? undefined : selectField("card", t.who, choices, selected);
}

/** The form, and under it two policies' answers, with the differences marked. @param found undefined before a comparison */
export function comparePage(asked: CompareAsked, person: Person | undefined, found: Tried<Comparison> | undefined, view: View): Html {
  const { nav } = benchTexts[view.language];
  const { run: t } = simulatorTexts[view.language];
  const problem = found?.ok === false ? found.problem : undefined;
  const content = asked.whose === undefined ? html`<p>${t.noCards}</p>` : compareForm(asked.whose, { other: asked.other, problem }, view);
  const result = found?.ok === true && person !== undefined ? resultPart(found.value, person, view) : "";
  return simulatorPage(view, nav.compare, html`<div class="card narrow"><h1>${nav.compare}</h1>${content}</div>${result}`);
}

function resultPart({ names, steps }: Comparison, person: Person, view: View): Html {
  const { compared: t } = benchTexts[view.language];
  const { outcomes } = simulatorTexts[view.language];
  const name = String(person.claims.displayName ?? "");
  const who = visibleText(name === "" ? person.email : `${name} (${person.email})`);
  const ends = ([0, 1] as const).map((side) => endOf(steps.map(({ sides }) => sides[side])));
  const [one, other] = ends;
  const isKnown = one !== undefined && other !== undefined;
  const isSame = isKnown && one === other;
  const said = !isKnown ? t.notBoth(who) : one === other ? t.both[one](who) : t.otherwise(who);
  const each = ends.map((end, side) => end && html`<p class="words">${visibleText(names[side] ?? "")}: ${outcomes[end]}</p>`);
  const sections = steps.map(({ visit, sides }) => stepPart(names, visit.step, sides, view));
  return html`<section class="card" role="status"><div class="note ${isSame ? "good" : "warn"}"><h2>${said}</h2>${isKnown && !isSame ? each : ""}</div>${sections}</section>`;
}

/** The outcome of a policy's answers: the first that stops the person decides. Undefined if one is missing. */
function endOf(sides: readonly Side[]): CardOutcome | undefined {
  const answers = sides.flatMap((side) => (side.ok ? [side.answer] : []));
  const last = answers.find(({ verdict }) => verdict !== "continue") ?? answers.at(-1);
  return last === undefined || answers.length < sides.length ? undefined : cardOutcome(last);
}

type StepName = Comparison["steps"][number]["visit"]["step"];

function stepPart(names: Comparison["names"], step: StepName, sides: readonly [Side, Side], view: View): Html {
  const { compared: t } = benchTexts[view.language];
  const { path } = simulatorTexts[view.language];
  const [one, other] = sides.map((side) => partsOf(side, decisionWords[view.language])) as [Shown, Shown];
  const isComparable = sides.every(({ ok }) => ok);
  const differing = isComparable ? parts.filter((part) => one.get(part) !== other.get(part)) : [];
  const summary = !isComparable
    ? ""
    : html`<p>${differing.length === 0 ? t.alike : `${t.differs} ${differing.map((part) => t.parts[part]).join(", ")}`}</p>`;
  const column = (side: Side, name: string, shown: Shown) =>
    html`<div><h3 class="words">${visibleText(name)}</h3>${side.ok ? answerPart(side.answer, step, shown, differing, view) : html`<div class="note bad"><p>${t.noAnswer}</p><pre>${visibleText(side.problem)}</pre></div>`}</div>`;
  return html`<section class="field"><h2>${path.steps[step]}</h2>${summary}<div class="pair">${column(sides[0], names[0], one)}${column(sides[1], names[1], other)}</div></section>`;
}

/** The outcome, what differs, and folded what is the same. */
function answerPart(answer: SideAnswer, step: StepName, shown: Shown, differing: readonly Part[], view: View): Html {
  const { compared: t } = benchTexts[view.language];
  const { outcomes, path } = simulatorTexts[view.language];
  const outcome = cardOutcome(answer);
  const word = outcome === "let-in" && step === "after-sign-in" ? path.goesOn : outcomes[outcome];
  const same = parts.filter((part) => !differing.includes(part) && (shown.get(part) ?? "") !== "");
  const row = (part: Part, differs: boolean) => {
    const mark = differs ? html` <strong class="differs">${t.differ}</strong>` : "";
    return html`<dt>${t.parts[part]}${mark}</dt><dd class="words${differs ? " changed" : ""}">${partText(part, shown.get(part) ?? "")}</dd>`;
  };
  const folded = html`<details><summary>${t.same}</summary><dl class="sides">${same.map((part) => row(part, false))}</dl></details>`;
  return html`<p><span class="tag ${outcome}">${word}</span></p>${differing.length === 0 ? "" : html`<dl class="sides">${differing.map((part) => row(part, true))}</dl>`}${same.length === 0 ? "" : folded}`;
}

/** Events are JSON: their names, and the rest folded. */
function partText(part: Part, text: string): Html | string {
  if (part !== "events" || text === "") return text === "" ? "–" : visibleText(text);
  return html`<details><summary>${visibleText(text.replace(/: .*$/gm, "").replaceAll("\n", ", "))}</summary>${visibleText(text)}</details>`;
}

/** Each part as text: parts with the same text are equal. */
type Shown = ReadonlyMap<Part, string>;

function partsOf(side: Side, words: DecisionWords): Shown {
  if (!side.ok) return new Map();
  const { rule = "", reasons, asked, attributes, text = "", events, outside, failure = "", trace }: SideAnswer = side.answer;
  return new Map<Part, string>([
    ["rule", rule],
    ["reasons", reasonsInWords(words, reasons)],
    ["asked", asked.join(", ")],
    ["attributes", membersText(attributes)],
    ["text", text],
    ["events", membersText(events)],
    ["outside", outside.join(", ")],
    ["failure", failure],
    ["trace", trace.map((each) => traceLine(each, words)).join("\n")],
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

function traceLine({ rule, said, reasons = [], evidence }: RuleResult, words: DecisionWords): string {
  const { entry } = evidence ?? {};
  const why = reasons.length === 0 ? words.said[said] : reasonsInWords(words, reasons);
  return `${rule}: ${why}${entry === undefined ? "" : ` (${entry})`}`;
}
