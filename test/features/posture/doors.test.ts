import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { writeAlone } from "../../../adapters/tables/table";
import { omit } from "../../../engine/collections";
import type { Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import { findIdleMode, type ModeInput, modeVersion, setMode } from "../../../features/posture/acts";
import type { PostureRow } from "../../../features/posture/change";
import { type Posture, postures } from "../../../features/posture/posture";
import { type PostureStore, postureStore } from "../../../features/posture/world";
import { accessList, afterSignIn, beforeCreateUser, onlyDomains, requestApproval } from "../../../index";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { policyFolder } from "../../support/policy-folder";
import { runs } from "../../support/runs";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "policy", { audit: true });
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const ahead = (hours: number) => new Date(Math.floor(Date.now() / 60_000) * 60_000 + hours * 3_600_000);
const set = (more: Row): Row => ({ reference: "posture", id: "default", by: "lee", reason: "bots", revision: 3, ...more });
const rows: Readonly<Record<string, Row | undefined>> = {
  none: undefined,
  open: set({ state: "open" }),
  closed: set({ state: "closed", until: ahead(2).toISOString() }),
  over: set({ state: "closed", until: ahead(-2).toISOString() }),
  scheduled: set({ state: "closed", from: ahead(2).toISOString(), until: ahead(3).toISOString() }),
  unreadable: set({ state: "shut" }),
  surge: { reference: "posture", id: "default", surgeSince: ahead(-1).toISOString(), surgeUntil: ahead(2).toISOString(), surgeWindow: "w" },
};
const reasons = ["bots sign up", " ", "x".repeat(301)];
const ends = [ahead(5), ahead(-5)];
const inputs = postures.flatMap((state) =>
  reasons.flatMap((reason): readonly (ModeInput & { readonly reason: string })[] =>
    state === "open" ? [{ state, reason }] : ends.map((until) => ({ state, reason, until })),
  ),
);

interface Door {
  readonly store: PostureStore;
  act(input: ModeInput, row: Row | undefined): Promise<boolean>;
}

const doors: Readonly<Record<string, () => Door>> = {
  page: () => ({
    store: postureStore(pages.database.client, pages.world.place.nameOf("decisions")),
    async act({ state, reason = "", until }, row) {
      const fields = {
        ...{ gate: "default", state, reason, seen: modeVersion(row), closing: "close the gate", "form-page": "/audit" },
        ...(until !== undefined && { for: "until", until: until.toISOString().slice(0, 16) }),
      };
      return (await pages.post("/posture", "Administrator", fields)).status === 303;
    },
  }),
  command: () => ({
    store: postureStore(instance.dynamodb.client, instance.decisionsTable),
    async act({ state, reason = "", until }) {
      const flags = [...(until === undefined ? [] : ["--until", until.toISOString()]), "--reason", reason, "--yes"];
      return (await gatehouse("gate", state, ...flags, ...instance.local)).exitCode === 0;
    },
  }),
};

async function putRow(store: PostureStore, row: Row | undefined): Promise<void> {
  const stored = (await store.of(["default"])).get("default");
  await writeAlone(store.replacing(stored, (row ?? set({ state: "open", revision: 0, by: "nobody" })) as PostureRow));
}

const cases = Object.keys(rows).flatMap((row) => inputs.map((input) => ({ row, input, reason: input.reason.slice(0, 12) })));

it.each(cases)("page and command set the gate $input.state ($reason) alike, if its row is $row", async ({ row, input }) => {
  const left: Record<string, unknown> = {};
  const isDone: Record<string, boolean> = {};
  for (const [name, open] of Object.entries(doors)) {
    const { store, act } = open();
    await putRow(store, rows[row]);
    const before = (await store.of(["default"])).get("default");
    isDone[name] = await act(input, before);
    left[name] = omit((await store.of(["default"])).get("default") ?? {}, "by", "name", "via", "since", "until");
  }
  const refusals = setMode
    .concerns({ gate: "default", row: rows[row], policies: undefined, now: new Date() }, input, { by: "kim", via: "console" })
    .filter(({ weight }) => weight === "refused");
  expect(isDone).toEqual({ page: refusals.length === 0, command: refusals.length === 0 });
  expect(left.page).toEqual(left.command);
});

const trust = ["mail"] as const;
const list = accessList();
const steps: Readonly<Record<string, readonly Policy[]>> = {
  "a list after sign-in only": [afterSignIn([list], { trust })],
  "no list after sign-in only": [afterSignIn([onlyDomains(["contoso.com"])], { trust })],
  "a list before the user is created": [beforeCreateUser([list], { trust })],
  "an approval before the user is created": [beforeCreateUser([list, requestApproval()], { trust })],
};

it.each<[Posture, string, ReturnType<typeof findIdleMode>]>([
  ["listed", "no list after sign-in only", "keeps-nobody-out"],
  ["closed", "a list after sign-in only", undefined],
  ["open", "a list after sign-in only", undefined],
  ["listed", "a list after sign-in only", undefined],
  ["approval", "a list after sign-in only", "keeps-nobody-out"],
  ["listed", "a list before the user is created", undefined],
  ["approval", "a list before the user is created", "acts-as-listed"],
  ["approval", "an approval before the user is created", undefined],
  ["listed", "an approval before the user is created", undefined],
])("a gate set to %s, with %s: %s", (state, name, idle) => expect(findIdleMode(state, steps[name] ?? [])).toBe(idle));

it("page and command warn of a mode that keeps nobody out, because the policy has no step before the user is created", async () => {
  const says = "keeps nobody out. Close the gate.";
  const other = await startInstance([], "test/cli/policies/only-after-sign-in", { audit: true });
  try {
    expect((await gatehouse("gate", "approval", "--reason", "bots", "--yes", ...other.local)).stderr).toContain(says);
    expect((await gatehouse("gate", "closed", "--reason", "bots", "--yes", ...other.local)).stderr).toBe("");
  } finally {
    await other.close();
  }
  const page = async () => await (await pages.get("/posture", "Administrator")).text();
  expect(await page()).not.toContain(says);
  const policiesAt = vi.spyOn(pages.world, "policiesAt").mockReturnValue(steps["no list after sign-in only"] as never);
  expect(await page()).toContain(says);
  policiesAt.mockRestore();
});

/** The policies of `steps`, as the command's checkout has them, and one that cannot be read. */
const checkouts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a list after sign-in only": { "after-sign-in.ts": "afterSignIn([accessList()]" },
  "no list after sign-in only": { "after-sign-in.ts": 'afterSignIn([onlyDomains(["contoso.com"])]' },
  "a list before the user is created": { "before-create-user.ts": "beforeCreateUser([accessList()]" },
  "an approval before the user is created": { "before-create-user.ts": "beforeCreateUser([accessList(), requestApproval()]" },
  unreadable: { "before-create-user.ts": "beforeCreateUser([nothing()]" },
};
const names = "accessList, afterSignIn, beforeCreateUser, onlyDomains, requestApproval";

/** What each door says of each concern that it shows. The page shows the policy's concerns beside each mode, before one is chosen. */
const told: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  page: {
    "acts-as-listed": /a gate set to approval acts as listed\./,
    "keeps-nobody-out": /keeps nobody out\. Close the gate\./,
    "replaces-scheduled": /Scheduled: Closed from/,
  },
  command: {
    "acts-as-listed": /a gate set to approval acts as listed\./,
    "keeps-nobody-out": /keeps nobody out\. Close the gate\./,
    "replaces-scheduled": /Replaces what is scheduled: closed from/,
    "policy-unknown": /The gate's policy could not be loaded/,
  },
};

it("page and command tell all that the act knows of a gate's row and its policy", async () => {
  const folders = new Map(
    Object.entries(checkouts).map(([name, files]) => [
      name,
      policyFolder(
        Object.fromEntries(
          Object.entries(files).map(([file, made]) => [
            file,
            `import { ${names} } from "entra-gatehouse";\nexport default ${made}, { trust: ["mail"] });\n`,
          ]),
        ),
      ),
    ]),
  );
  const file = join(instance.data, "instance.json");
  const facts = fc.record({
    row: fc.constantFrom(...Object.keys(rows), "scheduled"),
    state: fc.constantFrom<Posture>(...postures),
    policy: fc.constantFrom(...Object.keys(checkouts)),
  });
  type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;
  const say: Readonly<Record<string, (given: Facts, input: ModeInput) => Promise<string>>> = {
    async page({ state }) {
      const html = await (await pages.get("/posture", "Administrator")).text();
      const choice = html.split('<label class="choice">').find((each) => each.includes(`value="${state}"`)) ?? "";
      const scheduled = /<p class="hint">Scheduled:[^<]*/.exec(html)?.[0] ?? "";
      return `${choice.split("</label>")[0]} ${scheduled}`;
    },
    async command({ state, policy }, { reason = "", until }) {
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), policy: folders.get(policy) }));
      const flags = until === undefined ? [] : ["--until", until.toISOString()];
      const { stdout, stderr } = await gatehouse("gate", state, ...flags, "--reason", reason, "--yes", ...instance.local);
      return `${stdout} ${stderr}`;
    },
  };
  const codesTold = new Set<string>();
  const property = fc.asyncProperty(facts, async (given) => {
    const { row, state, policy } = given;
    const input = { state, reason: "bots", ...(state !== "open" && { until: ahead(5) }) };
    const policiesAt = vi.spyOn(pages.world, "policiesAt").mockReturnValue(steps[policy] as never);
    for (const door of Object.keys(doors)) {
      // The console has the policies that it was deployed with.
      if (door === "page" && policy === "unreadable") continue;
      await putRow(doors[door]?.().store as PostureStore, rows[row]);
      const text = (await say[door]?.(given, input))?.replaceAll("&#39;", "'") ?? "";
      const concerns = setMode.concerns({ gate: "default", row: rows[row], policies: steps[policy], now: new Date() }, input, {
        by: "kim",
        via: door === "page" ? "console" : "command",
      });
      const codes = Object.entries(told[door] ?? {}).flatMap(([code, pattern]) => (pattern.test(text) ? [code] : []));
      expect([door, given, codes.sort()]).toEqual([door, given, concerns.map(({ code }) => code).sort()]);
      for (const code of codes) codesTold.add(`${door} ${code}`);
    }
    policiesAt.mockRestore();
  });
  const examples: [Facts][] = [
    [{ row: "scheduled", state: "approval", policy: "a list before the user is created" }],
    [{ row: "none", state: "listed", policy: "no list after sign-in only" }],
    [{ row: "closed", state: "approval", policy: "unreadable" }],
  ];
  await fc.assert(property, { numRuns: runs(12, 100), examples, endOnFailure: true });
  for (const door of Object.keys(told))
    for (const code of Object.keys(told[door] ?? {})) expect([...codesTold]).toContain(`${door} ${code}`);
}, 600_000);
