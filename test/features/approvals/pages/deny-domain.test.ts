import { toItem } from "../../../../adapters/tables/item";
import type { ChangeSet } from "../../../../features/access-list/change-set";
import { listEdit } from "../../../../features/access-list/store/edits";
import { toRowChange } from "../../../../features/access-list/store/row-changes";
import { resumeEdit, type SetRequests } from "../../../../features/access-list/store/run";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { deny, reopen } from "../../../../features/approvals/transitions";
import { startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { seed } from "./seed";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());

async function propose(...edit: Parameters<TestConsole["world"]["proposals"]["buildProposal"]>) {
  const proposal = await pages.world.proposals.buildProposal(...edit);
  if (proposal === undefined) throw new Error("The proposal is too long.");
  await pages.world.audit.commit(
    { by: "oid-other", via: "console", action: "access-list.proposed", subject: proposal.id },
    [proposal.write],
    new Date(),
  );
  return proposal.id;
}
const TOP = (email: string) => email.slice(email.indexOf("@mail.") + "@mail.".length);
const now = (request: ApprovalRequest) => pages.world.approvals.get(request.id);
const shown = async (path: string) => (await (await pages.get(path, "Administrator")).text()).replaceAll("&amp;", "&");

describe("a burst of requests from one domain", () => {
  it("of any length is denied as one change, with one Undo", async () => {
    const requests = await seed(pages, "flood.example", 102);
    const question = await pages.get("/approvals/deny-domain?domain=flood.example", "Administrator");
    expect(await question.text()).toContain("Deny flood.example and its 102 requests");
    const fields = { domain: "flood.example", sure: "yes", confirm: "flood.example" };
    const done = await pages.post("/approvals/deny-domain", "Administrator", fields);
    const path = done.headers.get("location") ?? "";
    const id = new URL(path, "https://console.example").searchParams.get("id") ?? "";
    expect(await shown(path)).toMatch(/You denied flood\.example and its 102 requests.*102 of 102 denied/s);
    expect((await pages.world.accessList.get("flood.example"))?.effect).toEqual({ S: "deny" });
    const denied = await Promise.all(requests.map(now));
    expect(denied.every((request) => request?.state === "denied" && request.history.at(-1)?.act === id)).toBe(true);
    const entries = (await pages.world.audit.page({})).entries.filter(({ set }) => set === id);
    expect(entries).toMatchObject([{ action: "access-list.edited", count: 103, outcome: "done" }]);

    // The inbox and the changes show one act.
    const inbox = await shown("/");
    expect(inbox.match(/denied <a|denied flood\.example and its 102 requests/g)).toHaveLength(1);
    expect(inbox).not.toContain("Undo 102");
    expect(await shown("/audit?q=flood.example")).toContain("denied flood.example and its 102 requests");

    // Somebody decides on one since.
    const [first, ...others] = requests as [ApprovalRequest, ...ApprovalRequest[]];
    const again = { by: { kind: "console", name: "Lee" } } as const;
    await pages.world.approvals.change(first.id, (stored) => reopen(stored, again, new Date()));
    await pages.world.approvals.change(first.id, (stored) => deny(stored, again, new Date()));
    const form = await pages.post("/audit/sets/revert", "Administrator", { id });
    const asking = (await form.text()).replaceAll("&amp;", "&");
    expect(asking).toContain("This also reopens the 102 requests that the change denied");
    const version = /name="version" value="([^"]*)"/.exec(asking)?.[1] ?? "";
    const undone = await pages.post("/audit/sets/revert", "Administrator", { id, version, sure: "yes", confirm: "flood.example" });
    expect(undone.status).toBe(303);
    expect(await pages.world.accessList.get("flood.example")).toBeUndefined();
    const states = await Promise.all(others.map(now));
    expect(new Set(states.map((request) => request?.state))).toEqual(new Set(["pending"]));
    expect((await now(first))?.state).toBe("denied");
    const undo = (await pages.world.changes.get(id))?.revertedBy ?? "";
    expect(await pages.world.changes.get(undo)).toMatchObject({ state: "done", requests: { count: 102, done: 101, left: 1 } });
    const undonePage = await shown(`/audit/sets/one?id=${undo}`);
    expect(undonePage).toContain("101 of 102 reopened, 1 left as they are");
    expect(undonePage).not.toContain('data-act="undo"');
    expect(await shown(`/audit/sets/one?id=${id}`)).not.toMatch(/102 requests<\/h1>.*data-act="undo"/s);
  });

  it.each([
    { others: 1, says: "1 request asks other people, and stays as it is." },
    { others: 2, says: "2 requests ask other people, and stay as they are." },
  ])("says before the deny that $others of its requests ask other people", async ({ others, says }) => {
    const list = [{ by: ["pat@contoso.com"], need: 1 }];
    const asksPat = { stages: { list, running: 0, since: new Date().toISOString(), votes: [] }, asked: ["pat@contoso.com"] };
    const domain = `staged${others}.example`;
    await seed(pages, domain, others + 1, (index) => (index === 0 ? {} : asksPat));
    const question = await shown(`/approvals/deny-domain?domain=${domain}`);
    expect(question).toContain(`Deny ${domain} and its request`);
    expect(question).toContain(says);
  });

  it("is let in again as a whole by an Undo that a second administrator confirms", async () => {
    Object.assign(pages.world, { secondPerson: true });
    const requests = await seed(pages, "second.example", 3);
    const fields = { domain: "second.example", sure: "yes", confirm: "second.example" };
    const done = await pages.post("/approvals/deny-domain", "Administrator", fields);
    const id = new URL(done.headers.get("location") ?? "", "https://console.example").searchParams.get("id") ?? "";
    const other = { Cookie: await pages.cookie("Administrator", { subject: "oid-other", name: "Other" }) };
    const spy = vi.spyOn(pages.world.decisions, "page").mockRejectedValue(new Error("down"));
    const form = await pages.post("/audit/sets/revert", "Administrator", { id }, other);
    const version = /name="version" value="([^"]*)"/.exec(await form.text())?.[1] ?? "";
    const sure = { id, version, sure: "yes", confirm: "second.example" };
    const proposed = (await pages.post("/audit/sets/revert", "Administrator", sure, other)).headers.get("location") ?? "";
    expect(proposed).toMatch(/proposals\?id=.*done=proposed/);
    expect(await shown(proposed)).toContain("This also reopens the 3 requests that the change denied");
    const proposal = new URL(proposed, "https://console.example").searchParams.get("id") ?? "";
    const confirmed = await pages.post("/access-list/proposals/confirm", "Administrator", { id: proposal, confirm: "second.example" });
    spy.mockRestore();
    Object.assign(pages.world, { secondPerson: undefined });
    expect(confirmed.status).toBe(303);
    expect(await pages.world.accessList.get("second.example")).toBeUndefined();
    expect((await Promise.all(requests.map(now))).map((request) => request?.state)).toEqual(["pending", "pending", "pending"]);
    const undo = (await pages.world.changes.get(id))?.revertedBy ?? "";
    expect(await pages.world.changes.get(undo)).toMatchObject({ state: "done", by: expect.any(String), reverts: id, proposedBy: "Other" });
  });

  it("does not stand in the inbox with a denial once the domain is denied", async () => {
    await seed(pages, "denied.example", 25);
    expect(await shown("/")).toContain("/approvals/deny-domain?domain=denied.example");
    await pages.put({ entry: "denied.example", effect: "deny" });
    const inbox = await shown("/");
    expect(inbox).toContain("A burst of requests: 25 people from denied.example");
    expect(inbox).not.toContain("/approvals/deny-domain?domain=denied.example");
  });

  it("is offered where the list alone denies the domain, before the deny is written and after", async () => {
    const requests = await seed(pages, "few.example", 3);
    const offer =
      /3 requests from few\.example wait[^<]*<a href="\/approvals\/deny-domain\?domain=few\.example">Deny few\.example and its 3 requests</;
    const form = { entry: "few.example", effect: "deny" };
    const question = await pages.post("/access-list/add", "Administrator", { ...form, asked: "1" });
    expect((await question.text()).replaceAll("&amp;", "&")).toMatch(offer);
    const written = await pages.post("/access-list/add", "Administrator", { ...form, sure: "yes", confirm: "few.example" });
    expect(written.status).toBe(303);
    const path = written.headers.get("location") ?? "";
    expect(await shown(path)).toMatch(offer);
    expect((await Promise.all(requests.map(now))).map((request) => request?.state)).toEqual(Array(3).fill("pending"));
    for (const { id } of requests)
      await pages.world.approvals.change(id, (row) => deny(row, { by: { kind: "console", name: "Lee" } }, new Date()));
    expect(await shown(path)).not.toContain("few.example wait");
  });

  it("is not offered for one address: its request is", async () => {
    const [, request] = (await seed(pages, "one.example", 2)) as [ApprovalRequest, ApprovalRequest];
    const question = await pages.post("/access-list/add", "Administrator", { entry: request.email, effect: "deny", asked: "1" });
    expect(await question.text()).toMatch(
      new RegExp(`request of ${request.email} waits[^<]*<a href="/approvals/requests/${request.id}">See the request<`),
    );
    for (const [entry, effect] of [
      ["else.example", "deny"],
      ["one.example", "approval"],
      ["p9@one.example", "deny"],
    ] as const) {
      const other = await pages.post("/access-list/add", "Administrator", { entry, effect, asked: "1" });
      expect(await other.text()).not.toMatch(/requests? (from|of) [^ ]* waits?/);
    }
  });

  it.each<{ by: string; send(email: string, before?: Readonly<Record<string, string>>): Promise<Response> }>([
    {
      by: "an import",
      send: (email) =>
        pages.post("/access-list/import", "Administrator", { file: new File([`entry,effect\n${email},deny\n`], "list.csv") }),
    },
    {
      by: "an import of a wildcard",
      send: (email) =>
        pages.post("/access-list/import", "Administrator", { file: new File([`entry,effect\n*.${TOP(email)},deny\n`], "list.csv") }),
    },
    {
      by: "a wildcard",
      send: (email) => pages.post("/access-list/add", "Administrator", { entry: `*.${TOP(email)}`, effect: "deny", asked: "1" }),
    },
    {
      by: "an edit of many",
      async send(email) {
        for (const entry of [email, `else-${email}`]) await pages.put({ entry, effect: "allow" });
        return await pages.post("/access-list/selected", "Administrator", { do: "deny", entry: [email, `else-${email}`] });
      },
    },
    {
      by: "an edit that needs two people",
      async send(email) {
        const { draft, rows } = listEdit([toRowChange({ after: toItem({ entry: email, effect: "deny" }) })], "console");
        const id = await propose({ ...draft, by: "oid-other", name: "Other" }, rows, new Date());
        return await pages.get(`/access-list/proposals?id=${id}`, "Administrator");
      },
    },
  ])("are named by $by that denies them", async ({ by, send }) => {
    const [request] = (await seed(pages, `mail.${by.replaceAll(" ", "-")}.example`, 1)) as [ApprovalRequest];
    const html = await (await send(request.email)).text();
    expect(html).toMatch(new RegExp(`request of ${request.email} waits[^<]*<a href="/approvals/requests/${request.id}">See the request<`));
  });

  it("is not offered for a deny that ends, in place of which it would deny for good", async () => {
    await seed(pages, "until.example", 2);
    const fields = { entry: "until.example", effect: "deny", expiresAt: "2099-12-24", asked: "1" };
    const html = await (await pages.post("/access-list/add", "Administrator", fields)).text();
    expect(html).toMatch(/2 requests from until\.example wait[^<]*<a href="\/approvals\?[^"]*">See the requests</);
  });

  it("answers with a page of its progress if it takes longer, and goes on in a function", async () => {
    await seed(pages, "slow.example", 120);
    const work = { start: vi.fn(async () => undefined) };
    const { listEdits, requestsOfSets } = pages.world;
    const failing: SetRequests = {
      async *decide(set, requests, run) {
        for await (const progress of requestsOfSets?.decide(set, requests, run) ?? []) {
          yield progress;
          throw new Error("throttled");
        }
      },
    };
    Object.assign(pages.world, { listWork: work, requestsOfSets: failing });
    const fields = { domain: "slow.example", sure: "yes", confirm: "slow.example" };
    const path = (await pages.post("/approvals/deny-domain", "Administrator", fields)).headers.get("location") ?? "";
    expect(work.start).toHaveBeenCalledOnce();
    const page = await shown(path);
    expect(page).toMatch(/data-live="3".*83 % done\. The rest follows by itself.*100 of 120 denied/s);
    expect(page).not.toContain("You denied");
    const id = new URL(path, "https://console.example").searchParams.get("id") ?? "";
    const set = (await pages.world.changes.get(id)) as ChangeSet;
    expect(set).toMatchObject({ state: "begun", aliveUntil: 0 });
    await resumeEdit({ ...listEdits, requests: requestsOfSets }, set);
    expect(await shown(path)).toMatch(/You denied slow\.example and its 120 requests.*120 of 120 denied/s);
    expect(await pages.world.changes.get(id)).not.toHaveProperty("aliveUntil");
  });
});
