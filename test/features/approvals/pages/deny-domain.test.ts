import type { ChangeSet } from "../../../../features/access-list/change-set";
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
