import * as v from "valibot";
import { optionSchema, replaceName } from "../../engine/option-schema";
import type { AnyShared, Rule, SharedRule } from "../../engine/sign-up/rule";
import { ALLOWED, assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { DecidingStep, Trust } from "../../engine/sign-up/sign-up";
import { readTrust } from "../../engine/sign-up/trust";
import { type AccessListOptions, accessList } from "../access-list/rule";
import { approvalStatus } from "../approvals/approval-status";
import { type ApprovalOptions, requestApproval } from "../approvals/request-approval";
import { type InvitedOptions, invited } from "../invitations/rule";
import { type LimitOptions, limit } from "../limit/rule";
import { type OnlyDomainsOptions, onlyDomains } from "../only-domains/rule";
import { partners } from "../partners/rule";

declare global {
  /** The step whose function is being built. Undefined in every other build. */
  const GATEHOUSE_STEP: DecidingStep | undefined;
}

/** Options: who may come in, and the answer to everybody else. */
export interface AdmitOptions {
  /**
   * The answer to people that no other option lets in. "approval": an approver decides. "waitlist": they wait until you invite them (needs
   * `invited`). "block": they are refused. "continue": your other rules decide.
   */
  readonly everyoneElse: "approval" | "waitlist" | "block" | "continue";
  /** Identity providers that both steps trust to confirm an address, or "any". Do not repeat `trust` in the steps' options. */
  readonly trust: Trust;
  /** True if an allow of the access list lets people in. @default false */
  readonly listed?: boolean;
  /** Classes of mail domains that entries may name. @default none */
  readonly classes?: AccessListOptions["classes"];
  /** Domains whose people get in: see `onlyDomains`. @default none */
  readonly domains?: readonly string[];
  /** True if subdomains of `domains` count, too. @default false */
  readonly subdomains?: OnlyDomainsOptions["subdomains"];
  /** True if people of proven partners' domains get in. @default false */
  readonly partners?: boolean;
  /** True if invited people get in, or the options of `invited`, such as `{ lasts: "14d" }`. @default false */
  readonly invited?: boolean | Omit<InvitedOptions, "otherwise" | "unless" | "trust">;
  /** One or several limits, with the options of `limit`. @default none */
  readonly limit?: LimitOptions | readonly LimitOptions[];
  /**
   * Options of `requestApproval`. If `everyoneElse` is neither "approval" nor "waitlist", an approver decides only on people that a rule
   * refers.
   * @default those of `requestApproval`
   */
  readonly approval?: ApprovalOptions;
}

const outcomes = ["approval", "waitlist", "block", "continue"] as const satisfies readonly AdmitOptions["everyoneElse"][];
/** `admit` sets these options itself. */
const ownOptions = { invited: ["otherwise", "unless", "trust"], approval: ["unless", "when"] } as const;

/**
 * Says in one place who may come, and returns the rules for both steps of a sign-up. Write `...` before the call. People get in who are
 * listed, of a domain, of a partner, or invited. A deny of the access list always wins. The record of a decision names the rules. See
 * docs/policy.md.
 * @throws TypeError or RangeError if an option has a wrong value, or if nobody could get in
 *
 * @example
 * const who = admit({ listed: true, domains: ["contoso.com"], invited: { lasts: "14d" }, everyoneElse: "approval",
 * trust: ["mail", "google.com"] });
 * beforeCreateUser([...who, validate(v.object({ jobTitle: v.pipe(v.string(), v.trim(), v.nonEmpty()) }))]);
 */
export function admit(options: AdmitOptions): readonly [AnyShared, ...AnyShared[]] {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertAdmits(options);
  const { everyoneElse, listed = false, invited: byInvitation = false, trust } = options;
  const ways = waysByAddress(options);
  const isShut = everyoneElse === "block";
  const list = omitUndefined({ classes: options.classes });
  const buildListRule = (otherwise: "block" | "continue") => accessList(listed ? { ...list, otherwise } : { ...list, allows: false });
  const [first, ...others] = [buildListRule(isShut && ways.length === 0 && !byInvitation ? "block" : "continue"), ...ways] as const;
  // People are not judged after sign-in if the form can let them in, for example by an invitation code.
  const isJudgedAtOnce = !byInvitation && (isShut || everyoneElse === "approval");
  const afterSignIn = isJudgedAtOnce ? [...others, ...(isShut ? [] : [approvalStatus({ unless: ALLOWED })])] : [];
  const sharedRules: readonly [AnyShared, ...AnyShared[]] = [
    at("after-sign-in", first),
    ...afterSignIn.map((rule) => at("after-sign-in", rule)),
    // `GATEHOUSE_STEP` is a constant in the build, so that the function of one step does not contain the rules of another.
    ...(typeof GATEHOUSE_STEP === "undefined" || GATEHOUSE_STEP === "before-create-user"
      ? buildCreationRules([first, ...others], options)
      : []),
  ];
  return sharedRules.map((each) => ({ ...each, trust })) as unknown as typeof sharedRules;
}

function buildCreationRules(ways: readonly Rule[], options: AdmitOptions): readonly SharedRule<"before-create-user">[] {
  const all = [
    ...ways,
    ...(options.invited ? [invited(invitedOptions(options))] : []),
    ...[options.limit ?? []].flat().map((each) => limit(each)),
  ];
  return [
    ...all.map((rule) => at("before-create-user", rule)),
    ...askingFor(options).map((rule) => ({ ...at("before-create-user", rule), isLast: true as const })),
  ];
}

function at<S extends DecidingStep>(step: S, rule: Rule<S>): SharedRule<S> {
  return { step, rule };
}

/** The last rule refuses everybody else if `everyoneElse` is "block" and there are no invitations. */
function waysByAddress({ everyoneElse, domains, subdomains, partners: byProof, invited: byInvitation }: AdmitOptions): readonly Rule[] {
  const ending = everyoneElse === "block" && !byInvitation ? ("block" as const) : ("continue" as const);
  const common = { unless: ALLOWED } as const;
  return [
    ...(domains === undefined
      ? []
      : [onlyDomains(domains, { ...common, ...omitUndefined({ subdomains }), otherwise: byProof ? "continue" : ending })]),
    ...(byProof ? [partners({ ...common, otherwise: ending })] : []),
  ];
}

function invitedOptions({ everyoneElse, invited: byInvitation }: AdmitOptions): InvitedOptions {
  // With "approval", `requestApproval` asks about everybody who is not allowed, so `invited` refers nobody.
  const otherwise = everyoneElse === "approval" ? "continue" : everyoneElse;
  return { ...(typeof byInvitation === "object" && byInvitation), unless: ALLOWED, otherwise };
}

function askingFor({ everyoneElse, approval, limit: limits }: AdmitOptions): readonly Rule<"before-create-user">[] {
  if (everyoneElse === "approval" || everyoneElse === "waitlist") return [requestApproval({ ...approval, unless: ALLOWED })];
  const refers = approval !== undefined || [limits ?? []].flat().some(({ then }) => then === "approval");
  return refers ? [requestApproval({ ...approval, when: "approval" })] : [];
}

function omitUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

function assertAdmits(options: AdmitOptions): void {
  assertRuleOptions("admit", options, admitOptions());
  const { everyoneElse, listed, domains, subdomains, partners: byProof, invited: byInvitation } = options;
  readTrust(options.trust, "admit");
  for (const [option, names] of Object.entries(ownOptions)) {
    const odd = names.find((name) => Object.hasOwn(Object(options[option as keyof typeof ownOptions]), name));
    if (odd !== undefined) throw new TypeError(`admit: leave ${odd} out of ${option}: everyoneElse and trust say it.`);
  }
  if (subdomains !== undefined && domains === undefined) throw new TypeError("admit: subdomains needs domains.");
  if (everyoneElse === "waitlist" && !byInvitation)
    throw new TypeError('admit: everyoneElse: "waitlist" needs invited: people leave the waiting list by an invitation.');
  if (everyoneElse === "block" && !listed && domains === undefined && !byProof && !byInvitation)
    throw new TypeError("admit lets nobody in: add listed, domains, partners or invited, or give everyoneElse another value.");
}

function admitOptions() {
  const yes = (option: string) => v.optional(v.boolean(notAs(`${option} is true or false`)));
  return optionSchema<AdmitOptions>(
    {
      everyoneElse: v.picklist(outcomes, notAs(`everyoneElse must be one of ${outcomes.join(", ")}`)),
      trust: readElsewhere<AdmitOptions["trust"]>(),
      listed: yes("listed"),
      classes: v.optional(readElsewhere<NonNullable<AdmitOptions["classes"]>>()),
      domains: v.optional(readElsewhere<NonNullable<AdmitOptions["domains"]>>()),
      subdomains: v.optional(readElsewhere<boolean>()),
      partners: yes("partners"),
      invited: v.optional(
        v.custom<NonNullable<AdmitOptions["invited"]>>(
          (value) => typeof value === "boolean" || (typeof value === "object" && value !== null),
          notAs('invited is true, or options such as { lasts: "14d" }'),
        ),
      ),
      limit: v.optional(
        v.custom<NonNullable<AdmitOptions["limit"]>>(
          (value) => typeof value === "object" && value !== null,
          notAs('limit is one limit or a list of them, like { by: "domain", windows: [{ max: 20, per: "1h" }] }'),
        ),
      ),
      approval: v.optional(
        v.custom<ApprovalOptions>(
          (value) => typeof value === "object" && value !== null,
          notAs("approval takes options of requestApproval"),
        ),
      ),
    },
    replaceName("provenBy", "trust"),
  );
}
