import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "../../../../local/aws/template";
import { serveOwnService } from "../../../../local/stand-ins/services/own-service";
import {
  answeredByFile,
  assertEndpoints,
  brokenAnswers,
  EndpointError,
  namedSystems,
  unreadAnswers,
} from "../../../../local/stand-ins/services/own-services";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "answers", "crm.json");
mkdirSync(join(folder, "answers"));
afterAll(() => rmSync(folder, { recursive: true }));

const said: string[] = [];
let server: Awaited<ReturnType<typeof serveOwnService>>;
beforeAll(async () => {
  server = await serveOwnService(
    { name: "crm", basePath: "/api/", folders: [join(folder, "none"), folder] },
    { onAnswer: (what) => said.push(what) },
  );
});
afterAll(() => server.close());
afterEach(() => rmSync(file, { force: true }));

const write = (content: unknown) => writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
const ask = async (path: string, method = "GET") => {
  said.length = 0;
  const response = await fetch(`${server.url}${path}`, { method });
  return { status: response.status, body: await response.text() };
};

describe("the stand-in for a custom service of the policy", () => {
  const answers = [
    { method: "POST", path: "/people/*", status: 201 },
    { method: "GET", path: "/people/a%20b", body: { is: "a b" } },
    { path: "/people/*", query: { full: "yes" }, body: "a text", headers: { "X-Own": "1" } },
    { path: "/people/*", body: { is: "anybody" } },
    { path: "/gone", status: 204 },
  ];

  it.each([
    { method: "GET", path: "/api/people/a%20b", status: 200, body: '{"is":"a b"}' },
    { method: "GET", path: "/api/people/x?full=yes&more=1", status: 200, body: "a text" },
    { method: "GET", path: "/api/people/x?full=no", status: 200, body: '{"is":"anybody"}' },
    { method: "PUT", path: "/api/people/x", status: 200, body: '{"is":"anybody"}' },
    { method: "POST", path: "/api/people/a%20b", status: 201, body: "{}" },
    { method: "GET", path: "/api/gone", status: 204, body: "" },
    { method: "GET", path: "/api/people", status: 404, body: "{}" },
    { method: "GET", path: "/api/people/x/y", status: 404, body: "{}" },
    { method: "GET", path: "/api/people/down", status: 500, body: "" },
    { method: "GET", path: "/api/people/throttled@contoso.com", status: 429, body: "" },
  ])("answers $method $path with $status", async ({ method, path, status, body }) => {
    write({ answers });
    expect(await ask(path, method)).toEqual({ status, body });
  });

  it("spoils the first answer of its file if the requested name asks for a fault", async () => {
    write({ answers: [{ path: "/people/a", body: { is: "a" } }, { status: 404 }] });
    const { status, body } = await ask("/api/people/huge@contoso.com");
    expect([status, body.trim(), body.length]).toEqual([200, '{"is":"a"}', 10 * 1_024 * 1_024]);
  });

  it("answers XML with the type of XML", async () => {
    write({ answers: [{ body: "<response/>" }] });
    expect((await fetch(`${server.url}/api/x`)).headers.get("content-type")).toBe("application/xml");
  });

  it('ends the connection if its file holds the fault "refused"', async () => {
    write({ answers: [{ fault: "refused" }] });
    await expect(ask("/api/x")).rejects.toThrow();
  });

  it("reports which answers it gave, and no content of the questions", async () => {
    write({ answers });
    await ask("/api/people/secret?of=kim");
    expect(said).toEqual([expect.stringMatching(/^200: answer 4 of .*crm\.json$/)]);
    await ask("/api/secret");
    expect(said).toEqual([expect.stringMatching(/^404: .*crm\.json has no answer that fits this GET$/)]);
  });

  it.each([
    { given: "no file", content: undefined, status: 404, says: /^404: write its answers into .*none.answers.crm\.json$/ },
    { given: "no JSON", content: '{\n"answers": [}', status: 500, says: /crm\.json:2: / },
    {
      given: "an unknown member",
      content: '{\n"answers": [\n{ "pth": "/x" }] }',
      status: 500,
      says: /crm\.json:3: .*is unknown: did you mean path/,
    },
    { given: "a fault that is none", content: { answers: [{ fault: "slow" }] }, status: 500, says: /must be "timeout" or "refused"/ },
    { given: "a path without a slash", content: { answers: [{ path: "people" }] }, status: 500, says: /path/ },
    { given: "no answers", content: {}, status: 500, says: /answers is missing/ },
  ])("says what is wrong with its file: $given", async ({ content, status, says }) => {
    if (content !== undefined) write(content);
    expect((await ask("/api/x")).status).toBe(status);
    expect(said).toEqual([expect.stringMatching(says)]);
  });
});

describe("the services of a template", () => {
  const made = (file: string, ...uses: object[]) => ({ Type: "AWS::Lambda::Function", Metadata: { "gatehouse:policy": { file, uses } } });
  const crm = { service: "crm", url: "https://crm.contoso.com/api" };
  const template = new Template("Gate", {
    Resources: {
      One: made("/app/policy/before-create-user.ts", crm, { service: "only-named" }, { secret: "crm" }),
      Two: made("/app/policy/after-sign-in.ts", crm, { service: "source", origin: "https://source.contoso.com" }),
      Other: made("/app/suppliers/before-create-user.ts", crm, { service: "fraud", url: "https://fraud.contoso.com/" }),
      Unmarked: { Type: "AWS::Lambda::Function" },
    },
    Outputs: {},
  });

  it("include the system that the worker of a rule calls, and none for a worker that calls none", () => {
    const looks = new Template("Gate", {
      Resources: { One: made("/app/policy/a.ts", { worker: "partners", calls: "dns" }, { worker: "x" }) },
      Outputs: {},
    });
    expect(namedSystems(looks).systems).toEqual([{ name: "dns", basePath: "/", folders: ["/app/policy"], isPlaced: false }]);
  });

  it("are all services that a rule of any gate's policy names", () => {
    const { systems, folders } = namedSystems(template);
    expect(folders).toEqual(["/app/policy", "/app/suppliers"]);
    expect(systems).toEqual([
      { name: "crm", basePath: "/api", folders: ["/app/policy", "/app/suppliers"], isPlaced: true },
      { name: "only-named", basePath: "/", folders: ["/app/policy"], isPlaced: false },
      { name: "source", basePath: "/", folders: ["/app/policy"], isPlaced: true },
      { name: "fraud", basePath: "/", folders: ["/app/suppliers"], isPlaced: true },
    ]);
    expect(answeredByFile(systems, ["only-named"]).map(({ name }) => name)).toEqual(["crm", "source", "fraud"]);
  });

  it("answer from a file instead of a vendor's stand-in if there is such a file", () => {
    write({ answers: [{ body: "<response/>" }] });
    const vendor = { name: "crm", basePath: "/", folders: [folder], isPlaced: false };
    expect([answeredByFile([vendor], ["crm"]), answeredByFile([vendor], ["idology"])]).toEqual([[vendor], []]);
  });

  it("read the answer files that belong to them, and report the others", () => {
    for (const name of ["crm.json", "cmr.json", "crm.jsn", "fraud.json", ".DS_Store"]) writeFileSync(join(folder, "answers", name), "");
    const [named, nobody] = [[{ name: "crm", basePath: "/", folders: [folder] }], join(folder, "none")];
    expect(unreadAnswers([folder, nobody], named)).toEqual([
      `${join(folder, "answers", "cmr.json")} is not read: no rule asks a system of the name cmr. Did you mean crm?`,
      `${join(folder, "answers", "crm.jsn")} is not read: name it crm.json.`,
      `${join(folder, "answers", "fraud.json")} is not read: no rule asks a system of the name fraud. There are crm.`,
    ]);
    for (const name of ["cmr.json", "crm.jsn", "fraud.json", ".DS_Store"]) rmSync(join(folder, "answers", name));
  });

  it("use the readable answer files, and report mistakes in others at the start", async () => {
    const named = [{ name: "crm", basePath: "/", folders: [folder] }];
    write({ answers: [] });
    expect(await brokenAnswers(named)).toEqual([]);
    write({ answer: [] });
    expect(await brokenAnswers(named)).toEqual([expect.stringMatching(/crm\.json:1: .*answer/)]);
    writeFileSync(join(folder, "answers", "crm.json"), '{ "answers": [');
    expect(await brokenAnswers(named)).toEqual([expect.stringMatching(/crm\.json:1: .+ in JSON/)]);
  });

  it.each([
    { written: ["refused"], status: 502 },
    { written: { status: 418 }, status: 418 },
    { written: { answers: { status: 418 } }, status: 418 },
  ])("accept answers in the form that cases use: $written", async ({ written, status }) => {
    write(written);
    const answered = await ask("/api/partners/1").then(
      (answer) => answer.status,
      () => 502,
    );
    expect(answered).toBe(status);
  });

  it("report the line of a mistake in answers in the form that cases use", async () => {
    write('[\n  { "status": 200 },\n  { "sttus": 200 }\n]');
    expect(await brokenAnswers([{ name: "crm", basePath: "/", folders: [folder] }])).toEqual([
      expect.stringMatching(/crm\.json:3: .*sttus is unknown: did you mean status\?/),
    ]);
  });

  it("are the only names that --endpoint accepts", () => {
    expect(() => assertEndpoints(["crm", "graph"], ["crm", "graph"])).not.toThrow();
    expect(() => assertEndpoints(["crmm"], ["crm", "graph"])).toThrow(EndpointError);
    expect(() => assertEndpoints(["crmm"], ["crm", "graph"])).toThrow(/--endpoint crmm=….*Did you mean crm\?/);
    expect(() => assertEndpoints(["billing"], ["crm", "graph"])).toThrow(/There are crm, graph\./);
  });
});
