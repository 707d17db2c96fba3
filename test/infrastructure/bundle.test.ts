import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, Stack } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Asset } from "aws-cdk-lib/aws-s3-assets";
import { packageRoot } from "../../lib/app-root";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type BundleOptions, buildBundle, sourceFile } from "../../lib/resources/bundle";
import { gatehouseFunction } from "../../lib/resources/gatehouse-function";
import { stepBundle } from "../../lib/sign-up/step-bundle";
import { policyFolder } from "../support/policy-folder";

/** What `require` loads by. */
const loader = Module as unknown as { _load(name: string): unknown };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-bundle-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, source: string) => {
  writeFileSync(join(folder, name), source);
  return join(folder, name);
};

/** The hash of a bundle built anew, in an app of its own, and its text. */
function built(options: BundleOptions): { readonly hash: string; readonly text: string } {
  const outdir = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
  const lambda = gatehouseFunction(new Stack(new App({ outdir }), "Bundles"), "Function", {
    ...options,
    service: "Bundles",
    description: "bundled",
    logRetention: RetentionDays.ONE_DAY,
    tracing: false,
    timeout: Duration.seconds(1),
  });
  const hash = (lambda.node.findChild("Code") as Asset).assetHash;
  const text = readFileSync(join(outdir, `asset.${hash}`, "index.js"), "utf8");
  rmSync(outdir, { recursive: true });
  return { hash, text };
}

describe("a bundle of the app under npm start", () => {
  const source = 'import { text } from "./text"; export const handler = (): string => text;';
  const kept = () => vi.stubEnv("GATEHOUSE_KEPT_BUNDLES", join(folder, "kept"));
  let quiet: { mockRestore(): void };
  beforeEach(() => {
    quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    write("text.ts", 'export const text = "first";');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    quiet.mockRestore();
  });

  it("is reused from an earlier run, byte for byte, until a source file changes", () => {
    const entry = write("one.ts", source);
    const plain = built({ entry });
    kept();
    expect([built({ entry }), built({ entry })]).toEqual([plain, plain]);
    const [file = ""] = readdirSync(join(folder, "kept"));
    const { inputs } = JSON.parse(readFileSync(join(folder, "kept", file), "utf8"));
    writeFileSync(join(folder, "kept", file), JSON.stringify({ text: "exports.handler = 1;", inputs }));
    expect(built({ entry }).text).toBe("exports.handler = 1;");
    expect(built({ entry, keepNames: true }).text).toContain("first");
    write("text.ts", 'export const text = "second";');
    expect(built({ entry }).text).toContain("second");
  });

  it.each([
    { where: "it has a policy", options: () => ({ entry: write("two.ts", source), aliases: { "#policy/x": join(folder, "text.ts") } }) },
    { where: "what was kept is damaged", options: () => ({ entry: write("two.ts", source) }) },
  ])("is built anew if $where", ({ options }) => {
    kept();
    built(options());
    for (const file of existsSync(join(folder, "kept")) ? readdirSync(join(folder, "kept")) : []) write(join("kept", file), "{");
    expect(built(options()).text).toContain("first");
  });

  it("is built even if it cannot be saved", () => {
    const entry = write("one.ts", source);
    vi.stubEnv("GATEHOUSE_KEPT_BUNDLES", join(entry, "not-a-folder"));
    expect(built({ entry }).text).toContain("first");
  });
});

describe("a policy that its function cannot load", () => {
  const rule = 'export default beforeCreateUser([onlyDomains(["contoso.com", ...more])], { trust: "any" });\n';
  const imports = 'import { beforeCreateUser, onlyDomains } from "entra-gatehouse";\n';

  it.each([
    {
      of: "a file that it reads as it loads",
      source: `import { readFileSync } from "node:fs";\nconst more = [readFileSync(__dirname + "/domains.txt", "utf8")];\n`,
      says: /before-create-user\.ts does not load as a function: ENOENT: no such file or directory, open 'domains\.txt'\.\nA function holds what its policy imports, and no other file: import the data/,
    },
    {
      of: "the CDK app's exports",
      source: 'import { more } from "./names";\n',
      says: /names\.ts:1: entra-gatehouse\/cdk is for the CDK app: a policy imports from "entra-gatehouse"\.$/,
    },
    {
      of: "a package that only its types stand for",
      source: 'const more: string[] = [];\nexport const later = () => require("@contoso/names/list");\n',
      says: /before-create-user\.ts:3: Could not resolve "@contoso\/names\/list"\.\nIs it a package that is not installed yet\? Run "npm install @contoso\/names"\.$/,
    },
  ])("is refused: $of", ({ source, says }) => {
    const names = 'import { readSettings } from "entra-gatehouse/cdk";\nexport const more = [readSettings.name.toLowerCase() + ".com"];\n';
    const files = { "names.ts": names, "domains.txt": "fabrikam.com" };
    const policy = policyFolder({ "before-create-user.ts": `${imports}${source}${rule}`, ...files });
    const [step] = loadPolicyFolder(policy) as [PolicyStep];
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    expect(() => built(stepBundle(step, step.step))).toThrow(
      expect.objectContaining({ name: "PolicyError", message: expect.stringMatching(says) }),
    );
    quiet.mockRestore();
  });
});

describe("a bundle", () => {
  it("has a hash that depends on its content and not on its file's name", () => {
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const first = built({ entry: write("one.ts", 'export const handler = (): string => "one";') });
    const same = built({ entry: write("copy.ts", 'export const handler = (): string => "one";') });
    const other = built({ entry: write("two.ts", 'export const handler = (): string => "two";') });
    quiet.mockRestore();
    expect(same.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
    expect(first.text).not.toContain(packageRoot);
  });

  it.each([
    { folder: "policy", holds: "step-needs" },
    { folder: "samples/policies/partner-numbers", holds: "step-needs" },
    { folder: "test/infrastructure/policies/no-list", holds: "no-step-needs" },
  ])("holds the code that its step's rules need: for $folder, $holds", ({ folder, holds }) => {
    for (const each of loadPolicyFolder(folder))
      expect(stepBundle(each, each.step).aliases).toMatchObject({ "#step-needs": sourceFile("features", holds) });
  });

  it("holds this package only once, even if the policy imports it by name", () => {
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const marker = "a text of the rule alone";
    const rule = write("rule.ts", `export { accessList } from "entra-gatehouse"; export const marker = "${marker}";`);
    const entry = write(
      "entry.ts",
      'import { accessList, marker } from "#policy/x"; export const handler = () => [accessList().name, marker];',
    );
    const { text } = built({ entry, aliases: { "#policy/x": rule } });
    quiet.mockRestore();
    expect(text.split(marker)).toHaveLength(2);
    expect(text).not.toMatch(/require\("(entra-gatehouse|\.)/);
  });

  it("holds only its own step's rules, even if admit() wrote the rules of both steps", () => {
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const texts = loadPolicyFolder("samples/policies/who-invited").map(
      (each) => [each.step, built(stepBundle(each, each.step)).text] as const,
    );
    quiet.mockRestore();
    const has = (code: RegExp) => texts.flatMap(([step, text]) => (code.test(text) ? step : []));
    expect(has(/only-domains/)).toEqual(["after-sign-in", "before-create-user"]);
    expect(has(/"limit\.reached"/)).toEqual(["before-create-user"]);
    expect(has(/"invitation\.address-unproven"/)).toEqual(["before-create-user"]);
  });

  it("holds the list of public suffixes only for a limit by organisation", () => {
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const sizeBy = (by: string) => {
      const rules = `[accessList({ otherwise: "continue" }), limit({ by: "${by}", windows: [{ max: 20, per: "1h" }] })]`;
      const folder = policyFolder({
        "before-create-user.ts": `import { accessList, beforeCreateUser, limit } from "entra-gatehouse";\nexport default beforeCreateUser(${rules}, { trust: "any" });\n`,
      });
      return loadPolicyFolder(folder).flatMap((each) => built(stepBundle(each, each.step)).text.length)[0] ?? 0;
    };
    const [domain, organisation] = [sizeBy("domain"), sizeBy("organisation")];
    quiet.mockRestore();
    expect(organisation - domain).toBeGreaterThan(30_000);
    expect(sizeBy("gate") - domain).toBeLessThan(100);
  });

  it("holds the code of stages only for a policy with stages", () => {
    const quiet = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const of = (policy: string) =>
      loadPolicyFolder(`samples/policies/${policy}`).flatMap((each) =>
        each.step === "before-create-user" ? [built(stepBundle(each, each.step)).text] : [],
      )[0] ?? "";
    const [without, withStages] = [of("approval-continue"), of("stages")];
    quiet.mockRestore();
    const code = /name too few people|is no app role/;
    expect([code.test(withStages), code.test(without)]).toEqual([true, false]);
    // The members of the row alone are in both.
    expect(withStages.length - without.length).toBeGreaterThan(5_000);
  });
});

it("the source files of functions are found by name", () => {
  expect(existsSync(sourceFile("lambda", "authorizer"))).toBe(true);
  expect(sourceFile("lambda", "authorizer")).toBe(join(packageRoot, "lambda", "authorizer.ts"));
  expect(() => sourceFile("lambda", "nowhere")).toThrow(/There is no source of a function at .*nowhere/);
});

it("bundling fails without esbuild, and the error gives the command that installs it", () => {
  const without = vi.spyOn(loader, "_load").mockImplementation(() => {
    throw new Error("Cannot find module 'esbuild'");
  });
  expect(() => buildBundle({ entry: "nowhere.ts" })).toThrow(
    'Gatehouse needs esbuild to bundle its functions: run "npm install --save-dev esbuild", then try again.',
  );
  without.mockRestore();
});
