import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RELEASE_TEMPLATE } from "../../lib/release/release";
import { writeTemplate } from "../../scripts/release/write-template";
import { reduceTemplate } from "../../scripts/upgrade/deployments";
import google from "../fixtures/b2b-before-create-google.json";
import { START_MS, startInVain } from "../support/gate";
import { synthesize } from "../support/synth";
import { approvalToContinue, mailToApprovers } from "./approval-recipes";
import { callers } from "./callers";
import { type StartedGate, type StartedGates, startGates } from "./started-gate";

describe("npm start with the folder of a release", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-release-"));
  let started: StartedGates;
  let gate: StartedGate;
  beforeAll(async () => {
    writeTemplate(folder);
    started = await startGates({ release: folder, policy: "samples/policies/template" });
    gate = started.at(undefined);
  }, START_MS);
  afterAll(async () => {
    await started?.stop();
    rmSync(folder, { recursive: true });
  });

  callers(() => ({ call: (...given) => gate.call(...given) as never, info: gate.instance }));

  approvalToContinue(() => gate);

  it("has the tables, secrets, addresses and logs of an app, which takes its stack over", () => {
    const template = reduceTemplate(JSON.parse(readFileSync(join(folder, RELEASE_TEMPLATE), "utf8")));
    const options = { folder: "samples/policies/template", approvalMail: { decideFromMail: true }, alarmEmail: "it@contoso.com" };
    const app = reduceTemplate(synthesize(options).template.toJSON() as never);
    expect(template).toEqual(app);
    expect(Object.keys(template.resources).length).toBeGreaterThan(25);
  });

  it("serves what the template has, and nothing else", () => {
    const { consoleUrl, extension, steps } = gate.instance;
    expect({ consoleUrl, extension, steps }).toEqual({
      consoleUrl: undefined,
      extension: undefined,
      steps: ["after-sign-in", "before-create-user"],
    });
  });

  it("refuses a person whom the list denies, at both steps", async () => {
    await gate.put("accessList", { entry: "spam.example", effect: "deny" });
    for (const step of ["after-sign-in", "before-create-user"] as const) {
      const { body } = await gate.ask(step, { ...google, email: "kim@spam.example" });
      expect(body).toMatchObject({ action: "ShowBlockPage", userMessage: expect.not.stringContaining("waiting") });
    }
  });

  it("lets a listed person in", async () => {
    await gate.put("accessList", { entry: "listed.example", effect: "allow", issuer: "google.com" });
    expect((await gate.ask("before-create-user", { ...google, email: "kim@listed.example" })).body.action).toBe("Continue");
  });

  it("lets an approver let a waiting person in, by the link of the mail alone", async () => {
    const person = { ...google, email: "waits@nobody.example" };
    const signUp = async () => (await gate.ask("before-create-user", person)).body;
    expect(await signUp()).toMatchObject({ action: "ShowBlockPage", userMessage: expect.stringContaining("waiting for approval") });
    const mail = await mailToApprovers(gate, person.email);
    // One mail lists all requests of a minute.
    const [url = ""] = /^http:\/\/127\.0\.0\.1:\d+\/decide\?\S+$/m.exec(mail.slice(mail.indexOf(person.email))) ?? [];
    const { origin, pathname, searchParams } = new URL(url);
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(person.email)]);
    const decided = await fetch(`${origin}${pathname}`, {
      method: "POST",
      body: new URLSearchParams([...searchParams, ["answer", "approve"]]),
    });
    expect([decided.status, await decided.text()]).toEqual([200, expect.stringContaining("<h1>Approved: ")]);
    expect(await signUp()).toMatchObject({ action: "Continue" });
  });
});

describe("npm start refuses", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-release-"));
  const zip = `${"0".repeat(64)}.zip`;
  afterAll(() => rmSync(folder, { recursive: true }));

  it("a folder without a release's template", async () => {
    const { code, printed } = await startInVain(["--ephemeral", "--release", folder]);
    expect([code, printed]).toEqual([1, expect.stringContaining(`There is no ${RELEASE_TEMPLATE} in ${folder}`)]);
  });

  it("a zip that is not what its name says", async () => {
    writeFileSync(join(folder, RELEASE_TEMPLATE), "{}");
    writeFileSync(join(folder, zip), "");
    expect(readdirSync(folder)).toHaveLength(2);
    const { code, printed } = await startInVain(["--ephemeral", "--release", folder]);
    expect([code, printed]).toEqual([1, expect.stringContaining(`${zip} is not what its name says: download the release again.`)]);
  });
});
