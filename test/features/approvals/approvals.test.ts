import { writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { taskStore } from "../../../adapters/tables/tasks";
import { userHere } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { freshTask, requestSubject } from "../../../engine/tasks/task";
import { readClock } from "../../../engine/zone-time";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { beginFirstStage } from "../../../features/approvals/stages";
import { approve, claim, complete, deny, fail, type Submission, strip, submit } from "../../../features/approvals/transitions";
import { withDelegations } from "../../../features/approvals/verbs/delegations";
import { readApprover } from "../../../features/approvals/verbs/requests";
import { knownDomains } from "../../../features/look-alikes/store";
import { record } from "../../cli/records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { hashOf, person } from "../../engine/sign-up/people";
import { alice, asking, DAY, HOUR, kim, MINUTE } from "./requests";

let instance: TestInstance;
beforeEach(async () => {
  instance = await startInstance([], "policy", { audit: true });
});
afterEach(() => instance.close());

const approvals = (...args: string[]) => gatehouse("approvals", ...args, ...instance.local);
const ago = (ms: number) => new Date(Date.now() - ms);
const lee = person({ email: "lee@fabrikam.com" });

async function changed(...args: Parameters<TestInstance["approvals"]["change"]>): Promise<ApprovalRequest> {
  const outcome = await instance.approvals.change(...args);
  if (!outcome.ok) throw new Error(`Refused: ${outcome.why}`);
  return outcome.request;
}

const asks = (signUp: SignUp = kim, when = ago(HOUR), changes: Partial<Submission> = {}) =>
  changed(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp, ...changes }), when));

/** A request whose account could not be made. */
async function failed(signUp: SignUp = kim): Promise<ApprovalRequest> {
  const { id } = await asks(signUp);
  await changed(id, (stored) => approve(stored, { by: alice }, ago(30 * MINUTE)));
  await changed(id, (stored) => claim(stored, { holder: "w", leaseMs: MINUTE }, ago(29 * MINUTE)));
  return await changed(id, (stored) => fail(stored, "w", { reason: "attribute-refused", detail: "city" }, ago(29 * MINUTE)));
}

const standing = async ({ id }: ApprovalRequest) => (await instance.approvals.get(id))?.state;

it.each([
  { args: ["--help"], shows: ["list", "show", "approve", "deny", "reopen", "retry"] },
  {
    args: ["approve", "--help"],
    shows: ["<requests...>", "--note <text>", "--yes", "$ npm run gate -- approvals approve K7QD-9MXD", "Exit codes:"],
  },
  { args: ["retry", "--help"], shows: ["[requests...]", "--all"] },
])("gatehouse shows help for $args", async ({ args, shows }) => {
  const { exitCode, stdout, stderr } = await gatehouse("approvals", ...args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const text of shows) expect(stdout).toContain(text);
});

it("a request on the waiting list has no deadline", async () => {
  const { reference, answerBy } = await asks(kim, ago(HOUR), { waitlist: true, answerWithinDays: 3_650 });
  for (const args of [["list"], ["show", reference]]) {
    const { stdout } = await approvals(...args);
    expect(stdout).toContain("kim@contoso.com");
    expect(stdout).not.toContain(answerBy.slice(0, 4));
  }
});

it("the command decisions show names the command approvals show if it is given the code of a request", async () => {
  const { reference } = await asks();
  expect(await gatehouse("decisions", "show", reference, ...instance.local)).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: `${reference} is the code of a request to be let in: npm run gate -- approvals show ${reference} has it.\n`,
  });
});

describe("approvals list", () => {
  it("shows waiting requests, the oldest first, and warns of unproven addresses", async () => {
    const young = await asks(lee, ago(20 * MINUTE), { emailProven: false });
    const old = await asks(kim, ago(3 * DAY));
    const { exitCode, stdout } = await approvals("list");
    expect(await approvals()).toEqual(expect.objectContaining({ exitCode: 0, stdout }));
    const [heading, first, second, ...rest] = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(exitCode).toBe(0);
    expect(heading).toEqual(["REFERENCE", "AGE", "E-MAIL", "SIGNED IN WITH", "ANSWER BY", "REMARK"]);
    expect(first).toEqual([old.reference, "3 d", "kim@contoso.com", "google.com", expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d/)]);
    expect(second).toEqual([young.reference, "20 min", "lee@fabrikam.com", "entra", expect.any(String), "address not verified"]);
    expect(rest).toEqual([[""]]);
  });

  it("shows an unanswered request as expired after its time, even before that is written", async () => {
    const { reference } = await asks(kim, ago(15 * DAY));
    expect(await approvals("list")).toMatchObject({ exitCode: 0, stdout: "", stderr: "No request waits for an answer.\n" });
    expect(jsonLines(await approvals("list", "--state", "expired", "--json"))).toMatchObject([{ reference, state: "expired" }]);
  });

  it("omits an unreadable row and names it", async () => {
    const [broken, fine] = [await asks(kim), await asks(lee)];
    const Item = marshall({ ...broken, turn: "mended" });
    await instance.dynamodb.client.call("PutItem", { TableName: "approvals-test", Item });
    const ran = await approvals("list", "--json");
    expect(jsonLines(ran)).toMatchObject([{ reference: fine.reference }]);
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: `The request ${broken.reference} cannot be read: its column "turn" in the table of approvals. Its id: ${broken.id}\n`,
    });
  });

  it("shows why accounts could not be created", async () => {
    await failed();
    expect((await approvals("list", "--state", "failed")).stdout).toContain("attribute-refused");
  });

  it("shows at most --limit requests, over several pages", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, index) => asks(person({ email: `p${index}@contoso.com` }), ago(index * MINUTE))));
    const ran = await approvals("list", "--limit", "110", "--json");
    expect(jsonLines(ran)).toHaveLength(110);
    expect(ran.stderr).toBe("There are more than 110: see --limit.\n");
    expect(jsonLines(await approvals("list", "--limit", "120", "--json"))).toHaveLength(120);
  });

  it.each([
    { options: ["--domain", "contoso.com"], people: ["kim@contoso.com"] },
    { options: ["--domain", "@Contoso.com"], people: ["kim@contoso.com"] },
    { options: ["--except", "contoso.com"], people: ["lee@fabrikam.com"] },
    { options: ["--except", "contoso.com, @fabrikam.com"], people: [] },
    { options: ["--domain", "contoso.com", "--except", "contoso.com"], people: [] },
  ])("has the queue's filters: $options", async ({ options, people }) => {
    await Promise.all([kim, lee].map((each) => asks(each)));
    expect(jsonLines(await approvals("list", "--json", ...options)).map((each) => (each as { email: string }).email)).toEqual(people);
  });

  it("lists requests that wait oldest first, and those of another state newest first", async () => {
    const requests = [await asks(kim, ago(5 * DAY)), await asks(lee, ago(4 * DAY))];
    const first = async (...args: string[]) => jsonLines(await approvals("list", "--limit", "1", "--json", ...args));
    expect(await first()).toMatchObject([{ email: "kim@contoso.com" }]);
    for (const [index, { id }] of requests.entries())
      await instance.approvals.change(id, (stored) => deny(stored, { by: alice }, ago((2 - index) * HOUR)));
    expect(await first("--state", "denied")).toMatchObject([{ email: "lee@fabrikam.com" }]);
  });

  it("has the queue's decided states together, newest first or oldest first", async () => {
    const requests = await Promise.all([kim, lee, person({ email: "mo@contoso.com" })].map((each) => asks(each, ago(5 * DAY))));
    for (const [index, { id }] of requests.slice(0, 2).entries())
      await instance.approvals.change(id, (stored) => (index === 0 ? deny : approve)(stored, { by: alice }, ago((2 - index) * HOUR)));
    const late = await asks(person({ email: "late@contoso.com" }), ago(15 * DAY));
    const list = async (...args: string[]) =>
      jsonLines(await approvals("list", "--json", "--state", "decided", ...args)).map((each) => (each as { email: string }).email);
    expect(await list()).toEqual(["lee@fabrikam.com", "kim@contoso.com", late.email]);
    expect(await list("--sort", "oldest")).toEqual(["kim@contoso.com", "lee@fabrikam.com", late.email]);
    expect(await list("--since", "90m")).toEqual(["lee@fabrikam.com"]);
    expect(await list("--limit", "1")).toEqual(["lee@fabrikam.com"]);
  });

  it("has the queue's order by domain: single requests, then the domain that is due first", async () => {
    const times = { "a@two.example": 3, "x@one.example": 1, "b@three.example": 9, "c@two.example": 2, "d@three.example": 1 };
    for (const [email, days] of Object.entries(times)) await asks(person({ email }), ago(days * DAY));
    const list = async (...args: string[]) =>
      jsonLines(await approvals("list", "--json", ...args)).map((each) => (each as { email: string }).email);
    expect(await list("--sort", "domain")).toEqual([
      "x@one.example",
      "b@three.example",
      "d@three.example",
      "a@two.example",
      "c@two.example",
    ]);
    expect(await list("--sort", "oldest")).toEqual(await list());
  });

  it("has the queue's requests that the caller can answer now, without those that are snoozed", async () => {
    const [snoozed, mine] = [await asks(kim), await asks(lee)];
    await asks(person({ email: "mo@contoso.com" }), ago(DAY), beginFirstStage([{ by: ["pat@contoso.com"], need: 1 }], false, new Date()));
    const task = { ...freshTask(requestSubject(snoozed.id)), snoozedUntil: "2099-01-31T00:00:00.000Z", turn: 1 };
    await taskStore(instance.dynamodb.client, "ledger").replace(undefined, task, new Date());
    expect(jsonLines(await approvals("list", "--json", "--answer", "mine"))).toMatchObject([{ id: mine.id }]);
  });

  it("takes the time of a request or, if it waits no longer, of its decision or end", async () => {
    const requests = await Promise.all([asks(kim, ago(5 * DAY)), asks(lee, ago(HOUR))]);
    const list = async (...args: string[]) =>
      jsonLines(await approvals("list", "--json", ...args)).map((each) => (each as { email: string }).email);
    expect(await list("--since", "2h")).toEqual(["lee@fabrikam.com"]);
    expect(await list("--until", "2h")).toEqual(["kim@contoso.com"]);
    for (const { id } of requests) await instance.approvals.change(id, (stored) => deny(stored, { by: alice }, new Date()));
    expect(await list("--state", "denied", "--since", "2h")).toHaveLength(2);
    expect(await list("--state", "denied", "--until", "2h")).toEqual([]);
    await asks(person({ email: "late@contoso.com" }), ago(15 * DAY));
    expect(await list("--state", "expired", "--since", "2d")).toEqual(["late@contoso.com"]);
    expect(await list("--state", "expired", "--until", "2d")).toEqual([]);
  });

  it.each([
    { args: ["--state", "open"], says: "Allowed choices are pending, approved" },
    { args: ["--limit", "0"], says: "whole number from 1" },
  ])("refuses $args", async ({ args, says }) => {
    expect(await approvals("list", ...args)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  });
});

describe("approvals show", () => {
  it("shows everything known about a request, by code, id or address", async () => {
    const request = await asks(kim, ago(HOUR), { emailProven: false });
    const page = record("asked", 0, { email: kim.email, reference: "C9FG-NFM9", reasons: ["approval.requested"], at: request.requestedAt });
    await instance.decisions.keep(page, 90);
    const { stdout } = await approvals("show", request.reference.toLowerCase().replace("-", " "));
    for (const text of [
      `Request ${request.reference}`,
      request.id,
      "pending",
      "kim@contoso.com, signed in with google.com",
      "google.com/1184",
      "NO: the provider lets people hold addresses",
      "the account is created",
      `npm run gate -- why C9FG-NFM9 --local --data '${instance.data}'\n`,
      `displayName                                      "Kim"`,
      `"gold"`,
      "none -> pending, by sign-up (gatehouse)",
    ]) {
      expect(stdout).toContain(text);
    }
    for (const typed of [request.id, "KIM@Contoso.com", ` ${request.reference} `, "c9fg nfm9"]) {
      expect((await approvals("show", typed)).stdout).toBe(stdout);
    }
    expect(jsonLines(await approvals("show", request.id, "--json"))).toMatchObject([
      { id: request.id, state: "pending", attributes: request.attributes, decisions: ["C9FG-NFM9"] },
    ]);
    expect((await approvals("show", request.id, "--json")).stdout).not.toContain(request.call);
  });

  it("shows the evidence of identity vendors, the access that ended, and who is asked", async () => {
    const verifications = [{ vendor: "acme", outcome: "review", code: "REFER", reference: "4712" }];
    const renews = { since: "2026-03-01T08:00:00.000Z", endedAt: "2026-06-14T08:00:00.000Z", how: "early", by: "Boss" } as const;
    const { id } = await asks(kim, ago(HOUR), { verifications, renews, askedOf: "lee@fabrikam.com" });
    const { stdout } = await approvals("show", id);
    expect(stdout).toMatch(/Identity check +acme: review \(code REFER, reference 4712\)\n/);
    expect(stdout).toMatch(/Renewal +access since 2026-03-01 .*, ended early by Boss: 2026-06-14/);
    expect(stdout).toMatch(/Mail goes to +lee@fabrikam.com\n/);
  });

  it("reassign refuses a request without stages before it asks for --yes", async () => {
    const { reference } = await asks(kim);
    const { exitCode, stderr } = await approvals("reassign", reference, "--to", "lee@contoso.com");
    expect({ exitCode, asks: stderr.includes("--yes") }).toEqual({ exitCode: 1, asks: false });
    expect(stderr).toContain("stage");
  });

  it("shows the stages of a request; an operator without a vote can still reassign and remind", async () => {
    const list = [
      { by: ["pat@contoso.com"], need: 1 },
      { by: ["role:Security"], need: 2 },
    ];
    const { reference } = await asks(kim, ago(HOUR), beginFirstStage(list, false, new Date(ago(HOUR))));
    const refused = await approvals("approve", reference, "--yes");
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /Others are asked to decide on it now\..* Asked now: pat@contoso\.com\. Sign in to the console as one of them\./,
      ),
    ]);
    expect((await approvals("reassign", reference, "--to", "two words", "--yes")).stderr).toMatch(/--to: "two words" is no app role/);
    const given = await approvals("reassign", reference, "--to", "lee@contoso.com", "Partners", "--note", "Pat has left", "--yes");
    expect(given.stdout).toMatch(/Others are asked now: lee@contoso\.com, role:Partners\./);
    expect((await approvals("remind", reference, "--yes")).stdout).toMatch(/The approvers get a mail\./);
    expect(jsonLines(await approvals("remind", reference, "--yes", "--json"))).toMatchObject([{ ok: false, why: "not-yet" }]);
    const { stdout } = await approvals("show", reference);
    for (const text of [
      /Stage 1 +0 of 1 by pat@contoso.com/,
      /Asked now +lee@contoso.com, role:Partners/,
      /stage 1 reassigned, asks lee@contoso.com, role:Partners, by .*Pat has left/,
    ])
      expect(stdout).toMatch(text);
  });

  it("lets a delegate decide for an approver until a date, lists the delegation and ends it", async () => {
    const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
    const give = (from: string, to: string, until: string) => approvals("delegate", from, "--to", to, "--until", until, "--yes");
    for (const [to, until, says] of [
      ["PAT+x@contoso.com", day(3), "is pat@contoso.com in another spelling"],
      ["lee", day(3), "is not one plain e-mail address"],
      ["lee@contoso.com", day(100), "is more than 90 days away"],
      ["lee@contoso.com", "2020-01-01", "is not a future time"],
    ] as const)
      expect(await give("pat@contoso.com", to, until)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
    expect((await approvals("delegations")).stderr).toContain("There are no delegations.");
    // The day itself counts, by this machine's clock.
    const lastDay = new Date(Date.parse(readClock(new Date()).day) + 90 * DAY).toISOString().slice(0, 10);
    expect((await give("pat@contoso.com", "lee@contoso.com", lastDay)).exitCode).toBe(0);
    expect((await give("Pat@contoso.com", "lee@contoso.com", day(3))).stdout).toMatch(
      /^lee@contoso\.com decides for pat@contoso\.com until /,
    );
    expect(jsonLines(await approvals("delegations", "--json"))).toMatchObject([{ from: "pat@contoso.com", to: "lee@contoso.com" }]);
    expect((await approvals("delegations")).stdout).toContain("pat@contoso.com");
    expect((await approvals("undelegate", "pat@contoso.com", "--yes")).stdout).toBe(
      "lee@contoso.com no longer decides for pat@contoso.com.\n",
    );
    expect((await approvals("undelegate", "pat@contoso.com", "--yes")).stderr).toContain("Nobody decides for pat@contoso.com");
    expect(jsonLines(await approvals("delegations", "--json"))).toEqual([]);
    const arn = "arn:aws:sts::111111111111:assumed-role/ServiceDesk";
    expect((await give("pat@contoso.com", `${arn}/lee`, day(3))).stdout).toContain(`${arn} decides for pat@contoso.com until`);
    const here = { dynamodb: instance.dynamodb.client, tableOf: () => "ledger" };
    const { stages } = beginFirstStage([{ by: ["pat@contoso.com"], need: 1 }], false, ago(HOUR));
    const as = async (arn: string, request = { stages } as Pick<ApprovalRequest, "stages">) =>
      (await withDelegations({ names: [arn], arn }, [request], here)).standsInFor;
    expect(await as(`${arn}/kim`)).toEqual(["pat@contoso.com"]);
    expect(await as(arn.replace("Desk", "Others"))).toEqual([]);
    expect(await as(arn, {})).toBeUndefined();
  });

  it("shows what differs from the earlier approval", async () => {
    const first = await asks(kim, ago(3 * HOUR), { onApproval: "continue" });
    await changed(first.id, (stored) => approve(stored, { by: alice }, ago(2 * HOUR)));
    await asks({ ...kim, attributes: { displayName: "Lee", jobTitle: "Boss" } }, ago(HOUR), { voided: "It holds what was not approved." });
    const { stdout } = await approvals("show", first.id);
    expect(stdout).toMatch(new RegExp(`Approved before +${first.reference}, approved by alice at `));
    expect(stdout).toContain("Not as approved before:");
    for (const line of [/displayName +"Kim" -> "Lee"\n/, /jobTitle +nothing -> "Boss"\n/, /_Tier +"gold" -> nothing\n/])
      expect(stdout).toMatch(line);
  });

  it("shows Graph's own error about an account that could not be created", async () => {
    const { id } = await asks(kim, ago(HOUR));
    await changed(id, (stored) => approve(stored, { by: alice }, ago(30 * MINUTE)));
    await changed(id, (stored) => claim(stored, { holder: "w", leaseMs: MINUTE }, ago(29 * MINUTE)));
    const refused = { reason: "invitation-refused", graph: "403 Forbidden" };
    await changed(id, (stored) => fail(stored, "w", refused, ago(29 * MINUTE)));
    const { stdout } = await approvals("show", id);
    expect(stdout).toMatch(/Failure +invitation-refused; Graph: 403 Forbidden\n/);
    expect(stdout).toMatch(/What to do +Graph refuses to invite this address/);
  });

  it("explains what to do about an account that could not be created", async () => {
    const { reference } = await failed();
    const { stdout } = await approvals("show", reference);
    expect(stdout).toMatch(/Failure +attribute-refused \(city\)\n/);
    expect(stdout).toMatch(
      new RegExp(`What to do +Graph refuses the value of an attribute.* Then: approvals retry ${reference} --local .*\n`),
    );
    expect(stdout).toMatch(/Decision +approved by alice at \d{4}-\d\d-\d\d [\d:]{8} UTC/);
  });

  it("shows each request of an address if the person asked through several providers", async () => {
    await asks(kim);
    await asks({ ...kim, identities: [] });
    const { stdout } = await approvals("show", "kim@contoso.com");
    expect(stdout).toContain("2 requests: one for each provider and account.");
    expect(stdout.match(/^Request /gm)).toHaveLength(2);
  });

  it("lets no typed text control the terminal or look like output of the command", async () => {
    const forged = 'Kim"\n  State  approved\u001b[2K\u202e';
    const request = await asks({ ...kim, attributes: { displayName: forged, "a\nState": "x" } });
    await changed(request.id, (stored) =>
      deny(stored, { by: { kind: "iam", name: "arn\u001b]0;x\u0007" }, note: "no\r\nForged  yes" }, ago(MINUTE)),
    );
    for (const ran of [
      await approvals("show", request.id),
      await approvals("show", request.id, "--json"),
      await approvals("approve", request.id),
    ]) {
      expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/[^\x20-\x7e\n]/);
      expect(ran.stdout).not.toMatch(/^ *State +approved/m);
      expect(ran.stdout).not.toMatch(/^Forged/m);
    }
  });

  it.each([
    { typed: "nobody@contoso.com", says: "There is no request nobody@contoso.com: approvals list shows those that wait." },
    { typed: "K7QD-9MXD", says: "There is no request K7QD-9MXD" },
    { typed: "A".repeat(22), says: "There is no request AAAA" },
    { typed: "kim", says: '"kim" names no request: write its code such as K7QD-9MXD, its id, or the person\'s address.' },
    { typed: "", says: '"" names no request' },
    { typed: "kim@", says: '"kim@" names no request' },
  ])("explains what is wrong with $typed", async ({ typed, says }) => {
    expect(await approvals("show", typed)).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  });
});

describe("approvals approve and deny", () => {
  it("decides on several at once, shows the people, and keeps who decided and why", async () => {
    const [one, two] = [await asks(kim), await asks(lee, ago(HOUR), { emailProven: false })];
    const ran = await approvals("approve", one.reference, "lee@fabrikam.com", one.id, "--note", "partners", "--yes");
    expect(ran).toEqual({
      exitCode: 0,
      stdout:
        `${one.reference}  kim@contoso.com "Kim", signed in with google.com\n` +
        `${two.reference}  lee@fabrikam.com "kim", signed in with entra; ADDRESS NOT VERIFIED\n` +
        `${one.reference}  kim@contoso.com: Approved: the account is created next.\n` +
        `${two.reference}  lee@fabrikam.com: Approved: the account is created next.\n`,
      stderr: "",
    });
    for (const { id } of [one, two]) {
      expect(await instance.approvals.get(id)).toMatchObject({
        state: "approved",
        decision: { verdict: "approved", by: { kind: "cli", name: userHere() }, note: "partners" },
        history: [{ to: "pending" }, { from: "pending", to: "approved", by: { kind: "cli", name: userHere() }, note: "partners" }],
      });
    }
  });

  it.each<{ given: string; rows: readonly Record<string, string>[]; then?: "continue" | "provision"; says?: RegExp; looksLike?: string }>([
    {
      given: "the list denies their domain",
      rows: [{ entry: "contoso.com", effect: "deny" }],
      says: /by the entry contoso\.com: a deny always wins, so no account is made while it stands\./,
    },
    {
      given: "the list denies their account, and they sign up again",
      rows: [{ entry: "issuer:google.com/1184", effect: "deny" }],
      then: "continue",
      says: /by the entry issuer:google\.com\/1184: .* so the sign-up is refused while it stands\./,
    },
    {
      given: "their domain looks like a known one",
      rows: [],
      looksLike: "contosso.com",
      says: /contoso\.com only looks like contosso\.com/,
    },
    // The approver is who these entries ask for.
    { given: "the list has their address wait", rows: [{ entry: "kim@contoso.com", effect: "approval" }] },
    {
      given: "the list has their provider wait, and they sign up again",
      rows: [{ entry: "issuer:google.com", effect: "approval" }],
      then: "continue",
    },
    {
      given: "the list allows them, closer than it denies",
      rows: [
        { entry: "contoso.com", effect: "deny" },
        { entry: "kim@contoso.com", effect: "allow" },
      ],
    },
  ])(
    "asks before an approval, and names the objections to it: $given",
    async ({ rows, then: onApproval = "provision", says, looksLike }) => {
      const request = await asks(kim, ago(HOUR), { onApproval });
      for (const row of rows) await instance.putRow(row);
      if (looksLike !== undefined) {
        await instance.putRow({ entry: looksLike, effect: "allow" });
        await knownDomains(instance.dynamodb.client, "ledger").allowed([looksLike]);
      }
      const unasked = await approvals("approve", request.id);
      expect(unasked.exitCode).toBe(1);
      if (says === undefined) expect(unasked.stderr).toBe("There is no terminal to ask at, so nothing was changed: add --yes.\n");
      else expect(unasked.stderr).toMatch(says);
      expect(await standing(request)).toBe("pending");
      const sure = await approvals("approve", request.id, "--yes");
      expect(sure).toMatchObject({ exitCode: 0, stderr: says === undefined ? "" : expect.stringMatching(says) });
      expect(await standing(request)).toBe("approved");
      // A denial needs no warning.
      expect((await approvals("deny", request.id, "--yes")).stderr).toBe("");
    },
  );

  it("does nothing without --yes if there is no terminal", async () => {
    const request = await asks();
    const ran = await approvals("deny", request.id);
    expect(ran).toMatchObject({
      exitCode: 1,
      stdout: `${request.reference}  kim@contoso.com "Kim", signed in with google.com\n`,
      stderr: "There is no terminal to ask at, so nothing was changed: add --yes.\n",
    });
    expect(await standing(request)).toBe("pending");
  });

  it("reports the earlier decision on a request, decides on the others, and ends with exit code 1", async () => {
    const [one, two] = [await asks(kim), await asks(lee)];
    await changed(one.id, (stored) => deny(stored, { by: alice, note: "no partner" }, ago(MINUTE)));
    const ran = await approvals("approve", one.id, two.id, "--yes");
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(
      /kim@contoso\.com: It is denied: reopen it first\. Denied by alice at \d{4}-\d\d-\d\d [\d:]{8} UTC\S*: "no partner"\.\n$/,
    );
    expect(await Promise.all([one, two].map(standing))).toEqual(["denied", "approved"]);
    const again = await approvals("approve", two.id, "--yes", "--json");
    expect([again.exitCode, jsonLines(again)]).toEqual([
      1,
      [
        expect.objectContaining({
          id: two.id,
          reference: two.reference,
          email: "lee@fabrikam.com",
          ok: false,
          why: "already",
          decision: expect.objectContaining({ verdict: "approved", by: { kind: "cli", name: userHere() } }),
          message: expect.stringMatching(/^It was decided that way already\. Approved by .* at \d{4}-\d\d-\d\dT[\d:.]+Z\.$/),
        }),
      ],
    ]);
  });

  it("takes an approval back after showing the person and the decision", async () => {
    const request = await asks(kim, ago(HOUR), { onApproval: "continue" });
    await changed(request.id, (stored) => approve(stored, { by: alice }, ago(MINUTE)));
    const unasked = await approvals("deny", request.id);
    expect(unasked.stdout).toMatch(/"Kim", signed in with google\.com; approved by alice at \d{4}-\d\d-\d\d [\d:]{8} UTC\S*\n$/);
    expect(await standing(request)).toBe("approved");
    const ran = await approvals("deny", request.id, "--note", "left", "--yes");
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Denied: .* The approval was taken back\./) });
    expect(await instance.approvals.get(request.id)).toMatchObject({ state: "denied", decision: { verdict: "denied", note: "left" } });
  });

  it("answers JSON, and shows the person beside it", async () => {
    const request = await asks();
    const ran = await approvals("deny", request.id, "--yes", "--json");
    const { id, reference, email } = request;
    const message = "Denied: the person cannot ask again with this account unless the request is reopened.";
    expect(jsonLines(ran)).toEqual([{ id, reference, email, ok: true, state: "denied", message }]);
    expect(ran.stderr).toContain('kim@contoso.com "Kim"');
  });

  it("reports until when the person may sign up, and from when they may ask again", async () => {
    const one = await asks(kim, ago(HOUR), { onApproval: "continue" });
    const two = await asks(lee, ago(HOUR), { askAgainAfterDays: 30 });
    expect((await approvals("approve", one.id, "--yes")).stdout).toMatch(
      /the person may sign up until \d{4}-\d\d-\d\d [\d:]{8} UTC\S*, once\.\n$/,
    );
    expect((await approvals("deny", two.id, "--yes")).stdout).toMatch(/the person may ask again from \d{4}-\d\d-\d\d [\d:]{8} UTC\S*\.\n$/);
  });

  it.each([
    {
      when: "an address has two requests",
      prepare: () => asks({ ...kim, identities: [] }),
      typed: "kim@contoso.com",
      says: "has 2 requests, so nothing was changed. Name one by its code:",
    },
    { when: "one of several is unknown", prepare: async () => undefined, typed: "K7QD-9MXD", says: "There is no request K7QD-9MXD" },
  ])("changes nothing if $when", async ({ prepare, typed, says }) => {
    const request = await asks();
    await prepare();
    const ran = await approvals("approve", request.id, typed, "--yes");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
    expect(await standing(request)).toBe("pending");
  });

  it.each([
    {
      given: "a request that nobody answered in time",
      asked: 15 * DAY,
      note: "x",
      says: "It has expired: reopen it, or have the person sign up again.",
    },
    { given: "a note too long", asked: HOUR, note: "x".repeat(1_001), says: "The note is longer than 1,000 characters." },
  ])("refuses $given", async ({ asked, note, says }) => {
    const { id } = await asks(kim, ago(asked));
    expect(await approvals("approve", id, "--note", note, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  it("need at least one request as an argument", async () => {
    expect(await approvals("approve")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("missing required argument 'requests'"),
    });
  });
});

describe("reopening and retrying requests on the command line", () => {
  it("reopen puts a denied request before the approvers again", async () => {
    const request = await asks();
    await changed(request.id, (stored) => deny(stored, { by: alice }, ago(MINUTE)));
    expect((await approvals("reopen", request.reference, "--yes")).stdout).toMatch(
      /Reopened: it waits for an answer until \d{4}-\d\d-\d\d [\d:]{8} UTC\S*\.\n$/,
    );
    expect(await standing(request)).toBe("pending");
    expect(await approvals("reopen", request.reference, "--yes")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("It still waits for an answer: approve or deny it."),
    });
  });

  it("reopen lets a person ask again after their request was forgotten", async () => {
    const request = await asks(kim, ago(45 * DAY));
    await changed(request.id, (stored) => deny(stored, { by: alice }, ago(40 * DAY)));
    await changed(request.id, (stored) => strip(stored, ago(MINUTE)));
    expect((await approvals("reopen", request.id, "--yes")).stdout).toContain("signed in with forgotten");
    expect(await standing(request)).toBe("expired");
  });

  it.each([
    { verb: "retry", args: ["--all"], becomes: "approved" },
    { verb: "retry", args: [], becomes: "approved" },
    { verb: "reopen", args: [], becomes: "pending" },
  ])("$verb $args names the entry and requires --yes if the list denies the person", async ({ verb, args, becomes }) => {
    const request = await failed(kim);
    await instance.putRow({ entry: String(kim.email), effect: "deny" });
    const typed = args.length === 0 ? [request.reference] : args;
    const ran = await approvals(verb, ...typed);
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`denies them, by the entry ${kim.email}: a deny always wins`),
    });
    expect(await standing(request)).toBe("failed");
    expect(await approvals(verb, ...typed, "--yes")).toMatchObject({ exitCode: 0 });
    expect(await standing(request)).toBe(becomes);
    await instance.clear();
  });

  it("retry tries one failed account again, or every one with --all", async () => {
    const [one, two, other] = [await failed(kim), await failed(lee), await asks(person({ email: "o@contoso.com" }))];
    expect((await approvals("retry", one.id, "--yes")).stdout).toContain("Gatehouse tries to create the account again.");
    expect(await Promise.all([one, two, other].map(standing))).toEqual(["approved", "failed", "pending"]);
    expect(await approvals("retry", "--all", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await Promise.all([one, two, other].map(standing))).toEqual(["approved", "approved", "pending"]);
    expect(await approvals("retry", "--all", "--yes")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "There is no failed request to try again.\n",
    });
  });

  it("retry skips an unreadable row, which it names, tries the others and ends with exit code 1", async () => {
    const [broken, fine] = [await failed(kim), await failed(lee)];
    const Item = marshall({ ...broken, reference: "mended" });
    await instance.dynamodb.client.call("PutItem", { TableName: "approvals-test", Item });
    const note = `A request cannot be read: its column "reference" in the table of approvals. Its id: ${broken.id}\n`;
    expect(await approvals("retry", "--all", "--yes")).toMatchObject({ exitCode: 1, stderr: note });
    expect(await standing(fine)).toBe("approved");
    expect(await approvals("retry", "--all", "--yes")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `${note}There is no failed request to try again.\n`,
    });
  });

  it.each([
    { args: ["--all", "K7QD-9MXD"], says: "Name requests, or write --all, not both." },
    { args: [], says: "Name a request by its code, its id or the address, or write --all." },
  ])("retry refuses $args", async ({ args, says }) => {
    expect(await approvals("retry", ...args)).toMatchObject({ exitCode: 1, stderr: `${says}\n` });
  });

  it("retry does not make an account again that exists already", async () => {
    const { id } = await asks();
    await changed(id, (stored) => approve(stored, { by: alice }, ago(MINUTE)));
    await changed(id, (stored) => claim(stored, { holder: "w", leaseMs: MINUTE }, ago(MINUTE)));
    await changed(id, (stored) => complete(stored, "w", { id: "a1" }, ago(MINUTE)));
    expect((await approvals("retry", id, "--yes")).stderr).toMatch(
      /It is approved, and its account is created\. Approved by alice at .*\.\n$/,
    );
    expect((await approvals("reopen", id, "--yes")).exitCode).toBe(0);
  });
});

it("the approver on the command line is the user of this machine", () => {
  expect(readApprover()).toEqual({ kind: "cli", name: `${userInfo().username}@${hostname()}` });
});

describe("approvals deny-domain", () => {
  const nth = (index: number) =>
    person({ email: `p${index}@burst.example`, identities: [{ issuer: "google.com", issuerAssignedId: `1184${index}` }] });
  const ids = async () => await Promise.all(Array.from({ length: 30 }, (_, index) => asks(nth(index))));

  it("denies a domain with its waiting requests as one change set, and list revert takes it back", async () => {
    const requests = await ids();
    const other = await asks();
    const answer = await approvals("deny-domain", "burst.example", "--yes", "--note", "bots", "--json");
    const [{ changeSet, ...counts }] = jsonLines(answer) as [{ changeSet: string }];
    expect({ exitCode: answer.exitCode, counts }).toEqual({ exitCode: 0, counts: { domain: "burst.example", denied: 30, left: 0 } });
    expect(new Set(await Promise.all(requests.map(standing)))).toEqual(new Set(["denied"]));
    expect(await standing(other)).toBe("pending");
    const checked = await gatehouse("list", "show", "burst.example", "--json", ...instance.local);
    expect(jsonLines(checked)).toMatchObject([{ entry: "burst.example", effect: "deny", note: "bots" }]);
    expect(await approvals("deny-domain", "burst.example", "--yes")).toMatchObject({ exitCode: 0, stdout: "" });

    const undone = await gatehouse("list", "revert", changeSet, "--yes", ...instance.local);
    expect(undone).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("This also reopens the 30 requests") });
    expect(new Set(await Promise.all(requests.map(standing)))).toEqual(new Set(["pending"]));
    expect(jsonLines(await gatehouse("list", "show", "--json", ...instance.local))).toEqual([]);
    const again = await gatehouse("list", "revert", changeSet, "--yes", ...instance.local);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("was undone already") });
  });

  it.each([
    { name: "rests while the domain may sign up", words: ["burst.example"], then: ["allow", "burst.example", "--expires", "2099-12-24"] },
    { name: "reaches one provider alone", words: ["burst.example", "--issuer", "facebook.com"] },
    { name: "ends", words: ["burst.example", "--expires", "2099-12-24"] },
  ])("denies a domain whose deny $name", async ({ words, then }) => {
    await asks(nth(0));
    for (const edit of [["deny", ...words], ...(then === undefined ? [] : [then])])
      expect(await gatehouse("list", ...edit, "--yes", "--force", ...instance.local)).toMatchObject({ exitCode: 0 });
    expect((await approvals("deny-domain", "burst.example", "--yes")).stdout).toBe("Denied burst.example and 1 request.\n");
    const [{ entry, effect, issuer, allowedUntil, expiresAt }] = jsonLines(
      await gatehouse("list", "show", "burst.example", "--json", ...instance.local),
    ) as [Record<string, unknown>];
    expect({ entry, effect, issuer, allowedUntil, expiresAt }).toEqual({ entry: "burst.example", effect: "deny" });
  });

  it("says what is done if it is interrupted, and its repeat denies the rest", async () => {
    await ids();
    let isSent = false;
    instance.dynamodb.before("UpdateItem", async () => {
      if (!isSent) process.emit("SIGINT");
      isSent = true;
    });
    const interrupted = await approvals("deny-domain", "burst.example", "--yes");
    expect(interrupted).toMatchObject({ exitCode: exitCodes.interrupted, stdout: "" });
    expect(interrupted.stderr).toContain("Interrupted: the domain is denied, but not all of its requests.");
    expect((await gatehouse("list", "changes", ...instance.local)).stdout).toContain("0 of 30 requests denied");
    expect((await approvals("deny-domain", "burst.example", "--yes")).stdout).toBe("Denied burst.example and 30 requests.\n");
  });

  it("shows with --dry-run what it would deny, and writes nothing", async () => {
    const [first] = (await ids()) as [ApprovalRequest];
    const answer = await approvals("deny-domain", "burst.example", "--dry-run");
    expect(answer).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Would deny burst\.example and 30 requests\.\n {2}\S+ {2}p\d+@/),
    });
    expect(answer.stdout).toMatch(/\n {2}and 10 more\n$/);
    const [told] = jsonLines(await approvals("deny-domain", "burst.example", "--dry-run", "--json")) as [{ requests: unknown[] }];
    expect(told).toMatchObject({ dryRun: true, domain: "burst.example", denied: 30, left: 0 });
    expect(told.requests).toHaveLength(30);
    expect(await standing(first)).toBe("pending");
    expect(jsonLines(await gatehouse("list", "show", "--json", ...instance.local))).toEqual([]);
    await approvals("deny-domain", "burst.example", "--yes");
    expect(await approvals("deny-domain", "burst.example", "--dry-run")).toMatchObject({
      ...{ exitCode: 0, stdout: "" },
      stderr: expect.stringContaining("no request of it waits for you"),
    });
  });

  it.each<{ words: string[]; says: RegExp | undefined }>([
    {
      words: ["p0@burst.example"],
      says: /1 request of p0@burst\.example still waits\. To deny it too: npm run gate -- approvals deny \w{4}-\w{4} /,
    },
    { words: ["P0+tag@burst.example"], says: /1 request of p0@burst\.example still waits/ },
    {
      words: ["--dry-run", "burst.example"],
      says: /30 requests of this domain still wait\. To deny them too: .* approvals deny-domain burst\.example /,
    },
    {
      words: ["burst.example", "--expires", "2099-12-24"],
      says: /30 requests of this domain still wait: npm run gate -- approvals list --domain burst\.example /,
    },
    { words: ["burst.example", "--issuer", "google.com"], says: /30 requests of this domain still wait: .* approvals list / },
    { words: ["*.example"], says: /30 requests of this entry still wait: npm run gate -- approvals list / },
    { words: ["issuer:google.com/11847"], says: /1 request of this entry still waits\. To deny it too: .* approvals deny \w{4}-\w{4} / },
    { words: ["burst.example", "--issuer", "facebook.com"], says: undefined },
    { words: ["p99@burst.example"], says: undefined },
    { words: ["other.example"], says: undefined },
  ])("list deny $words names the requests that it leaves waiting", async ({ words, says }) => {
    await ids();
    const { stderr } = await gatehouse("list", "deny", ...words, ...(words.includes("--dry-run") ? [] : ["--yes"]), ...instance.local);
    if (says === undefined) expect(stderr).not.toContain("still wait");
    else expect(stderr).toMatch(says);
  });

  it("list deny and list import tell scripts which requests a deny leaves waiting", async () => {
    const [{ reference }] = (await Promise.all([asks(nth(0)), asks(nth(1))])) as [ApprovalRequest, ApprovalRequest];
    const answer = expect.stringMatching(/^npm run gate -- approvals deny(-domain burst\.example|( \w{4}-\w{4}){1,2}) --local/);
    const [denied] = jsonLines(await gatehouse("list", "deny", "--dry-run", "burst.example", "--json", ...instance.local));
    expect(denied).toMatchObject({ requestsLeft: { count: 2, references: expect.arrayContaining([reference]), answer } });
    const path = join(instance.data, "left.csv");
    writeFileSync(path, `entry,effect\np0@burst.example,deny\np1@burst.example,deny\np2@burst.example,allow\n`);
    for (const more of [["--dry-run"], ["--yes"]]) {
      const told = await gatehouse("list", "import", path, ...more, "--json", ...instance.local);
      expect(jsonLines(told)[0]).toMatchObject({ added: 3, requestsLeft: { count: 2, references: expect.any(Array), answer } });
      expect(told.stderr).toMatch(/2 requests of these entries still wait\. To deny them too: npm run gate -- approvals deny \w{4}/);
    }
    expect((await gatehouse("list", "import", path, "--yes", ...instance.local)).stderr).not.toContain("still wait");
  });

  it("list revert names the requests that wait under a deny that it brings back", async () => {
    await Promise.all([asks(nth(0)), asks(nth(1))]);
    const list = (...words: string[]) => gatehouse("list", ...words, ...instance.local);
    for (const entry of ["burst.example", "p0@burst.example"]) await list("deny", entry, "--yes");
    const changeSetOf = async (entry: string) =>
      (jsonLines(await list("remove", entry, "--yes", "--json"))[0] as { changeSet: string }).changeSet;
    const [ofPerson, ofDomain] = [await changeSetOf("p0@burst.example"), await changeSetOf("burst.example")];
    const domain = await list("revert", ofDomain, "--dry-run", "--json");
    expect(jsonLines(domain)[0]).toMatchObject({
      added: 1,
      requestsLeft: { count: 2, answer: expect.stringContaining("deny-domain burst.example") },
    });
    expect(domain.stderr).toContain("2 requests of this domain still wait. To deny them too: ");
    const person = await list("revert", ofPerson, "--yes");
    expect(person.stderr).toMatch(
      /1 request of p0@burst\.example still waits\. To deny it too: npm run gate -- approvals deny \w{4}-\w{4} /,
    );
    const [allowing] = jsonLines(await list("allow", "p1@burst.example", "--yes", "--json")) as [{ changeSet: string }];
    const allowed = await list("revert", allowing.changeSet, "--yes", "--json");
    expect(jsonLines(allowed)[0]).not.toHaveProperty("requestsLeft");
    expect(allowed.stderr).not.toContain("still wait");
  });

  it("is named by list deny while requests of the domain wait", async () => {
    await ids();
    const answer = await gatehouse("list", "deny", "burst.example", "--yes", ...instance.local);
    expect(answer.stderr).toContain(
      "30 requests of this domain still wait. To deny them too: npm run gate -- approvals deny-domain burst.example",
    );
    const done = await approvals("deny-domain", "burst.example", "--yes");
    expect(done.stdout).toBe("Denied burst.example and 30 requests.\n");
    expect((await gatehouse("list", "deny", "fabrikam.com", "--yes", ...instance.local)).stderr).not.toContain("still wait");
  });
});
