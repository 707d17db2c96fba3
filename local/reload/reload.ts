import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { environment } from "../../adapters/aws/environment";
import { appRoot } from "../../lib/app-root";
import { featureFiles } from "../../lib/policy-folder/policy-folder";
import type { Invocation } from "../aws/functions/function-thread";
import type { PolicyFunction } from "../aws/functions/functions";
import type { Lasting, Latest } from "../run/lasting";
import { type BuiltFunction, policyBuilder } from "./builder";
import { watchPolicies } from "./watch";

export interface ReloadReport {
  /** The functions use the saved files from now on. `durationMs` counts from the save. */
  reloaded(files: readonly string[], durationMs: number, warnings: readonly string[]): void;
  /** Reports how the current policy answers the latest request. @param label the step, and the gate if it has a name */
  repeated(label: string, invocation: Invocation, durationMs: number): void;
  /** Reports that the earlier policy stays in use. @param problem with file and line */
  kept(files: readonly string[], problem: string): void;
}

export interface Reload {
  /** Repeats the request that was the latest one before a restart. */
  replay(): Promise<void>;
  /** Returns the reason why the saved files are not in use; undefined if they are. */
  problem(): string | undefined;
  close(): void;
}

/**
 * Reloads policies after each save. If a rule needs a resource that its function lacks, restarts. An unusable policy changes nothing.
 * @param scratch a folder for the reloaded functions, emptied first
 * @param lasting undefined if no restart is possible
 */
export async function reloadOnSave(
  functions: readonly PolicyFunction[],
  scratch: string,
  report: ReloadReport,
  lasting: Pick<Lasting, "restart" | "latest"> | undefined,
  builder = policyBuilder(),
): Promise<Reload> {
  const latest = lasting?.latest;
  delete lasting?.latest;
  rmSync(scratch, { recursive: true, force: true });
  const readFeatureFiles = ({ made }: PolicyFunction) => featureFiles(made.uses, made.file);
  const texts = new Map(functions.map(({ made: { file } }) => [file, functions.filter(createFileFilter(file)).flatMap(readFeatureFiles)]));
  let count = 0;
  let problem: string | undefined;

  async function serveSaved(files: readonly string[]): Promise<void> {
    const fileNames = files.map((file) => relative(appRoot, file));
    try {
      await serve(files, fileNames);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      report.kept(fileNames, problem);
    }
  }

  async function serve(files: readonly string[], fileNames: readonly string[]): Promise<void> {
    const startTime = Date.now();
    const affectedFunctions = functions.filter(({ made }) => files.includes(made.file));
    count += 1;
    const result = await builder.build({ functions: affectedFunctions.map(({ made }) => made), outDir: join(scratch, String(count)) });
    const uses = result.ok ? [...new Set(result.functions.flatMap((each) => each.missing))] : [];
    const missing = uses.length === 0 ? undefined : `A rule now uses ${uses.join(", ")}, which takes a restart: Ctrl-C, then start again.`;
    if (missing !== undefined && lasting !== undefined) {
      lasting.latest = findLatestEvent(affectedFunctions);
      return lasting.restart();
    }
    problem = result.ok ? missing : result.problem;
    const now = result.ok ? result.functions : [];
    const textsNow = (file: string) =>
      affectedFunctions.flatMap((each, index) => (createFileFilter(file)(each) ? (now[index]?.texts ?? []) : []));
    for (const file of result.ok ? files : []) texts.set(file, textsNow(file));
    if (!result.ok || problem !== undefined) return report.kept(fileNames, problem as string);
    await Promise.all(
      affectedFunctions.map(({ lambda }, index) => {
        const { file, version } = result.functions[index] as BuiltFunction;
        return lambda.renew(file, { [environment.policyVersion]: version });
      }),
    );
    report.reloaded(fileNames, Date.now() - startTime, result.warnings);
    await repeat(findLatestEvent(affectedFunctions), affectedFunctions, report);
  }

  const watching = await watchPolicies([...texts.keys()], (file) => texts.get(file) ?? [], serveSaved);
  return {
    problem: () => problem,
    replay: () => repeat(latest, functions, report),
    close() {
      watching.close();
      builder.close();
    },
  };
}

function findLatestEvent(functions: readonly PolicyFunction[]): Latest | undefined {
  const [newest] = functions
    .filter(({ made, lambda }) => made.entry !== "shadow" && lambda.last !== undefined)
    .sort((a, b) => (b.lambda.last?.at ?? 0) - (a.lambda.last?.at ?? 0));
  return newest?.lambda.last && { name: newest.lambda.name, event: newest.lambda.last.event };
}

async function repeat(latest: Latest | undefined, functions: readonly PolicyFunction[], report: ReloadReport): Promise<void> {
  const policyFunction = functions.find(({ lambda }) => lambda.name === latest?.name);
  if (latest === undefined || policyFunction === undefined) return;
  const startTime = Date.now();
  const invocation = await policyFunction.lambda.invoke(refreshEvent(latest.event));
  report.repeated(policyFunction.made.entry, invocation, Date.now() - startTime);
}

function createFileFilter(file: string) {
  return ({ made }: PolicyFunction) => made.file === file;
}

/** Updates an event of a REST API or an HTTP API, as if its call arrived now. */
function refreshEvent(event: unknown): unknown {
  const { requestContext, ...rest } = event as { readonly requestContext?: Readonly<Record<string, unknown>> };
  const now = Date.now();
  const isRest = requestContext !== undefined && "requestTimeEpoch" in requestContext;
  return { ...rest, requestContext: { ...requestContext, requestId: randomUUID(), [isRest ? "requestTimeEpoch" : "timeEpoch"]: now } };
}
