import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { decisionPath, domainPath, domainSubject, personPath } from "../../../console/parts/links";
import { momentText } from "../../../console/parts/time";
import { OPEN_PARAMETER } from "../../../console/parts/with-query";
import { pageTexts } from "../../../console/texts/languages";
import { subjectParts } from "../../../engine/tasks/task";
import { queuePath } from "../../approvals/pages/queue-asked";
import { taskWords } from "../../inbox/pages/inbox";
import { describeMails, mailWords, returnedWords } from "../../mails/words";
import { PARTNERS_PATH, partnerPath } from "../../partners/pages/partner-acts";
import { findReturnedMails, type ReturnedMails } from "../returned-mails";
import { INVITED_PATH } from "./invite-many";

const kind: InboxKind = { icon: "warning", tone: "bad", group: "today", rank: 1, name: { en: "Mail that came back", ko: "반송된 메일" } };

const t = pageTexts({
  look: ["Look at them", "확인하기"],
  done: ["Mark as done", "완료로 표시"],
});

type About = keyof ReturnedMails;
type Returned = ReturnedMails[About][number];

/** Lists that show just these rows. Where there is none, the newest row's page is opened. */
const paths: Readonly<Partial<Record<About, string>>> = {
  invitations: `${INVITED_PATH}&mail=returned`,
  requests: queuePath({ view: "all", mail: "returned" }),
  decided: queuePath({ view: "decided", mail: "returned" }),
  accounts: "/people?life=in&mail=returned",
  partners: `${PARTNERS_PATH}?mail=returned`,
};

const rowPaths: Readonly<Partial<Record<About, (id: string) => string>>> = {
  partners: partnerPath,
  turnedAway: decisionPath,
  tasks: taskPath,
};

/** Whatever has a newest mail that came back: invitations, requests, accounts, partners, people turned away, tasks. */
export async function returnedMails(visit: Visit): Promise<readonly InboxItem[]> {
  const returned = await readReturnedMails(visit);
  return (Object.keys(returned) as About[]).flatMap((about) => toItem(visit, about, returned[about]));
}

export function readReturnedMails({ world, now }: Visit): Promise<ReturnedMails> {
  return findReturnedMails(
    {
      returnedSubjects: () => world.returnedMails(now),
      readLines: world.mailLines,
      getRequests: (ids) => world.readableApprovals().getAll(ids),
      getAccount: (id) => world.accounts(() => undefined).get(id),
      getPartner: async (domain) => (await world.partners.found(domain)).row,
      getTasks: world.tasks.of,
      decisions: world.decisions,
    },
    now,
  );
}

function toItem(visit: Visit, about: About, returned: readonly Returned[]): readonly InboxItem[] {
  const rows = returned.map((each) => toRow(visit, about, each));
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = returned.length.toLocaleString(visit.language);
  const isOfPeople = last.email !== undefined;
  const lines = returned.flatMap((each) => each.lines);
  return [
    {
      ...{ subject: `mail/${about}`, kind, title: visit.say(returnedWords)[about](count), count },
      ...(isOfPeople && { people: returned.length }),
      ...{ cause: describeMails(visit.say(mailWords), lines, momentText), since: first.at, newest: last.at },
      action: { text: t.look, path: paths[about] ?? last.path },
      finish: t.done,
      more: async () => ({ newest: rows.toReversed() }),
    },
  ];
}

function toRow(visit: Visit, about: About, { row, lines }: Returned) {
  const email = "email" in row ? row.email : undefined;
  const name = about === "tasks" ? taskWords(row.id) : (email ?? row.id);
  const path = rowPaths[about]?.(row.id) ?? personPath(email ?? "");
  return { email, name, path, at: lines.at(-1)?.at ?? "", note: describeMails(visit.say(mailWords), lines, momentText) };
}

/** A domain's task stands on the domain's page, others in the inbox, as long as they have an item there. */
function taskPath(subject: string): string {
  const { id = "" } = subjectParts(subject) ?? {};
  return domainSubject(id) === subject ? domainPath(id) : `/?${new URLSearchParams({ [OPEN_PARAMETER]: subject })}`;
}
