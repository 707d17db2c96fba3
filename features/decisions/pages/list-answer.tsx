import type { Rows } from "../../../adapters/tables/rows";
import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { providerNames, shortenText, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { EVERY_FINDING } from "../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ENTRA_ISSUER, listIssuers, MAIL_ISSUER } from "../../../engine/sign-up/issuers";
import { unwrapRule, withTrust } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { ALLOWED } from "../../../engine/sign-up/rule-options";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { addressProven } from "../../../engine/sign-up/trust";
import { readEntry, rowKey } from "../../access-list/entry";
import { explainListResults, type ListResult } from "../../access-list/explain-list";
import { type FileRow, readCells } from "../../access-list/files/row";
import { match } from "../../access-list/match";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { decisionWords } from "../words";

/** A person at a gate, with one way of signing in. */
export type Visitor = Omit<SignUp, "step">;

/**
 * The record has the account's id only if the person typed the address; otherwise it has only a hash. Without the id, no entry of an
 * account matches, unless the person signs in with a code by mail.
 */
export function toVisitor({ email, emailTyped, signedInAs, gate, issuers = [] }: DecisionRecord): Visitor | undefined {
  if (email === undefined) return undefined;
  const identities = issuers
    .filter((issuer) => issuer !== ENTRA_ISSUER)
    .map((issuer): Identity => (issuer === signedInAs?.issuer ? { issuer, issuerAssignedId: signedInAs.id } : { issuer }));
  return { ...visitorBy({ email, identities, gate }), ...(emailTyped && { emailTyped }) };
}

export function visitorBy({ email, identities, ...place }: Pick<SignUp, "email" | "identities" | "gate">): Visitor {
  // If a person signs in with a code by mail, the address itself is the account's id.
  const identitiesWithIds = identities.map((each) => (each.issuer === MAIL_ISSUER ? { issuerAssignedId: email, ...each } : each));
  return { email, identities: identitiesWithIds, ...place, attributes: {}, locales: [], source: "b2b" };
}

export type ListAnswer = Awaited<ReturnType<typeof listAnswer>>;

/**
 * Returns what the rules of the deployed steps decide about the person. `plannedRow` counts as if the list had it. For several answers,
 * pass `readRows` from `createCachedRead`.
 */
export async function listAnswer({ world, now }: Visit, person: Visitor, plannedRow?: FileRow, readRows = world.rows.read) {
  const rows = new Map<string, Row>();
  const readPlannedRows = async (keys: readonly RecordKey[]) => {
    const rowsByKey = new Map(await readRows(keys));
    for (const key of keys) {
      const entry = String(key.key.entry);
      if (plannedRow?.entry === entry) rowsByKey.set(recordId(key), { ...plannedRow });
      const row = rowsByKey.get(recordId(rowKey(entry)));
      if (row !== undefined) rows.set(entry, row);
    }
    return rowsByKey;
  };
  const policies = world.policiesAt(person.gate ?? DEFAULT_GATE);
  const checkedSteps = await Promise.all(
    policies.map((policy) => explainListResults(policy, { ...person, step: policy.step }, readPlannedRows, now)),
  );
  // Finds the closest allowing entry that would match if the address were verified. The entry counts only if the policy trusts the
  // provider.
  const { unproven } = match(person, [], (key) => rows.get(key), now, false);
  const isProven = policies.some((policy) => policy.step === "before-create-user" && addressProven(withTrust(person, policy)));
  return { email: person.email, issuers: listIssuers(person), isProven, checked: checkedSteps.flat(), rows, unproven };
}

/** The result of `tryAllow` if no allow may be added, or if the typed entry is unreadable. */
export const noAllow = { closer: undefined, helps: false } as const;

/**
 * Returns as `closer` the entry that would still block the person, or require approval, in spite of `allow`. `helps` is true if `allow`
 * lets the person in with at least one way of signing in.
 * @param visitors the person, once for each way of signing in
 */
export async function tryAllow(visit: Visit, allow: string, visitors: readonly Visitor[], readRows?: Rows["read"]) {
  const readKeys = readCells({ entry: allow, effect: "allow" });
  if (!readKeys.ok) return noAllow;
  const outcomes = await Promise.all(visitors.map((visitor) => listAnswer(visit, visitor, readKeys.row, readRows)));
  const stops = outcomes.flatMap(({ issuers, checked }) =>
    checked.flatMap(({ verdict, shadow, matches: [first] }) => {
      const waits = verdict === "continue" && first?.effect === "approval";
      return (verdict === "block" || waits) && !shadow && first !== undefined ? [{ issuers, waits, ...first }] : [];
    }),
  );
  return {
    closer: stops.find(({ waits }) => !waits) ?? stops[0],
    helps: outcomes.some((outcome) => isListed([outcome], "continue")),
  };
}

/** True if an allow can let the person in. A rule that does not use the list refuses people even if an entry allows them. */
export function heedsAllow({ world }: Visit, last: Pick<DecisionRecord, "verdict" | "rule" | "gate"> | undefined): boolean {
  if (last?.verdict !== "block" || last.rule === "access-list") return true;
  const rules = world.policiesAt(last.gate ?? DEFAULT_GATE).flatMap((policy) => policy.rules.map(unwrapRule));
  const refusing = rules.filter(({ name }) => name === last.rule);
  return refusing.length === 0 || refusing.some(({ consumes = [] }) => consumes.includes(ALLOWED) || consumes.includes(EVERY_FINDING));
}

/** An issuer is named by its provider's name. */
export function entryName(key: string): string {
  const read = readEntry(key);
  if (read.ok && read.entry.kind === "issuer") return providerNames([read.entry.issuer]);
  return read.ok && read.entry.kind === "everyone" ? t.everyone : shortenText(key, 80);
}

type Closer = NonNullable<Awaited<ReturnType<typeof tryAllow>>["closer"]>;

export function CloserEntry({ visit, closer: { issuers, entry, level, waits } }: { readonly visit: Visit; readonly closer: Closer }) {
  // An allow of the address is closer than an entry at these wider levels. Such an entry still decides only if the address is unverified.
  const isWide = ["domain", "wildcard", "class", "everyone"].includes(level);
  const words = waits ? (isWide ? t.notCountedWaits : t.stillWaits) : isWide ? t.notCounted : t.stillBlocked;
  return (
    <Alert kind="warn">
      {words(providerNames(issuers), visible(entry), visit.say(decisionWords).levels[level])} <EntryLink entry={entry} />
    </Alert>
  );
}

/** The first result that stops the person, or else the last one. A result in shadow counts only if there are no others. */
export function decidingIn({ checked }: Pick<ListAnswer, "checked">): ListResult | undefined {
  const askedRules = checked.filter(({ verdict }) => verdict !== "not asked");
  const counts = askedRules.filter(({ shadow }) => !shadow);
  return counts.find(({ verdict }) => verdict === "block") ?? counts.at(-1) ?? askedRules.at(-1);
}

/**
 * True if, with each known way of signing in, an entry of the list lets the person in (`continue`) or denies them (`block`). An entry that
 * requires approval does neither.
 */
export function isListed(answers: readonly ListAnswer[], as: "continue" | "block"): boolean {
  const isAnswered = (each: ListResult | undefined) => each?.verdict === as && !each.shadow && each.matches.length > 0;
  const waits = (each: ListResult | undefined) => as === "continue" && each?.matches[0]?.effect === "approval";
  return answers.length > 0 && answers.map(decidingIn).every((each) => isAnswered(each) && !waits(each));
}

const t = pageTexts({
  everyone: ["everyone", "모든 사람"],
  stillBlocked: [
    (issuers: string, entry: string, level: string) =>
      `Allowing this address would not let them in with ${issuers}: ${entry} (${level}) is closer and denies. Change that entry instead.`,
    (issuers, entry, level) =>
      `이 주소를 허용해도 ${issuers} 계정으로는 허용되지 않습니다. 더 가까운 ${entry} 항목(${level})이 거부합니다. 그 항목을 변경하세요.`,
  ],
  notCounted: [
    (issuers: string, entry: string) =>
      `Allowing this address would not let them in with ${issuers}, which does not verify it: ${entry} denies.`,
    (issuers, entry) => `${issuers} 계정은 주소를 확인하지 않으므로, 이 주소를 허용해도 허용되지 않습니다. ${entry} 항목이 거부합니다.`,
  ],
  stillWaits: [
    (issuers: string, entry: string, level: string) =>
      `Even with this address allowed, they would wait for approval with ${issuers}: ${entry} (${level}) is closer. Change that entry, or approve their request.`,
    (issuers, entry, level) =>
      `이 주소를 허용해도 ${issuers} 계정으로는 승인을 기다립니다. ${entry} 항목(${level})이 더 가깝습니다. 그 항목을 변경하거나 승인 요청을 승인하세요.`,
  ],
  notCountedWaits: [
    (issuers: string, entry: string) =>
      `Even with this address allowed, they would wait for approval with ${issuers}, which does not verify it: ${entry} asks for approval.`,
    (issuers, entry) =>
      `${issuers} 계정은 주소를 확인하지 않으므로, 이 주소를 허용해도 승인을 기다립니다. ${entry} 항목이 승인을 요구합니다.`,
  ],
});
