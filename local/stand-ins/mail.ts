import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../engine/json";
import type { LocalServer } from "../aws/server";
import { type SignedAccess, type SignedReply, type SignedService, serveSigned } from "../aws/signed-server";

const ses: SignedService = { name: "ses", contentType: "application/json", maxBodyBytes: 4 * 1_024 * 1_024 };
/** SES's limit of recipients in one mail. */
const MAX_RECIPIENTS = 50;

const content = v.object({ Data: v.string(), Charset: v.optional(v.string()) });
/** The part of SendEmail that our mails use. */
const inputSchema = v.strictObject({
  FromEmailAddress: v.string(),
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

/**
 * Writes each mail as text (.txt) and as a page (.html). Refuses mails to `bounce@…` as if the address were unverified. Refuses every
 * second mail to `busy@…` as sent too fast.
 * @param onAnswer receives a few words about each mail, without an address
 */
export function serveMail(
  folder: string,
  access: SignedAccess,
  onAnswer: (answerText: string) => void = () => undefined,
): Promise<LocalServer> {
  // Links in mails let people in: other users must not read them.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const outbox: Outbox = { folder, count: 0, busy: false };
  return serveSigned(ses, access, (request, body) => {
    if (request.method === "GET" && request.url === "/v2/email/account") return { status: 200, body: account };
    const isKnown = request.method === "POST" && request.url === "/v2/email/outbound-emails";
    const reply = isKnown ? send(outbox, body.toString("utf8")) : refusal("NotFoundException", "There is no such operation.", 404);
    onAnswer(reply.error ?? "sent");
    return reply;
  });
}

const account = {
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
};

interface Outbox {
  readonly folder: string;
  count: number;
  /** True if the last mail was refused because it was sent too fast. */
  busy: boolean;
}

function send(outbox: Outbox, text: string): SignedReply {
  const read = v.safeParse(inputSchema, parseJson(text));
  if (!read.success) return refusal("BadRequestException", `${v.getDotPath(read.issues[0]) ?? "body"}: ${read.issues[0].message}`);
  const { FromEmailAddress: from, Destination, Content } = read.output;
  const to = Destination.ToAddresses;
  if (![from, ...to].every((address) => /^[^@\s<>,;]+@[^@\s<>,;]+$/.test(address))) {
    return refusal("BadRequestException", "Missing final '@domain'");
  }
  if (to.some((address) => address.startsWith("bounce@"))) {
    return refusal("MessageRejected", "Email address is not verified. The following identities failed the check in region US-EAST-1: …");
  }
  outbox.busy = to.some((address) => address.startsWith("busy@")) && !outbox.busy;
  if (outbox.busy) return refusal("TooManyRequestsException", "Maximum sending rate exceeded.", 429);
  outbox.count += 1;
  const name = `${new Date().toISOString().replaceAll(":", "-")}-${outbox.count}`;
  keep(join(outbox.folder, name), from, to, Content.Simple);
  return { status: 200, body: { MessageId: randomUUID() } };
}

/** @param path without extension */
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
