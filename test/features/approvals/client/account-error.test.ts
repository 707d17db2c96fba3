import { type Graph, GraphError, graph } from "../../../../adapters/graph/graph";
import { accountReasons, toAccountError, toAccountTrouble } from "../../../../features/approvals/client/account-error";
import { type AccountOptions, makeAccounts } from "../../../../features/approvals/client/accounts";
import type { Applicant } from "../../../../features/approvals/client/bodies";
import { type Given, type GraphDouble, startGraphDouble } from "../../../adapters/graph/graph-double";
import invitation from "../../../fixtures/graph/invitation.json";
import throttled from "../../../fixtures/graph/throttled.json";
import user from "../../../fixtures/graph/user.json";
import conflict from "../../../fixtures/graph/user-conflict.json";
import { memoryWorld } from "../../../memory/world";
import { stopwatch } from "../../../support/stopwatch";

const { log } = memoryWorld().world;

const TIER = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_PartnerTier";
const options: AccountOptions = { tenantDomain: "contoso.onmicrosoft.com", redirectUrl: "https://app.contoso.com/", invitationMail: true };
const identity = { signInType: "federated", issuer: "google.com", issuerAssignedId: "110248495921238986420" };
const mina: Applicant = {
  id: "Zm9vYmFyYmF6cXV4Zm9vYg",
  email: "mina.kang@example.com",
  identities: [identity],
  attributes: { displayName: "Mina Kang", [TIER]: "gold" },
};
const jonas: Applicant = { ...mina, email: "jonas.weber@fabrikam.com", identities: [] };
const PATCH = `PATCH /v1.0/users/${invitation.invitedUser.id}`;
const HOLDER = "GET /v1.0/users/mina";

let double: GraphDouble;
beforeAll(async () => {
  double = await startGraphDouble();
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: double.endpoint, GATEHOUSE_ENDPOINT_LOGIN: double.endpoint });
});
afterAll(() => double.close());
beforeEach(() => {
  double.reset();
  double.on("GET /v1.0/users?", { body: { value: [] } });
  double.on(HOLDER, { status: 404, body: { error: { code: "Request_ResourceNotFound" } } });
  double.on("POST /v1.0/invitations", { status: 201, body: invitation });
});

const accounts = (secret = "s3cret") =>
  makeAccounts(graph({ tenantId: "tenant", clientId: "client", clientSecret: async () => secret, log }), options);
const refuse = (status: number, code: string, details: readonly object[] = []): Given => ({
  status,
  body: { error: { code, message: "mina.kang@example.com", details, innerError: { "request-id": "r-1" } } },
});
const invalid = (target: string): Given => refuse(400, "Request_BadRequest", [{ code: "InvalidValue", message: "Mina Kang", target }]);
const taken = (target: string): Given => refuse(400, "Request_BadRequest", [{ code: "ObjectConflict", message: "Mina", target }]);
const posts = () => double.calls.filter(({ method }) => method === "POST");

describe("a refusal of POST /users by Graph", () => {
  it.each<{ given: string; answer: Given; expected: object }>([
    {
      given: "a guest, by a property it sets itself",
      answer: invalid("creationType"),
      expected: { reason: "guest-refused", retry: "never" },
    },
    { given: "a guest, by the kind of user", answer: invalid("userType"), expected: { reason: "guest-refused", retry: "never" } },
    {
      given: "a call that its token may not make",
      answer: refuse(401, "Unauthorized"),
      expected: { reason: "permission-missing", retry: "never" },
    },
    { given: "a domain of another tenant", answer: invalid("userPrincipalName"), expected: { reason: "tenant-domain", retry: "never" } },
    {
      given: "an attribute that is too long",
      answer: invalid("displayName"),
      expected: { reason: "attribute-refused", retry: "never", property: "displayName" },
    },
    { given: "a custom attribute", answer: invalid(TIER), expected: { reason: "attribute-refused", retry: "never", property: TIER } },
    {
      given: "a property that was not sent",
      answer: invalid("mina.kang@example.com"),
      expected: { reason: "request-refused", property: undefined },
    },
    { given: "something unsaid", answer: refuse(400, "Request_BadRequest"), expected: { reason: "request-refused", retry: "never" } },
    {
      given: "without consent",
      answer: refuse(403, "Authorization_RequestDenied"),
      expected: { reason: "permission-missing", retry: "never" },
    },
    {
      given: "an object more than the tenant may hold (Directory_QuotaExceeded, Microsoft Entra service limits)",
      answer: refuse(403, "Directory_QuotaExceeded"),
      expected: { reason: "quota-exceeded", retry: "never" },
    },
    {
      given: "an application that the tenant does not know (Authorization_IdentityNotFound, Graph v1.0)",
      answer: refuse(403, "Authorization_IdentityNotFound"),
      expected: { reason: "application-unknown", retry: "never" },
    },
    {
      given: "a key of another's (Request_MultipleObjectsWithSameKeyValue, Azure AD Graph's error codes)",
      answer: refuse(400, "Request_MultipleObjectsWithSameKeyValue"),
      expected: { reason: "address-taken", retry: "never" },
    },
    { given: "a token that stays bad", answer: refuse(401, "InvalidAuthenticationToken"), expected: { reason: "sign-in-refused" } },
    {
      given: "when throttled",
      answer: { status: 429, body: throttled.body, headers: { "retry-after": throttled.headers["Retry-After"] } },
      expected: { reason: "throttled", retry: { afterMs: 7_000 } },
    },
    {
      given: "for a minute",
      answer: { ...refuse(503, "ServiceUnavailable"), headers: { "retry-after": "60" } },
      expected: { reason: "unavailable", retry: { afterMs: 60_000 } },
    },
    { given: "with 500", answer: refuse(500, "InternalServerError"), expected: { reason: "unavailable", retry: {} } },
    { given: "with a proxy's 504", answer: { status: 504, body: "<html>" }, expected: { reason: "unavailable", retry: {} } },
    { given: "an address of another's", answer: taken("proxyAddresses"), expected: { reason: "address-taken", retry: "never" } },
    { given: "an identity of another's", answer: taken("identities"), expected: { reason: "address-taken", retry: "never" } },
    { given: "a conflict by its status", answer: refuse(409, "Conflict"), expected: { reason: "address-taken", retry: "never" } },
    { given: "nothing, and gives no account", answer: { status: 201, body: {} }, expected: { reason: "unavailable", retry: {} } },
  ])("is reported with its reason: $given", async ({ answer, expected }) => {
    double.on("POST /v1.0/users", answer);
    const refusal: unknown = await accounts()
      .provision(mina)
      .catch((error) => error);
    expect(refusal).toMatchObject({ name: "AccountError", ...expected });
    expect(String(refusal)).not.toMatch(/mina|kang|example/i);
  });
});

it.each([
  { status: 400, retry: "never" },
  { status: 404, retry: { afterMs: 30_000 } },
])("a sponsor that Graph refuses with $status is reported if the account is already made", async ({ status, retry }) => {
  double.on("POST /v1.0/users", refuse(status, "Request_BadRequest"));
  double.on("GET /v1.0/users/", { body: { value: [] } });
  const sponsored = makeAccounts(graph({ tenantId: "tenant", clientId: "client", clientSecret: async () => "s3cret", log }), {
    ...options,
    sponsor: "users/11111111-1111-1111-1111-111111111111",
  });
  await expect(sponsored.provision(mina, { accountId: user.id })).rejects.toMatchObject({ reason: "sponsor-refused", retry });
});

describe("a conflict of Graph", () => {
  it.each([
    { about: "the address", answer: taken("proxyAddresses"), names: 1 },
    { about: "nothing it names", answer: refuse(409, "Conflict"), names: 2 },
  ])("is reported as a taken address if it is about $about, after a try with $names name(s)", async ({ answer, names }) => {
    double.on("POST /v1.0/users", answer);
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "address-taken" });
    expect(posts()).toHaveLength(names);
  });
});

describe("a conflict of user principal names", () => {
  const names = () => posts().map(({ body }) => (JSON.parse(body) as { userPrincipalName: string }).userPrincipalName);

  it("yields the person's own account if that account has the name, but is not yet found by identity", async () => {
    double.on("POST /v1.0/users", conflict as Given);
    double.on(HOLDER, { body: { ...user, identities: [identity] } });
    expect(await accounts().provision(mina)).toEqual({ kind: "existing", accountId: user.id });
    expect(posts()).toHaveLength(1);
  });

  it("yields the person's own account if an earlier call made it and its answer was lost", async () => {
    double.on("POST /v1.0/users", "reset", conflict as Given);
    double.on(HOLDER, { body: { ...user, identities: [identity] } });
    expect(await accounts().provision(mina)).toEqual({ kind: "existing", accountId: user.id });
    expect(posts()).toHaveLength(2);
  });

  it("yields the person's own account if a second search by identity finds it", async () => {
    double.on("GET /v1.0/users?", { body: { value: [] } }, { body: { value: [{ id: user.id }] } });
    double.on("POST /v1.0/users", conflict as Given);
    expect(await accounts().provision(mina)).toEqual({ kind: "existing", accountId: user.id });
  });

  it("with another person's account makes the client choose another name", async () => {
    double.on("POST /v1.0/users", conflict as Given, { status: 201, body: user });
    double.on(HOLDER, { body: { id: "other", identities: [{ ...identity, issuerAssignedId: "7" }] } });
    expect(await accounts().provision(mina)).toEqual({ kind: "created", accountId: user.id });
    expect(names()).toEqual([
      "mina.kang_example.com#EXT@contoso.onmicrosoft.com",
      expect.stringMatching(/^mina\.kang_example\.com_[0-9a-f]{12}#EXT@contoso\.onmicrosoft\.com$/),
    ]);
  });

  it("is left to an operator if the second name also belongs to another person", async () => {
    double.on("POST /v1.0/users", conflict as Given);
    double.on(HOLDER, { body: { id: "other", identities: null } });
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "address-taken", retry: "never" });
    expect(posts()).toHaveLength(2);
  });

  it("with an invisible account waits instead of making a second account", async () => {
    double.on("POST /v1.0/users", conflict as Given);
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "not-yet-visible", retry: { afterMs: 30_000 } });
    expect(posts()).toHaveLength(1);
  });

  it.each([
    { upstreamFailure: "the search", on: "GET /v1.0/users?" },
    { upstreamFailure: "the account", on: HOLDER },
  ])("is tried again later if $upstreamFailure cannot be read", async ({ on }) => {
    double.on("POST /v1.0/users", conflict as Given);
    double.on(on, { ...refuse(503, "ServiceUnavailable"), headers: { "retry-after": "60" } });
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "unavailable", retry: { afterMs: 60_000 } });
  });
});

describe("a refusal of an invitation by Graph", () => {
  it.each<{ given: string; on: string; answer: Given; expected: object }>([
    {
      given: "when invitations are restricted",
      on: "POST /v1.0/invitations",
      answer: refuse(403, "Forbidden"),
      expected: { reason: "invitation-refused", retry: "never" },
    },
    {
      given: "without consent",
      on: "POST /v1.0/invitations",
      answer: refuse(403, "Authorization_RequestDenied"),
      expected: { reason: "permission-missing", retry: "never" },
    },
    {
      given: "without consent, as Graph says it of invitations",
      on: "POST /v1.0/invitations",
      answer: refuse(401, "Unauthorized"),
      expected: { reason: "permission-missing", retry: "never" },
    },
    {
      given: "an address that is a contact's",
      on: "POST /v1.0/invitations",
      answer: refuse(400, "BadRequest"),
      expected: { reason: "invitation-refused", retry: "never" },
    },
    {
      given: "of a guest who was invited before and has been blocked since (412, msgraph-sdk-php 301)",
      on: "POST /v1.0/invitations",
      answer: refuse(412, "UnknownError"),
      expected: { reason: "account-blocked", retry: "never" },
    },
    {
      given: "of one object more than the tenant may hold",
      on: "POST /v1.0/invitations",
      answer: refuse(403, "Directory_QuotaExceeded"),
      expected: { reason: "quota-exceeded", retry: "never" },
    },
    {
      given: 'in a tenant that lets nobody invite (403 Forbidden, "Guest invitations not allowed for your company", entra-docs)',
      on: "POST /v1.0/invitations",
      answer: refuse(403, "Forbidden"),
      expected: { reason: "invitation-refused", retry: "never" },
    },
    {
      given: "without consent, in the invitation service's own words (401 Unauthorized, microsoft-graph-docs-contrib 4228)",
      on: "POST /v1.0/invitations",
      answer: refuse(401, "Unauthorized"),
      expected: { reason: "permission-missing", retry: "never" },
    },
    {
      given: "by an inner error that passes (500 InternalServerError, microsoft-graph-docs-contrib 1025)",
      on: "POST /v1.0/invitations",
      answer: refuse(500, "InternalServerError"),
      expected: { reason: "unavailable", retry: {} },
    },
    {
      given: "by its status",
      on: "POST /v1.0/invitations",
      answer: { status: 201, body: { ...invitation, status: "Error" } },
      expected: { reason: "invitation-failed", retry: "never" },
    },
    {
      given: "an account that stays unseen",
      on: PATCH,
      answer: refuse(404, "Request_ResourceNotFound"),
      expected: { reason: "not-yet-visible", retry: { afterMs: 30_000 } },
    },
    { given: "a value", on: PATCH, answer: invalid(TIER), expected: { reason: "attribute-refused", property: TIER } },
    { given: "an update without consent", on: PATCH, answer: refuse(403, "X"), expected: { reason: "permission-missing" } },
    {
      given: "an update when throttled",
      on: PATCH,
      answer: { status: 429, headers: { "retry-after": "9" } },
      expected: { reason: "throttled", retry: { afterMs: 9_000 } },
    },
  ])("is reported with its reason: $given", async ({ on, answer, expected }) => {
    double.on(on, answer);
    await expect(accounts().provision(jonas)).rejects.toMatchObject({ name: "AccountError", ...expected });
  });

  it("does not prevent the account if it is about the mail's language: Graph is asked again without a language", async () => {
    double.on("POST /v1.0/invitations", refuse(400, "BadRequest"), { status: 201, body: invitation });
    double.on(PATCH, { status: 204 });
    expect(await accounts().provision({ ...jonas, locales: ["ko-KR"] })).toMatchObject({ kind: "created" });
    expect(posts().map(({ body }) => JSON.parse(body).invitedUserMessageInfo)).toEqual([{ messageLanguage: "ko-KR" }, undefined]);
    double.reset();
    double.on("GET /v1.0/users?", { body: { value: [] } });
    double.on("POST /v1.0/invitations", refuse(403, "Forbidden"));
    await expect(accounts().provision({ ...jonas, locales: ["ko-KR"] })).rejects.toMatchObject({ reason: "invitation-refused" });
    expect(posts()).toHaveLength(1);
  });

  it("ends at the deadline if an account stays invisible", async () => {
    double.on(PATCH, refuse(404, "Request_ResourceNotFound"));
    const elapsed = stopwatch();
    await expect(accounts().provision(jonas, {}, undefined, AbortSignal.timeout(400))).rejects.toMatchObject({ name: "AccountError" });
    expect(elapsed()).toBeLessThan(2_000);
  });
});

describe("the application's sign-in", () => {
  it.each([
    { given: "a wrong secret", status: 401, error: "invalid_client" },
    { given: "an application of another tenant", status: 400, error: "unauthorized_client" },
    { given: "a tenant that is none", status: 400, error: "invalid_request" },
  ])("must be corrected by the operator if it is refused for $given", async ({ status, error }) => {
    double.on("POST /tenant", { status, body: { error } });
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "sign-in-refused", retry: "never" });
  });

  it.each([
    { given: "a secret whose time is over", number: 7_000_222, reason: "secret-expired", retry: "never" },
    { given: "a wrong secret", number: 7_000_215, reason: "sign-in-refused", retry: "never" },
    { given: "a role's subject that it does not know yet", number: 700_213, reason: "role-refused", retry: {} },
    { given: "a role's token of another time", number: 700_024, reason: "sign-in-refused", retry: "never" },
  ])("reports $given by Entra's error number", async ({ number, reason, retry }) => {
    double.on("POST /tenant", { status: 401, body: { error: "invalid_client", error_codes: [number] } });
    const refusal: unknown = await accounts()
      .provision(mina)
      .catch((error) => error);
    expect(refusal).toMatchObject({ reason, retry });
    expect(toAccountTrouble(refusal).failure).toEqual({ reason, graph: `401 invalid_client AADSTS${number}` });
  });

  it("is tried again later, with a report, if a proxy answers in Entra's place", async () => {
    double.on("POST /tenant", { body: "<html>" });
    const refusal: unknown = await accounts()
      .provision(mina)
      .catch((error) => error);
    expect(refusal).toMatchObject({ reason: "unavailable", retry: {} });
    expect(toAccountTrouble(refusal).failure.graph).toMatch(
      /^200 unreadable: HTML from POST 127\.0\.0\.1:\d+\/tenant\/oauth2\/v2\.0\/token$/,
    );
  });

  it("must be corrected by the operator if the secret is unusable", async () => {
    await expect(accounts("").provision(mina)).rejects.toMatchObject({
      reason: "sign-in-refused",
      cause: { message: expect.stringContaining("is empty") },
    });
  });

  it("is tried again later if it is down", async () => {
    double.on("POST /tenant", { status: 503, headers: { "retry-after": "60" } });
    await expect(accounts().provision(mina)).rejects.toMatchObject({ reason: "unavailable", retry: { afterMs: 60_000 } });
  });
});

describe("an error of making an account", () => {
  it("says what an operator can do, and keeps the details that Microsoft's support asks for", () => {
    const cause = new GraphError({ status: 403, code: "X", requestId: "r-1" });
    const error = toAccountError(cause, []);
    expect(error).toMatchObject({ message: `permission-missing: ${accountReasons["permission-missing"]}`, cause: { requestId: "r-1" } });
  });

  it("of another kind stays unchanged", () => {
    const other = new Error("DynamoDB");
    expect(toAccountError(other, [])).toBe(other);
  });
});

describe("options for making accounts", () => {
  it.each([
    { given: { tenantDomain: "contoso" }, problem: 'tenantDomain is "contoso"' },
    { given: { redirectUrl: "app.contoso.com" }, problem: 'redirectUrl is "app.contoso.com"' },
    { given: { redirectUrl: "javascript:alert(1)" }, problem: "redirectUrl" },
    { given: { redirectUrl: "http://app.contoso.com/" }, problem: "redirectUrl" },
  ])("with $given are refused by name", ({ given, problem }) => {
    expect(() => makeAccounts({} as Graph, { ...options, ...given })).toThrow(problem);
  });
});
