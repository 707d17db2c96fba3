import * as v from "valibot";
import { optionSchema, replaceValue } from "../../engine/option-schema";
import { REFERRED } from "../../engine/sign-up/checks";
import { addressOf, splitAddress } from "../../engine/sign-up/email";
import { AddressNeededError } from "../../engine/sign-up/failure";
import { type Context, makeRule, type Rule } from "../../engine/sign-up/rule";
import { ALLOWED, assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { narrowing, trusting } from "../../engine/sign-up/trust";
import type { Block, Continue, RuleResult } from "../../engine/sign-up/verdict";
import { classesOf } from "./classes";
import { type ClassName, classNames, rowKey } from "./entry";
import { candidates, type Level, match, partnerKeys } from "./match";

export const ACCESS_LIST = "access-list";

/** Options of `accessList`: which entries count, and the result if no entry matches. */
export interface AccessListOptions {
  /**
   * The result if no entry matches.
   * @default "block"
   */
  readonly otherwise?: "block" | "continue";
  /**
   * If false, no entry lets anybody in: the list only refuses people, or has them wait for approval, and all others continue. An entry that
   * allows still exempts its people from a deny that is farther away, such as that of their domain.
   * @default true
   */
  readonly allows?: boolean;
  /**
   * Classes of mail domains that entries may name. Each class adds its data to the step's bundle.
   * @default none
   */
  readonly classes?: readonly ClassName[];
  /**
   * Identity providers, to narrow the step's `trust`. An allow of an address, domain or class counts only for people of these providers.
   * @default the step's `trust`
   */
  readonly trust?: readonly string[];
}

/**
 * Blocks people that the access list denies. Also blocks people without a matching entry, unless `otherwise` is "continue". Sets the
 * finding `listed`: "allow", "approval" or "unlisted". If `otherwise` is "continue", also sets the finding `allowed` for "approval" and,
 * unless `allows` is false, for "allow". If a person's entry requires approval, refers the person to `requestApproval`; if no later rule
 * asks for approval, blocks the person. See docs/access-list.md.
 *
 * @remarks The closest of several matching entries decides.
 * @throws TypeError if an option or a class does not exist, or if `allows` and `otherwise` contradict each other
 *
 * @example
 * beforeCreateUser([accessList({ classes: ["disposable", "relay"] })], { trust: ["mail", "google.com"] })
 */
export function accessList(options: AccessListOptions = {}): Rule {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("accessList", options, accessListOptions());
  const { allows = true, otherwise = allows ? "block" : "continue", classes = [], trust } = options;
  if (!allows && otherwise === "block") throw new TypeError("accessList: leave out otherwise if allows is false.");
  const isProven = trusting(trust, "accessList");
  const welcome = otherwise === "continue" && allows && { [ALLOWED]: true };
  // With "continue", people who wait for approval also count as allowed. So later rules with `unless: "allowed"` ask them nothing: an
  // approver decides.
  const waits = { listed: "approval", ...(otherwise === "continue" && { [ALLOWED]: true }) } as const;
  // If somebody invited the person, the list does not refer them for approval. If another rule refers them, its referral stays.
  const refers = (ruleResults: Context["said"]) => !ruleResults.some(isOfInvitation) && { [REFERRED]: true };
  const listClasses = (signUp: SignUp) => classesOf(splitAddress(addressOf(signUp) ?? "").domain, classes);

  function decide(signUp: SignUp, { records, said, now }: Context, asksApproval: boolean): Block | Continue {
    const find = (key: string) => records.get(rowKey(key));
    const [partner] = partnerKeys(signUp).map((key) => records.get(key));
    const { listed, matches, ...passedOver } = match(signUp, listClasses(signUp), find, now, isProven(signUp), partner);
    const [winner] = matches;
    const basis = winner === undefined ? passedOver : { entry: winner.entry, level: winner.level };
    const evidence = Object.keys(basis).length > 0 && { evidence: basis };
    if (listed === "deny") return { kind: "block", reason: "access-list.denied", ...evidence };
    if (listed === "approval" && !asksApproval) return { kind: "block", reason: "access-list.no-approval", ...evidence };
    // Without an address, only an entry for the account or its provider can decide: the person's unknown address may be denied.
    const isKnown = winner !== undefined && levelsWithoutAddress.has(winner.level);
    if (addressOf(signUp) === undefined && !isKnown) throw new AddressNeededError();
    if (listed === "unlisted" && otherwise === "block") return { kind: "block", reason: "access-list.unlisted", ...evidence };
    if (listed === "approval") return { kind: "continue", findings: { ...waits, ...refers(said) }, ...evidence };
    return { kind: "continue", findings: { listed, ...(listed === "allow" && welcome) }, ...evidence };
  }

  return makeRule({
    name: ACCESS_LIST,
    reads: [],
    sets: [],
    uses: [{ table: "accessList", access: "read" }, { table: "decisions", access: "read" }, ...classes.map((name) => ({ data: name }))],
    byEntries: true,
    ...(allows && { byAddress: true }),
    ...narrowing(trust, "accessList"),
    // The policy's cases need not include access-list.no-approval: only people whose rows `list lint` flags get this reason.
    excludedReasons: ["access-list.no-approval", ...(otherwise === "continue" ? ["access-list.unlisted"] : [])],
    ...(otherwise === "continue" && { admits: "people that no entry denies" }),
    needs: (signUp) => [...candidates(signUp, listClasses(signUp)).map(({ key }) => rowKey(key)), ...partnerKeys(signUp)],
    decide: (signUp, context) => decide(signUp, context, true),
    decideWithoutApproval: (signUp, context) => decide(signUp, context, false),
  });
}

const levelsWithoutAddress: ReadonlySet<Level> = new Set(["account", "veto", "issuer"]);

/** True if the rule found an invitation for this person. A code that was handed out names nobody. */
function isOfInvitation({ said, evidence }: RuleResult): boolean {
  return said === "continue" && evidence?.invitation !== undefined;
}

function accessListOptions() {
  const knownClasses = v.picklist(classNames, ({ input }) => `classes has no ${JSON.stringify(input)}; write ${classNames.join(" or ")}.`);
  return optionSchema<AccessListOptions>(
    {
      otherwise: v.optional(v.picklist(["block", "continue"], notAs('otherwise must be "block" or "continue"'))),
      allows: v.optional(v.boolean(notAs("allows must be true or false"))),
      classes: v.optional(v.array(knownClasses, notAs(`classes must be a list of ${classNames.join(", ")}`))),
      trust: v.optional(readElsewhere<readonly string[]>()),
    },
    { ...replaceValue("otherwise", "deny", "block"), only: (input) => (input === "deny" ? "allows: false" : undefined) },
  );
}
