import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { usersNode } from "../support/users-node";

/** A repository with one source and one dependency. */
function makeRepository() {
  const root = mkdtempSync(join(tmpdir(), "gatehouse-sources-"));
  for (const folder of ["bin", "engine", "policy", join("node_modules", "one")]) mkdirSync(join(root, folder), { recursive: true });
  for (const name of readdirSync(join(packageRoot, "bin")).filter((name) => name.endsWith(".cjs")))
    cpSync(join(packageRoot, "bin", name), join(root, "bin", name));
  for (const name of ["esbuild", "tsx"]) symlinkSync(join(packageRoot, "node_modules", name), join(root, "node_modules", name));
  const write = (file: string, text: string) => writeFileSync(join(root, file), text);
  write("index.ts", "export {};\n");
  write("package.json", readFileSync(join(packageRoot, "package.json"), "utf8"));
  write("node_modules/one/index.js", "module.exports = 1;\n");
  write(
    "engine/sum.ts",
    "type Sum = number;\n\n\nexport const sum: Sum = require('one') + 1;\nexport const fail = () => { throw new Error('ü'); };\n",
  );
  write("policy/step.ts", "export default (await0: number) => await0;\n");
  const run = (script: string) => {
    const { stdout, stderr } = spawnSync(usersNode, ["--require", "./bin/typescript.cjs", "--eval", script], {
      cwd: root,
      encoding: "utf8",
    });
    return stdout + stderr;
  };
  const cache = join(root, "node_modules", ".cache", "entra-gatehouse");
  const keptCount = () =>
    readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((name) => /code-.*\/[0-9a-f]{40}$/.test(name)).length;
  return { root, cache, write, run, keptCount, remove: () => rmSync(root, { recursive: true }) };
}

const SUM = 'console.log(require("./engine/sum.ts").sum)';

describe("own sources", () => {
  it("are compiled once, and again after an edit of them or of a dependency", () => {
    const { write, run, keptCount, remove } = makeRepository();
    expect([run(SUM), run(SUM)]).toEqual(["2\n", "2\n"]);
    const count = keptCount();
    // The source, the dependency and esbuild.
    expect(count).toBe(3);
    write("engine/sum.ts", "export const sum: string = 'ü' + require('one');\n");
    expect([run(SUM), run(SUM), keptCount()]).toEqual(["ü1\n", "ü1\n", count]);
    write("node_modules/one/index.js", "module.exports = 5;\n");
    expect([run(SUM), run(SUM)]).toEqual(["ü5\n", "ü5\n"]);
    remove();
  });

  it("stand in traces with their own lines, whether or not they were compiled in this process", () => {
    const { root, run, remove } = makeRepository();
    const trace = 'try { require("./engine/sum.ts").fail() } catch (error) { console.log(error.stack.split("\\n")[1]) }';
    for (let turn = 0; turn < 2; turn += 1) expect(run(trace)).toContain(`${join(root, "engine", "sum.ts")}:5:35`);
    remove();
  });

  it("load without tsx, which loads for other files alone", () => {
    const { run, remove } = makeRepository();
    const tsx = 'console.log(Object.keys(require.cache).some((file) => file.includes("/tsx/")))';
    expect(run(`${SUM}; ${tsx}`)).toBe("2\nfalse\n");
    expect(run(`require("./policy/step.ts"); ${SUM}; ${tsx}`)).toBe("2\ntrue\n");
    remove();
  });

  it("keep nothing in a folder that other users can write", () => {
    const { cache, run, keptCount, remove } = makeRepository();
    run(SUM);
    const [kept = ""] = readdirSync(cache).filter((name) => name.startsWith("code-"));
    rmSync(join(cache, kept), { recursive: true });
    mkdirSync(join(cache, kept));
    chmodSync(join(cache, kept), 0o777);
    expect([run(SUM), keptCount()]).toEqual(["2\n", 0]);
    remove();
  });
});

it.each([
  ["npm start", 'require("./local/start.ts")'],
  ["the command's help", 'process.argv.push("--help"); require("./bin/entra-gatehouse.ts")'],
])("%s loads neither the CDK nor what compiles", (_, script) => {
  const tell = 'process.on("exit", () => console.error("LOADED", Object.keys(require.cache).join(" ")))';
  const args = ["--require", "./bin/typescript.cjs", "--eval", `${tell}; ${script}`];
  // The first run may compile.
  spawnSync(usersNode, args, { cwd: packageRoot });
  const { stderr } = spawnSync(usersNode, args, { cwd: packageRoot, encoding: "utf8" });
  const loaded = stderr.slice(stderr.indexOf("LOADED")).split(" ");
  expect(loaded.length).toBeGreaterThan(20);
  expect(loaded.filter((file) => /\/node_modules\/(aws-cdk-lib|constructs|esbuild|tsx|typescript)\//.test(file))).toEqual([]);
});
