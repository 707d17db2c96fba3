import { createHmac } from "node:crypto";
import { DRILL, DRILL_DOMAIN } from "../../engine/sign-up/drill";
import { askUntilDecided, type StartedGate } from "./started-gate";

const continued = { status: 200, action: "Continue" };
const askedAgain = { status: 400, action: "ValidationError" };
const blocked = { status: 200, action: "ShowBlockPage" };

const mina = {
  givenName: "Mina",
  surname: "Kang",
  streetAddress: "418 Alder Street",
  city: "Portland",
  postalCode: "97205-1234",
  state: "Oregon",
  country: "United States",
};

/** What makes a vendor fail, and what the record says of it; an answer's own status, where it came that far. */
const troubles = (service: "idology" | "experian") => [
  { surname: "Broken", upstreamFailure: { service, kind: "connection" } },
  { surname: "Reset", upstreamFailure: { service, kind: "connection" } },
  { surname: "Html", upstreamFailure: { service, kind: "unreadable" } },
  { surname: "Throttled", upstreamFailure: { service, kind: "throttled", status: 429 } },
  { surname: "Down", upstreamFailure: { service, kind: "failed", status: 500 } },
  { surname: "Refused", upstreamFailure: { service, kind: "unauthorised", status: 401 } },
  { surname: "Elsewhere", upstreamFailure: { service, kind: "failed", status: 302 } },
  { surname: "Huge", upstreamFailure: { service, kind: "too-large" } },
  { surname: "Latin", upstreamFailure: { service, kind: "unreadable" } },
  { surname: "Bomb", upstreamFailure: { service, kind: service === "idology" ? "unreadable" : "unexpected" } },
  { surname: "Error", upstreamFailure: { service, kind: service === "idology" ? "unauthorised" : "failed" } },
];

export const vendors = [
  {
    vendor: "idology" as const,
    refuted: ["Failure"],
    review: ["Partial", "Restricted", "Nodecision"],
    troubles: troubles("idology"),
  },
  {
    vendor: "experian" as const,
    refuted: ["Stop"],
    review: ["Refer"],
    troubles: [...troubles("experian"), { surname: "Nodecision", upstreamFailure: { service: "experian", kind: "unexpected" } }],
  },
];

/** Somebody of their own for each name. */
const emailOf = (surname: string) => `${surname.toLowerCase()}@example.com`;

async function signUp(gate: StartedGate, surname: string, more: object = {}) {
  const claims = { ...mina, surname, email: emailOf(surname), ...more };
  const { status, body } = await askUntilDecided(gate, "before-create-user", claims);
  return { status, action: body.action, message: String(body.userMessage) };
}

type Vendor = (typeof vendors)[number];

/** What a sign-up meets at a gate that verifies identities by the vendor. */
export function identityRecipes({ vendor, refuted, review, troubles }: Vendor, gate: () => StartedGate): void {
  /** Two identical calls that the vendor leaves without an answer: they take their time beside the tests. */
  let slow: Promise<readonly Awaited<ReturnType<typeof signUp>>[]>;
  beforeAll(() => {
    slow = Promise.all([ask("Slow"), ask("Slow")]);
  });

  const ask = (surname: string, more: object = {}) => signUp(gate(), surname, more);
  const wordOn = async (email: string) => (await gate().records(email)).at(-1)?.trace.find(({ rule }) => rule === "verify-identity");
  const calls = (text: string) => gate().received(vendor, text);

  it("people verified by the vendor are let in", async () => {
    expect(await ask("Kang")).toMatchObject(continued);
    expect(await wordOn(emailOf("Kang"))).toMatchObject({ said: "continue", findings: { identity: "verified" } });
  });

  it.each(refuted)("a person is asked to correct the input if the vendor refutes it: %s", async (surname) => {
    expect(await ask(surname)).toMatchObject(askedAgain);
    expect(await wordOn(emailOf(surname))).toMatchObject({ reasons: ["identity.refuted"], evidence: { identity: "refuted" } });
  });

  it.each(review)("a person is not let in if the vendor refers the person for review: %s", async (surname) => {
    expect(await ask(surname)).toMatchObject(blocked);
    expect(await wordOn(emailOf(surname))).toMatchObject({ reasons: ["identity.review"], evidence: { identity: "review" } });
  });

  it("the vendor is not asked about a drill, even with complete data", async () => {
    const email = `drill@${DRILL_DOMAIN}`;
    expect(await ask("Drill", { email })).toMatchObject(blocked);
    expect(calls("Drill")).toHaveLength(0);
    expect(await gate().records(email)).toMatchObject([{ reasons: [DRILL] }]);
    expect(await wordOn(email)).toMatchObject({ said: "continue" });
    expect(await ask("Drill")).toMatchObject(continued);
    expect(calls("Drill")).not.toHaveLength(0);
  });

  it("missing input is requested from the person, without asking the vendor", async () => {
    expect(await ask("Gap", { streetAddress: "" })).toMatchObject(askedAgain);
    expect(calls("Gap")).toHaveLength(0);
  });

  it.each(troubles)(
    "a sign-up stops if the vendor fails, and the record names the failure: $surname",
    async ({ surname, upstreamFailure }) => {
      const reply = await ask(surname);
      expect(reply).toMatchObject({ ...blocked, message: expect.stringMatching(/try again later.*Reference: [A-Z0-9]{4}-[A-Z0-9]{4}/) });
      expect(await wordOn(emailOf(surname))).toMatchObject({ said: "block", reasons: ["identity.unavailable"], upstreamFailure });
      await gate().counted({ UpstreamFailures: 1, system: vendor, kind: upstreamFailure.kind });
    },
  );

  it("redirects of the vendor are not followed", () =>
    expect(calls("").filter(({ url }) => url.pathname === "/elsewhere")).toHaveLength(0));

  it("the answer comes within the deadline if the vendor does not respond, also for a repeated call", async () => {
    const replies = await slow;
    for (const reply of replies) expect(reply).toMatchObject(blocked);
    // Past the deadline, that would be the failure, and the rule would say nothing.
    expect(await wordOn(emailOf("Slow"))).toMatchObject({ said: "block", upstreamFailure: { service: vendor, kind: "timeout" } });
  });

  it("the vendor is asked once for identical calls, both concurrent and later ones", async () => {
    const replies = [...(await Promise.all([ask("Twin"), ask("Twin"), ask("Twin")])), await ask("Twin")];
    for (const reply of replies) expect(reply).toMatchObject(continued);
    expect(calls("Twin")).toHaveLength(1);
  });

  it("the vendor is asked again after a failure", async () => {
    const before = calls("Down").length;
    await ask("Down", { email: "again@example.com" });
    await ask("Down", { email: "again@example.com", displayName: "Entra's repeat" });
    expect(calls("Down")).toHaveLength(before + 2);
  });

  it("a person's fourth sign-up on a day is refused for too many attempts, and the vendor is not asked", async () => {
    const email = "guess@example.com";
    for (const street of ["1 First Street", "2 First Street", "3 First Street"]) {
      expect(await ask("Failure", { email, streetAddress: street })).toMatchObject(askedAgain);
    }
    expect(await ask("Failure", { email, streetAddress: "4 First Street" })).toMatchObject(blocked);
    expect(await wordOn(email)).toMatchObject({ reasons: ["identity.too-many-attempts"] });
    expect(calls("First").length).toBe(3);
  });

  it("the person's input reaches the vendor unchanged, whatever it looks like", async () => {
    const surname = `O'<b a="1">&lt;&x; %41?&=+\n"},{`;
    expect(await ask("Odd", { surname })).toMatchObject(continued);
    expect(surnameIn(vendor, calls("Alder").at(-1)?.body)).toBe(surname);
  });

  it("logs and events contain no personal data", async () => {
    expect(gate().told()).not.toMatch(/Alder|@example\.com|Kang/);
  });

  it("the request to the vendor matches its contract, field by field", async () => {
    const [request] = calls("Kang");
    expect(request?.method).toBe("POST");
    if (vendor === "idology") {
      expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
      expect(Object.fromEntries(new URLSearchParams(request?.body.toString()))).toEqual({
        username: expect.any(String),
        password: expect.any(String),
        firstName: "Mina",
        lastName: "Kang",
        address: "418 Alder Street",
        city: "Portland",
        state: "OR",
        zip: "97205",
        invoice: expect.stringMatching(GUID),
      });
      return;
    }
    const sent = JSON.parse(String(request?.body));
    const { clientReferenceId, messageTime } = sent.header;
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "hmac-signature": createHmac("sha256", "your-signature-key")
        .update(request?.body ?? "")
        .digest("base64"),
    });
    expect(clientReferenceId).toMatch(GUID);
    expect(messageTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(sent).toEqual({
      header: {
        tenantId: expect.any(String),
        requestType: expect.any(String),
        clientReferenceId,
        messageTime,
        options: { workflow: "wf1" },
      },
      payload: {
        source: "WEB",
        control: [
          { option: "ORG_CODE", value: expect.any(String) },
          { option: "MODEL_CODE", value: expect.any(String) },
          { option: "EVENT_ID", value: clientReferenceId },
        ],
        application: {
          type: "APPLICANT",
          applicantionId: "APPLICATION_1",
          originalRequestTime: messageTime,
          applicants: [{ id: expect.any(String), type: "INDIVIDUAL", applicantType: "APPLICANT", contactId: "MAINCONTACT_1" }],
        },
        contacts: [
          {
            id: "MAINCONTACT_1",
            person: { names: [{ firstName: "Mina", surName: "Kang" }] },
            addresses: [
              { street: "418 Alder Street", postTown: "Portland", stateProvinceCode: "OR", postal: "97205-1234", countryCode: "USA" },
            ],
          },
        ],
      },
    });
  });
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function surnameIn(vendor: "idology" | "experian", body: Buffer | undefined): unknown {
  if (vendor === "idology") return new URLSearchParams(String(body)).get("lastName");
  return JSON.parse(String(body)).payload.contacts[0].person.names[0].surName;
}
