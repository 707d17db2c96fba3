import { makeMember } from "../../../adapters/operator/world";
import { requireConfirmation } from "../../../cli/confirmed";
import type { Deployment } from "../../../cli/deployment";
import { formatCount, type Output } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import { readLookAlikes } from "../../access-list/verbs/allowed-look-alikes";
import { deniedLine, type Somebody } from "../next-try";
import { denialsNow } from "../world";

const SHOWN = 50;

interface Asking {
  readonly yes?: boolean | undefined;
  /** Action that the question names, such as "Invite". */
  readonly verb: string;
  /**
   * The consequence for denied people, as a sentence. If it is absent, `confirmDenied` also warns of look-alike domains. @default `INVITED`
   */
  readonly follows?: string;
}

const INVITED =
  "A deny always wins, and so does an approval where no rule asks for approval. While such an entry stands, an invitation lets nobody in.";

/**
 * Warns of denied people and look-alike domains. Unless `yes` is true, asks whether to go on. For look-alike domains alone, asks only in a
 * terminal. Throws if the answer is no. Throws if there is no terminal to ask about denied people.
 */
export async function confirmDenied(
  people: readonly Somebody[],
  { yes, verb, follows }: Asking,
  deployment: Deployment,
  output: Output,
  now: Date,
): Promise<void> {
  const foundDenials = [...(await makeMember(denialsNow, operatorPlace(deployment, output)).findDenials(people, now))];
  const alike = follows === undefined ? [...(await readLookAlikes(people, deployment, "invite")).values()] : [];
  warnOfAll(alike, output);
  if (foundDenials.length === 0) {
    if (alike.length > 0 && !yes && process.stdin.isTTY && process.stderr.isTTY)
      await requireConfirmation(`${verb} people of ${formatCount(alike.length, "such domain")}?`);
    return;
  }
  // `people` may contain one person several times, with several gates or accounts.
  const listLines = (some: typeof foundDenials) => [...new Set(some.map(([{ email }, denial]) => `${email}: ${deniedLine(denial)}`))];
  const denialLines = listLines(foundDenials.filter(([, { issuers }]) => issuers === undefined));
  warnOfAll(listLines(foundDenials), output);
  output.warn(follows ?? INVITED);
  if (!yes && denialLines.length > 0)
    await requireConfirmation(`${verb} ${formatCount(denialLines.length, "denied person", "denied people")}?`);
}

function warnOfAll(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, SHOWN)) output.warn(line);
  if (lines.length > SHOWN) output.warn(`and ${lines.length - SHOWN} more.`);
}
