import type { Child } from "hono/jsx";
import { Badge } from "../../console/parts/badge";
import { type Column, Facts, Table } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import type { ConsoleLanguage } from "../../console/texts/languages";
import { canonicalJson } from "../../engine/json";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { type DecisionWords, decisionWords } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import type { Person } from "../../simulator/client/person";
import type { Side, SideAnswer } from "../workbench/ask";
import type { Comparison, Tried } from "../workbench/bench";
import { type CardOutcome, cardOutcome } from "../workbench/cards";
import { benchTexts } from "./bench-texts";
import { Trouble } from "./layout";
import { simulatorTexts } from "./texts";

type Part = keyof typeof benchTexts.compared.parts;
const parts: readonly Part[] = ["outcome", "rule", "reasons", "asked", "attributes", "text", "events", "outside", "failure", "trace"];

interface ComparedProps {
  readonly found: Tried<Comparison>;
  readonly person: Person;
  readonly language: ConsoleLanguage;
}

export function ComparedPart({ found, person, language }: ComparedProps) {
  const { compared: t } = benchTexts;
  if (!found.ok) return <Trouble text={t.cannot} detail={found.problem} />;
  const { names, steps } = found.value;
  const name = String(person.claims.displayName ?? "");
  const who = visible(name === "" ? person.email : `${name} (${person.email})`);
  const [one, other] = ([0, 1] as const).map((side) => computeSideOutcome(steps.map(({ sides }) => sides[side])));
  const isKnown = one !== undefined && other !== undefined;
  const sentence = !isKnown ? t.notBoth(who) : one === other ? t.both[one](who) : t.otherwise(who);
  const ends = isKnown && one !== other ? [one, other] : [];
  return (
    <section class="card" role="status">
      <h2>{sentence}</h2>
      <Facts facts={ends.map((end, side) => [visible(names[side] ?? ""), simulatorTexts.outcomes[end]])} />
      {steps.map(({ visit, sides }) => (
        <StepPart names={names} step={visit.step} sides={sides} language={language} />
      ))}
    </section>
  );
}

function computeSideOutcome(sides: readonly Side[]): CardOutcome | undefined {
  const answers = sides.flatMap((side) => (side.ok ? [side.answer] : []));
  const last = answers.find(({ verdict }) => verdict !== "continue") ?? answers.at(-1);
  return last === undefined || answers.length < sides.length ? undefined : cardOutcome(last);
}

interface StepProps {
  readonly names: Comparison["names"];
  readonly step: Comparison["steps"][number]["visit"]["step"];
  readonly sides: readonly [Side, Side];
  readonly language: ConsoleLanguage;
}

function StepPart({ names, step, sides, language }: StepProps) {
  const { compared: t } = benchTexts;
  const texts = sides.map((side) => buildSideTexts(side, decisionWords[language]));
  const isComparable = sides.every(({ ok }) => ok);
  const differing = isComparable ? parts.filter((part) => texts[0]?.get(part) !== texts[1]?.get(part)) : [];
  const rows = [...differing, ...parts.filter((part) => !differing.includes(part) && texts.some((each) => (each.get(part) ?? "") !== ""))];
  return (
    <>
      <h2>{simulatorTexts.path.steps[step]}</h2>
      {isComparable ? (
        <p>{differing.length === 0 ? t.alike : `${t.differs} ${differing.map((part) => t.parts[part]).join(", ")}`}</p>
      ) : null}
      {sides.map((side, index) =>
        side.ok ? null : <Trouble text={`${visible(names[index] ?? "")}: ${t.noAnswer}`} detail={side.problem} />,
      )}
      <Table
        caption={simulatorTexts.path.steps[step]}
        columns={[
          [t.part, (part) => [t.parts[part], differing.includes(part) && [" ", <Badge tone="warn">{t.differ}</Badge>]]],
          ...texts.map(
            (text, index): Column<Part> => [{ name: visible(names[index] ?? ""), rest: "wraps" }, (part) => partText(part, text.get(part))],
          ),
        ]}
        rows={rows}
      />
    </>
  );
}

/** Events are JSON: their names are shown, and the JSON is folded. */
function partText(part: Part, text = ""): Child {
  if (text === "") return "–";
  if (part !== "events") return <span class="words">{visible(text)}</span>;
  return (
    <details>
      <summary>{visible(text.replace(/: .*$/gm, "").replaceAll("\n", ", "))}</summary>
      {visible(text)}
    </details>
  );
}

type Texts = ReadonlyMap<Part, string>;

function buildSideTexts(side: Side, words: DecisionWords): Texts {
  if (!side.ok) return new Map();
  const { rule = "", reasons, asked, attributes, text = "", events, outside, failure, trace }: SideAnswer = side.answer;
  return new Map<Part, string>([
    ["outcome", simulatorTexts.outcomes[cardOutcome(side.answer)]],
    ["rule", rule],
    ["reasons", reasonsInWords(words, reasons)],
    ["asked", asked.join(", ")],
    ["attributes", membersText(attributes)],
    ["text", text],
    ["events", membersText(events)],
    ["outside", outside.join(", ")],
    ["failure", failure ?? ""],
    ["trace", trace.map((each) => traceLine(each, words)).join("\n")],
  ]);
}

function membersText(members: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(members).map(([name, value]) => `${name}: ${typeof value === "string" ? value : canonicalJson(value)}`);
  return lines.sort().join("\n");
}

function traceLine({ rule, said, reasons = [], evidence }: RuleResult, words: DecisionWords): string {
  const { entry } = evidence ?? {};
  const why = reasons.length === 0 ? words.said[said] : reasonsInWords(words, reasons);
  return `${rule}: ${why}${entry === undefined ? "" : ` (${entry})`}`;
}
