import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { toItem } from "../../../adapters/tables/item";
import { writeAlone } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { buildPersonId, hashAccount, keyedHash } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { proposalStore } from "../../../features/access-list/store/proposals";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { approve, claim, deny, submit } from "../../../features/approvals/transitions";
import { oneAccountKey } from "../../../features/one-account/rule";
import { beginErasure } from "../../../features/person/store/erasure-job";
import { buildProofKeys, proofWrite } from "../../../features/terms/proof";
import { record } from "../../cli/records";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { hashOf, person as somebody } from "../../engine/sign-up/people";
import { arrived } from "../accounts/accounts";
import { alice, asking } from "../approvals/requests";

const KEPT_DAYS = 90;
let instance: TestInstance;
beforeEach(async () => {
  instance = await startInstance();
});
afterEach(() => instance.close());

/** Few at once: a busy engine answers hundreds too late. */
async function keep(...records: readonly DecisionRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 20)
    await Promise.all(records.slice(at, at + 20).map((each) => instance.decisions.keep(each, KEPT_DAYS)));
}
const person = (...args: string[]) => gatehouse("person", ...args, ...instance.local);
async function left(email: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of instance.decisions.byEmail(email)) ids.push(...page.map(({ id }) => id));
  return ids;
}

const mailbox = record("mailbox", 1, { email: "kim@gmail.com" });
const spelled = record("spelled", 2, { email: "k.im+x@googlemail.com" });
const other = record("other", 3, { email: "lee@gmail.com" });

describe("person export", () => {
  it("prints decisions and rows under every spelling of the mailbox, and no others", async () => {
    await keep(mailbox, spelled, other);
    await instance.putRow({ entry: "kim@gmail.com", effect: "allow", note: "\u001b[2J" });
    await instance.putRow({ entry: "lee@gmail.com", effect: "allow" });
    const ran = await person("export", "K.im+x@GoogleMail.com");
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).not.toMatch(/[^\x20-\x7e\n]/);
    expect(jsonLines(ran)).toEqual([
      { decision: mailbox },
      { decision: spelled },
      { row: { entry: "kim@gmail.com", effect: "allow", note: "\u001b[2J" } },
    ]);
    expect(ran.stderr).toContain(
      "Decisions: 2, rows of the access list: 1, profiles: 0, requests for approval: 0, rows of the ledger: 0.\nLooked for k.im+x@googlemail.com and kim@gmail.com, ",
    );
  });

  it("prints rows of the tagged and the untagged address, and notes that the latter may be another person's", async () => {
    await instance.putRow({ entry: "Kim+x@Contoso.com", effect: "allow" });
    await instance.putRow({ entry: "kim@contoso.com", effect: "deny" });
    await keep(record("base", 1, { email: "kim@contoso.com" }));
    const ran = await person("export", "Kim+x@Contoso.com");
    expect(jsonLines(ran)).toEqual([
      { row: { entry: "Kim+x@Contoso.com", effect: "allow" } },
      { row: { entry: "kim@contoso.com", effect: "deny" } },
    ]);
    expect(ran.stderr).toContain("kim@contoso.com may be the same person or somebody else");
    const waits = { entry: "kim@contoso.com", effect: "approval", typed: "kim+x@contoso.com" };
    await instance.putRow(waits);
    expect(jsonLines(await person("export", "kim+x@contoso.com"))).toEqual([{ row: waits }]);
    await instance.putRow({ entry: "kim@contoso.com", effect: "allow" });
    expect(jsonLines(await person("export", "kim+x@contoso.com"))).toEqual([]);
  });

  it("reports unreadable rows, which an erasure deletes too", async () => {
    await keep(mailbox);
    const odd = {
      ...mailbox,
      id: "odd-row",
      reasons: undefined,
      domain: "gmail.com",
      who: `kim ${Date.parse(mailbox.at)}`,
      day: mailbox.at.slice(0, 10),
    };
    const Item = marshall(odd, { removeUndefinedValues: true });
    await instance.dynamodb.client.call("PutItem", { TableName: instance.decisionsTable, Item });
    const exported = await person("export", "kim@gmail.com");
    expect(jsonLines(exported)).toEqual([{ decision: mailbox }]);
    const leftOut = "Left out, as it cannot be read: 1 row. Correct or delete in the table, by id: odd-row\n";
    expect(exported.stderr).toContain(leftOut);
    expect((await gatehouse("decisions", "--email", "kim@gmail.com", ...instance.local)).stderr).toContain(leftOut);
    expect((await person("erase", "kim@gmail.com", "--yes")).stdout).toContain("Deleted decisions: 2,");
    expect((await person("export", "kim@gmail.com")).stderr).not.toContain("Left out");
  });

  it("reads page by page", async () => {
    await keep(...Array.from({ length: 230 }, (_, index) => record(`m${index}`, index / 10, { email: "many@contoso.com" })));
    expect(jsonLines(await person("export", "many@contoso.com"))).toHaveLength(230);
  });

  it("rejects an invalid address", async () => {
    expect(await person("export", "kim")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: '"kim" is not one plain e-mail address: write one like kim@contoso.com.\n',
    });
  });
});

describe("person erase", () => {
  beforeEach(async () => {
    await keep(mailbox, spelled, other);
    await instance.putRow({ entry: "kim@gmail.com", effect: "deny" });
  });

  it("deletes decisions under every spelling of the mailbox, keeps the list, and reports what stays", async () => {
    const { exitCode, stdout, stderr } = await person("erase", "k.im+x@googlemail.com", "--yes");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "k.im+x@googlemail.com, kim@gmail.com; decisions: 2, rows of the access list: 1, profiles: 0, requests for approval: 0, rows of the ledger: 0.\n" +
        "  kim@gmail.com: deny (stays: --list removes it too)\n" +
        "Deleted decisions: 2, rows of the access list: 0, profiles: 0, requests for approval: 0, rows of the ledger: 0.\n",
    );
    for (const says of [
      "Log lines hold no address",
      "Changes that were made in the console",
      "Events that were already sent",
      "up to 35 days",
      "Accounts of other providers",
      "Notes of rows",
      "Requests of other people, and accounts of guests, still name the person as sponsor or approver",
    ]) {
      expect(stderr).toContain(says);
    }
    expect([await left("kim@gmail.com"), await left("k.im+x@googlemail.com"), await left("lee@gmail.com")]).toEqual([[], [], ["other"]]);
    expect(await instance.rows()).toHaveLength(1);
  });

  it("removes rows of the list only with --list", async () => {
    expect(await person("erase", "kim@gmail.com", "--yes", "--list")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        "Deleted decisions: 2, rows of the access list: 1, profiles: 0, requests for approval: 0, rows of the ledger: 0.\n",
      ),
    });
    expect(await instance.rows()).toEqual([]);
    expect(await left("k.im+x@googlemail.com")).toEqual([]);
  });

  it("deletes the profile", async () => {
    await instance.putRow({ person: "kim@gmail.com", city: "Seoul" }, instance.profilesTable);
    expect(jsonLines(await person("export", "kim@gmail.com"))).toContainEqual({ profile: { person: "kim@gmail.com", city: "Seoul" } });
    expect((await person("erase", "k.im@gmail.com", "--yes")).stdout).toContain("profiles: 1, requests");
    expect(jsonLines(await person("export", "kim@gmail.com"))).not.toContainEqual(expect.objectContaining({ profile: expect.anything() }));
  });

  it("does nothing without --yes if nobody can be asked", async () => {
    const ran = await person("erase", "kim@gmail.com", "--list");
    expect(ran).toMatchObject({ exitCode: 1, stderr: "There is no terminal to ask at, so nothing was changed: add --yes.\n" });
    expect(await left("kim@gmail.com")).toEqual(["mailbox"]);
    expect(await instance.rows()).toHaveLength(1);
  });

  it("asks nothing if there is nothing to delete", async () => {
    expect(await person("erase", "nobody@contoso.com")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Deleted decisions: 0"),
    });
  });

  it("removes the person from change sets of the list; a revert then skips the person's row and reports that", async () => {
    const list = (...args: string[]) => gatehouse("list", ...args, ...instance.local);
    const file = join(mkdtempSync(join(tmpdir(), "gatehouse-test-")), "list.csv");
    writeFileSync(file, "entry,effect\nkim@gmail.com,allow\nlee@gmail.com,allow\n");
    await list("import", file);
    await list("add", "kim@gmail.com", "--effect", "deny");
    const [single, whole] = jsonLines(await list("changes", "--json")) as { id: string; entry?: string }[];
    const changes = async () => jsonLines(await person("export", "k.im@gmail.com")).filter((line) => "change" in (line as object));
    expect(await changes()).toMatchObject([
      { change: { set: single?.id, was: { effect: "allow" }, is: { effect: "deny" } } },
      { change: { set: whole?.id, entry: "kim@gmail.com", was: { effect: "deny" }, is: { effect: "allow" } } },
    ]);
    expect((await person("erase", "kim@gmail.com", "--yes")).stdout).toContain("Left out of change sets: 2 changes of rows.");
    expect(await changes()).toEqual([]);
    expect((await list("changes", "--json")).stdout).not.toContain("kim@gmail.com");
    expect((await list("changes", "show", whole?.id ?? "")).stdout).not.toContain("kim@gmail.com");
    for (const { id } of [single, whole] as { id: string }[])
      expect(await list("revert", id, "--yes")).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("they stay as they are") });
    expect(await instance.rows()).toMatchObject([{ entry: "kim@gmail.com", effect: "deny" }]);
    rmSync(dirname(file), { recursive: true });
  });

  it("deletes proposed edits of the person's row that wait for a second operator", async () => {
    const proposals = proposalStore(instance.dynamodb.client, instance.listChangesTable);
    const row = (entry: string) => ({ entry, after: { entry: { S: entry }, effect: { S: "allow" } } });
    const draft = { by: "oid-1", name: "Lee", means: "console", added: 1, changed: 0, removed: 0 } as const;
    const propose = async (entry: string) => {
      const proposal = await proposals.buildProposal({ ...draft, entry }, [row(entry)], new Date());
      if (proposal !== undefined) await writeAlone(proposal.write.write);
      return proposal?.id;
    };
    const [theirs, others] = [await propose("kim@gmail.com"), await propose("lee@gmail.com")] as [string, string];
    const proposed = async () => jsonLines(await person("export", "k.im@gmail.com")).filter((line) => "proposal" in (line as object));
    expect(await proposed()).toMatchObject([{ proposal: { id: theirs, is: { effect: "allow" } } }]);
    expect((await person("erase", "kim@gmail.com", "--yes")).stderr).toContain("Proposed edits of the list deleted: 1.");
    expect([await proposals.get(theirs), (await proposals.get(others))?.proposal.entry]).toEqual([undefined, "lee@gmail.com"]);
    await proposals.remove(others);
  });

  it("deletes over many pages", async () => {
    await keep(...Array.from({ length: 230 }, (_, index) => record(`m${index}`, index / 10, { email: "many@contoso.com" })));
    expect(await person("erase", "many@contoso.com", "--yes")).toMatchObject({ stdout: expect.stringContaining("Deleted decisions: 230") });
    expect(await left("many@contoso.com")).toEqual([]);
  });

  it("erases nobody while the console does, and says who began it", async () => {
    const ledger = editedRows(instance.dynamodb.client, "ledger", tables.ledger.key);
    const began = { by: "oid-lee", name: "Lee", person: buildPersonId("kim@gmail.com", keyedHash(PERSON_KEY)) };
    expect(await beginErasure(ledger, undefined, began, new Date())).toBeDefined();
    const { exitCode, stderr } = await person("erase", "k.im+x@googlemail.com", "--yes");
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Lee is erasing this person now.")]);
    expect(await left("kim@gmail.com")).toEqual(["mailbox"]);
  });

  it("prints JSON", async () => {
    const ran = await person("erase", "kim@gmail.com", "--yes", "--json");
    const row = { entry: "kim@gmail.com", effect: "deny", state: "live" };
    expect(jsonLines(ran)).toEqual([{ decisions: 2, profiles: 0, approvals: 0, ledger: 0, rows: [], rowsLeft: [row] }]);
  });
});

describe("requests for approval", () => {
  const google = somebody({ email: "kim@gmail.com", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
  const passcode = somebody({ email: "k.im+x@googlemail.com", identities: [{ issuer: "mail" }] });
  const lee = somebody({ email: "lee@gmail.com" });

  async function changed(...args: Parameters<TestInstance["approvals"]["change"]>): Promise<ApprovalRequest> {
    const outcome = await instance.approvals.change(...args);
    if (!outcome.ok) throw new Error(`Refused: ${outcome.why}`);
    return outcome.request;
  }
  const asks = (signUp = google) => changed(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp }), new Date()));
  const denies = ({ id }: ApprovalRequest) => changed(id, (stored) => deny(stored, { by: alice }, new Date()));
  const standing = async ({ id }: ApprovalRequest) => (await instance.approvals.get(id))?.state;

  it("are exported and deleted under every spelling of the mailbox, with any provider, and no others", async () => {
    const [one, two, other] = [await denies(await asks()), await denies(await asks(passcode)), await denies(await asks(lee))];
    expect(jsonLines(await person("export", "k.im+x@googlemail.com"))).toEqual([{ approval: two }, { approval: one }]);
    const ran = await person("erase", "k.im+x@googlemail.com", "--yes");
    expect(ran.stdout).toContain(
      "Deleted decisions: 0, rows of the access list: 0, profiles: 0, requests for approval: 2, rows of the ledger: 0.\n",
    );
    expect(ran.stderr).toContain("Somebody whose request was denied may ask again");
    expect(await Promise.all([one, two, other].map(standing))).toEqual([undefined, undefined, "denied"]);
  });

  it("stop an erasure before it deletes anything if they are open and --approvals is missing", async () => {
    await keep(mailbox);
    const request = await asks();
    expect(await person("erase", "kim@gmail.com", "--yes")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: `Nothing was deleted. The request ${request.reference} is still waiting. Decide on it first, or add --approvals to delete it too.\n`,
    });
    expect([await left("kim@gmail.com"), await standing(request)]).toEqual([["mailbox"], "pending"]);
    expect(await person("erase", "kim@gmail.com", "--yes", "--approvals")).toMatchObject({ exitCode: 0 });
    expect([await left("kim@gmail.com"), await standing(request)]).toEqual([[], undefined]);
  });

  it("are never deleted while their account is being made", async () => {
    const { id } = await asks();
    await changed(id, (stored) => approve(stored, { by: alice }, new Date()));
    const request = await changed(id, (stored) => claim(stored, { holder: "w", leaseMs: 60_000 }, new Date()));
    expect(await person("erase", "kim@gmail.com", "--yes", "--approvals")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("is being created: wait a minute"),
    });
    expect(await standing(request)).toBe("provisioning");
  });
});

describe("person forget-account", () => {
  const kim = somebody({ email: "k.im@gmail.com", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
  const keyed = keyedHash(PERSON_KEY);
  const { key } = oneAccountKey(kim, keyed);
  const remembered = { ...key, personId: buildPersonId(kim.email, keyed), issuer: "google.com", at: "2026-03-01T12:00:00.000Z" };

  it("lets a person sign up in another way, in any spelling, and keeps everything else", async () => {
    await instance.close();
    instance = await startInstance([], "policy", { audit: true });
    await instance.putRow(remembered, "ledger");
    await keep(mailbox);
    expect(jsonLines(await person("export", "kim@gmail.com"))).toEqual([{ decision: mailbox }, { ledger: remembered }]);
    const ran = await person("forget-account", "Kim+x@gmail.com", "--yes");
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("signed up with google.com in a workforce tenant") });
    expect((await person("forget-account", "kim@gmail.com")).stdout).toContain("Nothing is remembered");
    expect(jsonLines(await person("export", "kim@gmail.com"))).toEqual([
      { decision: mailbox },
      { audit: expect.objectContaining({ action: "person.account-forgotten" }) },
    ]);
  });

  it("is part of an erasure, which also removes the account's row and the person's delegations", async () => {
    await instance.close();
    instance = await startInstance([], "policy", { accounts: true });
    const lasts = (to: string) => ({ to, until: "2099-01-01T00:00:00.000Z" });
    const others = { "ann@contoso.com": lasts("lee@contoso.com") };
    const own = { "kim@gmail.com": lasts("lee@contoso.com"), "boss@contoso.com": lasts("k.im+x@gmail.com") };
    const put = async (TableName: string, row: object) =>
      await instance.dynamodb.client.call("PutItem", { TableName, Item: toItem({ ...row }) });
    await put("ledger", { id: "task/delegations", ...others, ...own });
    await put("accounts", arrived({ email: kim.email, personId: buildPersonId(kim.email, keyed) }));
    const exported = jsonLines(await person("export", "kim@gmail.com"));
    expect(exported).toContainEqual({ ledger: { id: "task/delegations", ...own } });
    const erased = await person("erase", "kim@gmail.com", "--yes");
    expect(erased.stdout).toContain("Rows of accounts: 1.");
    expect(erased.stderr).toContain("Rows of accounts deleted: 1.");
    expect(jsonLines(await person("export", "kim@gmail.com"))).toEqual([]);
    expect(jsonLines(await person("export", "ann@contoso.com"))).toEqual([{ ledger: { id: "task/delegations", ...others } }]);
  });

  it("rejects an account in place of an address; person erase removes the same row", async () => {
    await instance.putRow(remembered, "ledger");
    const wrong = await person("forget-account", "issuer:google.com/1184");
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Name the person by an address") });
    expect((await person("erase", "kim@gmail.com", "--yes")).stdout).toContain("rows of the ledger: 1.");
    expect(jsonLines(await person("export", "kim@gmail.com"))).toEqual([]);
  });
});

describe("audit terms proof", () => {
  const accepted = {
    attribute: "extension_Terms",
    version: "2026-01",
    language: "ko",
    sha256: "a".repeat(64),
    at: "2026-01-05T08:00:00.000Z",
    reference: "K7QD-9MXD",
  };
  const accept = async (email: string, more: { readonly emailProven?: false; readonly account?: string } = {}) => {
    const id = buildPersonId(email, keyedHash(PERSON_KEY));
    const row = buildProofKeys(id)[more.emailProven === false ? 1 : 0];
    const { table: _, key, slots, holder } = proofWrite({ ...accepted, ...more }, row, {});
    const item = { ...marshall({ ...key, personId: id, email }), [slots]: { SS: [holder] } };
    await instance.dynamodb.client.call("PutItem", { TableName: "ledger", Item: item });
  };
  const proofs = (...args: string[]) => gatehouse("audit", "terms", "proof", ...args, ...instance.local);

  it("prints the texts that a person accepted, in any spelling of the mailbox, until an erasure", async () => {
    await accept("kim@gmail.com");
    expect(jsonLines(await proofs("K.im+x@GoogleMail.com", "--json"))).toEqual([accepted]);
    expect((await proofs("kim@gmail.com")).stdout).toBe(
      `2026-01-05 08:00 UTC  extension_Terms 2026-01 (ko)  SHA-256 ${"a".repeat(64)}  decision K7QD-9MXD\n`,
    );
    const exported = jsonLines(await person("export", "kim@gmail.com"));
    expect(exported).toEqual([{ ledger: expect.objectContaining({ accepted: [JSON.stringify(accepted)] }) }]);
    await person("erase", "kim@gmail.com", "--yes");
    expect(await proofs("kim@gmail.com")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringContaining("No proof that kim@gmail.com accepted any terms."),
    });
  });

  it("marks unproven acceptances, until an erasure of the account", async () => {
    const account = hashAccount([{ issuer: "google.com", issuerAssignedId: "1184" }], keyedHash(PERSON_KEY)) as string;
    await accept("kim@gmail.com", { emailProven: false, account });
    expect((await proofs("kim@gmail.com")).stdout).toContain(", address not proven\n");
    expect(jsonLines(await person("export", "issuer:google.com/1184"))).toHaveLength(1);
    await person("erase", "issuer:google.com/1184", "--yes");
    expect((await proofs("kim@gmail.com")).stdout).toBe("");
  });

  it("rejects input that is neither an address nor an account", async () => expect((await proofs("kim")).exitCode).toBe(1));

  it("compares the policy's texts with the accepted texts", async () => {
    const check = () => gatehouse("audit", "terms", "check", ...instance.local);
    expect(await check()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("No rule of the policy is terms(…).") });
  });

  it("reports a text of the policy that differs from the one that people accepted under the same version", async () => {
    await instance.close();
    instance = await startInstance([], "samples/policies/terms");
    const check = () => gatehouse("audit", "terms", "check", ...instance.local);
    expect(await check()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nobody has accepted it yet") });
    await instance.putRow({ id: "terms-text/extension_Terms/2026-01/en", sha256: "b".repeat(64) }, "ledger");
    expect(await check()).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/^DIFFERS {2}extension_Terms 2026-01 \(en\).*Give the new text a new version\.\nok {2}.*\(ko\)/),
    });
  });
});
