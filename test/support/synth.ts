import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import type { Gatehouse } from "../../lib/gatehouse";
import { GatehouseStack, type GatehouseStackProps } from "../../lib/gatehouse-stack";
import { packageRoot } from "../../lib/package-root";
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
  /** What else hangs on it. */
  readonly add?: (gatehouse: Gatehouse) => void;
}

const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8")) as { context: Record<string, unknown> };

/** Synthesizes the stack as `bin/app.ts` does, cdk-nag included: an unacknowledged finding throws. */
export function synthesize({ folder = "policy", bundle = false, add, ...props }: SynthOptions = {}): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "gatehouse-synth-"));
  const app = new App({ outdir, context: { ...context, ...(bundle ? {} : { "aws:cdk:bundling-stacks": [] }) } });
  const stack = new GatehouseStack(app, "Gatehouse", { policy: loadPolicyFolder(folder), ...props });
  add?.(stack.gatehouse);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // Warnings are returned, not printed.
  const quiet = jest.spyOn(console, "error").mockImplementation(() => undefined);
  app.synth();
  const warnings = Annotations.fromStack(stack)
    .findWarning("*", Match.anyValue())
    .map(({ entry }) => String(entry.data));
  const template = Template.fromStack(stack);
  quiet.mockRestore();
  return { template, gatehouse: stack.gatehouse, warnings, outdir };
}
