import { findRedirectUrl } from "../../adapters/aws/approval-settings";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../adapters/mail/mail-delivery";
import { type Part, renderedMail } from "../../adapters/mail/render";
import type { Mail } from "../../adapters/mail/send";
import { taskStore } from "../../adapters/tables/tasks";
import { type OwnMailTexts, voiceFor } from "../../engine/mail/voice";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { MS_PER_HOUR } from "../../engine/sign-up/time";
import { isPossibleEmail } from "../../engine/unmatched";
import { countedAt } from "../counts/counts";
import { readCounts } from "../counts/store/counts";
import { decisionStore } from "../decisions/store/decisions";
import { WORKS_AGAIN, type WorksAgain, type WorksAgainEvent } from "./events";
import { mailTexts } from "./mail-texts";
import { hasCome, outagesIn, serviceOfMailing, WORKS_AGAIN_MAIL } from "./outages";

/** Each person gets one mail even if several operators order a mailing. A mailing that was undone sends no mail. */
export function worksAgainMails({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<WorksAgainEvent> {
  const ledger = requireVariable(environment.ledgerTable, world.settings);
  const tasks = taskStore(world.tables, ledger);
  const now = () => world.clock.now();
  const counts = readCounts(world.tables, ledger, () => new Date(now()));

  /** True if the system that failed fails at the person's gate once more. */
  async function failsAgain({ mailing, gate = DEFAULT_GATE }: WorksAgain): Promise<boolean> {
    const hours = Array.from({ length: 24 }, (_, ago) => countedAt({ at: new Date(now() - ago * MS_PER_HOUR).toISOString(), gate }));
    return outagesIn(await counts.at(hours)).open.some(({ service }) => service === serviceOfMailing({ subject: mailing }));
  }

  return {
    order: 80,
    name: WORKS_AGAIN_MAIL,
    takes: (event): event is WorksAgainEvent => event.type === WORKS_AGAIN,
    keyOf: ({ detail }) => detail.id,
    async renew(event) {
      const { detail } = event;
      const name = world.settings[environment.decisionsTable];
      if (name === undefined) return event;
      const [newest] = (await decisionStore(world.tables, name).newestOf("mailbox", detail.email, 1)).records;
      if (hasCome({ since: newest?.id === detail.decision ? undefined : newest })) return undefined;
      return (await failsAgain(detail)) ? undefined : event;
    },
    async send([event], batch) {
      const { detail } = event as WorksAgainEvent;
      const { email, reference, decision, mailing } = detail;
      const about = { to: "person", event: WORKS_AGAIN, reference };
      if ((await tasks.get(mailing))?.done === undefined) return "done";
      if (!isPossibleEmail(email)) {
        await reportRefused("Address", about, { kind: WORKS_AGAIN_MAIL, about: [detail] });
        return "done";
      }
      const make = sharedMail(() => worksAgainMail(detail, { ownTexts, redirectUrl: findRedirectUrl(batch.settings, detail.gate) }));
      const order = { kind: WORKS_AGAIN_MAIL, to: [email], about: [{ id: decision, reference }], make, logged: () => about };
      return (await deliver(order, batch)) === "waiting" ? "retry" : "done";
    },
  };
}

interface WorksAgainSettings {
  readonly ownTexts: OwnMailTexts;
  /** Empty if it is not configured. */
  readonly redirectUrl: string;
}

function worksAgainMail({ email, locales, reference }: WorksAgain, { ownTexts, redirectUrl }: WorksAgainSettings): Mail {
  const voice = voiceFor(mailTexts, ownTexts, locales, "works-again.text");
  const { say } = voice;
  const parts: readonly Part[] = [
    { kind: "words", text: say("works-again.text") },
    ...(redirectUrl === "" ? [] : [{ kind: "link", label: say("works-again.link"), url: redirectUrl } as const]),
    { kind: "small", text: `${say("label.reference")}: ${reference}` },
  ];
  return renderedMail([email], say("works-again.subject"), parts, voice);
}
