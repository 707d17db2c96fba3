import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { addressWith, type Chip, Chips, choiceChip, fieldChip } from "../../../console/parts/chips";
import { type FieldProblem, findFieldProblem, QueryField } from "../../../console/parts/forms";
import { gateChip } from "../../../console/parts/gates";
import { outcomeTexts } from "../../../console/parts/outcome";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { decisionFilters } from "../filters";
import { searchedOutcomes } from "../views";
import { decisionWords } from "../words";
import { type AskedTime, minuteText, type TimeSpan, timeAsks, timeSpans, zoneOfDays } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";

/** `time` is undefined if the search is invalid. `seenReasons` are the reasons for recent refusals. */
export function decisionChips(
  visit: Visit,
  time: AskedTime | undefined,
  problems: readonly FieldProblem[],
  seenReasons: readonly string[] = [],
  total?: Child,
) {
  const one = (name: string, label: string, hint: string) =>
    fieldChip(visit, { name, label, hint, problem: findFieldProblem(problems, name) });
  const { meaning } = visit.say(decisionWords);
  const reasons = [...new Set([...seenReasons, visit.query("reason")])].filter((each) => each !== "");
  const namedReasons = reasons.map((code) => [code, visible(meaning(code) ?? code)] as const);
  const chips: readonly Chip[] = [
    timeChip(visit, time, problems),
    ...gateChip(visit),
    choiceChip(visit, {
      name: "verdict",
      label: frameTexts.outcome,
      options: searchedOutcomes.map((each) => [each, outcomeTexts[each === "went-on" ? "wentOn" : each]] as const),
    }),
    choiceChip(visit, { name: "step", label: decisionFilters.step.label, options: Object.entries(decisionFilters.step.choices) }),
    ...(namedReasons.length === 0
      ? []
      : [
          choiceChip(visit, { name: "reason", label: frameTexts.reason, options: namedReasons.sort(([, a], [, b]) => a.localeCompare(b)) }),
        ]),
    one("domain", frameTexts.domain, t.domainHint),
    one("issuer", frameTexts.signedInWith, t.issuerHint),
    one("entry", frameTexts.entry, t.entryHint),
  ];
  return (
    <Chips
      visit={visit}
      chips={chips}
      search={{ parameter: "q", label: t.search, problem: findFieldProblem(problems, "q") }}
      total={total}
    />
  );
}

function timeChip(visit: Visit, time: AskedTime | undefined, problems: readonly FieldProblem[]): Chip {
  const zone = zoneOfDays(visit);
  const isAsked = ["last", "from", "to"].some((name) => visit.query(name) !== "");
  const words = time === undefined ? t.range : formatTime(time);
  const end = (name: "from" | "to", label: string) => (
    <QueryField
      visit={visit}
      name={name}
      label={label}
      type="datetime-local"
      value={time === undefined || !isAsked ? undefined : minuteText(time[name], zone)}
      problem={findFieldProblem(problems, name)}
    />
  );
  return {
    name: t.range,
    set: isAsked ? words : undefined,
    usual: words,
    isWrong: ["from", "to"].some((name) => findFieldProblem(problems, name) !== undefined),
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

/** "26 Nov", "26 Nov 19:00 to 19:59". */
function formatTime({ from, to, span, whole }: AskedTime): string {
  if (span !== undefined) return t.spans[span];
  if (whole) return t.everything;
  const [first, last] = [momentText(from.toISOString()), momentText(to.toISOString())];
  const [firstDay, lastDay] = [first.slice(0, -CLOCK), last.slice(0, -CLOCK)];
  const isSameDay = firstDay === lastDay;
  if (first.endsWith(" 00:00") && last.endsWith(" 23:59")) return isSameDay ? firstDay : t.between(firstDay, lastDay);
  return t.between(first, isSameDay ? last.slice(1 - CLOCK) : last);
}
