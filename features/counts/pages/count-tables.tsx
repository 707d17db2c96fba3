import type { Visit } from "../../../console/app/visit";
import { Table } from "../../../console/parts/table";
import { hourName, momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { waitsForApproval } from "../../../engine/sign-up/recording";
import { readClock } from "../../../engine/zone-time";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import { type CountedFigures, type CountedService, countFailures, serviceName, sumCounts } from "../counts";
import type { CountReach } from "./counted-hours";

/** @param path returns the address of the decisions with a reason, or undefined if none are counted */
export function refusalTable(visit: Visit, refusals: CountedFigures["refusals"], path: (reason: string) => string | undefined) {
  const counts = sumCounts(refusals.map(({ reason = "", count }) => ({ [reason]: count })));
  const rows = Object.entries(counts).filter(([reason]) => !waitsForApproval(reason));
  return (
    <Table
      caption={t.refusals}
      columns={[
        [
          frameTexts.reason,
          ([reason]) =>
            reason === "" ? (
              frameTexts.otherReasons
            ) : (
              <a href={path(reason)}>{visible(reasonsInWords(visit.say(reasonMeanings), [reason]))}</a>
            ),
        ],
        [{ name: frameTexts.decisions, number: true }, ([, count]) => count.toLocaleString(visit.language)],
      ]}
      rows={rows.sort(([, one], [, other]) => other - one)}
      empty={t.noRefusals}
    />
  );
}

export function formatCountReach(visit: Visit, { until, isBehind }: CountReach): string {
  const isToday = readClock(until, visit.zone).day === readClock(visit.now, visit.zone).day;
  const time = isToday ? hourName(visit, until) : momentText(until.toISOString());
  return isBehind ? t.behind(time) : t.countedUntil(time);
}

/** Says until when the numbers beside it count. */
export function CountReachNote({ visit, reach }: { readonly visit: Visit; readonly reach: CountReach }) {
  return <span class={reach.isBehind ? "bad" : "hint"}>{formatCountReach(visit, reach)}</span>;
}

/** `service` is undefined for all services that were counted without their names. */
export function countedName(service: string | undefined): string {
  return service === undefined ? t.otherServices : visible(serviceName(service));
}

/** The share of answered requests in percent, rounded down: 100 means that none failed. */
export function answeredShare({ language }: Visit, service: CountedService): string {
  if (service.asked === 0) return "0";
  return (Math.floor((1_000 * (service.asked - countFailures(service))) / service.asked) / 10).toLocaleString(language);
}

const t = pageTexts({
  countedUntil: [(time: string) => `Counted until ${time}`, (time) => `${time}까지 집계`],
  behind: [
    (time: string) => `The counts are behind: sign-ups after ${time} are missing`,
    (time) => `집계가 늦어지고 있습니다. ${time} 이후의 가입은 빠져 있습니다`,
  ],
  refusals: ["Refusals by reason", "이유별 거부"],
  noRefusals: ["Nobody was refused.", "거부된 사람이 없습니다."],
  otherServices: ["Others", "그 밖의 시스템"],
});
