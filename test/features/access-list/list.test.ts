import { setTimeout as sleep } from "node:timers/promises";
import { flipLines } from "../../../features/access-list/verbs/add";
import { knownDomains } from "../../../features/look-alikes/store";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { record } from "../../cli/records";
import { gatehouse, jsonLines, startInstance, type TestInstance, withoutSets } from "../../cli/support";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(() => instance.close());
beforeEach(() => instance.clear());

const list = (...args: string[]) => withoutSets(gatehouse("list", ...args, ...instance.local));

describe("list add", () => {
  it.each([
    { typed: "contoso.com", more: ["--effect", "allow"], row: { entry: "contoso.com", effect: "allow" } },
    { typed: "@Contoso.COM", more: ["--effect", "allow"], row: { entry: "contoso.com", effect: "allow", typed: "@Contoso.COM" } },
    {
      typed: "K.im+x@googlemail.com",
      more: ["--effect", "allow"],
      row: { entry: "kim@gmail.com", effect: "allow", typed: "K.im+x@googlemail.com" },
    },
    {
      typed: "kim+x@contoso.com",
      more: ["--effect", "deny"],
      row: { entry: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com" },
    },
    { typed: "issuer:google.com/AbC", more: ["--effect", "deny"], row: { entry: "issuer:google.com/AbC", effect: "deny" } },
    {
      typed: "contoso.com",
      more: ["--effect", "allow", "--issuer", "Google", "--note", "partner", "--expires", "2099-12-31"],
      row: { entry: "contoso.com", effect: "allow", issuer: "google.com", note: "partner", expiresAt: "2099-12-31" },
    },
  ])("keeps $typed with $more in its normalised spelling", async ({ typed, more, row }) => {
    expect(await list("add", typed, ...more)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await instance.rows()).toEqual([row]);
  });

  it("has people wait for approval, and warns if the gate asks no approver", async () => {
    expect(await list("approval", "kim+x@contoso.com")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Warning: No approver is asked, so this entry denies\..*\n$/),
    });
    expect(await instance.rows()).toEqual([{ entry: "kim@contoso.com", effect: "approval", typed: "kim+x@contoso.com" }]);
    expect(await list("show")).toMatchObject({ stdout: expect.stringMatching(/kim@contoso.com +approval +live/) });
    await list("deny", "kim@contoso.com");
    expect(await list("approval", "kim@contoso.com")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("To have kim@contoso.com wait for approval all the same, add --force."),
    });
  });

  it.each(["allow", "deny"])("does the same as list %s with the same options", async (effect) => {
    expect(await list(effect, "contoso.com", "--note", "partner", "--expires", "2099-12-31")).toMatchObject({ exitCode: 0 });
    expect(await instance.rows()).toEqual([{ entry: "contoso.com", effect, note: "partner", expiresAt: "2099-12-31" }]);
    const { stderr } = await list(effect, "contoso.com", "--until", "2099-11-30");
    expect(stderr).toContain("Write --expires in place of --until.");
    expect(await instance.rows()).toEqual([{ entry: "contoso.com", effect, expiresAt: "2099-11-30" }]);
    const other = effect === "allow" ? "deny" : "allow";
    expect(await list(effect, "lee@contoso.com", "--effect", other)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("unknown option '--effect'"),
    });
  });

  it.each([
    { args: ["foo bar", "--effect", "allow"], says: '"foo bar" is not an entry: not an address or a domain' },
    { args: ["kim@", "--effect", "allow"], says: "write one like kim@contoso.com" },
    { args: [`issuer:google.com/${"x".repeat(2_048)}`, "--effect", "deny"], says: "longer than the 2048 bytes" },
    { args: ["contoso.com"], says: "required option '--effect <effect>' not specified" },
    { args: ["contoso.com", "--effect", "maybe"], says: "Allowed choices are allow, approval, deny" },
    {
      args: ["contoso.com", "--effect", "allow", "--expires", "tomorrow"],
      says: "--expires tomorrow is not a time: write 30d, 2027-01-31",
    },
    { args: ["contoso.com", "--effect", "allow", "--expires", "1798761600000"], says: "is in milliseconds: write 1798761600." },
    {
      args: ["contoso.com", "--effect", "deny", "--expires", "46418"],
      says: "--expires 46418 is a spreadsheet's number of the day 2027-01-31: write 2027-01-31.",
    },
    { args: ["contoso.com", "--effect", "deny", "--expires", "1899-12-30"], says: "--expires 1899-12-30 is before the year 2000" },
    { args: ["contoso.com", "--effect", "allow", "--issuer", " "], says: "is not a provider: write google.com" },
  ])("refuses $args", async ({ args, says }) => {
    expect(await list("add", ...args)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
    expect(await instance.rows()).toEqual([]);
  });

  it("accepts an end as a number of days from now", async () => {
    const { stdout } = await list("add", "contoso.com", "--effect", "allow", "--expires", "30d");
    expect(stdout).toContain(`until ${new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)}`);
  });

  it("shows the old row, clears omitted values, and keeps columns it does not know", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "allow", note: "old", expiresAt: "2099-12-31", ticket: "T-17" });
    const { stdout } = await list("add", "contoso.com", "--effect", "deny");
    expect(stdout).toBe('Changed contoso.com\n  was: allow, until 2099-12-31, note "old"\n  is:  deny\n');
    expect(await instance.rows()).toEqual([{ entry: "contoso.com", effect: "deny", ticket: "T-17" }]);
  });

  it("says that the entry is already there if nothing changes", async () => {
    await list("add", "contoso.com", "--effect", "deny");
    expect(await list("add", "contoso.com", "--effect", "deny")).toMatchObject({
      exitCode: 0,
      stdout: "Already there: contoso.com: deny\n",
    });
  });

  it.each([
    { effect: "deny", says: "kim@contoso.com is denied (deny)." },
    { effect: "approval", says: "kim@contoso.com waits for approval (approval)." },
  ])("allows an address that has an entry of effect $effect only with --force, in any spelling", async ({ effect, says }) => {
    for (const typed of ["kim@contoso.com", "kim+x@contoso.com"]) {
      await instance.clear();
      await list("add", "kim@contoso.com", "--effect", effect);
      expect(await list("add", typed, "--effect", "allow")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining(`${says} To allow ${typed} all the same, add --force.`),
      });
      expect(await list("add", typed, "--effect", "allow", "--force")).toMatchObject({ exitCode: 0 });
    }
  });

  it.each(["deny", "approval"])("allows one person without --force, even if their domain has an entry of effect %s", async (effect) => {
    await list("add", "contoso.com", "--effect", effect);
    expect(await list("allow", "kim@contoso.com")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("repeats an approval or replaces it by a deny, without a further question", async () => {
    await list("approval", "contoso.com");
    expect(await list("approval", "contoso.com", "--note", "asked first")).toMatchObject({ exitCode: 0 });
    expect(await list("deny", "contoso.com")).toMatchObject({ exitCode: 0 });
  });

  it("turns an expired deny into an allow without a further question", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "deny", expiresAt: "2020-01-01" });
    expect(await list("add", "contoso.com", "--effect", "allow")).toMatchObject({ exitCode: 0 });
  });

  it("lets a deny replace the allow of the same address", async () => {
    await list("add", "kim+x@contoso.com", "--effect", "allow");
    await list("add", "kim+x@contoso.com", "--effect", "deny");
    expect(await instance.rows()).toEqual([{ entry: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com" }]);
  });

  it("reports how to take back a deny if somebody else edits the allow that the deny should remove", async () => {
    await list("allow", "kim+x@contoso.com");
    let isEdited = false;
    instance.dynamodb.before("TransactWriteItems", async () => {
      if (!isEdited) await instance.putRow({ entry: "kim+x@contoso.com", effect: "allow", note: "theirs" });
      isEdited = true;
    });
    const { exitCode, stderr } = await gatehouse("list", "deny", "kim+x@contoso.com", ...instance.local);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Change set \S+\. To take it back: .* list revert /);
    expect(stderr).toContain("Somebody changed kim+x@contoso.com at this moment");
    expect((await instance.rows()).map(({ entry, effect }) => `${entry} ${effect}`).toSorted()).toEqual([
      "kim+x@contoso.com allow",
      "kim@contoso.com deny",
    ]);
  });

  it.each([
    { typed: "*", effect: "allow", warns: /everyone unless another entry denies them/ },
    { typed: "gmail.com", effect: "allow", warns: /Anyone can get an address at gmail.com/ },
    { typed: "issuer:google", effect: "allow", warns: /everyone who signs in with google.com/ },
    { typed: "disposable", effect: "allow", warns: /the class disposable/ },
    { typed: "*.com", effect: "allow", warns: /\.com is a public suffix: this lets in/ },
    { typed: "*.co.kr", effect: "allow", warns: /\.co\.kr is a public suffix: this lets in/ },
    { typed: "*.contoso.co.kr", effect: "allow", warns: /^$/ },
    { typed: "*.ac.com", effect: "allow", warns: /^$/ },
    { typed: "*", effect: "deny", warns: /^$/ },
    { typed: "gmail.com", effect: "deny", warns: /^$/ },
    { typed: "kim@gmail.com", effect: "allow", warns: /^$/ },
  ])("warns of too wide an entry, and without a terminal writes it only with --yes: $typed, $effect", async ({ typed, effect, warns }) => {
    if (!warns.test("")) {
      expect(await list("add", typed, "--effect", effect)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^Warning: .*There is no terminal to ask at, so nothing was changed: add --yes\.\n$/s),
      });
      expect(await instance.rows()).toEqual([]);
    }
    const yes = warns.test("") ? [] : ["--yes"];
    expect(await list("add", typed, "--effect", effect, ...yes)).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(warns) });
  });

  it.each([
    { entry: "contoso.com", issuer: ["--issuer", "bla"], warns: /called bla: Entra's names are google.com, facebook.com and mail; entra/ },
    { entry: "contoso.com", issuer: ["--issuer", "gogle.com"], warns: /called gogle.com: Entra's names/ },
    { entry: "issuer:tiktok", issuer: [], warns: /called tiktok/ },
    { entry: "issuer:tiktok/1184", issuer: ["--issuer", "tiktok"], warns: /^Warning: .*called tiktok.*\n$/ },
    { entry: "contoso.com", issuer: ["--issuer", "Google"], warns: /^$/ },
    { entry: "contoso.com", issuer: ["--issuer", "entra"], warns: /^$/ },
    { entry: "issuer:mail", issuer: [], warns: /^$/ },
    { entry: "issuer:login.fabrikam.com", issuer: [], warns: /^$/ },
    { entry: "issuer:https://idp/saml", issuer: [], warns: /^$/ },
  ])("warns of a provider whose name Entra does not use: $entry $issuer", async ({ entry, issuer, warns }) => {
    expect(await list("add", entry, "--effect", "deny", ...issuer)).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(warns) });
  });

  it.each([
    { policy: "policy", warns: /asks for the class, and this one does not: accessList\(\{ classes: \["relay"\] \}\)/ },
    // Its notDomains knows the class, and looks at no entry.
    { policy: "samples/policies/consumer-mail", warns: /asks for the class, and this one does not/ },
    { policy: "nowhere", warns: /the policy, which could not be loaded, asks/ },
    { policy: "test/cli/policies/odd", warns: /^$/ },
  ])("warns of a class that the policy $policy does not ask for", async ({ policy, warns }) => {
    const elsewhere = await startInstance([], policy);
    const ran = await withoutSets(gatehouse("list", "add", "relay", "--effect", "deny", ...elsewhere.local));
    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(warns) });
    await elsewhere.close();
  });

  it("warns of a domain that resembles an allowed one", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "allow" });
    await knownDomains(instance.dynamodb.client, "ledger").allowed(["contoso.com"]);
    for (const typed of ["c0ntoso.com", "*.contoso-login.com", "kim@contosso.com"]) {
      const { exitCode, stderr } = await list("add", typed, "--effect", "allow");
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^Warning: It looks like contoso\.com, which/) });
    }
    expect(await list("add", "c0ntoso.com", "--effect", "deny")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("warns if the given time is over", async () => {
    const { exitCode, stderr } = await list("add", "contoso.com", "--effect", "allow", "--expires", "2020-01-01");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "Warning: its time is over already; it counts for nothing.\n" });
  });

  it.each(["allow", "deny"])("requires --yes if a past day would end a live %s, since the day may be mistyped", async (effect) => {
    await list(effect, "contoso.com");
    const args = [effect, "contoso.com", "--expires", "2020-01-01"];
    expect(await list(...args)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/its time is over already(?:.|\n)*add --yes\.$/m),
    });
    expect(await instance.rows()).toEqual([{ entry: "contoso.com", effect }]);
    expect(await list(...args, "--yes")).toMatchObject({ exitCode: 0 });
    expect(await list(...args, "--note", "ended")).toMatchObject({ exitCode: 0 });
  });

  it("shows, with --dry-run, the effect of an entry and the people who would get another answer", async () => {
    await instance.decisions.keep(record("kim", 1, { email: "kim@gmail.com", issuers: ["google.com"] }), 30);
    const tried = await list("add", "--dry-run", "gmail.com", "--effect", "allow");
    expect(tried).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Anyone can get an address at gmail.com") });
    expect(tried.stdout).toContain(
      "Would add gmail.com: allow\nOf the last 30 days, 0 people would now be refused, 0 let in.\n1 more are unclear: 1 depends on what they type (validate).\n",
    );
    expect(tried.stdout).toMatch(/kim@gmail\.com +before-create-user .* -> \? \(let in unless validate stops them\)/);
    const [told] = jsonLines(await list("add", "--dry-run", "gmail.com", "--effect", "allow", "--json"));
    expect(told).toMatchObject({ dryRun: true, concerns: [{ code: "freeMail" }], flips: { unclear: { count: 1, opened: 1 } } });
    expect(await instance.rows()).toEqual([]);
  });

  it("reports how many unclear answers depend on each rule, and how many of these people asked for approval", () => {
    const nobody = { count: 0, waiting: 0, named: [] };
    const unclear = {
      count: 203,
      waiting: 203,
      named: [],
      kinds: [{ kind: "approval", count: 203, rules: ["request-approval"] }],
      opened: 0,
    } as const;
    const unchanged = { count: 0, refused: 0, denied: 0 };
    const lines = flipLines({ refused: nobody, admitted: nobody, goesOn: nobody, unclear, unchanged, read: 203, cut: false });
    expect(lines[1]).toBe("203 more are unclear: 203 depends on an approver (request-approval).");
    expect(lines[2]).toMatch(/^203 of them asked for approval\. /);
  });

  it("answers JSON", async () => {
    const added = await list("add", "contoso.com", "--effect", "deny", "--json");
    const is = { entry: "contoso.com", effect: "deny", state: "live" };
    const changeSet = expect.stringMatching(/^\d{8}-\d{9}-\w{4}$/);
    expect(jsonLines(added)).toEqual([{ change: "added", is, was: [], changeSet }]);
    const changed = await list("add", "contoso.com", "--effect", "deny", "--note", "n", "--json");
    expect(jsonLines(changed)).toEqual([{ change: "changed", is: { ...is, note: "n" }, was: [is], changeSet }]);
  });
});

describe("list deny", () => {
  let graph: GraphStandIn;
  let linked: TestInstance;
  beforeAll(async () => {
    graph = await serveGraph();
    linked = await startInstance([], "policy", { accounts: true, endpoints: { graph: graph.url, login: graph.url } });
  });
  afterAll(async () => {
    await Promise.all([linked.close(), graph.close()]);
  });
  const deny = (...args: string[]) => gatehouse("list", "deny", ...args, ...linked.local);

  it.each([
    { typed: "Kim@left.example", end: "expiry end kim@left.example --local" },
    { typed: "left.example", end: "incident select --since 90d --domain left.example --local" },
    { typed: "*.example", end: "disable them in Entra." },
  ])("says that accounts stay, and how to end them: $typed", async ({ typed, end }) => {
    for (const more of [["--dry-run"], []]) {
      const ran = await deny(...more, typed, "--yes");
      expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("does not end accounts. To end accounts: ") });
      expect(ran.stdout).toContain(end);
    }
    const [json] = jsonLines(await deny(typed, "--yes", "--json"));
    expect(json).toHaveProperty("accountsEnd", expect.stringContaining(end));
  });

  it("does not mention accounts for an allow, a provider, or a stack without Graph", async () => {
    for (const args of [["issuer:google.com"], ["--dry-run", "lee@left.example"]]) {
      const [json] = jsonLines(
        await gatehouse("list", args.length > 1 ? "allow" : "deny", ...args, "--json", "--yes", "--force", ...linked.local),
      );
      expect(json).not.toHaveProperty("accountsEnd");
    }
    expect(jsonLines(await list("deny", "kim@left.example", "--json"))[0]).not.toHaveProperty("accountsEnd");
  });
});

describe("list remove", () => {
  it.each([
    { standing: "contoso.com", effect: "allow", typed: "@CONTOSO.com" },
    { standing: "kim@contoso.com", effect: "deny", typed: "kim+x@contoso.com" },
    { standing: "foo bar", effect: "allow", typed: "foo bar" },
    { standing: "KIM@contoso.com ", effect: "allow", typed: "KIM@contoso.com " },
  ])("removes $standing if it is typed as $typed", async ({ standing, effect, typed }) => {
    await instance.putRow({ entry: standing, effect });
    expect(await list("remove", typed)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Removed ${standing}: ${effect}`) });
    expect(await instance.rows()).toEqual([]);
  });

  it("warns if a deny of many people is removed or narrowed", async () => {
    await instance.putRow({ entry: "*", effect: "deny" });
    const warns = {
      exitCode: 0,
      stderr: "Warning: The deny of * no longer refuses people: other entries and the policy decide on them.\n",
    };
    expect(await list("add", "*", "--effect", "deny", "--issuer", "mail")).toMatchObject(warns);
    expect(await list("remove", "*")).toMatchObject(warns);
    expect(await instance.rows()).toEqual([]);
  });

  it("removes the closest entry and names the broader ones that stay", async () => {
    await instance.putRow({ entry: "kim@contoso.com", effect: "deny" });
    await instance.putRow({ entry: "kim+x@contoso.com", effect: "allow" });
    expect(await list("remove", "kim+x@contoso.com")).toEqual({
      exitCode: 0,
      stdout: "Removed kim+x@contoso.com: allow\n",
      stderr: "Still there, about the same address: kim@contoso.com (deny)\n",
    });
  });

  it.each(["contoso.com", "foo bar", " "])("fails if the list has no entry %j", async (typed) => {
    expect(await list("remove", typed)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`The list has no entry ${typed}`) });
  });

  it("answers JSON", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "allow" });
    expect(jsonLines(await list("remove", "contoso.com", "--json"))).toEqual([
      { removed: { entry: "contoso.com", effect: "allow", state: "live" }, changeSet: expect.any(String) },
    ]);
  });
});

describe("list show", () => {
  beforeEach(async () => {
    await instance.putRow({ entry: "a.example", effect: "allow", note: "\u001b[2J\u202etrap" });
    await instance.putRow({ entry: "b.example", effect: "deny", expiresAt: "2020-01-01" });
    await instance.putRow({ entry: "c.example", effect: "allow", expiresAt: "soon" });
  });

  it("aligns the table, reports each row's state, and prints no terminal control characters", async () => {
    const { exitCode, stdout } = await list("show");
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/[^\x20-\x7e\n]/);
    const [heading, ...rows] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(/^ENTRY {6}EFFECT {2}STATE {4}ISSUER {2}UNTIL {7}NOTE {15} {2}PROBLEM$/);
    expect(rows).toEqual([
      "a.example  allow   live                         \\u001b[2J\\u202etrap",
      "b.example  deny    expired          2020-01-01",
      expect.stringMatching(/^c\.example {2}allow {3}void {46}expiresAt is not a date/),
    ]);
  });

  it("answers JSON, one row a line", async () => {
    expect(jsonLines(await list("show", "--json"))).toEqual([
      { entry: "a.example", effect: "allow", state: "live", note: "\u001b[2J\u202etrap" },
      { entry: "b.example", effect: "deny", state: "expired", expiresAt: "2020-01-02T00:00:00.000Z" },
      { entry: "c.example", effect: "allow", state: "void", problem: expect.stringContaining("expiresAt") },
    ]);
  });

  it("shows what the hygiene worker flagged", async () => {
    await instance.putRow({ entry: "relay", effect: "deny", problem: "no step asks" });
    expect(jsonLines(await list("show", "relay", "--json"))).toEqual([expect.objectContaining({ state: "live", problem: "no step asks" })]);
  });

  it("shows one entry, however it is typed", async () => {
    expect(jsonLines(await list("show", "@A.example", "--json"))).toEqual([expect.objectContaining({ entry: "a.example" })]);
    expect(await list("show", "nobody.example")).toMatchObject({ exitCode: 1, stderr: "The list has no entry nobody.example.\n" });
  });

  it("reads every page of a long list once, and sorts the rows", async () => {
    const entries = Array.from({ length: 1_205 }, (_, index) => `person${index}@example.com`);
    await instance.putRows(entries.map((entry) => ({ entry, effect: "deny" })));
    instance.dynamodb.operations();
    const shown = jsonLines(await list("show", "--json")) as { entry: string }[];
    expect(shown.map(({ entry }) => entry)).toEqual([...entries, "a.example", "b.example", "c.example"].sort());
    expect(instance.dynamodb.operations()).toEqual(["Scan", "Scan", "Scan"]);
  });

  it("says that a list is empty", async () => {
    await instance.clear();
    expect(await list("show")).toEqual({ exitCode: 0, stdout: "", stderr: "The list is empty.\n" });
  });
});

describe("list tidy", () => {
  it("tidies the rows that the hygiene worker missed, and finds nothing to tidy when it runs again", async () => {
    await instance.clear();
    await list("add", "tidy.example", "--effect", "allow");
    await instance.putRow({ entry: "missed.example", effect: "deny" });
    await instance.putRow({ entry: "@Spelt.Example", effect: "allow" });
    await instance.putRow({ entry: "odd.example", effect: "alow" });
    const unused = 'no step\'s policy asks for the class relay: accessList({ classes: ["relay"] })';
    await instance.putRow({ entry: "relay", effect: "deny", problem: unused });
    expect(await list("tidy", "--dry-run")).toMatchObject({ exitCode: 0, stdout: "5 rows looked at, 4 to tidy.\n" });
    const { exitCode, stdout } = await list("tidy");
    expect({ exitCode, lines: stdout.trimEnd().split("\n") }).toEqual({
      exitCode: 0,
      lines: [
        "5 rows looked at, 4 not tidy.",
        "  2 indexed",
        "  1 moved to their normalised spelling",
        "  1 flagged, as something in them cannot be read",
      ],
    });
    const rows = await instance.rows();
    expect(rows.map(({ entry }) => entry).sort()).toEqual(["missed.example", "odd.example", "relay", "spelt.example", "tidy.example"]);
    expect(rows.find(({ entry }) => entry === "relay")).toMatchObject({ problem: unused });
    instance.dynamodb.operations();
    expect(jsonLines(await list("tidy", "--json"))).toEqual([
      { looked: 5, found: 0, indexed: 0, moved: 0, flagged: 0, cleared: 0, refused: 0 },
    ]);
    expect(instance.dynamodb.operations()).not.toContain("PutItem");
  });

  it("writes a row only once if the local database answers late", async () => {
    await instance.clear();
    await instance.putRow({ entry: "@Late.Example", effect: "deny" });
    let isFirst = true;
    instance.dynamodb.before("PutItem", async () => {
      if (isFirst) await sleep(2_500);
      isFirst = false;
    });
    instance.dynamodb.operations();
    expect(jsonLines(await list("tidy", "--json"))).toMatchObject([{ found: 1, moved: 1 }]);
    expect(instance.dynamodb.operations().filter((operation) => operation === "PutItem")).toHaveLength(1);
    instance.dynamodb.before("PutItem", async () => undefined);
  });

  it("names a row whose tidied form DynamoDB refuses, and tidies the rows after it", async () => {
    await instance.clear();
    // A few bytes below the most that DynamoDB keeps.
    const filler = "x".repeat(400 * 1_024 - 60);
    for (const number of [1, 2]) await instance.putRow({ entry: `@Long${number}.example`, effect: "deny", filler });
    for (let number = 0; number < 30; number++) await instance.putRow({ entry: `@Spelt${number}.Example`, effect: "deny" });
    const { exitCode, stdout } = await list("tidy");
    expect({ exitCode, lines: stdout.trimEnd().split("\n").toSorted() }).toEqual({
      exitCode: 0,
      lines: [
        "    @Long1.example",
        "    @Long2.example",
        "  2 left as they are: tidied, they would be too long for DynamoDB",
        "  30 moved to their normalised spelling",
        "32 rows looked at, 32 not tidy.",
      ],
    });
    expect(jsonLines(await list("tidy", "--json"))).toMatchObject([{ found: 2, moved: 0, refused: 2 }]);
  });
});

describe("letting in a denied person until a day", () => {
  const kim = { entry: "kim@contoso.com", effect: "deny", note: "left in May", gates: "default" };
  beforeEach(async () => {
    await instance.putRow({ ...kim, ticket: "T-17" });
    await instance.putRow({ entry: "contoso.com", effect: "allow" });
  });

  it.each([
    { name: "allow", args: ["allow", "kim@contoso.com"] },
    { name: "add", args: ["add", "kim@contoso.com", "--effect", "allow"] },
  ])("with list $name keeps the deny, which stands again afterwards", async ({ args }) => {
    const { stdout, stderr } = await list(...args, "--until", "2099-12-31", "--note", "one more week", "--force");
    expect(stdout).toBe(
      'Changed kim@contoso.com\n  was: deny, gates default, note "left in May"\n  is:  deny, allowed until 2099-12-31, gates default, note "left in May; one more week"\nThe entry applies again afterwards. An account made until then stays: put expiry in the policy, or end it with expiry end.\n',
    );
    expect(stderr).not.toContain("changes nothing");
    const row = { ...kim, ticket: "T-17", note: "left in May; one more week", allowedUntil: "2099-12-31" };
    expect(await instance.rows()).toContainEqual(row);
    expect(await list(...args, "--until", "2099-12-31", "--force")).toMatchObject({ stdout: expect.stringContaining("Already there") });
    expect((await list("check", "kim@contoso.com", "--issuer", "mail")).stdout).toContain(
      "let in by kim@contoso.com (allow until 2099-12-31)",
    );
    expect((await list("show", "kim@contoso.com")).stdout).toContain("deny, allowed until 2099-12-31");
    await list("deny", "kim@contoso.com", "--note", "again", "--gate", "default");
    expect(await instance.rows()).toContainEqual({ ...kim, ticket: "T-17", note: "again" });
  });

  it("with a day that is over is refused, so that an exception never ends unsaid", async () => {
    await list("allow", "kim@contoso.com", "--expires", "2099-12-31", "--force");
    const rows = await instance.rows();
    expect(await list("allow", "kim@contoso.com", "--expires", "2020-01-01", "--force", "--yes")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "kim@contoso.com: 2020-01-01 is over already, so nobody would be let in. To end an exception at once, repeat the entry: list deny kim@contoso.com.\n",
    });
    expect(await instance.rows()).toEqual(rows);
  });

  it("without an end replaces the deny, and does not say that this changes nothing", async () => {
    const { stderr } = await list("allow", "kim@contoso.com", "--force");
    expect(stderr).not.toContain("changes nothing");
    expect(await instance.rows()).toContainEqual({ entry: "kim@contoso.com", effect: "allow", ticket: "T-17" });
  });

  it("is refused at other gates or for another provider than the deny's, and without --force", async () => {
    const until = ["allow", "kim@contoso.com", "--expires", "2099-12-31"];
    await instance.putRow({ ...kim, gates: "" });
    for (const [args, says] of [
      [[...until], "add --force"],
      [[...until, "--force"], "has a mistake: correct it first"],
    ] as const)
      expect(await list(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
    const { gates: _, ...everywhere } = kim;
    await instance.putRow(everywhere);
    for (const [args, says] of [
      [[...until, "--force", "--gate", "default"], "at all gates, and can let people in only at all of these together"],
      [[...until, "--force", "--issuer", "google.com"], "for people of every provider"],
    ] as const)
      expect(await list(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
    expect(await instance.rows()).toContainEqual(everywhere);
  });

  it("answers JSON", async () => {
    const answer = await list("allow", "kim@contoso.com", "--expires", "2099-12-31", "--force", "--json");
    expect(jsonLines(answer)).toMatchObject([{ change: "changed", is: { effect: "deny", allowedUntil: "2100-01-01T00:00:00.000Z" } }]);
    const check = await list("check", "kim@contoso.com", "--issuer", "mail", "--json");
    const [{ steps }] = jsonLines(check) as [{ steps: readonly { matches: readonly object[] }[] }];
    expect(steps[0]?.matches[0]).toEqual({
      entry: "kim@contoso.com",
      effect: "allow",
      level: "address",
      allowedUntil: "2100-01-01T00:00:00.000Z",
    });
  });

  it("an address with a tag gets an entry of its own, and the deny without the tag stays", async () => {
    await list("allow", "kim+x@contoso.com", "--expires", "2099-12-31", "--force");
    expect(await instance.rows()).toEqual(
      expect.arrayContaining([
        { ...kim, ticket: "T-17" },
        { entry: "kim+x@contoso.com", effect: "allow", expiresAt: "2099-12-31" },
      ]),
    );
  });
});
