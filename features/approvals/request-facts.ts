import { toWords } from "../../engine/characters";
import { type MailFact, type MailVoice, sanitiseText } from "../../engine/mail/voice";
import { catalogueFor } from "../../engine/messages/index";
import { findChanges } from "../../engine/sign-up/attributes";
import { listIssuers } from "../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { approverMailTexts } from "./approver-mail-texts";
import type { ApprovalRequested } from "./build-event";
import type { ApprovalRequest, EndedAccess } from "./request";
import { vendorSentence } from "./request-words";

export type ApproverVoice = MailVoice<keyof typeof approverMailTexts>;

export function requestFacts(request: ApprovalRequested, { say, moment, language }: ApproverVoice): readonly MailFact[] {
  const { displayName, gate, attributes = {}, verifications = [], renews, email, issuers, requestedAt, answerBy, reference, ask } = request;
  const facts: MailFact[] = [];
  const tell = (label: string, value: string) => facts.push({ label, value });
  if (ask !== undefined) tell(say("label.asker"), sanitiseText([ask.name, ask.address].filter(Boolean).join(", ")));
  if (ask?.why !== undefined) tell(say("label.why"), sanitiseText(ask.why));
  if (displayName !== undefined) tell(say("label.name"), sanitiseText(displayName));
  tell(say("label.email"), email);
  if (ask === undefined) tell(say("label.provider"), issuers.map(sanitiseText).join(", "));
  if (gate !== undefined) tell(say("label.gate"), sanitiseText(gate));
  for (const [name, value] of Object.entries(attributes))
    if (!isOfName(name, shownText(value), displayName)) tell(formatAttributeLabel(name, language), sanitiseText(shownText(value)));
  for (const word of verifications) tell(say("label.verification"), sanitiseText(vendorSentence(word)));
  if (renews !== undefined) tell(say("label.renewal"), renewalText(renews, { say, moment }));
  tell(say("label.requested"), moment(requestedAt));
  tell(say("label.answerBy"), moment(answerBy));
  tell(say("label.reference"), reference);
  return facts;
}

/** True if the attribute's value is the person's name or a part of it. The name is shown separately. */
export function isOfName(attribute: string, value: string, name = ""): boolean {
  return attribute === "displayName" ? value === name : ["givenName", "surname"].includes(attribute) && name.split(" ").includes(value);
}

const hows = ["early", "not-renewed", "idle", "unredeemed"] as const satisfies readonly EndedAccess["how"][];

function renewalText(
  { since, endedAt, how, by = "" }: NonNullable<ApprovalRequested["renews"]>,
  { say, moment }: Pick<ApproverVoice, "say" | "moment">,
): string {
  const outcome = hows.find((each) => each === how) ?? "on-its-day";
  return say(`renewal.${outcome}`, { since: moment(since), ended: moment(endedAt), by: sanitiseText(by) });
}

/** The attribute's label in the approver's language. For a custom attribute, it is the short name. */
function formatAttributeLabel(name: string, language: string): string {
  const { labels } = catalogueFor([language]);
  return Object.hasOwn(labels, name) ? labels[name as keyof typeof labels] : sanitiseText(toWords(name.replace(/^extension_/, "")));
}

function shownText(value: AttributeValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Limit of the time between a request and a decision of the same call. Entra repeats a lost call within a minute. */
const SAME_CALL_MS = 2 * MS_PER_MINUTE;

type Behind = Pick<DecisionRecord, "at" | "gate" | "reasons" | "reference">;

export function isAskedBy(
  { requestedAt, gate: asking }: Pick<ApprovalRequest, "requestedAt" | "gate">,
  { at, gate, reasons }: Omit<Behind, "reference">,
): boolean {
  if (gate !== asking || !reasons.includes("approval.requested")) return false;
  return Math.abs(Date.parse(at) - Date.parse(requestedAt)) <= SAME_CALL_MS;
}

/** Finds the decisions that created a request. @param pages decisions about its address, newest first */
export async function decisionsBehind<T extends Behind>(
  request: Pick<ApprovalRequest, "requestedAt" | "gate">,
  pages: AsyncIterable<readonly T[]>,
): Promise<readonly T[]> {
  const requestedMs = Date.parse(request.requestedAt);
  const behind: T[] = [];
  for await (const page of pages) {
    behind.push(...page.filter((decision) => isAskedBy(request, decision)));
    if (page.some(({ at }) => Date.parse(at) < requestedMs - SAME_CALL_MS)) break;
  }
  return behind;
}

/** A difference in one attribute. A value is undefined if the attribute is absent. */
export interface Difference {
  readonly name: string;
  readonly before: AttributeValue | undefined;
  readonly now: AttributeValue | undefined;
}

/** The differences from the earlier approval. Empty if there was none. */
export function findDifferences({ attributes, earlier }: Pick<ApprovalRequest, "attributes" | "earlier">): readonly Difference[] {
  return earlier === undefined ? [] : differencesBetween(earlier, { attributes });
}

type Held = Pick<ApprovalRequest, "attributes">;

export function differencesBetween(earlier: Held, { attributes: now }: Held): readonly Difference[] {
  const { attributes: before } = earlier;
  const names = [...Object.keys(findChanges(earlier, now)), ...Object.keys(before).filter((name) => !Object.hasOwn(now, name))];
  return names.map((name) => ({ name, before: before[name], now: now[name] }));
}

export type EarlierChange = "name" | "provider" | "attributes" | "denied";

const nameAttributes: readonly string[] = ["displayName", "givenName", "surname"];

/** @param other the last request that the person made by another address or provider */
export function changedSince(
  request: Pick<ApprovalRequest, "attributes" | "earlier" | "identities" | "history">,
  other: Pick<ApprovalRequest, "attributes" | "identities"> | undefined,
): readonly EarlierChange[] {
  const differing = [...findDifferences(request), ...(other === undefined ? [] : differencesBetween(other, request))].map(
    ({ name }) => name,
  );
  const sameProvider = other === undefined || listIssuers(other).join() === listIssuers(request).join();
  const changes: EarlierChange[] = [];
  if (differing.some((name) => nameAttributes.includes(name))) changes.push("name");
  if (!sameProvider) changes.push("provider");
  if (differing.some((name) => !nameAttributes.includes(name))) changes.push("attributes");
  // A denial counts only if the person asked again after it. If somebody undid the denial, the author of the change is not "gatehouse".
  if (request.history.some(({ from, by }) => from === "denied" && by.kind === "gatehouse")) changes.push("denied");
  return changes;
}
