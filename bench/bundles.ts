import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { type CfnFunction, type Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { classNames } from "../engine/access-list/entry";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { packageRoot } from "../lib/package-root";
import { loadPolicyFolder, type PolicyStep } from "../lib/policy-folder/policy-folder";
import { sourceFile } from "../lib/resources/bundle";
import { gatehouseFunction } from "../lib/resources/gatehouse-function";

/** How a step's function was bundled, and over which client it reaches DynamoDB. */
export type Variant = "gatehouse" | "alone" | "plain" | "plain-sdk";

export interface Bundle {
  readonly step: string;
  readonly variant: Variant;
  /** The bundle's one file. */
  readonly file: string;
  readonly bytes: number;
}

/** Bundles every step of the shipped policy in every variant, in a folder of one's own. */
function makeBundles(folder: string): readonly Bundle[] {
  const outdir = join(folder, "cdk.out");
  const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8"));
  const app = new App({ outdir, context });
  const policy = loadPolicyFolder("policy");
  const { steps } = new GatehouseStack(app, "Gatehouse", { policy }).gatehouse;
  const made = steps.map(({ function: fn }, index) => ({ fn, variant: "gatehouse" as Variant, step: policy[index]?.step ?? "" }));

  const alone = new Stack(app, "Alone");
  const offer = offerOf(policy, join(folder, "offer.ts"));
  made.push(...policy.map((each) => ({ fn: aloneFunction(alone, each, offer), variant: "alone" as const, step: each.step })));
  const plain = new Stack(app, "Plain");
  for (const variant of ["plain", "plain-sdk"] as const) {
    const source = copyOfSource(join(folder, variant), variant);
    made.push(...policy.map(({ step }) => ({ fn: plainFunction(plain, source, variant, step), variant, step })));
  }
  app.synth();
  return made.map(({ fn, variant, step }) => {
    const file = join(outdir, assetFolder(fn), "index.js");
    return { step, variant, file, bytes: statSync(file).size };
  });
}

/** The step's function as the stack makes it, but for a package that offers the rules of the shipped policy and no others. */
function aloneFunction(stack: Stack, { step, file }: PolicyStep, offer: string): LambdaFunction {
  return gatehouseFunction(stack, step, {
    service: "alone",
    logRetention: RetentionDays.ONE_DAY,
    tracing: false,
    description: step,
    entry: sourceFile("lambda", step),
    environment: {},
    timeout: Duration.seconds(19),
    aliases: { [`#policy/${step}`]: file, "entra-gatehouse": offer },
    define: Object.fromEntries(classNames.map((name) => [`process.env.GATEHOUSE_DATA_${name.toUpperCase()}`, '"absent"'])),
  });
}

/** Writes an index of what a policy imports from the package. */
function offerOf(policy: readonly PolicyStep[], file: string): string {
  const imported = policy.flatMap((each) => namesIn(readFileSync(each.file, "utf8"), /import \{([^}]*)\} from "entra-gatehouse"/g));
  const index = readFileSync(join(packageRoot, "index.ts"), "utf8");
  const lines = [...index.matchAll(/export \{([^}]*)\} from "\.\/([^"]*)"/g)].flatMap(([line, , path]) => {
    const names = namesIn(line, /\{([^}]*)\}/g).filter((name) => imported.includes(name));
    return names.length === 0 ? [] : [`export { ${names.join(", ")} } from "${join(packageRoot, path as string)}";`];
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join("\n"));
  return file;
}

function namesIn(text: string, list: RegExp): readonly string[] {
  return [...text.matchAll(list)].flatMap(([, names]) => (names as string).split(",").map((name) => name.trim()));
}

/** The handler as NodejsFunction bundles it when told nothing but to take the SDK in. */
function plainFunction(stack: Stack, source: string, variant: Variant, step: string): NodejsFunction {
  return new NodejsFunction(stack, `${variant}-${step}`, {
    entry: join(source, "lambda", `${step}.ts`),
    projectRoot: source,
    depsLockFilePath: join(source, "package-lock.json"),
    runtime: Runtime.NODEJS_24_X,
    bundling: { bundleAwsSDK: true },
  });
}

/** A copy of what the handlers are made of, so that another client takes the place of ours without any setting. */
function copyOfSource(folder: string, variant: Variant): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    "lambda",
    "console",
    "adapters",
    "engine",
    "index.ts",
    "policy",
    "tsconfig.json",
    "package.json",
    "package-lock.json",
  ]) {
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  if (variant === "plain-sdk") cpSync(join(packageRoot, "bench", "sdk-client.ts"), join(folder, "adapters", "aws", "client.ts"));
  return folder;
}

function assetFolder(fn: LambdaFunction): string {
  const { s3Key } = Stack.of(fn).resolve((fn.node.defaultChild as CfnFunction).code) as { s3Key: string };
  return `asset.${s3Key.replace(/\.zip$/, "")}`;
}

// A process of its own: what the bundler prints stays out of the report unless it fails.
console.log(JSON.stringify(makeBundles(resolve(process.argv[2] ?? "cdk.out"))));
