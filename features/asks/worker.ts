import { environment, requireVariable } from "../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../adapters/mail/mail-delivery";
import { mailPlace } from "../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../adapters/mail/render";
import type { Mail } from "../../adapters/mail/send";
import { type MailFact, type OwnMailTexts, sanitiseText, voiceFor } from "../../engine/mail/voice";
import { isPossibleEmail } from "../../engine/unmatched";
import {
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  type ApprovalDecided,
  type ApprovalEvent,
  type ApprovalExpired,
} from "../approvals/build-event";
import { approvalStore } from "../approvals/store/approvals";
import { findRevoked } from "./ask";
import { mailTexts } from "./mail-texts";

type Answered = ApprovalDecided | ApprovalExpired;
type Answer = ApprovalEvent & {
  readonly type: typeof APPROVAL_DECIDED | typeof APPROVAL_EXPIRED;
  readonly detail: Answered & { readonly ask: NonNullable<Answered["ask"]> };
};

/** Tells the colleague who asked for a guest what came of it. Skips an answer that was taken back since. */
export function askerMails({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<Answer> {
  const requests = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  return {
    order: 65,
    name: "asker",
    takes: (event): event is Answer => {
      const { type, detail } = event as ApprovalEvent;
      return (type === APPROVAL_DECIDED || type === APPROVAL_EXPIRED) && detail.ask !== undefined;
    },
    keyOf: ({ detail }) => detail.id,
    async send([event], batch) {
      const { type, detail } = event as Answer;
      const about = { to: "asker", event: type, reference: detail.reference };
      const { address = "" } = detail.ask;
      const make = sharedMail(async () => {
        const request = await requests.get(detail.requestId);
        const isCurrent = "decision" in detail ? request?.decision?.at === detail.decision.at : request?.state === "expired";
        // Whose data were erased meanwhile gets no mail.
        if (!isCurrent || request?.ask === undefined || request.ask.addresses.length === 0) return undefined;
        // The mail may have waited for the sender, and the invitation was revoked meanwhile.
        if ((await findRevoked([request], requests)).size > 0) return undefined;
        if (isPossibleEmail(address)) return askerMail(address, detail, { ownTexts, ...mailPlace(world.settings) });
        await reportRefused("Address", about, { kind: "asker", about: [detail] });
        return undefined;
      });
      const outcome = await deliver({ kind: "asker", to: [address], about: [detail], make, logged: () => about }, batch);
      return outcome === "waiting" ? "retry" : "done";
    },
  };
}

interface AskerSettings {
  readonly ownTexts: OwnMailTexts;
  readonly language: string;
  readonly consoleUrl?: string | undefined;
}

function askerMail(to: string, detail: Answered, { ownTexts, language, consoleUrl }: AskerSettings): Mail {
  const decision = "decision" in detail ? detail.decision : undefined;
  const news = decision === undefined ? "unanswered" : decision.verdict;
  const voice = voiceFor(mailTexts, ownTexts, [language], `asker.${news}.text`);
  const { say } = voice;
  const facts: readonly MailFact[] = [
    { label: say("label.email"), value: detail.email },
    ...(decision?.reply === undefined ? [] : [{ label: say("label.reply"), value: sanitiseText(decision.reply) }]),
    { label: say("label.reference"), value: detail.reference },
  ];
  const parts: readonly Part[] = [
    { kind: "words", text: say(`asker.${news}.text`) },
    { kind: "facts", facts, warning: undefined },
    ...(consoleUrl === undefined ? [] : [{ kind: "link", label: say("asker.link"), url: new URL("/ask", consoleUrl).href } as const]),
  ];
  return renderedMail([to], say(`asker.${news}.subject`), parts, voice);
}
