import { findRedirectUrl } from "../../adapters/aws/approval-settings";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../adapters/mail/mail-delivery";
import { mailPlace } from "../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../adapters/mail/render";
import type { Mail } from "../../adapters/mail/send";
import { omit } from "../../engine/collections";
import { type MailFact, type OwnMailTexts, voiceFor } from "../../engine/mail/voice";
import { isPossibleEmail } from "../../engine/unmatched";
import { APPROVAL_EXPIRED, type ApprovalEvent, type ApprovalExpired, INVITATION_SENT, type InvitationSent } from "../approvals/build-event";
import { isOpen } from "../approvals/invite-person";
import { approvalStore } from "../approvals/store/approvals";
import { mailTexts } from "./mail-texts";

type Sent = ApprovalEvent & { readonly type: typeof INVITATION_SENT };

/** Skips an invitation if it was revoked or sent again after the event. */
export function invitationMails({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<Sent> {
  const requests = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  return {
    order: 70,
    name: "invited",
    takes: (event): event is Sent => event.type === INVITATION_SENT,
    keyOf: ({ detail }) => detail.id,
    async send([event], batch) {
      const { detail } = event as Sent;
      const { email, reference } = detail;
      const about = { to: "applicant", event: INVITATION_SENT, reference };
      const make = sharedMail(async () => {
        const request = await requests.get(detail.requestId);
        const { invitation } = request ?? {};
        if (request === undefined || !isOpen(request, new Date(world.clock.now())) || invitation?.sentAt !== detail.time) return undefined;
        if (isPossibleEmail(email))
          return invitationMail(detail, invitation.code, { ownTexts, redirectUrl: findRedirectUrl(batch.settings, detail.gate) });
        await reportRefused("Address", about, { kind: "invited", about: [detail] });
        return undefined;
      });
      const outcome = await deliver({ kind: "invited", to: [email], about: [detail], make, logged: () => about }, batch);
      return outcome === "waiting" ? "retry" : "done";
    },
    async renew({ type, detail }) {
      const request = await requests.get(detail.requestId);
      if (request === undefined || !isOpen(request, new Date(world.clock.now()))) return undefined;
      const { invitation, passUntil = detail.passUntil, email, locales } = request;
      if (invitation?.sentAt !== detail.time) return undefined;
      const { sponsor } = invitation;
      return { type, detail: { ...omit(detail, "sponsor"), email, locales, passUntil, ...(sponsor !== undefined && { sponsor }) } };
    },
  };
}

/** @param code the code that the form asks for, if the form has such a field */
function invitationMail(
  { email, locales, reference, sponsor, passUntil }: InvitationSent,
  code: string,
  { ownTexts, redirectUrl }: { readonly ownTexts: OwnMailTexts; readonly redirectUrl: string },
): Mail {
  const voice = voiceFor(mailTexts, ownTexts, locales, "invitation.text");
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

type UnusedInvitation = ApprovalEvent & { readonly type: typeof APPROVAL_EXPIRED; readonly detail: { readonly sponsor: string } };

/** Skips an invitation if it was revoked or sent again after the event. */
export function sponsorMails({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<UnusedInvitation> {
  const requests = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  return {
    order: 30,
    name: "sponsor",
    takes: (event): event is UnusedInvitation => event.type === APPROVAL_EXPIRED && event.detail.sponsor !== undefined,
    keyOf: ({ detail }) => detail.sponsor,
    async send(endedEvents, batch) {
      const sponsor = endedEvents[0]?.detail.sponsor ?? "";
      const make = sharedMail<ApprovalExpired>(async (details) => {
        const rows = await requests.getAll(details.map(({ requestId }) => requestId));
        const expiredIds = new Set(rows.flatMap(({ id, state }) => (state === "expired" ? [id] : [])));
        const still = details.filter(({ requestId }) => expiredIds.has(requestId));
        return still.length === 0 ? undefined : sponsorMail(sponsor, still, { ownTexts, ...mailPlace(world.settings) });
      });
      const buildLogFields = (details: readonly ApprovalExpired[]) => ({
        to: "sponsor",
        references: details.map(({ reference }) => reference),
      });
      const about = endedEvents.map(({ detail }) => detail);
      if (!isPossibleEmail(sponsor)) {
        await reportRefused("Address", buildLogFields(about), { kind: "sponsor", about });
        return "done";
      }
      return (await deliver({ kind: "sponsor", to: [sponsor], about, make, logged: buildLogFields }, batch)) === "waiting"
        ? "retry"
        : "done";
    },
    async renew(event) {
      const request = await requests.get(event.detail.requestId);
      return request?.state === "expired" && request.reference === event.detail.reference ? event : undefined;
    },
  };
}

function sponsorMail(
  to: string,
  endedEvents: readonly ApprovalExpired[],
  { ownTexts, language, place }: { readonly ownTexts: OwnMailTexts; readonly language: string; readonly place: string },
): Mail {
  const voice = voiceFor(mailTexts, ownTexts, [language], "unused.text");
  const { say, moment } = voice;
  const parts = endedEvents.flatMap(({ email, reference, time }): readonly Part[] => {
    const facts = [
      { label: say("label.email"), value: email },
      { label: say("label.ended"), value: moment(time) },
      { label: say("label.reference"), value: reference },
    ];
    return [
      { kind: "facts", facts, warning: undefined },
      { kind: "commands", commands: [`npm run gate -- invite resend ${reference} ${place}`] },
    ];
  });
  return renderedMail([to], say("unused.subject"), [{ kind: "words", text: say("unused.text") }, ...parts], voice);
}
