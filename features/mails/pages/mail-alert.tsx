import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { Alert } from "../../../console/parts/forms";
import { momentText } from "../../../console/parts/time";
import type { MailLine } from "../../../engine/mail/mail-line";
import { describeMail, findTroubles, mailWords, summarizeTroubles } from "../words";

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

/** Says what became of mails about a subject. @param subject such as `decision/<reference>` */
export async function readMailAlert(visit: Visit, subject: string) {
  return <MailAlert visit={visit} lines={(await visit.world.mailLines([subject])).get(subject) ?? []} />;
}

/** Says in a list's row that a mail came back, waits or is late. The tooltip says which. Null if none is in trouble. */
export function MailBadge({ visit, lines }: { readonly visit: Visit; readonly lines: readonly MailLine[] | undefined }) {
  const words = visit.say(mailWords);
  const text = summarizeTroubles(words, lines);
  if (text === undefined) return null;
  const title = findTroubles(lines).map((line) => describeMail(words, line, momentText));
  return (
    <Badge tone="warn">
      <span title={title.join("\n")}>{text}</span>
    </Badge>
  );
}

/** Mails among the facts about something, without those of which `MailAlert` tells. The fact is left out if there are none. */
export function mailsFact(visit: Visit, lines: readonly MailLine[]) {
  const words = visit.say(mailWords);
  const troubles = findTroubles(lines);
  const texts = lines.filter((line) => !troubles.includes(line)).map((line) => describeMail(words, line, momentText));
  return [words.mails, texts.length > 0 && texts.map((text) => <p>{text}</p>)] as const;
}
