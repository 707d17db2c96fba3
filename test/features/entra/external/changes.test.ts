import type { AppRegistration } from "../../../../features/entra/client/app-registrations";
import type { CustomExtension, EventListener } from "../../../../features/entra/client/authentication-extensions";
import { type ClaimsPolicy, definitionWith } from "../../../../features/entra/client/claims-policies";
import type { EventsFlow } from "../../../../features/entra/client/events-flows";
import { changeKinds } from "../../../../features/entra/verbs/changes";
import { actions } from "../../../../features/entra/verbs/external/actions";
import type { ActualExternal, ExternalSetup, TokenApplication } from "../../../../features/entra/verbs/external/actual";
import { externalChangesFor, planExternalRemoval } from "../../../../features/entra/verbs/external/changes";
import type { WantedExtension, WantedExternal } from "../../../../features/entra/verbs/external/wanted";

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
  declared: [],
  endsByTokens: false,
  applications: ["shop"],
  apis: [],
  claimsPolicy: "Gatehouse claims",
};

const application = {
  id: "object-1",
  appId: "app-1",
  displayName: "Gatehouse sign-up API",
  signInAudience: "AzureADMyOrg",
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
const shop: AppRegistration = {
  id: "object-2",
  appId: "shop",
  displayName: "Shop",
  api: { acceptMappedClaims: true, requestedAccessTokenVersion: 2 },
  signInAudience: "AzureADMyOrg",
};
const mappingOf = (...schema: readonly object[]): ClaimsPolicy => ({
  id: "m",
  displayName: "Gatehouse claims at gate.example.com",
  definition: [JSON.stringify({ ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: "true", ClaimsSchema: schema } })],
});
const mapping = mappingOf({ Source: "customClaimsProvider", ID: "Tier", JwtClaimType: "partner_tier" });
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
  ofFlow: ["shop"],
  otherFlows: new Map(),
  attributes: [],
  tokenApplications: [{ appId: "shop", registration: shop, principal: { id: "shop-1", appId: "shop" }, policies: [mapping] }],
  policies: [mapping],
  holders: [{ id: "shop-1", appId: "shop", displayName: "Shop" }],
  validations: new Map(),
};

const changesOf = (actual: Partial<ActualExternal>, more: Partial<WantedExternal> = {}, options = {}) => {
  const { changes, ...rest } = externalChangesFor({ ...wanted, ...more }, { ...whole, ...actual }, options);
  return { ...rest, changes: changes.map((change) => `${change.action} ${objectOf(change)}`) };
};

it("plans no change if the tenant is as declared, in any spelling that Graph uses", () => {
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
  {
    given: "accounts of other tenants let in",
    actual: { deployed: { ...application, signInAudience: "AzureADandPersonalMicrosoftAccount" } },
    makes: ["configure application Gatehouse sign-up API, signInAudience"],
  },
  { given: "no service principal", actual: { principal: undefined }, makes: ["create service principal Gatehouse sign-up API"] },
  {
    given: "a claim that the extension lacks",
    more: { extensions: [{ ...wantedToken, claims: ["Tier", "Rank"] }] },
    makes: [
      "update extension Gatehouse token, https://gate.example.com/token",
      "update claims policy Gatehouse claims at gate.example.com",
    ],
  },
  {
    given: "a claim that the policy does not set",
    more: { extensions: [{ ...wantedToken, claims: [] }] },
    makes: [
      "update extension Gatehouse token, https://gate.example.com/token",
      "update claims policy Gatehouse claims at gate.example.com",
    ],
  },
  {
    given: "any attribute set as a claim",
    more: { extensions: [{ ...wantedToken, claims: ["*"] }] },
    makes: [],
  },
  {
    given: "a step that the policy lost",
    more: { extensions: [wantedSubmit, { ...wantedToken, url: undefined }] },
    makes: [
      "unassign claims policy Gatehouse claims at gate.example.com from Shop",
      "delete claims policy Gatehouse claims at gate.example.com",
      "stop listening Gatehouse token for shop",
      "delete extension Gatehouse token",
    ],
  },
  {
    given: "a step that the policy lost, and another deployment's extension of the name",
    actual: {
      extensions: [submit, { ...token, endpointConfiguration: { targetUrl: "https://other.example.com/token" } }],
      policies: [{ ...mapping, displayName: "Gatehouse claims at other.example.com" }],
    },
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
])("plans the changes for $given: $makes", ({ actual = {}, more = {}, makes }) => {
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
])("plans nothing and explains why, given $given", ({ actual = {}, more = {}, says }) => {
  const { changes, obstacles } = changesOf(actual, more);
  expect({ changes: changes.filter((each) => !each.startsWith("update")), obstacles }).toEqual({
    changes: [],
    obstacles: [expect.stringContaining(says)],
  });
});

it("reports another extension that listens for all applications", () => {
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

it("reports another listener at the form of any application of the flow, but not at tokens without claims", () => {
  const theirs = (event: string) => ({
    id: event,
    "@odata.type": `#microsoft.graph.${event}Listener`,
    conditions: { applications: { includeApplications: [{ appId: "other" }] } },
    handler: { customExtension: { id: "theirs" } },
  });
  const listeners = [listener, theirs("onAttributeCollectionSubmit"), theirs("onTokenIssuanceStart")];
  expect(changesOf({ ofFlow: ["shop", "other"], listeners }).byHand).toEqual([
    expect.stringContaining("the extension theirs listens at onAttributeCollectionSubmit of the application other, too"),
  ]);
});

describe("another listener for the gate's event", () => {
  const at = (each: EventListener, priority?: number) => (priority === undefined ? each : { ...each, priority });
  const theirs = { ...listener, id: "m", handler: { customExtension: { id: "theirs" } } };

  it.each([
    { ours: 500, other: 500, takeOver: false, changes: [], byHand: 1 },
    { ours: 500, other: 499, takeOver: true, changes: [], byHand: 0 },
    { ours: 500, other: 500, takeOver: true, changes: ["set priority Gatehouse token for shop, 501"], byHand: 1 },
    { ours: 500, other: 700, takeOver: true, changes: ["set priority Gatehouse token for shop, 701"], byHand: 1 },
    { ours: 500, other: 1_000, takeOver: true, changes: [], byHand: 1 },
    { ours: undefined, other: undefined, takeOver: true, changes: [], byHand: 1 },
  ])(
    "at priority $other is overtaken by the gate's at $ours only if --take-over is given: $takeOver",
    ({ ours, other, takeOver, changes, byHand }) => {
      const plan = changesOf({ listeners: [at(theirs, other), at(listener, ours)] }, {}, { takeOver });
      expect({ changes: plan.changes, byHand: plan.byHand.length }).toEqual({ changes, byHand });
    },
  );
});

it("asks to put another deployment's application into the settings if --take-over is given", () => {
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
])("prints the issuer if it is not the usual one: $issuer", ({ issuer, line }) => {
  const { byHand } = changesOf({ deployed: undefined, named: [{ ...application, identifierUris: [] }], issuer });
  expect(byHand).toEqual([expect.stringContaining(line)]);
});

it("reports a tenant of another kind", () => {
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
])("makes no change to a flow that is $given if consent is missing", ({ flows, notes }) => {
  const plan = changesOf({ isConsented: false, flows });
  expect(plan.changes).toEqual([]);
  expect(plan.byHand).toEqual([expect.stringContaining("choose Grant admin consent at")]);
  expect(plan.notes.filter((note) => note.startsWith("The flow is linked once"))).toHaveLength(notes);
});

it("reports an application that signs its tokens with its own key", () => {
  const principal = { id: "principal-1", appId: "app-1", keyCredentials: [{ usage: "Sign" }] };
  expect(changesOf({ principal }).byHand).toEqual([expect.stringContaining("signs its tokens with its own key")]);
});

const STILL_ACCEPTS = "Shop still accepts mapped claims: set acceptMappedClaims to false if nothing else maps its claims.";

describe("claims mapping", () => {
  const orders = { appId: "orders", registration: { ...shop, id: "object-3", appId: "orders", displayName: "Orders API" } };
  const [mapped] = whole.tokenApplications;
  const unmapped = { ...orders, principal: { id: "orders-1", appId: "orders" }, policies: [] };
  const withApi = (api: object, more: object = {}) => ({
    ...unmapped,
    registration: { ...orders.registration, api: { requestedAccessTokenVersion: 2, ...api }, ...more },
  });
  const theirs = { ...mappingOf({ Source: "user", ID: "mail", JwtClaimType: "mail" }), id: "theirs", displayName: "Their claims" };
  const assigned = "assign claims policy Gatehouse claims at gate.example.com to Orders API";

  it.each<{ given: string; actual: Partial<ActualExternal>; makes: readonly string[]; byHand?: readonly unknown[]; options?: object }>([
    {
      given: "no policy yet",
      actual: { policies: [], tokenApplications: [unmapped] },
      makes: ["create claims policy Gatehouse claims at gate.example.com", assigned],
    },
    {
      given: "an API beside the application",
      actual: { tokenApplications: [mapped as TokenApplication, unmapped] },
      makes: [assigned],
    },
    {
      given: "an application that accepts none",
      actual: { tokenApplications: [withApi({ acceptMappedClaims: false })] },
      makes: ["accept claims Orders API", assigned],
    },
    {
      given: "an application with a signing key of its own",
      actual: {
        tokenApplications: [{ ...withApi({}), principal: { ...unmapped.principal, preferredTokenSigningKeyThumbprint: "A1" } }],
      },
      makes: [assigned],
    },
    {
      given: "an application for several tenants",
      actual: { tokenApplications: [withApi({}, { signInAudience: "AzureADMultipleOrgs" })] },
      makes: [],
      byHand: [expect.stringMatching(/^Orders API takes accounts of other tenants, so .* give its service principal a signing key/)],
    },
    {
      given: "an API whose code takes tokens of version 1",
      actual: {
        tokenApplications: [withApi({ acceptMappedClaims: true, requestedAccessTokenVersion: null }, { identifierUris: ["api://orders"] })],
      },
      makes: [assigned],
      byHand: [expect.stringMatching(/^Orders API has access tokens of version 1.*or add --take-over/)],
    },
    {
      given: "the same, to be taken over",
      options: { takeOver: true },
      actual: {
        tokenApplications: [withApi({ acceptMappedClaims: true, requestedAccessTokenVersion: 1 }, { identifierUris: ["api://orders"] })],
      },
      makes: ["accept claims Orders API", assigned],
    },
    {
      given: "an application without a service principal",
      actual: { tokenApplications: [{ ...unmapped, principal: undefined }] },
      makes: ["create service principal Orders API", assigned],
    },
    {
      given: "an application that is not there",
      actual: { tokenApplications: [{ appId: "nobody", policies: [] }] },
      makes: [],
      byHand: [expect.stringContaining("The tenant has no application nobody, so its tokens get no claims")],
    },
    {
      given: "another policy that lacks the claims",
      actual: { tokenApplications: [{ ...unmapped, policies: [theirs] }] },
      makes: [],
      byHand: [
        'Orders API has the claims mapping policy Their claims, and an application can have only one: add {"Source":"CustomClaimsProvider","ID":"Tier","JwtClaimType":"Tier"} to the policy\'s ClaimsSchema.',
      ],
    },
    {
      given: "another policy that has them",
      actual: { tokenApplications: [{ ...unmapped, policies: [{ ...mapping, id: "theirs", displayName: "Their claims" }] }] },
      makes: [],
    },
    {
      given: "a policy that somebody added to",
      actual: { policies: [mappingOf({ Source: "user", ID: "mail" }, { Source: "CustomClaimsProvider", ID: "Tier" })] },
      makes: [],
    },
  ])("plans the changes for $given: $makes", ({ actual, makes, byHand = [], options = {} }) => {
    expect(changesOf(actual, {}, options)).toMatchObject({ changes: makes, byHand, obstacles: [] });
  });

  it("--take-over renames another deployment's policy after this deployment, and changes nothing else", () => {
    const theirs = { ...mapping, displayName: "Gatehouse claims at old.example.com" };
    const { changes } = externalChangesFor(wanted, { ...whole, policies: [theirs] }, { takeOver: true });
    expect(changes).toEqual([
      {
        action: "update claims policy",
        name: "Gatehouse claims at gate.example.com",
        id: "m",
        changed: { displayName: "Gatehouse claims at gate.example.com", definition: mapping.definition },
        why: "it is of https://old.example.com",
      },
    ]);
  });

  it("leaves another deployment's policy alone if this deployment has its own", () => {
    const theirs = { ...mapping, id: "theirs", displayName: "Gatehouse claims at old.example.com" };
    expect(changesOf({ policies: [theirs, mapping] })).toMatchObject({ changes: [], obstacles: [] });
  });

  it("keeps claims that somebody else added, and the name that a claim has in tokens", () => {
    const before = [
      ...(mappingOf({ Source: "user", ID: "mail" }, { Source: "CustomClaimsProvider", ID: "Tier", JwtClaimType: "level" }).definition ??
        []),
    ];
    const [definition = ""] = definitionWith(["Tier", "Rank"], before);
    expect(JSON.parse(definition).ClaimsMappingPolicy.ClaimsSchema).toEqual([
      { Source: "user", ID: "mail" },
      { Source: "CustomClaimsProvider", ID: "Tier", JwtClaimType: "level" },
      { Source: "CustomClaimsProvider", ID: "Rank", JwtClaimType: "Rank" },
    ]);
    expect(JSON.parse(definitionWith(["Tier"], ["{"])[0] as string).ClaimsMappingPolicy).toMatchObject({
      Version: 1,
      IncludeBasicClaimSet: "true",
    });
  });

  it.each([
    {
      given: "another deployment's policy of the name",
      policies: [{ ...mapping, displayName: "Gatehouse claims at other.example.com" }],
      says: "another one may have made it",
    },
    {
      given: "two policies of the name",
      policies: [mapping, { ...mapping, id: "m-2" }],
      says: "2 claims mapping policies have the name Gatehouse claims",
    },
  ])("plans nothing and explains why, given $given", ({ policies, says }) => {
    expect(changesOf({ policies }).obstacles).toEqual([expect.stringContaining(says)]);
  });
});

describe("removal", () => {
  const removed = (actual: Partial<ActualExternal>, more: Partial<WantedExternal> = {}, options = {}) => {
    const { changes, notes } = planExternalRemoval({ ...wanted, ...more }, { ...whole, ...actual }, options);
    return { notes, changes: changes.map((change) => `${change.action} ${objectOf(change)}`) };
  };

  it("deletes in reverse order: flow, listeners, extensions, application", () => {
    expect(removed({}).changes).toEqual([
      "unlink onAttributeCollectionSubmit",
      "unassign claims policy Gatehouse claims at gate.example.com from Shop",
      "delete claims policy Gatehouse claims at gate.example.com",
      "stop listening Gatehouse token for shop",
      "delete extension Gatehouse submit",
      "delete extension Gatehouse token",
      "delete application Gatehouse sign-up API",
    ]);
  });

  it("keeps objects that another flow of the gate calls", () => {
    const other = { ...flow, id: "flow-2", displayName: "Partners" };
    const listeners = [listener, { ...listener, id: "m", ...forDesk }, { ...listener, id: "n", conditions: {} }];
    const { changes, notes } = removed({ flows: [flow, other], listeners });
    expect(changes).toEqual([
      "unlink onAttributeCollectionSubmit",
      "unassign claims policy Gatehouse claims at gate.example.com from Shop",
      "stop listening Gatehouse token for shop",
    ]);
    expect(notes).toEqual([
      "The flow Partners calls the gate, too, so the extensions stay.",
      STILL_ACCEPTS,
      "Gatehouse sign-up API stays: Gatehouse submit, Gatehouse token use it.",
    ]);
  });

  it("deletes objects that another flow shares if that flow is removed in the same run", () => {
    const other = { ...flow, id: "flow-2", displayName: "Partners" };
    const { changes, notes } = removed({ flows: [flow, other] }, {}, { alongside: ["Sign up", "Partners"] });
    expect(changes.at(-1)).toBe("delete application Gatehouse sign-up API");
    expect(notes.filter((note) => note.includes("stay"))).toEqual([]);
  });

  const forDesk = { conditions: { applications: { includeApplications: [{ appId: "desk" }] } } };

  it("keeps the application if another gate's extensions use it", () => {
    const theirs = extension("g", "onAttributeCollectionSubmit", "Gatehouse suppliers submit", "https://gate.example.com/suppliers/submit");
    const { changes, notes } = removed({ extensions: [submit, token, theirs] });
    expect(changes.at(-1)).toBe("delete extension Gatehouse token");
    expect(notes).toEqual([STILL_ACCEPTS, "Gatehouse sign-up API stays: Gatehouse suppliers submit use it."]);
  });

  it("keeps objects of another deployment", () => {
    const theirs = [submit, token].map((each) => ({ ...each, endpointConfiguration: { targetUrl: "https://other.example.com/x" } }));
    const policies = [{ ...mapping, displayName: "Gatehouse claims at other.example.com" }];
    expect(removed({ extensions: theirs, policies }).changes).toEqual([]);
    expect(removed({ extensions: [], listeners: [], policies: [], deployed: undefined }, { deployed: undefined })).toEqual({
      changes: [],
      notes: [`Gatehouse sign-up API has the Application ID URI ${URI}, so it stays.`],
    });
  });

  it("keeps an application with another name, even if the deployment accepts its tokens", () => {
    const { changes } = removed({ deployed: { ...application, displayName: "Ours by hand" }, named: [] });
    expect(changes.at(-1)).toBe("delete extension Gatehouse token");
  });
});

describe("two extensions whose addresses are swapped", () => {
  const start = extension("b", "onAttributeCollectionStart", "Gatehouse start", "https://gate.example.com/start");
  const wantedStart: WantedExtension = {
    ...wantedSubmit,
    event: "onAttributeCollectionStart",
    name: "Gatehouse start",
    url: "https://gate.example.com/start",
  };
  const both: WantedExternal = { ...wanted, extensions: [wantedStart, wantedSubmit, wantedToken] };
  const calling = (id: string) => ({ customExtension: { id } });

  it("are linked to the right listeners without --take-over", () => {
    const swapped = { ...flow, onAttributeCollectionStart: calling("s"), onAttributeCollectionSubmit: calling("b") };
    const plan = externalChangesFor(both, { ...whole, extensions: [start, submit, token], flows: [swapped] });
    expect(plan).toMatchObject({ obstacles: [] });
    expect(plan.changes.filter(({ action }) => action === "link")).toMatchObject([
      { id: "b", why: "the extensions are swapped: the event calls Gatehouse submit, which is for onAttributeCollectionSubmit" },
      { id: "s", why: "the extensions are swapped: the event calls Gatehouse start, which is for onAttributeCollectionStart" },
    ]);
  });

  it("get their own addresses", () => {
    const at = (one: CustomExtension, targetUrl: string) => ({ ...one, endpointConfiguration: { targetUrl } });
    const turned = [at(start, wantedSubmit.url as string), at(submit, wantedStart.url as string), token];
    const linked = { ...flow, onAttributeCollectionStart: calling("b") };
    const { changes } = externalChangesFor(both, { ...whole, extensions: turned, flows: [linked] });
    expect(changes).toMatchObject([
      { action: "update extension", id: "b", why: "the addresses are swapped: it calls https://gate.example.com/submit" },
      { action: "update extension", id: "s", why: "the addresses are swapped: it calls https://gate.example.com/start" },
    ]);
  });
});
