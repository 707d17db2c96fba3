import { environment, required } from "../adapters/aws/environment";
import { type ApplicantSettings, applicantMail, invitationMail } from "../adapters/mail/compose";
import type { MailKind, MailTools } from "../adapters/mail/mail-kind";
import { errorName } from "../adapters/mail/mail-sending";
import type { Mail } from "../adapters/mail/send";
import { type ApprovalStore, approvalStore } from "../adapters/tables/approvals";
import type { World } from "../adapters/world";
import {
  ACCOUNT_CREATED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  INVITATION_SENT,
} from "../engine/approvals/event";
import { isOpen } from "../engine/approvals/invitation";
import { normaliseEmail } from "../engine/sign-up/email";

/** To each applicant about the outcome, and to each invited person. */
export function applicantMails({ world, wording, sent, reportRefused }: MailTools): MailKind<ApprovalEvent> {
  const requests = approvalStore(world.tables, required(environment.approvalsTable, world.settings));
  return {
    name: "applicant",
    takes: (event): event is ApprovalEvent => concernsApplicant(event as ApprovalEvent),
    keyOf: ({ detail }) => detail.id,
    async send([event], { settings: { mailFrom, redirectUrl } }) {
      const { email, reference } = (event as ApprovalEvent).detail;
      const about = { to: "applicant", event: (event as ApprovalEvent).type, reference };
      let mail: Mail | undefined;
      try {
        mail = await mailOf(event as ApprovalEvent, { wording, redirectUrl }, { requests, clock: world.clock });
      } catch (error) {
        world.log.warn("mail not sent", { error: errorName(error), ...about });
        return "retry";
      }
      if (mail === undefined) return "done";
      if (normaliseEmail(email) === email) return (await sent(mail, mailFrom, about)) === "waiting" ? "retry" : "done";
      reportRefused("Address", about);
      return "done";
    },
  };
}

/** Of a stage, only what the person who asks is to hear; of an invitation that ended, its sponsor hears. */
function concernsApplicant({ type, detail }: ApprovalEvent): boolean {
  switch (type) {
    case APPROVAL_STAGE:
      return detail.news === true;
    case APPROVAL_EXPIRED:
      return detail.sponsor === undefined;
    default:
      return type === APPROVAL_DECIDED || type === ACCOUNT_CREATED || type === INVITATION_SENT;
  }
}

interface Looks {
  readonly requests: Pick<ApprovalStore, "get">;
  readonly clock: World["clock"];
}

/** Undefined for an event without a mail, and for what somebody has taken back, or sent again, since. */
async function mailOf(event: ApprovalEvent, settings: ApplicantSettings, { requests, clock }: Looks): Promise<Mail | undefined> {
  const { type, detail } = event;
  if (type === INVITATION_SENT) {
    const request = await requests.get(detail.requestId);
    const { invitation } = request ?? {};
    const isMeant = request !== undefined && isOpen(request, new Date(clock.now())) && invitation?.sentAt === detail.time;
    return isMeant ? invitationMail(detail, invitation.code, settings) : undefined;
  }
  const mail = applicantMail(event, settings);
  if (mail === undefined || type !== APPROVAL_DECIDED) return mail;
  const request = await requests.get(detail.requestId);
  return request?.decision?.at === detail.decision.at ? mail : undefined;
}
