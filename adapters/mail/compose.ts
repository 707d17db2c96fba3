import {
  ACCOUNT_CREATED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  type ApprovalExpired,
  type ApprovalRequested,
  type InvitationSent,
} from "../../engine/approvals/event";
import { vendorSentence } from "../../engine/approvals/request-words";
import { askedKind } from "../../engine/approvals/stages";
import { catalogueFor } from "../../engine/messages/index";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import type { TaskAssigned } from "../../engine/tasks/event";
import { subjectParts } from "../../engine/tasks/task";
import { type MailFact, type Part, renderedMail, typed } from "./render";
import type { Mail } from "./send";
import { type MailVoice, type News, voiceFor, type Wording, type WordingName } from "./voice";

// From events to mails: pure, no clock, nothing sent.

export interface ApplicantSettings {
  readonly wording: Wording;
  /** The application: where people sign in, and sign up. */
  readonly redirectUrl: string;
}

export interface ApproverSettings {
  readonly wording: Wording;
  readonly approvers: readonly string[];
  /** What approvers read: a BCP 47 tag. */
  readonly language: string;
  /** How the CLI finds this Gatehouse: `--stack Gatehouse --region eu-west-1`. */
  readonly place: string;
  /** Where requests can be decided on in a browser, if anywhere. */
  readonly consoleUrl?: string | undefined;
  /** Links by which the reader decides without signing in, by the id of their request. */
  readonly links?: ReadonlyMap<string, string>;
}

/** One mail to all approvers, about one request or many. */
export function approverMail(requests: readonly ApprovalRequested[], settings: ApproverSettings): Mail {
  const { wording, approvers, language, place, consoleUrl, links } = settings;
  const voice = voiceFor(wording, [language], "requested.text");
  const count = requests.length;
  const decides = links !== undefined && links.size > 0;
  const subject = voice.say(count === 1 ? "requested.subject.one" : "requested.subject.many", { count: String(count) });
  const parts: readonly Part[] = [
    { kind: "words", text: voice.say("requested.text") },
    ...requests.flatMap((request) => [
      ...described(request, voice, place),
      ...decidingLink(links?.get(request.requestId), voice),
      ...linkTo(request, consoleUrl, decides, voice),
    ]),
    ...(decides ? [{ kind: "words", text: voice.say("requested.decideHint") } as const] : []),
    ...(consoleUrl === undefined || hasPlace(consoleUrl) ? [] : [linkOf(consoleUrl, decides, voice)]),
  ];
  return renderedMail(approvers, subject, parts, voice);
}

function decidingLink(url: string | undefined, { say }: MailVoice): readonly Part[] {
  return url === undefined ? [] : [{ kind: "link", label: say("requested.decide"), url }];
}

/** Where the address of one request has its id. */
const ID_PLACE = "{id}";

function hasPlace(consoleUrl: string): boolean {
  return consoleUrl.includes(ID_PLACE);
}

/** To the request itself, where the address has a place for its id. */
function linkTo({ requestId }: ApprovalRequested, consoleUrl: string | undefined, besides: boolean, voice: MailVoice): readonly Part[] {
  if (consoleUrl === undefined || !hasPlace(consoleUrl)) return [];
  return [linkOf(consoleUrl.replaceAll(ID_PLACE, encodeURIComponent(requestId)), besides, voice)];
}

/** @param besides whether another link decides without signing in */
function linkOf(url: string, besides: boolean, { say }: MailVoice): Part {
  return { kind: "link", label: say("requested.link"), url, besides };
}

/** What approvers are shown of a request, in mail and on the page that its link opens. */
export function requestFacts(request: ApprovalRequested, { say, moment, language }: MailVoice): readonly MailFact[] {
  const { displayName, gate, attributes = {}, verifications = [], renews, email, issuers, requestedAt, answerBy, reference } = request;
  return [
    ...(displayName === undefined ? [] : [{ label: say("label.name"), value: typed(displayName) }]),
    { label: say("label.email"), value: email },
    { label: say("label.provider"), value: issuers.map(typed).join(", ") },
    ...(gate === undefined ? [] : [{ label: say("label.gate"), value: typed(gate) }]),
    ...Object.entries(attributes).map(([name, value]) => ({ label: labelOf(name, language), value: typed(shownText(value)) })),
    ...verifications.map((word) => ({ label: say("label.verification"), value: typed(vendorSentence(word)) })),
    ...(renews === undefined ? [] : [{ label: say("label.renewal"), value: renewalText(renews, { say, moment }) }]),
    { label: say("label.requested"), value: moment(requestedAt) },
    { label: say("label.answerBy"), value: moment(answerBy) },
    { label: say("label.reference"), value: reference },
  ];
}

/** Since when the person had access, when it ended, and by what. */
function renewalText(
  { since, endedAt, how, by = "" }: NonNullable<ApprovalRequested["renews"]>,
  { say, moment }: Pick<MailVoice, "say" | "moment">,
): string {
  const known = how === "early" || how === "not-renewed" ? how : "on-its-day";
  return say(`renewal.${known}`, { since: moment(since), ended: moment(endedAt), by: typed(by) });
}

function described(request: ApprovalRequested, voice: MailVoice, place: string): readonly Part[] {
  const { emailProven, reference, stage } = request;
  // Commands vote only where a stage names their caller.
  const mayCommand = stage === undefined || stage.asked.some((each) => askedKind(each) === "arn");
  const commands = ["approve", "deny"].map((verb) => `npx --no-install entra-gatehouse approvals ${verb} ${reference} ${place}`);
  return [
    { kind: "facts", facts: requestFacts(request, voice), warning: emailProven ? undefined : voice.say("requested.unproven") },
    ...(mayCommand ? [{ kind: "commands", commands } as const] : []),
  ];
}

/** As Entra's form names it in the approver's language; a custom attribute by its short name. */
function labelOf(name: string, language: string): string {
  const { labels } = catalogueFor([language]);
  return Object.hasOwn(labels, name) ? labels[name as keyof typeof labels] : typed(name);
}

function shownText(value: AttributeValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** One mail to a colleague, about one task or many. @param to their address */
export function assigneeMail(to: string, tasks: readonly TaskAssigned[], settings: Omit<ApproverSettings, "approvers" | "place">): Mail {
  const { wording, language, consoleUrl } = settings;
  const voice = voiceFor(wording, [language], "assigned.text");
  const { say } = voice;
  const count = tasks.length;
  const subject = say(count === 1 ? "assigned.subject.one" : "assigned.subject.many", { count: String(count) });
  const parts = tasks.flatMap(({ subject: about, reference, by }): readonly Part[] => {
    const { kind = "", id = about } = subjectParts(about) ?? {};
    const facts = [
      { label: say("label.task"), value: typed(reference ?? about) },
      { label: say("label.by"), value: typed(by.name) },
    ];
    const url =
      consoleUrl === undefined
        ? undefined
        : kind === "request"
          ? consoleUrl.replaceAll(ID_PLACE, encodeURIComponent(id))
          : new URL("/", consoleUrl).href;
    return [
      { kind: "facts", facts, warning: undefined },
      ...(url === undefined ? [] : [{ kind: "link", label: say("assigned.link"), url } as const]),
    ];
  });
  return renderedMail([to], subject, [{ kind: "words", text: say("assigned.text") }, ...parts], voice);
}

/** The mail to somebody who is invited. @param code what the form asks for, if it has such a field */
export function invitationMail(
  { email, locales, reference, sponsor, passUntil }: InvitationSent,
  code: string,
  { wording, redirectUrl }: ApplicantSettings,
): Mail {
  const voice = voiceFor(wording, locales, "invitation.text");
  const { say, moment } = voice;
  const facts: readonly MailFact[] = [
    { label: say("label.email"), value: email },
    { label: say("label.code"), value: code },
    ...(sponsor === undefined ? [] : [{ label: say("label.sponsor"), value: sponsor }]),
  ];
  const parts: readonly Part[] = [
    { kind: "words", text: say("invitation.text", { until: moment(passUntil) }) },
    { kind: "facts", facts, warning: undefined },
    { kind: "link", label: say("invitation.link"), url: redirectUrl },
    { kind: "small", text: `${say("label.reference")}: ${reference}` },
  ];
  return renderedMail([email], say("invitation.subject"), parts, voice);
}

/** One mail to a sponsor, about invitations that ended unused. @param to their address */
export function sponsorMail(
  to: string,
  ended: readonly ApprovalExpired[],
  settings: Omit<ApproverSettings, "approvers" | "consoleUrl">,
): Mail {
  const { wording, language, place } = settings;
  const voice = voiceFor(wording, [language], "unused.text");
  const { say, moment } = voice;
  const parts = ended.flatMap(({ email, reference, time }): readonly Part[] => {
    const facts = [
      { label: say("label.email"), value: email },
      { label: say("label.ended"), value: moment(time) },
      { label: say("label.reference"), value: reference },
    ];
    return [
      { kind: "facts", facts, warning: undefined },
      { kind: "commands", commands: [`npx --no-install entra-gatehouse invite resend ${reference} ${place}`] },
    ];
  });
  return renderedMail([to], say("unused.subject"), [{ kind: "words", text: say("unused.text") }, ...parts], voice);
}

/** The mail to the person who asked, about an event; undefined for an event that they get no mail about. */
export function applicantMail(event: ApprovalEvent, { wording, redirectUrl }: ApplicantSettings): Mail | undefined {
  const content = contentOf(event, redirectUrl);
  if (content === undefined) return undefined;
  const { news, link, until } = content;
  const { email, locales, reference } = event.detail;
  const voice = voiceFor(wording, locales, `${news}.text`);
  const { say, moment } = voice;
  const parts: readonly Part[] = [
    { kind: "words", text: say(`${news}.text`, until === undefined ? {} : { until: moment(until) }) },
    ...(link === undefined ? [] : [{ kind: "link", label: say(link.name), url: link.url } as const]),
    { kind: "small", text: `${say("why")} ${say("label.reference")}: ${reference}` },
  ];
  return renderedMail([email], say(`${news}.subject`), parts, voice);
}

interface Content {
  readonly news: News;
  readonly link?: { readonly name: WordingName; readonly url: string };
  /** ISO 8601. */
  readonly until?: string;
}

/** It holds nothing that anybody typed, the approver's note included. */
function contentOf({ type, detail }: ApprovalEvent, redirectUrl: string): Content | undefined {
  // Somebody whose invitation is taken back, or ends, asked for nothing.
  if (detail.invited === true) return undefined;
  switch (type) {
    case ACCOUNT_CREATED: {
      const { redeemUrl } = detail;
      if (redeemUrl === undefined) return { news: "created", link: { name: "created.link", url: redirectUrl } };
      return { news: "invited", link: { name: "invited.link", url: redeemUrl } };
    }
    case APPROVAL_DECIDED: {
      if (detail.decision.verdict === "denied") return { news: "denied" };
      // Where an account is to be made, that is the news.
      if (detail.passUntil === undefined) return undefined;
      return { news: "approved", link: { name: "approved.link", url: redirectUrl }, until: detail.passUntil };
    }
    case APPROVAL_STAGE:
      return detail.news === true ? { news: "passed" } : undefined;
    case APPROVAL_EXPIRED:
      return { news: "expired" };
    default:
      return undefined;
  }
}

/** A mail in a voice's language. */
export function mailIn(voice: MailVoice, to: readonly string[], subject: string, parts: readonly Part[]): Mail {
  return renderedMail(to, subject, parts, voice);
}
