import type { AnyRule } from "../../engine/sign-up/rule";
import type { AccessTerms } from "./terms";

/** The terms that a gate's rules name; undefined where access has no end there. */
export function accessTermsIn(rules: readonly Pick<AnyRule, "uses">[]): AccessTerms | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => ("worker" in use && use.worker === "access" ? [use.settings as AccessTerms] : [])),
  )[0];
}
