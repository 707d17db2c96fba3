import * as v from "valibot";
import { ruleText } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import { ANY_ATTRIBUTE, REFERRED } from "../../engine/sign-up/checks";
import type { HashOf } from "../../engine/sign-up/person";
import { countedPerson, personIdFor, personKeyAt } from "../../engine/sign-up/person-key";
import {
  type Context,
  isKebabCase,
  makeRule,
  type RecordKey,
  type Rule,
  type Situation,
  trueOrFalse,
  type Use,
} from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, wholeFrom } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { IdentityVerifier, Verification } from "../../engine/sign-up/source";
import type { Continue, Evidence, Findings, Verdict } from "../../engine/sign-up/verdict";
import { checkPass } from "../approvals/pass";
import { requestId, requestKey } from "../approvals/request";
import { findApprovalRequest, mayAskAgain } from "../approvals/state-at";
import { countryOf } from "../countries/countries";
import { askOnce, questionHash, type VerificationAnswer } from "./ask-once";
import { texts } from "./texts";

const IDENTITY_PREFIX = "identity/";

/** The limit is 1,000, because all attempts of a day are in one row of the ledger. */
const MOST_ATTEMPTS = 1_000;

const consequences = ["block", "ask-again", "continue", "approval"] as const;
/**
 * The effect of an outcome. "block" refuses the person. "ask-again" asks for corrected input. "continue" goes on to the next rule, with the
 * finding `identity`. "approval" makes `requestApproval` ask for approval.
 */
export type Consequence = (typeof consequences)[number];

/** Options: the answer to each outcome, who is verified, and how often the vendor may be asked. */
export interface VerifyIdentityOptions {
  /** The effect if the vendor does not find the person. @default "ask-again" */
  readonly refuted?: Consequence;
  /** The effect if the vendor wants a human to decide. @default "block" */
  readonly review?: Consequence;
  /** The effect if there is no usable answer. With "continue", people get in unverified. @default "block" */
  readonly unavailable?: Consequence;
  /** Maximum number of calls to the vendor about one person each day (UTC), 1 to 1000. @default 3 */
  readonly attemptsPerDay?: number;
  /**
   * Two-letter codes of the countries whose people are verified, such as `["US"]`. People whose attribute `country` names another country
   * continue unverified, with the finding "skipped". People whose country is empty or cannot be read are verified.
   * @default every country
   */
  readonly countries?: readonly string[];
  /** True for people who continue unverified, with the finding "skipped". @default nobody */
  readonly unless?: (situation: Situation) => boolean;
}

const saying = (reason: string) => ({ reason, ...ruleText(texts, reason) });

type ByOutcome = Readonly<Record<Exclude<Verification["kind"], "verified">, Consequence>>;

/**
 * Refuses people that an identity vendor does not confirm. Leaves the finding `identity`: "verified", "refuted", "review",
 * "unavailable", "skipped", or "approved" by an approver. Of two vendors' answers, "refuted" wins, then "review", then the
 * later one. See docs/recipes/idology.md.
 *
 * @remarks The vendor is asked once for the same input within ten minutes, however often Entra repeats the call.
 * @throws TypeError or RangeError if the verifier is not one, or if an option has a wrong value
 *
 * @example
 * beforeCreateUser([
 *   verifyIdentity(idology(), { review: "approval" }),
 *   requestApproval({ when: "approval" }),
 * ], { trust: ["mail", "google.com"] })
 */
export function verifyIdentity(verifier: IdentityVerifier, options: VerifyIdentityOptions = {}): Rule<"before-create-user"> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("verifyIdentity", options, verifyIdentityOptions());
  const { refuted = "ask-again", review = "block", unavailable = "block", attemptsPerDay = 3, countries, unless } = options;
  const leadsTo: ByOutcome = { refuted, review, unavailable };
  assertVerifier(verifier);
  const admits = admittedBy(verifier.name, leadsTo, countries);
  const refers = Object.values(leadsTo).includes("approval");
  return makeRule({
    name: "verify-identity",
    ...(admits !== undefined && { admits }),
    // Who types another country, or whom the vendor refutes, goes on unverified.
    ...(admits !== undefined && countries === undefined && refuted !== "continue" && { narrows: true }),
    asks: verifier.asks ?? [],
    reads: [ANY_ATTRIBUTE],
    sets: [],
    // The list never contains `identity.unavailable`. Whatever the options are, the rule blocks with this reason if the ledger's row is
    // unreadable.
    excludedReasons: (["refuted", "review"] as const)
      .filter((outcome) => !["block", "ask-again"].includes(leadsTo[outcome]))
      .map((outcome) => `identity.${outcome}`),
    uses: [
      ...listUses(verifier),
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [IDENTITY_PREFIX] },
      ...(refers ? [{ table: "approvals", access: "read" } as const] : []),
    ],
    requires: [...([refuted, review].includes("continue") ? ["identity"] : []), ...(refers ? [REFERRED] : [])],
    ...((unavailable === "continue" || countries !== undefined) && { recommends: ["identity"] }),
    needs: (signUp, hashOf) => [ledgerKey(verifier, signUp, hashOf), ...(refers ? [requestKey(requestId(signUp, hashOf))] : [])],
    async decide(signUp, context) {
      if (unless !== undefined && trueOrFalse(unless({ signUp, findings: context.findings }), "verifyIdentity: `unless`"))
        return skipVerification(context.findings);
      if (countries !== undefined && isElsewhere(signUp, countries)) return skipVerification(context.findings);
      const earlier = refers ? earlierApproval(verifier.name, signUp, context) : undefined;
      if (earlier !== undefined) return beside(earlier, context.findings);
      const fieldsResult = verifier.fieldsOf(signUp);
      if ("problems" in fieldsResult)
        return { kind: "invalid", problems: fieldsResult.problems.map((problem) => ({ ...saying(problem.reason), ...problem })) };
      const ledger = ledgerKey(verifier, signUp, context.hashOf);
      const question = questionHash(verifier.name, personKeyAt(signUp), fieldsResult.fields, context.hashOf);
      const personId = personIdFor(signUp, context.hashOf);
      const answer = await askOnce({ verifier, fields: fieldsResult.fields, question, ledger, personId, attemptsPerDay }, context);
      return verdictOn(answer, { vendor: verifier.name, ledger: ledger.key.id }, leadsTo, context.findings);
    },
  });
}

function admittedBy(
  vendor: string,
  { refuted, review, unavailable }: ByOutcome,
  countries: readonly string[] | undefined,
): string | undefined {
  if ([refuted, review].includes("continue")) return `people that ${vendor} does not confirm`;
  if (countries !== undefined) return `people who type a country other than ${countries.join(", ")}`;
  return unavailable === "continue" ? `everybody while ${vendor} does not answer` : undefined;
}

function isElsewhere({ attributes }: SignUp, countries: readonly string[]): boolean {
  const country = countryOf(attributes.country);
  return country !== undefined && !countries.includes(country.alpha2);
}

function skipVerification({ identity = "skipped" }: Findings): Verdict<"before-create-user"> {
  return { kind: "continue", findings: { identity } };
}

/** If an operator deletes the row, the person has all of the day's attempts again. */
function ledgerKey({ name }: IdentityVerifier, signUp: SignUp, hashOf: HashOf): RecordKey & { readonly key: { readonly id: string } } {
  return { table: "ledger", key: { id: `${IDENTITY_PREFIX}${name}/${countedPerson(signUp, hashOf)}` } };
}

function beside(earlier: Continue, before: Findings): Continue {
  const identity = mergeFinding(String(earlier.findings?.identity), before.identity);
  return { ...earlier, findings: { ...earlier.findings, identity } };
}

interface CallPlace {
  readonly vendor: string;
  readonly ledger: string;
}

function verdictOn(answer: VerificationAnswer, place: CallPlace, leadsTo: ByOutcome, before: Findings): Verdict<"before-create-user"> {
  const { ledger } = place;
  if (answer.kind === "too-many-attempts") return { kind: "block", ...saying("identity.too-many-attempts"), evidence: { ledger } };
  if (answer.kind === "unreadable") {
    return {
      kind: "block",
      ...saying("identity.unavailable"),
      evidence: { ledger },
      upstreamFailure: { service: "ledger", kind: "unreadable" },
    };
  }
  const behind = { evidence: buildEvidence(answer, place), ...(answer.upstreamFailure && { upstreamFailure: answer.upstreamFailure }) };
  const consequence = answer.kind === "verified" ? "continue" : leadsTo[answer.kind];
  const reason = `identity.${answer.kind}`;
  const findings = { identity: mergeFinding(answer.kind, before.identity) };
  switch (consequence) {
    case "continue":
      return { kind: "continue", findings, ...behind };
    case "approval":
      return { kind: "continue", findings: { ...findings, [REFERRED]: true }, ...behind };
    case "ask-again":
      return { kind: "invalid", problems: [saying(reason)], ...behind };
    case "block":
      return { kind: "block", ...saying(reason), ...behind };
  }
}

function mergeFinding(kind: string, before: Findings[string] | undefined): string {
  return before === "refuted" || (before === "review" && kind !== "refuted") ? before : kind;
}

/** If none is an outside system, adds the vendor as one: a rule with such a use does not decide about a sign-up with a problem. */
function listUses({ name, uses }: IdentityVerifier): readonly Use[] {
  return uses.some((use) => "service" in use) ? uses : [...uses, { service: name }];
}

function buildEvidence(outcome: Verification, place: CallPlace): Evidence {
  if (outcome.kind === "unavailable") return { identity: outcome.kind, ...place };
  const { kind, vendorReference, code } = outcome;
  return { identity: kind, ...(vendorReference && { reference: vendorReference }), ...(code && { code }), ...place };
}

function assertVerifier(verifier: IdentityVerifier | undefined): void {
  const { name, uses, fieldsOf, verify } = verifier ?? ({} as Partial<IdentityVerifier>);
  const isNameValid = isKebabCase(name);
  if (isNameValid && Array.isArray(uses) && typeof fieldsOf === "function" && typeof verify === "function") return;
  throw new TypeError(
    "verifyIdentity needs a verifier such as idology() or experian(), or an object with a kebab-case name, uses, fieldsOf and verify.",
  );
}

/**
 * Returns the finding `identity`: "approved" if an approval covers this call, else this vendor's earlier outcome. With that outcome,
 * `requestApproval` answers the person. Undefined if the vendor must be asked.
 */
export function earlierApproval(vendor: string, signUp: SignUp, { records, received, now, hashOf }: Context): Continue | undefined {
  const request = findApprovalRequest(signUp, records, hashOf);
  const word = request?.verifications?.find((each) => each.vendor === vendor);
  if (request === undefined || word === undefined) return undefined;
  const pass = checkPass(request, { signUp, received, now, hashOf });
  const evidence = { request: request.reference };
  if (pass.kind === "good") return { kind: "continue", findings: { identity: "approved" }, evidence };
  // The approval does not cover this call. If the earlier values were verified, this call's values need their own verification.
  if (pass.kind === "void" || mayAskAgain(request, now) || word.outcome === "verified") return undefined;
  return { kind: "continue", findings: { identity: word.outcome, [REFERRED]: true }, evidence };
}

function verifyIdentityOptions() {
  const leadsTo = <Outcome extends keyof ByOutcome>(outcome: Outcome) =>
    v.optional(v.picklist(consequences, notAs(`${outcome} must be "block", "ask-again", "continue" or "approval"`)));
  const listMessage = notAs('countries must list codes of two letters, like ["US"]');
  const isCode = (code: string) => countryOf(code)?.alpha2 === code;
  return optionSchema<VerifyIdentityOptions>({
    refuted: leadsTo("refuted"),
    review: leadsTo("review"),
    unavailable: leadsTo("unavailable"),
    attemptsPerDay: v.optional(wholeFrom(1, MOST_ATTEMPTS, notAs(`attemptsPerDay must be a whole number from 1 to ${MOST_ATTEMPTS}`))),
    countries: v.optional(
      v.pipe(v.array(v.pipe(v.string(listMessage), v.check(isCode, listMessage)), listMessage), v.minLength(1, listMessage)),
    ),
    unless: v.optional(
      v.custom<NonNullable<VerifyIdentityOptions["unless"]>>(
        (input) => typeof input === "function",
        "unless must be a function of the sign-up and the findings.",
      ),
    ),
  });
}
