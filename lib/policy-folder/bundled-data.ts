import { classNames } from "../../engine/access-list/entry";
import type { AnyRule, Use } from "../../engine/sign-up/rule";
import { type PolicyStep, usesOf, usesOfRules } from "./policy-folder";

/** The data that the rules of these steps ask the build to put into their bundles: classes of mail domains. */
export function dataOf(steps: readonly PolicyStep[]): readonly string[] {
  return dataIn(steps.flatMap(usesOf));
}

function dataIn(uses: readonly Use[]): readonly string[] {
  return uses.flatMap((use) => ("data" in use ? [use.data] : []));
}

/** Tells the bundler which data to put in: what no rule asks for costs every cold start. */
export function dataDefines(rules: readonly AnyRule[]): Readonly<Record<string, string>> {
  const data = dataIn(usesOfRules(rules));
  return Object.fromEntries(
    classNames.map((name) => [
      `process.env.GATEHOUSE_DATA_${name.toUpperCase()}`,
      JSON.stringify(data.includes(name) ? "present" : "absent"),
    ]),
  );
}
