import { join } from "node:path";
import { type AccessKey, accessKeyIn } from "../aws/access-key";
import type { Answered } from "../aws/gateway/gateway";
import { newPageKey, type PageKey } from "../aws/page-key";
import type { OnRefused } from "../aws/server";
import type { SignedAccess } from "../aws/signed-server";
import { type Assembly, readCdkJson, readRelease, synthesize } from "../aws/synth";
import { type Template, TemplateError } from "../aws/template";
import { assertFree, assertWritable, hasHadSamples, keepPrivate, temporaryFolder } from "../data/data-folder";
import { makePrivate } from "../data/private-file";
import { type Samples, shippedSamples } from "../parts";
import type { OnRequest } from "../stand-ins/systems";
import type { Options } from "../terminal/options";
import { logKeeper, type Reporter, reporter } from "../terminal/report";
import type { Lasting, Shutdown } from "./lasting";
import { type Stories, stories } from "./start-pages";

export interface StartContext {
  readonly print: (line: string) => void;
  /** The time zone of times that people read. */
  readonly timeZone: string;
  readonly shutdown: Shutdown;
  /** Aborts to end the start. */
  readonly signal: AbortSignal;
  /** Absent if no restart is possible. */
  readonly lasting?: Lasting;
  /** Called with each request to a stand-in for an outside system. */
  readonly onRequest?: OnRequest;
}

export interface Setup {
  readonly options: Options;
  readonly shutdown: Shutdown;
  /** The data folder, absolute. */
  readonly data: string;
  readonly assembly: Assembly;
  /** Duration of the build; undefined if nothing had changed. */
  readonly buildMs: number | undefined;
  readonly template: Template;
  readonly report: Reporter;
  readonly key: AccessKey;
  readonly pageKey: PageKey;
  readonly lasting: Lasting | undefined;
  /** The sample rows for a new data folder. Undefined if an earlier start has loaded them. */
  readonly samples: Samples | undefined;
  readonly onRequest: OnRequest | undefined;
  readonly stories: Stories;
}

/** Checks that a start can succeed, and builds the functions. */
export async function prepare(options: Options, context: StartContext): Promise<Setup> {
  const { print, timeZone, shutdown, signal, onRequest, lasting } = context;
  const once: Partial<Pick<Lasting, "data" | "pageKey">> = lasting ?? {};
  // The app is checked first, so that a folder without an app stays unchanged.
  if (options.release === undefined) readCdkJson();
  once.data ??= options.data ?? temporaryFolder(lasting?.shutdown ?? shutdown);
  const { data } = once;
  await assertFree(data, options.port);
  assertWritable(data);
  keepPrivate(data);
  const samples = hasHadSamples(data) ? undefined : await shippedSamples();
  const output = join(data, "cdk.out");
  let startTime: number | undefined;
  const noteBuild = () => {
    startTime = Date.now();
    print("Building Gatehouse with your policy, which may take half a minute …");
  };
  const assembly =
    options.release === undefined
      ? await synthesize({ policy: options.policy, outDir: output, signal, onBuild: noteBuild })
      : readRelease(options.release, output);
  const buildMs = startTime && Date.now() - startTime;
  // The CDK gives its folders modes of its own, so the modes are set again.
  makePrivate(output, "with all in it");
  const report = reporter(print, logKeeper(data), timeZone);
  const key = accessKeyIn(join(data, "access-key.json"));
  once.pageKey ??= newPageKey(options.port);
  const { pageKey } = once;
  const { template } = assembly;
  const setup = { options, shutdown, data, assembly, template, report, key, pageKey, samples, onRequest, lasting };
  return { ...setup, stories: stories(), buildMs };
}

export function createAnswerListener({ report, stories }: Setup): (answeredCall: Answered) => void {
  return (answeredCall) => {
    stories.note(answeredCall);
    report.answered(answeredCall);
  };
}

export function createRefusalListener(server: string, { report }: Setup): OnRefused {
  return (why) => report.trouble(`${server}: refused a request with 403: ${why}.`);
}

export function accessTo(server: string, setup: Setup): SignedAccess {
  return { key: setup.key, onRefused: createRefusalListener(server, setup) };
}

export function requireOutput(template: Template, name: string): string {
  const value = template.output(name);
  if (value === undefined) throw new TemplateError(`The template has no output ${name}.`);
  return value;
}
