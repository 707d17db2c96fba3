import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { packageRoot } from "../../lib/app-root";
import type { Gatehouse } from "../../lib/gatehouse";
import { GatehouseStack, type GatehouseStackProps } from "../../lib/gatehouse-stack";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";

export interface Synthesized {
  readonly template: Template;
  readonly gatehouse: Gatehouse;
  readonly warnings: readonly string[];
  readonly outdir: string;
}

export interface SynthOptions extends Partial<GatehouseStackProps> {
  readonly folder?: string;
  /** Bundling takes a second a function; most assertions do without. */
  readonly bundle?: boolean;
  /** As `-c` gives it. */
  readonly context?: Readonly<Record<string, string>>;
  /** Lets the CDK check the template: see `synth`. */
  readonly check?: boolean;
  /** What else hangs on it. */
  readonly add?: (gatehouse: Gatehouse) => void;
}

const { context: cdkContext } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8")) as { context: Record<string, unknown> };

const made = new Map<string, Synthesized>();

/**
 * The stack as `bin/app.ts` synthesizes it, cdk-nag included: an unacknowledged finding throws. Suites of a worker share what
 * the same options make, so it is for reading alone.
 */
export function synthesize(options: SynthOptions = {}): Synthesized {
  // What is outside the repository a test may have written since.
  if (isAbsolute(options.folder ?? "")) return freshly(options);
  const key = keyOf(options);
  const known = made.get(key) ?? freshly(options);
  made.set(key, known);
  return known;
}

/** Options with functions or constructs in them, each in the place of its number. */
const referred: unknown[] = [];

/** The same text for the same options: plain ones by what they say, those with functions or constructs by which they are. */
function keyOf(options: SynthOptions): string {
  return JSON.stringify(Object.entries(options).map(([name, value]) => [name, isPlain(value) ? value : `reference ${numberOf(value)}`]));
}

/** Whether JSON says all of it. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) && Object.values(value).every(isPlain);
}

function numberOf(value: unknown): number {
  const known = referred.indexOf(value);
  return known < 0 ? referred.push(value) - 1 : known;
}

function freshly({ folder = "policy", bundle = false, check = false, context = {}, add, ...props }: SynthOptions): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "gatehouse-synth-"));
  const app = new App({ outdir, context: { ...cdkContext, ...context, ...(bundle ? {} : { "aws:cdk:bundling-stacks": [] }) } });
  const policy = loadPolicyFolder(folder);
  const stack = new GatehouseStack(app, "Gatehouse", { policy, ...props });
  add?.(stack.gatehouse);
  const { messages } = synth(app, check).getStackArtifact(stack.artifactId);
  const warnings = messages.filter(({ level }) => level === "warning").map(({ entry }) => String(entry.data));
  return { template: Template.fromStack(stack), gatehouse: stack.gatehouse, warnings, outdir };
}

/**
 * Synthesizes an app without a word; throws what cdk-nag finds.
 * @param check lets the CDK check templates by CloudFormation's rules too, and throws what that finds. It takes seconds the
 * first time in a suite: one suite asks for it.
 */
export function synth(app: App, check: boolean): CloudAssembly {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), ...(check ? [new ServerlessChecks(app)] : []));
  process.env.CDK_VALIDATION = String(check);
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    return app.synth();
  } finally {
    quiet.mockRestore();
  }
}
