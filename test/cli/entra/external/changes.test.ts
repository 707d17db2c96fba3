import type { CustomExtension, EventListener } from "../../../../adapters/graph/authentication-extensions";
import type { EventsFlow } from "../../../../adapters/graph/events-flows";
import { changeKinds } from "../../../../cli/entra/changes";
import { actions } from "../../../../cli/entra/external/actions";
import type { ActualExternal, ExternalSetup } from "../../../../cli/entra/external/actual";
import { externalChangesFor, externalRemovalOf } from "../../../../cli/entra/external/changes";
import type { WantedExtension, WantedExternal } from "../../../../cli/entra/external/wanted";

const { objectOf } = changeKinds(actions, {} as ExternalSetup);
const URI = "api://gate.example.com/app-1";
const wantedSubmit: WantedExtension = {
  event: "onAttributeCollectionSubmit",
  name: "Gatehouse submit",
  url: "https://gate.example.com/submit",
  claims: [],
};
const wantedToken: WantedExtension = {
  event: "onTokenIssuanceStart",
  name: "Gatehouse token",
  url: "https://gate.example.com/token",
  claims: ["Tier"],
};
const wanted: WantedExternal = {
  flow: "Sign up",
  applicationName: "Gatehouse sign-up API",
  deployed: { identifierUri: URI, audience: "app-1" },
  extensions: [wantedSubmit, wantedToken],
  attributes: [],
  applications: ["shop"],
};

const application = {
  id: "object-1",
  appId: "app-1",
  displayName: "Gatehouse sign-up API",
  identifierUris: [URI],
  api: { requestedAccessTokenVersion: 2 },
  requiredResourceAccess: [
    {
      resourceAppId: "00000003-0000-0000-c000-000000000000",
      resourceAccess: [{ id: "214e810f-fda8-4fd7-a475-29461495eb00", type: "Role" }],
    },
  ],
};
const extension = (id: string, event: string, displayName: string, targetUrl: string, claims: readonly string[] = []): CustomExtension => ({
  id,
  "@odata.type": `#microsoft.graph.${event}CustomExtension`,
  displayName,
  authenticationConfiguration: { resourceId: URI },
  endpointConfiguration: { targetUrl },
  clientConfiguration: { timeoutInMilliseconds: 2_000, maximumRetries: 1 },
  claimsForTokenConfiguration: claims.map((claimIdInApiResponse) => ({ claimIdInApiResponse })),
});
const submit = extension("s", "onAttributeCollectionSubmit", "Gatehouse submit", "https://gate.example.com/submit");
const token = extension("t", "onTokenIssuanceStart", "Gatehouse token", "https://gate.example.com/token", ["Tier"]);
const flow: EventsFlow = {
  id: "flow-1",
  displayName: "Sign up",
  onAttributeCollection: { attributeCollectionPage: { views: [{ inputs: [{ attribute: "email", hidden: true }] }] } },
  onAttributeCollectionSubmit: { customExtension: { id: "s" } },
};
const listener: EventListener = {
  id: "l",
  "@odata.type": "#microsoft.graph.OnTokenIssuanceStartListener",
  conditions: { applications: { includeApplications: [{ appId: "SHOP" }] } },
  handler: { customExtension: { id: "t" } },
};
/** Nothing is left to do. */
const whole: ActualExternal = {
  named: [application],
  deployed: application,
  principal: { id: "principal-1", appId: "app-1", appOwnerOrganizationId: "tenant-1" },
  isConsented: true,
  knowsEntra: true,
  extensions: [submit, token],
  listeners: [listener],
  flows: [flow],
  applications: ["shop"],
  validations: new Map(),
};

const changesOf = (actual: Partial<ActualExternal>, more: Partial<WantedExternal> = {}, options = {}) => {
  const { changes, ...rest } = externalChangesFor({ ...wanted, ...more }, { ...whole, ...actual }, options);
  return { ...rest, changes: changes.map((change) => `${change.action} ${objectOf(change)}`) };
};

it("changes nothing where all is as it should be, however Graph spells it", () => {
  expect(changesOf({})).toMatchObject({ changes: [], obstacles: [], byHand: [] });
});

it.each<{ given: string; actual?: Partial<ActualExternal>; more?: Partial<WantedExternal>; makes: readonly string[] }>([
  {
    given: "tokens of version 1",
    actual: { deployed: { ...application, api: {} } },
    makes: ["configure application Gatehouse sign-up API, api"],
  },
  {
    given: "another Application ID URI",
    actual: { deployed: { ...application, identifierUris: ["api://old.example.com/app-1"] } },
    makes: ["configure application Gatehouse sign-up API, identifierUris"],
  },
  {
    given: "no role asked for",
    actual: { deployed: { ...application, requiredResourceAccess: [] } },
    makes: ["configure application Gatehouse sign-up API, requiredResourceAccess"],
  },
  { given: "no service principal", actual: { principal: undefined }, makes: ["create service principal Gatehouse sign-up API"] },
  {
    given: "a claim that the extension lacks",
    more: { extensions: [{ ...wantedToken, claims: ["Tier", "Rank"] }] },
    makes: ["update extension Gatehouse token, https://gate.example.com/token"],
  },
  {
    given: "a claim that the policy does not set",
    more: { extensions: [{ ...wantedToken, claims: [] }] },
    makes: ["update extension Gatehouse token, https://gate.example.com/token"],
  },
  {
    given: "any attribute set as a claim",
    more: { extensions: [{ ...wantedToken, claims: ["*"] }] },
    makes: [],
  },
  {
    given: "a step that the policy lost",
    more: { extensions: [wantedSubmit, { ...wantedToken, url: undefined }] },
    makes: ["stop listening Gatehouse token for shop", "delete extension Gatehouse token"],
  },
  {
    given: "a step that the policy lost, and another deployment's extension of the name",
    actual: { extensions: [submit, { ...token, endpointConfiguration: { targetUrl: "https://other.example.com/token" } }] },
    more: { extensions: [wantedSubmit, { ...wantedToken, url: undefined }] },
    makes: [],
  },
  {
    given: "an application without a listener",
    actual: { applications: ["shop", "desk"] },
    makes: ["listen Gatehouse token at onTokenIssuanceStart of desk"],
  },
  {
    given: "an attribute that the form lacks",
    more: { attributes: ["city"] },
    makes: ["collect attributes city"],
  },
])("with $given: $makes", ({ actual = {}, more = {}, makes }) => {
  expect(changesOf(actual, more)).toMatchObject({ changes: makes, obstacles: [] });
});

it.each<{ given: string; actual?: Partial<ActualExternal>; more?: Partial<WantedExternal>; says: string }>([
  {
    given: "two applications of its name",
    actual: { deployed: undefined, named: [application, { ...application, appId: "app-2" }] },
    says: "2 applications have the name Gatehouse sign-up API: app-1 and app-2. Delete those",
  },
  {
    given: "another deployment's application",
    actual: { deployed: undefined },
    more: { deployed: undefined },
    says: `Gatehouse sign-up API has the Application ID URI ${URI}: another deployment may have made it.`,
  },
  {
    given: "two flows of its name",
    actual: { flows: [flow, { ...flow, id: "flow-2" }] },
    says: "2 user flows have the name Sign up: flow-1 and flow-2.",
  },
  {
    given: "what Graph finds wrong",
    actual: {
      validations: new Map([["Gatehouse submit", { errors: [{ code: "DomainNameDoesNotMatch", message: "M" }], warnings: [] }]]),
    },
    says: "Gatehouse submit would not work (DomainNameDoesNotMatch: M): its address and the Application ID URI have to have one host",
  },
  {
    given: "a handler in the flow that Graph does not name the extension of",
    actual: { flows: [{ ...flow, onAttributeCollectionSubmit: {} }] },
    says: "The flow calls the extension that Graph does not name at onAttributeCollectionSubmit, which this gate did not set up.",
  },
])("stops at $given", ({ actual = {}, more = {}, says }) => {
  const { changes, obstacles } = changesOf(actual, more);
  expect({ changes: changes.filter((each) => !each.startsWith("update")), obstacles }).toEqual({
    changes: [],
    obstacles: [expect.stringContaining(says)],
  });
});

it("tells of whoever listens for all applications", () => {
  const everywhere = {
    ...listener,
    id: "all",
    conditions: { applications: { includeApplications: [], includeAllApplications: true } },
    handler: { customExtension: { id: "theirs" } },
  };
  expect(changesOf({ listeners: [listener, everywhere] })).toMatchObject({
    changes: [],
    byHand: [expect.stringContaining("the extension theirs listens at onTokenIssuanceStart of the application shop, too")],
  });
});

it("takes another deployment's application over when told to, and asks for its id in the settings", () => {
  const { changes, byHand } = changesOf({ deployed: undefined }, { deployed: undefined }, { takeOver: true });
  expect(changes).toEqual([]);
  expect(byHand).toEqual([expect.stringContaining('Put externalTenant: { tenantId: "tenant-1", audience: "app-1" } into settings.ts')]);
});

it.each([
  {
    issuer: { issuer: "https://contoso.ciamlogin.com/tenant-1/v2.0" },
    line: 'audience: "app-1", issuer: "https://contoso.ciamlogin.com/tenant-1/v2.0" }',
  },
  { issuer: { issuer: "https://tenant-1.ciamlogin.com/tenant-1/v2.0" }, line: 'audience: "app-1" }' },
  { issuer: "unknown" as const, line: 'audience: "app-1" }' },
])("prints the issuer where it is not the usual one: $issuer", ({ issuer, line }) => {
  const { byHand } = changesOf({ deployed: undefined, named: [{ ...application, identifierUris: [] }], issuer });
  expect(byHand).toEqual([expect.stringContaining(line)]);
});

it("tells of a tenant of another kind", () => {
  const { byHand } = changesOf({ deployed: undefined, named: [{ ...application, identifierUris: [] }], issuer: "absent" });
  expect(byHand).toContainEqual(
    expect.stringMatching(/^https:\/\/tenant-1\.ciamlogin\.com has no metadata\. If the tenant is of another kind/),
  );
  expect(changesOf({}, { flow: "B2X_1_Partner" }).obstacles).toEqual([
    "B2X_1_Partner is not a flow of an external tenant: name it by --user-flow.",
  ]);
});

it.each([
  { given: "already linked", flows: [flow], notes: 0 },
  { given: "yet to be linked", flows: [{ ...flow, onAttributeCollectionSubmit: null }], notes: 1 },
])("without consent, links no flow that is $given", ({ flows, notes }) => {
  const plan = changesOf({ isConsented: false, flows });
  expect(plan.changes).toEqual([]);
  expect(plan.byHand).toEqual([expect.stringContaining("choose Grant admin consent at")]);
  expect(plan.notes.filter((note) => note.startsWith("The flow is linked once"))).toHaveLength(notes);
});

it("tells of a signing key of the application's own", () => {
  const principal = { id: "principal-1", appId: "app-1", keyCredentials: [{ usage: "Sign" }] };
  expect(changesOf({ principal }).byHand).toEqual([expect.stringContaining("signs its tokens with its own key")]);
});

describe("removal", () => {
  const removed = (actual: Partial<ActualExternal>, more: Partial<WantedExternal> = {}, options = {}) => {
    const { changes, notes } = externalRemovalOf({ ...wanted, ...more }, { ...whole, ...actual }, options);
    return { notes, changes: changes.map((change) => `${change.action} ${objectOf(change)}`) };
  };

  it("goes the other way: flow, listeners, extensions, application", () => {
    expect(removed({}).changes).toEqual([
      "unlink onAttributeCollectionSubmit",
      "stop listening Gatehouse token for shop",
      "delete extension Gatehouse submit",
      "delete extension Gatehouse token",
      "delete application Gatehouse sign-up API",
    ]);
  });

  it("leaves what another flow of the gate calls", () => {
    const other = { ...flow, id: "flow-2", displayName: "Partners" };
    const { changes, notes } = removed({ flows: [flow, other], listeners: [listener, { ...listener, id: "m", ...forDesk }] });
    expect(changes).toEqual(["unlink onAttributeCollectionSubmit", "stop listening Gatehouse token for shop"]);
    expect(notes).toEqual([
      "The flow Partners calls the gate, too, so the extensions stay.",
      "Gatehouse sign-up API stays: Gatehouse submit, Gatehouse token use it.",
    ]);
  });

  it("leaves nothing to a flow that is taken out in the same run", () => {
    const other = { ...flow, id: "flow-2", displayName: "Partners" };
    const { changes, notes } = removed({ flows: [flow, other] }, {}, { alongside: ["Sign up", "Partners"] });
    expect(changes.at(-1)).toBe("delete application Gatehouse sign-up API");
    expect(notes.filter((note) => note.includes("stay"))).toEqual([]);
  });

  const forDesk = { conditions: { applications: { includeApplications: [{ appId: "desk" }] } } };

  it("leaves the application to another gate's extensions", () => {
    const theirs = extension("g", "onAttributeCollectionSubmit", "Gatehouse suppliers submit", "https://gate.example.com/suppliers/submit");
    const { changes, notes } = removed({ extensions: [submit, token, theirs] });
    expect(changes.at(-1)).toBe("delete extension Gatehouse token");
    expect(notes).toEqual(["Gatehouse sign-up API stays: Gatehouse suppliers submit use it."]);
  });

  it("leaves what is another deployment's", () => {
    const theirs = [submit, token].map((each) => ({ ...each, endpointConfiguration: { targetUrl: "https://other.example.com/x" } }));
    expect(removed({ extensions: theirs }).changes).toEqual([]);
    expect(removed({ extensions: [], listeners: [], deployed: undefined }, { deployed: undefined })).toEqual({
      changes: [],
      notes: [`Gatehouse sign-up API has the Application ID URI ${URI}, so it stays.`],
    });
  });

  it("leaves an application that goes by another name, though the deployment takes tokens for it", () => {
    const { changes } = removed({ deployed: { ...application, displayName: "Ours by hand" }, named: [] });
    expect(changes.at(-1)).toBe("delete extension Gatehouse token");
  });
});
