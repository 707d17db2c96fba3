import { counted } from "../../../cli/output";
import type { FindResult } from "../../../local/counterexamples/find";
import { type FoundPerson, foundFacts } from "../../../local/counterexamples/found-person";
import type { Direction, PolicyWord } from "../../../local/counterexamples/judge";

const titles: Readonly<Record<Direction, string>> = {
  admitted: "The draft lets in somebody that today's policy does not:",
  refused: "The draft refuses somebody that today's policy lets in:",
};

const MOST_SHOWN = 160;

/** What is said around those who were found. */
interface Around {
  readonly today: string;
  readonly draft: string;
  readonly saved: string | undefined;
  readonly directions: readonly Direction[];
}

/** The result of a search, as lines to read. */
export function foundLines(
  { isSame, tried, ms, accepted, found }: FindResult,
  { today, draft, saved, directions }: Around,
): readonly string[] {
  if (isSame) return [`Today: ${today}. Draft: ${draft}.`, "Both read the same: nobody is treated differently."];
  const seconds = (ms / 1_000).toFixed(1);
  const missing = directions.filter((direction) => found.every((each) => each.direction !== direction));
  const none =
    missing.length === 0
      ? ""
      : ` found nobody ${missing.map((each) => (each === "admitted" ? "newly let in" : "newly refused")).join(" or ")}: that is no proof`;
  return [
    `Today: ${today}. Draft: ${draft}.`,
    ...found.flatMap(personLines),
    ...(accepted === 0 ? [] : [`Left out, as cases of the draft expect it: ${counted(accepted, "kind")} of people.`]),
    `Tried ${counted(tried, "sign-up")} in ${seconds} s${none === "" ? "" : `,${none}`}.`,
    ...(saved === undefined ? [] : [`Saved as ${saved}.`]),
    ...(found.length > 0 && saved === undefined
      ? ["Keep it as a case: --save NAME. If the change is intended, --save NAME --accept: then it passes, and is left out from then on."]
      : []),
  ];
}

function personLines({ direction, candidate, today, draft }: FoundPerson): readonly string[] {
  return [
    titles[direction],
    ...foundFacts(candidate).map(({ what, is }) => `  ${what}: ${shortened(is)}`),
    `  today:  ${wordLine(today)}`,
    `  draft:  ${wordLine(draft)}`,
  ];
}

/** A value of hundreds of letters, which a rule bounds, tells by its length. --save keeps it whole. */
function shortened(is: string): string {
  return is.length <= MOST_SHOWN ? is : `${is.slice(0, MOST_SHOWN)}… (${is.length} characters)`;
}

function wordLine({ isAdmitted, verdict, step, rule, reasons }: PolicyWord): string {
  if (isAdmitted) return "let in";
  const asked = verdict === "invalid" ? "asked to correct the form" : "refused";
  return `${asked} at ${step}${rule === undefined ? "" : ` by ${rule}`}: ${reasons.join(", ")}`;
}
