import * as v from "valibot";
import { foldCase } from "../../engine/characters";
import { valueTexts } from "../../engine/messages/rule-texts";
import { optionSchema } from "../../engine/option-schema";
import { assertShortName, isBlank } from "../../engine/sign-up/attributes";
import { REFERRED } from "../../engine/sign-up/checks";
import { daysBetween, replaceDays } from "../../engine/sign-up/duration-options";
import { addressOf } from "../../engine/sign-up/email";
import type { HashOf } from "../../engine/sign-up/person";
import { personKey } from "../../engine/sign-up/person-key";
import { type Context, makeRule, type RecordKey, type Rule } from "../../engine/sign-up/rule";
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
import type { SingleAttributeName } from "../../engine/sign-up/tenant-attributes";
import { type Days, isPast, MS_PER_DAY, timeAfter, toDays } from "../../engine/sign-up/time";
import { narrowing, trusting } from "../../engine/sign-up/trust";
import type { Block, Effect, Invalid, RuleResult, Verdict } from "../../engine/sign-up/verdict";
import { invitationId, isOpen } from "../approvals/invite-person";
import { type ApprovalRequest, readRequest, requestKey, requestWrite } from "../approvals/request";
import { approvalBlock, readReturnEnd } from "../approvals/state-at";
import { hashCall } from "../approvals/transitions";
import { GUESSES_PREFIX, guesses } from "../permitted-value/guess";
import { listedValue, referenceData } from "../permitted-value/rule";
import { CODE_PREFIX, codes } from "../reference-data/code";
import { canBeListed, spelledText } from "../reference-data/spelling";
import { accept, LONGEST_INVITATION_DAYS } from "./invitation";
import { codeLabel, texts } from "./texts";

/** The ways to prove an invitation, its duration, and the answer to everybody else. */
export interface InvitedOptions {
  /**
   * The ways to prove an invitation. "address": the person proves the invited address. "code": the person types a code. A code from an
   * invitation's mail works only with the invited address. A code that you handed out works with any proven address.
   * @default ["address", "code"]
   */
  readonly by?: readonly ("address" | "code")[];
  /**
   * The attribute in which people type the code. The list of codes to hand out (`invite codes create`) has the same name.
   * @default "extension_InvitationCode"
   */
  readonly code?: SingleAttributeName;
  /**
   * Longest validity of an invitation, from its last mail: `"14d"`, 1 to 3650 days.
   * @default each invitation's own end
   */
  readonly lasts?: Days;
  /**
   * The result for people without a valid invitation: they reach an approver, the waiting list or the next rule, or are blocked. "approval"
   * and "waitlist" need a later `requestApproval`.
   * @default "block"
   */
  readonly otherwise?: "approval" | "waitlist" | "continue" | "block";
  /**
   * People who need no invitation. "allowed": an earlier rule lets them in. If they have an invitation, this uses it up.
   * @default nobody
   */
  readonly unless?: "allowed";
  /** Identity providers, to narrow the step's `trust`. Addresses of other providers count as not proven. @default the step's */
  readonly trust?: readonly string[];
}

const NAME = "invited";
const ways = ["address", "code"] as const;
const outcomes = ["approval", "waitlist", "continue", "block"] as const;
const CODE = "extension_InvitationCode" as SingleAttributeName;
/** People may type a code without its spaces, in upper or lower case. */
const SPELLING = { case: "ignore", spaces: "remove" } as const;

type Answer = Verdict<"before-create-user">;

/**
 * Lets in only people who have an invitation to their address, or a code. Leaves the findings `invited` ("address", "code", "expired" or
 * "none"), `sponsor` (the address of the person who answers for an invited one) and, unless it blocks everybody else, `allowed`. Put it
 * after the access list. See docs/invitations.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([invited({ otherwise: "approval" }), requestApproval({ when: "approval" })], { trust: ["mail", "google.com"] })
 */
export function invited(options: InvitedOptions = {}): Rule<"before-create-user"> {
  const settings = settingsFor(options);
  const { by, code, days, otherwise, unless, handedOut, used, tried } = settings;
  return makeRule({
    name: NAME,
    reads: [],
    sets: [],
    byAddress: true,
    ...narrowing(options.trust, NAME),
    ...(by.includes("code") && { asks: [code], labels: { [code]: codeLabel }, columns: { list: code, of: {}, withoutSpaces: true } }),
    uses: [
      { table: "approvals", access: "read" },
      { table: "approvals", access: "write" },
      { worker: "approvals", ...(days !== undefined && { settings: { longestDays: days } }) },
      ...(by.includes("code")
        ? ([
            { table: "referenceData", access: "read" },
            { table: "ledger", access: "read" },
            { table: "ledger", access: "write", under: [CODE_PREFIX, GUESSES_PREFIX] },
          ] as const)
        : []),
    ],
    excludedReasons: [
      ...(otherwise === "block" ? [] : ["invitation.none", "invitation.expired"]),
      ...(by.includes("code") ? [] : ["invitation.unknown-code", "invitation.address-unproven", "code.used-up", "code.too-many-guesses"]),
    ],
    ...(unless !== undefined && { consumes: [ALLOWED] }),
    ...((otherwise === "approval" || otherwise === "waitlist") && { requires: [REFERRED] }),
    ...(otherwise === "continue" && { admits: "people without an invitation" }),
    needs(signUp, hashOf) {
      const key = buildInvitationKey(signUp, hashOf);
      const typedText = typedIn(signUp, settings);
      // If `unless` is set and the sign-up has no address, the rows for a code are not read. A person that an earlier rule lets in needs no
      // code. Anybody else's sign-up is ended by `decideInvitation`, because guesses cannot be counted without an address.
      const isSparedOrRefused = unless !== undefined && key === undefined;
      const ofCode =
        typedText === undefined || !canBeListed(typedText) || isSparedOrRefused
          ? []
          : [
              ...handedOut.needs({ ...signUp, attributes: { ...signUp.attributes, [code]: typedText } }),
              ...used.needs(typedText, hashOf),
              ...tried.needs(signUp, hashOf),
            ];
      return [...(key === undefined ? [] : [key]), ...ofCode];
    },
    decide: (signUp, context) => decideInvitation(signUp, context, settings),
  });
}

function decideInvitation(signUp: SignUp, context: Context, settings: Settings): Answer {
  const { by, code, unless, proven, tried } = settings;
  const { records, findings, hashOf, now } = context;
  const key = buildInvitationKey(signUp, hashOf);
  const storedRow = key && records.get(key);
  const row = storedRow && readRequest(storedRow);
  const isMeant = row?.invitation !== undefined && isSameCode(row.invitation.code, typedIn(signUp, settings));
  // Only a person who shows that the invitation is theirs learns that it has expired.
  const answerUnlessInvited = (isTheirs: boolean) =>
    answerUninvited(row !== undefined && isTheirs && hasEnded(row, settings.days, now) ? row : undefined, settings.otherwise);
  const provesAddress = by.includes("address") && proven(signUp);
  // People who prove the address need no code, so their code does not count as a guess.
  const byAddress = row && provesAddress ? answerInvitation(row, isMeant ? "code" : "address", signUp, context, settings) : undefined;
  if (byAddress !== undefined) return byAddress;
  if (isSpared(unless, findings)) return waitsAnyway(isMeant ? row : undefined, signUp, context, settings);
  const typedText = typedIn(signUp, settings);
  if (typedText === undefined) return answerUnlessInvited(provesAddress);
  // Without an address, a typed code cannot be checked. Reading `signUp.email` then ends the sign-up.
  if (key === undefined) void signUp.email;
  if (!canBeListed(typedText)) return problem(code, "invitation.unknown-code");
  const refusal = tried.refusal(typedText, signUp, context);
  if (refusal !== undefined) return refusal;
  const answer = isMeant
    ? (answerInvitation(row, "code", signUp, context, settings) ?? answerUnlessInvited(true))
    : answerHandedOut(typedText, signUp, context, settings);
  return { ...answer, effects: [...tried.count(typedText, signUp, context), ...(answer.effects ?? [])] };
}

/** If the access list requires an approval, the code of the person's own invitation replaces it. A wrong code only counts as a guess. */
function waitsAnyway(row: ApprovalRequest | undefined, signUp: SignUp, context: Context, settings: Settings): Answer {
  const { findings, hashOf } = context;
  if (findings.listed !== "approval") return { kind: "continue" };
  const typedText = typedIn(signUp, settings);
  const isTried = typedText !== undefined && canBeListed(typedText) && buildInvitationKey(signUp, hashOf) !== undefined;
  if (!isTried || settings.tried.refusal(typedText, signUp, context) !== undefined) return { kind: "continue" };
  const answer = row === undefined ? undefined : answerInvitation(row, "code", signUp, context, settings);
  return {
    ...(answer ?? { kind: "continue" as const }),
    effects: [...settings.tried.count(typedText, signUp, context), ...(answer?.effects ?? [])],
  };
}

function buildInvitationKey(signUp: SignUp, hashOf: HashOf): RecordKey | undefined {
  const email = addressOf(signUp);
  return email === undefined ? undefined : requestKey(invitationId(email, signUp.gate, hashOf));
}

function typedIn({ attributes }: SignUp, { by, code }: Settings): string | undefined {
  if (!by.includes("code")) return undefined;
  const typedValue = attributes[code];
  return isBlank(typedValue) ? undefined : (spelledText(typedValue, SPELLING) ?? "");
}

function isOver({ invitation }: ApprovalRequest, days: number | undefined, now: Date): boolean {
  const sentAt = invitation?.sentAt ?? "";
  return days !== undefined && isPast(timeAfter(sentAt, days * MS_PER_DAY), now);
}

/** Returns true if the invitation ended only because of its time, not because it was revoked or used by another account. */
function hasEnded(row: ApprovalRequest, days: number | undefined, now: Date): boolean {
  return (row.state === "approved" || row.state === "expired") && (!isOpen(row, now) || isOver(row, days, now));
}

/** The answer for a row. Undefined if the invitation is not valid. */
function answerInvitation(
  row: ApprovalRequest,
  proofKind: "address" | "code",
  signUp: SignUp,
  { received, hashOf, now, findings, said }: Context,
  { days, otherwise }: Pick<Settings, "days" | "otherwise">,
): Answer | undefined {
  const holder = hashOf(personKey(signUp));
  const sponsor = row.invitation?.sponsor;
  const welcome = {
    kind: "continue",
    findings: {
      [NAME]: proofKind,
      ...(sponsor !== undefined && { sponsor }),
      ...allowing(otherwise),
      // If only the access list asks for an approval, the invitation counts as that approval.
      ...(findings[REFERRED] === true && said.every(isReferredByListAtMost) && { [REFERRED]: false }),
    },
    evidence: { invitation: row.reference, ...(sponsor !== undefined && { sponsor }) },
  } as const;
  if (isOver(row, days, now)) return undefined;
  const isTheirs = row.invitation?.usedBy === holder && readReturnEnd(row, now) !== undefined;
  if (isTheirs) return welcome;
  const acceptance = accept(row, hashCall(received, hashOf), holder, now);
  if (!acceptance.ok) return undefined;
  const write = requestWrite(acceptance.request, acceptance.condition);
  const effect: Effect = {
    ...write,
    identityColumns: ["turn", "state", "call"],
    onlyIfAdmitted: true,
    onConflict: approvalBlock("approval.changed"),
  };
  return { ...welcome, effects: [effect] };
}

/** Returns true if the rule refers nobody to an approver, or if the rule is the access list. */
function isReferredByListAtMost({ findings }: RuleResult): boolean {
  return findings?.[REFERRED] !== true || findings.listed === "approval";
}

/** The address must be proven, because a code that was handed out names nobody. */
function answerHandedOut(typedText: string, signUp: SignUp, context: Context, { code, otherwise, proven, used }: Settings): Answer {
  // Uses are counted under the code as the list spells it, not as the person typed it.
  const listedCode = listedValue({ list: code, case: SPELLING.case }, typedText, context);
  if (listedCode === undefined) return problem(code, "invitation.unknown-code");
  if (used.isUsedUp(listedCode, typedText, signUp, context)) return problem(code, "code.used-up");
  if (!proven(signUp)) return refuse("invitation.address-unproven");
  return {
    kind: "continue",
    findings: { [NAME]: "code", ...allowing(otherwise) },
    effects: used.use(listedCode, typedText, signUp, context),
  };
}

/** @param endedRequest the person's ended invitation, if the person shows that it was theirs */
function answerUninvited(endedRequest: ApprovalRequest | undefined, otherwise: Settings["otherwise"]): Answer {
  const why = endedRequest === undefined ? "none" : "expired";
  if (otherwise === "block") return refuse(`invitation.${why}`);
  const sponsor = endedRequest?.invitation?.sponsor;
  const inviteFindings = { ...(sponsor !== undefined && { sponsor }), ...(otherwise === "waitlist" && { waitlist: true }) };
  return { kind: "continue", findings: { [NAME]: why, ...(otherwise !== "continue" && { [REFERRED]: true }), ...inviteFindings } };
}

function isSameCode(code: string, typedText: string | undefined): boolean {
  if (typedText === undefined) return false;
  const plain = (text: string) => foldCase(spelledText(text, SPELLING) ?? "").replaceAll("-", "");
  return plain(typedText) === plain(code);
}

function refuse(reason: keyof typeof texts): Block {
  return { kind: "block", reason, message: texts[reason] };
}

function problem(attribute: string, reason: "invitation.unknown-code" | "code.used-up"): Invalid {
  const message = reason === "code.used-up" ? valueTexts[reason] : texts[reason];
  return { kind: "invalid", problems: [{ attribute, reason, message }] };
}

function settingsFor(options: InvitedOptions) {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(NAME, options, invitedOptions());
  const { by = ways, code = CODE, lasts, otherwise = "block", unless, trust } = options;
  assertShortName(code, "invited's code");
  if (options.code !== undefined && !by.includes("code")) throw new TypeError('invited: code needs "code" in by.');
  const codeSettings = { ...SPELLING, list: code, maxUses: 1, guessesPerDay: 5 };
  return {
    ...{ by, code, days: lasts && toDays(lasts), otherwise, unless, proven: trusting(trust, NAME) },
    handedOut: referenceData(code, code, SPELLING),
    used: codes(codeSettings),
    tried: guesses(codeSettings),
  };
}
type Settings = ReturnType<typeof settingsFor>;

function invitedOptions() {
  const by = 'by must list "address", "code" or both';
  const areWays = (input: unknown) => Array.isArray(input) && input.length > 0 && input.every((way) => ways.includes(way));
  return optionSchema<InvitedOptions>(
    {
      by: v.optional(v.custom<NonNullable<InvitedOptions["by"]>>(areWays, notAs(by))),
      code: v.optional(readElsewhere<NonNullable<InvitedOptions["code"]>>()),
      lasts: v.optional(daysBetween("lasts", 1, LONGEST_INVITATION_DAYS)),
      otherwise: v.optional(v.picklist(outcomes, notAs(`otherwise must be one of ${outcomes.join(", ")}`))),
      unless: createUnlessSchema(),
      trust: v.optional(readElsewhere<readonly string[]>()),
    },
    replaceDays("days", "lasts", "14d"),
  );
}
