import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Command, Option } from "commander";
import { exitMeanings } from "../../cli/exit-codes";
import { programFor } from "../../cli/main";
import { outputTo } from "../../cli/output";
import { version } from "../../package.json";
import { gatehouse } from "./support";

it("the command prints its version", async () => {
  expect(await gatehouse("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

it.each([
  {
    args: ["--help"],
    shows: [
      "Find out why:",
      "list",
      "test",
      "entra",
      "--help --all shows",
      "Exit codes: 0 done or allowed, 1 failed or used in the wrong way, 2 refused",
      "130 interrupted",
    ],
  },
  { args: ["list", "--help"], shows: ["add [options] <entry>", "remove", "show", "check"] },
  {
    args: ["list", "add", "--help"],
    shows: ["--effect <effect>", "--stack <name>", "Examples:", "$ npm run gate -- list add", "Exit codes:"],
  },
  {
    args: ["decisions", "--help"],
    shows: ["--follow", "show [options] <reference>", "$ npm run gate -- decisions show K7QD-9MXD"],
  },
  {
    args: ["decisions", "show", "--help"],
    shows: ["Usage: npm run gate -- decisions show [options] <reference>", "--stack <name>", "Examples:"],
  },
  { args: ["why", "--help"], shows: ["--call", "--attributes <file>", "Examples:", "Exit codes:"] },
  { args: ["preview", "--help"], shows: ["--list <file>", "Examples:", "Exit codes:"] },
  { args: ["person", "--help"], shows: ["export", "erase"] },
  {
    args: ["test", "--help"],
    shows: ["--policy <dir>", "--update", "--watch", "--require-coverage [what]", "cases/*.json", "Examples:", "Exit codes:"],
  },
  ...["simulate", "entra conform"].map((verb) => ({
    args: [...verb.split(" "), "--help"],
    shows: ["both means after-sign-in", "before-sending-token", "Examples:", "Exit codes:"],
  })),
  { args: ["entra", "credentials", "rotate", "--help"], shows: ["--force", "Examples:", "Exit codes:"] },
])("the command shows help for $args", async ({ args, shows }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const text of shows) expect(stdout).toContain(text);
});

it.each([
  {
    args: ["list", "--help"],
    shows: ["Reads and edits the access list: addresses", "$ npm run gate -- list add contoso.com", "More in the help of"],
  },
  {
    args: ["invite", "--help"],
    shows: ["Without a verb: invite send.", "$ npm run gate -- invite kim@partner.com", "Exit codes: 0 done"],
  },
  { args: ["approvals", "--help"], shows: ["Without a verb: approvals list.", "$ npm run gate -- approvals approve"] },
])("a group's help has an example of each verb, and exit codes: $args", async ({ args, shows }) => {
  const { exitCode, stdout } = await gatehouse(...args);
  expect(exitCode).toBe(0);
  for (const text of shows) expect(stdout.replaceAll(/\n(?=\S)/g, " ")).toContain(text);
});

it.each(["--help", "-h"])("start %s creates no app in an empty folder", async (flag) => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-empty-"));
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  const terminal = Object.assign(Readable.from(["n\n"]), { isTTY: true });
  vi.spyOn(process, "stdin", "get").mockReturnValue(terminal as unknown as typeof process.stdin);
  const isTTY = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
  Object.defineProperty(process.stderr, "isTTY", { value: true, configurable: true });
  const start = vi.fn();
  vi.doMock("../../local/start", () => ({ start }));
  const { stderr } = await gatehouse("start", flag);
  vi.restoreAllMocks();
  Object.defineProperty(process.stderr, "isTTY", isTTY ?? { value: undefined, configurable: true });
  rmdirSync(folder);
  expect({ stderr, started: start.mock.calls }).toEqual({ stderr: "", started: [[[flag], "entra-gatehouse start"]] });
});

it.each([
  { args: ["list", "show", "--json", "--frobnicate"], says: "unknown option '--frobnicate'" },
  { args: ["list", "import", "/nowhere.csv", "--json"], says: "There is no file /nowhere.csv." },
  { args: ["expiry", "show", "--json"], says: "missing required argument 'person'" },
])("a failed command with --json ends standard error with a JSON object: $args", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "")).toEqual({ error: says, exitCode: 1 });
});

it.each([...Object.entries(exitMeanings), ["approvals approve", "0 done, 1 failed"]])(
  "the help of %s explains its exit codes exactly once",
  async (words, meaning) => {
    const { stdout } = await gatehouse(...words.split(" "), "--help");
    const [before, said, ...others] = stdout.replaceAll("\n", " ").split("Exit codes: ");
    expect(before).toContain(`Usage: npm run gate -- ${words} `);
    expect(said?.startsWith(`${meaning}, 130 interrupted. `)).toBe(true);
    expect(others).toEqual([]);
  },
);

it.each([
  { args: [], says: "Usage: npm run gate --" },
  { args: ["list"], says: "Usage: npm run gate -- list" },
  { args: ["lst"], says: "Did you mean list?" },
  {
    args: ["list", "show", "--frobnicate"],
    says: "unknown option '--frobnicate'\nExamples: npm run gate -- list show --help",
  },
  { args: ["list", "--local"], says: "unknown option '--local'\nThe verbs of list: add, allow, approval, deny, remove," },
  {
    args: ["invite", "codes", "nope"],
    says: "unknown command 'nope'\nThe verbs of invite codes: create, list, revoke. Help: npm run gate -- invite codes --help",
  },
  { args: ["list", "show", "--\u001b[2J"], says: "\\u001b[2J" },
  { args: ["list", "remove", "one", "two"], says: "too many arguments" },
  { args: ["simulate"], says: "missing required argument 'file'" },
  {
    args: ["entra", "conform", "--step", "nowhere"],
    says: "Allowed choices are after-sign-in, before-create-user, before-sending-token, both",
  },
  { args: ["why", "kim@contoso.com", "--step", "nowhere"], says: "Allowed choices are" },
])("a command that is used wrongly ends with exit code 1: $args", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
});

describe("completion", () => {
  it.each([
    { typed: ["li"], offers: "list" },
    { typed: ["list", "re"], offers: "remove revert" },
    { typed: ["list", "add", "kim@contoso.com", "--effect", ""], offers: "allow approval deny" },
    { typed: ["list", "add", "kim@contoso.com", "--json", "--eff"], offers: "--effect" },
    { typed: ["list", "add", "kim@contoso.com", "--note", "l"], offers: "" },
    { typed: ["entra", "ro"], offers: "rotate" },
    { typed: ["decisions", "--la"], offers: "" },
    { typed: ["completion", ""], offers: "bash zsh fish --help" },
  ])("answers $typed with $offers in bash", async ({ typed, offers }) => {
    const { stdout } = await gatehouse("completion", "bash");
    const words = ["entra-gatehouse", ...typed].map((word) => `"${word}"`).join(" ");
    const script = `${stdout}\nCOMP_WORDS=(${words}) COMP_CWORD=${typed.length}\n_entra_gatehouse\necho "\${COMPREPLY[*]}"`;
    expect(spawnSync("bash", ["-c", script], { encoding: "utf8" })).toMatchObject({ stdout: `${offers}\n`, stderr: "" });
  });

  it.each(["zsh", "fish"])("offers the same words in %s", async (shell) => {
    const { exitCode, stdout } = await gatehouse("completion", shell);
    expect(exitCode).toBe(0);
    for (const word of ["/list/add", '"/list/add --effect"', "allow approval deny", "--since", "--verbose"]) expect(stdout).toContain(word);
    expect(stdout).not.toContain("--last");
  });
});

describe("all verbs agree", () => {
  const streams = { stdout: { write: () => true }, stderr: { write: () => true } };
  let groups: readonly Command[];
  let verbs: readonly { readonly words: string; readonly command: Command }[];
  let options: readonly { readonly verb: string; readonly option: Option }[];

  beforeAll(async () => {
    const { program, loadAll } = programFor({ output: outputTo(streams), exitCode: 0 }, streams);
    await loadAll();
    groups = program.commands;
    const below = (command: Command, words: readonly string[]): typeof verbs =>
      command.commands.flatMap((each) => {
        const named = [...words, each.name()];
        return [{ words: named.join(" "), command: each }, ...below(each, named)];
      });
    // A group without work of its own shows its help.
    verbs = below(program, []).filter(({ command }) => command.commands.length === 0 || command.options.length > 0);
    options = verbs.flatMap(({ words, command }) => command.options.map((option) => ({ verb: words, option })));
  });

  const shown = ({ option }: (typeof options)[number]) => !option.hidden;
  const distinct = (texts: readonly string[]) => [...new Set(texts)];

  /** Where the noun differs, so does what follows the option. */
  const ofOneVerb: Readonly<Record<string, readonly string[]>> = {
    "--allow": ["--allow <entry>", "--allow <people>"],
    "--as": ["--as <kind>", "--as <tenant>"],
    "--attributes": ["--attributes", "--attributes <file>"],
    "--before": ["--before <id>", "--before <number>"],
    "--from": ["--from <sample>", "--from <time>", "--from <where>"],
    "--gate": ["--gate <name>", "--gate <names>"],
    "--list": ["--list", "--list <file>", "--list <name>"],
    "--reason": ["--reason <code>", "--reason <text>"],
    "--to": ["--to <address>", "--to <name>", "--to <names...>", "--to <region>", "--to <where>"],
  };

  it("on the kind of value of each option", () => {
    const names = distinct(options.filter(shown).map(({ option }) => option.long ?? ""));
    const several = names.flatMap((name) => {
      const flags = distinct(options.filter(shown).flatMap(({ option }) => (option.long === name ? [option.flags] : []))).sort();
      return flags.length > 1 ? [[name, flags] as const] : [];
    });
    expect(Object.fromEntries(several)).toEqual(ofOneVerb);
  });

  it.each([
    { long: "--since", says: /: 30m, 2h, 7d, 2026-11-20 or 2026-11-20T14:00$/ },
    { long: "--limit", says: /^the most to show$/ },
    {
      long: "--gate",
      says: / gates?( of several \("default": the one without a name\)|, commas between them; default is the one without a name)$/,
    },
    { long: "--policy", says: /policy folder, relative to the project(, for the attributes that it sets)? \(default: / },
    { long: "--format", says: /^the file's format \(default: by its name(, else csv)?\)$/ },
    { long: "--dry-run", says: /\bwrite nothing\b/ },
    { long: "--yes", says: /^do not ask/ },
    { long: "--follow", says: /^keep showing new ones until Ctrl-C/ },
    { long: "--json", says: /^print JSON, one object per line$/ },
    { long: "--local", says: /^use a running npm start instead$/ },
  ])("on the meaning of $long", ({ long, says }) => {
    const texts = distinct(options.filter(shown).flatMap(({ option }) => (option.long === long ? [option.description] : [])));
    expect(texts).not.toEqual([]);
    expect(texts.filter((text) => !says.test(text))).toEqual([]);
  });

  it("on accepting --json, except init, start and completion", () => {
    const without = verbs.filter(({ command }) => !command.options.some(({ long }) => long === "--json"));
    expect(without.map(({ words }) => words)).toEqual(["init", "start", "completion"]);
  });

  it("on six headings in the help, with at most 24 command groups below them in all", () => {
    const tasks = [...new Set(groups.map((group) => group.helpGroup()))];
    expect(tasks).toEqual(["Write a policy:", "People:", "Find out why:", "Ship:", "In an emergency:", "More:"]);
    expect(groups.length).toBeLessThanOrEqual(24);
    expect(groups.filter((group) => !/^[A-Z].*\.$/s.test(group.description())).map((group) => group.name())).toEqual([]);
  });

  it("on examples and exit codes in the help of each group and verb", async () => {
    const groupWords = (group: Command, words = group.name()): readonly string[] =>
      group.commands.length === 0 ? [] : [words, ...group.commands.flatMap((each) => groupWords(each, `${words} ${each.name()}`))];
    for (const words of distinct([...groups.flatMap((group) => groupWords(group)), ...verbs.map((verb) => verb.words)])) {
      // Its help is npm start's, which ends the process.
      if (words === "start") continue;
      const { stdout } = await gatehouse(...words.split(" "), "--help");
      expect({ words, stdout }).toEqual({ words, stdout: expect.stringMatching(/Exit codes: .*Examples:\n {2}\$ npm run /s) });
    }
  });

  it("on the options that --help omits and --help --all shows", async () => {
    const shown = async (...args: string[]) => (await gatehouse("--help", ...args)).stdout;
    expect(await shown()).not.toMatch(/^ {2}completion\b/m);
    for (const name of ["completion", "list"]) expect(await shown("--all")).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
  });

  it("on accepting --last as well as --since", () => {
    const having = (long: string) => options.filter(({ option }) => option.long === long).map(({ verb }) => verb);
    expect(having("--last")).toEqual(having("--since"));
  });

  it("on the exit code for wrong use", async () => {
    for (const { words, command } of verbs) {
      // Its options are npm start's, which end the process: test/local/terminal/options.test.ts.
      if (words === "start") continue;
      const unknown = await gatehouse(...words.split(" "), "--frobnicate");
      expect({ words, exitCode: unknown.exitCode, stdout: unknown.stdout }).toEqual({ words, exitCode: 1, stdout: "" });
      expect(unknown.stderr).toMatch(/^error: (unknown option '--frobnicate'|required option )/);
      const told = await gatehouse(...words.split(" "), "--frobnicate", "--json");
      expect({ words, stdout: told.stdout }).toEqual({ words, stdout: "" });
      expect(JSON.parse(told.stderr.trimEnd().split("\n").at(-1) ?? "")).toEqual({
        error: expect.stringMatching(/^(unknown option '--frobnicate'|required option )/),
        exitCode: 1,
      });
      if (!command.registeredArguments.some(({ required }) => required)) continue;
      const missing = await gatehouse(...words.split(" "));
      expect({ words, exitCode: missing.exitCode, stdout: missing.stdout }).toEqual({ words, exitCode: 1, stdout: "" });
      expect(missing.stderr).toMatch(/^error: (missing required argument|required option )/);
    }
  });

  it.each([
    { args: ["decisions", "list", "--last", "soon"], hint: "Write --since in place of --last." },
    { args: ["preview", "--last", "soon"], hint: "Write --since in place of --last." },
  ])("on the hint for $args", async ({ args, hint }) => {
    const { exitCode, stderr } = await gatehouse(...args, "--local");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(hint) });
    expect(stderr).toContain("soon is not a past time");
  });

  it("on accepting a table's name in two spellings: referenceData and reference-data", async () => {
    const { stderr } = await gatehouse("table", "import", "referenceData", "no-such-file.csv", "--local", "--data", "nowhere");
    expect(stderr).not.toContain("Allowed choices");
    const restored = await gatehouse(
      "backup",
      "restore",
      "no-such-file",
      "--table",
      "reference-data",
      "access-list",
      "--local",
      "--data",
      "nowhere",
    );
    expect(restored.stderr).not.toContain("Allowed choices");
    const odd = await gatehouse("backup", "restore", "no-such-file", "--table", "people");
    expect(odd.stderr).toContain("Allowed choices are accessList, decisions");
  });
});
