import { join } from "node:path";
import { SERVED_POLICY, type ServedPolicy } from "../../../lib/stage";
import { REGION } from "../access-key";
import type { Assembly } from "../synth";
import { type Resource, TemplateError } from "../template";
import { type FunctionLog, type LocalFunction, type RenewableFunction, threadedFunction } from "./function-thread";

/** Lambda's default. */
const DEFAULT_TIMEOUT_S = 3;
const DEFAULT_MEMORY_MB = 128;
/** A thread takes some 15 MB, and starts again in a tenth of a second. */
const IDLE_MS = 2_000;

/** The functions, by ARN. */
export type Functions<F extends LocalFunction = LocalFunction> = ReadonlyMap<string, F>;

/**
 * Makes functions, loads none yet. Throws TemplateError for a function whose code cannot run here.
 * @param extra variables that the template lacks: the AWS stand-ins' addresses and key
 */
export function makeFunctions(
  { template, assetFolder }: Assembly,
  extra: Readonly<Record<string, string>>,
  log: FunctionLog,
): Functions<RenewableFunction> {
  return new Map(
    template.ofType("AWS::Lambda::Function").map((resource) => {
      const arn = template.attribute(resource.id, "Arn");
      return [arn, makeFunction(resource, { name: template.ref(resource.id), arn, assetFolder, extra, log })];
    }),
  );
}

export function policyFunctions({ template }: Assembly, functions: Functions<RenewableFunction>): readonly PolicyFunction[] {
  return template.ofType("AWS::Lambda::Function").flatMap(({ id, metadata }) => {
    const servedPolicy = metadata(SERVED_POLICY) as ServedPolicy | undefined;
    const lambda = functions.get(template.attribute(id, "Arn"));
    return servedPolicy === undefined || lambda === undefined ? [] : [{ made: servedPolicy, lambda }];
  });
}

export interface PolicyFunction {
  readonly made: ServedPolicy;
  readonly lambda: RenewableFunction;
}

/** The ARN may contain a version or an alias. */
export function functionAt(functions: Functions, arn: string): LocalFunction | undefined {
  return functions.get(arn.split(":").slice(0, UNQUALIFIED_PARTS).join(":"));
}

/** Number of parts before the alias in `arn:aws:lambda:us-east-1:000000000000:function:name:live`. */
const UNQUALIFIED_PARTS = 7;

/** The mapping names the function by name or by ARN. */
export function calledBy(mapping: Resource, functions: Functions): LocalFunction {
  const functionName = mapping.property<string>("FunctionName");
  const calledFunction = [...functions].find(([arn, { name }]) => functionName === arn || functionName === name)?.[1];
  if (calledFunction === undefined)
    throw new TemplateError(`${mapping.id} (${mapping.type}) calls a function that the template does not have.`);
  return calledFunction;
}

interface Surroundings {
  readonly name: string;
  readonly arn: string;
  readonly assetFolder: Assembly["assetFolder"];
  readonly extra: Readonly<Record<string, string>>;
  readonly log: FunctionLog;
}

function makeFunction(resource: Resource, { name, arn, assetFolder, extra, log }: Surroundings): RenewableFunction {
  const code = resource.property<{ S3Key?: string }>("Code");
  const hash = /(?:^|\/)([0-9a-f]+)\.zip$/.exec(code?.S3Key ?? "")?.[1];
  const [module, handlerName] = resource.property<string>("Handler")?.split(".") ?? [];
  if (hash === undefined || module === undefined || handlerName === undefined) {
    throw new TemplateError(`${resource.id} (${resource.type}) has code that cannot be run locally.`);
  }
  const folder = assetFolder(hash);
  const memoryMb = resource.property<number>("MemorySize") ?? DEFAULT_MEMORY_MB;
  return threadedFunction({
    label: resource.id.replace(/[0-9A-F]{8}$/, ""),
    source: { file: join(folder, `${module}.js`), handlerName, functionName: name, memoryMb },
    mostAtOnce: resource.property<number>("ReservedConcurrentExecutions"),
    timeoutMs: (resource.property<number>("Timeout") ?? DEFAULT_TIMEOUT_S) * 1_000,
    idleMs: IDLE_MS,
    env: {
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      GATEHOUSE_FUNCTION_ARN: arn,
      LAMBDA_TASK_ROOT: folder,
      TZ: "UTC",
      ...extra,
      ...resource.property<{ Variables?: Record<string, string> }>("Environment")?.Variables,
    },
    log,
  });
}
