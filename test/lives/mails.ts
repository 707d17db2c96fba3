import type { Context, SQSEvent } from "aws-lambda";
import type { World } from "../../adapters/world";
import { approvalMailHandler } from "../../handlers/approval-mail";
import { lastingWorld } from "./process";

type Check = (promise: string, isKept: boolean, about: object) => void;

/** The function that mails. Its process remembers what it has sent until it is ended. */
export class MailProcess {
  private handler: ReturnType<ReturnType<typeof approvalMailHandler>> | undefined;
  private current: World | undefined;
  /** What this process has sent, and nothing was wrong meanwhile. */
  private readonly sent = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly check: Check,
  ) {}

  async run(mortal: World, message: SQSEvent, context: Context): Promise<number> {
    this.current = mortal;
    this.handler ??= approvalMailHandler()(lastingWorld(this.world, () => this.current ?? this.world));
    return (await this.handler(message, context)).batchItemFailures.length;
  }

  /** @param isWhole whether the run came to its end, and nothing outside failed @param event the id of what it mailed about */
  ended(isWhole: boolean, event: string, mails: readonly { readonly to: readonly string[]; readonly subject: string }[]): void {
    if (!isWhole) {
      this.handler = undefined;
      this.sent.clear();
      return;
    }
    for (const { to, subject } of mails) {
      const mail = JSON.stringify([event, to]);
      this.check("a process mails nobody twice about one event", !this.sent.has(mail), { event, to, subject });
      this.sent.add(mail);
    }
  }
}
