import { setTimeout as sleep } from "node:timers/promises";
import { readReference } from "../../engine/sign-up/call";
import { stackFor } from "../aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor, localInstance } from "../deployment";
import { CommandError } from "../failure";
import { interruptible } from "../long-tasks/interruption";
import type { Output } from "../output";
import { momentFrom } from "../typed";
import type { ReadLine } from "./log-line";
import { type LogSource, localSource } from "./log-source";
import { stackSource } from "./stack-source";
import { type CallStory, storyOfCode, storyOfRequestId } from "./story";
import { dayLines, heading, stepAsJson, stepsOf, storyLines } from "./tell";

export interface LogsOptions extends DeploymentOptions, JsonOption {
  readonly since?: string;
  readonly follow?: boolean;
}

/** Where a code is looked for whose record does not say when it was, and where lines alone begin. */
const USUAL = { story: "7d", lines: "1h" };
/** Lines may appear that long after the time they bear. */
const LATE_MS = 60_000;

/** What pages end with where no function of ours could answer: a UUID. */
const requestId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `entra-gatehouse logs`. */
export async function logs(typed: string | undefined, options: LogsOptions, { output }: CommandContext): Promise<void> {
  const { since = USUAL[typed === undefined ? "lines" : "story"] } = options;
  const back = Date.now() - momentFrom(since, new Date()).getTime();
  const code = typed === undefined ? undefined : codeOf(typed);
  const source = await sourceFor(options);
  if (code === undefined) return await showLines(source, options, back, output);
  const story = requestId.test(code)
    ? await storyOfRequestId(code, source, back)
    : await storyOfCode(code, await deploymentFor(options), source, back);
  if (story.records.length + story.requests.length + story.lines.length === 0) throw unknown(code, since, source);
  showStory(story, options, output);
  if (story.lines.length === 0) output.warn(`No line bears the code ${code}: ${source.kept}.`);
  for (const gap of source.gaps) output.warn(gap);
  if (!options.follow) return;
  const bearing = [code, ...story.requests.map(({ reference }) => reference), ...story.lines.flatMap(({ ids }) => ids)];
  await follow(source, { seen: story.lines, bearing }, (line) => {
    if (options.json) output.json(stepAsJson(line, story.arrivedAt));
    else for (const each of storyLines(line, story.arrivedAt)) output.print(each);
  });
}

function codeOf(typed: string): string {
  if (requestId.test(typed.trim())) return typed.trim().toLowerCase();
  const reference = readReference(typed);
  if (reference !== undefined) return reference;
  throw new CommandError(
    `"${typed}" is neither a reference code, such as K7QD-9MXD, nor the id of a request on a page of the gateway's own. ` +
      "A code has eight letters and digits, and never 0 O, 1 I L, U V, 5 S, 8 B, 2 Z.",
  );
}

async function sourceFor(options: LogsOptions): Promise<LogSource> {
  if (options.local) {
    return localSource(localInstance(options));
  }
  const stack = await stackFor(options);
  if (stack === undefined) throw new CommandError(`There is no stack ${options.stack}: see --stack, --stage, --region and --profile.`);
  return await stackSource(stack);
}

function unknown(code: string, since: string, source: LogSource): CommandError {
  const kind = requestId.test(code) ? "request id" : "code";
  return new CommandError(
    [
      `Nothing bears the ${kind} ${code}: no decision, no request for approval, and no line (--since ${since}).`,
      `Records of decisions are kept for 90 days, unless decisionDays says otherwise; ${source.kept}.`,
      "Look further back with --since 30d, or at another deployment with --stage, --stack or --region.",
      ...source.gaps,
    ].join("\n"),
  );
}

function showStory(story: CallStory, { json }: LogsOptions, output: Output): void {
  if (!json) for (const each of heading(story)) output.print(each);
  for (const step of stepsOf(story)) {
    if (json) output.json(stepAsJson(step, story.arrivedAt));
    else for (const each of storyLines(step, story.arrivedAt)) output.print(each);
  }
}

async function showLines(source: LogSource, { json, follow: goesOn, since }: LogsOptions, back: number, output: Output): Promise<void> {
  const now = Date.now();
  /** The gateway knows no code: that of the function's line for the same call. */
  const codes = new Map<string, string>();
  const show = (line: ReadLine) => {
    if (line.reference !== undefined) for (const id of line.ids) codes.set(id, line.reference);
    const reference = line.reference ?? line.ids.map((id) => codes.get(id)).find((each) => each !== undefined);
    if (json) output.json(stepAsJson({ ...line, ...(reference !== undefined && { reference }) }));
    else for (const each of dayLines(line, reference)) output.print(each);
  };
  // Followed, only what is to come, unless somebody asks for more.
  const lines = await source.lines({ from: goesOn && since === undefined ? now - LATE_MS : now - back, to: now });
  for (const { reference, ids } of lines) if (reference !== undefined) for (const id of ids) codes.set(id, reference);
  if (!goesOn || since !== undefined) for (const line of lines) show(line);
  for (const gap of source.gaps) output.warn(gap);
  if (goesOn) await follow(source, { seen: lines }, show);
  else if (lines.length === 0) output.warn(`No line was written (--since ${since ?? USUAL.lines}): ${source.kept}.`);
}

/** Shows lines as they come, until Ctrl-C. */
async function follow(
  source: LogSource,
  { seen, bearing }: { readonly seen: readonly ReadLine[]; readonly bearing?: readonly string[] },
  show: (line: ReadLine) => void,
): Promise<void> {
  const shown = new Map(seen.map(({ key, at }) => [key, at]));
  await interruptible(async ({ signal }) => {
    while (!signal.aborted) {
      const now = Date.now();
      for (const line of await source.lines({
        from: now - LATE_MS,
        to: now + LATE_MS,
        ...(bearing && { bearing: [...new Set(bearing)] }),
      })) {
        if (!shown.has(line.key)) show(line);
        shown.set(line.key, now);
      }
      for (const [key, at] of shown) if (at < now - 2 * LATE_MS) shown.delete(key);
      await sleep(source.everyMs, undefined, { signal }).catch(() => undefined);
    }
  });
}
