import * as v from "valibot";
import type { AddedCatalogue } from "../messages/catalogue";
import { type OptionsSchema, optionSchema, replaceName } from "../option-schema";
import { didYouMean } from "../problem-texts";
import { admissionFlaw, decidesOnReferrals } from "./admits";
import { EVERY_FINDING, formatShort, orderFlaw, REFERRED } from "./checks";
import { LONGEST_DEADLINE, replaceMs, timeoutBetween } from "./duration-options";
import { type AnyRule, type AnyShared, isMade, type PolicyEntry, type Rule, type ShadowRule, type Use } from "./rule";
import { assertCurrentWords, assertRuleOptions, assertRuleValue, notAs, readElsewhere } from "./rule-options";
import type { DecidingStep, SignUp, Step, Trust } from "./sign-up";
import type { AttributeName } from "./tenant-attributes";
import { addOurTexts, languageFlaw, saysSomething, type Text } from "./text";
import type { Timeout } from "./time";
import { readTrust, trustFlaw } from "./trust";
import { refuseReferred } from "./waiting";

// The build of a step sets GATEHOUSE_LANGUAGES to the languages that the policy folder adds: docs/decisions/0123.
declare global {
  const GATEHOUSE_LANGUAGES: readonly AddedCatalogue[] | undefined;
}

/** Options of a whole step: its texts, its deadline and what it passes on to other systems. */
export interface StepOptions {
  /**
   * Your own texts, by reason code and language.
   * @default Gatehouse's, in eight languages
   */
  readonly messages?: Readonly<Record<string, Text>>;
  /**
   * The form's name for each attribute.
   * @default Entra's name of a built-in attribute, or else the name from a rule that asks for the attribute, or else the short name
   */
  readonly labels?: { readonly [Name in AttributeName | "email"]?: Text };
  /**
   * Time from the request's arrival at the gateway to the answer: `"1.5s"`, from 500ms to 18s. An external tenant waits only 2 s: at most
   * 1.7s there.
   * @default "4s"; "800ms" before a token is sent
   */
  readonly deadline?: Timeout;
  /**
   * Identity providers whose word for an address counts, or "any". Rules, records and events use this trust. Required if a rule uses
   * addresses; with `admit`, set it there instead. See docs/policy.md.
   * @default ["mail", "google.com"]
   */
  readonly trust?: Trust;
  /**
   * Short names of attributes that the decision's record and event contain.
   * @default none
   */
  readonly eventAttributes?: readonly AttributeName[];
}

/** Options of the step that creates the account. */
export interface CreationOptions extends StepOptions {
  /**
   * Why everybody may sign up: "a public newsletter". Required if no rule decides who gets in; otherwise, an error.
   * @default a rule decides who gets in
   */
  readonly admitsEverybody?: string;
}

/**
 * The rules of one step: made by `afterSignIn`, `beforeCreateUser` or `beforeSendingToken`, the default export of a file
 * in `policy/`.
 */
export interface Policy<S extends Step = Step> {
  readonly step: S;
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly options: CreationOptions & { readonly languages?: readonly AddedCatalogue[] };
}

type PolicyRule<S extends Step> = Rule<S> | ShadowRule | (S extends DecidingStep ? AnyShared : never);
type Rules<S extends Step> = readonly PolicyRule<S>[];
type NotEmpty<R> = R extends readonly [] ? "A policy without a rule would let everyone in." : unknown;

/**
 * The policy after sign-in with an identity provider, before the form: no rule can ask for other input. See
 * docs/policy.md.
 * @throws TypeError for an empty list or text or an unknown language, RangeError for a deadline out of bounds
 *
 * @example
 * export default afterSignIn([accessList({ otherwise: "continue" })], { trust: ["mail", "google.com"] });
 */
export function afterSignIn<const R extends Rules<"after-sign-in">>(
  rules: R & NotEmpty<R>,
  options: StepOptions = {},
): Policy<"after-sign-in"> {
  return policy("after-sign-in", rules, options);
}

/**
 * The policy before the account is created, with everything that the person typed. See docs/policy.md.
 * @throws TypeError for an empty list, for a finding that a later rule must look at and none does, or if everybody would get in; RangeError
 * for a deadline out of bounds
 *
 * @example
 * export default beforeCreateUser([accessList()], { trust: "any" });
 */
export function beforeCreateUser<const R extends Rules<"before-create-user">>(
  rules: R & NotEmpty<R>,
  options: CreationOptions = {},
): Policy<"before-create-user"> {
  return policy("before-create-user", rules, options);
}

/**
 * The policy before a token is sent, at each sign-up and sign-in. It refuses nobody: attributes that its rules set become
 * claims. See docs/tokens.md.
 * @throws TypeError for an empty list or text or an unknown language, RangeError for a deadline out of bounds
 *
 * @example
 * export default beforeSendingToken([prefill(profiles())], { trust: ["mail", "google.com"] });
 */
export function beforeSendingToken<const R extends Rules<"before-sending-token">>(
  rules: R & NotEmpty<R>,
  options: StepOptions = {},
): Policy<"before-sending-token"> {
  return policy("before-sending-token", rules, options);
}

function policy<S extends Step>(step: S, written: readonly PolicyEntry[], options: CreationOptions): Policy<S> {
  if (typeof GATEHOUSE_OPTIONS === "undefined" && !Array.isArray(written))
    throw new TypeError(`The policy for ${step} takes its rules as a list: write square brackets around them, as in [accessList()].`);
  const rules = Array.isArray(written) ? rulesAt(step, written) : [];
  if (rules.length === 0) {
    throw new TypeError(
      `The policy for ${step} has no rule: it would ${step === "before-sending-token" ? "do nothing" : "let everyone in"}. Write one, such as ${step === "before-sending-token" ? "prefill(…)" : "accessList()"}.`,
    );
  }
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions<StepOptions>(step, options, stepOptions(step));
  for (const entry of rules) assertRule(entry, step);
  const trust = stepTrust(step, written, options);
  if (typeof GATEHOUSE_OPTIONS === "undefined") for (const entry of rules) assertTimeouts(unwrapRule(entry));
  for (const problem of unseen(rules)) throw new TypeError(`The policy for ${step}: ${problem}`);
  assertRulesFit(step, rules, { ...options, ...trust });
  return {
    step,
    rules: refuseUnapprovable(rules, step),
    options: {
      ...options,
      ...trust,
      ...nameAttributes(rules, options),
      ...(typeof GATEHOUSE_LANGUAGES !== "undefined" && { languages: GATEHOUSE_LANGUAGES }),
    },
  };
}

/** The policy's own labels win over the labels of its rules. The rules' labels only add missing attributes and languages. */
function nameAttributes(rules: readonly (AnyRule | ShadowRule)[], options: StepOptions): Pick<StepOptions, "labels"> {
  const labels = new Map(rules.flatMap((entry) => Object.entries(unwrapRule(entry).labels ?? {})));
  const own = Object.entries((options.labels ?? {}) as Readonly<Record<string, Text>>);
  for (const [name, words] of own) labels.set(name, addOurTexts(words, labels.get(name)));
  return labels.size === 0 ? {} : { labels: Object.fromEntries(labels) };
}

function stepTrust(step: Step, written: readonly PolicyEntry[], options: StepOptions): Pick<StepOptions, "trust"> {
  const shared = written.flatMap((entry) => ("rule" in entry && entry.trust !== undefined ? [entry.trust] : []));
  if (typeof GATEHOUSE_OPTIONS === "undefined") {
    if (options.trust !== undefined && shared.length > 0)
      throw new TypeError(`The policy for ${step} says trust twice: admit says it already, so take it out of the step's options.`);
    if (new Set(shared.map(String)).size > 1)
      throw new TypeError(`The policy for ${step} has two admit, each with another trust: write the same in both.`);
  }
  const trust = options.trust ?? shared[0];
  return trust === undefined ? {} : { trust: readTrust(trust, step) };
}

export function withTrust<P extends object>(signUp: P, { options: { trust } }: Pick<Policy, "options">): P & Pick<SignUp, "trust"> {
  return trust === undefined ? signUp : { ...signUp, trust };
}

/** After sign-in, Gatehouse's rules keep `decide`, because the next step judges referred people. */
function refuseUnapprovable(rules: readonly (AnyRule | ShadowRule)[], step: Step): readonly (AnyRule | ShadowRule)[] {
  return rules.map((entry, index) => {
    const isAsked = rules.slice(index + 1).some(decidesOnReferrals) || (step === "after-sign-in" && !(entry as AnyRule).isOwn);
    return isAsked ? entry : refuseReferred(entry);
  });
}

/** A rule that ends the policy comes last, wherever it is written. */
function rulesAt(step: Step, written: readonly PolicyEntry[]): readonly (AnyRule | ShadowRule)[] {
  const isShared = (entry: PolicyEntry): entry is AnyShared => typeof entry === "object" && entry !== null && "rule" in entry;
  const isLast = (entry: PolicyEntry) => Number(isShared(entry) && entry.isLast === true);
  const here = written.filter((entry) => !isShared(entry) || entry.step === step);
  return here.toSorted((one, other) => isLast(one) - isLast(other)).map((entry) => (isShared(entry) ? entry.rule : entry));
}

function assertRulesFit(step: Step, rules: readonly (AnyRule | ShadowRule)[], { admitsEverybody, trust }: CreationOptions): void {
  const counted = rules.map((entry) => unwrapRule(entry).counts).filter((name) => name !== undefined);
  const alike = counted.find((name, index) => counted.indexOf(name) !== index);
  if (alike !== undefined)
    throw new TypeError(
      `The policy for ${step} has two rules that count as ${JSON.stringify(alike)}: give one of them a name of its own, { name: "daily" }.`,
    );
  const twice = servicesAtOdds(rules.flatMap((entry) => unwrapRule(entry).uses ?? []));
  if (twice !== undefined) throw new TypeError(`The policy for ${step}: ${twice}`);
  const judging = rules.filter((entry): entry is AnyRule => (entry as AnyRule).decide !== undefined);
  const flaw = step === "before-create-user" ? admissionFlaw(judging, admitsEverybody) : undefined;
  if (flaw !== undefined) throw new TypeError(flaw);
  const misplaced = typeof GATEHOUSE_OPTIONS === "undefined" ? orderFlaw(judging) : undefined;
  if (misplaced !== undefined) throw new TypeError(`The policy for ${step}: ${misplaced}`);
  const untrusting = typeof GATEHOUSE_OPTIONS === "undefined" ? trustFlaw(rules.map(unwrapRule), step, trust) : undefined;
  if (untrusting !== undefined) throw new TypeError(untrusting);
}

function stepOptions(step: Step): OptionsSchema<StepOptions> {
  const schemas = {
    messages: textsOption<NonNullable<StepOptions["messages"]>>("messages"),
    labels: textsOption<NonNullable<StepOptions["labels"]>>("labels"),
    deadline: v.optional(timeoutBetween("deadline", "500ms", LONGEST_DEADLINE, " (Entra waits 20 s)")),
    trust: v.optional(readElsewhere<Trust>()),
    eventAttributes: v.optional(readElsewhere<readonly AttributeName[]>()),
  };
  const replaced = { ...replaceMs("deadlineMs", "deadline", "4s"), ...replaceName("provenBy", "trust") };
  if (step !== "before-create-user") return optionSchema<StepOptions>(schemas, replaced);
  return optionSchema<CreationOptions>({ ...schemas, admitsEverybody: v.optional(readElsewhere<string>()) }, replaced);
}

function textsOption<T extends object>(option: "messages" | "labels") {
  const says = option === "messages" ? "messages are texts by reason code" : "labels are texts by attribute";
  return v.optional(
    v.pipe(
      v.custom<T>((given) => typeof given === "object" && given !== null, notAs(says)),
      v.custom<T>(
        (given) => textsFlaw(option, given as T) === undefined,
        ({ input }) => textsFlaw(option, input as T) as string,
      ),
    ),
  );
}

function textsFlaw(option: string, texts: object): string | undefined {
  for (const [name, words] of Object.entries(texts)) {
    if (!saysSomething(words)) {
      return `${option} has no text for "${name}": write one text for everybody, or one for each language, { en: "…", ko: "…" }.`;
    }
    const flaw = languageFlaw(words);
    if (flaw !== undefined) return `${option}, the text for "${name}": ${flaw}`;
  }
  return undefined;
}

/** An entry that is not a rule would let everyone pass. A function is easily mistaken for a rule, because it has a `name` too. */
function assertRule(entry: unknown, step: Step): void {
  const rule = typeof entry === "object" && entry !== null && "shadow" in entry ? entry.shadow : entry;
  if (typeof rule === "function") {
    const name = rule.name === "" ? "a function" : `the function ${rule.name}`;
    throw new TypeError(
      `The policy for ${step} contains ${name} instead of a rule, which would let everyone pass: call it, ${rule.name || "accessList"}(), or make it a rule with defineRule("name", ${rule.name || "…"}).`,
    );
  }
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertNoOtherPart(entry, rule, step);
  if (typeof rule !== "object" || rule === null || !("name" in rule) || typeof rule.name !== "string") {
    throw new TypeError(`The policy for ${step} contains ${formatShort(rule)} instead of a rule: write accessList(), or ...list.`);
  }
  if (typeof GATEHOUSE_OPTIONS === "undefined" && !isMade(rule as AnyRule))
    throw new TypeError(
      `The policy for ${step} contains an object instead of a rule: write defineRule("${rule.name}", ({ signUp, now }) => …) around its function.`,
    );
}

function assertNoOtherPart(entry: unknown, rule: unknown, step: Step): void {
  if (Array.isArray(rule) && rule !== entry)
    throw new TypeError(`The policy for ${step}: shadow takes one rule, not a list: write shadow(…) around each.`);
  if (Array.isArray(rule))
    throw new TypeError(`The policy for ${step} contains a list instead of a rule: write three dots before it, as in [...who].`);
  const { entries, replaced } = stepOptions(step);
  const option = Object.keys(Object(rule) as object).find((name) => Object.hasOwn({ ...entries, ...replaced }, name));
  if (option !== undefined && !("name" in (rule as object)))
    throw new TypeError(
      `The policy for ${step} has the option ${option} among its rules: write options after the list, as in [accessList()], { ${option}: … }.`,
    );
}

function assertTimeouts({ name, uses = [] }: AnyRule): void {
  for (const use of uses.filter((each) => "service" in each)) {
    const what = `The rule "${name}": ${use.service}`;
    assertCurrentWords(what, use, replaceMs("timeLimitMs", "timeout", "2s"));
    if (use.timeout !== undefined) assertRuleValue(what, use.timeout, timeoutBetween("timeout", "1ms", LONGEST_DEADLINE));
  }
}

function unseen(rules: readonly (AnyRule | ShadowRule)[]): readonly string[] {
  return unconsumedFindings(rules, "requires").map(({ rule, finding }) =>
    finding === REFERRED
      ? `${rule} refers people to an approver, but no requestApproval follows it, so they would get in: add requestApproval after it.`
      : `${rule} leaves the finding "${finding}" for a later rule, but no later rule looks at it, so people would get in: add a rule that does.${didYouMean(finding, [REFERRED])}`,
  );
}

/** Lists the findings in `requires` or `recommends` that no later rule reads. */
export function unconsumedFindings(
  rules: readonly (AnyRule | ShadowRule)[],
  how: "requires" | "recommends",
): readonly { readonly rule: string; readonly finding: string }[] {
  return rules.flatMap((entry, index) => {
    // A rule in shadow declares and consumes no findings.
    const { name, [how]: left } = entry as AnyRule;
    const seen = new Set(rules.slice(index + 1).flatMap((later) => (later as AnyRule).consumes));
    const isSeen = (finding: string) => seen.has(finding) || (finding !== REFERRED && seen.has(EVERY_FINDING));
    return left?.filter((finding) => !isSeen(finding)).map((finding) => ({ rule: name, finding })) ?? [];
  });
}

export function unwrapRule(entry: AnyRule | ShadowRule): AnyRule {
  return "shadow" in entry ? entry.shadow : entry;
}

/**
 * Returns an error if two systems have the same service name: records, metrics and stand-ins could not tell them apart. Undefined if none
 * do.
 */
export function servicesAtOdds(uses: readonly Use[]): string | undefined {
  const urls = new Map<string, string>();
  for (const use of uses) {
    if (!("service" in use) || use.url === undefined) continue;
    const known = urls.get(use.service) ?? use.url;
    if (known !== use.url)
      return `the service "${use.service}" is declared with two URLs, ${known} and ${use.url}. Give one of them another name.`;
    urls.set(use.service, known);
  }
  return undefined;
}
