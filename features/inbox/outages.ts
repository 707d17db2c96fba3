import { groupBy } from "../../engine/collections";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { isFirstContinue, toOutcomeKind } from "../../engine/sign-up/recording";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { subjectParts, type Task } from "../../engine/tasks/task";
import { type CountedService, countFailures, type GateHour, sumCounts, sumFigures } from "../counts/counts";

export interface Outage {
  readonly service: string;
  readonly kind: string;
  /** ISO 8601, like `last`. */
  readonly since: string;
  readonly last: string;
  readonly count: number;
  readonly gates: readonly string[];
}

/**
 * Fewer failures than this may be a short interruption. They count as an outage only if the system still fails and its most frequent
 * failure is in `wrongAtOnce`.
 */
const SEVERAL = 3;
const wrongAtOnce: readonly string[] = ["unauthorised", "secret"];
const MOST_FAIL = 0.5;

/** Finds the last outage of each system. In both lists, the outage with the most failures comes first. */
export function outagesIn(hours: readonly GateHour[]): { readonly open: readonly Outage[]; readonly over: readonly Outage[] } {
  const byHour = [...groupBy(hours, ({ hour }) => hour)].sort(([one], [other]) => (one < other ? -1 : 1));
  const seenServices = byHour.flatMap(([hour, some]) => sumFigures(some).services.map((figures) => ({ hour, some, figures })));
  // Only a limited number of systems is counted by name. Counts of the other systems have no name and are omitted.
  const namedServices = [...groupBy(seenServices, ({ figures }) => figures.service ?? "")].filter(([service]) => service !== "");
  const outages = namedServices.flatMap(([service, own]) => findOutage(service, own) ?? []).sort((a, b) => b.count - a.count);
  return { open: outages.filter(({ isOver }) => !isOver), over: outages.filter(({ isOver }) => isOver) };
}

interface ServiceHour {
  readonly hour: string;
  readonly some: readonly GateHour[];
  readonly figures: CountedService;
}

function findOutage(service: string, hours: readonly ServiceHour[]) {
  const worst = hours.findLastIndex(({ figures }) => mostFail(figures));
  if (worst < 0) return undefined;
  let [first, end] = [worst, worst];
  while (isFailing(hours[first - 1]?.figures)) first -= 1;
  while (countFailures(hours[end + 1]?.figures) > 0) end += 1;
  // If the last call of the previous hour failed, the outage began in that hour, although most of that hour's calls were answered.
  const before = hours[first - 1];
  const wasWell = before !== undefined && !isBack(before.figures);
  const run = hours.slice(wasWell ? first - 1 : first, end + 1);
  const [earliest, newest] = [run[0], run.at(-1)];
  if (earliest === undefined || newest === undefined) return undefined;
  const isOver = end < hours.length - 1 || !isFailing(newest.figures);
  const kinds = sumCounts(run.map(({ figures }) => figures.failures));
  const kind = Object.entries(kinds).sort(([, a], [, b]) => b - a)[0]?.[0] ?? "failed";
  const count = run.reduce((sum, { figures }) => sum + countFailures(figures), 0);
  if (count < SEVERAL && (isOver || !wrongAtOnce.includes(kind))) return undefined;
  const { firstFailure = "", lastAnswer = "" } = earliest.figures;
  const failedHours = run
    .flatMap(({ some }) => some)
    .filter((hour) => sumFigures([hour]).services.some((each) => each.service === service && countFailures(each) > 0));
  return {
    ...{ service, kind, count, isOver, last: newest.figures.lastFailure ?? "" },
    // If most calls of the first hour were answered, the outage begins at that hour's last answer: earlier failures were no outage.
    since: wasWell && lastAnswer > firstFailure ? lastAnswer : firstFailure,
    gates: [...new Set(failedHours.map(({ gate }) => gate))],
  };
}

function mostFail(figures: CountedService): boolean {
  return countFailures(figures) > 0 && countFailures(figures) >= figures.asked * MOST_FAIL;
}

function isBack({ lastFailure = "", lastAnswer = "" }: CountedService): boolean {
  return lastAnswer > lastFailure;
}

function isFailing(figures: CountedService | undefined): boolean {
  return figures !== undefined && mostFail(figures) && !isBack(figures);
}

// A mailing after an outage is a task: done once the mailing is ordered, open again if the order is undone.

/** The kind of the mails in a mailing. The usage table uses the same name. */
export const WORKS_AGAIN_MAIL = "works-again";
/** Time for which each mail waits in the queue, so that an order can be undone. */
const REGRET_MS = MS_PER_MINUTE;
const KIND = "mailing";

export function mailingSubject(service: string, at: Date): string {
  return `${KIND}/${service}/${at.toISOString()}`;
}

/** Returns the system that failed before a mailing. Undefined if the task is not a mailing. */
export function serviceOfMailing({ subject }: Pick<Task, "subject">): string | undefined {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === KIND ? id.slice(0, id.lastIndexOf("/")) : undefined;
}

/** Returns true if the mailing's mails may have been sent, so that the order can no longer be undone. */
export function isOnItsWay(task: Pick<Task, "subject" | "done">, now: Date): boolean {
  return serviceOfMailing(task) !== undefined && Date.parse(task.done?.at ?? "") + REGRET_MS <= now.getTime();
}

/** @param since the newest decision about somebody whom an outage turned away. Undefined if it is the one that turned them away */
export function hasCome({ since }: { readonly since: DecisionRecord | undefined }): boolean {
  return since !== undefined && !isFirstContinue(since) && ["continue", "waiting"].includes(toOutcomeKind(since));
}
