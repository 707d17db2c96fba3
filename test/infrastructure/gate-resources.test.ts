import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { everything } from "../support/everything";
import { type SynthOptions, synthesize } from "../support/synth";

const { add: _, ...options } = everything;
const resources = (stack: SynthOptions) => Object.keys(synthesize(stack).template.toJSON().Resources).length;
/** What one more gate with both steps adds. */
const added = (stack: SynthOptions) => resources({ ...stack, gates: { suppliers: { policy: "policy" } } }) - resources(stack);

const page = (name: string) => readFileSync(join(packageRoot, "docs", name), "utf8");
const alone = { ...options, gates: {} };

it("a stack with every option has room for as many gates as docs/gates.md says", () => {
  expect(Math.floor((500 - resources(alone)) / added(alone))).toBe(2);
  expect(page("gates.md")).toContain("With every option on, a stack's 500 resources have room for two.");
});

it("a stack with every option at once needs as many resources as docs/limits.md says", () =>
  expect(page("limits.md")).toContain(`Every option at once, with a second gate, has about ${Math.round(resources(options) / 10) * 10}.`));
