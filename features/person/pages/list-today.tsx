import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { gateAsked } from "../../../console/parts/gates";
import { Icon } from "../../../console/parts/icon";
import { shortened, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { grouped } from "../../../engine/grouped";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import { lastDay } from "../../../engine/sign-up/row-end";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { ENTRA_ISSUER, type Identity, issuersOf, MAIL_ISSUER, type SignUp } from "../../../engine/sign-up/sign-up";
import { type Checked, checkStep } from "../../access-list/check-step";
import { describeEntry, summary } from "../../access-list/describe-entry";
import { rowKey } from "../../access-list/entry";
import { entryWords } from "../../access-list/entry-words";
import { type FileRow, readCells } from "../../access-list/files/row";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { decisionWords } from "../../decisions/words";
import type { KnownPerson } from "./known-person";
import { peopleTexts as t } from "./people-texts";

/** How many ways of signing in are shown. */
const MAX_WAYS = 4;

/** Somebody at a gate, by one way of signing in. */
export type Visitor = Omit<SignUp, "step">;

/** How the person of this address signed up, from what is known of them; otherwise the address alone. */
export function visitorsOf(
  visit: Visit,
  email: string,
  { recent, requests }: Pick<KnownPerson, "recent" | "requests">,
): readonly Visitor[] {
  const gate = gateAsked(visit) ?? recent[0]?.gate ?? requests[0]?.gate ?? DEFAULT_GATE;
  const ways = new Map<string, readonly Identity[]>();
  // Requests hold the account's id, decisions its provider alone: the first of a provider holds the most.
  for (const identities of [...requests.map((request) => request.identities), ...recent.map(identitiesOf)]) {
    const way = identities.map(({ issuer }) => issuer).join();
    if (!ways.has(way)) ways.set(way, identities);
  }
  const found = ways.size === 0 ? [[]] : [...ways.values()];
  return found.slice(0, MAX_WAYS).map((identities) => visitor({ email, identities, ...(gate !== DEFAULT_GATE && { gate }) }));
}

/** The person of a record. Unless they typed the address, it holds only a hash of the account: entries of accounts are not found. */
export function visitorOf({ email, emailTyped, signedInAs, gate, ...record }: DecisionRecord): Visitor | undefined {
  if (email === undefined) return undefined;
  const named = (each: Identity) => (each.issuer === signedInAs?.issuer ? { ...each, issuerAssignedId: signedInAs.id } : each);
  const found = visitor({ email, identities: identitiesOf(record).map(named), ...(gate !== undefined && { gate }) });
  return { ...found, ...(emailTyped && { emailTyped }) };
}

function identitiesOf({ issuers = [] }: Pick<DecisionRecord, "issuers">): readonly Identity[] {
  return issuers.filter((issuer) => issuer !== ENTRA_ISSUER).map((issuer) => ({ issuer }));
}

function visitor({ email, identities, ...place }: Pick<SignUp, "email" | "identities" | "gate">): Visitor {
  // With a code by mail, the address itself is the account's id.
  const known = identities.map((each) => (each.issuer === MAIL_ISSUER ? { issuerAssignedId: email, ...each } : each));
  return { email, identities: known, ...place, attributes: {}, locales: [], source: "b2b" };
}

/** What the list makes of one visitor, and the rows behind it. */
export interface ListAnswer {
  readonly issuers: readonly string[];
  readonly checked: readonly Checked[];
  readonly rows: ReadonlyMap<string, Row>;
}

/** By the deployed steps' own rules, as "What would happen to…". @param planned an entry as if it stood there */
export async function listAnswer({ world, now }: Visit, person: Visitor, planned?: FileRow): Promise<ListAnswer> {
  const rows = new Map<string, Row>();
  const read = async (keys: readonly RecordKey[]) => {
    const found = new Map(await world.rows.read(keys));
    for (const key of keys) {
      const entry = String(key.key.entry);
      if (planned?.entry === entry) found.set(recordId(key), { ...planned });
      const row = found.get(recordId(rowKey(entry)));
      if (row !== undefined) rows.set(entry, row);
    }
    return found;
  };
  const policies = world.policiesAt(person.gate ?? DEFAULT_GATE);
  const checked = await Promise.all(policies.map((policy) => checkStep(policy, { ...person, step: policy.step }, read, now)));
  return { issuers: issuersOf(person), checked: checked.flat(), rows };
}

interface ListVerdictProps {
  readonly checked: Pick<Checked, "verdict" | "matches">;
}

/** What the list decides on somebody. Without an entry it leaves them to the other rules, which is no approval. */
export function ListVerdict({ checked: { verdict, matches } }: ListVerdictProps) {
  const isSilent = verdict === "continue" && matches.length === 0;
  const kind = verdict === "block" ? "bad" : verdict === "continue" && !isSilent ? "good" : "";
  return <span class={`tag ${kind}`}>{isSilent ? verdictTexts.silent : verdictTexts.verdicts[verdict]}</span>;
}

/** What the list makes of one way of signing in; steps with the same answer are shown together. */
export function ListToday({ visit, outcome }: { readonly visit: Visit; readonly outcome: ListAnswer }) {
  const w = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  const alike = [...grouped(asked, ({ step: _, ...rest }) => JSON.stringify(rest)).values()];
  if (asked.length === 0) return <p>{verdictTexts.notAsked}</p>;
  return (
    <>
      {alike.map((steps) => {
        const { verdict, shadow, matches, ignored } = steps[0] as Checked;
        return (
          <>
            <p>
              <ListVerdict checked={{ verdict, matches }} /> {alike.length === 1 ? "" : steps.map(({ step }) => w.steps[step]).join(", ")}
            </p>
            {shadow ? <p>{verdictTexts.shadow}</p> : null}
            <ol class="rules">
              {matches.map(({ entry, level, effect }) => {
                const { expiresAt, note = "" } = describeEntry(outcome.rows.get(entry) ?? { entry, effect }, visit.now);
                const rest = [
                  w.levels[level],
                  expiresAt === undefined ? "" : verdictTexts.until(visible(lastDay(expiresAt))),
                  shortened(note),
                ];
                return (
                  <li class={effect === "allow" ? "continue" : "block"}>
                    <Icon name={effect} />
                    <div>
                      <EntryLink entry={entry} /> {verdictTexts.effects[effect]}
                      <div class="hint">
                        <bdi class="value">{rest.filter((each) => each !== "").join(", ")}</bdi>
                      </div>
                    </div>
                  </li>
                );
              })}
            </ol>
            {ignored.length === 0 ? null : (
              <>
                <p class="hint">{verdictTexts.ignored}</p>
                <ul>
                  {ignored.map((row) => (
                    <li>
                      <EntryLink entry={row.entry} /> <bdi class="value">{shortened(summary(row, visit.say(entryWords)))}</bdi>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        );
      })}
    </>
  );
}

const verdictTexts = pageTexts({
  verdicts: {
    continue: ["The list lets this person in", "목록이 이 사람을 허용합니다"],
    block: ["The list refuses this person", "목록이 이 사람을 거부합니다"],
    "not asked": ["This step does not use the list", "이 단계에서는 목록을 확인하지 않습니다"],
  },
  silent: ["The list has no entry for this person: other rules decide", "목록에 이 사람에 관한 항목이 없어 다른 규칙이 결정합니다"],
  notAsked: ["No deployed step uses the list.", "목록을 확인하는 단계가 배포되어 있지 않습니다."],
  effects: {
    allow: ["allow", "허용"],
    deny: ["deny", "거부"],
  },
  until: [(day: string) => `expires ${day}`, (day) => `만료 ${day}`],
  ignored: ["Found, but does not count", "해당하지만 적용되지 않는 항목"],
  shadow: ["The rule only reports here (shadow) and stops nobody.", "이 규칙은 보고만 하며(shadow) 아무도 막지 않습니다."],
});

/** What would keep somebody out even if their address was allowed; for those who may allow it. */
export async function hindranceOf(visit: Visit, email: string, known: KnownPerson) {
  if (!visit.may("Administrator")) return null;
  const blocked = await blockedBy(visit, email, known);
  const [last] = known.recent;
  const isOther = last?.verdict !== "continue" && last?.rule !== undefined && last.rule !== "access-list";
  return (
    <>
      {blocked === undefined ? null : (
        <Alert kind="warn">
          {t.stillBlocked(visible(blocked.issuers.join(", ")), visible(blocked.entry), visit.say(decisionWords).levels[blocked.level])}{" "}
          <EntryLink entry={blocked.entry} />
        </Alert>
      )}
      {isOther ? <p class="hint">{t.otherRule(shortened(last.rule ?? "", 40))}</p> : null}
    </>
  );
}

/** The entry that would still keep somebody out whose address is allowed. */
async function blockedBy(visit: Visit, email: string, known: KnownPerson) {
  const read = readCells({ entry: email, effect: "allow" });
  if (!read.ok) return undefined;
  const outcomes = await Promise.all(visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor, read.row)));
  const blocks = outcomes.flatMap(({ issuers, checked }) =>
    checked.flatMap(({ verdict, shadow, matches }) =>
      verdict === "block" && !shadow && matches[0] !== undefined ? [{ issuers, ...matches[0] }] : [],
    ),
  );
  return blocks[0];
}
