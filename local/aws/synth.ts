import { type SpawnOptionsWithStdioTuple, type StdioNull, type StdioPipe, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appRoot, KEPT_BUNDLES, packageRoot } from "../../lib/app-root";
import { describeFailure } from "../../lib/errors";
import { policyPath } from "../../lib/policy-folder/policy-files";
import { RELEASE_POLICY, RELEASE_STACK, RELEASE_TEMPLATE, unpackZip } from "../../lib/release/release";
import { DEFAULT_POLICY } from "../terminal/options";
import { placeAssembly } from "./place-assembly";
import { folderOfGate, Template, type TemplateSource } from "./template";

/** The message is the app's output. */
export class SynthError extends Error {
  override readonly name = "SynthError";
}

export interface Assembly {
  readonly template: Template;
  assetFolder(hash: string): string;
  /** Returns a gate's policy folder, absolute; undefined if there is no such gate. */
  folderOf(gate: string | undefined): string | undefined;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

interface SynthOptions {
  readonly policy: string;
  readonly outDir: string;
  readonly signal: AbortSignal;
  /** Announces that the app will run. It is not called if an earlier result is used. */
  readonly onBuild: () => void;
}

/**
 * If an earlier run had the same inputs, uses its result; otherwise, runs the app. If the app fails, the earlier result in `outDir`
 * remains.
 */
export async function synthesize({ policy, outDir, signal, onBuild }: SynthOptions): Promise<Assembly> {
  const make = (outputFolder: string) => {
    onBuild();
    return runApp(policy, outputFolder, signal);
  };
  // Your own app runs at each start, because its inputs are unknown.
  const root = appRoot === packageRoot ? appRoot : undefined;
  await placeAssembly({ root, policy: policyPath(policy), outDir }, make);
  return readAssembly(outDir);
}

type Piped = SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe>;

function runApp(policy: string, outputFolder: string, signal: AbortSignal): Promise<void> {
  const { command, context } = readCdkJson();
  const env = {
    ...process.env,
    CDK_OUTDIR: outputFolder,
    [KEPT_BUNDLES]: join(appRoot, "node_modules", ".cache", "entra-gatehouse", "bundles"),
    // The CDK's check of templates takes seconds and matters only for a deployment: `cdk synth` and `cdk deploy` run it.
    CDK_VALIDATION: "false",
    CDK_CONTEXT_JSON: JSON.stringify({
      ...context,
      // The template is not sent to CloudFormation, so an app that is too large for one stack works too.
      "@aws-cdk/core:stackResourceLimit": 0,
      ...(policy !== DEFAULT_POLICY && { policy }),
      console: "local",
    }),
  };
  const options: Piped = { cwd: appRoot, env, signal, stdio: ["ignore", "pipe", "pipe"] };
  // If the command is a plain `node …`, the app is started without a shell, so that the signal reaches the app itself.
  const [, words] = /^node ([\w./@ -]+)$/.exec(command) ?? [];
  const app =
    words === undefined ? spawn(command, { ...options, shell: true }) : spawn(process.execPath, words.trim().split(/ +/), options);
  let output = "";
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    app.on("error", reject);
    app.on("close", (code) => {
      if (code === 0) return resolve();
      const lines = output.split("\n").filter((line) => !/^(Bundling asset |npm (warn|notice) )/.test(line));
      reject(new SynthError(describeFailure(lines.join("\n").trim() || "The CDK app failed and did not say why.")));
    });
  });
}

/** Reads cdk.json as the CDK does. Throws SynthError if the folder holds no app. */
export function readCdkJson(): { readonly command: string; readonly context: object } {
  const file = join(appRoot, "cdk.json");
  if (!existsSync(file))
    throw new SynthError(`There is no cdk.json in ${appRoot}: run this in the folder of your CDK app, or make one with init.`);
  const { app, context = {} } = JSON.parse(readFileSync(file, "utf8")) as { app?: unknown; context?: object };
  if (typeof app !== "string")
    throw new SynthError(`${file} does not say how to run the app: give it "app": "node --import entra-gatehouse/typescript bin/app.ts".`);
  return { command: app, context };
}

/** Each Gatehouse has one output whose name ends with this text. */
const A_GATEHOUSE_HAS = "PersonKeySecret";

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly templateFile?: string };
  readonly additionalMetadataFile?: string;
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

function readAssembly(outDir: string): Assembly {
  const read = <T>(file: string) => JSON.parse(readFileSync(join(outDir, file), "utf8")) as T;
  const stacks = Object.entries(read<Manifest>("manifest.json").artifacts).filter(([, { type }]) => type === "aws:cloudformation:stack");
  const gatehouses = stacks.flatMap(([name, artifact]) => {
    const source = read<TemplateSource>(artifact.properties?.templateFile ?? `${name}.template.json`);
    const markers = Object.keys(source.Outputs ?? {}).filter((key) => key.endsWith(A_GATEHOUSE_HAS));
    // The prefix is the construct's name, or empty.
    return markers.map((key) => ({ name, artifact, source, prefix: key.slice(0, -A_GATEHOUSE_HAS.length) }));
  });
  const [found, ...others] = gatehouses;
  if (found === undefined) throw new SynthError("The app has no Gatehouse to serve: add one to a stack of it.");
  if (others.length > 0) {
    const names = gatehouses.map(({ name, prefix }) => [name, prefix].filter(Boolean).join("/"));
    throw new SynthError(
      `The app has ${names.length} Gatehouses (${names.join(", ")}), but only one can be served: let the app make only that one where its context says "console": "local".`,
    );
  }
  const { name, artifact, source, prefix } = found;
  const metadata = artifact.additionalMetadataFile === undefined ? {} : read<Metadata>(artifact.additionalMetadataFile);
  const template = new Template(name, source, prefix);
  return {
    template,
    assetFolder: (hash) => join(outDir, `asset.${hash}`),
    folderOf: folderOfGate(template),
    warnings: policyWarnings(metadata),
  };
}

function policyWarnings(metadata: Metadata): readonly string[] {
  const texts = Object.values(metadata)
    .flat()
    .flatMap(({ type, data }) => (type === "aws:cdk:warning" ? [String(data)] : []));
  return texts.filter((text) => text.includes("[ack: gatehouse:policy")).map((text) => text.replace(/\s*\[ack: [^\]]*\]/, ""));
}

/** The schedule that looks whether streams are on. Streams are always on here, so an app under `npm start` has no such schedule either. */
const WATCH_OF_STREAMS = /^TrailReaderSchedule/;

/** Reads the template of a release, and unpacks the code of its functions into `outDir`. Throws SynthError. */
export function readRelease(folder: string, outDir: string): Assembly {
  const file = join(folder, RELEASE_TEMPLATE);
  if (!existsSync(file)) throw new SynthError(`There is no ${RELEASE_TEMPLATE} in ${folder}: name the folder of a release.`);
  rmSync(outDir, { recursive: true, force: true });
  const zips = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.zip$/.test(name));
  for (const name of zips) {
    const zip = readFileSync(join(folder, name));
    const hash = createHash("sha256").update(zip).digest("hex");
    if (name !== `${hash}.zip`) throw new SynthError(`${join(folder, name)} is not what its name says: download the release again.`);
    const codeFolder = join(outDir, `asset.${hash}`);
    mkdirSync(codeFolder, { recursive: true });
    for (const [path, content] of unpackZip(zip)) writeFileSync(join(codeFolder, path), content);
  }
  const source = JSON.parse(readFileSync(file, "utf8")) as TemplateSource;
  const served = Object.entries(source.Resources).filter(([id]) => !WATCH_OF_STREAMS.test(id));
  return {
    template: new Template(RELEASE_STACK, { ...source, Resources: Object.fromEntries(served) }),
    assetFolder: (hash) => join(outDir, `asset.${hash}`),
    // The release does not hold the policy's sources; this package has them for the simulator's pages.
    folderOf: () => join(packageRoot, RELEASE_POLICY),
    warnings: [],
  };
}
