import * as v from "valibot";
import { refusedDomainTexts } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import { assertDomains, namedDomains } from "../../engine/rules/named-domains";
import { splitAddress } from "../../engine/sign-up/email";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs } from "../../engine/sign-up/rule-options";
import type { Block } from "../../engine/sign-up/verdict";
import { classesOf } from "../access-list/classes";
import { type ClassName, classNames } from "../access-list/entry";

/** Options: whether subdomains are refused, and domains that are not refused. */
export interface NotDomainsOptions {
  /** True if subdomains of the domains are refused. Subdomains of a public suffix are always refused. @default true */
  readonly subdomains?: boolean;
  /**
   * Domains that are not refused, with their subdomains: domains that a class includes by mistake, or that are below a refused domain. A
   * suffix means every domain below it.
   * @default none
   */
  readonly except?: readonly string[];
}

const refusedBlock: Block = { kind: "block", reason: "domain.refused", message: refusedDomainTexts["domain.refused"] };
const consumer: Block = { kind: "block", reason: "domain.consumer", message: refusedDomainTexts["domain.consumer"] };

/**
 * Refuses addresses of these domains, proven or not. A name can be a public suffix (`edu`, `ac.kr`), or a class:
 * "consumer" (free mail), "disposable" or "relay", which adds its data to the step's bundle. See
 * docs/recipes/consumer-mail.md.
 * @throws TypeError if a name is no domain, if the list is empty, or if an option has a wrong value
 *
 * @example
 * beforeCreateUser([notDomains(["fabrikam.com", "consumer"], { except: ["edu", "contoso.com"] })])
 */
export function notDomains(domains: readonly string[], options: NotDomainsOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("notDomains", options, notDomainsOptions());
  if (assertDomains(domains, "notDomains").length === 0) throw new TypeError("notDomains names no domain: it would refuse nobody.");
  const names = domains.map((name) => name.trim().toLowerCase());
  const classes = classNames.filter((name) => names.includes(name));
  const { uses, includes } = namedDomains(
    names.filter((name) => !classes.includes(name as ClassName)),
    "notDomains",
    options.subdomains ?? true,
  );
  const exceptions = namedDomains(options.except ?? [], "notDomains", true);
  const isConsumer = (domain: string) => classes.includes("consumer") && classesOf(domain, ["consumer"]).length > 0;
  return makeRule({
    name: "not-domains",
    reads: [],
    sets: [],
    admits: "people of other domains",
    narrows: true,
    uses: [...uses, ...exceptions.uses, ...classes.map((name) => ({ data: name }))],
    excludedReasons: [
      ...(classes.includes("consumer") ? [] : ["domain.consumer"]),
      ...(names.every((name) => name === "consumer") ? ["domain.refused"] : []),
    ],
    decide({ email }) {
      const { domain } = splitAddress(email);
      if (exceptions.includes(domain)) return { kind: "continue" };
      if (includes(domain)) return refusedBlock;
      if (isConsumer(domain)) return consumer;
      return classesOf(domain, classes).length > 0 ? refusedBlock : { kind: "continue" };
    },
  });
}

function notDomainsOptions() {
  const EXCEPT = "except lists domains to go on with";
  return optionSchema<NotDomainsOptions>({
    subdomains: v.optional(v.boolean(notAs("subdomains is true or false"))),
    except: v.optional(v.array(v.string(notAs(EXCEPT)), notAs(EXCEPT))),
  });
}
