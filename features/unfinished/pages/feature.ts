import type { InboxItem, InboxKind } from "../../../console/app/inbox-item";
import type { ConsoleFeature, Visit } from "../../../console/app/visit";
import { atLeast } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { requestPath } from "../../approvals/pages/approvals-parts";
import { queuePath } from "../../approvals/pages/queue-asked";
import { readUnfinished } from "../store";
import type { Unfinished } from "../unfinished";
import { unfinishedTexts, workAlert, workTexts } from "./work-alert";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Work that workers could not do, the oldest first. @param from "notes" leaves out what requests and incidents say. @default "all" */
    unfinished(now: Date, from?: "all" | "notes"): Promise<readonly Unfinished[]>;
  }
}

const kind: InboxKind = { icon: "outage", tone: "bad", group: "now", rank: 0, name: { en: "Work that waits", ko: "대기 중인 작업" } };

const t = pageTexts({ done: ["Mark as done", "완료로 표시"] });

/** Incidents have items of their own. */
async function unfinishedItems(visit: Visit): Promise<readonly InboxItem[]> {
  const unfinished = await visit.world.unfinished(visit.now).catch(() => undefined);
  if (unfinished === undefined)
    return [{ subject: "unfinished/unknown", kind, title: workTexts.unknown, cause: workTexts.unknownCause, isFailing: true }];
  return unfinished.flatMap((each) => (each.kind === "incident" ? [] : [toItem(visit, each)]));
}

function toItem(visit: Visit, unfinished: Exclude<Unfinished, { readonly kind: "incident" }>): InboxItem {
  const item = { ...unfinishedTexts(visit, unfinished), kind, since: unfinished.since, isFailing: true };
  if (unfinished.kind === "work") {
    const subject = ["unfinished", unfinished.work, unfinished.part].filter((each) => each !== "").join("/");
    return { ...item, subject, newest: unfinished.at, finish: t.done };
  }
  if (unfinished.kind === "skipped") {
    const { reader, at, count } = unfinished;
    return { ...item, subject: `unfinished/skipped/${reader}`, newest: at, count: atLeast(visit, count, true), finish: t.done };
  }
  const [id = "", ...others] = unfinished.ids;
  const path = others.length === 0 ? requestPath(id) : queuePath({ view: "decided", account: "owed" });
  const action = { text: workTexts.tryNow, path, role: "Approver" } as const;
  return {
    ...item,
    subject: "unfinished/made-accounts",
    count: atLeast(visit, unfinished.count, !unfinished.whole),
    people: unfinished.count,
    action,
  };
}

export const pages = {
  order: 12,
  ports: ({ tables, nameOf, shared }) => ({
    unfinished: (now, from) => {
      const ledger = nameOf("ledger");
      const names = from === "notes" ? { ledger } : { ledger, approvals: nameOf("approvals"), listChanges: nameOf("listChanges") };
      return readUnfinished(tables, names, now, shared.simulatorUrl !== undefined);
    },
  }),
  routes: [],
  besideWork: workAlert,
  inbox: unfinishedItems,
} satisfies ConsoleFeature;
