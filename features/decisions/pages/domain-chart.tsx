import type { Visit } from "../../../console/app/visit";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import { gateAsked } from "../../../console/parts/gates";
import { dayOf } from "../../../console/parts/time";
import { eachOutcome, outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { TimeChart } from "../../counts/pages/time-chart";
import type { DomainDay } from "../../counts/store/domain-counts";
import { countedOfDomain, type DecisionSearch } from "./decision-search";
import { decisionsTexts as t } from "./decisions-texts";

const HEIGHT = 48;

type ChartDay = Pick<DomainDay, "day" | "answers">;

/** Decisions on a domain's people by day, in UTC: each bar links to them. @param here the days that are asked for, by default all */
export function domainChart(visit: Visit, domain: string, days: readonly ChartDay[], height: number, here: readonly string[] = []) {
  return (
    <TimeChart
      visit={{ ...visit, zone: "UTC" }}
      label={t.domainChart}
      spans={days.map(({ day, answers }) => ({
        from: new Date(`${day}T00:00:00Z`),
        to: new Date(`${day}T23:59:59.999Z`),
        counts: answers,
        isHere: here.includes(day),
      }))}
      unit="day"
      address={({ from, to }) => `/decisions?${new URLSearchParams({ domain, from: dayOf(from), to: dayOf(to), zone: "UTC" })}`}
      height={height}
    />
  );
}

/** The counts of a search for a domain alone, in its last days. Undefined if the search asks for more than the counts know. */
export async function domainCounted(visit: Visit, { from, to, whole, email, issuer, outcome, having }: DecisionSearch) {
  const { domain, verdict: _, ...others } = having;
  const isMore = Object.keys(others).length > 0 || [email, issuer, gateAsked(visit)].some((each) => each !== undefined);
  if (domain === undefined || isMore) return undefined;
  const counted = await countedOfDomain(visit, domain);
  const days = (counted?.days ?? []).map(({ day, answers }) => ({
    day,
    answers: eachOutcome((kind) => (outcome === undefined || outcome === kind ? answers[kind] : 0)),
  }));
  const asked = days.filter(({ day }) => Date.parse(day) + MS_PER_DAY > from.getTime() && Date.parse(day) <= to.getTime());
  const total = asked.reduce((sum, { answers }) => sum + outcomeSum(answers), 0).toLocaleString(visit.language);
  if (total === "0") return undefined;
  // A stretch that begins or ends within a day, or before the first counted day, has a chart but no count.
  const isOfDays =
    [from.getTime(), to >= visit.now ? 0 : to.getTime() + 1].every((at) => at % MS_PER_DAY === 0) && dayOf(from) >= (days[0]?.day ?? "");
  return {
    total: whole ? t.totalIn(total, DOMAIN_DAYS) : isOfDays ? t.total(total) : undefined,
    chart: domainChart(visit, domain, days, HEIGHT, whole ? [] : asked.map(({ day }) => day)),
  };
}
