import type { Visit } from "../../../console/app/visit";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { CountedDays } from "../../counts/domain-counts";
import { isUnusual } from "../../counts/unusual";
import { isMailProvider } from "../../free-mail/free-mail";
import type { Incident } from "../incident";
import { isKeepingOut, isUnderWay } from "../steps";

/** Days, with today, in which bursts are searched. Less than FRESH_DAYS, so that shutting a burst out needs no second person. */
export const LATELY_DAYS = 2;
/** UTC days whose counts are read. Bursts are looked for in the last LATELY_DAYS. The earlier days show what is usual. */
const TREND_DAYS = 14;

/**
 * Finds domains with far more people let in lately than on any earlier day of two weeks. @param domains by default the domains with the
 * most people
 */
export async function findBursts({ world, now }: Visit, domains?: readonly string[]) {
  const since = new Date(now.getTime() - (LATELY_DAYS - 1) * MS_PER_DAY);
  const [top, began] = await Promise.all([domains ? [] : world.domainCounts.topDomains(since, "letIn"), world.counts.since()]);
  const many = top.flatMap(({ domain, answers }) => (isUnusual(answers.continue, 0) ? [domain] : []));
  const days = await world.domainCounts.domainDays(domains ?? many, TREND_DAYS);
  return [...days].flatMap(([domain, counted]) => {
    const burst = burstIn(domain, counted, began);
    return burst === undefined ? [] : [{ domain, ...burst }];
  });
}

function burstIn(domain: string, { days }: CountedDays, began: string | undefined) {
  const trend = days.map(({ answers }) => answers.continue);
  const usual = Math.max(0, ...trend.slice(0, -LATELY_DAYS));
  const lately = days.slice(-LATELY_DAYS);
  const letIn = lately.reduce((sum, { answers }) => sum + answers.continue, 0);
  const [first] = lately.flatMap((day) => day.first ?? []);
  const last = lately.flatMap((day) => day.last ?? []).at(-1);
  // Counting must have begun at least a day before the domain's first recent decision. Otherwise every domain would look new.
  const isKnown = began !== undefined && first !== undefined && Date.parse(began) + MS_PER_DAY <= Date.parse(first);
  if (!isKnown || last === undefined || isMailProvider(domain) || !isUnusual(letIn, usual)) return undefined;
  return { letIn, trend, usual, first, last };
}

/** True if domains with fewer people let in than those that `findBursts` looks at could be bursts, too. */
export async function mayMissBursts({ world, now }: Visit): Promise<boolean> {
  const since = new Date(now.getTime() - (LATELY_DAYS - 1) * MS_PER_DAY);
  return isUnusual(await world.domainCounts.mostOfOthers(since, "letIn"), 0);
}

/** Returns a domain's incidents that shut people out, or are being undone: the console does not offer their people again. */
export function shuttingOut(domain: string, incidents: readonly Incident[]): readonly Incident[] {
  const isMeant = (incident: Incident) => isKeepingOut(incident) || (incident.state === "undoing" && isUnderWay(incident));
  return incidents.filter((incident) => incident.selection.domain === domain && isMeant(incident));
}

/**
 * Returns `letIn` without the decisions that the largest incident selected or excluded. May still count people who got a Continue and were
 * refused later.
 */
export function countUncovered(letIn: number, incidents: readonly Incident[]): number {
  return Math.max(0, letIn - Math.max(0, ...incidents.map(({ decisions, listed, nameless }) => decisions + listed + nameless)));
}
