import { readPersonFile } from "../../../simulator/client/person";
import { signUp } from "../../../simulator/client/sign-up";
import type { UserFlow } from "../../../simulator/client/visit";
import { CONTINUE, connectorFlow, type Received, type Reply, serveEndpoint, vacantUrl } from "../endpoint";

const kim = readPersonFile({
  issuer: "google.com",
  email: "kim@contoso.com",
  claims: { displayName: "Kim", jobTitle: "Buyer" },
  form: { city: "lyon" },
  collects: ["displayName", "city", "extension_Seats:integer"],
});

/** Signs a person up against an endpoint that lives as long as that takes. */
async function signedUp(answer: (request: Received) => Reply | "hang" | "reset", person = kim, flow: Partial<UserFlow> = {}) {
  const endpoint = await serveEndpoint(answer);
  try {
    const result = await signUp(person, connectorFlow(endpoint.url, { timeoutMs: 2_000, ...flow }));
    return { ...result, received: endpoint.received };
  } finally {
    await endpoint.close();
  }
}

const byStep = (first: Reply, second: Reply) => (request: Received) => (request.path === "/after-sign-in" ? first : second);

describe("a simulated sign-up", () => {
  it("fills the form from the first answer, lets the person type, and ends with the second answer's values", async () => {
    const { outcome, account, received, visits } = await signedUp(
      byStep(
        { body: { ...CONTINUE, city: "Paris", extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats: 5, country: "France" } },
        { body: { ...CONTINUE, city: "Lyon", state: "dropped" } },
      ),
    );
    expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({
      displayName: "Kim",
      jobTitle: "Buyer",
      city: "lyon",
      extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Seats: 5,
    });
    expect({ outcome, account }).toEqual({
      outcome: "created",
      account: { displayName: "Kim", jobTitle: "Buyer", city: "Lyon", extension_Seats: 5 },
    });
    expect(visits.flatMap(({ breaches }) => breaches)).toEqual([]);
  });

  it("sends the credentials and the JSON content type", async () => {
    const { received } = await signedUp(() => ({ body: CONTINUE }));
    expect(received[0]).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from("entra:päss:word").toString("base64")}` },
    });
  });

  it.each([
    { first: { body: { version: "1", action: "ShowBlockPage", userMessage: "No." } }, outcome: "blocked", calls: 1 },
    {
      first: { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "?" } },
      outcome: "error",
      calls: 1,
    },
    {
      second: { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "?" } },
      outcome: "invalid",
      calls: 2,
    },
    { second: { body: { version: "1", action: "ShowBlockPage", userMessage: "No." } }, outcome: "blocked", calls: 2 },
    { second: { status: 500 }, outcome: "error", calls: 2 },
    { second: { status: 302, headers: { location: "/elsewhere" } }, outcome: "error", calls: 2 },
    { second: { body: Buffer.from('{"version":"1","action":"Continue","city":"\xff"}', "latin1") }, outcome: "error", calls: 2 },
    { second: { body: `{"version":"1","action":"Continue","x":"${"a".repeat(2_000_000)}"}` }, outcome: "error", calls: 2 },
  ])(
    "ends with the outcome $outcome after $calls calls",
    async ({ first = { body: CONTINUE }, second = { body: CONTINUE }, outcome, calls }) => {
      const result = await signedUp(byStep(first, second));
      expect({ outcome: result.outcome, calls: result.received.length }).toEqual({ outcome, calls });
      expect(result.account).toBeUndefined();
    },
  );

  it.each([
    { steps: ["after-sign-in" as const], outcome: "created" },
    { steps: ["before-create-user" as const], outcome: "created" },
  ])("calls only the steps with a connector: $steps", async ({ steps, outcome }) => {
    const result = await signedUp(() => ({ body: CONTINUE }), kim, { steps });
    expect({ outcome: result.outcome, paths: result.received.map(({ path }) => path) }).toEqual({
      outcome,
      paths: steps.map((step) => `/${step}`),
    });
  });
});

describe("a timed-out call", () => {
  it("is repeated exactly once if no answer comes", async () => {
    const { outcome, received, visits } = await signedUp(() => "hang", kim, { timeoutMs: 500 });
    expect({ outcome, calls: received.length }).toEqual({ outcome: "error", calls: 2 });
    expect(visits[0]?.breaches).toMatchObject([{ rule: "time", found: "no answer twice" }]);
  });

  it("is reported as late, and the sign-up goes on with the answer to the repeated call", async () => {
    let calls = 0;
    const { outcome, visits } = await signedUp(() => (++calls === 1 ? "hang" : { body: CONTINUE }), kim, { timeoutMs: 300 });
    expect(outcome).toBe("created");
    expect(visits[0]).toMatchObject({ attempts: [{ failure: "timeout" }, { answer: { status: 200 } }], breaches: [{ rule: "time" }] });
  });

  it("can be simulated at each step by losing the first answer", async () => {
    const { outcome, received, visits } = await signedUp(() => ({ body: CONTINUE }), { ...kim, loseFirstAnswer: true });
    expect({ outcome, calls: received.length }).toEqual({ outcome: "created", calls: 4 });
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(visits.map(({ attempts, breaches }) => [attempts.map(({ lost = false }) => lost), breaches])).toEqual([
      [[true, false], []],
      [[true, false], []],
    ]);
  });

  it("is the only failed call that is repeated: a call with a broken or refused connection is not", async () => {
    const broken = await signedUp(() => "reset");
    expect(broken.received).toHaveLength(1);
    expect(broken.visits[0]?.breaches).toMatchObject([{ rule: "connection" }]);
    const vacant = await vacantUrl();
    const refused = await signUp(kim, connectorFlow(vacant, { steps: ["after-sign-in"] }));
    expect(refused.visits[0]).toMatchObject({ page: { kind: "error" }, breaches: [{ rule: "connection" }] });
  });
});
