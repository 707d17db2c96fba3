import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type JsonForm, Pseudonyms } from "../../../../features/doctor/verbs/record/pseudonyms";
import { type RecordedTargets, startRecorder } from "../../../../features/doctor/verbs/record/record";
import { type CallForm, type JudgedFact, judgedRecording, recorder } from "../../../../features/doctor/verbs/record/recording";
import { gatehouse, type Ran, startInstance } from "../../../cli/support";
import { CONTINUE, serveEndpoint } from "../../../simulator/endpoint";
import { recordedCalls, recordings, replayed } from "../../../support/recorded-calls";

const HEX = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
const GUID = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";

describe("the recorded form of a value", () => {
  it.each<{ given: unknown; name?: string; form: JsonForm }>([
    { given: "Mina Kang", form: "text1" },
    { given: "", form: "" },
    { given: null, form: null },
    { given: true, form: false },
    { given: 25, form: 1 },
    { given: 0, form: 0 },
    { given: "mina.kang@contoso.com", form: "person1@tenant1.example.com" },
    { given: "mina.kang_contoso.com#EXT#@contoso.onmicrosoft.com", form: "person1_example.com#EXT#@tenant1.onmicrosoft.com" },
    { given: "mina.kang_contoso.com_EXT_@contoso.onmicrosoft.com", form: "person1_example.com_EXT_@tenant1.onmicrosoft.com" },
    { given: `${GUID}@contoso.onmicrosoft.com`, form: "00000000-0000-4000-8000-000000000001@tenant1.onmicrosoft.com" },
    { given: GUID, form: "00000000-0000-4000-8000-000000000001" },
    { given: "contoso.onmicrosoft.com", name: "issuer", form: "tenant1.onmicrosoft.com" },
    { given: "google.com", name: "issuer", form: "google.com" },
    { given: "google.com", form: "tenant1.example.com" },
    { given: "federated", name: "signInType", form: "federated" },
    { given: "kim", name: "signInType", form: "text1" },
    { given: "microsoft.graph.stringDirectoryAttributeValue", name: "@odata.type", form: "microsoft.graph.stringDirectoryAttributeValue" },
    { given: "203.0.113.24", form: "192.0.2.1" },
    { given: "2001:db8:85a3::8a2e:370:7334", form: "2001:db8::1" },
    { given: "ko-KR,en", name: "ui_locales", form: "en-US,en" },
    { given: "ko-kr", name: "locale", form: "en-us" },
    { given: "110248495921238986420", form: "111111111111111111111" },
    { given: "red,dark green", form: "text1,text2" },
    { given: "2026-11-21T10:00:00Z", form: "2020-01-01T00:00:00Z" },
    { given: { [`extension_${HEX}_Tier`]: "gold" }, form: { [`extension_${"0".repeat(32)}_Tier`]: "text1" } },
    { given: { "kim@contoso.com": 1 }, form: { name1: 1 } },
  ])("hides the value, but not its kind: $given $name becomes $form", ({ given, name, form }) =>
    expect(new Pseudonyms().of(given, name)).toEqual(form),
  );

  it("is equal for equal values, and different for different values", () => {
    const pseudonyms = new Pseudonyms();
    const [one, two, again] = ["kim@a.com", "lee@a.com", "KIM@a.com"].map((each) => pseudonyms.of(each));
    expect(one).toBe(again);
    expect(one).not.toBe(two);
    expect(pseudonyms.of(pseudonyms.of(GUID))).not.toBe(pseudonyms.of(GUID));
  });

  it("contains nothing of the value itself", () => {
    const told = fc.string({ minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(told, { minLength: 1, maxLength: 8 }),
        fc.constantFrom("displayName", "city", "issuer", "ui_locales", "@odata.type"),
        (texts, name) => {
          // Marked, so that none of them is a word of Entra's by chance.
          const secret = texts.map((text) => `Zq${text}`);
          const form = JSON.stringify(new Pseudonyms().of({ [name]: secret, more: { [`${secret[0]} @`]: secret.join("@") } }, name));
          return secret.every((each) => !form.includes(JSON.stringify(each).slice(1, -1)) && !form.includes("Zq"));
        },
      ),
    );
  });
});

const token = (claims: object) =>
  ["eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEifQ", Buffer.from(JSON.stringify(claims)).toString("base64url"), "c2ln"].join(".");

it("a recorded call omits its credentials, its token's values and its headers' values", () => {
  const claims = { ver: "2.0", azp: "99045fe1-7639-4a75-9d4a-577b6ca3810f", tid: GUID, oid: "secret-object" };
  const kept = recorder()({
    path: "attribute-collection-submit",
    headers: { authorization: `Bearer ${token(claims)}`, "content-type": "application/json; charset=utf-8", "x-person": "Mina Kang" },
    body: JSON.stringify({ email: "mina.kang@contoso.com" }),
    answer: { status: 200, body: JSON.stringify({ action: "ShowBlockPage", userMessage: "Mina Kang" }) },
    durationMs: 12,
  });
  expect(kept).toEqual({
    path: "attribute-collection-submit",
    contentType: "application/json; charset=utf-8",
    headers: ["authorization", "content-type", "x-person"],
    scheme: "Bearer",
    token: { ver: "2.0", claims: ["azp", "oid", "tid", "ver"] },
    body: { email: "person1@tenant1.example.com" },
    answer: { status: 200, action: "ShowBlockPage" },
    durationMs: 12,
  });
});

describe("the recorder", () => {
  const untouched = { status: 401, headers: { "WWW-Authenticate": "Basic", "x-other": "1" }, body: { message: "Unauthorized" } };
  const targets = (url: string): RecordedTargets =>
    new Map([
      ["before-create-user", { url, step: "before-create-user", isExtension: false }],
      ["attribute-collection-submit", { url, step: "before-create-user", isExtension: true }],
      ["token-issuance-start", { url, step: "before-sending-token", isExtension: true }],
    ]);

  async function recordedAt(url: string, use: (url: string, calls: CallForm[]) => Promise<void>): Promise<void> {
    const calls: CallForm[] = [];
    const server = await startRecorder(targets(url), 0, (call) => calls.push(call));
    await use(server.url, calls).finally(() => server.close());
  }

  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

  it("names the option for another port if its port is taken", async () => {
    await recordedAt("http://127.0.0.1:9", async (url) => {
      const { port } = new URL(url);
      await expect(startRecorder(new Map(), Number(port), () => undefined)).rejects.toThrow(
        `Port ${port} is in use: choose another with --port; 0 takes any free one.`,
      );
    });
  });

  it("passes calls to the gate and answers back, both unchanged", async () => {
    const gate = await serveEndpoint(({ headers }) => (headers.authorization === "Basic eDp5" ? { body: CONTINUE } : untouched));
    await recordedAt(gate.url, async (url, calls) => {
      const body = '{ "email": "kim@contoso.com" }';
      const passed = await post(`${url}/before-create-user`, body, { authorization: "Basic eDp5", "x-forwarded-for": "203.0.113.24" });
      expect([passed.status, await passed.json()]).toEqual([200, CONTINUE]);
      const refused = await post(`${url}/before-create-user`, body);
      expect([refused.status, refused.headers.get("www-authenticate"), refused.headers.get("x-other")]).toEqual([401, "Basic", null]);
      expect(gate.received.map((each) => each.body)).toEqual([body, body]);
      expect(gate.received[0]?.headers["x-forwarded-for"]).toBeUndefined();
      expect(calls.map(({ scheme, answer }) => [scheme, answer.status, answer.action])).toEqual([
        ["Basic", 200, "Continue"],
        ["none", 401, undefined],
      ]);
    });
    await gate.close();
  });

  it("answers no caller who does not know its secret address", async () => {
    const gate = await serveEndpoint(() => ({ body: CONTINUE }));
    await recordedAt(gate.url, async (url, calls) => {
      const { origin } = new URL(url);
      for (const each of [`${origin}/before-create-user`, `${origin}/${"0".repeat(32)}/before-create-user`, `${url}/other`, url]) {
        expect((await post(each, "{}")).status).toBe(404);
      }
      expect((await fetch(`${url}/before-create-user`)).status).toBe(404);
      expect((await post(`${url}/before-create-user`, "x".repeat(300_000))).status).toBe(413);
      expect([calls, gate.received]).toEqual([[], []]);
    });
    await gate.close();
  });

  it("refuses sign-ups in a form that Entra reads if the gate does not answer", async () => {
    await recordedAt("http://127.0.0.1:1", async (url) => {
      const said = async (path: string) => (await post(`${url}/${path}`, "{}")).json();
      expect(await said("before-create-user")).toMatchObject({ action: "ShowBlockPage", version: expect.any(String) });
      expect(await said("attribute-collection-submit")).toMatchObject({
        data: { actions: [{ "@odata.type": "microsoft.graph.attributeCollectionSubmit.showBlockPage" }] },
      });
      expect(await said("token-issuance-start")).toMatchObject({
        data: { actions: [{ "@odata.type": "microsoft.graph.tokenIssuanceStart.provideClaimsForToken", claims: {} }] },
      });
    });
  });

  it("writes until Ctrl-C to a file that only its owner can read, then reports what the recording shows", async () => {
    const instance = await startInstance([], "policy", { steps: ["before-create-user"] });
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-record-"));
    const file = join(folder, "entra.json");
    try {
      const others = process.listenerCount("SIGINT");
      const running: Promise<Ran> = gatehouse("doctor", "--record", file, ...instance.local);
      while (process.listenerCount("SIGINT") === others || !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
      process.emit("SIGINT");
      const { exitCode, stdout } = await running;
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/before-create-user\n/);
      expect(stdout).toContain("-   entra.locales: not tried, no call shows it\n");
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ format: "gatehouse-recording-1", calls: [] });
      expect(statSync(file).mode & 0o077).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
      await instance.close();
    }
  });
});

describe.each(recordings)("%s", (_, recording) => {
  it("contains only what the code expects", () => {
    const against = judgedRecording(recording).filter(({ holds }) => holds === false);
    expect(against.map(({ id }) => id)).toEqual([]);
  });
});

it.each(recordedCalls)("$title is read as a sign-up", ({ call }) => expect(replayed(call)).toMatchObject({ ok: true }));

describe("a recording reports an expectation that it contradicts", () => {
  const connector = {
    path: "before-create-user",
    contentType: "application/json",
    headers: [],
    scheme: "Basic",
    answer: { status: 200 },
    durationMs: 1,
  } as const;
  const extension = { ...connector, path: "attribute-collection-submit", scheme: "Bearer" } as const;
  const event = (type: string, others: object) =>
    ({ type: `microsoft.graph.authenticationEvent.${type}`, data: others }) as unknown as JsonForm;
  const journey = (type: string, correlationId: string): CallForm => ({
    ...extension,
    body: event(type, { authenticationContext: { correlationId } }),
  });

  it.each<{ id: JudgedFact["id"]; calls: readonly CallForm[] }>([
    { id: "entra.email", calls: [{ ...connector, body: { identities: [{ signInType: "federated" }] } }] },
    { id: "entra.locales", calls: [{ ...connector, body: { ui_locales: "text1;q=0" } }] },
    { id: "entra.correlation", calls: [journey("attributeCollectionStart", "1"), journey("attributeCollectionSubmit", "2")] },
  ])("$id", ({ id, calls }) => {
    const judged = judgedRecording({ format: "gatehouse-recording-1", calls });
    expect(judged.find((fact) => fact.id === id)?.holds).toBe(false);
  });

  it("and leaves every expectation undecided if it contains no calls", () => {
    expect(new Set(judgedRecording({ format: "gatehouse-recording-1", calls: [] }).map(({ holds }) => holds))).toEqual(
      new Set([undefined]),
    );
  });
});
