import * as v from "valibot";
import { GUID } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { optionSchema } from "../../engine/option-schema";
import { assertShortName, isBlank, rowsOfCode } from "../../engine/sign-up/attributes";
import { timeBetween } from "../../engine/sign-up/duration-options";
import { normaliseDomain, normaliseEmail, splitAddress } from "../../engine/sign-up/email";
import type { RecordKey, Records, Situation, Use } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere, wholeFrom } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { normaliseMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import type { AttributeName } from "../../engine/sign-up/tenant-attributes";
import { MS_PER_DAY, MS_PER_MINUTE, toMs } from "../../engine/sign-up/time";
import type { Block, Invalid } from "../../engine/sign-up/verdict";
import { describeUnmatched, normalisePossibleEmail, readUnmatched } from "../../engine/unmatched";
import type { ApprovalRequest, Stage } from "./request";
import { noSponsor, stageTexts } from "./stage-texts";
import { askedKind, beginFirstStage, GROUP_PREFIX, listAddresses, ROLE_PREFIX } from "./stages";

/** The people who decide at a stage, or who get the mail. `approvers` and `sponsor` return this. */
export interface Approvers {
  /** The people who are asked about every request. Undefined if the people differ by request. */
  readonly fixed?: readonly string[];
  readonly isSponsor?: true;
  /** The organisation's own domains, as far as the source names them. */
  readonly domains?: readonly string[];
  /** The attribute in which a person types an approver. If the typed value names no approver, the person is asked to correct it. */
  readonly asks?: AttributeName;
  readonly reads: readonly AttributeName[];
  readonly uses: readonly Use[];
  needs(signUp: SignUp): readonly RecordKey[];
  /** Addresses, `role:NAME`, `group:OBJECT-ID`, ARNs. */
  named(situation: Situation, records: Records): readonly string[];
  /** Plans the stages. A member of `Approvers`, so that a bundle has the code of stages only if its policy has stages. */
  plan(stages: readonly ApprovalStage[], options: StageNeeds): StagePlan;
}

/** One stage of an approval: its approvers, how many of them must approve, and who is added when. */
export interface ApprovalStage {
  /** The approvers: `approvers("Security")`, `sponsor()`. */
  readonly by: Approvers;
  /**
   * Approvers added after `within`. If `by` names nobody, they are added at once.
   * @default nobody. If `by` names nobody, the request is refused. For a typed sponsor, the person must correct the address
   */
  readonly orElse?: Approvers;
  /** Time after which `orElse` is added, `"15m"` to `"31d"`. Nothing is decided by time alone. @default never */
  readonly within?: string;
  /**
   * Number of different people who must approve, 1 to 10. One denial ends the request.
   * @default 1
   */
  readonly need?: number;
}

/** Sources of a sponsor besides the person's invitation. */
export interface SponsorOptions {
  /**
   * The attribute with a code. The code's row in ReferenceData names the sponsor, in the column `approver`.
   * @default no code names a sponsor
   */
  readonly code?: AttributeName;
  /** The code's list in ReferenceData. @default the attribute's name */
  readonly list?: string;
  /**
   * The attribute in which people type their sponsor's address. Needs `domains`.
   * @default none
   */
  readonly attribute?: AttributeName;
  /** Your own domains. A typed sponsor at another domain does not count. @default none */
  readonly domains?: readonly string[];
}

interface StageNeeds {
  readonly answerWithinDays: number;
  readonly stageMail: boolean;
}

export interface StagePlan {
  /** The organisation's own domains, as far as the stages name them. */
  readonly domains: readonly string[];
  readonly asks: readonly AttributeName[];
  readonly reads: readonly AttributeName[];
  readonly uses: readonly Use[];
  needs(signUp: SignUp): readonly RecordKey[];
  /** Returns a block or correction if a stage could not be passed. */
  begin(
    situation: Situation,
    records: Records,
    now: Date,
  ): Pick<ApprovalRequest, "stages" | "asked" | "escalatesAt" | "sponsor"> | Block | Invalid;
  /**
   * The stages of what a colleague asks for. Leaves out the colleague; a stage that too few others are left at asks its `orElse` at once, else
   * every approver, never nobody.
   * @param isAsker true for a name in any spelling that is the colleague's own
   */
  beginAsk(situation: Situation, records: Records, isAsker: (name: string) => boolean, now: Date): AskedStages;
}

type AskedStages = Pick<ApprovalRequest, "stages" | "asked" | "escalatesAt">;

const MOST = 10;
const MOST_NAMED = 50;
const roleForm = /^[^\s:@/]{1,60}$/;
const arnForm = /^arn:[\w-]+:(iam|sts)::\d{12}:[^\s*]+$/;

/**
 * People who decide at a stage of `requestApproval`: app roles of the console ("Security"), Entra groups by object id,
 * e-mail addresses, ARNs of AWS callers, or a function that names them for a request. See docs/approvals.md.
 * @throws TypeError if a name is none of these
 *
 * @example
 * requestApproval({ stages: [{ by: approvers(({ signUp }) => (countryOf(signUp.attributes.country)?.alpha2 === "KR" ? "Seoul" : "lee@contoso.com")) }] })
 */
export function approvers(
  first: string | ((situation: Situation) => string | readonly string[] | undefined),
  ...others: readonly string[]
): Approvers {
  if (typeof first === "function") return { ...common, named: (situation) => [first(situation) ?? []].flat().map(askedAs) };
  const fixedNames = [first, ...others].map(askedAs);
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertPossible(fixedNames);
  return { ...common, fixed: fixedNames, named: () => fixedNames };
}

/**
 * The requester's sponsor, for a stage of `requestApproval` or its `askedOf`: the sponsor of their invitation, else the approver of their
 * code, else the address that they typed, at one of your domains. See docs/approvals.md.
 * @throws TypeError if an option has a wrong value
 *
 * @example
 * requestApproval({ stages: [{ by: sponsor({ attribute: "extension_Sponsor", domains: ["contoso.com"] }), orElse: approvers("Partners"), within: "48h" }] })
 */
export function sponsor(options: SponsorOptions = {}): Approvers {
  const { code, list, attribute, domains } = readSponsor(options);
  const row = ({ attributes }: SignUp) => (code === undefined ? [] : rowsOfCode(attributes[code], list ?? code));
  const readSponsorAddress = ({ attributes }: SignUp): readonly unknown[] => {
    const address = attribute === undefined ? undefined : readAddress(attributes[attribute]);
    return address !== undefined && domains.includes(splitAddress(address).domain) ? [address] : [];
  };
  return {
    ...common,
    isSponsor: true,
    domains,
    asks: attribute,
    reads: [code, attribute].filter((each) => each !== undefined),
    uses: code === undefined ? [] : [{ table: "referenceData", access: "read" }],
    needs: row,
    named({ signUp, findings }, records) {
      const cells = [findings.sponsor, ...row(signUp).map((key) => records.get(key)?.approver), ...readSponsorAddress(signUp)];
      return cells
        .flatMap((cell) => readAddress(cell) ?? [])
        .filter((each) => !isOwn(each, signUp))
        .slice(0, 1);
    },
  };
}

const common = { reads: [], uses: [], needs: () => [], plan } as const satisfies Partial<Approvers>;

function plan(stages: readonly ApprovalStage[], { answerWithinDays, stageMail }: StageNeeds): StagePlan {
  if (stages.length > MOST) throw new RangeError(`requestApproval: stages are ${MOST} at most, not ${stages.length}.`);
  const settings = stages.map((stage, index) => readStage(stage, `requestApproval: stage ${index + 1}`, answerWithinDays));
  const fixedStages = settings.flatMap(({ by, orElse, ...rest }) => {
    const more = orElse === undefined ? {} : orElse.fixed && { orElse: orElse.fixed };
    return by.fixed === undefined || more === undefined ? [] : [{ by: by.fixed, ...more, ...rest }];
  });
  if (!canPass(fixedStages))
    throw new RangeError(
      "requestApproval: stages name too few people, because each person decides at one stage only, and only once. Name more people, or lower need.",
    );
  const sources = settings.flatMap(({ by, orElse }) => [by, ...(orElse === undefined ? [] : [orElse])]);
  return {
    domains: sources.flatMap(({ domains = [] }) => domains),
    asks: settings.flatMap(({ by, orElse }) => (orElse?.fixed === undefined && by.asks !== undefined ? [by.asks] : [])),
    reads: [...new Set(sources.flatMap(({ reads }) => reads))],
    uses: sources.flatMap(({ uses }) => uses),
    needs: (signUp) => sources.flatMap(({ needs }) => needs(signUp)),
    begin(situation, records, now) {
      const { signUp } = situation;
      const listNames = (source: Approvers) => assertNames(source.named(situation, records)).filter((each) => !isOwn(each, signUp));
      const list: Stage[] = [];
      for (const setting of settings) {
        const stage = fillStage(setting, listNames);
        if (stage === undefined) {
          const { asks, isSponsor } = setting.by;
          const evidence = { stage: `${list.length + 1}`, why: isSponsor ? "no sponsor" : "names nobody" };
          return asks === undefined ? blockWithoutApprover(evidence) : askAnotherSponsor(asks, signUp, evidence);
        }
        list.push(stage);
      }
      if (!canPass(list)) return blockWithoutApprover({ why: "too few different people" });
      const [sponsoredBy] = settings.flatMap(({ by }) => (by.isSponsor ? listNames(by) : []));
      return { ...beginFirstStage(list, stageMail, now), ...keepGiven({ sponsor: sponsoredBy }) };
    },
    beginAsk(situation, records, isAsker, now) {
      const listOthers = (source: Approvers | undefined) =>
        (source === undefined ? [] : listNames(source, situation, records)).filter(
          (each) => !isOwn(each, situation.signUp) && !(askedKind(each) === "address" && isAsker(each)),
        );
      const list = settings.map(({ by, orElse, ...rest }) => fillAskedStage(listOthers(by), listOthers(orElse), rest));
      // Nobody decides at two stages: too few different people are as good as nobody.
      const whole = canPass(list) ? list : list.map((stage) => ({ ...stage, by: [...new Set([...stage.by, ...everyApprover])] }));
      return beginFirstStage(whole, false, now);
    },
  };
}

/** The names of approvers by whom a stage asks every approver of the settings. */
const everyApprover = [`${ROLE_PREFIX}Approver`, `${ROLE_PREFIX}Administrator`];

/** A function of the policy is made for people who sign up, so it may fail for somebody of whom only the address is known. */
function listNames(source: Approvers, situation: Situation, records: Records): readonly string[] {
  try {
    return assertNames(source.named(situation, records));
  } catch {
    return [];
  }
}

function fillAskedStage(
  by: readonly string[],
  others: readonly string[],
  rest: Omit<ReturnType<typeof readStage>, "by" | "orElse">,
): Stage {
  const { withinMinutes: _, ...atOnce } = rest;
  const isEnough = (names: readonly string[]) => canPass([{ by: names, need: rest.need }]);
  if (isEnough(by)) return { by, ...(others.length > 0 ? { orElse: others, ...rest } : atOnce) };
  const all = [...new Set([...by, ...others])];
  return { by: isEnough(all) ? all : [...all, ...everyApprover], ...atOnce };
}

function fillStage(
  { by, orElse, ...rest }: ReturnType<typeof readStage>,
  namedBy: (source: Approvers) => readonly string[],
): Stage | undefined {
  const [asked, others] = [namedBy(by), orElse === undefined ? [] : namedBy(orElse)];
  const { withinMinutes: _, ...atOnce } = rest;
  if (asked.length > 0) return { by: asked, ...(others.length > 0 ? { orElse: others, ...rest } : atOnce) };
  return others.length > 0 ? { by: others, ...atOnce } : undefined;
}

function blockWithoutApprover(evidence: Readonly<Record<string, string>>): Block {
  const reason = "approval.no-approver";
  return { kind: "block", reason, message: stageTexts[reason], evidence };
}

/** Asks the person to type the sponsor's address again, because most people who are stopped here have mistyped it. */
function askAnotherSponsor(attribute: AttributeName, { attributes }: SignUp, evidence: Readonly<Record<string, string>>): Invalid {
  const problem = isBlank(attributes[attribute])
    ? { attribute, reason: "attribute.required" }
    : { attribute, reason: "attribute.invalid", message: noSponsor, wording: { variant: "sponsor" } };
  return { kind: "invalid", problems: [problem], evidence };
}

/** True if each vote could come from a different person. A role, group or ARN may stand for any number of people. */
function canPass(list: readonly Stage[]): boolean {
  const places = list.flatMap(({ by, orElse = [], withinMinutes, need }) => {
    const approverNames = [...by, ...(withinMinutes === undefined ? [] : orElse)];
    const people = [...new Set(listAddresses(approverNames).map(toBaseSpelling))];
    return approverNames.some((each) => askedKind(each) !== "address") ? [] : Array.from({ length: need }, () => people);
  });
  const placesByPerson = new Map<string, number>();
  const isPlaced = (place: number, triedPeople: Set<string>): boolean =>
    (places[place] as readonly string[]).some((each) => {
      if (triedPeople.has(each)) return false;
      triedPeople.add(each);
      const other = placesByPerson.get(each);
      if (other !== undefined && !isPlaced(other, triedPeople)) return false;
      placesByPerson.set(each, place);
      return true;
    });
  return places.every((_, place) => isPlaced(place, new Set()));
}

function isOwn(approverName: string, { email }: SignUp): boolean {
  return (
    askedKind(approverName) === "address" &&
    (toBaseSpelling(approverName) === toBaseSpelling(email) || normaliseMailbox(approverName) === normaliseMailbox(email))
  );
}

function readAddress(cell: unknown): string | undefined {
  return typeof cell === "string" ? normalisePossibleEmail(cell) : undefined;
}

/** Nobody could answer a request at an address that cannot exist. */
function assertPossible(fixedNames: readonly string[]): void {
  for (const name of fixedNames.filter((each) => askedKind(each) === "address")) {
    const problem = readUnmatched(name);
    if (problem !== undefined) throw new TypeError(`approvers: ${JSON.stringify(name)} is ${describeUnmatched(problem)}.`);
  }
}

/** Reads an approver as rows store it: `role:Security`, `group:` and an object id, an ARN, an address. Undefined if the text is none of these. */
export function readApproverName(text: string): string | undefined {
  if (text.startsWith(ROLE_PREFIX)) return roleForm.test(text.slice(ROLE_PREFIX.length)) ? text : undefined;
  if (text.startsWith(GROUP_PREFIX)) return GUID.test(text.slice(GROUP_PREFIX.length)) ? text.toLowerCase() : undefined;
  return arnForm.test(text) ? text : normalisePossibleEmail(text);
}

function askedAs(name: string): string {
  if (typeof name === "string") {
    const address = normaliseEmail(name);
    if (address !== undefined) return address;
    if (GUID.test(name)) return `${GROUP_PREFIX}${name.toLowerCase()}`;
    if (arnForm.test(name)) return name;
    if (roleForm.test(name)) return `${ROLE_PREFIX}${name}`;
  }
  throw new TypeError(`approvers: ${JSON.stringify(name)} is no app role like "Security", no group's object id, no address and no ARN.`);
}

function assertNames(names: readonly string[]): readonly string[] {
  if (names.length > MOST_NAMED) throw new RangeError(`approvers: ${MOST_NAMED} at most are asked at one stage, not ${names.length}.`);
  return [...new Set(names)];
}

function readStage(stage: ApprovalStage, what: string, answerWithinDays: number) {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(what, stage, stageOptions());
  const { by, orElse, within, need = 1 } = stage;
  for (const { fixed } of [by, orElse].filter((each) => each !== undefined)) if (fixed !== undefined) assertNames(fixed);
  if (by.isSponsor && need > 1 && orElse === undefined)
    throw new RangeError(`${what}: a person has one sponsor, so need cannot be ${need}.`);
  if (within === undefined) return { by, need, orElse };
  if (orElse === undefined) throw new TypeError(`${what}: within needs orElse, which names the people to ask as well after that time.`);
  const ms = toMs(within);
  if (ms >= answerWithinDays * MS_PER_DAY)
    throw new RangeError(`${what}: within is ${within}, but a request expires after ${answerWithinDays} days: see answerWithin.`);
  return { by, need, orElse, withinMinutes: ms / MS_PER_MINUTE };
}

function readSponsor(options: SponsorOptions) {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("sponsor", options, sponsorOptions());
  const { code, list, attribute, domains } = options;
  if (code !== undefined) assertShortName(code, "sponsor: code");
  if (list !== undefined && code === undefined) throw new TypeError("sponsor: list needs code.");
  if (attribute !== undefined) assertShortName(attribute, "sponsor: attribute");
  if ((attribute === undefined) !== (domains === undefined))
    throw new TypeError(
      'sponsor: attribute and domains go together, like { attribute: "extension_Sponsor", domains: ["contoso.com"] }: only people at your own domains are sponsors.',
    );
  return { code, list, attribute, domains: (domains ?? []).map(ownDomain) };
}

function ownDomain(domain: string): string {
  const name = typeof domain === "string" ? normaliseDomain(domain) : undefined;
  if (name?.includes(".")) return name;
  throw new TypeError(`sponsor: ${JSON.stringify(domain)} in domains is no domain such as "contoso.com".`);
}

function sponsorOptions() {
  const list = "list must name a list in the ReferenceData table.";
  return optionSchema<SponsorOptions>({
    code: v.optional(readElsewhere<NonNullable<SponsorOptions["code"]>>()),
    list: v.optional(v.pipe(v.string(list), v.regex(/\S/, list))),
    attribute: v.optional(readElsewhere<NonNullable<SponsorOptions["attribute"]>>()),
    domains: v.optional(readElsewhere<NonNullable<SponsorOptions["domains"]>>()),
  });
}

function stageOptions() {
  const source = (option: string) =>
    v.pipe(
      v.custom<Approvers>((input) => typeof input !== "function", `write approvers((…) => …) around the function in ${option}.`),
      v.custom<Approvers>(
        (input) => typeof (input as Approvers | null)?.named === "function",
        `${option} must be approvers(…) or sponsor(…).`,
      ),
    );
  const within = notAs('within is a time from "15m" to "31d", such as "48h"');
  return optionSchema<ApprovalStage>({
    by: source("by"),
    orElse: v.optional(source("orElse")),
    within: v.optional(timeBetween("15m", "31d", within)),
    need: v.optional(wholeFrom(1, MOST, notAs(`need is a whole number from 1 to ${MOST}`))),
  });
}
