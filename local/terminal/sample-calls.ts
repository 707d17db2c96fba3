import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { withRelativePaths } from "../../lib/app-root";
import { packageRoot } from "../../lib/package-root";
import { exampleCalls } from "./example-calls";

/** Two requests to try at the start, and their expected results. */
export interface SampleCalls {
  readonly says: string;
  /** In an API connector's form. */
  readonly bodies: readonly object[];
}

/** People on a new data folder's list: it allows the first, and denies the other. */
const listed = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/** Chooses calls that fit the policy, if possible: it may require attributes that its cases have, or not use the list. */
export async function sampleCalls(folder: string, step: Step): Promise<SampleCalls> {
  const shown = withRelativePaths(folder);
  if (folder === join(packageRoot, "policy"))
    return { says: "Two people; the policy and the list that ship let in the first:", bodies: listed };
  for (const callsIn of exampleCalls) {
    const bodies = await callsIn(folder, step);
    const says = `Two cases of ${shown}; the rows and stand-ins of this run decide about each:`;
    if (bodies !== undefined) return { says, bodies };
  }
  return { says: `Two people; ${shown} decides about each:`, bodies: listed };
}
