import { assertSettable, defineRule, type Rule } from "../sign-up/rule";
import type { Attributes } from "../sign-up/sign-up";

/** Sets attributes to fixed values, whatever was typed: `assign({ country: "KR" })`. */
export function assign(attributes: Attributes): Rule {
  for (const name of Object.keys(attributes)) assertSettable(name);
  return defineRule({ name: "assign", prepare: () => attributes });
}
