import type { Visit } from "../../../console/app/visit";
import { Alert } from "../../../console/parts/forms";
import { hourName, momentText } from "../../../console/parts/time";
import { atLeast } from "../../../console/parts/value";
import type { Work } from "../../../engine/work";
import { readClock } from "../../../engine/zone-time";
import type { Unfinished } from "../unfinished";
import { describeUnfinished, type UnfinishedTexts, unfinishedWords } from "../words";

export function unfinishedTexts(visit: Visit, unfinished: Unfinished): UnfinishedTexts {
  const today = readClock(visit.now, visit.zone).day;
  const time = (at: string) => (readClock(new Date(at), visit.zone).day === today ? hourName(visit, new Date(at)) : momentText(at));
  const count = (accounts: number, isAll: boolean) => atLeast(visit, accounts, !isAll);
  return describeUnfinished(visit.say(unfinishedWords), unfinished, { now: visit.now, time, count });
}

/** What a worker could not do, for the page that the work is about. Empty if the work goes through, or if the notes cannot be read. */
export async function workAlert(visit: Visit, work: Work) {
  const unfinished = await visit.world.unfinished(visit.now).catch(() => []);
  const texts = unfinished.flatMap((each) => (each.kind === "work" && each.work === work ? [unfinishedTexts(visit, each)] : []));
  return (
    <>
      {texts.map(({ title, cause }) => (
        <Alert kind="warn">{`${title}. ${cause}`}</Alert>
      ))}
    </>
  );
}
