import { formatCount } from "../../../cli/output";
import type { FindResult, FoundPerson, PolicyWord } from "../../../local/counterexamples/find";
import type { Direction } from "../../../local/counterexamples/judge";

const titles: Readonly<Record<Direction, string>> = {
  admitted: "The draft lets in somebody that today's policy does not:",
  refused: "The draft refuses somebody that today's policy lets in:",
};
const newly: Readonly<Record<Direction, string>> = { admitted: "newly let in", refused: "newly refused" };

export function foundLines({ isSame, tried, ms, accepted, found }: FindResult, directions: readonly Direction[]): readonly string[] {
  if (isSame) return ["Both read the same: nobody is treated differently."];
  const missing = directions.filter((direction) => found.every((each) => each.direction !== direction)).map((each) => newly[each]);
  const none = missing.length === 0 ? "" : `, found nobody ${missing.join(" or ")}: that is no proof`;
  return [
    ...found.flatMap(personLines),
    ...(accepted === 0 ? [] : [`Left out, as cases of the draft expect it: ${formatCount(accepted, "kind")} of people.`]),
    `Tried ${formatCount(tried, "sign-up")} in ${(ms / 1_000).toFixed(1)} s${none}.`,
  ];
}

function personLines({ direction, facts, today, draft }: FoundPerson): readonly string[] {
  const lines = facts.map(({ what, is }) => `  ${what}: ${is}`);
  return [titles[direction], ...lines, `  today:  ${wordLine(today)}`, `  draft:  ${wordLine(draft)}`];
}

function wordLine({ isAdmitted, verdict, step, rule, reasons }: PolicyWord): string {
  if (isAdmitted) return "let in";
  const refusalWords = verdict === "invalid" ? "asked to correct the form" : "refused";
  return `${refusalWords} at ${step}${rule === undefined ? "" : ` by ${rule}`}: ${reasons.join(", ")}`;
}
