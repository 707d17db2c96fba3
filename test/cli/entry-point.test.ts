import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appFiles } from "../../features/init/verbs/app-files";
import { packageRoot } from "../../lib/app-root";
import { usersNode } from "../support/users-node";
import { admitted } from "./records";
import { startInstance } from "./support";

const script = join(packageRoot, "bin", "entra-gatehouse.mjs");
const command = [script];
const initiated = appFiles({ name: "app", packed: "entra-gatehouse.tgz", packageManager: "npm" });

it("the command line tool runs as a program of its own", () => {
  expect(() => accessSync(script, constants.X_OK)).not.toThrow();
  const { status, stdout, stderr } = spawnSync(usersNode, [...command, "--help"], { cwd: packageRoot, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("Usage: npm run gate --");
});

it("the command line tool runs no code that another user of the machine may have compiled", () => {
  const shared = mkdtempSync(join(tmpdir(), "gatehouse-shared-"));
  const env = { ...process.env, TMPDIR: shared, TMP: shared, TEMP: shared, TSX_DISABLE_CACHE: "" };
  for (const program of [
    [script],
    [join("scripts", "start.mjs")],
    ["--require", "./bin/typescript.cjs", "bin/entra-gatehouse.ts"],
    ["--import", "./bin/typescript.mjs", "bin/entra-gatehouse.ts"],
    // As the CDK loads an app: this one, and one that `init` makes.
    ...[readFileSync(join(packageRoot, "cdk.json"), "utf8"), initiated["cdk.json"] ?? ""].map((text) =>
      (JSON.parse(text) as { app: string }).app.replace(/^node (.+) bin\/app\.ts$/, "$1 bin/entra-gatehouse.ts").split(" "),
    ),
  ])
    spawnSync(usersNode, [...program, "--help"], { cwd: packageRoot, env });
  expect(readdirSync(shared)).toEqual([]);
  rmSync(shared, { recursive: true });
});

it("the command line tool reports a missing network in one sentence", () => {
  const { status, stdout, stderr } = spawnSync(usersNode, [...command, "list", "show", "--region", "eu-west-1"], {
    cwd: packageRoot,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^There is no connection: .*\n$/);
});

it("the command line tool ends without an error if its reader closes the pipe", async () => {
  const instance = await startInstance();
  const entries = Array.from({ length: 600 }, (_, index) => `person${index}@example.com`);
  await instance.putRows(entries.map((entry) => ({ entry, effect: "deny", note: "n".repeat(200) })));
  const child = spawn(usersNode, [...command, "list", "show", ...instance.local], { cwd: packageRoot });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  await instance.close();
});

it("the command line tool, like the gate, continues if a rule leaves an unhandled failure", async () => {
  const instance = await startInstance();
  await instance.decisions.keep(admitted("kim", 1), 90);
  const ran = (...args: string[]) =>
    new Promise((resolve) => {
      const policy = ["--policy", "test/cli/policies/unawaited", ...instance.local];
      const child = spawn(usersNode, [...command, ...args, ...policy], { cwd: packageRoot });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk) => {
        stdout += chunk;
      });
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      child.on("close", (status) => resolve({ status, stdout, stderr }));
    });
  expect(await ran("preview", "--fail-on", "unclear")).toEqual({
    status: 0,
    stdout: expect.stringContaining("Unchanged: 1"),
    stderr: "",
  });
  expect(await ran("why", "kim@contoso.com")).toEqual({
    status: 0,
    stdout: expect.stringContaining("would be let in"),
    stderr: "",
  });
  await instance.close();
});
