import { toItem } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import { keyedHash } from "../../../engine/sign-up/person";
import { codes } from "../../../features/reference-data/code";
import { referenceDataStore } from "../../../features/reference-data/store";
import { removedValues } from "../../../features/reference-data/world";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { person } from "../../engine/sign-up/people";

const LIST = "extension_InvitationCode";
let instance: TestInstance;
const store = () => referenceDataStore(instance.dynamodb.client, "reference-data");

beforeAll(async () => {
  instance = await startInstance([], "policy", { audit: true });
  const given = [
    { list: LIST, value: "FAIR1", note: "spring fair" },
    { list: LIST, value: "FAIR2" },
    { list: LIST, value: "FAIR3", expiresAt: "2020-01-31" },
    { list: LIST, value: "fair4", expiresAt: "soon" },
    { list: "teams", value: "RED" },
  ];
  for (const row of given) await store().add(toItem(row));
  // As the rules use a code.
  const context = { records: new Map(), hashOf: keyedHash(PERSON_KEY) };
  for (const email of ["kim@contoso.com", "lee@contoso.com"]) {
    const signUp = person({ email, identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: email }] });
    for (const effect of codes({ list: LIST, maxUses: 2, case: "ignore" }).use("FAIR2", "fair2", signUp, context))
      expect(await rows(instance.dynamodb.client, (table) => (table === "ledger" ? table : "")).write(effect)).toBe(true);
  }
});
afterAll(() => instance.close());

const unread = (list: string) => `No rule of the policy reads ${list}, so its codes let nobody in yet.\n`;
const run = (...args: string[]) => gatehouse("invite", "codes", ...args, ...instance.local);

describe("invite codes list", () => {
  it.each([
    {
      args: [LIST],
      prints: [
        "CODE   STATE    USED  EXPIRES     NOTE         PROBLEM",
        "FAIR1  unused   0                 spring fair",
        "FAIR2  used     2",
        "FAIR3  expired  0     2020-01-31",
        "fair4  expired  0     soon                     counts for nothing: its end cannot be read, or its column should be called expiresAt",
      ],
    },
    { args: [LIST, "--state", "used"], prints: ["CODE   STATE  USED  EXPIRES  NOTE  PROBLEM", "FAIR2  used   2"] },
    {
      args: [LIST, "--state", "unused", "--json"],
      prints: [JSON.stringify({ list: LIST, value: "FAIR1", note: "spring fair", state: "unused", used: 0 })],
    },
    {
      args: [LIST, "--limit", "1"],
      prints: ["CODE   STATE   USED  EXPIRES  NOTE         PROBLEM", "FAIR1  unused  0              spring fair"],
      warns: `There are more than 1: see --limit.\n${unread(LIST)}`,
    },
    {
      args: ["none"],
      prints: [],
      warns: expect.stringMatching(
        /^No rule of the policy reads none.*\nThere are no codes in none: npm run gate -- invite codes list .+ shows the lists\.\n$/,
      ),
    },
    { args: ["teams", "--state", "used"], prints: [], warns: `${unread("teams")}No code in teams is used.\n` },
    { args: [], prints: ["LIST                      VALUES", `${LIST}  4`, "teams                     1"] },
    { args: ["--json", "--limit", "1"], prints: [`{"list":"${LIST}","values":4}`], warns: "There are more than 1: see --limit.\n" },
  ])(
    "prints the lists, or the codes of a list, that match $args",
    async ({ args, prints, warns = args[0] === LIST ? unread(LIST) : "" }) => {
      const { exitCode, stdout, stderr } = await run("list", ...args);
      const lines = stdout
        .trimEnd()
        .split("\n")
        .filter((line) => line !== "");
      const sorted = (line: string) => (line.startsWith("{") ? JSON.parse(line) : line);
      expect({ exitCode, stderr, lines: lines.map(sorted) }).toEqual({ exitCode: 0, stderr: warns, lines: prints.map(sorted) });
    },
  );
});

describe("invite codes revoke", () => {
  const valuesOf = async () => {
    const values = [];
    for await (const page of store().valuesOf(LIST)) values.push(...page.map(({ value }) => value?.S));
    return values;
  };

  it("changes nothing if a code is not in the list", async () => {
    const { exitCode, stdout, stderr } = await run("revoke", LIST, "FAIR1", "FAIR9", "RED");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`${LIST} has no FAIR9, RED, so nothing was changed: npm run gate -- invite codes list ${LIST} --local --data`);
    expect(await valuesOf()).toEqual(["FAIR1", "FAIR2", "FAIR3", "fair4"]);
  });

  it("removes codes typed in any case, names the people who used them, and records each row in the trail", async () => {
    const { exitCode, stdout } = await run("revoke", LIST, "fair1", "FAIR2", " FAIR4 ", "Fair1");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "Revoked FAIR1: nobody had used it.\nRevoked FAIR2: 2 people had used it, and stay in.\nRevoked fair4: nobody had used it.\n",
    });
    expect(await valuesOf()).toEqual(["FAIR3"]);
    expect(jsonLines(await run("revoke", LIST, "FAIR3", "--json"))).toEqual([{ list: LIST, value: "FAIR3", revoked: true, used: 0 }]);
    const trail = jsonLines(await gatehouse("audit", "list", "--json", ...instance.local));
    expect(trail).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: "reference-data.removed",
          via: "command",
          subject: `${LIST}/FAIR1`,
          before: expect.objectContaining({ note: "spring fair" }),
        }),
      ]),
    );
    expect(trail).toHaveLength(4);
  });

  it("names the codes that still let people in who type a revoked one, since they differ only by case", async () => {
    for (const row of [{ value: "twin" }, { value: "TWIN" }, { value: "past" }, { value: "PAST", expiresAt: "2020-01-31" }])
      await store().add(toItem({ list: LIST, ...row }));
    const twin = `${LIST} still has TWIN: unless the rule says that case counts, people get in by it who type what was revoked.\n`;
    expect(await run("revoke", LIST, "twin", "past")).toMatchObject({ exitCode: 0, stderr: twin });
    expect(await run("revoke", LIST, "twin")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("keeps a code that somebody edits at the same moment, and asks to repeat the command", async () => {
    const { make } = removedValues;
    const members = vi.spyOn(removedValues, "make").mockImplementation((place) => ({
      writing: ({ before }) => make(place).writing({ before: { ...before, note: { S: "as it was read" } } }),
    }));
    await store().add(toItem({ list: LIST, value: "FAIR5" }));
    expect(await run("revoke", LIST, "FAIR5")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Somebody changed FAIR5 at this moment, so it is still there: repeat the command."),
    });
    members.mockRestore();
  });
});
