import { marshall } from "@aws-sdk/util-dynamodb";
import { partnerStore } from "../../../../adapters/tables/partners";
import { routes } from "../../../../console/app/routes";
import { hasRole } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import type { ApprovalRequest } from "../../../../engine/approvals/request";
import { lookedFor } from "../../../../engine/partners/change";
import type { PartnerRow } from "../../../../engine/partners/partner";
import { changedPosture } from "../../../../engine/posture/change";
import { asked, proven, record, startConsole, type TestConsole } from "../../support";

let pages: TestConsole;
let contoso: PartnerRow;
let mine: ApprovalRequest;
let theirs: ApprovalRequest;
beforeEach(async () => {
  pages = await startConsole();
  contoso = await proven(pages, "contoso.com");
  mine = await asked(pages, "kim@contoso.com", { attributes: { displayName: "Kim Lee", jobTitle: "Buyer" } });
  theirs = await asked(pages, "ann@fabrikam.com", { attributes: { displayName: "Ann Zaphod" } });
  await asked(pages, "bo@eu.contoso.com", { attributes: { displayName: "Bo Zaphod" } });
});
afterEach(() => pages.close());

const LEAD = { userNames: ["lead@contoso.com"] };
const as = async (more: Partial<Session> = LEAD) => ({ Cookie: await pages.cookie("Partner", more) });
const get = async (path: string, more?: Partial<Session>) => await pages.get(path, "Partner", await as(more));
const decide = async (request: Pick<ApprovalRequest, "id" | "reference">, fields: Record<string, string> = {}, more?: Partial<Session>) =>
  await pages.post(
    "/partner/decide",
    "Partner",
    { request: `${request.id}/${request.reference}`, verb: "approve", ...fields },
    await as(more),
  );
const stateOf = async ({ id }: ApprovalRequest) => (await pages.world.approvals.get(id))?.state;

describe("a partner's contact", () => {
  it("sees the requests of their domain alone, and decides on one", async () => {
    const queue = await (await get("/partner")).text();
    expect(queue).toContain("kim@contoso.com");
    for (const other of ["fabrikam", "eu.contoso.com", "Zaphod"]) expect(queue).not.toContain(other);
    const page = await (await get(`/partner/requests/${mine.id}`)).text();
    expect(page).toContain("Buyer");
    expect((await decide(mine, { note: "ours" })).headers.get("location")).toBe("/partner?done=approve");
    expect(await pages.world.approvals.get(mine.id)).toMatchObject({
      state: "approved",
      decision: { verdict: "approved", note: "ours", by: { name: "Test Partner" } },
    });
    expect((await pages.world.audit.page({})).entries[0]).toMatchObject({ by: "oid-Partner", action: "approvals.approve" });
    expect(await (await get("/partner?done=approve")).text()).toContain("You approved the request.");
    expect((await get(`/partner/requests/${mine.id}`)).status).toBe(404);
  });

  it.each([
    { what: "another domain", of: () => theirs },
    { what: "a domain below theirs", of: () => asked(pages, "cy@eu.contoso.com") },
    { what: "a domain that ends as theirs", of: () => asked(pages, "cy@notcontoso.com") },
    { what: "nobody", of: () => ({ ...mine, id: "x".repeat(mine.id.length) }) },
    { what: "their domain, by the code of another request", of: () => ({ ...mine, reference: theirs.reference }), shown: 200 },
    { what: "another domain, by the code of their own", of: () => ({ ...theirs, reference: mine.reference }) },
  ])("neither sees nor decides on a request of $what", async ({ of, shown = 404 }) => {
    const request = await of();
    const page = await get(`/partner/requests/${request.id}`);
    expect(page.status).toBe(shown);
    expect(await page.text()).not.toContain("Zaphod");
    for (const verb of ["approve", "deny", "reopen", "retry"]) expect((await decide(request, { verb })).status).toBe(404);
    expect([await stateOf(mine), await stateOf(theirs)]).toEqual(["pending", "pending"]);
  });

  it("neither reopens nor tries again, and never decides on their own request", async () => {
    for (const verb of ["reopen", "retry", ""]) expect((await decide(mine, { verb })).status).toBe(404);
    const own = { userNames: ["kim@contoso.com"] };
    expect(await (await get(`/partner/requests/${mine.id}`, own)).text()).not.toContain('name="verb"');
    expect((await decide(mine, {}, own)).status).toBe(409);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("sees a note that is missing named, where notes are asked for", async () => {
    const asking = { ...pages.world, notes: { required: "always" as const } };
    Object.assign(pages.world, asking);
    const refused = await decide(mine);
    expect(refused.status).toBe(400);
    expect(await stateOf(mine)).toBe("pending");
    expect((await decide(mine, { note: "ours" })).status).toBe(303);
  });

  it.each<{ what: string; more?: Partial<Session>; make?: () => Promise<unknown> }>([
    { what: "has lapsed", make: () => changed({ ...contoso, state: "lapsed" }) },
    { what: "was removed", make: () => partnerStore(pages.database.client, "decisions-test").remove(contoso) },
    { what: "is stale for more than a week", make: () => changed({ ...contoso, state: "stale", until: "2020-01-01T00:00:00.000Z" }) },
    { what: "is pending", make: () => changed({ ...contoso, state: "pending" }) },
    { what: "is below the one that is proven", more: { userNames: ["lead@eu.contoso.com"] } },
    { what: "is not the one of all their names", more: { userNames: ["lead@contoso.com", "lead@fabrikam.com"] } },
    { what: "is in a guest's made-up name alone", more: { userNames: ["lead_contoso.com#EXT#@tenant.onmicrosoft.com"] } },
    { what: "is not told", more: { userNames: [] } },
  ])("has nothing where their domain $what, from the next request on", async ({ more, make }) => {
    await make?.();
    for (const path of ["/partner", `/partner/requests/${mine.id}`]) {
      const response = await get(path, more);
      expect(response.status).toBe(403);
      expect(await response.text()).not.toContain("Kim Lee");
    }
    expect((await decide(mine, {}, more)).status).toBe(403);
    expect(await stateOf(mine)).toBe("pending");
  });

  it("goes on while the record is gone for less than a week", async () => {
    await changed(lookedFor(contoso, "missing", new Date()));
    expect((await get("/partner")).status).toBe(200);
  });
});

const changed = (row: PartnerRow) => partnerStore(pages.database.client, "decisions-test").replace(contoso, row);

it("learns of nothing else by any page, form, search, export, view, count or address of the console", async () => {
  const secret = "zaphod";
  await pages.put({ entry: `${secret}.example`, effect: "deny", note: `${secret} note` });
  await pages.put({ person: `${secret}@fabrikam.com`, city: secret }, "profiles");
  await pages.put({ list: secret, value: secret }, "referenceData");
  await pages.world.decisions.keep(record({ email: `${secret}@fabrikam.com` }), 90);
  const closed = changedPosture(undefined, { gate: "default", state: "closed", reason: secret, by: secret, via: "console" }, new Date());
  await pages.world.postures.replace(undefined, closed);
  await pages.world.colleagues.signedIn({ id: secret, name: secret, role: "Approver", email: undefined }, new Date());
  await pages.database.client.call("PutItem", {
    TableName: "ledger-test",
    Item: marshall({ id: "view/approvals", views: [{ name: secret, query: "state=denied" }] }),
  });
  const values: Readonly<Record<string, string>> = { id: theirs.id, reference: "K7QD-9MXD", domain: "fabrikam.com" };
  const query = `q=${secret}&email=${secret}@fabrikam.com&key=${secret}.example&list=${secret}&value=${secret}&domain=fabrikam.com&open=${theirs.id}&lang=en`;
  const fields = {
    request: `${theirs.id}/${theirs.reference}/`,
    verb: "approve",
    sure: "yes",
    entry: `${secret}.example`,
    email: `ann@fabrikam.com`,
  };
  for (const { method, path, access } of routes) {
    const at = `${path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? "none")}?${query}`;
    const response = method === "GET" ? await get(at) : await pages.post(at, "Partner", fields, await as());
    const said = `${await response.text()} ${JSON.stringify([...response.headers])}`.replaceAll(encodeURIComponent(query), "");
    const shown = said.replaceAll(/lang=ko[^"]*|[^"]*&amp;lang=[^"]*/g, "").replaceAll(query.replaceAll("&", "&amp;"), "");
    expect({ path, leaks: /zaphod|Ann Z/i.test(shown) }).toEqual({ path, leaks: false });
    if (!hasRole("Partner", access)) expect({ path, status: response.status }).toEqual({ path, status: path === "/" ? 302 : 403 });
  }
  expect(await stateOf(theirs)).toBe("pending");
  const layout = await (await get("/partner")).text();
  for (const other of ["/search", "/counts", "/approvals", "/hand-over", "/access-list", "data-palette"])
    expect(layout).not.toContain(`"${other}`);
});
