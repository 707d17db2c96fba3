import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { packageRoot } from "../../lib/package-root";
import { callsInCases } from "../cases/example-calls";

/** People on a new data folder's list: it allows the first, and denies the other. */
const listedPeople = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/**
 * Returns two requests to try at the start, in an API connector's form. They fit the policy, if possible: it may require attributes that its
 * cases have, or not use the list.
 */
export async function sampleCalls(folder: string, step: Step): Promise<readonly object[]> {
  if (folder === join(packageRoot, "policy")) return listedPeople;
  return (await callsInCases(folder, step)) ?? listedPeople;
}
