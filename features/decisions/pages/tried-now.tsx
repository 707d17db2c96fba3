import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { Outcome } from "../../../console/parts/outcome";
import { providerNames } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { capitalise } from "../../../engine/characters";
import { groupBy } from "../../../engine/collections";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { alreadyHasAccount, hasAskedForApproval, type OutcomeKind, toOutcomeKind } from "../../../engine/sign-up/recording";
import { recordId } from "../../../engine/sign-up/records";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { DescribedEntry } from "../../access-list/describe-entry";
import { EntryLink, EntrySummary, effectLooks } from "../../access-list/pages/access-list-parts";
import { partnerKey, partnerStanding } from "../../access-list/partner";
import { NO_APPROVAL } from "../../access-list/reasons";
import { sumFigures } from "../../counts/counts";
import { countedName } from "../../counts/pages/count-tables";
import { lastHours, readHours } from "../../counts/pages/counted-hours";
import { reasonText } from "../../reasons";
import { findOutage } from "../remedies";
import { decisionWords } from "../words";
import { decisionsTexts } from "./decisions-texts";
import { decidingIn, type ListAnswer, listAnswer, type Visitor } from "./list-answer";
import { askedNames, ruleName } from "./rule-lines";

/** The outage behind a decision. Undefined if there was none, or if the external system has answered since its last failure. */
export async function brokenNow(visit: Visit, record: DecisionRecord): Promise<ReturnType<typeof findOutage>> {
  const broken = findOutage(record);
  if (broken?.service === undefined) return broken;
  const { services } = sumFigures(await readHours(visit, lastHours(visit)));
  const { lastAnswer = "", lastFailure = "" } = services.find(({ service }) => service === broken.service) ?? {};
  return lastAnswer > lastFailure ? undefined : broken;
}

declare module "../../../console/app/visit" {
  interface ConsoleFeature {
    /** Answers what a new sign-up would get, for each way of signing in. Without this member, no page answers it. */
    nextTry?(visit: Visit, person: PersonTrying): Promise<readonly TriedWay[]>;
  }
}

export interface PersonTrying {
  readonly email: string;
  /** @default the default one */
  readonly gate?: string | undefined;
  /** Decisions about the person, newest first. */
  readonly recent: readonly DecisionRecord[];
}

/** The answer for one way of signing in. */
export interface TriedWay {
  readonly visitor: Visitor;
  /** The standing of the person's account, which decides before any rule does. */
  readonly account?: "disabled" | "over" | "in" | "deleted";
  readonly verdict: {
    /** Undefined if a part failed. */
    readonly kind: OutcomeKind | undefined;
    readonly step: Step;
    readonly rule?: string;
    readonly reasons: readonly string[];
  };
  readonly isInvited: boolean;
  /** Sentences about invitations and requests that do not count. */
  readonly notCounted: readonly string[];
  /** Rules that were not asked, because they call other systems. */
  readonly unasked: readonly string[];
}

/** An answer, with the list's part in it. */
export type WayShown = TriedWay & { readonly list: ListAnswer };

export async function readNextTry(visit: Visit, person: PersonTrying): Promise<readonly WayShown[]> {
  const feature = visit.features.find(({ nextTry }) => nextTry !== undefined);
  const tries = (await feature?.nextTry?.(visit, person)) ?? [];
  return await Promise.all(tries.map(async (tried) => ({ ...tried, list: await listAnswer(visit, tried.visitor) })));
}

/** Returns the reason for which an account keeps its person out. */
export function readKeptOut(account: TriedWay["account"]): string | undefined {
  return account === "disabled" || account === "over" ? t.accountKeepsOut[account] : undefined;
}

interface TriedNowProps {
  readonly visit: Visit;
  /** The person's newest decision. */
  readonly last: DecisionRecord | undefined;
  readonly broken: ReturnType<typeof findOutage>;
  readonly tries: readonly WayShown[];
  /** Text above the list's answer. */
  readonly lead?: ((issuers: string) => string) | undefined;
  /** The reason that keeps the person out despite the list. @default the account's standing */
  readonly keptOut?: string | undefined;
  /** @default according to the account, else to the newest decision */
  readonly hasAccount?: boolean | undefined;
  readonly children?: Child;
}

/** Shows the outage to repair first, and, for each way of signing in, the answer and the entries that count. */
export async function TriedNow({ children, ...tried }: TriedNowProps) {
  const { visit, last, broken, tries, lead } = tried;
  const account = tries[0]?.account;
  const { keptOut = readKeptOut(account) } = tried;
  const { hasAccount = account === undefined ? last !== undefined && alreadyHasAccount(last.reasons) : account === "in" } = tried;
  const isRefused = last !== undefined && toOutcomeKind(last) === "block" && findOutage(last) === undefined && !hasAccount;
  const isOther = isRefused && last.rule !== undefined && last.rule !== "access-list";
  const alike = [...groupBy(tries, ({ list, verdict, notCounted }) => JSON.stringify([list.checked, verdict, notCounted])).values()];
  const renderByWay = async (each: readonly WayShown[]) => {
    const [way] = each as readonly [WayShown];
    return (
      <>
        {alike.length > 1 ? <h3>{t.signedInWith(each.map(({ list }) => providerNames(list.issuers)).join("; "))}</h3> : null}
        {lead === undefined || alike.length > 1 ? null : (
          <p class="hint">{lead(each.map(({ list }) => providerNames(list.issuers)).join("; "))}</p>
        )}
        <p>{await outcomeBy({ ...tried, hasAccount }, way)}</p>
        {hasAccount ? null : way.notCounted.map((text) => <p class="hint">{t.notCounted(text)}</p>)}
        {way.verdict.kind === "continue" && !hasAccount && way.unasked.length > 0 ? (
          <p class="hint">{t.provided(way.unasked.map(ruleName).join(", "))}</p>
        ) : null}
        {entriesIn(visit, way.list)}
      </>
    );
  };
  return (
    <section>
      <h2>{t.title}</h2>
      {broken === undefined ? null : <Alert>{t.stillRefused(broken.service && countedName(broken.service))}</Alert>}
      {keptOut !== undefined ? (
        <p>{answer("block", keptOut)}</p>
      ) : (
        [await Promise.all(alike.map(renderByWay)), isOther && <p class="hint">{t.otherRule(ruleName(last.rule))}</p>]
      )}
      {children}
    </section>
  );
}

/** With an account, only a deny keeps the person out. */
async function outcomeBy({ visit, last, hasAccount }: TriedNowProps, { verdict, list, isInvited }: WayShown): Promise<Child> {
  const deciding = decidingIn(list);
  const { matches = [], verdict: listVerdict } = deciding === undefined || deciding.shadow ? {} : deciding;
  const { kind, rule, reasons } = verdict;
  const [first] = matches;
  const rest = (words: string) => (first === undefined ? t.noEntry(words) : capitalise(words));
  if (hasAccount) return listVerdict === "block" && first !== undefined ? answer("block", t.verdicts.block) : answer("continue", t.signsIn);
  switch (kind) {
    case undefined:
      return answer(undefined, t.unknown);
    case "block":
      if (rule !== "access-list") return answer("block", t.refusedBy(reasonText(visit.say(decisionWords), reasons)));
      return answer("block", reasons.includes(NO_APPROVAL) ? t.asksNobody : t.verdicts.block);
    case "waiting":
      if (!hasAskedForApproval(reasons)) return answer("waiting", t.requestDecides);
      return answer("waiting", first?.effect === "approval" ? t.waits : rest(t.asksForApproval));
    case "invalid":
      return answer("invalid", last?.verdict === "invalid" ? t.again(askedNames(visit, last)) : t.corrects);
    case "continue":
      if (isInvited) return answer("continue", t.byInvitation);
      if (first?.effect === "allow") return answer("continue", t.verdicts.continue);
      return answer("continue", (await partnerText(visit, list.email)) ?? rest(verdict.step === "after-sign-in" ? t.goesOn : t.letIn));
  }
}

function answer(kind: OutcomeKind | undefined, words: string) {
  return <Outcome kind={kind}>{words}</Outcome>;
}

async function partnerText({ world, now }: Visit, email: string): Promise<string | undefined> {
  const { domain } = splitAddress(email);
  const key = partnerKey(domain);
  const row = (await world.rows.read([key])).get(recordId(key));
  return partnerStanding(row, now) === "none" ? undefined : capitalise(decisionsTexts.partner(domain));
}

function entriesIn(visit: Visit, way: ListAnswer) {
  const { levels } = visit.say(decisionWords);
  const { shadow, matches = [], ignored = [] } = decidingIn(way) ?? {};
  const lines = [
    ...matches.map((each) => ({ ...each, icon: effectLooks[each.effect].icon, hint: levels[each.level] })),
    ...ignored.map((each) => ({ ...each, icon: "skipped" as const, hint: explainIgnored(each, way) })),
  ];
  return (
    <>
      {shadow ? <p>{t.shadow}</p> : null}
      {lines.length === 0 ? null : (
        <ol class="rules">
          {lines.map(({ entry, effect, icon, hint }) => (
            <li class={icon === "skipped" ? undefined : effectLooks[effect].outcome}>
              <Icon name={icon} />
              <div>
                <EntryLink entry={entry} />: <EntrySummary visit={visit} row={way.rows.get(entry) ?? { entry, effect }} />
                <div class="hint">{hint}</div>
              </div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** If the entry's own text gives the reason, says only that the entry does not count. */
function explainIgnored({ state, effect, issuer, gates, byPartner, entry }: DescribedEntry, { email, issuers }: ListAnswer): string {
  if (state !== "live" || gates !== undefined) return t.ignored;
  if (issuer !== undefined && !issuers.includes(issuer)) return t.otherWay;
  if (effect !== "allow") return t.ignored;
  if (byPartner !== undefined) return t.unbacked;
  return normaliseEmail(entry) === undefined || entry === email ? t.notProven : t.otherSpelling;
}

const t = pageTexts({
  title: ["If they tried now", "지금 시도하면"],
  stillRefused: [
    (service?: string) => (service === undefined ? "Refused again only if it fails again" : `Still refused until ${service} recovers`),
    (service) => (service === undefined ? "같은 오류가 다시 나지 않으면 거부되지 않음" : `${service} 복구 전까지 계속 거부됨`),
  ],
  again: [
    (names: string) => `Asked to correct again, until it is right${names === "" ? "" : `: ${names}`}`,
    (names) => `올바른 값을 입력할 때까지 다시 수정 요청${names === "" ? "" : `: ${names}`}`,
  ],
  signedInWith: [(issuers: string) => `Signed in with ${issuers}`, (issuers) => `${issuers} 계정으로 로그인`],
  verdicts: {
    continue: ["The list lets this person in", "목록이 이 사람을 허용합니다"],
    block: ["The list refuses this person", "목록이 이 사람을 거부합니다"],
  },
  accountKeepsOut: {
    disabled: ["The account is disabled: Entra refuses sign-in", "계정이 비활성화되어 Entra가 로그인을 거부합니다"],
    over: [
      "Access has ended: once the account is disabled, within the hour, Entra refuses sign-in",
      "이용이 종료되었습니다. 한 시간 안에 계정이 비활성화되면 Entra가 로그인을 거부합니다",
    ],
  },
  asksNobody: [
    "The list wants approval, and no rule of the gate asks for it: they are refused",
    "목록은 승인을 요구하지만 게이트에 승인을 요청하는 규칙이 없어 거부됩니다",
  ],
  waits: ["The list has this person wait for approval", "목록에 따라 이 사람은 승인을 기다립니다"],
  signsIn: ["They sign in with their account", "이미 있는 계정으로 로그인합니다"],
  byInvitation: ["The invitation lets this person in", "초대로 허용됩니다"],
  requestDecides: ["Their request for approval decides", "승인 요청에 대한 결정에 따름"],
  unknown: ["Can't tell: a rule fails", "알 수 없음: 규칙이 실패합니다"],
  refusedBy: [(why: string) => `They would be refused: ${why}`, (why) => `거부됩니다: ${why}`],
  corrects: ["They would be asked to correct or add something in the form", "양식에서 수정하거나 추가하도록 요청받습니다"],
  noEntry: [(follows: string) => `No entry counts: ${follows}`, (follows) => `적용되는 항목 없음: ${follows}`],
  letIn: ["they would be let in", "허용됩니다"],
  goesOn: ["they would go on to the form", "양식으로 진행합니다"],
  notCounted: [(what: string) => `Does not count: ${what}`, (what) => `적용되지 않음: ${what}`],
  provided: [(rules: string) => `Provided that these rules let them pass: ${rules}`, (rules) => `다음 규칙을 통과할 때: ${rules}`],
  asksForApproval: ["they would be asked for approval", "승인을 요청하게 됩니다"],
  otherRule: [
    (rule: string) => `The last refusal came from the rule ${rule}, not from the list: an entry may not help.`,
    (rule) => `마지막 거부는 목록이 아니라 ${rule} 규칙이 했습니다. 항목을 추가해도 달라지지 않을 수 있습니다.`,
  ],
  shadow: ["The rule only reports here (shadow) and stops nobody.", "이 규칙은 보고만 하며(shadow) 아무도 막지 않습니다."],
  ignored: ["does not count", "적용되지 않음"],
  otherWay: ["does not count: for another way of signing in", "적용되지 않음: 다른 로그인 방법에만 적용"],
  notProven: ["does not count: no provider proved that the address is theirs", "적용되지 않음: 주소가 본인의 것임을 증명한 제공자가 없음"],
  otherSpelling: ["does not count: of another spelling of the address", "적용되지 않음: 주소의 다른 표기에 대한 항목"],
  unbacked: ["does not count: its partner no longer has the domain", "적용되지 않음: 도메인이 더 이상 파트너의 것이 아님"],
});
