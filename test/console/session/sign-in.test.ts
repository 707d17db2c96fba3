import { consoleSignIn, providerRefusal } from "../../../console/session/sign-in";
import { CLIENT_ID, inSeconds, startProvider, type TestProvider } from "./openid-provider";

const CALLBACK = "https://console.example/sign-in/callback";

let provider: TestProvider;
let secret = "first";
beforeAll(async () => {
  provider = await startProvider();
});
beforeEach(() => {
  provider.claims = {};
  provider.metadata = {};
  provider.more = {};
  provider.challenge = undefined;
  provider.knows = undefined;
  provider.exchanges.splice(0);
});
afterAll(() => provider.close());

const signIn = () => consoleSignIn({ issuer: provider.issuer, clientId: CLIENT_ID, clientSecret: async () => secret });
const callback = (query: Record<string, string>) => new URL(`${CALLBACK}?${new URLSearchParams(query)}`);

/** Goes to the provider and comes back. */
async function goAndReturn(claims: TestProvider["claims"], query: Record<string, string> = {}) {
  const each = signIn();
  const { url, state } = await each.begin(CALLBACK, "/decisions");
  provider.asked(url);
  provider.claims = claims;
  return await each.finish(callback({ code: "c", state: state.state, ...query }), state);
}

describe("the request to the sign-in provider", () => {
  it("asks for a code, with state, nonce and PKCE", async () => {
    const { url, state } = await signIn().begin(CALLBACK, "/decisions");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT_ID,
      redirect_uri: CALLBACK,
      response_type: "code",
      response_mode: "query",
      scope: "openid profile offline_access",
      state: state.state,
      nonce: state.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    expect(url.searchParams.get("code_challenge")).not.toBe(state.verifier);
    expect(state.returnTo).toBe("/decisions");
  });

  it("can ask the provider to offer another account", async () => {
    const { url } = await signIn().begin(CALLBACK, "/", "select_account");
    expect(url.searchParams.get("prompt")).toBe("select_account");
  });

  it("never repeats a state, nonce or verifier", async () => {
    const each = signIn();
    const states = await Promise.all([1, 2, 3].map(async () => (await each.begin(CALLBACK, "/")).state));
    expect(new Set(states.flatMap(({ state, nonce, verifier }) => [state, nonce, verifier])).size).toBe(9);
  });
});

describe("the return from the sign-in provider", () => {
  it("exchanges the code by means of the secret and the verifier", async () => {
    const each = signIn();
    const { url, state } = await each.begin(CALLBACK, "/");
    provider.asked(url);
    await each.finish(callback({ code: "the-code", state: state.state }), state);
    expect(Object.fromEntries(provider.exchanges[0] ?? [])).toMatchObject({
      code: "the-code",
      client_id: CLIENT_ID,
      client_secret: "first",
      code_verifier: state.verifier,
      redirect_uri: CALLBACK,
    });
  });

  it.each([
    { given: "another state", claims: {}, query: { state: "another" } },
    { given: "no state", claims: {}, query: { state: "" } },
    { given: "another nonce", claims: { nonce: "another" } },
    { given: "no nonce", claims: { nonce: undefined } },
    { given: "another application's token", claims: { aud: "another-client" } },
    { given: "a token for several applications, made for another", claims: { aud: [CLIENT_ID, "other"], azp: "other" } },
    { given: "another tenant's token", claims: { iss: "https://login.example/other" } },
    { given: "a token that is over", claims: { exp: inSeconds(-600), iat: inSeconds(-1_200) } },
    { given: "no id token", claims: "none" as const },
    { given: "the provider's refusal", claims: {}, query: { code: "", error: "access_denied" } },
  ])("is refused with $given", async ({ claims, query = {} }) => {
    await expect(goAndReturn(claims, query as Record<string, string>)).rejects.toThrow();
  });

  it.each([
    {
      at: "the callback",
      query: { code: "", error: "access_denied", error_description: "AADSTS50105: kim@contoso.com has no role" },
      claims: {},
      said: { error: "access_denied", aadsts: "AADSTS50105" },
    },
    { at: "the token endpoint", query: {}, claims: "refused" as const, said: { error: "invalid_client", aadsts: "AADSTS7000222" } },
    { at: "neither: the id token is wrong", query: {}, claims: { nonce: "another" }, said: undefined },
  ])("reports the provider's refusal at $at", async ({ query, claims, said }) => {
    const thrown = await goAndReturn(claims, query as Record<string, string>).catch((error: unknown) => error);
    expect(providerRefusal(thrown)).toEqual(said);
  });

  it.each(['Basic realm="login"', "Bearer", "odd"])("reports the provider's refusal with the challenge %s", async (challenge) => {
    provider.challenge = challenge;
    const thrown = await goAndReturn("refused").catch((error: unknown) => error);
    expect(providerRefusal(thrown)).toEqual({ error: "invalid_client", aadsts: "AADSTS7000222" });
  });

  it("is refused if another browser made the request, because the verifier differs", async () => {
    const each = signIn();
    const [mine, theirs] = [await each.begin(CALLBACK, "/"), await each.begin(CALLBACK, "/")];
    provider.asked(theirs.url);
    const state = { ...theirs.state, verifier: mine.state.verifier };
    await expect(each.finish(callback({ code: "c", state: state.state }), state)).rejects.toThrow();
  });

  it.each([
    { given: "the account's id in all applications", claims: { oid: "oid-1" }, subject: "oid-1" },
    { given: "the id in this application, without that", claims: {}, subject: "sub-1" },
    { given: "the id in this application, where that is no text", claims: { oid: 17 }, subject: "sub-1" },
  ])("identifies people by $given", async ({ claims, subject }) => expect(await goAndReturn(claims)).toMatchObject({ subject }));

  it.each([
    { claims: { name: "Kim", preferred_username: "kim@contoso.com" }, name: "Kim" },
    { claims: { name: "", preferred_username: "kim@contoso.com" }, name: "kim@contoso.com" },
    { claims: { name: 17, preferred_username: "kim@contoso.com" }, name: "kim@contoso.com" },
    { claims: { oid: "oid-1" }, name: "oid-1" },
    { claims: { name: "x".repeat(1_000) }, name: "x".repeat(200) },
  ])("gives the person the name $name", async ({ claims, name }) => expect(await goAndReturn(claims)).toMatchObject({ name }));

  it.each([
    { roles: ["Reader"], role: "Reader" },
    { roles: ["Reader", "Administrator", "Approver"], role: "Administrator" },
    { roles: ["Approver", "Reader"], role: "Approver" },
    { roles: ["Owner"], role: "Decider" },
    { roles: undefined, role: undefined },
  ])("gives the person the highest of the roles $roles", async ({ roles, role }) => expect((await goAndReturn({ roles })).role).toBe(role));
});

describe("the renewal of a session", () => {
  it("reports the person's present role and name by means of the refresh token", async () => {
    provider.more = { refresh_token: "renewal-1" };
    const { renewal = "" } = await goAndReturn({ oid: "oid-1", roles: ["Reader"] });
    provider.more = { refresh_token: "renewal-2" };
    provider.claims = { oid: "oid-1", roles: ["Administrator", "Security"], groups: ["group-1", 2, ""], nonce: undefined };
    expect(await signIn().renew(renewal)).toEqual({
      subject: "oid-1",
      name: "oid-1",
      isRequester: false,
      role: "Administrator",
      appRoles: ["Administrator", "Security"],
      groups: ["group-1"],
      renewal: "renewal-2",
    });
    expect(Object.fromEntries(provider.exchanges.at(-1) ?? [])).toEqual({
      grant_type: "refresh_token",
      refresh_token: "renewal-1",
      scope: "openid profile",
      client_id: CLIENT_ID,
      client_secret: "first",
    });
  });

  it.each([
    { given: "another tenant's token", claims: { iss: "https://login.example/other" }, said: undefined },
    { given: "no id token", claims: "none" as const, said: undefined },
    { given: "a refusal", claims: "refused" as const, said: { error: "invalid_client", aadsts: "AADSTS7000222" } },
  ])("fails with $given", async ({ claims, said }) => {
    provider.claims = claims;
    const thrown: unknown = await signIn()
      .renew("renewal-1")
      .then(
        () => "no error",
        (error: unknown) => error,
      );
    expect(thrown).toBeInstanceOf(Error);
    expect(providerRefusal(thrown)).toEqual(said);
  });
});

describe("the sign-in provider", () => {
  it("gets a new secret as soon as there is one", async () => {
    const each = signIn();
    for (secret of ["second", "third"]) {
      const { url, state } = await each.begin(CALLBACK, "/");
      provider.asked(url);
      await each.finish(callback({ code: "c", state: state.state }), state);
    }
    expect(provider.exchanges.map((form) => form.get("client_secret"))).toEqual(["second", "third"]);
    secret = "first";
  });

  it.each([
    { held: "second", now: "second", said: "refused" },
    { held: "second", now: "first", said: "signed in" },
  ])("is asked once more only if the secret it refused has changed: $said", async ({ held, now, said }) => {
    const clientSecret = async (refused?: string) => (refused === undefined ? held : now);
    const each = consoleSignIn({ issuer: provider.issuer, clientId: CLIENT_ID, clientSecret });
    const { url, state } = await each.begin(CALLBACK, "/");
    provider.asked(url);
    provider.knows = "first";
    const finished = each.finish(callback({ code: "c", state: state.state }), state);
    expect(
      await finished.then(
        () => "signed in",
        () => "refused",
      ),
    ).toBe(said);
    expect(provider.exchanges).toHaveLength(held === now ? 1 : 2);
  });

  it("is asked again after a failure to answer", async () => {
    const each = signIn();
    provider.metadata = { issuer: "https://login.example/other" };
    await expect(each.begin(CALLBACK, "/")).rejects.toThrow();
    provider.metadata = {};
    await expect(each.begin(CALLBACK, "/")).resolves.toBeDefined();
  });

  it.each([
    { metadata: {}, leads: undefined },
    { metadata: { end_session_endpoint: "https://login.example/logout" }, leads: "https://login.example/logout" },
  ])("signs people out at $leads", async ({ metadata, leads }) => {
    provider.metadata = metadata;
    const end = await signIn().end("https://console.example/signed-out");
    expect(end && `${end.origin}${end.pathname}`).toBe(leads);
    if (end) expect(end.searchParams.get("post_logout_redirect_uri")).toBe("https://console.example/signed-out");
  });

  it("may use plain http only on this machine", async () => {
    const each = consoleSignIn({ issuer: "http://login.example", clientId: CLIENT_ID, clientSecret: async () => "s" });
    await expect(each.begin(CALLBACK, "/")).rejects.toMatchObject({ code: "OAUTH_HTTP_REQUEST_FORBIDDEN" });
  });
});
