import * as v from "valibot";
import { keepGiven } from "../../engine/json";
import { optionSchema, replaceValue } from "../../engine/option-schema";
import { ANY_ATTRIBUTE, EVERY_FINDING, REFERRED } from "../../engine/sign-up/checks";
import { daysBetween, daysOrNeverBetween, replaceDays } from "../../engine/sign-up/duration-options";
import { normaliseEmail } from "../../engine/sign-up/email";
import { isAddressProven } from "../../engine/sign-up/issuers";
import { type AnyRule, type Context, makeRule, type Rule, type Situation, trueOrFalse } from "../../engine/sign-up/rule";
import { ALLOWED, assertRuleOptions, isSpared, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { toBaseSpelling } from "../../engine/sign-up/spellings";
import type { AttributeName } from "../../engine/sign-up/tenant-attributes";
import { type Days, MS_PER_MINUTE, toDays } from "../../engine/sign-up/time";
import type { Block, Effect, RuleResult } from "../../engine/sign-up/verdict";
import type { ApprovalStage, Approvers, StagePlan } from "./approvers";
import type { TransitionResult } from "./change";
import { checkPass, restoreAttributes } from "./pass";
import { type ApprovalRequest, type EndedAccess, type OnApproval, requestId, requestKey, requestWrite } from "./request";
import { sponsorLabel } from "./stage-texts";
import { approvalBlock, blocksNewAccount, buildStateBlock, findApprovalRequest, mayAskAgain, stateAt } from "./state-at";
import { hashCall, submit, usePass, waive } from "./transitions";

type Predicate = (situation: Situation) => boolean;

/** The procedure of an approval, and its effect. */
export interface ApprovalOptions {
  /**
   * The effect of an approval. "provision": Microsoft Graph creates the account. "continue": the person signs up again and passes once, with the approved values.
   * @default "provision"
   */
  readonly then?: OnApproval;
  /**
   * Time until an unanswered request expires, 1 to 3650 days. Then the person may ask again.
   * @default "14d"
   */
  readonly answerWithin?: Days;
  /**
   * Time after a denial until the person may ask again: `"7d"`, 0 to 3650 days.
   * @default "never", unless an approver reopens the request
   */
  readonly askAgainAfter?: Days | "never";
  /** How long an approval is valid with `then: "continue"`: 1 to 3650 days. @default "7d" */
  readonly passFor?: Days;
  /**
   * The treatment of people with an unproven address if `then` is "continue". "block": they cannot ask. "provision": Graph invites them
   * to the address.
   * @default "block"
   */
  readonly unproven?: "block" | "provision";
  /**
   * Short names of the attributes that approvers' mail and the event `approval.requested.v1` contain.
   * @default none: only the person's name
   */
  readonly show?: readonly AttributeName[];
  /**
   * The recipient of the mail: `sponsor({ code: "extension_PartnerCode" })`. Any approver may still decide.
   * @default the sponsor of the person's ended invitation, else the approvers in the settings
   */
  readonly askedOf?: Approvers;
  /**
   * The approvers, stage after stage: `[{ by: sponsor(), orElse: approvers("Partners"), within: "48h" }, { by: approvers("Security"), need:
   * 2 }]`.
   * @default every approver, in one stage
   */
  readonly stages?: readonly ApprovalStage[];
  /** True, with `stages`, sends people a mail when their request passes a stage. @default false */
  readonly stageMail?: boolean;
}

/**
 * Use either `unless` or `when` to limit who needs approval. Without them, everyone needs approval. People whom an earlier rule sends to an
 * approver always need approval.
 */
export type RequestApprovalOptions = ApprovalOptions &
  (
    | {
        /**
         * True for people who pass without approval. "allowed": people that an earlier rule lets in.
         * @default nobody
         */
        readonly unless?: Predicate | "allowed";
        readonly when?: never;
      }
    | {
        /**
         * True for people who need approval. "approval": only people whom an earlier rule sends to an approver.
         * @default everybody
         */
        readonly when?: Predicate | "approval";
        readonly unless?: never;
      }
  );

type Addressed = SignUp & { readonly email: string };

interface Before {
  readonly request: ApprovalRequest | undefined;
  readonly ended: EndedAccess | undefined;
  readonly voided: { readonly voided: string } | undefined;
}

interface ApprovalSettings {
  readonly plan: StagePlan | undefined;
  readonly answerWithinDays: number;
}

/** How a gate with these rules approves. Undefined if none of them asks approvers. */
export function approvalSettingsIn(rules: readonly Pick<AnyRule, "uses">[]): ApprovalSettings | undefined {
  return rules.flatMap(({ uses = [] }) =>
    uses.flatMap((use) => {
      const settings = "worker" in use && use.worker === "approvals" ? (use.settings as Partial<ApprovalSettings> | undefined) : undefined;
      return settings?.answerWithinDays === undefined ? [] : [settings as ApprovalSettings];
    }),
  )[0];
}

/** The time in which equal contents count as a repeat. Entra repeats a call that it considers lost, after 20 s at the latest. */
const REPEAT_MS = 2 * MS_PER_MINUTE;
const LONGEST_DAYS = 3_650;

/**
 * Refuses everyone until an approver approves them. People whom an earlier rule sends to an approver need approval even if `unless` or
 * `when` excepts them. Put it last. See docs/approvals.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([accessList({ otherwise: "continue" }), requestApproval({ unless: "allowed" })], { trust: ["mail", "google.com"] })
 */
export function requestApproval(options: RequestApprovalOptions = {}): Rule<"before-create-user"> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("requestApproval", options, requestApprovalOptions());
  const needsApproval = readPredicate(options);
  const settings = parseApprovalOptions(options);
  const ask = createAsk(settings);
  return makeRule({
    name: "request-approval",
    ...declareNeeds(options, settings),
    sets: [],
    needs: (signUp, hashOf) => [requestKey(requestId(signUp, hashOf)), ...settings.sources.flatMap((each) => each.needs(signUp))],
    restore(signUp, { records, received, now, hashOf }) {
      const request = findApprovalRequest(signUp, records, hashOf);
      return request === undefined ? {} : restoreAttributes(request, { signUp, received, now, hashOf });
    },
    decide(signUp, context: Context) {
      const { findings, now, received, hashOf } = context;
      const request = findApprovalRequest(signUp, context.records, hashOf);
      const endedAccess = context.said.find(({ findings }) => findings?.access === "ended")?.evidence as EndedAccess | undefined;
      if (request !== undefined && blocksNewAccount(request, now, endedAccess)) return buildStateBlock(request, now);
      const pass = request && checkPass(request, { signUp, received, now, hashOf });
      if (request !== undefined && pass?.kind === "good")
        return {
          kind: "continue",
          effects: pass.used ? [] : buildEffects(usePass(request, hashCall(received, hashOf), now), "approval.changed"),
        };
      if (findings[REFERRED] !== true && !needsApproval({ signUp, findings }))
        // Closes an open request, because it could still lead to a second account. Without a request, there is nothing to write.
        return { kind: "continue", effects: buildEffects(waive(request, now), "approval.changed") };
      const voidedPass = pass?.kind === "void" ? { voided: pass.why } : undefined;
      const waits = request !== undefined && voidedPass === undefined && !mayAskAgain(request, now, endedAccess);
      return waits ? blockWhileRequestStands(request, context) : ask(signUp, context, { request, ended: endedAccess, voided: voidedPass });
    },
  });
}

function parseApprovalOptions(options: RequestApprovalOptions) {
  const { askedOf, show, askAgainAfter = "never" } = options;
  const policy = {
    onApproval: options.then ?? "provision",
    answerWithinDays: toDays(options.answerWithin ?? "14d"),
    askAgainAfterDays: askAgainAfter === "never" ? askAgainAfter : toDays(askAgainAfter),
    passDays: toDays(options.passFor ?? "7d"),
    ...(show !== undefined && { show }),
  } as const;
  if (options.passFor !== undefined && policy.onApproval === "provision") {
    throw new TypeError('requestApproval: passFor needs then: "continue"; with "provision" nobody signs up again.');
  }
  const unproven = readUnproven(options, policy.onApproval);
  if (options.stageMail !== undefined && options.stages === undefined) throw new TypeError("requestApproval: stageMail needs stages.");
  const plan = options.stages === undefined ? undefined : buildStagePlan(options, policy.answerWithinDays);
  return { policy, unproven, plan, askedOf, sources: [askedOf, plan].filter((each) => each !== undefined) };
}

type Settings = ReturnType<typeof parseApprovalOptions>;

function declareNeeds({ show = [], unless, when }: RequestApprovalOptions, { policy, unproven, plan, sources }: Settings) {
  const asks = plan?.asks ?? [];
  return {
    byAddress: true,
    ...(unproven === "provision" && { createsAccounts: true }),
    uses: [
      { table: "approvals", access: "read" },
      { table: "approvals", access: "write" },
      { worker: "approvals", settings: { plan, answerWithinDays: policy.answerWithinDays } satisfies ApprovalSettings },
      ...(unproven === "provision" ? [{ worker: "provisioning" } as const] : []),
      ...sources.flatMap(({ uses }) => uses),
    ],
    // With `when: "approval"`, only `REFERRED` decides who needs approval.
    ...(when === "approval"
      ? { consumes: [REFERRED], admits: "everybody that no earlier rule refers" }
      : { consumes: [unless === ALLOWED ? ALLOWED : EVERY_FINDING, REFERRED] }),
    excludedReasons: [
      ...(unproven === "provision" ? ["approval.address-unproven"] : []),
      ...(plan === undefined ? ["approval.no-approver"] : []),
      ...(asks.length === 0 ? ["attribute.required", "attribute.invalid"] : []),
    ],
    ...(asks.length > 0 && { asks, labels: Object.fromEntries(asks.map((name) => [name, sponsorLabel])) }),
    // A request stores all entered attributes.
    reads: [ANY_ATTRIBUTE, ...show, ...sources.flatMap((each) => each.reads)],
  } as const;
}

function createAsk({ policy, unproven, plan, askedOf }: Settings) {
  return (signUp: Addressed, { records, findings, now, received, said, hashOf }: Context, { request, ended, voided }: Before) => {
    // The approver judges `signUp.email`, and the answer is mailed to it.
    const emailProven = isAddressProven({ ...signUp, email: signUp.email });
    if (!emailProven && unproven === "block") return approvalBlock("approval.address-unproven");
    const onApproval = emailProven ? policy.onApproval : "provision";
    const isWaiting = findings.waitlist === true;
    // No approver is asked about people on the waiting list: they come in when an operator invites them, or an approver picks them.
    const stages = isWaiting ? undefined : plan?.begin({ signUp, findings }, records, now);
    if (stages !== undefined && "kind" in stages) return stages;
    const approverValues = isWaiting ? [] : (askedOf?.named({ signUp, findings }, records) ?? [findings.sponsor]);
    const more = { ...collectVerifications(said), ...keepGiven({ renews: ended }), ...(stages ?? findApprover(approverValues, signUp)) };
    const requestPolicy = { ...policy, ...(isWaiting && { waitlist: true, answerWithinDays: LONGEST_DAYS }) };
    const submission = submit(request, { ...requestPolicy, ...more, onApproval, signUp, hashOf, received, emailProven, ...voided }, now);
    return {
      ...approvalBlock(isWaiting ? "approval.waitlisted" : "approval.requested"),
      effects: buildEffects(submission, "approval.pending"),
      deferred: true,
    } as const;
  };
}

function blockWhileRequestStands(request: ApprovalRequest, { received, hashOf, now }: Context): Block {
  const isNew = now.getTime() - Date.parse(request.requestedAt) < REPEAT_MS;
  const isRepeat = isNew && stateAt(request, now) === "pending" && request.call === hashCall(received, hashOf);
  return isRepeat && request.waitlist === undefined ? approvalBlock("approval.requested") : buildStateBlock(request, now);
}

function collectVerifications(ruleResults: readonly RuleResult[]): Pick<ApprovalRequest, "verifications"> {
  const verifications = ruleResults.flatMap(({ evidence: { vendor, identity, code, reference } = {} }) =>
    vendor === undefined || identity === undefined ? [] : [{ vendor, outcome: identity, ...keepGiven({ code, reference }) }],
  );
  return verifications.length === 0 ? {} : { verifications };
}

/** Returns the first address that is not the requester's own. If there is none, the approvers in the settings get the mail. */
function findApprover(approverValues: readonly unknown[], { email }: Addressed): Pick<ApprovalRequest, "askedOf"> {
  const addresses = approverValues.flatMap((cell) => (typeof cell === "string" ? (normaliseEmail(cell) ?? []) : []));
  const askedOf = addresses.find((each) => toBaseSpelling(each) !== toBaseSpelling(email));
  return askedOf === undefined ? {} : { askedOf };
}

/** If somebody else writes first, the person sees the page for `conflictReason`. If the same call arrives twice, both succeed. */
function buildEffects(outcome: TransitionResult, conflictReason: "approval.pending" | "approval.changed"): readonly Effect[] {
  if (!outcome.ok) return [];
  const write = requestWrite(outcome.request, outcome.condition);
  // A waived request has an empty `call`, which identifies no repeat.
  const identityColumns = outcome.request.call !== "" && { identityColumns: ["turn", "state", "call"] };
  return [{ ...write, ...identityColumns, onConflict: approvalBlock(conflictReason) }];
}

function readPredicate({ unless, when }: RequestApprovalOptions): Predicate {
  if (unless !== undefined && when !== undefined) {
    throw new TypeError("requestApproval takes `unless` or `when`, not both: remove one of them.");
  }
  if (unless === ALLOWED) return ({ findings }) => !isSpared(ALLOWED, findings);
  const [name, predicate] = unless === undefined ? ["when" as const, when] : ["unless" as const, unless as Predicate | undefined];
  if (predicate === undefined) return () => true;
  if (name === "when" && predicate === "approval") return () => false;
  if (typeof predicate !== "function")
    throw new TypeError(
      `requestApproval: \`${name}\` must be a function of the sign-up and the findings, or "${name === "when" ? "approval" : ALLOWED}".`,
    );
  return (situation) => trueOrFalse(predicate(situation), `requestApproval: \`${name}\``) === (name === "when");
}

/** Calls the method `plan` of the first stage's approvers, so that the bundle of a policy without stages omits the code for stages. */
function buildStagePlan({ stages, askedOf, stageMail = false }: RequestApprovalOptions, answerWithinDays: number): StagePlan {
  if (askedOf !== undefined) throw new TypeError("requestApproval: with stages, name the sponsor in a stage in place of askedOf.");
  const list: readonly ApprovalStage[] = Array.isArray(stages) ? stages : [];
  const [first] = list;
  if (typeof first?.by === "function") throw new TypeError("requestApproval: stages: write approvers((…) => …) around the function in by.");
  if (typeof first?.by?.plan !== "function")
    throw new TypeError('requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).');
  return first.by.plan(list, { answerWithinDays, stageMail });
}

function readUnproven({ unproven }: RequestApprovalOptions, then: OnApproval): "block" | "provision" {
  if (then === "provision") {
    if (unproven === undefined) return "provision";
    throw new TypeError('requestApproval: unproven needs then: "continue"; with "provision" Graph creates every account.');
  }
  if (unproven === undefined || unproven === "block" || unproven === "provision") return unproven ?? "block";
  throw new TypeError(
    `requestApproval: unproven must be "block" or "provision", not ${JSON.stringify(unproven)}; otherwise somebody could get in with another person's address.`,
  );
}

function requestApprovalOptions() {
  const show = 'show must be a list of short names of attributes, like ["jobTitle", "extension_Team"].';
  type Given<Name extends keyof RequestApprovalOptions> = NonNullable<RequestApprovalOptions[Name]>;
  return optionSchema<RequestApprovalOptions>(
    {
      unless: v.optional(readElsewhere<never>()),
      when: v.optional(readElsewhere<never>()),
      then: v.optional(v.picklist(["provision", "continue"], notAs('then must be "provision" or "continue"'))),
      answerWithin: v.optional(daysBetween("answerWithin", 1, LONGEST_DAYS)),
      askAgainAfter: v.optional(daysOrNeverBetween("askAgainAfter", 0, LONGEST_DAYS)),
      passFor: v.optional(daysBetween("passFor", 1, LONGEST_DAYS)),
      unproven: v.optional(readElsewhere<Given<"unproven">>()),
      show: v.optional(v.array(v.pipe(v.string(show), v.minLength(1, show)), show) as v.GenericSchema as v.GenericSchema<Given<"show">>),
      askedOf: v.optional(
        v.custom<Approvers>(
          (input) => (input as Approvers | null)?.isSponsor === true,
          'askedOf is a sponsor, like sponsor({ code: "extension_PartnerCode" }).',
        ),
      ),
      stages: v.optional(readElsewhere<Given<"stages">>()),
      stageMail: v.optional(v.boolean(notAs("stageMail is true or false"))),
    },
    {
      ...replaceValue("when", "referred", "approval"),
      provenBy: (input) => `trust: ${JSON.stringify(input)} in the step's options`,
      ...replaceDays("answerWithinDays", "answerWithin", "14d"),
      ...replaceDays("askAgainAfterDays", "askAgainAfter", "7d"),
      ...replaceDays("passDays", "passFor", "7d"),
    },
  );
}
