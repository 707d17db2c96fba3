import { environment, required } from "../adapters/aws/environment";
import { sponsorMail } from "../adapters/mail/compose";
import type { MailKind, MailTools } from "../adapters/mail/mail-kind";
import { errorName, mailPlace } from "../adapters/mail/mail-sending";
import { approvalStore } from "../adapters/tables/approvals";
import { APPROVAL_EXPIRED, type ApprovalEvent } from "../engine/approvals/event";
import { normaliseEmail } from "../engine/sign-up/email";

/** An invitation that ended unused. */
export type UnusedInvitation = ApprovalEvent & { readonly type: typeof APPROVAL_EXPIRED; readonly detail: { readonly sponsor: string } };

/** To a sponsor about invitations that ended unused. What was sent again or taken back since needs nobody. */
export function sponsorMails({ world, wording, sent }: MailTools): MailKind<UnusedInvitation> {
  const requests = approvalStore(world.tables, required(environment.approvalsTable, world.settings));
  return {
    name: "sponsor",
    takes: (event): event is UnusedInvitation => event.type === APPROVAL_EXPIRED && event.detail.sponsor !== undefined,
    keyOf: ({ detail }) => detail.sponsor,
    async send(ended, { settings: { mailFrom } }) {
      const about = { to: "sponsor", references: ended.map(({ detail }) => detail.reference) };
      const sponsor = ended[0]?.detail.sponsor ?? "";
      if (normaliseEmail(sponsor) !== sponsor) return "done";
      try {
        const rows = await requests.getAll(ended.map(({ detail }) => detail.requestId));
        const still = new Set(rows.flatMap(({ id, state }) => (state === "expired" ? [id] : [])));
        const details = ended.flatMap(({ detail }) => (still.has(detail.requestId) ? [detail] : []));
        if (details.length === 0) return "done";
        const mail = sponsorMail(sponsor, details, { wording, ...mailPlace(world.settings) });
        return (await sent(mail, mailFrom, about)) === "waiting" ? "retry" : "done";
      } catch (error) {
        world.log.warn("mail not sent", { error: errorName(error), ...about });
        return "retry";
      }
    },
  };
}
