import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../engine/json";
import type { LocalServer } from "../aws/server";
import { type SignedAccess, type SignedReply, type SignedService, serveSigned } from "../aws/signed-server";
import { findMailboxWay, type MailReport, reportMail } from "./mail-reports";

const ses: SignedService = { name: "ses", contentType: "application/json", maxBodyBytes: 4 * 1_024 * 1_024 };
/** SES's limit of recipients in one mail. */
const MAX_RECIPIENTS = 50;
/** The daily quota of a sender `quota@…`. */
const QUOTA = 3;

const content = v.object({ Data: v.string(), Charset: v.optional(v.string()) });
const inputSchema = v.strictObject({
  FromEmailAddress: v.string(),
  ConfigurationSetName: v.optional(v.string()),
  EmailTags: v.optional(v.array(v.object({ Name: v.string(), Value: v.string() })), []),
  Destination: v.strictObject({ ToAddresses: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MAX_RECIPIENTS)) }),
  Content: v.strictObject({
    Simple: v.strictObject({
      Subject: content,
      Body: v.strictObject({ Text: content, Html: content }),
      Headers: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
    }),
  }),
});
type Input = v.InferOutput<typeof inputSchema>;

interface MailListeners {
  /** Receives a few words about each mail, without an address. */
  onAnswer?(answerText: string): void;
  /** Receives what SES reports of a mail, if the mail names a configuration set. */
  onReport?(report: MailReport): void;
}

/**
 * Writes each mail as text (.txt) and as a page (.html), and what becomes of it (.state). The local part of an address says how the mailbox
 * or the sender behaves: docs/mail.md.
 */
export function serveMail(folder: string, access: SignedAccess, listeners: MailListeners = {}): Promise<LocalServer> {
  // Links in mails let people in: other users must not read them.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const outbox: Outbox = { folder, count: 0, busy: false, ofQuota: 0, sender: "", listeners };
  return serveSigned(ses, access, (request, body) => {
    if (request.method === "GET" && request.url === "/v2/email/account") return { status: 200, body: describeAccount(outbox) };
    const isKnown = request.method === "POST" && request.url === "/v2/email/outbound-emails";
    const reply = isKnown ? send(outbox, body.toString("utf8")) : refusal("NotFoundException", "There is no such operation.", 404);
    listeners.onAnswer?.(reply.error ?? "sent");
    return reply;
  });
}

interface Outbox {
  readonly folder: string;
  readonly listeners: MailListeners;
  count: number;
  /** True if the last mail was refused because it was sent too fast. */
  busy: boolean;
  /** Number of mails from `quota@…`. */
  ofQuota: number;
  /** The last sender: the account behaves as its name says. */
  sender: string;
}

function describeAccount({ sender, ofQuota }: Outbox): object {
  const isLimited = isNamed(sender, "quota");
  return {
    ProductionAccessEnabled: !isNamed(sender, "sandbox"),
    SendingEnabled: !isNamed(sender, "paused"),
    SendQuota: { Max24HourSend: isLimited ? QUOTA : 50_000, MaxSendRate: 14, SentLast24Hours: isLimited ? ofQuota : 0 },
  };
}

function isNamed(address: string, name: string): boolean {
  return address.startsWith(`${name}@`) || address.includes(`<${name}@`);
}

function send(outbox: Outbox, text: string): SignedReply {
  const read = v.safeParse(inputSchema, parseJson(text));
  if (!read.success) return refusal("BadRequestException", `${v.getDotPath(read.issues[0]) ?? "body"}: ${read.issues[0].message}`);
  const { FromEmailAddress: from, ConfigurationSetName, EmailTags: tags, Destination, Content } = read.output;
  const to = Destination.ToAddresses;
  const isAddress = (address: string) => /^[^@\s<>,;]+@[^@\s<>,;]+$/.test(address);
  const [, fromAddress = from] = /<([^<>]+)>$/.exec(from) ?? [];
  if (![fromAddress, ...to].every(isAddress)) return refusal("BadRequestException", "Missing final '@domain'");
  // A name is ASCII, or encoded.
  if (!/^[ -~]+$/.test(from)) return refusal("BadRequestException", "Local address contains control or whitespace");
  outbox.sender = fromAddress;
  const refused = refuseSender(outbox, fromAddress, to) ?? refuseReader(outbox, to);
  if (refused !== undefined) return refused;
  outbox.count += 1;
  if (isNamed(fromAddress, "quota")) outbox.ofQuota += 1;
  const path = join(outbox.folder, `${new Date().toISOString().replaceAll(":", "-")}-${outbox.count}`);
  keep(path, from, to, Content.Simple);
  const MessageId = randomUUID();
  if (ConfigurationSetName !== undefined) {
    const report = (each: MailReport) => {
      // The outbox may have been removed since.
      if (!existsSync(outbox.folder)) return;
      writeFileSync(`${path}.state`, `${each.state}\n`, { mode: 0o600 });
      outbox.listeners.onReport?.(each);
    };
    reportMail({ messageId: MessageId, from, to, set: ConfigurationSetName, tags, way: findMailboxWay(to) }, report);
  }
  return { status: 200, body: { MessageId } };
}

function refuseSender({ ofQuota }: Outbox, from: string, to: readonly string[]): SignedReply | undefined {
  if (isNamed(from, "unverified")) return refuseUnverified([from]);
  if (isNamed(from, "paused")) return refusal("SendingPausedException", "Email sending is paused.");
  if (isNamed(from, "quota") && ofQuota >= QUOTA) return refusal("TooManyRequestsException", "Daily message quota exceeded.", 429);
  const domain = from.slice(from.lastIndexOf("@"));
  const strangers = to.filter((each) => !each.endsWith(domain));
  return isNamed(from, "sandbox") && strangers.length > 0 ? refuseUnverified(strangers) : undefined;
}

function refuseUnverified(identities: readonly string[]): SignedReply {
  const message = `Email address is not verified. The following identities failed the check in region US-EAST-1: ${identities.join(", ")}`;
  return refusal("MessageRejected", message);
}

function refuseReader(outbox: Outbox, to: readonly string[]): SignedReply | undefined {
  if (to.some((address) => isNamed(address, "refused"))) return refusal("MessageRejected", "The content is not accepted.");
  outbox.busy = to.some((address) => isNamed(address, "busy")) && !outbox.busy;
  return outbox.busy ? refusal("TooManyRequestsException", "Maximum sending rate exceeded.", 429) : undefined;
}

function keep(path: string, from: string, to: readonly string[], { Subject, Body, Headers }: Input["Content"]["Simple"]): void {
  const headers = [
    `From: ${from}`,
    `To: ${to.join(", ")}`,
    `Subject: ${Subject.Data}`,
    ...Headers.map(({ Name, Value }) => `${Name}: ${Value}`),
  ];
  writeFileSync(`${path}.html`, Body.Html.Data, { mode: 0o600 });
  writeFileSync(`${path}.txt`, `${headers.join("\n")}\n\n${Body.Text.Data}`, { mode: 0o600 });
}

function refusal(error: string, message: string, status = 400): SignedReply {
  return { status, error, body: { message } };
}
