import { spawnSync } from "node:child_process";
import { version } from "../../package.json";
import { gatehouse } from "./support";

it("tells its version", async () => {
  expect(await gatehouse("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

it.each([
  {
    args: ["--help"],
    shows: [
      "list",
      "test",
      "credentials",
      "Exit codes: 0 done or allowed, 1 failed, 2 denied",
      "audit verify), changes",
      "(list import, list revert)",
      "130 interrupted",
      "used in the wrong way fails: 1",
    ],
  },
  { args: ["list", "--help"], shows: ["add [options] <entry>", "remove", "show", "check"] },
  {
    args: ["list", "add", "--help"],
    shows: ["--effect <effect>", "--stack <name>", "Examples:", "$ npx --no-install entra-gatehouse list add", "Exit codes:"],
  },
  {
    args: ["decisions", "--help"],
    shows: ["--follow", "show [options] <reference>", "$ npx --no-install entra-gatehouse decisions show K7QD-9MXD"],
  },
  {
    args: ["decisions", "show", "--help"],
    shows: ["Usage: entra-gatehouse decisions show [options] <reference>", "--stack <name>", "Examples:"],
  },
  { args: ["explain", "--help"], shows: ["--call", "--attributes <file>", "Examples:", "Exit codes:"] },
  { args: ["preview", "--help"], shows: ["--list <file>", "Examples:", "Exit codes:"] },
  { args: ["person", "--help"], shows: ["export", "erase"] },
  {
    args: ["test", "--help"],
    shows: ["--policy <dir>", "--update", "--watch", "--require-coverage [what]", "cases/*.json", "Examples:", "Exit codes:"],
  },
  ...["simulate", "conform"].map((verb) => ({
    args: [verb, "--help"],
    shows: ["both means after-sign-in", "before-sending-token", "Examples:", "Exit codes:"],
  })),
  { args: ["credentials", "rotate", "--help"], shows: ["--force", "Examples:", "Exit codes:"] },
])("shows help for $args", async ({ args, shows }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const text of shows) expect(stdout).toContain(text);
});

it.each([
  { args: [], says: "Usage: entra-gatehouse" },
  { args: ["list"], says: "Usage: entra-gatehouse list" },
  { args: ["lst"], says: "Did you mean list?" },
  {
    args: ["list", "show", "--frobnicate"],
    says: "unknown option '--frobnicate'\nExamples: npx --no-install entra-gatehouse list show --help",
  },
  { args: ["list", "show", "--\u001b[2J"], says: "\\u001b[2J" },
  { args: ["list", "remove", "one", "two"], says: "too many arguments" },
  { args: ["simulate"], says: "missing required argument 'file'" },
  { args: ["conform", "--step", "nowhere"], says: "Allowed choices are after-sign-in, before-create-user, before-sending-token, both" },
  { args: ["explain", "kim@contoso.com", "--step", "nowhere"], says: "Allowed choices are" },
])("answers 1 to $args", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
});

describe("completion", () => {
  it.each([
    { typed: ["li"], offers: "list" },
    { typed: ["list", "re"], offers: "remove revert" },
    { typed: ["list", "add", "kim@contoso.com", "--effect", ""], offers: "allow deny" },
    { typed: ["list", "add", "kim@contoso.com", "--json", "--eff"], offers: "--effect" },
    { typed: ["list", "add", "kim@contoso.com", "--note", "l"], offers: "" },
    { typed: ["entra", "ro"], offers: "rotate" },
    { typed: ["logs", "--la"], offers: "" },
    { typed: ["completion", ""], offers: "bash zsh fish --help" },
  ])("of $typed offers $offers in bash", async ({ typed, offers }) => {
    const { stdout } = await gatehouse("completion", "bash");
    const words = ["entra-gatehouse", ...typed].map((word) => `"${word}"`).join(" ");
    const script = `${stdout}\nCOMP_WORDS=(${words}) COMP_CWORD=${typed.length}\n_entra_gatehouse\necho "\${COMPREPLY[*]}"`;
    expect(spawnSync("bash", ["-c", script], { encoding: "utf8" })).toMatchObject({ stdout: `${offers}\n`, stderr: "" });
  });

  it.each(["zsh", "fish"])("knows the same words in %s", async (shell) => {
    const { exitCode, stdout } = await gatehouse("completion", shell);
    expect(exitCode).toBe(0);
    for (const word of ["/list/add", '"/list/add --effect"', "allow deny", "--since", "--verbose"]) expect(stdout).toContain(word);
    expect(stdout).not.toContain("--last");
  });
});
