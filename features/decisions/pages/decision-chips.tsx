import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { addressWith, type Chip, Chips, Choice, choiceChip, fieldChip } from "../../../console/parts/chips";
import { type FieldProblem, problemOf, QueryField } from "../../../console/parts/forms";
import { gateChip } from "../../../console/parts/gates";
import { outcomeTexts } from "../../../console/parts/outcome";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { textNamed } from "../../../console/texts/languages";
import { outcomes } from "../../../engine/sign-up/outcome";
import { ruleOf } from "../../../engine/sign-up/policy";
import { steps } from "../../../engine/sign-up/sign-up";
import { reasonWords } from "../../reasons";
import { decisionWords } from "../words";
import { type AskedTime, minuteText, type TimeSpan, textAsked, timeAsks, timeSpans, zoneOfDays } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";

/** Filters of the list of decisions: a search, and a chip for each filter. @param time undefined if the search is invalid */
export function decisionChips(visit: Visit, time: AskedTime | undefined, problems: readonly FieldProblem[], total?: Child) {
  const field = (name: string, label: string, hint: string) => ({ name, label, hint, problem: problemOf(problems, name) });
  const one = (name: string, label: string, hint: string) => fieldChip(visit, field(name, label, hint));
  const w = visit.say(decisionWords);
  const [reason, rule, step] = [visit.query("reason"), visit.query("rule"), visit.query("step")];
  const reasons = [reasonName(visit, reason), ruleName(rule), textNamed(w.steps, step) ?? ""].filter((each) => each !== "");
  const policies = visit.world.gates.flatMap(visit.world.policiesAt);
  const rules = policies.flatMap((policy) => policy.rules.map((each) => ruleOf(each).name));
  const ownReasons = policies.flatMap(({ options }) => Object.keys(options.messages ?? {}));
  const chips: readonly Chip[] = [
    timeChip(visit, time, problems),
    ...gateChip(visit),
    choiceChip(visit, { name: "verdict", label: t.outcome, options: outcomes.map((each) => [each, outcomeTexts[each]] as const) }),
    {
      name: t.reason,
      set: reasons.length === 0 ? undefined : reasons.join(", "),
      parameters: ["reason", "rule", "step"],
      fields: (
        <>
          <Choice
            visit={visit}
            name="reason"
            label={t.reason}
            options={inWords([...Object.keys(reasonWords), ...ownReasons, reason], (each) => reasonName(visit, each))}
          />
          <Choice visit={visit} name="rule" label={t.rule} options={inWords([...rules, rule], ruleName)} />
          <Choice visit={visit} name="step" label={t.step} options={steps.map((each) => [each, w.steps[each]] as const)} />
        </>
      ),
    },
    one("domain", t.domain, t.domainHint),
    one("issuer", t.issuer, t.issuerHint),
    one("entry", t.entry, t.entryHint),
  ];
  const search = {
    parameter: "q",
    label: t.search,
    value: textAsked(visit),
    instead: ["reference", "email"],
    problem: problemOf(problems, "q"),
  };
  return <Chips visit={visit} chips={chips} search={search} total={total} />;
}

function reasonName(visit: Visit, code: string): string {
  return visible(visit.say(decisionWords).meaning(code) ?? code);
}

function ruleName(code: string): string {
  return textNamed(t.rules, code) ?? visible(code);
}

/** Options of a select, in the order of their words: also the one that is asked for, which a policy may no longer have. */
function inWords(codes: readonly string[], nameOf: (code: string) => string) {
  const known = [...new Set(codes)].filter((code) => code !== "").map((code) => [code, nameOf(code)] as const);
  return known.sort(([, a], [, b]) => a.localeCompare(b));
}

function timeChip(visit: Visit, time: AskedTime | undefined, problems: readonly FieldProblem[]): Chip {
  const zone = zoneOfDays(visit);
  const isAsked = ["last", "from", "to"].some((name) => visit.query(name) !== "");
  const words = time === undefined ? t.range : wordsOf(time);
  const end = (name: "from" | "to", label: string) => (
    <QueryField
      visit={visit}
      name={name}
      label={label}
      type="datetime-local"
      value={time === undefined || !isAsked ? undefined : minuteText(time[name], zone)}
      problem={problemOf(problems, name)}
    />
  );
  return {
    name: t.range,
    set: isAsked ? words : undefined,
    usual: words,
    isWrong: ["from", "to"].some((name) => problemOf(problems, name) !== undefined),
    parameters: timeAsks,
    fields: (
      <>
        {(Object.keys(timeSpans) as TimeSpan[]).map((span) => (
          <a class="choice" href={addressWith(visit, timeAsks, { last: span })} aria-current={time?.span === span ? "true" : undefined}>
            {t.spans[span]}
          </a>
        ))}
        {end("from", t.from(zone))}
        {end("to", t.to(zone))}
        <input type="hidden" name="zone" value={zone} />
      </>
    ),
  };
}

/** The length of " 19:59". */
const CLOCK = 6;

/** By the visitor's clock: "26 Nov", "26 Nov 19:00 to 19:59". */
function wordsOf({ from, to, span, whole }: AskedTime): string {
  if (span !== undefined) return t.spans[span];
  if (whole) return t.everything;
  const [first, last] = [momentText(from.toISOString()), momentText(to.toISOString())];
  const [firstDay, lastDay] = [first.slice(0, -CLOCK), last.slice(0, -CLOCK)];
  const isSameDay = firstDay === lastDay;
  if (first.endsWith(" 00:00") && last.endsWith(" 23:59")) return isSameDay ? firstDay : t.between(firstDay, lastDay);
  return t.between(first, isSameDay ? last.slice(1 - CLOCK) : last);
}
