import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "../../../lib/app-root";
import { filesThatCount, synthInputs } from "../../../local/aws/synth-inputs";

describe("the inputs of a synthesis", () => {
  let root: string;
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "gatehouse-inputs-"));
    for (const file of ["cdk.json", "policy/before-create-user.ts", "lib/a.ts", "lambda/b.ts", "node_modules/.package-lock.json"]) {
      write(file, "1");
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const env = { PATH: "/bin", HOME: "/home/kim" };
  const inputs = (variables: NodeJS.ProcessEnv = env) => synthInputs(root, join(root, "policy"), variables);

  it("stay equal in any terminal if no input changes", () => {
    const before = inputs();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    write("lib/a.ts", "1");
    write(".local/log.jsonl", "2");
    write("test/c.test.ts", "2");
    expect(inputs({ ...env, TERM: "xterm", COLUMNS: "80", npm_lifecycle_event: "start", SHLVL: "3", TMPDIR: "/tmp/elsewhere" })).toBe(
      before,
    );
    expect(inputs({ ...env, TMUX_PANE: "%3", VSCODE_PID: "7", NODE: "/bin/node", COLOR: "1" })).toBe(before);
    expect(inputs({ ...env, GATEHOUSE_USERNAME: "kim", GATEHOUSE_PASSWORD: "secret", GOGC: "400" })).toBe(before);
    const npms = ["/app/node_modules/.bin", "/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin"];
    expect(inputs({ ...env, PATH: [...npms, "/bin"].join(delimiter) })).toBe(before);
    expect(inputs({ ...env, PATH: ["/app/bin", "/bin"].join(delimiter) })).not.toBe(before);
  });

  it.each([
    ["the policy", "policy/before-create-user.ts"],
    ["a file that the policy may import", "policy/lists/new.ts"],
    ["the settings", "cdk.json"],
    ["a construct", "lib/a.ts"],
    ["a function", "lambda/b.ts"],
    ["a new folder", "shared/new.ts"],
    ["the installed packages", "node_modules/.package-lock.json"],
  ])("differ if %s changes", (_, file) => {
    const before = inputs();
    write(file, "2");
    expect(inputs()).not.toBe(before);
  });

  it("differ if a file is missing, or if a variable or the policy differs", () => {
    const before = inputs();
    expect(inputs({ ...env, NODE_OPTIONS: "--conditions=x" })).not.toBe(before);
    expect(inputs({ ...env, GATEHOUSE_STAGE: "test" })).not.toBe(before);
    expect(synthInputs(root, join(root, "lib"), env)).not.toBe(before);
    rmSync(join(root, "lib", "a.ts"));
    expect(inputs()).not.toBe(before);
  });

  it("are unknown for a policy outside the repository", () => {
    expect(synthInputs(root, tmpdir(), env)).toBeUndefined();
  });

  it("include every file of the repository that the app and the functions are built from", async () => {
    const policy = join(packageRoot, "policy");
    const counted = new Set(filesThatCount(packageRoot, policy));
    const entryPoints = ["bin/app.ts", "lambda/*.ts", "policy/*.ts", "console/app/*.ts"];
    const { metafile } = await build({
      absWorkingDir: packageRoot,
      entryPoints,
      bundle: true,
      packages: "external",
      external: ["#policy/*", "#gates", "#step-needs"],
      platform: "node",
      outdir: "dist",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const read = Object.keys(metafile.inputs);
    expect(read.length).toBeGreaterThan(300);
    expect(read.filter((file) => !counted.has(join(packageRoot, file)))).toEqual([]);
  });
});
