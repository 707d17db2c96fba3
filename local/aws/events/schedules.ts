import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { localRateMs } from "../../../engine/work";
import { REGION } from "../access-key";
import type { LocalFunction } from "../functions/function-thread";
import { type Functions, functionAt } from "../functions/functions";
import { ACCOUNT, type Resource, type Template } from "../template";
import type { DeliveredEvent } from "./event-bus";

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

export interface Schedules {
  close(): Promise<void>;
}

/**
 * Calls the functions of rules with a rate: at once, then at that rate up to five minutes, and every minute if it is longer. Ignores other
 * schedules.
 * @param onFailure receives a sentence when a function fails
 */
export function startSchedules(template: Template, functions: Functions, onFailure: (why: string) => void): Schedules {
  const stop = new AbortController();
  const { signal } = stop;
  // Each schedule listens while it sleeps, and Node warns of more than ten.
  setMaxListeners(0, signal);
  const running = template.ofType("AWS::Events::Rule").flatMap((rule) => {
    const every = parseRate(rule);
    if (every === undefined) return [];
    return listTargets(rule, functions).map((target) => call(target, rule.id, localRateMs(every)));
  });

  async function call({ target, input }: Target, rule: string, every: number): Promise<void> {
    while (!signal.aborted) {
      const { outcome } = await target.invoke(input ?? scheduledEvent(rule));
      if (!outcome.ok) onFailure(`${target.name} failed on its schedule.`);
      await sleep(every, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

function parseRate(rule: Resource): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rule.property<string>("ScheduleExpression") ?? "") ?? [];
  if (unit === undefined || rule.property("State") === "DISABLED") return undefined;
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

interface Target {
  readonly target: LocalFunction;
  /** The event that the EventBridge rule sets in place of the usual event; undefined if it sets none. */
  readonly input: unknown;
}

function listTargets(rule: Resource, functions: Functions): readonly Target[] {
  return (rule.property<{ Arn: string; Input?: string }[]>("Targets") ?? []).flatMap(({ Arn, Input }) => {
    const target = functionAt(functions, Arn);
    return target === undefined ? [] : [{ target, input: Input === undefined ? undefined : (JSON.parse(Input) as unknown) }];
  });
}

function scheduledEvent(rule: string): DeliveredEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${rule}`],
    detail: {},
  };
}
