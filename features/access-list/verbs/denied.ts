import { requireConfirmation } from "../../../cli/confirmed";
import { createDeploymentRows, type Deployment } from "../../../cli/deployment";
import { formatCount, type Output } from "../../../cli/output";
import type { AskedLists, JudgedPerson } from "../asked-lists";
import { denials } from "../store/denials";
import { readLookAlikes } from "./allowed-look-alikes";

/** Maps each denied person to the denying entry. */
export async function readDenials<P extends JudgedPerson>(
  people: readonly P[],
  deployment: Deployment,
  now: Date,
): Promise<ReadonlyMap<P, string>> {
  const { askedLists } = deployment;
  const lists: AskedLists = askedLists === undefined ? undefined : JSON.parse(askedLists);
  return await denials(createDeploymentRows(deployment), lists).findDenials(people, now);
}

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
  people: readonly JudgedPerson[],
  { yes, verb, follows }: Asking,
  deployment: Deployment,
  output: Output,
  now: Date,
): Promise<void> {
  const foundDenials = [...(await readDenials(people, deployment, now))];
  const alike = follows === undefined ? [...(await readLookAlikes(people, deployment, "invite")).values()] : [];
  warnOfAll(alike, output);
  if (foundDenials.length === 0) {
    if (alike.length > 0 && !yes && process.stdin.isTTY && process.stderr.isTTY)
      await requireConfirmation(`${verb} people of ${formatCount(alike.length, "such domain")}?`);
    return;
  }
  // `people` may contain one person several times, with several gates or accounts.
  const denialLines = [
    ...new Set(foundDenials.map(([{ email }, entry]) => `${email}: the access list denies them, by the entry ${entry}.`)),
  ];
  warnOfAll(denialLines, output);
  output.warn(follows ?? INVITED);
  if (!yes) await requireConfirmation(`${verb} ${formatCount(denialLines.length, "denied person", "denied people")}?`);
}

function warnOfAll(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, SHOWN)) output.warn(line);
  if (lines.length > SHOWN) output.warn(`and ${lines.length - SHOWN} more.`);
}
