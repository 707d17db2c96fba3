import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { REFERRED } from "../../engine/sign-up/checks";
import { addressOf, splitAddress } from "../../engine/sign-up/email";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import {
  ALLOWED,
  allowing,
  assertRuleOptions,
  createUnlessSchema,
  isSpared,
  notAs,
  readElsewhere,
} from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { narrowing, trusting } from "../../engine/sign-up/trust";
import type { Block, Verdict } from "../../engine/sign-up/verdict";
import { partnerKey, partnerStanding } from "../access-list/partner";
import { texts } from "./texts";

/** Options: the answer to everybody else, and providers trusted for addresses. */
export interface PartnersOptions {
  /**
   * The answer to people without an address at a partner's domain: they are refused, the next rule answers, or an approver decides.
   * @default "block"
   */
  readonly otherwise?: "block" | "continue" | "approval";
  /** With "allowed", the rule skips people whom an earlier rule let in, whatever their domain. @default nobody */
  readonly unless?: "allowed";
  /**
   * Identity providers, to narrow the step's `trust`. People of other providers count as people without an address at a partner's domain.
   * @default the step's `trust`
   */
  readonly trust?: readonly string[];
}

const outcomes = ["block", "continue", "approval"] as const satisfies readonly NonNullable<PartnersOptions["otherwise"]>[];

const notProven: Block = { kind: "block", reason: "partner.not-proven", message: texts["partner.not-proven"] };

/**
 * Lets people go on if the owner of their address's domain has proven it by a TXT record; subdomains do not count.
 * Leaves the finding `partner`: "proven", "stale" (the record has been gone for less than a week) or "none"; unless
 * it blocks everybody else, also `allowed`. See docs/partners.md.
 * @throws TypeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([partners({ otherwise: "approval" }), requestApproval({ when: "approval" })], { trust: ["mail", "google.com"] })
 */
export function partners(options: PartnersOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("partners", options, partnersOptions());
  const { otherwise = "block", unless, trust } = options;
  const isProven = trusting(trust, "partners");
  const buildPartnerKey = ({ email }: SignUp) => partnerKey(splitAddress(email).domain);
  return makeRule({
    name: "partners",
    reads: [],
    sets: [],
    byAddress: true,
    ...narrowing(trust, "partners"),
    uses: [
      { table: "decisions", access: "read" },
      { worker: "partners", calls: "dns" },
    ],
    ...(unless !== undefined && { consumes: [ALLOWED] }),
    ...(otherwise === "approval" && { requires: [REFERRED] }),
    ...(otherwise === "continue" && { admits: "people of other domains" }),
    ...(otherwise === "block" ? {} : { excludedReasons: ["partner.not-proven"] }),
    // With `unless`, an earlier rule may have let in a person without an address. Such a person has no domain, so no row is read.
    needs: (signUp) => (unless !== undefined && addressOf(signUp) === undefined ? [] : [buildPartnerKey(signUp)]),
    decide(signUp, { records, findings, now }): Verdict {
      if (isSpared(unless, findings)) return { kind: "continue" };
      const key = buildPartnerKey(signUp);
      const partner = isProven(signUp) ? partnerStanding(records.get(key), now) : "none";
      if (partner !== "none") return { kind: "continue", findings: { partner, ...allowing(otherwise) } };
      if (otherwise === "continue") return { kind: "continue", findings: { partner } };
      if (otherwise === "block") return notProven;
      return { kind: "continue", findings: { partner, [REFERRED]: true } };
    },
  });
}

function partnersOptions() {
  return optionSchema<PartnersOptions>({
    otherwise: v.optional(v.picklist(outcomes, notAs(`otherwise must be one of ${outcomes.join(", ")}`))),
    unless: createUnlessSchema(),
    trust: v.optional(readElsewhere<readonly string[]>()),
  });
}
