import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { classNames } from "../features/access-list/entry";
import { extensionRoutes } from "../features/external-tenant/extension-caller";
import { packageRoot } from "../lib/app-root";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { loadPolicyFolder, type PolicyStep } from "../lib/policy-folder/policy-folder";
import { gatehouseFunction } from "../lib/resources/gatehouse-function";
import { LOCAL_EXTERNAL_TENANT } from "../lib/stage";

export type Variant = "gatehouse" | "sdk";

export interface Bundle {
  /** The function's file in `lambda/`, without extension. */
  readonly name: string;
  readonly variant: Variant;
  readonly file: string;
  readonly bytes: number;
}

interface Measured {
  readonly name: string;
  /** Absent for the authorizer. */
  readonly policy?: PolicyStep;
}

function makeBundles(folder: string): readonly Bundle[] {
  const outdir = join(folder, "cdk.out");
  const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8"));
  const app = new App({ outdir, context });
  const policy = loadPolicyFolder("policy");
  const measuredFunctions: readonly Measured[] = [
    ...policy.map((each) => ({ name: each.step, policy: each })),
    ...policy.map((each) => ({ name: extensionRoutes[each.step], policy: each })),
    { name: "authorizer" },
  ];
  const { steps, extension, credentials } = new GatehouseStack(app, "Gatehouse", { policy, externalTenant: LOCAL_EXTERNAL_TENANT })
    .gatehouse;
  const ours = [...steps, ...(extension?.steps ?? []), credentials].map(({ function: fn }) => fn as LambdaFunction);
  const bundles = measuredFunctions.map(({ name }, index) => ({
    fn: ours[index] as LambdaFunction,
    variant: "gatehouse" as Variant,
    name,
  }));

  const source = sourceWithSdk(join(folder, "source"));
  const sdk = new Stack(app, "Sdk");
  bundles.push(...measuredFunctions.map((each) => ({ fn: sdkFunction(sdk, each, source), variant: "sdk" as const, name: each.name })));
  app.synth();
  return bundles.map(({ fn, variant, name }) => {
    const { s3Key } = Stack.of(fn).resolve((fn.node.defaultChild as CfnFunction).code) as { s3Key: string };
    const file = join(outdir, `asset.${s3Key.replace(/\.zip$/, "")}`, "index.js");
    return { name, variant, file, bytes: statSync(file).size };
  });
}

/** @param source a copy of the sources with the SDK */
function sdkFunction(stack: Stack, { name, policy }: Measured, source: string): LambdaFunction {
  return gatehouseFunction(stack, name, {
    service: "sdk",
    logRetention: RetentionDays.ONE_DAY,
    tracing: false,
    description: name,
    entry: join(source, "lambda", `${name}.ts`),
    environment: {},
    timeout: Duration.seconds(19),
    aliases: {
      ...(policy && { [`#policy/${policy.step}`]: policy.file }),
      "entra-gatehouse": join(source, "index.ts"),
      "#step-needs": join(source, "features", "step-needs.ts"),
    },
    define: Object.fromEntries(classNames.map((name) => [`GATEHOUSE_DATA_${name.toUpperCase()}`, '"absent"'])),
  });
}

function sourceWithSdk(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    "lambda",
    "handlers",
    "console",
    "adapters",
    "engine",
    "features",
    "index.ts",
    "policy",
    "tsconfig.json",
    "package.json",
    "package-lock.json",
  ]) {
    cpSync(join(packageRoot, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  useSdk(join(folder, "adapters", "aws", "world-parts.ts"));
  return folder;
}

function useSdk(world: string): void {
  const source = readFileSync(world, "utf8");
  const changedSource = source.replace("tables: awsClient(dynamodb, limits)", "tables: sdkTables(limits)");
  if (changedSource === source) throw new Error(`${world} makes the steps' tables in another way.`);
  writeFileSync(world, `import { sdkTables } from "./sdk-tables";\n${changedSource}`);
}

// This file runs in a process of its own, so that the bundler's output appears only if it fails.
console.log(JSON.stringify(makeBundles(resolve(process.argv[2] ?? "cdk.out"))));
