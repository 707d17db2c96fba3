import { join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { withRelativePaths } from "../../lib/app-root";
import { packageRoot } from "../../lib/package-root";
import { exampleCalls } from "./example-calls";

/** Two requests to try at the start, and what may be expected of them. */
export interface SampleCalls {
  readonly says: string;
  /** As an API connector sends them. */
  readonly bodies: readonly object[];
}

/** People on the list that a new data folder starts with: it allows the first, and denies the other. */
const listed = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

/** Fits the policy where it can: it may want attributes that its cases have, and decide by other things than the list. */
export async function sampleCalls(folder: string, step: Step): Promise<SampleCalls> {
  const shown = withRelativePaths(folder);
  if (folder === join(packageRoot, "policy"))
    return { says: "Two people; the policy and the list that ship let in the first:", bodies: listed };
  for (const callsIn of exampleCalls) {
    const bodies = await callsIn(folder, step);
    const says = `Two cases of ${shown}: it lets in the first, where the tables and other systems say what they say in the cases:`;
    if (bodies !== undefined) return { says, bodies };
  }
  return { says: `Two people; ${shown} decides about each:`, bodies: listed };
}
