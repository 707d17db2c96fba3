import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { trustingUnlessTyped } from "../../engine/rules/trusting";
import { addressOf, partsOf } from "../../engine/sign-up/email";
import { AddressNeededError } from "../../engine/sign-up/failure";
import { defineRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { classesOf } from "./classes";
import { type ClassName, classNames, rowKey } from "./entry";
import { candidates, match, partnerKeys } from "./match";

/** The classes that entries may name, and the result if no entry matches. */
export interface AccessListOptions {
  /**
   * The result if no entry matches.
   * @default "deny"
   */
  readonly otherwise?: "deny" | "continue";
  /**
   * "deny": the list only refuses people. All others continue, and entries that allow do not count.
   * @default entries that allow count, too
   */
  readonly only?: "deny";
  /**
   * Classes of mail domains that entries may name. Each class adds its data to the step's bundle.
   * @default none
   */
  readonly classes?: readonly ClassName[];
  /**
   * Identity providers trusted for addresses: `["mail", "google.com"]`. For people of others, no allow of an address,
   * domain or class counts.
   * @default every provider
   */
  readonly trust?: readonly string[];
}

/**
 * Blocks people that the access list denies. Also blocks people without a matching entry, unless `otherwise` is "continue". Sets the finding
 * `listed`: "allow" or "unlisted"; with "continue" also `allowed`. See docs/access-list.md.
 *
 * @remarks The closest of several matching entries decides.
 * @throws TypeError if an option or a class does not exist, or if `only` and `otherwise` contradict each other
 *
 * @example
 * beforeCreateUser([accessList({ classes: ["disposable", "relay"] })])
 */
export function accessList(options: AccessListOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("accessList", options, accessListOptions());
  const { only, otherwise = only === undefined ? "deny" : "continue", classes = [], trust } = options;
  if (only !== undefined && otherwise === "deny") throw new TypeError('accessList: with only: "deny", leave out otherwise.');
  const isProven = trustingUnlessTyped(trust, "accessList");
  const welcome = otherwise === "continue" && only === undefined && { allowed: true };
  const classesFor = (signUp: SignUp) => classesOf(partsOf(addressOf(signUp) ?? "").domain, classes);
  return defineRule({
    name: "access-list",
    reads: [],
    sets: [],
    uses: [{ table: "accessList", access: "read" }, { table: "decisions", access: "read" }, ...classes.map((name) => ({ data: name }))],
    ...(otherwise === "continue" && { excludedReasons: ["access-list.unlisted"], admits: "people that no entry denies" }),
    needs: (signUp) => [...candidates(signUp, classesFor(signUp)).map(({ key }) => rowKey(key)), ...partnerKeys(signUp)],
    decide(signUp, { records, now }) {
      const find = (key: string) => records.get(rowKey(key));
      const [partner] = partnerKeys(signUp).map((key) => records.get(key));
      const { listed, matches, ...passedOver } = match(signUp, classesFor(signUp), find, now, isProven(signUp), partner);
      const [winner] = matches;
      const basis = winner === undefined ? passedOver : { entry: winner.entry, level: winner.level };
      const evidence = Object.keys(basis).length > 0 && { evidence: basis };
      if (listed === "deny") return { kind: "block", reason: "access-list.denied", ...evidence };
      // An entry may deny the missing address: only one for the account or its provider lets such a person in.
      const isAdmitted = winner?.level === "account" || winner?.level === "issuer";
      if (addressOf(signUp) === undefined && !isAdmitted) throw new AddressNeededError();
      if (listed === "unlisted" && otherwise === "deny") return { kind: "block", reason: "access-list.unlisted", ...evidence };
      return { kind: "continue", findings: { listed, ...(listed === "allow" && welcome) }, ...evidence };
    },
  });
}

function accessListOptions() {
  const known = v.picklist(classNames, ({ input }) => `classes has no ${JSON.stringify(input)}; write ${classNames.join(" or ")}.`);
  return optionSchema<AccessListOptions>({
    otherwise: v.optional(v.picklist(["deny", "continue"], notAs('otherwise must be "deny" or "continue"'))),
    only: v.optional(v.literal("deny", notAs('only must be "deny"'))),
    classes: v.optional(v.array(known, notAs(`classes must be a list of ${classNames.join(", ")}`))),
    trust: v.optional(readElsewhere<readonly string[]>()),
  });
}
