import { GetAccountCommand, SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { environment } from "../aws/environment";
import { sdkLimits } from "../aws/sdk";
import { mailEnvironment, STACK_TAG } from "./mail-place";

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The account's right to send in the region. */
export interface MailAccount {
  readonly isSending: boolean;
  /** False in the sandbox, in which SES sends only to verified addresses. */
  readonly isInProduction: boolean;
  readonly isQuotaSpent: boolean;
  /** Messages a second. */
  readonly rate: number;
}

/** SES's errors for a mail that it always refuses, unless the sender is at fault: an invalid address, content that it does not take. */
const refusals = new Set(["BadRequestException", "MessageRejected"]);

/** The longest time for one mail: all attempts, if each hangs, and the pauses between them. */
export const LONGEST_SEND_MS = sdkLimits.maxAttempts * (sdkLimits.requestHandler.requestTimeout + 2_000);

/** Returns SES's message id. Throws SES's error. SES does not detect repeats: a mail sent twice arrives twice. */
export type Send = (mail: Mail, from: string) => Promise<string>;

type Refresh = StandardRetryStrategy["refreshRetryTokenForRetry"];

/** Retries only throttled calls: they sent nothing. A call without an answer may have sent mail, so only the queue repeats its event. */
class OnlyThrottled extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(...[token, failure]: Parameters<Refresh>): ReturnType<Refresh> {
    if (failure.errorType !== "THROTTLING") throw new Error("This call is not repeated.");
    return await super.refreshRetryTokenForRetry(token, failure);
  }
}

/** Messages a second in the sandbox. */
export const LEAST_RATE = 1;

/**
 * @param ConfigurationSetName replaces the default set of the sender's identity
 * @param stack the name of the stack's usage table: SES puts it into what it reports
 */
export function awsMail(
  ConfigurationSetName = process.env[mailEnvironment.configurationSet],
  stack = process.env[environment.ledgerTable],
): {
  readonly mail: Send;
  mailAccount(): Promise<MailAccount>;
} {
  const client = new SESv2Client({ ...sdkLimits, retryStrategy: new OnlyThrottled(sdkLimits.maxAttempts) });
  const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
  const mail: Send = async ({ to, subject, text, html }, from) => {
    const { MessageId = "" } = await client.send(
      new SendEmailCommand({
        ConfigurationSetName,
        ...(stack !== undefined && { EmailTags: [{ Name: STACK_TAG, Value: stack }] }),
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        // SES builds the message from these fields, so their content cannot become a header.
        Content: {
          Simple: {
            Subject: utf8(subject),
            Body: { Text: utf8(text), Html: utf8(html) },
            // The header asks for no automatic replies, such as holiday notices (RFC 3834).
            Headers: [{ Name: "Auto-Submitted", Value: "auto-generated" }],
          },
        },
      }),
    );
    return MessageId;
  };
  return {
    mail,
    async mailAccount() {
      const { SendingEnabled, ProductionAccessEnabled, SendQuota = {} } = await client.send(new GetAccountCommand());
      const { Max24HourSend = -1, SentLast24Hours = 0, MaxSendRate = LEAST_RATE } = SendQuota;
      return {
        isSending: SendingEnabled !== false,
        isInProduction: ProductionAccessEnabled === true,
        // -1 is no limit.
        isQuotaSpent: Max24HourSend >= 0 && SentLast24Hours >= Max24HourSend,
        rate: MaxSendRate,
      };
    },
  };
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.has(error.name);
}
