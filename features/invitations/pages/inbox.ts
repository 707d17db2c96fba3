import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { personPath } from "../../../console/parts/person-links";
import { momentText } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import { currentLines, isReturned } from "../../../engine/mail/mail-line";
import { requestSubject, subjectParts } from "../../../engine/tasks/task";
import { isOpen } from "../../approvals/invite-person";
import { queuePath } from "../../approvals/pages/queue-asked";
import type { ApprovalRequest } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { describeMail, mailWords } from "../../mails/words";
import { INVITED_PATH } from "./invitations";

const kind: InboxKind = { icon: "warning", tone: "bad", group: "today", rank: 1, name: { en: "Mail that came back", ko: "반송된 메일" } };

const t = pageTexts({
  invitations: [
    (count: string) => (count === "1" ? "1 invitation came back" : `${count} invitations came back`),
    (count) => `초대장 ${count}개 반송됨`,
  ],
  requests: [
    (count: string) => (count === "1" ? "Mails about 1 request came back" : `Mails about ${count} requests came back`),
    (count) => `요청 ${count}개에 관한 메일 반송됨`,
  ],
  look: ["Look at them", "확인하기"],
  done: ["Mark as done", "완료로 표시"],
});

/** Limit of requests that are looked at. */
const MOST = 200;

interface Returned {
  readonly request: ApprovalRequest;
  readonly at: string;
  readonly text: string;
}

/** Open invitations and waiting requests whose newest mail came back. */
export async function returnedMails(visit: Visit): Promise<readonly InboxItem[]> {
  const ids = (await visit.world.returnedMails(visit.now)).flatMap((subject) => {
    const { kind: what, id = "" } = subjectParts(subject) ?? {};
    return what === "request" ? [id] : [];
  });
  if (ids.length === 0) return [];
  const shownIds = ids.slice(0, MOST);
  const [requests, lines] = await Promise.all([
    visit.world.readableApprovals().getAll(shownIds),
    visit.world.mailLines(shownIds.map(requestSubject)),
  ]);
  const returned = requests.flatMap((request): readonly Returned[] => {
    const line = currentLines(lines.get(requestSubject(request.id)) ?? [])
      .filter(isReturned)
      .at(-1);
    return line === undefined ? [] : [{ request, at: line.at, text: describeMail(visit.say(mailWords), line, momentText) }];
  });
  return [
    ...toItem(
      visit,
      "mail/invitations",
      returned.filter(({ request }) => isOpen(request, visit.now)),
      t.invitations,
      INVITED_PATH,
    ),
    ...toItem(
      visit,
      "mail/requests",
      returned.filter(({ request }) => stateAt(request, visit.now) === "pending"),
      t.requests,
      queuePath({ view: "all" }),
    ),
  ];
}

function toItem(
  visit: Visit,
  subject: string,
  returned: readonly Returned[],
  title: (count: string) => string,
  path: string,
): readonly InboxItem[] {
  const sorted = returned.toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = sorted.length.toLocaleString(visit.language);
  const newest = sorted.toReversed().map(({ request: { email }, at }) => ({ email, at, path: personPath(email) }));
  return [
    {
      ...{ subject, kind, title: title(count), cause: last.text, count, people: sorted.length, since: first.at, newest: last.at },
      action: { text: t.look, path },
      finish: t.done,
      more: async () => ({ newest }),
    },
  ];
}
