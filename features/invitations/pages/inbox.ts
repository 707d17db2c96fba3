import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { personPath } from "../../../console/parts/links";
import { momentText } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import { queuePath } from "../../approvals/pages/queue-asked";
import { describeMail, mailWords, returnedWords } from "../../mails/words";
import { findReturnedMails, type ReturnedMails } from "../returned-mails";
import { INVITED_PATH } from "./invite-many";

const kind: InboxKind = { icon: "warning", tone: "bad", group: "today", rank: 1, name: { en: "Mail that came back", ko: "반송된 메일" } };

const t = pageTexts({
  look: ["Look at them", "확인하기"],
  done: ["Mark as done", "완료로 표시"],
});

const paths: Readonly<Record<keyof ReturnedMails, string>> = {
  invitations: `${INVITED_PATH}&mail=returned`,
  requests: queuePath({ view: "all", mail: "returned" }),
  decided: queuePath({ view: "decided", mail: "returned" }),
  accounts: "/people?life=in&mail=returned",
};

/** Invitations, requests, decided requests and accounts whose newest mail came back. */
export async function returnedMails(visit: Visit): Promise<readonly InboxItem[]> {
  const returned = await readReturnedMails(visit);
  return (Object.keys(paths) as (keyof ReturnedMails)[]).flatMap((about) => toItem(visit, about, returned[about]));
}

export function readReturnedMails({ world, now }: Visit): Promise<ReturnedMails> {
  return findReturnedMails(
    {
      returnedSubjects: () => world.returnedMails(now),
      readLines: world.mailLines,
      getRequests: (ids) => world.readableApprovals().getAll(ids),
      getAccount: (id) => world.accounts(() => undefined).get(id),
    },
    now,
  );
}

function toItem(visit: Visit, about: keyof ReturnedMails, returned: ReturnedMails[keyof ReturnedMails]): readonly InboxItem[] {
  const [first, last] = [returned[0], returned.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = returned.length.toLocaleString(visit.language);
  const newest = returned.toReversed().map(({ row: { email }, line: { at } }) => ({ email, at, path: personPath(email) }));
  return [
    {
      ...{ subject: `mail/${about}`, kind, title: visit.say(returnedWords)[about](count), count, people: returned.length },
      ...{ cause: describeMail(visit.say(mailWords), last.line, momentText), since: first.line.at, newest: last.line.at },
      action: { text: t.look, path: paths[about] },
      finish: t.done,
      more: async () => ({ newest }),
    },
  ];
}
