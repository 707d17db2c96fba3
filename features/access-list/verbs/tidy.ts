import { isLasting } from "../../../adapters/aws/client";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { lineDue } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { mapInBatches } from "../../../engine/collections";
import { accessListStore, type Tidying } from "../store/access-list";
import { readAskedClasses, untidiedRows } from "../store/untidied-rows";
import { silentGates } from "./editing";

const AT_ONCE = 10;

const MOST_NAMED = 10;

type Outcome = Tidying | "refused";

/** "left" has no words, because rows that need no change are not reported. */
const words: Readonly<Record<Exclude<Outcome, "left">, string>> = {
  indexed: "indexed",
  moved: "moved to their normalised spelling",
  flagged: "flagged, as something in them cannot be read",
  cleared: "cleared of an old flag",
  refused: "left as they are: tidied, they would be too long for DynamoDB",
};

/** Tidies the rows that the hygiene worker has not tidied. Repeatable. */
export async function tidyList(
  { dryRun, ...options }: DeploymentOptions & JsonOption & { readonly dryRun?: boolean },
  { output }: CommandContext,
): Promise<void> {
  const deployment = await deploymentFor(options);
  const { dynamodb, accessListTable } = deployment;
  const needs = { classes: await readAskedClasses(accessListStore(dynamodb, accessListTable)), silent: silentGates(deployment) };
  const store = accessListStore(dynamodb, accessListTable, needs);
  const outcomeCounts: Record<Outcome, number> = { left: 0, indexed: 0, moved: 0, flagged: 0, cleared: 0, refused: 0 };
  const refusals: string[] = [];
  const tidyEntry = async (entry: string): Promise<Outcome> => {
    try {
      return await store.tidy(entry, new Date());
    } catch (error) {
      if (!isLasting(error)) throw error;
      refusals.push(entry);
      return "refused";
    }
  };
  let readCount = 0;
  let foundCount = 0;
  const isDue = lineDue();
  for await (const page of untidiedRows(dynamodb, accessListTable, needs)) {
    readCount += page.looked;
    foundCount += page.entries.length;
    if (!dryRun) for (const each of await mapInBatches(page.entries, AT_ONCE, tidyEntry)) outcomeCounts[each] += 1;
    if (isDue()) output.warn(`${readCount} rows looked at, ${foundCount} ${dryRun ? "to tidy" : "tidied"} so far`);
  }
  const { left: _, ...counts } = outcomeCounts;
  if (options.json) {
    output.json({ looked: readCount, found: foundCount, ...(!dryRun && counts) });
    return;
  }
  output.print(`${formatCount(readCount, "row")} looked at, ${foundCount} ${dryRun ? "to tidy" : "not tidy"}.`);
  for (const [name, text] of Object.entries(words)) {
    const count = counts[name as keyof typeof counts];
    if (count > 0) output.print(`  ${count} ${text}`);
  }
  for (const entry of refusals.slice(0, MOST_NAMED)) output.print(`    ${entry}`);
}
