import { dirname, sep } from "node:path";
import { withRelativePaths } from "../app-root";
import { placeIn } from "../load-typescript";
import type { StepFile } from "./policy-folder";

/** The line in the policy's folder from which a rule's error came: `policy/before-create-user.ts:5:18`. */
export function failurePlace(steps: readonly Pick<StepFile, "file">[], error: unknown): string | undefined {
  const folders = new Set(steps.map(({ file }) => dirname(file) + sep));
  const [place] = [...folders].flatMap((folder) => placeIn(folder, error) ?? []);
  return place && withRelativePaths(place);
}
