import type { Context, SQSEvent } from "aws-lambda";
import type { Mail } from "../../adapters/mail/send";
import type { World } from "../../adapters/world";
import { approvalMailHandler } from "../../features/approvals/worker/approval-mail";
import { lastingWorld } from "./process";

/** An event as the queue holds it. */
export interface MailedEvent {
  readonly "detail-type": string;
  readonly detail: { readonly id: string; readonly reference: string };
}

type Check = (promise: string, isKept: boolean, about: object) => void;

/**
 * The function that mails. Its process lasts until a run is killed, and remembers till then which mails went out: so a mail
 * goes out once, and once more for each kill and for each answer of SES that got lost, and no more.
 */
export class MailProcess {
  private handler: ReturnType<ReturnType<typeof approvalMailHandler>> | undefined;
  private current: World | undefined;
  /** What the messages of this run say. */
  private events: readonly MailedEvent[] = [];
  /** Mails that went out, as this process has heard. */
  private readonly heard = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly check: Check,
  ) {}

  /** @returns numbers of the messages that the queue is to give out again */
  async run(mortal: World, messages: readonly MailedEvent[], context: Context): Promise<ReadonlySet<number>> {
    this.current = { ...mortal, mail: async (mail, from) => await this.send(mortal, mail, from) };
    this.events = messages;
    this.handler ??= approvalMailHandler()(lastingWorld(this.world, () => this.current ?? this.world));
    const Records = messages.map((each, index) => ({ messageId: String(index), body: JSON.stringify(each) }));
    const { batchItemFailures } = await this.handler({ Records } as SQSEvent, context);
    return new Set(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)));
  }

  private async send(mortal: World, mail: Mail, from: string): Promise<string> {
    const about = this.events.filter(({ detail }) => this.events.length === 1 || mail.text.includes(detail.reference));
    // Somebody who is the person and an approver gets a mail of each kind.
    const marks = about.map(({ detail }) => JSON.stringify([detail.id, mail.to, mail.subject]));
    this.check(
      "nobody is mailed again about an event by a process that heard that the mail went out",
      !marks.some((each) => this.heard.has(each)),
      {
        marks,
        subject: mail.subject,
      },
    );
    const message = await mortal.mail(mail, from);
    for (const each of marks) this.heard.add(each);
    return message;
  }

  /** A run was killed, and its process with it. */
  killed(): void {
    this.handler = undefined;
    this.heard.clear();
  }
}
