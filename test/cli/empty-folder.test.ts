import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-empty-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("in an empty folder, a command says in one line what to run, and writes nothing", () => {
  it.each([
    {
      args: ["start"],
      says: `${folder} is empty: make an app by "init .", or run start at a terminal, which makes one.`,
    },
    {
      args: ["test"],
      says: `There is no policy folder policy. ${folder} holds no app: "init DIR" makes one in an empty folder.`,
    },
  ])("$args", ({ args, says }) => {
    const command = [join(packageRoot, "bin", "entra-gatehouse.mjs"), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: `${says}\n` });
    expect(readdirSync(folder)).toEqual([]);
  });
});
