import { classNames } from "../../engine/access-list/entry";
import { type PolicyStep, usesOf } from "./policy-folder";

/** The data that the rules of these steps ask the build to put into their bundles: classes of mail domains. */
export function dataOf(steps: readonly PolicyStep[]): readonly string[] {
  return steps.flatMap(usesOf).flatMap((use) => ("data" in use ? [use.data] : []));
}

/** Tells the bundler which data to put in: what no rule asks for costs every cold start. */
export function dataDefines(steps: readonly PolicyStep[]): Readonly<Record<string, string>> {
  const data = dataOf(steps);
  return Object.fromEntries(
    classNames.map((name) => [
      `process.env.GATEHOUSE_DATA_${name.toUpperCase()}`,
      JSON.stringify(data.includes(name) ? "present" : "absent"),
    ]),
  );
}
