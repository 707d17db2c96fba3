import * as v from "valibot";
import { domainTexts } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import { assertDomains, namedDomains } from "../../engine/rules/named-domains";
import { splitAddress } from "../../engine/sign-up/email";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { ALLOWED, assertRuleOptions, createUnlessSchema, isSpared, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import { narrowing, trusting } from "../../engine/sign-up/trust";
import type { Block } from "../../engine/sign-up/verdict";

/** Options: subdomains, the answer to everybody else, and providers trusted for addresses. */
export interface OnlyDomainsOptions {
  /** True if subdomains count, too. Subdomains of a public suffix always count. @default false */
  readonly subdomains?: boolean;
  /**
   * The answer to people outside these domains.
   * @default "block"
   */
  readonly otherwise?: "block" | "continue";
  /** With "allowed", the rule skips people whom an earlier rule let in, whatever their domain. @default nobody */
  readonly unless?: "allowed";
  /**
   * Identity providers, to narrow the step's `trust`. People of other providers count as outside these domains.
   * @default the step's `trust`
   */
  readonly trust?: readonly string[];
}

const notAllowed: Block = { kind: "block", reason: "domain.not-allowed", message: domainTexts["domain.not-allowed"] };

/**
 * Refuses addresses outside these domains, and addresses that no provider in `trust` confirms. Subdomains count only
 * with `subdomains: true`. A public suffix (`edu`, `ac.kr`) covers every domain below it. With `otherwise: "continue"` it
 * refuses nobody, and leaves the finding `allowed`.
 * @throws TypeError if a domain is not one, if the list is empty, or if an option has a wrong value
 *
 * @example
 * beforeCreateUser([onlyDomains(["contoso.com", "fabrikam.com"], { subdomains: true })], { trust: ["mail", "google.com"] })
 */
export function onlyDomains(domains: readonly string[], options: OnlyDomainsOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("onlyDomains", options, onlyDomainsOptions());
  const { subdomains = false, otherwise = "block", unless, trust } = options;
  if (assertDomains(domains, "onlyDomains").length === 0) throw new TypeError("onlyDomains names no domain: nobody could sign up.");
  const { uses, suffixes, includes } = namedDomains(domains, "onlyDomains", subdomains);
  const isProven = trusting(trust, "onlyDomains");
  const open = suffixes.filter((suffix) => !forOrganisations.test(suffix));
  return makeRule({
    name: "only-domains",
    reads: [],
    sets: [],
    byAddress: true,
    ...narrowing(trust, "onlyDomains"),
    ...(suffixes.length > 0 && {
      uses,
      warns: open.map(
        (suffix) =>
          `lets in every domain below .${suffix}, where anybody can register one: name those that you mean, such as contoso.${suffix}.`,
      ),
    }),
    ...(open.length > 0 && { admits: `people of any domain below .${open.join(" or .")}`, narrows: true }),
    ...(otherwise === "continue" && { admits: "people of other domains", narrows: false, excludedReasons: ["domain.not-allowed"] }),
    ...(unless !== undefined && { consumes: [ALLOWED] }),
    decide(signUp, { findings }) {
      if (isSpared(unless, findings)) return { kind: "continue" };
      const isIn = includes(splitAddress(signUp.email).domain) && isProven(signUp);
      if (otherwise === "block") return isIn ? { kind: "continue" } : notAllowed;
      return { kind: "continue", ...(isIn && { findings: { [ALLOWED]: true } }) };
    },
  });
}

/** Suffixes below which registries give names only to schools, universities, authorities and the like. */
const forOrganisations = /^(edu|gov|mil|int)$|^(ac|edu|gov|go|gob|gouv|gc|govt|mil|sch|k12|nhs|police)\./;

function onlyDomainsOptions() {
  return optionSchema<OnlyDomainsOptions>({
    subdomains: v.optional(v.boolean(notAs("subdomains is true or false"))),
    otherwise: v.optional(v.picklist(["block", "continue"], notAs('otherwise must be "block" or "continue"'))),
    unless: createUnlessSchema(),
    trust: v.optional(readElsewhere<readonly string[]>()),
  });
}
