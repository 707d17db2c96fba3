const ways = {
  bounce: ["bounce"],
  full: ["delay", "full"],
  complain: ["deliver", "complain"],
  slow: ["delay", "deliver"],
  suppressed: ["suppress"],
  virus: ["reject"],
} as const satisfies Readonly<Record<string, readonly Step[]>>;
type Step = "deliver" | "delay" | "bounce" | "full" | "complain" | "suppress" | "reject";

/** Time until the first report, and between reports. Short, because people try things out. */
const FIRST_MS = 1_000;
const NEXT_MS = 20_000;

export interface MailReport {
  readonly type: string;
  /** The event's detail, in SES's form. */
  readonly detail: object;
  readonly state: string;
}

interface ReportedMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  /** The configuration set. */
  readonly set: string;
  readonly tags: readonly { readonly Name: string; readonly Value: string }[];
  readonly way: readonly Step[];
}

export function findMailboxWay(to: readonly string[]): readonly Step[] {
  const [way] = Object.entries(ways).flatMap(([name, steps]) => (to.some((each) => each.startsWith(`${name}@`)) ? [steps] : []));
  return way ?? ["deliver"];
}

/** Reports what becomes of a mail, as SES does on EventBridge's default bus. */
export function reportMail(mail: ReportedMail, onReport: (report: MailReport) => void): void {
  const sentAt = new Date().toISOString();
  for (const [index, step] of mail.way.entries())
    setTimeout(() => onReport(makeReport(mail, step, sentAt)), FIRST_MS + index * NEXT_MS).unref();
}

function makeReport({ messageId, from, to, set, tags }: ReportedMail, step: Step, sentAt: string): MailReport {
  const timestamp = new Date().toISOString();
  const ownTags = Object.fromEntries(tags.map(({ Name, Value }) => [Name, [Value]]));
  const mail = { timestamp: sentAt, source: from, messageId, destination: to, tags: { "ses:configuration-set": [set], ...ownTags } };
  const recipients = to.map((emailAddress) => ({ emailAddress }));
  const bounce = (bounceType: string, bounceSubType: string) => ({
    bounce: { feedbackId: messageId, bounceType, bounceSubType, bouncedRecipients: recipients, timestamp },
  });
  const report = (eventType: string, type: string, more: object, state = eventType) => ({
    type,
    state,
    detail: { eventType, mail, ...more },
  });
  switch (step) {
    case "deliver":
      return report("Delivery", "Email Delivered", {
        delivery: { timestamp, processingTimeMillis: FIRST_MS, recipients: to, smtpResponse: "250 OK" },
      });
    case "delay":
      return report("DeliveryDelay", "Email Delivery Delayed", {
        deliveryDelay: { timestamp, delayType: "MailboxFull", delayedRecipients: recipients },
      });
    case "bounce":
      return report("Bounce", "Email Bounced", bounce("Permanent", "General"), "Bounce Permanent/General");
    case "full":
      return report("Bounce", "Email Bounced", bounce("Transient", "MailboxFull"), "Bounce Transient/MailboxFull");
    case "suppress":
      return report(
        "Bounce",
        "Email Bounced",
        bounce("Permanent", "OnAccountSuppressionList"),
        "Bounce Permanent/OnAccountSuppressionList",
      );
    case "complain":
      return report("Complaint", "Email Complaint Received", {
        complaint: {
          feedbackId: messageId,
          complaintSubType: null,
          complainedRecipients: recipients,
          timestamp,
          complaintFeedbackType: "abuse",
        },
      });
    case "reject":
      return report("Reject", "Email Rejected", { reject: { reason: "Bad content" } });
  }
}
