import { setTimeout as sleep } from "node:timers/promises";
import { type BusEvent, busArns } from "./event-bus";
import { eventPattern, type Filter } from "./event-pattern";
import type { LocalFunction } from "./function-thread";
import type { Functions } from "./functions";
import { type Template, TemplateError } from "./template";

/** As often as Lambda tries an asynchronous invocation again. It waits a minute or two. */
const RETRIES = 2;
const BACKOFF_MS = 1_000;

/** Rules on the event buses: bring events to the functions that ask for them. */
export interface Rules {
  /** @param bus its ARN */
  offer(bus: string, event: BusEvent): void;
  /** Waits until everything offered has been delivered or dropped. */
  drain(): Promise<void>;
}

interface Rule {
  readonly bus: string;
  readonly matches: Filter;
  readonly targets: readonly LocalFunction[];
}

interface Target {
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: object;
}

/**
 * Serves rules that have a pattern and call functions. Schedules and targets outside Lambda do nothing here.
 * @param onDropped told when an event was given up, in a sentence
 */
export function makeRules(template: Template, functions: Functions, onDropped: (why: string) => void): Rules {
  const rules = rulesOf(template, functions);
  const running = new Set<Promise<void>>();
  return {
    offer(bus, event) {
      const matching = rules.filter((rule) => rule.bus === bus && rule.matches(event));
      for (const target of matching.flatMap(({ targets }) => targets)) {
        const delivery = deliver(target, event, onDropped).finally(() => running.delete(delivery));
        running.add(delivery);
      }
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function rulesOf(template: Template, functions: Functions): readonly Rule[] {
  const buses = busArns(template);
  return template.ofType("AWS::Events::Rule").flatMap((resource) => {
    const where = `${resource.id} (${resource.type})`;
    const pattern = resource.property<object>("EventPattern");
    const targets = (resource.property<Target[]>("Targets") ?? []).flatMap((target) => functionOf(target, functions, where));
    if (pattern === undefined || targets.length === 0 || resource.property("State") === "DISABLED") return [];
    const bus = buses.get(resource.property<string>("EventBusName") ?? "default");
    if (bus === undefined) throw new TemplateError(`${where} is on an event bus that the template does not have.`);
    return [{ bus, matches: eventPattern(pattern, where), targets }];
  });
}

function functionOf({ Arn, Input, InputPath, InputTransformer }: Target, functions: Functions, where: string): readonly LocalFunction[] {
  const target = functions.get(Arn);
  if (target === undefined) return [];
  if (Input !== undefined || InputPath !== undefined || InputTransformer !== undefined) {
    throw new TemplateError(`${where} hands on something else than the event, which cannot be served locally.`);
  }
  return [target];
}

async function deliver(target: LocalFunction, event: BusEvent, onDropped: (why: string) => void): Promise<void> {
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    if (attempt > 0) await sleep(BACKOFF_MS * attempt);
    if ((await target.invoke(event)).outcome.ok) return;
  }
  onDropped(`${target.name} failed ${RETRIES + 1} times on an event: dropped.`);
}
