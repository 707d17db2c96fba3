import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { jsonLines } from "../../cli/support";
import { startTenant, type TestTenant } from "../entra/tenant";

const file = join(packageRoot, "test/fixtures/tls/client.p12");
const pkcs12Value = readFileSync(file).toString("base64");
const THUMBPRINT = /^[0-9A-F]{40}$/;
const FLAG = ["--certificate", file];
const DAY = 86_400;

let tenant: TestTenant;
beforeEach(async () => {
  process.env.GATEHOUSE_PFX_PASSPHRASE = "secret";
  tenant = await startTenant();
  await tenant.run(["apply"]);
});
afterEach(async () => {
  delete process.env.GATEHOUSE_PFX_PASSPHRASE;
  await tenant.close();
});

/** Both connectors show a certificate that ends in ten days. */
function showCertificates(): void {
  const now = Math.floor(Date.now() / 1_000);
  const certificateList = [{ thumbprint: "OLD", notBefore: now - DAY, notAfter: now + 10 * DAY + 60 }];
  const authenticationConfiguration = { "@odata.type": "#microsoft.graph.clientCertificateAuthentication", certificateList };
  for (const connector of tenant.graph.connectors()) Object.assign(connector, { authenticationConfiguration });
}
const uploads = () => tenant.writes().filter(({ path }) => path.endsWith("/uploadClientCertificate"));

it("adds the certificate to each connector once, and checks that it is the active one", async () => {
  showCertificates();
  expect((await tenant.run(["check"])).stdout).toMatch(
    /The certificate of Gatehouse after sign-in ends on 20.*: entra rotate --certificate FILE\.pfx\./,
  );
  const ran = await tenant.run(["rotate", ...FLAG]);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ran.stdout).toMatch(
    /^added to Gatehouse after sign-in\nadded to Gatehouse before creating the user\n[0-9A-F]{40} passes until 2120-.*Leave the old one in the trust store for a day: /,
  );
  expect(tenant.writes()).toEqual(
    tenant.graph.connectors().map(({ id }) => ({
      method: "POST",
      path: `/v1.0/identity/apiConnectors/${id}/uploadClientCertificate`,
      body: { pkcs12Value, password: "secret" },
    })),
  );
  const again = await tenant.run(["rotate", "--json", ...FLAG]);
  expect(jsonLines(again)).toEqual([
    { connector: "Gatehouse after sign-in", thumbprint: expect.stringMatching(THUMBPRINT), added: false },
    { connector: "Gatehouse before creating the user", thumbprint: expect.stringMatching(THUMBPRINT), added: false },
  ]);
  expect(tenant.writes()).toEqual([]);
  expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
});

it("completes the work after an interruption", async () => {
  showCertificates();
  const forbidden = new Response(JSON.stringify({ error: { code: "Forbidden" } }), { status: 403 });
  const [, second] = tenant.graph.connectors();
  const ran = await tenant.run(["rotate", ...FLAG], async (_, call, send) =>
    call.method === "POST" && call.path.includes(String(second?.id)) ? forbidden : await send(),
  );
  expect(ran).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/1 of 2 connectors show the certificate; Gatehouse before creating the user does not\..*the rest/s),
  });
  expect(await tenant.run(["rotate", ...FLAG])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("shows it already") });
  expect(uploads()).toHaveLength(1);
});

it.each([
  { given: "a file that is not there", args: ["--certificate", "nowhere.pfx"], says: "names nowhere.pfx, which cannot be read (ENOENT)" },
  { given: "another passphrase", args: FLAG, passphrase: "no", says: "cannot be used: the passphrase is another" },
  { given: "a file of another kind", args: ["--certificate", "package.json"], says: "cannot be used: it is no PKCS #12 file" },
])("explains the problem with $given, and changes nothing", async ({ args, passphrase, says }) => {
  showCertificates();
  if (passphrase !== undefined) process.env.GATEHOUSE_PFX_PASSPHRASE = passphrase;
  expect(await tenant.run(["rotate", ...args])).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  expect(tenant.writes()).toEqual([]);
});

it("refuses a certificate for connectors with passwords, and a password for connectors with certificates", async () => {
  const wrong = await tenant.run(["rotate", ...FLAG]);
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("show user name and password, not a certificate") });
  showCertificates();
  const other = await tenant.run(["rotate"]);
  expect(other).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("entra rotate --certificate FILE.pfx. Nothing was changed."),
  });
  expect(tenant.writes()).toEqual([]);
});
