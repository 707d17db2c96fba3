import { userHere } from "../../../cli/deployment";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";

let instance: TestInstance;
beforeEach(async () => {
  instance = await startInstance([], "policy", { audit: true });
});
afterEach(() => instance.close());

const gate = (...args: string[]) => gatehouse("gate", ...args, ...instance.local);
const HOUR_MS = 3_600_000;

it("a gate is open until somebody sets it, and again once somebody clears it", async () => {
  expect(await gate("show")).toEqual({ exitCode: 0, stdout: "default: open\n", stderr: "" });
  const before = Date.now();
  const set = await gate("closed", "--reason", "bots sign up", "--yes", "--json");
  expect(set).toMatchObject({ exitCode: 0, stderr: "" });
  const [shown] = jsonLines(await gate("show", "--json")) as [Record<string, string>];
  expect(shown).toMatchObject({ gate: "default", state: "closed", reason: "bots sign up", by: userHere() });
  const lasts = Date.parse(shown.until ?? "") - before;
  expect(lasts).toBeGreaterThanOrEqual(4 * HOUR_MS);
  expect(lasts).toBeLessThan(4.1 * HOUR_MS);
  const explained = await gatehouse("why", "kim@contoso.com", ...instance.local);
  expect(explained.exitCode).toBe(2);
  expect(explained.stdout).toContain("posture.closed (the gate was closed for everyone");
  expect(explained.stdout).toContain("because bots sign up");
  expect((await gate("open", "--yes")).stdout).toBe("default: open\n");
  expect((await gate("show", "default")).stdout).toBe("default: open\n");
});

it("set warns that approval acts like listed if the policy asks nobody for approval", async () => {
  const set = (state: string) => gate(state, "--reason", "bots", "--yes");
  expect((await set("approval")).stderr).toContain("asks for approval: a gate set to approval acts as listed");
  expect((await set("listed")).stderr).toBe("");
});

it("a state begins at the time of --from, and a new state names the scheduled state that it replaces", async () => {
  await gate("closed", "--reason", "the fair", "--from", "2099-12-20", "--until", "2099-12-21", "--yes");
  const [shown] = jsonLines(await gate("show", "--json")) as [{ scheduled: { from: string; until: string } }];
  expect(shown).toMatchObject({ state: "open", scheduled: { state: "closed", reason: "the fair" } });
  expect(Date.parse(shown.scheduled.until) - Date.parse(shown.scheduled.from)).toBe(48 * HOUR_MS);
  const now = await gate("listed", "--reason", "bots", "--for", "30m", "--yes");
  expect(now.stdout).toContain("Replaces what is scheduled: closed from");
  expect(jsonLines(await gate("show", "--json"))[0]).not.toHaveProperty("scheduled");
});

describe("rows typed by hand", () => {
  const put = (id: string, cells: object) => instance.putRow({ reference: "posture", id, ...cells }, instance.decisionsTable);

  it("keep strangers out if a column is misspelt, until somebody sets the gate; commands name the column", async () => {
    await gate("open", "--yes");
    await put("default", { state: "open", stat: "closed" });
    expect((await gate("show")).stdout).toContain(
      "default: listed until somebody changes it, because its row cannot be read (column stat)",
    );
    expect(jsonLines(await gate("show", "--json"))).toEqual([{ gate: "default", state: "listed", unreadable: "stat" }]);
    const explained = await gatehouse("why", "stranger@elsewhere.example", ...instance.local);
    expect(explained.exitCode).toBe(2);
    const doctor = await gatehouse("doctor", ...instance.local);
    expect(doctor.stdout).toContain(
      "posture.unreadable: The row that says how the gate default is set cannot be read, because of the column stat: the gate is listed.",
    );
    expect((await gate("open", "--yes")).stdout).toBe("default: open\n");
    expect((await gatehouse("doctor", ...instance.local)).stdout).toContain("ok  posture");
  });

  it.each(["Default", "suplliers"])("are reported if they name an unknown gate: %s", async (name) => {
    await put(name, { state: "closed" });
    const shown = await gate("show");
    expect(shown).toMatchObject({ exitCode: 0, stdout: "default: open\n" });
    expect(shown.stderr).toContain(`A row sets the gate "${name}", which does not exist: it sets nothing. There are default.`);
    expect((await gatehouse("doctor", ...instance.local)).stdout).toContain(`posture.no-gate: A row sets the gate "${name}"`);
  });
});

it.each([
  { args: ["show", "shut"], says: "There is no gate shut" },
  { args: ["closed", "--yes"], says: "Say why" },
  { args: ["closed", "--reason", "x", "--until", "2001-01-01", "--yes"], says: "not a future time" },
  {
    args: ["closed", "--reason", "x", "--until", "2570-01-31", "--yes"],
    says: "--until 2570-01-31 has a year of the Buddhist calendar: write 2027-01-31.",
  },
  { args: ["closed", "--reason", "x", "--until", "2027-02-30", "--yes"], says: "--until 2027-02-30: there is no such day in the calendar" },
  { args: ["closed", "--reason", "x", "--for", "200000d", "--yes"], says: "Its end is too far away to be read back" },
  { args: ["closed", "--reason", "x", "--for", "soon", "--yes"], says: "not a length of time" },
  { args: ["closed", "--reason", "x", "--for", "1h", "--until", "2099-01-01"], says: "--for cannot be used with --until" },
  {
    args: ["closed", "--reason", "x", "--from", "2099-01-02", "--until", "2099-01-01", "--yes"],
    says: "end before it begins",
  },
  { args: ["open", "--for", "1h", "--yes"], says: "unknown option '--for'" },
  { args: ["closed", "suppliers", "--reason", "x", "--yes"], says: "There is no gate suppliers" },
  { args: ["closed", "--reason", "x"], says: "add --yes" },
])("refuses $args", async ({ args, says }) => {
  const { exitCode, stderr } = await gate(...args);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(says);
  expect((await gate("show")).stdout).toBe("default: open\n");
});
