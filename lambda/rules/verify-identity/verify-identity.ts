import { identityTexts } from "../../messages/identity";
import { textOf } from "../../messages/rule-texts";
import type { IdentityVerifier, Outcome } from "../../sign-up/identity-verifier";
import { digestOf, personKey } from "../../sign-up/person";
import { defineRule, type RecordKey, type Rule } from "../../sign-up/rule";
import type { SignUp } from "../../sign-up/sign-up";
import type { Evidence, Verdict } from "../../sign-up/verdict";
import { type Answer, askOnce } from "./ask-once";
import { questionReference } from "./reference";

/** What an outcome leads to: a block, another try with corrected input, or the next rule, with the finding `identity`. */
const consequences = ["block", "ask-again", "continue"] as const;
export type Consequence = (typeof consequences)[number];

export interface VerifyIdentityOptions {
  /**
   * The vendor does not find such a person, or not with this input.
   * @default "ask-again"
   */
  readonly refuted?: Consequence;
  /**
   * The vendor leaves it to a person's judgement. With "continue", a later rule has to look at the finding.
   * @default "block"
   */
  readonly review?: Consequence;
  /**
   * Nothing was decided: the vendor does not answer, or not in a way we know. With "continue" people get in unverified.
   * @default "block"
   */
  readonly unavailable?: Consequence;
  /**
   * Calls to the vendor a person and day, UTC; each set of input that the vendor has decided on is one. At least 1.
   * @default 3
   */
  readonly attemptsPerDay?: number;
}

const saying = (reason: string) => ({ reason, ...textOf(identityTexts, reason) });

type ByOutcome = Readonly<Record<Exclude<Outcome["kind"], "verified">, Consequence>>;

/**
 * Has an identity vendor check who signs up. The vendor is asked once for the same input within ten minutes, however often
 * Entra repeats the call. Leaves the finding `identity`: "verified", "refuted", "review" or "unavailable".
 */
export function verifyIdentity(
  verifier: IdentityVerifier,
  { refuted = "ask-again", review = "block", unavailable = "block", attemptsPerDay = 3 }: VerifyIdentityOptions = {},
): Rule<"before-create-user"> {
  const leadsTo: ByOutcome = { refuted, review, unavailable };
  assertOptions(leadsTo, attemptsPerDay);
  return defineRule({
    name: "verify-identity",
    uses: [...verifier.uses, { table: "ledger", access: "read" }, { table: "ledger", access: "write" }],
    ...([refuted, review].includes("continue") && { mustBeSeen: ["identity"] }),
    needs: (signUp) => [ledgerKey(verifier, signUp)],
    async decide(signUp, context) {
      const asked = verifier.fieldsOf(signUp);
      if ("problems" in asked)
        return { kind: "invalid", problems: asked.problems.map((problem) => ({ ...saying(problem.reason), ...problem })) };
      const ledger = ledgerKey(verifier, signUp);
      const reference = questionReference(verifier.name, personKey(signUp), asked.fields);
      const answer = await askOnce({ verifier, fields: asked.fields, reference, ledger, attemptsPerDay }, context);
      return verdictOn(answer, ledger.key.id, leadsTo);
    },
  });
}

/** Deleting this row gives the person back the day's attempts. */
function ledgerKey({ name }: IdentityVerifier, signUp: SignUp): RecordKey & { readonly key: { readonly id: string } } {
  return { table: "ledger", key: { id: `identity/${name}/${digestOf(personKey(signUp))}` } };
}

function verdictOn(answer: Answer, ledger: string, leadsTo: ByOutcome): Verdict<"before-create-user"> {
  if (answer.kind === "too-many-attempts") return { kind: "block", ...saying("identity.too-many-attempts"), evidence: { ledger } };
  if (answer.kind === "unreadable") {
    return { kind: "block", ...saying("identity.unavailable"), evidence: { ledger }, trouble: { service: "ledger", kind: "unreadable" } };
  }
  const behind = { evidence: evidenceOf(answer, ledger), ...(answer.trouble && { trouble: answer.trouble }) };
  const consequence = answer.kind === "verified" ? "continue" : leadsTo[answer.kind];
  const reason = `identity.${answer.kind}`;
  switch (consequence) {
    case "continue":
      return { kind: "continue", findings: { identity: answer.kind }, ...behind };
    case "ask-again":
      return { kind: "invalid", problems: [saying(reason)], ...behind };
    case "block":
      return { kind: "block", ...saying(reason), ...behind };
  }
}

/** The vendor's own codes, its id of the call, and where our side of it is kept. */
function evidenceOf(outcome: Outcome, ledger: string): Evidence {
  if (outcome.kind === "unavailable") return { identity: outcome.kind, ledger };
  const { kind, vendorReference, code } = outcome;
  return { identity: kind, ...(vendorReference && { reference: vendorReference }), ...(code && { code }), ledger };
}

function assertOptions(leadsTo: ByOutcome, attemptsPerDay: number): void {
  for (const [outcome, consequence] of Object.entries(leadsTo)) {
    if (!consequences.includes(consequence)) {
      throw new TypeError(`verifyIdentity: ${outcome} is "block", "ask-again" or "continue", not "${consequence}".`);
    }
  }
  if (!Number.isInteger(attemptsPerDay) || attemptsPerDay < 1) {
    throw new RangeError(`verifyIdentity: attemptsPerDay is a whole number from 1, not ${attemptsPerDay}.`);
  }
}
