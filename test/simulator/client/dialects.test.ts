import type { Step } from "../../../engine/sign-up/sign-up";
import { bearerTokens, TokenError } from "../../../simulator/client/authorization";
import { PersonError, readPersonFile } from "../../../simulator/client/person";
import { signUp } from "../../../simulator/client/sign-up";
import type { UserFlow } from "../../../simulator/client/visit";
import { CONTINUE, connectorFlow, type Received, type Reply, serveEndpoint, vacantUrl } from "../endpoint";
import { acting, letThrough, TENANT_ID } from "../extension-endpoint";

const SUBMIT = "before-create-user";
const TOKEN = "before-sending-token";
const kim = {
  issuer: "google.com",
  email: "kim@contoso.com",
  claims: { displayName: "Kim", jobTitle: "Buyer" },
  form: { city: "lyon" },
  collects: ["displayName", "city", "extension_Seats:integer"],
};
const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats";

/** Signs somebody up where each step gets its answer. */
async function signedUp(tenant: UserFlow["tenant"], answers: Partial<Record<Step, Reply>>, person: object = kim) {
  const byDefault = (step: Step) => (tenant.kind === "external-tenant" ? letThrough(step) : { body: CONTINUE });
  const stepOf = ({ path = "" }: Received) => path.slice(1) as Step;
  const endpoint = await serveEndpoint((request) => answers[stepOf(request)] ?? byDefault(stepOf(request)));
  try {
    const steps = ["after-sign-in", SUBMIT, TOKEN] as const;
    const result = await signUp(
      readPersonFile(person),
      connectorFlow(endpoint.url, { tenant, steps, authorization: async () => "Bearer abc" }),
    );
    return { ...result, received: endpoint.received, bodies: endpoint.received.map(({ body }) => JSON.parse(body)) };
  } finally {
    await endpoint.close();
  }
}
const external = { kind: "external-tenant", id: TENANT_ID } as const;

describe("a sign-up at an external tenant", () => {
  it("prefills the form, changes values, and ends with the token's claims", async () => {
    const { outcome, account, tokenClaims, bodies, received, visits } = await signedUp(external, {
      "after-sign-in": acting("after-sign-in", "setPrefillValues", { inputs: { city: "Paris", [SEATS]: 5 } }),
      [SUBMIT]: acting(SUBMIT, "modifyAttributeValues", { attributes: { city: "Lyon" } }),
    });
    expect({ outcome, account, tokenClaims }).toEqual({
      outcome: "created",
      account: { displayName: "Kim", city: "Lyon", extension_Seats: 5 },
      tokenClaims: { tier: "gold", roles: ["buyer", "reader"] },
    });
    expect(visits.flatMap(({ breaches }) => breaches)).toEqual([]);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer abc"));
    expect(bodies[1].data.userSignUpInfo.attributes).toMatchObject({ city: { value: "lyon" }, [SEATS]: { value: 5 } });
    expect(bodies[2].data.authenticationContext.user).toMatchObject({ mail: "kim@contoso.com", displayName: "Kim" });
    expect(new Set(bodies.map(({ data }) => data.authenticationContext.correlationId)).size).toBe(1);
  });

  it.each<{ step: Step; reply: Reply; outcome: string; page: object }>([
    {
      step: "after-sign-in",
      reply: acting("after-sign-in", "showBlockPage", { title: "Sorry", message: "Not you." }),
      outcome: "blocked",
      page: { kind: "block", title: "Sorry", message: "Not you." },
    },
    {
      step: SUBMIT,
      reply: acting(SUBMIT, "showBlockPage"),
      outcome: "blocked",
      page: { kind: "block", message: "Something went wrong. Please try again later." },
    },
    {
      step: SUBMIT,
      reply: acting(SUBMIT, "showValidationError", { message: "Mend it.", attributeErrors: { [SEATS]: "Too many." } }),
      outcome: "invalid",
      page: { kind: "invalid", message: "Mend it.", errors: { extension_Seats: "Too many." } },
    },
    { step: SUBMIT, reply: { status: 400, body: {} }, outcome: "error", page: { kind: "error" } },
    { step: TOKEN, reply: { status: 500 }, outcome: "no-token", page: { kind: "error" } },
  ])("ends with the outcome $outcome after $step", async ({ step, reply, outcome, page }) => {
    const result = await signedUp(external, { [step]: reply });
    expect({ outcome: result.outcome, last: result.visits.at(-1) }).toMatchObject({ outcome, last: { step, page } });
    expect(result.visits.at(-1)?.page).toEqual(page);
  });

  it("repeats a lost call with the same body and correlation id", async () => {
    const { received, outcome } = await signedUp(external, {}, { ...kim, loseFirstAnswer: true });
    expect({ outcome, calls: received.length, different: new Set(received.map(({ body }) => body)).size }).toEqual({
      outcome: "created",
      calls: 6,
      different: 3,
    });
  });
});

describe("a sign-up at Azure AD B2C", () => {
  it("makes a third call before the token, with the known data of the account", async () => {
    const { outcome, tokenClaims, bodies } = await signedUp(
      { kind: "b2c" },
      { [TOKEN]: { body: { ...CONTINUE, extension_Tier: "gold", tier: "gold" } } },
    );
    expect({ outcome, tokenClaims }).toEqual({ outcome: "created", tokenClaims: { extension_Tier: "gold" } });
    expect(bodies.map(({ step }) => step)).toEqual(["PostFederationSignup", "PostAttributeCollection", "PreTokenIssuance"]);
    expect(bodies[2]).toMatchObject({ displayName: "Kim", city: "lyon", objectId: expect.any(String) });
  });

  it("makes no call for a local account after sign-in", async () => {
    const { bodies } = await signedUp({ kind: "b2c" }, {}, { ...kim, issuer: "mail" });
    expect(bodies.map(({ step }) => step)).toEqual(["PostAttributeCollection", "PreTokenIssuance"]);
    expect(bodies[0].identities).toEqual([
      { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" },
    ]);
  });

  it("gives no token if the third answer stops the person", async () => {
    const { outcome, account } = await signedUp(
      { kind: "b2c" },
      { [TOKEN]: { body: { version: "1", action: "ShowBlockPage", userMessage: "No." } } },
    );
    expect({ outcome, account }).toMatchObject({ outcome: "no-token", account: { displayName: "Kim" } });
  });
});

it.each(["b2c", "external-tenant"] as const)("a person with an Entra account is refused at %s", async (kind) => {
  const tenant = kind === "b2c" ? { kind } : external;
  await expect(signedUp(tenant, {}, { ...kim, issuer: "entra" })).rejects.toThrow(PersonError);
});

describe("tokens for the client's calls", () => {
  const request = { clientId: "99045fe1", audience: "api" };

  async function served(reply: Reply) {
    const endpoint = await serveEndpoint(() => reply);
    return { ...endpoint, tokens: bearerTokens({ ...request, tokenUrl: endpoint.url }) };
  }

  it("are requested by client credentials, and used until they expire", async () => {
    const { received, tokens, close } = await served({ body: { access_token: "abc", expires_in: 3_599, token_type: "Bearer" } });
    expect([await tokens(), await tokens()]).toEqual(["Bearer abc", "Bearer abc"]);
    expect(received.map(({ body }) => body)).toEqual(["grant_type=client_credentials&client_id=99045fe1&scope=api%2F.default"]);
    await close();
  });

  it.each<Reply>([{ status: 400, body: { error: "invalid_client" } }, { body: {} }, { body: "<html>" }])(
    "are refused if the answer is %j",
    async (reply) => {
      const { tokens, close } = await served(reply);
      await expect(tokens()).rejects.toThrow(TokenError);
      await close();
    },
  );

  it("are missing if the token endpoint does not answer, and the sign-up ends with that reason", async () => {
    const tokenUrl = await vacantUrl();
    const flow = connectorFlow(tokenUrl, { tenant: external, authorization: bearerTokens({ ...request, tokenUrl }) });
    const { outcome, visits } = await signUp(readPersonFile(kim), flow);
    expect({ outcome, attempts: visits[0]?.attempts }).toEqual({
      outcome: "error",
      attempts: [{ durationMs: 0, failure: "The token endpoint does not answer." }],
    });
  });
});
