import type { DecisionRecord } from "../../../engine/sign-up/record";
import { admitted, record } from "../../cli/records";
import { gatehouse, gatehouseRunning, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { patiently } from "../../support/patience";

const KEPT_DAYS = 90;
let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(() => instance.close());

/** A few at a time: many at once outlast a busy machine's patience. */
async function keep(...records: readonly DecisionRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 25) {
    await Promise.all(records.slice(at, at + 25).map((each) => instance.decisions.keep(each, KEPT_DAYS)));
  }
}
const decisions = (...args: string[]) => gatehouse("decisions", ...args, ...instance.local);
const ids = async (...args: string[]) => (jsonLines(await decisions("--json", ...args)) as DecisionRecord[]).map(({ id }) => id);

it("reads from the gate's policy which step lets people in, for --outcome", async () => {
  const other = await startInstance([], "test/cli/policies/only-after-sign-in");
  try {
    await other.decisions.keep(admitted("lee", 1, { step: "after-sign-in" }), KEPT_DAYS);
    const found = async (outcome: string) => jsonLines(await gatehouse("decisions", "--json", "--outcome", outcome, ...other.local));
    expect(await found("continue")).toMatchObject([{ id: "lee" }]);
    expect(await found("went-on")).toEqual([]);
  } finally {
    await other.close();
  }
});

describe("decisions", () => {
  const kim = record("kim", 1);

  beforeAll(() =>
    keep(
      kim,
      admitted("lee", 2, { step: "after-sign-in" }),
      record("mina", 3, { verdict: "invalid", rule: "validate", reasons: ["attribute.invalid", "attribute.invalid"] }),
      record("pat", 30),
      record("kim-before", 40, { email: "kim@contoso.com" }),
      record("trap", 50, { email: "\u001b[2J\u202e@contoso.com" }),
    ),
  );

  it.each([
    { args: [], finds: ["kim", "lee", "mina"] },
    { args: ["--since", "7d"], finds: ["kim", "lee", "mina", "pat", "kim-before", "trap"] },
    { args: ["--since", "90m"], finds: ["kim"] },
    { args: ["--since", "150m", "--until", "90m"], finds: ["lee"] },
    { args: ["--since", "150m", "--until", kim.at], finds: ["kim", "lee"] },
    { args: ["--since", "150m", "--until", `${kim.at.slice(0, 16)}Z`], finds: ["kim", "lee"] },
    { args: ["--since", "7d", "--until", "90m", "--verdict", "invalid"], finds: ["mina"] },
    { args: ["--until", "90m"], finds: ["lee", "mina", "pat", "kim-before", "trap"] },
    { args: ["--email", "kim@contoso.com", "--until", "2h"], finds: ["kim-before"] },
    { args: ["--since", new Date(Date.now() - 5 * 86_400_000).toISOString()], finds: ["kim", "lee", "mina", "pat", "kim-before", "trap"] },
    { args: ["--email", "KIM@contoso.com"], finds: ["kim", "kim-before"] },
    { args: ["--email", "kim@contoso.com", "--since", "2h"], finds: ["kim"] },
    { args: ["--verdict", "block"], finds: ["kim"] },
    { args: ["list", "--verdict", "block"], finds: ["kim"] },
    { args: ["list", "--since", "7d", "--limit", "1"], finds: ["kim"] },
    { args: ["--verdict", "invalid", "--step", "before-create-user"], finds: ["mina"] },
    { args: ["--step", "after-sign-in"], finds: ["lee"] },
    { args: ["--email", "nobody@contoso.com"], finds: [] },
  ])("finds $finds with $args, newest first", async ({ args, finds }) => expect(await ids(...args)).toEqual(finds));

  it("aligns the table, in local time, and prints no terminal control characters", async () => {
    const { exitCode, stdout, stderr } = await decisions("--since", "7d");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toMatch(/[^\x20-\x7e\n]/);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^TIME +STEP {16}OUTCOME {14}RULE {9}REASON {14}REFERENCE {2}E-MAIL$/);
    const day = new Date(kim.at).toLocaleDateString("sv-SE");
    expect(lines[1]).toMatch(
      new RegExp(
        `^${day} \\d\\d:\\d\\d:\\d\\d UTC(?:[+-]\\d\\d:\\d\\d)? {2}before-create-user {2}refused {14}access-list {2}access-list.denied {2}K7QD-9MXD {2}kim@`,
      ),
    );
    expect(lines[2]).toContain("after-sign-in       went on to the form ");
    expect(lines[3]).toContain("asked to correct     validate     attribute.invalid   K7QD");
    expect(lines[6]).toMatch(/\\u001b\[2J\\u202e@contoso\.com$/);
  });

  it("reports that there are more than the limit", async () => {
    const { stdout, stderr } = await decisions("--limit", "2", "--json");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toBe("There are more than 2: see --limit.\n");
    expect((await decisions("--limit", "3")).stderr).toBe("");
  });

  it("reports that no decision matches", async () => {
    expect(await decisions("--email", "nobody@contoso.com")).toEqual({ exitCode: 0, stdout: "", stderr: "No decision fits.\n" });
  });

  it("reads only as many pages as it shows", async () => {
    await keep(...Array.from({ length: 250 }, (_, index) => record(`m${index}`, 100 + index / 100, { email: "many@contoso.com" })));
    instance.dynamodb.operations();
    expect(await ids("--email", "many@contoso.com", "--limit", "250")).toHaveLength(250);
    expect(instance.dynamodb.operations()).toEqual(["Query", "BatchGetItem", "Query", "BatchGetItem", "Query", "BatchGetItem"]);
    expect(await ids("--email", "many@contoso.com")).toHaveLength(50);
    expect(instance.dynamodb.operations()).toEqual(["Query", "BatchGetItem"]);
  });

  it.each([
    { args: ["--since", "yesterday"], says: "--since yesterday is not a past time: write one like 30m, 2h, 7d" },
    { args: ["--since", "2999-01-01"], says: "is not a past time" },
    { args: ["--since", "2026-13-01"], says: "there is no such day in the calendar" },
    { args: ["--limit", "0"], says: "Use a whole number from 1" },
    { args: ["--limit", "many"], says: "Use a whole number from 1" },
    { args: ["--verdict", "deny"], says: "Allowed choices are continue, block, invalid" },
    { args: ["--step", "later"], says: "Allowed choices are after-sign-in, before-create-user" },
    { args: ["--email", "not one"], says: '"not one" is not one plain e-mail address' },
    { args: ["shw"], says: "too many arguments" },
  ])("refuses $args", async ({ args, says }) => {
    expect(await decisions(...args)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  });

  const following = (...args: string[]) => gatehouseRunning("decisions", "--follow", "--json", ...args, ...instance.local);
  const printedBy = ({ stdout }: Pick<ReturnType<typeof following>, "stdout">) =>
    (jsonLines({ stdout: stdout() }) as DecisionRecord[]).map(({ id, revision }) => `${id}.${revision}`);

  /** Waits until followers have asked so many times. */
  async function asked(times: number): Promise<void> {
    instance.dynamodb.operations();
    let queries = 0;
    await expect.poll(() => (queries += queriesIn(instance.dynamodb.operations())), patiently).toBeGreaterThanOrEqual(times);
  }
  const queriesIn = (operations: readonly string[]) => operations.filter((operation) => operation === "Query").length;

  it("shows each new decision once, the oldest first, until Ctrl-C, if --follow is given", async () => {
    const given = { email: "followed@contoso.com" };
    const followed = following("--email", given.email);
    // Who asks for the second time has looked once.
    await asked(2);
    await keep(record("f0", 0.003, given));
    const since = following("--email", given.email, "--since", "2h", "--limit", "1");
    const both = async (...order: string[]) => {
      await expect.poll(() => [followed, since].map(printedBy), patiently).toEqual([order, order]);
    };
    await both("f0.0");
    // One after the other, as a look may come between.
    await keep(record("f1", 0.002, given));
    await keep(record("f2", 0.001, given));
    await both("f0.0", "f1.0", "f2.0");
    await keep(record("f3", 0.0015, given));
    // A row that changes between the look at its index and at itself keeps its old place.
    await both("f0.0", "f1.0", "f2.0", "f3.0");
    await keep(record("f2", 0.001, { ...given, verdict: "invalid", revision: 1 }));
    const order = ["f0.0", "f1.0", "f2.0", "f3.0", "f2.1"];
    await both(...order);
    await asked(4);
    process.emit("SIGINT");
    for (const { ended } of [followed, since]) {
      const ran = await ended;
      expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
      expect(printedBy({ stdout: () => ran.stdout })).toEqual(order);
    }
  });

  it("begins with the newest existing decisions if --follow is given", async () => {
    const given = { email: "standing@contoso.com" };
    await keep(record("s1", 1, given), record("s2", 0.5, given), record("s3", 0.001, given));
    const standing = following("--email", given.email, "--since", "2h", "--limit", "2");
    await expect.poll(() => printedBy(standing), patiently).not.toEqual([]);
    process.emit("SIGTERM");
    await standing.ended;
    expect(printedBy(standing)).toEqual(["s2.0", "s3.0"]);
  });
});

describe("decisions show", () => {
  const reference = "9MXD-K7QD";
  const show = (...args: string[]) => decisions("show", ...args);
  beforeEach(() => instance.clear());

  it.each(["9MXD-K7QD", "9mxdk7qd", " 9mxd k7qd ", "9MXDK7QD"])("finds a decision by its code in any spelling: %j", async (typed) => {
    await keep(record("shown", 1, { reference }));
    expect(await show(typed)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Reference ${reference}\n`) });
  });

  it("shows the whole decision as a plain trace", async () => {
    await instance.putRow({ entry: "kim@contoso.com", effect: "deny", note: "left in May \u001b[2J" });
    const trace: DecisionRecord["trace"] = [
      { rule: "format", said: "continue", set: ["displayName"] },
      { rule: "only-domains", said: "block", shadow: true, reasons: ["domain.not-allowed"] },
      {
        rule: "access-list",
        said: "block",
        reasons: ["access-list.denied"],
        evidence: { entry: "kim@contoso.com", level: "address" },
      },
    ];
    await keep(record("whole", 1, { reference: "AAAA-AAAA", email: "kim@contoso.com", issuers: ["google.com"], trace }));
    const { stdout, exitCode, stderr } = await show("aaaaaaaa");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.replace(/When .*\n/, "When\n").split("\n")).toEqual([
      "Reference AAAA-AAAA",
      "  When",
      "  Who                         kim@contoso.com, signed in with google.com",
      "  Step                        before-create-user",
      "  Outcome                     refused",
      "  Decided by                  access-list",
      "  Reason                      access-list.denied (the list denies)",
      "  The page said (in English)  You cannot sign up with this account. If you think you should have access, ask the person who invited you. (Reference: AAAA-AAAA)",
      "  Took                        7 ms",
      "  Policy version              0123456789ab",
      "What each rule said:",
      "  format                 passed; set displayName",
      "  only-domains (shadow)  refused; domain.not-allowed (the domain is not one that may sign up) (in shadow: it changed nothing)",
      "  access-list            refused; access-list.denied (the list denies); by kim@contoso.com: this very address",
      '                         kim@contoso.com is still there: deny, note "left in May \\u001b[2J"',
      "",
    ]);
  });

  it.each([
    { given: "the entry is gone", rows: [], says: "contoso.com is no longer in the list" },
    { given: "it says otherwise", rows: [{ effect: "allow" }], says: "contoso.com has changed since: now allow" },
    {
      given: "it has expired",
      rows: [{ effect: "deny", expiresAt: "2020-01-01" }],
      says: "changed since: now deny (expired), until 2020-01-01",
    },
    { given: "it speaks of others", rows: [{ effect: "deny", issuer: "google.com" }], says: "changed since: now deny, issuer google.com" },
    {
      given: "it stands in another spelling",
      rows: [{ entry: "contoso.com", effect: "deny" }],
      entry: "@Contoso.com",
      says: "as contoso.com",
    },
  ])("shows the present state of the deciding entry if $given", async ({ rows, entry = "contoso.com", says }) => {
    for (const row of rows) await instance.putRow({ entry: "contoso.com", ...row });
    const trace: DecisionRecord["trace"] = [{ rule: "access-list", said: "block", evidence: { entry, level: "domain" } }];
    await keep(record(`standing-${says}`, 1, { reference: "CCCC-CCCC", trace, revision: 1 }));
    expect((await show("CCCCCCCC")).stdout).toContain(says);
  });

  it.each<{ given: string; record: Partial<DecisionRecord>; says: readonly string[] }>([
    {
      given: "a failure",
      record: { failure: "read", rule: undefined, reasons: ["gatehouse.unavailable"], trace: [] },
      says: [
        "Failure                     the tables could not be read",
        "gatehouse.unavailable (a part of Gatehouse failed)",
        "No rule was asked.",
      ],
    },
    {
      given: "a rule that threw, under npm start",
      record: {
        failure: "rule",
        rule: "own",
        reasons: ["gatehouse.unavailable"],
        thrown: {
          error: "TypeError",
          at: ["at x (policy/before-create-user.ts:5:18)", "at y (entra-gatehouse/engine/sign-up/engine.ts:9:1)"],
        },
      },
      says: ["Thrown at                   policy/before-create-user.ts:5:18 (TypeError)\n"],
    },
    {
      given: "a rule that threw in code that was built elsewhere",
      record: {
        failure: "rule",
        rule: "own",
        reasons: ["gatehouse.unavailable"],
        policyVersion: "0f0f0f0f0f0f",
        thrown: { error: "TypeError", at: ["at new URL (node:internal/url:797:36)", "at x (/var/task/index.js:3:73412)"] },
      },
      says: [
        "Thrown at                   index.js:3:73412 (TypeError). Its source map is not here. Check out what was deployed as policy version 0f0f0f0f0f0f and try again, or copy asset.0f0f0f0f0f0f….map from cdk.out on the machine that deployed it into cdk.out.",
      ],
    },
    {
      given: "a system outside that failed",
      record: {
        rule: "lookup",
        failure: "rule",
        reasons: ["gatehouse.unavailable"],
        trace: [{ rule: "lookup", said: "failed", upstreamFailure: { service: "crm", kind: "throttled", status: 429 } }],
      },
      says: ["lookup  failed; no usable answer from crm: throttled (429)\n"],
    },
    {
      given: "a vendor that could not be asked",
      record: {
        rule: "verify-identity",
        reasons: ["identity.unavailable"],
        trace: [
          {
            rule: "verify-identity",
            said: "block",
            reasons: ["identity.unavailable"],
            upstreamFailure: { service: "idology", kind: "timeout" },
          },
        ],
      },
      says: [
        "The page said (in English)  We cannot verify your identity right now. Please try again later. (Reference: ",
        "refused; identity.unavailable (the vendor could not be asked); no usable answer from idology: timeout\n",
      ],
    },
    {
      given: "too many guesses",
      record: {
        rule: "permitted-value",
        reasons: ["code.too-many-guesses"],
        trace: [
          {
            rule: "permitted-value",
            said: "block",
            reasons: ["code.too-many-guesses"],
            evidence: { ledger: "guesses/extension_Code/abc" },
          },
        ],
      },
      says: ["code.too-many-guesses (the person tried too many values today); ledger guesses/extension_Code/abc\n"],
    },
    {
      given: "a request without an address",
      record: { email: undefined, issuers: undefined, rule: undefined, reasons: ["request.email"], trace: [] },
      says: ["Who                         unknown: the request had no address", "Decided by                  no rule: the request itself"],
    },
    {
      given: "form entries to mend",
      record: { verdict: "invalid", rule: "validate", reasons: ["attribute.invalid"] },
      says: ["Outcome         asked to correct", "it may quote what was typed, so it is not recorded"],
    },
    {
      given: "a rule's own text",
      record: {
        rule: "office-hours",
        reasons: ["office-hours.closed"],
        trace: [{ rule: "office-hours", said: "block", evidence: { hour: "23" } }],
      },
      says: ["a text of the rule's own, which is not recorded", "office-hours  refused; hour 23"],
    },
    {
      given: "a sign-up let through",
      record: admitted("let", 1, { changed: ["displayName", "city"] }),
      says: ["Outcome         let in", "Changed         displayName, city"],
    },
    {
      given: "what an external tenant tells, and what its form does not show",
      record: admitted("external", 1, {
        application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33",
        ipAddress: "203.0.113.24",
        correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88",
        notCollected: ["city", "country"],
      }),
      says: [
        "Application     3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33\n",
        "IP address      203.0.113.24\n",
        "Correlation id  d3d2c1b0-a998-4776-8554-3f2e1d0c9b88\n",
        "Not collected   city, country\n",
      ],
    },
    {
      given: "a token without claims",
      record: admitted("token", 1, { step: "before-sending-token", failure: "deadline" }),
      says: ["Failure         the time ran out before every rule had answered, so the token got no claims\n"],
    },
    {
      given: "an earlier answer",
      record: admitted("earlier", 1, { earlier: { verdict: "block", rule: "access-list", reasons: ["access-list.denied"] }, revision: 1 }),
      says: [
        "Earlier answer  refused; access-list.denied (this call was answered differently before; the page with this code showed that)",
      ],
    },
    {
      given: "how somebody signed up, which the page named",
      record: {
        verdict: "block",
        reasons: ["account.exists"],
        rule: "one-account",
        trace: [
          { rule: "one-account", said: "block", reasons: ["account.exists"], evidence: { signedUpWith: "google.com", knownBy: "gate" } },
        ],
      },
      says: ["signedUpWith google.com", "The page said   a text of the rule's own, which is not recorded"],
    },
    {
      given: "an earlier answer without a page",
      record: { earlier: { verdict: "continue", reasons: [] }, revision: 1 },
      says: ["  let in (this call was answered differently before)\n"],
    },
  ])("shows $given", async ({ given, record: changes, says }) => {
    await keep(record(`told ${given}`, 1, { ...changes, id: `told ${given}`, reference: "DDDD-DDDD" }));
    const { stdout } = await show("DDDD-DDDD");
    for (const text of says) expect(stdout).toContain(text);
    for (const found of await instance.decisions.byReference("DDDD-DDDD")) await instance.decisions.remove(found);
  });

  it("shows the policy's own text for a reason", async () => {
    const other = await startInstance([], "test/end-to-end/policies/own-texts");
    await other.decisions.keep(record("own text", 1, { reference: "EEEE-EEEE" }), KEPT_DAYS);
    const ran = await gatehouse("decisions", "show", "EEEEEEEE", ...other.local);
    await other.close();
    expect(ran.stdout).toContain("The page said (in English)  Ask it@contoso.com. (Reference: EEEE-EEEE)\n");
  });

  it("shows all decisions that share a code", async () => {
    await keep(record("one", 1, { reference: "FFFF-FFFF" }), record("two", 2, { reference: "FFFF-FFFF" }));
    const { stdout } = await show("FFFFFFFF");
    expect(stdout).toContain("2 decisions share this reference.\n");
    expect(stdout.match(/^Reference FFFF-FFFF$/gm)).toHaveLength(2);
  });

  it("answers JSON, with the options before or after the code", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "deny" });
    const kept = record("json", 1, { reference: "GGGG-GGGG" });
    await keep(kept);
    const entries = [{ entry: "contoso.com", now: "stands", row: { entry: "contoso.com", effect: "deny", state: "live" } }];
    const whole = [{ ...kept, text: expect.stringContaining("(Reference: GGGG-GGGG)"), entries }];
    expect(jsonLines(await show("GGGGGGGG", "--json"))).toEqual(whole);
    expect(jsonLines(await decisions("--json", ...instance.local, "show", "GGGGGGGG"))).toEqual(whole);
  });

  it.each([
    { typed: "QQQQ-QQQQ", says: "No decision has the reference QQQQ-QQQQ. Decisions are kept for 90 days" },
    { typed: "K7Q2-9MZD", says: '"K7Q2-9MZD" is not a reference code. One is eight letters and digits, such as K7QD-9MXD' },
    { typed: "", says: '"" is not a reference code' },
    {
      typed: "5A0B1c2d-1111-4222-8333-444455556666",
      says: 'is the request id on a page of the gateway\'s own and leads to no decision: the saved query "one call or last day of one person" of CloudWatch Logs Insights finds the lines that bear it (docs/logs.md).',
    },
  ])("ends with exit code 1 for $typed", async ({ typed, says }) => {
    expect(await show(typed)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  });
});
