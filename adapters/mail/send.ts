import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { sdkLimits } from "../aws/sdk";

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** SES's errors for a mail that it always refuses: an invalid address or, in the sandbox, an unverified one. */
const refusals = new Set(["BadRequestException", "MessageRejected"]);

/** The longest time for one mail: all attempts, if each hangs, and the pauses between them. */
export const LONGEST_SEND_MS = sdkLimits.maxAttempts * (sdkLimits.requestHandler.requestTimeout + 2_000);

/** Throws SES's error. SES does not detect repeats: a mail sent twice arrives twice. */
export type Send = (mail: Mail, from: string) => Promise<void>;

type Refresh = StandardRetryStrategy["refreshRetryTokenForRetry"];

/** Retries only throttled calls: they sent nothing. A call without an answer may have sent mail, so only the queue repeats its event. */
class OnlyThrottled extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(...[token, failure]: Parameters<Refresh>): ReturnType<Refresh> {
    if (failure.errorType !== "THROTTLING") throw new Error("This call is not repeated.");
    return await super.refreshRetryTokenForRetry(token, failure);
  }
}

export function awsMail(): { readonly mail: Send } {
  const client = new SESv2Client({ ...sdkLimits, retryStrategy: new OnlyThrottled(sdkLimits.maxAttempts) });
  const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
  const mail: Send = async ({ to, subject, text, html }, from) => {
    await client.send(
      new SendEmailCommand({
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
  };
  return { mail };
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.has(error.name);
}
