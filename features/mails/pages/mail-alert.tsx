import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { momentText } from "../../../console/parts/time";
import type { MailLine } from "../../../engine/mail/mail-line";
import { currentLines } from "../../../engine/mail/mail-line";
import { describeMail, findTroubles, mailWords } from "../words";

/** Says of each mail that came back, waits or is late what became of it. Says nothing of the others. */
export function MailAlert({ visit, lines }: { readonly visit: Visit; readonly lines: readonly MailLine[] }) {
  const words = visit.say(mailWords);
  return (
    <>
      {findTroubles(lines).map((line) => (
        <Alert kind="warn">{describeMail(words, line, momentText)}</Alert>
      ))}
    </>
  );
}

/** The newest mails, for the facts about something. Undefined if there are none. */
export function mailsFact(visit: Visit, lines: readonly MailLine[]) {
  const words = visit.say(mailWords);
  const texts = currentLines(lines).map((line) => describeMail(words, line, momentText));
  return [words.mails, texts.length > 0 && texts.map((text) => <p>{text}</p>)] as const;
}
