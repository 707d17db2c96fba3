import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appRoot } from "../../lib/app-root";
import { Template, type TemplateSource } from "./template";

/** The CDK app could not be synthesized; the message is what it said. */
export class SynthError extends Error {
  override readonly name = "SynthError";
}

/** The app as `cdk synth` leaves it. */
export interface Assembly {
  readonly template: Template;
  /** Folder of the asset whose hash it is. */
  assetFolder(hash: string): string;
  /** What looks like a mistake in the policy, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Runs bin/app.ts as the CDK command line does, and keeps the result in `outDir`, in place of what was there.
 * Nothing there changes if the app fails.
 * @param signal ends the app
 */
export async function synthesize(policy: string, outDir: string, signal: AbortSignal): Promise<Assembly> {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-synth-"));
  try {
    await runApp(policy, scratch, signal);
    rmSync(outDir, { recursive: true, force: true });
    cpSync(scratch, outDir, { recursive: true });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return readAssembly(outDir);
}

function runApp(policy: string, outDir: string, signal: AbortSignal): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(appRoot, "cdk.json"), "utf8")) as { context: object };
  const env = { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify({ ...context, policy, console: "local" }) };
  const app = spawn(process.execPath, ["--import", "tsx", join("bin", "app.ts")], {
    cwd: appRoot,
    env,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    app.on("error", reject);
    app.on("close", (code) => (code === 0 ? resolve() : reject(new SynthError(withoutProgress(output)))));
  });
}

/** What the app said but for the lines it prints when all is well. */
function withoutProgress(output: string): string {
  const lines = output.split("\n").filter((line) => !/^(Bundling asset |npm (warn|notice) )/.test(line));
  return lines.join("\n").trim() || "The CDK app failed and did not say why.";
}

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
  const [stack, ...others] = stacks;
  if (stack === undefined || others.length > 0) throw new SynthError("bin/app.ts has to make exactly one stack to be served locally.");
  const [name, { properties, additionalMetadataFile }] = stack;
  const metadata = additionalMetadataFile === undefined ? {} : read<Metadata>(additionalMetadataFile);
  return {
    template: new Template(name, read<TemplateSource>(properties?.templateFile ?? `${name}.template.json`)),
    assetFolder: (hash) => join(outDir, `asset.${hash}`),
    warnings: policyWarnings(metadata),
  };
}

/** The stack marks its warnings about the policy with an id that begins gatehouse:policy. */
function policyWarnings(metadata: Metadata): readonly string[] {
  const texts = Object.values(metadata)
    .flat()
    .flatMap(({ type, data }) => (type === "aws:cdk:warning" ? [String(data)] : []));
  return texts.filter((text) => text.includes("[ack: gatehouse:policy")).map((text) => text.replace(/\s*\[ack: [^\]]*\]/, ""));
}
