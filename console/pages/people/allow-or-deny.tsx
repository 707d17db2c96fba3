import { readCells } from "../../../engine/access-list/files/row";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { readReference } from "../../../engine/sign-up/call";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { shortened, visible } from "../../parts/value";
import { EntryLink } from "../access-list/access-list-parts";
import { CurrentEntries, currentEntries, EntryForm, type ListedSubject, postListed } from "../access-list/entry-form";
import type { KnownPerson } from "./known-person";
import { listAnswer, visitorsOf } from "./list-today";
import { peopleTexts } from "./people-texts";
import { personPath } from "./person-links";

function subjectOf(visit: Visit, email: string): ListedSubject {
  const gate = visit.query("gate") || visit.field("gate");
  const page = (done?: string) => personPath(email, { ...(gate !== "" && { gate }), ...(done !== undefined && { done }) });
  return { entry: email, action: "/people/list", fields: { email, gate }, page };
}

interface ActProps {
  readonly visit: Visit;
  readonly email: string;
  readonly known: KnownPerson;
}

/** The forms that let somebody in or keep them out, and what keeps these from working. */
export async function actOn({ visit, email, known }: ActProps) {
  const t = visit.say(peopleTexts);
  if (!visit.may("Administrator")) return null;
  const subject = subjectOf(visit, email);
  const current = await currentEntries(visit, subject);
  const reference = readReference(visit.query("reference"));
  const last = known.recent[0];
  const blocked = await blockedBy(visit, email, known);
  const note = reference === undefined ? "" : t.noteOf(reference);
  return (
    <section id="act">
      <h2>{t.act}</h2>
      {blocked === undefined ? null : (
        <Alert kind="warn">
          {t.stillBlocked(visible(blocked.issuers.join(", ")), visible(blocked.entry), visit.say(decisionWords).levels[blocked.level])}{" "}
          <EntryLink entry={blocked.entry} />
        </Alert>
      )}
      {last?.verdict === "continue" || last?.rule === undefined || last.rule === "access-list" ? null : (
        <p class="hint">{t.otherRule(shortened(last.rule, 40))}</p>
      )}
      <CurrentEntries visit={visit} current={current} />
      <EntryForm visit={visit} subject={subject} current={current} typed={{ effect: "allow", span: "friday", note }} />
      <details>
        <summary>{t.denyLink}</summary>
        <EntryForm visit={visit} subject={subject} current={current} typed={{ effect: "deny", span: "never", note }} />
      </details>
    </section>
  );
}

/** The entry that would still keep somebody out whose address is allowed. */
async function blockedBy(visit: Visit, email: string, known: KnownPerson) {
  const read = readCells({ entry: email, effect: "allow" });
  if (!read.ok) return undefined;
  const outcomes = await Promise.all(visitorsOf(visit, email, known).map((visitor) => listAnswer(visit, visitor, read.row)));
  const blocks = outcomes.flatMap(({ issuers, checked }) =>
    checked.flatMap(({ verdict, shadow, matches }) =>
      verdict === "block" && !shadow && matches[0] !== undefined ? [{ issuers, ...matches[0] }] : [],
    ),
  );
  return blocks[0];
}

/** Writes an allow or a deny of somebody's address. */
export async function postEntry(visit: Visit): Promise<Response> {
  const t = visit.say(peopleTexts);
  const email = normaliseEmail(visit.field("email"));
  const answer = email && (await postListed(visit, subjectOf(visit, email)));
  return answer || (await visit.page(t.title, <Alert>{t.notFound}</Alert>, { status: 400 }));
}
