import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import type { ChangeKind } from "../store/compare";
import type { Preview } from "./preview-report";

/** The options `--fail-on` and `--allow`: which changes make the command fail, and for how many people it tolerates them. */
export interface Limit {
  readonly failOn: (typeof limits)[number];
  /** The command fails if `failOn` counts more people than this. @default 0 */
  readonly allow?: number;
}

interface LimitOutcome {
  readonly limit: Required<Limit> & {
    /** Number of people whose change `failOn` counts. */
    readonly people: number;
    readonly passes: boolean;
  };
  /** The report's last line. */
  readonly line: string;
}

const counting: Readonly<Record<Limit["failOn"], readonly ChangeKind[]>> = {
  refused: ["now refused"],
  unclear: ["now refused", "cannot tell"],
  any: ["now refused", "now let in", "let in unless", "goes on", "answered otherwise", "cannot tell"],
  none: [],
};

export function assertLimit({ failOn, allow }: Limit): void {
  if (failOn === "none" && allow !== undefined) {
    throw new CommandError(
      "--allow says how many people --fail-on still lets pass: --fail-on none stops for nobody. Leave one of them out.",
    );
  }
}

export function heldToLimit(report: Preview, { failOn, allow = 0 }: Limit): LimitOutcome {
  const people = report.people(...counting[failOn]);
  const passes = failOn === "none" || (people <= allow && !report.isObstructed);
  const why =
    !passes && report.isObstructed
      ? "the first lines concern everyone"
      : `--fail-on ${failOn}${failOn === "none" ? "" : `, ${allow} allowed`}`;
  // Nothing has passed that could not be judged.
  const unjudged = counting[failOn].includes("cannot tell") ? 0 : report.people("cannot tell");
  const outcome = !passes ? "Stopped" : unjudged === 0 && !report.isEmpty ? "Passed" : "Not stopped";
  const open = passes && unjudged > 0 ? `, which does not judge the ${unjudged} unclear` : "";
  return { limit: { failOn, allow, people, passes }, line: `${summary(report)} ${outcome}: ${why}${open}.` };
}

/** Formats "12 people would now be refused, 3 let in; 2 unclear." */
function summary(report: Preview): string {
  if (report.isEmpty) return "There are no decisions of that time to compare with.";
  const unless = report.people("let in unless");
  const going = report.people("goes on");
  const others = report.people("answered otherwise");
  const open = report.people("cannot tell");
  return [
    `${formatCount(report.people("now refused"), "person", "people")} would now be refused, ${report.people("now let in")} let in`,
    ...(unless === 0 ? [] : [`, ${unless} let in unless a rule stops them`]),
    ...(going === 0 ? [] : [`, ${going} on to the form`]),
    ...(others === 0 ? [] : [`, ${others} answered in another form`]),
    ...(open === 0 ? [] : [`; ${open} unclear`]),
    ".",
  ].join("");
}

/** Values of `preview --fail-on`. */
export const limits = ["refused", "unclear", "any", "none"] as const;
