import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { gateAsked } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { shortened } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { issuersOf, MAIL_ISSUER } from "../../../engine/sign-up/issuers";
import { outcomeOf } from "../../../engine/sign-up/outcome";
import type { Identity } from "../../../engine/sign-up/sign-up";
import type { DescribedEntry } from "../../access-list/describe-entry";
import { EntryLink, EntrySummary } from "../../access-list/pages/access-list-parts";
import {
  CloserDeny,
  closerDeny,
  isSilent,
  type ListAnswer,
  ListVerdict,
  listAnswer,
  type Visitor,
  visitorBy,
  visitorOf,
} from "../../decisions/pages/list-answer";
import { decisionWords } from "../../decisions/words";
import type { KnownPerson } from "./known-person";
import { peopleTexts as t } from "./people-texts";

const MAX_WAYS = 4;

/** The gate that is asked what it would do: the address names it, or the person's newest tells. */
export function gateOf(visit: Visit, { recent, requests }: Pick<KnownPerson, "recent" | "requests">): string {
  return gateAsked(visit) ?? recent[0]?.gate ?? requests[0]?.gate ?? DEFAULT_GATE;
}

/** The list's answers to a person's known ways of signing in. */
export function listAnswers(visit: Visit, email: string, known: Pick<KnownPerson, "recent" | "requests">): Promise<readonly ListAnswer[]> {
  return Promise.all(visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor)));
}

/** A person's known ways of signing in; without any, by a code that is mailed to the address. */
function visitorsOf(visit: Visit, email: string, known: Pick<KnownPerson, "recent" | "requests">): readonly Visitor[] {
  const asked = gateOf(visit, known);
  const gate = asked === DEFAULT_GATE ? undefined : asked;
  const by = (identities: readonly Identity[]) => visitorBy({ email, identities, ...(gate !== undefined && { gate }) });
  // Records of earlier versions do not name the provider.
  const named = known.recent.filter(({ issuers = [] }) => issuers.length > 0);
  const ways = new Map<string, Visitor>();
  // Requests hold the account's id, decisions its provider alone: the first of a provider holds the most.
  for (const visitor of [
    ...known.requests.map(({ identities }) => by(identities)),
    ...named.flatMap((record) => visitorOf({ ...record, email, gate }) ?? []),
  ]) {
    const way = [...issuersOf(visitor), visitor.emailTyped].join();
    if (!ways.has(way)) ways.set(way, visitor);
  }
  return ways.size === 0 ? [by([{ issuer: MAIL_ISSUER }])] : [...ways.values()].slice(0, MAX_WAYS);
}

/** The list's answer to one way of signing in. @param others what decides where it is silent */
export function listToday(visit: Visit, outcome: ListAnswer, others: Child) {
  const { levels } = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  // A step that stops them says all; where none does, the last one lets them in.
  const deciding = asked.find(({ verdict, shadow }) => verdict === "block" && !shadow) ?? asked.at(-1);
  if (deciding === undefined) return <p>{verdictTexts.notAsked}</p>;
  const { verdict, shadow, matches, ignored } = deciding;
  const entryOf = ({ entry, effect }: Pick<DescribedEntry, "entry" | "effect">) => (
    <>
      <EntryLink entry={entry} />: <EntrySummary visit={visit} row={outcome.rows.get(entry) ?? { entry, effect }} />
    </>
  );
  return (
    <>
      <p>{verdict === "not asked" || isSilent(deciding) ? others : <ListVerdict verdict={verdict} />}</p>
      {shadow ? <p>{verdictTexts.shadow}</p> : null}
      <ol class="rules">
        {matches.map((each) => (
          <li class={each.effect === "allow" ? "continue" : "block"}>
            <Icon name={each.effect} />
            <div>
              {entryOf(each)}
              <div class="hint">{levels[each.level]}</div>
            </div>
          </li>
        ))}
      </ol>
      {ignored.length === 0 ? null : (
        <>
          <p class="hint">{verdictTexts.ignored}</p>
          <ul>
            {ignored.map((each) => (
              <li>
                {entryOf(each)}
                {whyIgnored(each, outcome)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Says why an entry for the person does not count. Nothing if the entry's own words say so. */
function whyIgnored({ state, effect, issuer, gates, byPartner, entry }: DescribedEntry, { email, issuers }: ListAnswer) {
  if (state !== "live" || gates !== undefined) return null;
  if (issuer !== undefined && !issuers.includes(issuer)) return `, ${verdictTexts.otherWay}`;
  if (effect === "deny") return null;
  if (byPartner !== undefined) return `, ${verdictTexts.unbacked}`;
  return `, ${normaliseEmail(entry) === undefined || entry === email ? verdictTexts.unproven : verdictTexts.otherSpelling}`;
}

const verdictTexts = pageTexts({
  notAsked: ["No deployed step uses the list.", "목록을 확인하는 단계가 배포되어 있지 않습니다."],
  ignored: ["Found, but does not count", "해당하지만 적용되지 않는 항목"],
  otherWay: ["for another way of signing in", "다른 로그인 방법에만 적용"],
  unproven: ["no provider proved that the address is theirs", "주소가 본인의 것임을 증명한 제공자가 없음"],
  otherSpelling: ["of another spelling of the address", "주소의 다른 표기에 대한 항목"],
  unbacked: ["its partner no longer has the domain", "도메인이 더 이상 파트너의 것이 아님"],
  shadow: ["The rule only reports here (shadow) and stops nobody.", "이 규칙은 보고만 하며(shadow) 아무도 막지 않습니다."],
});

/** Reasons that would keep somebody out even with an allowed address, for visitors who may allow it. */
export async function hindranceOf(visit: Visit, email: string, known: KnownPerson) {
  if (!visit.may("Administrator")) return { isBlocked: false, notes: null };
  const blocked = await closerDeny(visit, email, visitorsOf(visit, email, known));
  const [last] = known.recent;
  const isOther = last?.rule !== undefined && last.rule !== "access-list" && outcomeOf(last) === "block";
  const notes = (
    <>
      {blocked === undefined ? null : <CloserDeny visit={visit} deny={blocked} />}
      {isOther ? <p class="hint">{t.otherRule(shortened(last.rule ?? "", 40))}</p> : null}
    </>
  );
  return { isBlocked: blocked !== undefined, notes };
}
