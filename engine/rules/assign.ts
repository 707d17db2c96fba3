import { assertSettable, defineRule, type Rule } from "../sign-up/rule";
import type { Attributes } from "../sign-up/sign-up";

/**
 * Refuses no one: sets attributes to fixed values, whatever was typed. Throws TypeError for an attribute that only Entra may set.
 *
 * @example
 * beforeCreateUser([assign({ country: "KR" }), accessList()])
 */
export function assign(attributes: Attributes): Rule {
  for (const name of Object.keys(attributes)) assertSettable(name);
  return defineRule({ name: "assign", prepare: () => attributes });
}
