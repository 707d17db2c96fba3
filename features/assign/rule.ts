import { assertSettable } from "../../engine/sign-up/attributes";
import { formatShort } from "../../engine/sign-up/checks";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import type { Attributes, Step } from "../../engine/sign-up/sign-up";
import type { AttributesToSet } from "../../engine/sign-up/tenant-attributes";

/**
 * Sets attributes to fixed values, whatever was typed. Refuses nobody.
 * @throws TypeError if only Entra may set an attribute
 *
 * @example
 * beforeCreateUser([assign({ country: "KR" }), accessList()], { trust: ["mail", "google.com"] })
 */
export function assign(attributes: AttributesToSet): Rule<Step> {
  if (typeof attributes !== "object" || attributes === null)
    throw new TypeError(`assign takes values by attribute, like { country: "KR" }, not ${formatShort(attributes)}.`);
  for (const [name, value] of Object.entries(attributes)) {
    assertSettable(name);
    if (value === undefined || value === null) throw new TypeError(`assign: ${name} has no value: write one, or "" to empty it.`);
  }
  return makeRule({ name: "assign", sets: Object.keys(attributes), prepare: () => attributes as Attributes });
}
