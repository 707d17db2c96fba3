import { assertSettable } from "../../engine/sign-up/checks";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import type { Attributes, Step } from "../../engine/sign-up/sign-up";
import type { AttributesToSet } from "../../engine/sign-up/tenant-attributes";

/**
 * Sets attributes to fixed values, whatever was typed. Refuses nobody.
 * @throws TypeError if only Entra may set an attribute
 *
 * @example
 * beforeCreateUser([assign({ country: "KR" }), accessList()])
 */
export function assign(attributes: AttributesToSet): Rule<Step> {
  for (const name of Object.keys(attributes)) assertSettable(name);
  return makeRule({ name: "assign", sets: Object.keys(attributes), prepare: () => attributes as Attributes });
}
