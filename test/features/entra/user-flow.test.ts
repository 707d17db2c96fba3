import type { ApiConnector } from "../../../features/entra/client/api-connectors";
import { type ActualUserFlow, changesFor, planRemoval, type WantedUserFlow } from "../../../features/entra/verbs/user-flow";

const url = "https://gate.example.com/v1/before-create-user";
const wanted: WantedUserFlow = {
  flow: "B2X_1_Partner",
  connectors: [{ step: "postAttributeCollection", name: "Gatehouse before creating the user", url }],
  username: "entra",
  declared: [],
  attributes: [],
};
const connector = (changed: Partial<ApiConnector> = {}): ApiConnector => ({
  id: "ours",
  displayName: "Gatehouse before creating the user",
  targetUrl: url,
  authenticationConfiguration: { "@odata.type": "#microsoft.graph.basicAuthentication", username: "entra" },
  ...changed,
});
const certificate = { authenticationConfiguration: { "@odata.type": "#microsoft.graph.clientCertificateAuthentication" } };
const readAt = new Date("2026-11-20T12:00:00Z");
/** With days left, until noon. */
const ending = (days: number, isActive = true) => ({
  "@odata.type": "#microsoft.graph.clientCertificateAuthentication",
  certificateList: [{ thumbprint: "AB", notBefore: 0, notAfter: readAt.getTime() / 1_000 + days * 86_400, isActive }],
});
const elsewhere = { targetUrl: "https://other.example/v1/before-create-user" };
const stranger = connector({ id: "theirs", displayName: "Theirs", ...elsewhere });
/** With one connector, linked, by default. */
function actualWith(connectors: readonly ApiConnector[] = [connector()], more: Partial<ActualUserFlow> = {}): ActualUserFlow {
  const [linked] = connectors;
  return { readAt, connectors, links: linked ? { postAttributeCollection: linked } : {}, attributes: [], collected: [], ...more };
}
const named = { name: "Gatehouse before creating the user", id: "ours" };

describe("a connector", () => {
  it.each([
    { that: "stands", tenant: actualWith(), changes: [] },
    {
      that: "stands, its URL written in another way",
      tenant: actualWith([connector({ targetUrl: url.replace("gate.", "GATE.") })]),
      changes: [],
    },
    {
      that: "calls another path of this deployment",
      tenant: actualWith([connector({ targetUrl: "https://gate.example.com/old" })]),
      changes: [{ action: "update connector", ...named, url, credentials: false, why: "it calls https://gate.example.com/old" }],
    },
    {
      that: "shows another user name",
      tenant: actualWith([connector({ authenticationConfiguration: { "@odata.type": "basicAuthentication", username: "old" } })]),
      changes: [{ action: "update connector", ...named, credentials: true, why: "it shows the user name old" }],
    },
    {
      that: "is to get its credentials again",
      tenant: actualWith(),
      options: { credentials: true },
      changes: [{ action: "update connector", ...named, credentials: true, why: "--credentials" }],
    },
    {
      that: "may be taken from another deployment, password included",
      tenant: actualWith([connector(elsewhere)]),
      options: { takeOver: true },
      changes: [{ action: "update connector", ...named, url, credentials: true, why: `it calls ${elsewhere.targetUrl}` }],
    },
    {
      that: "may take another's place",
      tenant: actualWith([stranger, connector()]),
      options: { takeOver: true },
      changes: [{ action: "link", step: "postAttributeCollection", ...named, why: "the step calls Theirs" }],
    },
    { that: "shows a certificate keeps it", tenant: actualWith([connector(certificate)]), changes: [], notes: ["shows a certificate"] },
  ])("gets only the changes that it needs: $that", ({ tenant, options, changes, notes = [] }) => {
    expect(changesFor(wanted, tenant, options)).toEqual({
      changes,
      obstacles: [],
      byHand: [],
      notes: notes.map((note) => expect.stringContaining(note)),
    });
  });

  describe("in a swapped pair", () => {
    const first = connector({
      id: "first",
      displayName: "Gatehouse after sign-in",
      targetUrl: "https://gate.example.com/v1/after-sign-in",
    });
    const both: WantedUserFlow = {
      ...wanted,
      connectors: [{ step: "postFederationSignup", name: first.displayName, url: first.targetUrl }, ...wanted.connectors],
    };
    const swapped = "the connectors are swapped: the step calls";

    it("is linked to the right step, and reported as swapped", () => {
      const tenant = actualWith([first, connector()], { links: { postFederationSignup: connector(), postAttributeCollection: first } });
      expect(changesFor(both, tenant)).toMatchObject({
        obstacles: [],
        changes: [
          { action: "link", id: "first", why: `${swapped} Gatehouse before creating the user, which is for postAttributeCollection` },
          { action: "link", id: "ours", why: `${swapped} Gatehouse after sign-in, which is for postFederationSignup` },
        ],
      });
    });

    it("is unlinked from every step before it is deleted", () => {
      const tenant = actualWith([first, connector()], { links: { postFederationSignup: connector(), postAttributeCollection: first } });
      const actions = planRemoval(both, tenant, false).changes.map(({ action }) => action);
      expect(actions).toEqual(["unlink", "unlink", "delete connector", "delete connector"]);
    });

    it("gets its own address, and is reported as swapped", () => {
      const turned = [connector({ ...first, targetUrl: url }), connector({ targetUrl: first.targetUrl })];
      const tenant = actualWith(turned, {
        links: { postFederationSignup: turned[0] as ApiConnector, postAttributeCollection: turned[1] as ApiConnector },
      });
      expect(changesFor(both, tenant)).toMatchObject({
        obstacles: [],
        changes: [
          { action: "update connector", id: "first", why: `the addresses are swapped: it calls ${url}` },
          { action: "update connector", id: "ours", why: `the addresses are swapped: it calls ${first.targetUrl}` },
        ],
      });
    });
  });

  it.each([
    { that: "has 31 days left", days: 31 },
    { that: "has 30 days left", days: 30, says: "ends on 2026-12-20: entra rotate --certificate FILE.pfx." },
    { that: "has none left, and is active no more", days: -1, says: "ended on 2026-11-19: entra rotate" },
  ])("is reported if its certificate ends within 30 days: the certificate $that", ({ days, says }) => {
    const tenant = actualWith([connector({ authenticationConfiguration: ending(days, days > 0) })]);
    const byHand = says === undefined ? [] : [expect.stringContaining(says)];
    expect(changesFor(wanted, tenant)).toMatchObject({ changes: [], obstacles: [], byHand });
    expect(changesFor(wanted, tenant).byHand).toHaveLength(byHand.length);
  });

  it.each([
    { that: "has a twin", tenant: actualWith([connector(), connector({ id: "twin" })]), says: `: ours (${url}) and twin (${url}).` },
    { that: "calls another deployment", tenant: actualWith([connector(elsewhere)]), says: "--take-over makes it call" },
    { that: "finds its step taken", tenant: actualWith([stranger, connector()]), says: "calls Theirs (https://other.example" },
    { that: "finds its step taken before it is made", tenant: actualWith([stranger]), says: "calls Theirs (https://other.example" },
  ])("blocks the plan, so that nothing is changed, if it $that", ({ tenant, says }) => {
    expect(changesFor(wanted, tenant)).toMatchObject({ changes: [], obstacles: [expect.stringContaining(says)] });
  });

  it("is unlinked and deleted if its step is not used", () => {
    const unserved: WantedUserFlow = {
      ...wanted,
      connectors: [...wanted.connectors, { step: "postFederationSignup", name: "Gatehouse after sign-in", url: undefined }],
    };
    const gone = connector({ id: "gone", displayName: "Gatehouse after sign-in" });
    const tenant = actualWith([connector(), gone], { links: { postAttributeCollection: connector(), postFederationSignup: gone } });
    expect(changesFor(unserved, tenant).changes.map(({ action }) => action)).toEqual(["unlink", "delete connector"]);
    const shared = changesFor(unserved, { ...tenant, otherCallers: new Map([["gone", ["B2X_1_Guest", "B2X_1_Other"]]]) });
    expect(shared).toMatchObject({
      changes: [{ action: "unlink" }],
      notes: ["Gatehouse after sign-in stays: B2X_1_Guest and B2X_1_Other call it, too."],
    });
  });
});

describe("an attribute that the policy sets", () => {
  const long = "extension_0123456789abcdef0123456789abcdef_Tier";
  const attribute = (id: string, dataType = "string") => ({ id, displayName: id, dataType });
  it.each([
    { that: "is not collected", attributes: [attribute("City")], set: "city", changes: [{ action: "collect attribute" }] },
    { that: "is collected", attributes: [attribute("City")], collected: ["city"], set: "city" },
    { that: "is a custom one", attributes: [attribute(long)], set: "extension_Tier", changes: [{ action: "collect attribute" }] },
    { that: "is a yes or no", attributes: [attribute(long, "boolean")], set: "extension_Tier", byHand: ["the flow does not collect"] },
    { that: "the tenant does not have", attributes: [], set: "extension_Tier", byHand: ["declare it under attributes in entra.ts"] },
    { that: "nobody can name", attributes: [attribute("City")], set: "*", notes: ["A rule may set any attribute"] },
  ])(
    "is collected by the plan, or reported if it cannot be: $that",
    ({ attributes, collected = [], set, changes = [], byHand = [], notes = [] }) => {
      const containing = (texts: readonly string[]) => texts.map((text) => expect.stringContaining(text));
      const plan = changesFor({ ...wanted, attributes: [set] }, actualWith(undefined, { attributes, collected }));
      expect(plan).toMatchObject({ changes, byHand: containing(byHand), notes: containing(notes), obstacles: [] });
      expect(plan.changes).toHaveLength(changes.length);
    },
  );
});

describe("a removal", () => {
  it("keeps a connector that calls another deployment, and reports it", () => {
    expect(planRemoval(wanted, actualWith([connector(elsewhere)]), true)).toEqual({
      changes: [],
      obstacles: [],
      byHand: [],
      notes: [`Gatehouse before creating the user calls ${elsewhere.targetUrl}, so it stays.`],
    });
  });

  it("stops collecting attributes that the policy sets, in any spelling of Graph", () => {
    const city = { id: "City", displayName: "City", dataType: "string" };
    const tenant = actualWith([], { attributes: [city], collected: ["city"] });
    expect(planRemoval({ ...wanted, attributes: ["city"] }, tenant, true).changes).toMatchObject([{ action: "stop collecting" }]);
  });

  it("deletes duplicates, and no link of another deployment", () => {
    const tenant = actualWith([stranger, connector(), connector({ id: "twin" })]);
    expect(planRemoval(wanted, tenant, true).changes).toEqual(
      ["ours", "twin"].map((id) => ({ action: "delete connector", ...named, id, why: "it is to be removed" })),
    );
  });
});
