import { setTimeout as sleep } from "node:timers/promises";
import { type Alternative, matchesEvent, parseEventPattern } from "../../../lib/resources/event-pattern";
import type { LocalFunction } from "../functions/function-thread";
import type { Functions } from "../functions/functions";
import { type Template, TemplateError } from "../template";
import type { Journal } from "./delivery";
import { busArns, type DeliveredEvent } from "./event-bus";
import { type KeptMessage, type LocalQueue, makeQueues } from "./queues";

/** Lambda's retries of an asynchronous invocation. Lambda waits a minute or two before each. */
const RETRIES = 2;
const BACKOFF_MS = 1_000;

export interface Rules {
  /** @param bus an ARN */
  offer(bus: string, event: DeliveredEvent): void;
  drain(): Promise<void>;
}

interface Rule {
  readonly bus: string;
  readonly pattern: readonly Alternative[];
  readonly targets: readonly LocalFunction[];
  readonly queues: readonly LocalQueue[];
}

interface Target {
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: object;
}

/**
 * Serves rules with an event pattern, for two kinds of targets: functions, and queues that a function reads. Ignores other rules and
 * targets.
 * @param onDropped receives a sentence when an event is dropped
 */
export function makeRules(
  template: Template,
  functions: Functions,
  onDropped: (why: string) => void,
  journal?: Journal<KeptMessage>,
): Rules {
  const queues = makeQueues(template, functions, onDropped, journal);
  const rules = readRules(template, functions, queues);
  const running = new Set<Promise<void>>();
  return {
    offer(bus, event) {
      const matching = rules.filter((rule) => rule.bus === bus && matchesEvent(rule.pattern, event));
      for (const target of matching.flatMap(({ targets }) => targets)) {
        const delivery = deliver(target, event, onDropped).finally(() => running.delete(delivery));
        running.add(delivery);
      }
      for (const queue of matching.flatMap((rule) => rule.queues)) queue.offer(event);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
      await Promise.all([...queues.values()].map((queue) => queue.drain()));
    },
  };
}

function readRules(template: Template, functions: Functions, queues: ReadonlyMap<string, LocalQueue>): readonly Rule[] {
  const buses = busArns(template);
  return template.ofType("AWS::Events::Rule").flatMap((resource) => {
    const where = `${resource.id} (${resource.type})`;
    const pattern = resource.property<object>("EventPattern");
    const all = resource.property<Target[]>("Targets") ?? [];
    const targets = all.flatMap((target) => whole(target, functions, where));
    const filledQueues = all.flatMap((target) => whole(target, queues, where));
    if (pattern === undefined || targets.length + filledQueues.length === 0 || resource.property("State") === "DISABLED") return [];
    const bus = buses.get(resource.property<string>("EventBusName") ?? "default");
    if (bus === undefined) throw new TemplateError(`${where} is on an event bus that the template does not have.`);
    const alternatives = parseEventPattern(
      pattern,
      (problem) => new TemplateError(`${where} has a pattern that EventBridge refuses: ${problem}`),
    );
    return [{ bus, pattern: alternatives, targets, queues: filledQueues }];
  });
}

/** Returns no target if this runner does not serve the ARN. Throws TemplateError if the target would not receive the whole event. */
function whole<T>({ Arn, Input, InputPath, InputTransformer }: Target, valuesByArn: ReadonlyMap<string, T>, where: string): readonly T[] {
  const target = valuesByArn.get(Arn);
  if (target === undefined) return [];
  if (Input !== undefined || InputPath !== undefined || InputTransformer !== undefined) {
    throw new TemplateError(`${where} hands on something else than the event, which cannot be served locally.`);
  }
  return [target];
}

async function deliver(target: LocalFunction, event: DeliveredEvent, onDropped: (why: string) => void): Promise<void> {
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    if (attempt > 0) await sleep(BACKOFF_MS * attempt);
    if ((await target.invoke(event)).outcome.ok) return;
  }
  onDropped(`${target.name} failed ${RETRIES + 1} times on an event: dropped.`);
}
