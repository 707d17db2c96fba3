import type { Child } from "hono/jsx";
import { failedMark } from "../../../adapters/tables/decision-writes";
import type { Visit } from "../../../console/app/visit";
import { Moment } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { countedName } from "../../counts/pages/count-tables";
import { type OutageTime, outagesLately, turnedAwayPath } from "./turned-away";

export async function outageOfDecision(visit: Visit, record: DecisionRecord): Promise<Child> {
  const failedService = record.verdict === "continue" ? undefined : failedMark(record);
  if (typeof failedService !== "string") return null;
  const outages = await outagesLately(visit);
  // All times are compared by the second, because the times of outages come from counts, which store seconds.
  const at = toSecond(record.at);
  const isIts = ({ service, since }: OutageTime) => service === failedService && toSecond(since) <= at;
  const its = outages.open.find(isIts) ?? outages.over.find((outage) => isIts(outage) && at <= toSecond(outage.last));
  if (its === undefined) return null;
  return (
    <section>
      <p class="note bad">
        {t.part(countedName(failedService))} <Moment at={its.since} />. <a href={turnedAwayPath(its)}>{t.turnedAway}</a>
      </p>
    </section>
  );
}

const toSecond = (at: string) => at.slice(0, "2026-11-26T10:12:41".length);

const t = pageTexts({
  part: [(service: string) => `Part of the outage of ${service} since`, (service) => `${service} 장애의 일부, 시작:`],
  turnedAway: ["Who was turned away", "거절된 사람 보기"],
});
