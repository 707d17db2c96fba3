import type { Child } from "hono/jsx";
import { failedMark } from "../../../adapters/tables/decision-writes";
import type { Visit } from "../../../console/app/visit";
import { Moment } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { countedName } from "../../counts/pages/count-tables";
import { decisionsPath } from "../../decisions/pages/decision-search";
import { outagesLately, turnedAwayPath } from "./turned-away";

/** The outage that stopped a sign-up, with a link to everybody it stopped. */
export async function outageOfDecision(visit: Visit, record: DecisionRecord): Promise<Child> {
  const failed = record.verdict === "continue" ? undefined : failedMark(record);
  if (typeof failed !== "string") return null;
  const outages = await outagesLately(visit);
  // Moments are counted by the second.
  const at = toSecond(record.at);
  const isIts = (outage: { readonly service: string; readonly since: string }) => outage.service === failed && toSecond(outage.since) <= at;
  const open = outages.open.find(isIts);
  const name = countedName(failed);
  if (open !== undefined)
    return (
      <section>
        <p class="note bad">
          {t.part(name)} {t.since} <Moment at={open.since} />.{" "}
          <a href={decisionsPath({ from: new Date(open.since), to: visit.now })}>{t.all}</a>
        </p>
      </section>
    );
  const over = outages.over.find((outage) => isIts(outage) && at <= toSecond(outage.last));
  if (over === undefined) return null;
  return (
    <section>
      <p class="note">
        {t.part(name)} {t.from} <Moment at={over.since} /> {t.until} <Moment at={over.last} />.{" "}
        <a href={turnedAwayPath(over)}>{t.turnedAway}</a>
      </p>
    </section>
  );
}

const toSecond = (at: string) => at.slice(0, "2026-11-26T10:12:41".length);

const t = pageTexts({
  part: [(service: string) => `Part of the outage of ${service}`, (service) => `${service} 장애의 일부:`],
  since: ["since", "시작"],
  from: ["from", ""],
  until: ["to", "~"],
  all: ["See its decisions", "해당 결정 보기"],
  turnedAway: ["Who was turned away", "거절된 사람 보기"],
});
