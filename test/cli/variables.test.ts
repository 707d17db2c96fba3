import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeUnknownVariables, variables } from "../../cli/environment";
import { packageRoot } from "../../lib/app-root";
import { gatehouse } from "./support";

describe("a variable that no code reads is reported", () => {
  it.each([
    { name: "GATEHOUSE_PASWORD", told: ["Nothing reads the variable GATEHOUSE_PASWORD. Did you mean GATEHOUSE_PASSWORD?"] },
    { name: "GATEHOUSE_USER", told: ["Nothing reads the variable GATEHOUSE_USER. docs/cli.md lists those that are read."] },
    { name: "GATEHOUSE_DEBUG", told: [] },
    { name: "GATEHOUSE_ENDPOINT_IDOLOGY", told: [] },
    { name: "MY_GATEHOUSE_TABLE", told: [] },
  ])("$name", ({ name, told }) => expect(describeUnknownVariables({ [name]: "x" })).toEqual(told));

  it("by a command, beside its output", async () => {
    process.env.GATEHOUSE_STAG = "test";
    const { exitCode, stderr } = await gatehouse("--version");
    delete process.env.GATEHOUSE_STAG;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "Nothing reads the variable GATEHOUSE_STAG. Did you mean GATEHOUSE_STAGE?\n",
    });
  });
});

it.each(variables)("docs/cli.md lists %s in its table", (name) => {
  const rows = readFileSync(join(packageRoot, "docs", "cli.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `GATEHOUSE_"));
  expect(rows.filter((row) => row.includes(`\`${name}\``))).not.toEqual([]);
});
