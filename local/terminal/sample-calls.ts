import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { packageRoot } from "../../lib/package-root";
import { callsInCases } from "../cases/example-calls";

/** Two people on the list of a new data folder. The list allows the first person, and denies the second. */
const listedPeople = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/**
 * Returns two requests to try at the start, in an API connector's form. For the shipped policy they are requests of people on the list. For
 * a policy of your own they come from the policy's cases, if possible. The reason is that such a policy may require attributes, or may not
 * use the list.
 */
export async function sampleCalls(folder: string, step: Step): Promise<readonly object[]> {
  if (folder === join(packageRoot, "policy")) return listedPeople;
  return (await callsInCases(folder, step)) ?? listedPeople;
}
