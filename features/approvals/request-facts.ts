import { toWords } from "../../engine/characters";
import { type MailFact, type MailVoice, sanitiseText } from "../../engine/mail/voice";
import { catalogueFor } from "../../engine/messages/index";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import type { approverMailTexts } from "./approver-mail-texts";
import type { ApprovalRequested } from "./build-event";
import type { EndedAccess } from "./request";
import { vendorSentence } from "./request-words";

export type ApproverVoice = MailVoice<keyof typeof approverMailTexts>;

export function requestFacts(request: ApprovalRequested, { say, moment, language }: ApproverVoice): readonly MailFact[] {
  const { displayName, gate, attributes = {}, verifications = [], renews, email, issuers, requestedAt, answerBy, reference, ask } = request;
  return [
    ...(ask === undefined ? [] : [{ label: say("label.asker"), value: sanitiseText([ask.name, ask.address].filter(Boolean).join(", ")) }]),
    ...(ask?.why === undefined ? [] : [{ label: say("label.why"), value: sanitiseText(ask.why) }]),
    ...(displayName === undefined ? [] : [{ label: say("label.name"), value: sanitiseText(displayName) }]),
    { label: say("label.email"), value: email },
    ...(ask === undefined ? [{ label: say("label.provider"), value: issuers.map(sanitiseText).join(", ") }] : []),
    ...(gate === undefined ? [] : [{ label: say("label.gate"), value: sanitiseText(gate) }]),
    ...Object.entries(attributes)
      .filter(([name, value]) => !isOfName(name, shownText(value), displayName))
      .map(([name, value]) => ({ label: formatAttributeLabel(name, language), value: sanitiseText(shownText(value)) })),
    ...verifications.map((word) => ({ label: say("label.verification"), value: sanitiseText(vendorSentence(word)) })),
    ...(renews === undefined ? [] : [{ label: say("label.renewal"), value: renewalText(renews, { say, moment }) }]),
    { label: say("label.requested"), value: moment(requestedAt) },
    { label: say("label.answerBy"), value: moment(answerBy) },
    { label: say("label.reference"), value: reference },
  ];
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
