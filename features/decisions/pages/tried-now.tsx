import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { hasRule } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { providerNames } from "../../../console/parts/names";
import { Outcome } from "../../../console/parts/outcome";
import { pageTexts } from "../../../console/texts/languages";
import { groupBy } from "../../../engine/collections";
import { capitalise } from "../../../engine/letter-case";
import { ALLOWED } from "../../../engine/rules/allowed";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { alreadyHasAccount, type OutcomeKind, toOutcomeKind } from "../../../engine/sign-up/outcome";
import { unwrapRule } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import type { DescribedEntry } from "../../access-list/describe-entry";
import { EntryLink, EntrySummary, effectLooks } from "../../access-list/pages/access-list-parts";
import { partnerKey, partnerStanding } from "../../access-list/partner";
import { NO_APPROVAL } from "../../access-list/reasons";
import { countedName } from "../../counts/pages/count-tables";
import { lastHours, readHours, sumFigures } from "../../counts/pages/counted-hours";
import { admittingWord, decidingWord, findOutage } from "../remedies";
import { decisionWords } from "../words";
import { decisionsTexts } from "./decisions-texts";
import { decidingIn, isListed, type ListAnswer } from "./list-answer";
import { askedNames, ruleName } from "./rule-lines";

/** The outage behind a decision. Undefined if there was none, or if the external system has answered since its last failure. */
export async function brokenNow(visit: Visit, record: DecisionRecord): Promise<ReturnType<typeof findOutage>> {
  const broken = findOutage(record);
  if (broken?.service === undefined) return broken;
  const { services } = sumFigures(await readHours(visit, lastHours(visit)));
  const { lastAnswer = "", lastFailure = "" } = services.find(({ service }) => service === broken.service) ?? {};
  return lastAnswer > lastFailure ? undefined : broken;
}

interface TriedNowProps {
  readonly visit: Visit;
  /** The person's newest decision. */
  readonly last: DecisionRecord | undefined;
  readonly broken: ReturnType<typeof findOutage>;
  /** The list's answers for each way of signing in. */
  readonly answers: readonly ListAnswer[];
  /** @default the gate of the newest decision */
  readonly gate?: string | undefined;
  /** Text above the list's answer. */
  readonly lead?: string | undefined;
  /** The reason that keeps the person out despite the list. */
  readonly keptOut?: string | undefined;
  /** @default according to the newest decision */
  readonly hasAccount?: boolean | undefined;
  /** The part of Gatehouse that decides next if no entry names the person. @default according to the newest decision */
  readonly waitsFor?: "invitation" | "request" | "nothing" | undefined;
  readonly children?: Child;
}

/** Shows the outage to repair first, and, for each way of signing in, the entries that keep the person out or let them in. */
export async function TriedNow({ children, ...tried }: TriedNowProps) {
  const { visit, last, broken, answers, lead, keptOut, gate = last?.gate } = tried;
  const { hasAccount = last !== undefined && alreadyHasAccount(last.reasons) } = tried;
  const isRefused = last !== undefined && toOutcomeKind(last) === "block" && findOutage(last) === undefined && !hasAccount;
  const isOther = isRefused && last.rule !== undefined && last.rule !== "access-list";
  const isToCorrect = last?.verdict === "invalid" && !isListed(answers, "block");
  const asks = ({ isProven }: ListAnswer) => !hasAccount && asksForApproval(visit, gate, isProven);
  const alike = [...groupBy(answers, (way) => JSON.stringify([way.checked, asks(way)])).values()];
  const byWay = async (each: readonly ListAnswer[]) => {
    const [way] = each as readonly [ListAnswer];
    return (
      <>
        {alike.length > 1 ? <h3>{t.signedInWith(each.map(({ issuers }) => providerNames(issuers)).join("; "))}</h3> : null}
        {lead === undefined ? null : <p class="hint">{lead}</p>}
        <p>{await outcomeBy({ ...tried, gate, hasAccount }, way)}</p>
        {entriesIn(visit, way)}
      </>
    );
  };
  return (
    <section>
      <h2>{t.title}</h2>
      {broken === undefined ? null : <Alert>{t.stillRefused(broken.service && countedName(broken.service))}</Alert>}
      {keptOut !== undefined ? (
        <p>{answer("block", keptOut)}</p>
      ) : isToCorrect ? (
        <p>{answer("invalid", t.again(askedNames(visit, last)))}</p>
      ) : (
        [await Promise.all(alike.map(byWay)), isOther && <p class="hint">{t.otherRule(ruleName(last.rule))}</p>]
      )}
      {children}
    </section>
  );
}

/** With an account, only a deny keeps the person out. If no entry names the person, their invitation or request decides. */
async function outcomeBy({ visit, last, gate, hasAccount, ...known }: TriedNowProps, way: ListAnswer): Promise<Child> {
  const deciding = decidingIn(way);
  const { verdict, matches = [], reason } = deciding === undefined || deciding.shadow ? {} : deciding;
  if (reason === NO_APPROVAL) return answer("block", t.asksNobody);
  if (verdict === "block" && (matches.length > 0 || !hasAccount)) return answer("block", t.verdicts.block);
  if (hasAccount) return answer("continue", t.signsIn);
  const isReferred = matches[0]?.effect === "approval";
  if (matches.length > 0 && !isReferred) return answer("continue", t.verdicts.continue);
  const { waitsFor = last !== undefined && toOutcomeKind(last) === "waiting" ? "request" : "nothing" } = known;
  if (waitsFor === "invitation" && hasRule(visit.world, "invited", [gate ?? DEFAULT_GATE])) return answer("continue", t.byInvitation);
  if (waitsFor === "request") return answer("waiting", t.requestDecides);
  if (isReferred) return answer("waiting", t.waits);
  return deciding === undefined ? answer(undefined, t.notAsked) : await otherRules(visit, way, last, gate);
}

function answer(kind: OutcomeKind | undefined, words: string) {
  return <Outcome kind={kind}>{words}</Outcome>;
}

/** Says what decides if no entry names the person. Uses only the last decision, the partners and the policy. */
async function otherRules(visit: Visit, { isProven }: ListAnswer, last: DecisionRecord | undefined, gate: string | undefined) {
  const { world, now } = visit;
  const { email, verdict, trace = [] } = last ?? {};
  const isPartners = verdict === "continue" && trace.some(({ rule, shadow }) => rule === "partners" && !shadow);
  if (email !== undefined && isPartners) {
    const { domain } = splitAddress(email);
    const key = partnerKey(domain);
    const row = (await world.rows.read([key])).get(recordId(key));
    if (partnerStanding(row, now) !== "none") return answer("continue", capitalise(decisionsTexts.partner(domain)));
  }
  // Another rule that decided last time may decide again before an approver is asked.
  const isOfList = last === undefined || [decidingWord(last), admittingWord(last)].some((word) => word?.rule === "access-list");
  return isOfList && asksForApproval(visit, gate, isProven) ? answer("waiting", t.asksForApproval) : answer(undefined, t.others);
}

/** True if the last rule of a policy requires approval for everybody whom no rule lets in. */
function asksForApproval({ world }: Visit, gate: string | undefined, isProven: boolean): boolean {
  return world.policiesAt(gate ?? DEFAULT_GATE).some(({ rules }) => {
    const last = rules.at(-1);
    if (last === undefined || "shadow" in last) return false;
    const { name, consumes = [], excludedReasons = [] } = unwrapRule(last);
    // The rule refuses people whose address is not verified, unless the policy creates accounts for these people.
    const asksThem = isProven || excludedReasons.includes("approval.address-unproven");
    return name === "request-approval" && consumes.includes(ALLOWED) && asksThem;
  });
}

/** Lists the entries that count, the deciding one first, and then the ignored entries. */
function entriesIn(visit: Visit, way: ListAnswer) {
  const { levels } = visit.say(decisionWords);
  const { shadow, matches = [], ignored = [] } = decidingIn(way) ?? {};
  const lines = [
    ...matches.map((each) => ({ ...each, icon: effectLooks[each.effect].icon, hint: levels[each.level] })),
    ...ignored.map((each) => ({ ...each, icon: "skipped" as const, hint: whyIgnored(each, way) })),
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
function whyIgnored({ state, effect, issuer, gates, byPartner, entry }: DescribedEntry, { email, issuers }: ListAnswer): string {
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
  asksNobody: [
    "The list wants approval, and no rule of the gate asks for it: they are refused",
    "목록은 승인을 요구하지만 게이트에 승인을 요청하는 규칙이 없어 거부됩니다",
  ],
  waits: ["The list has this person wait for approval", "목록에 따라 이 사람은 승인을 기다립니다"],
  signsIn: ["They sign in with their account", "이미 있는 계정으로 로그인합니다"],
  byInvitation: ["The invitation lets this person in", "초대로 허용됩니다"],
  requestDecides: ["Their request for approval decides", "승인 요청에 대한 결정에 따름"],
  notAsked: ["No deployed step uses the list: other rules decide", "목록을 확인하는 단계가 배포되어 있지 않음: 다른 규칙이 결정합니다"],
  others: ["No entry counts: other rules decide", "적용되는 항목 없음: 다른 규칙이 결정합니다"],
  asksForApproval: ["No entry counts: they would be asked for approval", "적용되는 항목 없음: 승인을 요청하게 됩니다"],
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
