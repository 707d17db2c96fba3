import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { REFERRED } from "../../engine/sign-up/checks";
import { daysBetween, replaceDays } from "../../engine/sign-up/duration-options";
import { addressOf } from "../../engine/sign-up/email";
import type { HashOf } from "../../engine/sign-up/person";
import { makeRule, type RecordKey, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, formatGiven, notAs, readElsewhere, wholeFrom } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { type Days, toDays } from "../../engine/sign-up/time";
import { narrowing, trusting } from "../../engine/sign-up/trust";
import { accessEndedKeys, endedAccessIn } from "./ended";
import type { GateExpiry } from "./expiry";
import { texts } from "./texts";

/** Days until a worker disables and deletes accounts. */
export interface ExpiryEnding {
  /** Days from the end until the account is disabled, 0 to 365. In `then` only. @default 0 */
  readonly disable?: number;
  /** Days from disabling until the account is deleted, 1 to 3650. In `then` only. @default "never" */
  readonly delete?: number | "never";
}

/** The duration of access, its renewal, reminders, and what happens at its end. */
export interface ExpiryOptions {
  /** How long access lasts after the gate let the person in: `"180d"`, 1 to 3650 days. */
  readonly lasts: Days;
  /**
   * Ends access earlier after so long without a sign-in: `"90d"`, 1 to 3650 days, longer than the last reminder of `remind`. Needs
   * `askGraph` or, in an external tenant, a policy before a token. An account of which no sign-in is known does not end so.
   * @default sign-ins do not matter
   */
  readonly idle?: Days;
  /**
   * Entra is asked for the last sign-ins, for `idle`. Takes the permission `AuditLog.Read.All` and a licence of Entra ID P1.
   * @default false
   */
  readonly askGraph?: boolean;
  /**
   * Ends access of a guest earlier who has not redeemed Entra's invitation for so long: `"30d"`, 1 to 3650 days, longer than the last
   * reminder of `remind`.
   * @default invitations may stay unredeemed
   */
  readonly unredeemed?: Days;
  /**
   * The recipients of mail about renewal: the sponsor (without one, the approvers), or always the approvers.
   * @default "sponsor"
   */
  readonly renew?: "sponsor" | "approvers";
  /**
   * Days before the end at which the person and the sponsor get a reminder: up to five numbers, from 1 to 3649, each smaller than the days
   * of `lasts`.
   * @default 30 and 7, if smaller than the days of `lasts`
   */
  readonly remind?: readonly number[];
  /**
   * Disabling and deletion of the account after the end.
   * @default disabled at once, never deleted
   */
  readonly then?: ExpiryEnding;
  /**
   * The result for people who sign up again after their access ended. With "approval", they ask for renewal, so put `requestApproval` after
   * this rule.
   * @default "block": the page says what to do
   */
  readonly otherwise?: "approval" | "block";
  /**
   * Identity providers, to narrow the step's `trust`. Only people who sign in with these providers see why they are stopped.
   * @default the step's `trust`
   */
  readonly trust?: readonly string[];
}

const NAME = "expiry";
/** Prefix of the rule's findings and reasons. */
const FINDING = "access";
const LONGEST_DAYS = 3_650;
const LONGEST_WAIT_DAYS = 365;
const MOST_REMINDERS = 5;
const USUAL_REMINDERS = [30, 7];

/**
 * Ends the access of accounts that this gate lets in. Stops people whose access has ended, in every spelling of their
 * address, and people who show such an address without proof. Put it after the access list. See docs/expiry.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([accessList(), expiry({ lasts: "180d", then: { disable: 0, delete: 30 } })], { trust: ["mail", "google.com"] })
 */
export function expiry(options: ExpiryOptions): Rule<"before-create-user"> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(NAME, options, accessOptions());
  const settings = expiryFrom(options);
  const { otherwise = "block", trust } = options;
  const isProven = trusting(trust, NAME);

  function listAccessEndedKeys(signUp: SignUp, hashOf: HashOf): readonly RecordKey[] {
    const email = addressOf(signUp);
    return email === undefined ? [] : accessEndedKeys({ ...signUp, email }, hashOf);
  }

  return makeRule({
    name: NAME,
    reads: [],
    sets: [],
    ...narrowing(trust, NAME),
    admits: "people whose access has not ended",
    uses: [
      { table: "ledger", access: "read" },
      { worker: "access", settings },
      { worker: "approvals" },
      { worker: "accounts" },
      { worker: "arrivals" },
    ],
    ...(otherwise === "approval" && { requires: [REFERRED], excludedReasons: ["access.ended", "access.unproven"] }),
    needs: listAccessEndedKeys,
    decide(signUp, { records, hashOf }) {
      const endedRow = listAccessEndedKeys(signUp, hashOf)
        .map((key) => records.get(key))
        .find((row) => row !== undefined);
      if (endedRow === undefined) return { kind: "continue" };
      const accessFinding = isProven(signUp) ? "ended" : "unproven";
      if (otherwise === "block") return { kind: "block", reason: `access.${accessFinding}`, message: texts[`access.${accessFinding}`] };
      // Only a proven address gets the evidence. Otherwise, a stranger's request would show the approver that another person's access
      // ended.
      const evidence = accessFinding === "ended" ? endedAccessIn(endedRow) : undefined;
      return { kind: "continue", findings: { [FINDING]: accessFinding, [REFERRED]: true }, ...(evidence !== undefined && { evidence }) };
    },
  });
}

function expiryFrom({ lasts, idle, askGraph, unredeemed, renew = "sponsor", remind, then = {} }: ExpiryOptions): GateExpiry {
  const { disable = 0, delete: deleteAfter = "never" } = then;
  const days = toDays(lasts);
  const marks = remind === undefined ? USUAL_REMINDERS.filter((each) => each < days) : reminders(remind, days);
  return {
    days,
    ...(idle !== undefined && { idle: earlierDays("idle", idle, marks), ...(askGraph && { asksGraph: true }) }),
    ...(unredeemed !== undefined && { unredeemed: earlierDays("unredeemed", unredeemed, marks) }),
    renew,
    remind: marks,
    disable,
    ...(deleteAfter !== "never" && { delete: deleteAfter }),
  };
}

/** Access ends earlier only after a reminder. */
function earlierDays(option: string, given: Days, marks: readonly number[]): number {
  const days = toDays(given);
  if (marks.some((mark) => mark < days)) return days;
  throw new RangeError(`${NAME}: ${option} is "${given}"; it must be longer than the last reminder of remind, and remind must list one.`);
}

function reminders(remind: readonly number[], days: number): readonly number[] {
  if (!Array.isArray(remind) || remind.length > MOST_REMINDERS || new Set(remind).size !== remind.length)
    throw new TypeError(`${NAME}: remind lists up to ${MOST_REMINDERS} different days before the end, like [30, 7].`);
  return remind.map((each) => wholeDays("remind", each, 1, days - 1)).sort((one, other) => other - one);
}

function wholeDays(name: string, days: number, least: number, most: number): number {
  if (Number.isSafeInteger(days) && days >= least && days <= most) return days;
  throw new RangeError(`${NAME}: ${name} is ${JSON.stringify(days)}; it must be a whole number of days from ${least} to ${most}.`);
}

function accessOptions() {
  const days = (option: string, least: number, most: number) =>
    wholeFrom(
      least,
      most,
      ({ input }) => `${option} is ${formatGiven(input)}; it must be a whole number of days from ${least} to ${most}.`,
    );
  const ending = v.strictObject(
    {
      disable: v.optional(days("then.disable", 0, LONGEST_WAIT_DAYS)),
      delete: v.optional(
        v.union([v.literal("never"), days("then.delete", 1, LONGEST_DAYS)], notAs('then.delete is a number of days or "never"')),
      ),
    },
    "then says when, like { disable: 0, delete: 30 }.",
  );
  return optionSchema<ExpiryOptions>(
    {
      lasts: daysBetween("lasts", 1, LONGEST_DAYS),
      idle: v.optional(daysBetween("idle", 1, LONGEST_DAYS)),
      askGraph: v.optional(v.boolean("askGraph is true or false.")),
      unredeemed: v.optional(daysBetween("unredeemed", 1, LONGEST_DAYS)),
      renew: v.optional(v.picklist(["sponsor", "approvers"], notAs('renew must be "sponsor" or "approvers"'))),
      remind: v.optional(readElsewhere<readonly number[]>()),
      then: v.optional(ending),
      otherwise: v.optional(v.picklist(["approval", "block"], notAs('otherwise must be "approval" or "block"'))),
      trust: v.optional(readElsewhere<readonly string[]>()),
    },
    replaceDays("days", "lasts", "180d"),
  );
}
