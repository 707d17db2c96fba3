import { assertSettable, defineRule, type Rule } from "../sign-up/rule";
import type { Attributes, Step } from "../sign-up/sign-up";
import type { AttributesToSet } from "../sign-up/tenant-attributes";

/**
 * Refuses no one: sets attributes to fixed values, whatever was typed. Throws TypeError for an attribute that only Entra may set.
 *
 * @example
 * beforeCreateUser([assign({ country: "KR" }), accessList()])
 */
export function assign(attributes: AttributesToSet): Rule<Step> {
  for (const name of Object.keys(attributes)) assertSettable(name);
  return defineRule({ name: "assign", sets: Object.keys(attributes), prepare: () => attributes as Attributes });
}
