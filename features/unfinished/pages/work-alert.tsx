import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { hourName, momentText } from "../../../console/parts/time";
import { atLeast } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import type { Work } from "../../../engine/work";
import { readClock } from "../../../engine/zone-time";
import { requestPath } from "../../approvals/pages/approvals-parts";
import { findPersonWork, type OwedPerson, type Unfinished } from "../unfinished";
import { describeUnfinished, type UnfinishedTexts, unfinishedWords } from "../words";

export function unfinishedTexts(visit: Visit, unfinished: Unfinished): UnfinishedTexts {
  const today = readClock(visit.now, visit.zone).day;
  const time = (at: string) => (readClock(new Date(at), visit.zone).day === today ? hourName(visit, new Date(at)) : momentText(at));
  const count = (accounts: number, isAll: boolean) => atLeast(visit, accounts, !isAll);
  return describeUnfinished(visit.say(unfinishedWords), unfinished, { now: visit.now, time, count });
}

export const workTexts = pageTexts({
  tryNow: ["Try now", "지금 시도"],
  unknown: ["It isn't known whether all work was done", "모든 작업이 완료되었는지 알 수 없음"],
  unknownCause: ["What workers noted can't be read", "작업자의 기록을 읽을 수 없습니다"],
});

/** Tells the page that a work is about why it waits. Empty if the work goes through. */
export async function workAlert(visit: Visit, work: Work) {
  return await workAlerts(visit, (unfinished) => unfinished.filter((each) => each.kind === "work" && each.work === work));
}

/** Tells a person's page which work for the person waits. */
export async function personWorkAlert(visit: Visit, person: OwedPerson) {
  return await workAlerts(visit, (unfinished) => findPersonWork(unfinished, person, visit.now));
}

async function workAlerts(visit: Visit, select: (unfinished: readonly Unfinished[]) => readonly Unfinished[]) {
  const unfinished = await visit.world.unfinished(visit.now, "notes").catch(() => undefined);
  return (
    <>
      {unfinished === undefined ? <Alert kind="warn">{`${workTexts.unknown}. ${workTexts.unknownCause}.`}</Alert> : null}
      {select(unfinished ?? []).map((each) => {
        const { title, cause } = unfinishedTexts(visit, each);
        return (
          <Alert kind="warn">
            {`${title}. ${cause}`}
            {each.kind === "accounts" && each.ids[0] !== undefined && visit.may("Approver")
              ? [" ", <a href={requestPath(each.ids[0])}>{workTexts.tryNow}</a>]
              : null}
          </Alert>
        );
      })}
    </>
  );
}
