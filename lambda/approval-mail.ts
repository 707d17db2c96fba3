import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type ApprovalSettings, approvalSettings } from "../adapters/aws/approval-settings";
import { required } from "../adapters/aws/environment";
import { SettingsError } from "../adapters/aws/settings";
import { applicantMail, approverMail, type Mail } from "../adapters/mail/compose";
import { mailEnvironment } from "../adapters/mail/environment";
import { readEvent } from "../adapters/mail/read";
import { isRefusal, mailer } from "../adapters/mail/send";
import type { Wording } from "../adapters/mail/voice";
import { APPROVAL_REQUESTED, type ApprovalEvent, type ApprovalRequested } from "../engine/approvals/event";
import { mailTexts } from "../engine/messages/mail";
import { normaliseEmail } from "../engine/sign-up/email";
import { count, logger } from "./report";

/** No mail is begun with less time left, in milliseconds: what is cut off after it went out goes out again. */
const MARGIN_MS = 20_000;
/** How many events a function remembers. The bus and the queue may bring one twice, seconds apart. */
const MAX_REMEMBERED = 1_000;

const send = mailer();
/** Ids of events that are dealt with. */
const settled = new Set<string>();
// While bundling, the variable is replaced by its value.
const wording: Wording = { ...mailTexts, ...(JSON.parse(decodeURIComponent(process.env.MAIL_TEXTS ?? "{}")) as Partial<Wording>) };

/** What the log says of a mail. */
type About = Readonly<Record<string, string | readonly string[]>>;
type Settings = ApprovalSettings & { readonly mailFrom: string };

/**
 * Tells approvers of new requests, all of a batch in one mail, and the people who asked of what became of theirs. What is
 * not sent, the queue gives out again. Whether a mail goes out or not, the request it tells of stays as it is.
 */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const messages = Records.map(({ messageId, body }) => ({ messageId, event: eventOf(body) }));
  const events = new Map(
    messages.flatMap(({ event }) => (event === undefined || settled.has(event.detail.id) ? [] : [[event.detail.id, event]])),
  );
  await tell([...events.values()], context);
  const left = messages.filter(({ event }) => event === undefined || !settled.has(event.detail.id));
  return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** What cannot be read stays till the queue gives it up, for somebody to see. */
function eventOf(body: string): ApprovalEvent | undefined {
  const event = readEvent(body);
  if (event === undefined) logger.error("event unreadable");
  return event;
}

async function tell(events: readonly ApprovalEvent[], context: Context): Promise<void> {
  if (events.length === 0) return;
  const settings = await readSettings();
  if (settings === undefined) return;
  const { mailFrom } = settings;
  if (mailFrom === undefined) {
    settle(events);
    return;
  }
  const requests = events.filter((event) => event.type === APPROVAL_REQUESTED);
  if (
    await toldApprovers(
      requests.map(({ detail }) => detail),
      { ...settings, mailFrom },
    )
  )
    settle(requests);
  for (const event of events) {
    if (event.type === APPROVAL_REQUESTED) continue;
    if (context.getRemainingTimeInMillis() < MARGIN_MS) return;
    if (await toldApplicant(event, { ...settings, mailFrom })) settle([event]);
  }
}

function settle(events: readonly ApprovalEvent[]): void {
  if (settled.size >= MAX_REMEMBERED) settled.clear();
  for (const { detail } of events) settled.add(detail.id);
}

/** What somebody has to fix rings at once: otherwise the queue would retry for an hour first. */
async function readSettings(): Promise<ApprovalSettings | undefined> {
  try {
    return await approvalSettings();
  } catch (error) {
    const wrong = error instanceof SettingsError;
    logger.error("mail settings unusable", { error: nameOf(error), ...(wrong && { why: error.message }) });
    if (wrong) count("ApprovalSettingsUnusable");
    return undefined;
  }
}

/** Whether there is nothing more to do. What SES refuses is wrong in the settings, or in SES: the requests wait until that is fixed. */
async function toldApprovers(requests: readonly ApprovalRequested[], { mailFrom, approvers }: Settings): Promise<boolean> {
  if (requests.length === 0 || approvers.length === 0) return true;
  const about = { to: "approvers", references: requests.map(({ reference }) => reference) };
  const place = process.env[mailEnvironment.place] ?? `--stack ${required("POWERTOOLS_SERVICE_NAME")} --region ${required("AWS_REGION")}`;
  const language = process.env[mailEnvironment.approverLanguage] ?? "en";
  const consoleUrl = process.env[mailEnvironment.localConsoleUrl] ?? process.env[mailEnvironment.consoleUrl];
  const mail = approverMail(requests, { wording, approvers, language, place, consoleUrl });
  return (await sent(mail, mailFrom, about)) === "sent";
}

/** Whether there is nothing more to do. */
async function toldApplicant(event: ApprovalEvent, { mailFrom, redirectUrl }: Settings): Promise<boolean> {
  const { email, reference } = event.detail;
  const about = { to: "applicant", event: event.type, reference };
  const mail = applicantMail(event, { wording, redirectUrl });
  if (mail === undefined) return true;
  if (normaliseEmail(email) === email) return (await sent(mail, mailFrom, about)) !== "waiting";
  reportRefused("Address", about);
  return true;
}

async function sent(mail: Mail, from: string, about: About): Promise<"sent" | "refused" | "waiting"> {
  try {
    await send(mail, from);
    logger.info("mail sent", about);
    return "sent";
  } catch (error) {
    if (isRefusal(error)) {
      reportRefused(nameOf(error), about);
      return "refused";
    }
    logger.warn("mail not sent", { error: nameOf(error), ...about });
    return "waiting";
  }
}

/** By its code alone: SES's message quotes the address. */
function reportRefused(error: string, about: About): void {
  logger.error("mail refused", { error, ...about });
  count("MailsRefused");
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
