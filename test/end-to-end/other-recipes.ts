import { askUntilDecided, type StartedGate } from "./started-gate";

const continued = { version: "1.0.0", action: "Continue" };
const blocked = { action: "ShowBlockPage" };
const askedAgain = { action: "ValidationError" };

const mail = (email: string) => [{ signInType: "federated", issuer: "mail", issuerAssignedId: email }];
const google = (issuerAssignedId: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId }];

/** Tries the policies of samples/policies that neither ask approvers nor verify identities. */
export function otherRecipes(
  gates: () => Readonly<Record<"limits" | "tokens" | "prefill" | "permitted-values" | "lookup", StartedGate>>,
): void {
  describe("a limited number of sign-ups", () => {
    it("is let in for a domain even if more people come at once; the others are referred to an approver", async () => {
      const people = Array.from({ length: 30 }, (_, index) => ({
        email: `p${index}@crowd.example`,
        displayName: "P",
        identities: google(`${index}`),
      }));
      const answers = await Promise.all(people.map((each) => askUntilDecided(gates().limits, "before-create-user", each)));
      const actions = answers.map(({ body }) => body.action);
      expect(actions.filter((action) => action === "Continue")).toHaveLength(20);
      // Who lost the last place at the same moment is sent there when they try again.
      const again = await askUntilDecided(gates().limits, "before-create-user", {
        ...people[29],
        email: "late@crowd.example",
        identities: google("late"),
      });
      expect(again.body).toMatchObject({ ...blocked, userMessage: expect.stringContaining("waiting for approval") });
    });
  });

  describe("claims in a token", () => {
    const token = { step: "PreTokenIssuance", client_id: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11" };
    const ask = async (claims: object) => (await gates().tokens.ask("before-sending-token", claims)).body;

    it("contain the policy's values if Azure AD B2C names a known person", async () => {
      const email = "kim@contoso.com";
      const identities = [{ signInType: "emailAddress", issuer: "x.onmicrosoft.com", issuerAssignedId: email }];
      const answer = await askUntilDecided(gates().tokens, "before-sending-token", { ...token, email, identities });
      expect(answer.body).toMatchObject({ ...continued, extension_Portal: "partners", extension_PartnerNumber: "P-118003" });
      expect((await gates().tokens.records(email)).at(-1)).toMatchObject({
        step: "before-sending-token",
        source: "b2c",
        verdict: "continue",
      });
    });

    it("are missing if the call is unreadable or belongs to another step", async () => {
      expect(await ask({ ...token, email: "kim@contoso.com", displayName: 5 })).toEqual(continued);
      expect(await ask({ ...token, email: "kim@contoso.com", step: "PostAttributeCollection" })).toEqual(continued);
      await gates().tokens.counted({ ClaimsMissing: 1 });
    });
  });

  describe("a prefilled form", () => {
    const kim = {
      displayName: "Kim Lee",
      givenName: "Kim",
      surname: "Lee",
      jobTitle: "Buyer",
      streetAddress: "12 Harbour Road",
      city: "Seattle",
      postalCode: "98101",
      state: "Washington",
      country: "United States",
      extension_PartnerNumber: "P-118003",
    };
    const signIn = async (claims: object) => (await gates().prefill.ask("after-sign-in", claims)).body;

    it("contains the profile values of an address asserted by a trusted provider", async () => {
      const email = "kim@contoso.com";
      expect(await signIn({ email, identities: mail(email) })).toEqual({ ...continued, ...kim });
      expect((await gates().prefill.records(email)).at(-1)?.trace).toContainEqual(
        expect.objectContaining({ rule: "prefill", evidence: { profile: "address" } }),
      );
    });

    it.each([
      { who: "signed in with a provider that is not trusted", claims: { identities: [{ issuer: "linkedin.com", issuerAssignedId: "1" }] } },
      { who: "came with a Microsoft account", claims: {} },
      { who: "has one account that is trusted and one that is not", claims: { identities: [...google("1"), { issuer: "linkedin.com" }] } },
    ])("contains nothing if the address is unproven: the person $who", async ({ claims }) => {
      expect(await signIn({ email: "kim@contoso.com", ...claims })).toEqual(continued);
    });

    it("contains the profile of a known account, whatever its address", async () => {
      const body = await signIn({ email: "other@example.com", identities: google("110248495921238986420") });
      expect(body).toMatchObject({ ...continued, displayName: "Mina Kang", extension_PartnerNumber: "P-204871" });
      expect(body).not.toHaveProperty("note");
    });

    it.each(["former@contoso.com", "nobody@example.com"])("contains nothing for %s", async (email) => {
      expect(await signIn({ email, identities: mail(email) })).toEqual(continued);
    });

    it("contains an edited profile at once", async () => {
      const email = "new@example.com";
      await gates().prefill.put("profiles", { person: email, city: "Busan", email: "evil@example.com" });
      expect(await signIn({ email, identities: mail(email) })).toEqual({ ...continued, city: "Busan" });
    });

    it.each([
      { typed: "P-999999", says: { extension_PartnerNumber: "P-118003" } },
      { typed: "P-118003", says: {} },
    ])("sets its protected values again at before-create-user if $typed was typed", async ({ typed, says }) => {
      const email = "kim@contoso.com";
      const claims = { ...kim, email, identities: mail(email), city: "Tacoma", extension_PartnerNumber: typed };
      expect((await gates().prefill.ask("before-create-user", claims)).body).toEqual({ ...continued, ...says });
    });
  });

  describe("an invitation code", () => {
    const CODE = "WELCOME-7F3K";
    const OTHER_CODE = "WELCOME-9Q2M";
    const gate = () => gates()["permitted-values"];
    const ask = async (email: string, extension_InvitationCode: string, more: object = {}) =>
      (await gate().ask("before-create-user", { email, extension_InvitationCode, ...more })).body;
    const reasonsOn = async (email: string) => (await gate().records(email)).at(-1)?.reasons;

    it("is valid for one person, even repeatedly", async () => {
      expect(await ask("first@example.com", CODE)).toEqual(continued);
      expect(await ask("first@example.com", CODE, { displayName: "Another try" })).toEqual(continued);
      expect(await ask("second@example.com", CODE)).toMatchObject(askedAgain);
      expect(await reasonsOn("second@example.com")).toEqual(["code.used-up"]);
      expect(await ask("second@example.com", ` ${CODE.toLowerCase()} `)).toMatchObject(askedAgain);
    });

    it("is valid for one of several concurrent people", async () => {
      await gate().put("referenceData", { list: "extension_InvitationCode", value: "RACE-1" });
      const people = Array.from({ length: 6 }, (_, index) => `racer${index}@example.com`);
      const bodies = await Promise.all(people.map((email) => ask(email, "RACE-1")));
      expect(bodies.filter(({ action }) => action === "Continue")).toHaveLength(1);
    });

    it("is not used up if another rule refuses", async () => {
      expect(await ask("third@example.com", OTHER_CODE, { extension_PartnerNumber: "P-999999" })).toMatchObject(askedAgain);
      expect(await reasonsOn("third@example.com")).toEqual(["value.not-permitted"]);
      expect(await ask("fourth@example.com", OTHER_CODE)).toEqual(continued);
    });

    it.each([
      { typed: "P-118003", body: continued },
      { typed: " p-204871 ", body: { ...continued, extension_PartnerNumber: "P-204871" } },
      { typed: "P-000001", body: askedAgain },
      { typed: "P-999999", body: askedAgain },
    ])("leads to $body.action with the partner number $typed", async ({ typed, body }) => {
      expect(await ask("first@example.com", CODE, { extension_PartnerNumber: typed })).toMatchObject(body);
    });

    it("is asked for under the field name of the form", async () => {
      const body = await ask("empty@example.com", "");
      expect(body).toMatchObject(askedAgain);
      expect(body.userMessage).toMatch(/^Invitation code: /);
    });

    it("may be guessed wrong five times a day", async () => {
      const email = "guess@example.com";
      for (const guess of ["A", "B", "C", "D", "E", "a"]) expect(await ask(email, guess)).toMatchObject(askedAgain);
      expect(await ask(email, "F")).toMatchObject(blocked);
      expect(await reasonsOn(email)).toEqual(["code.too-many-guesses"]);
    });

    it("never appears in logs and events", () => expect(gate().told()).not.toMatch(/WELCOME|RACE|@example\.com/));
  });

  describe("a lookup in another system", () => {
    const ask = async (email: string, more: object = {}) =>
      await gates().lookup.ask("before-create-user", { email, identities: mail(email), ...more });
    const recordOn = async (email: string) => (await gates().lookup.records(email)).at(-1);
    const calls = (text: string) => gates().lookup.received("crm", text);

    it("overwrites the typed values with its answer", async () => {
      const { body } = await ask("kim@contoso.com", { jobTitle: "Director", city: "Seoul" });
      expect(body).toEqual({ ...continued, jobTitle: "Buyer" });
      expect(calls("kim%40contoso.com")).toMatchObject([
        { method: "GET", headers: { authorization: expect.stringMatching(/^Bearer \S+$/) } },
      ]);
    });

    it("is not made for an address asserted by an untrusted provider", async () => {
      const before = calls("").length;
      expect((await ask("kim@contoso.com", { identities: [{ issuer: "linkedin.com", issuerAssignedId: "1" }] })).body).toMatchObject(
        blocked,
      );
      expect(calls("")).toHaveLength(before);
    });

    it("refuses an unknown person", async () => {
      expect((await ask("nobody@example.com")).body).toMatchObject(blocked);
      expect(await recordOn("nobody@example.com")).toMatchObject({ rule: "lookup", reasons: ["lookup.not-found"] });
    });

    it.each([
      { name: "slow", kind: "timeout" },
      { name: "broken", kind: "connection" },
      { name: "reset", kind: "connection" },
      { name: "html", kind: "unreadable" },
      { name: "throttled", kind: "throttled" },
      { name: "down", kind: "failed" },
      { name: "refused", kind: "unauthorised" },
      { name: "elsewhere", kind: "failed" },
      { name: "huge", kind: "too-large" },
      { name: "bomb", kind: "unexpected" },
      { name: "latin", kind: "unreadable" },
    ])("stops a sign-up within the deadline if the system is $name, and the record names the failure", async ({ name, kind }) => {
      const email = `${name}@example.com`;
      const { body } = await ask(email);
      expect(body).toMatchObject({ ...blocked, userMessage: expect.stringMatching(/try again later.*Reference: [A-Z0-9]{4}-[A-Z0-9]{4}/) });
      const record = await recordOn(email);
      // Past the deadline, the failure would be that.
      expect(record).toMatchObject({ failure: "rule", reasons: ["gatehouse.unavailable"] });
      expect(record?.trace.at(-1)).toMatchObject({ rule: "lookup", said: "failed", upstreamFailure: { service: "crm", kind } });
      await gates().lookup.counted({ UpstreamFailures: 1, system: "crm", kind });
    });

    it("does not follow a redirect", () => expect(calls("").filter(({ url }) => url.pathname === "/elsewhere")).toHaveLength(0));

    it("leaves no personal data in logs and events", () => expect(gates().lookup.told()).not.toMatch(/@|Buyer/));
  });
}
