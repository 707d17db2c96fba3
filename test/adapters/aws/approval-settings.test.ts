import fc from "fast-check";
import {
  approvalSettings,
  findFlowlessUrls,
  findRedirectUrl,
  provisioningSettings,
  readApprovalSettings,
  readProvisioningSettings,
} from "../../../adapters/aws/approval-settings";
import { SettingsError } from "../../../adapters/aws/settings";
import { awsRuntime, awsSecrets } from "../../../adapters/aws/world-parts";
import { type AwsDouble, json, refuse, startAwsDouble } from "./aws-double";

const filledIn = {
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "s3cret-of-the-application",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://app.contoso.com/",
  invitationMail: "false",
  mailFrom: "Sign-Up@contoso.com",
  approvers: "it@contoso.com, hr@contoso.com",
};
const approvers = (count: number) => Array.from({ length: count }, (_, index) => `approver-${index}@contoso.com`).join();
const secretWith = (changes: object = {}) => JSON.stringify({ ...filledIn, ...changes });

describe("settings of mail", () => {
  it("name an address for each gate, else one for all", () => {
    const settings = readApprovalSettings(
      JSON.stringify({ redirectUrl: "https://app.example", redirectUrls: { suppliers: "https://suppliers.example" } }),
    );
    expect(findRedirectUrl(settings)).toBe("https://app.example");
    expect(findRedirectUrl(settings, "suppliers")).toBe("https://suppliers.example");
    expect(findRedirectUrl(settings, "guests")).toBe("https://app.example");
  });

  it.each([
    { url: "https://myapplications.microsoft.com/?tenantid=1", isFlowless: true },
    { url: "https://myapps.microsoft.com", isFlowless: true },
    { url: "https://portal.azure.com", isFlowless: true },
    { url: "https://www.office.com/launch", isFlowless: true },
    { url: "https://portal.azure.us", isFlowless: true },
    { url: "https://myapps.microsoft.us", isFlowless: true },
    { url: "https://app.contoso.com/portal", isFlowless: false },
    { url: "https://portal.contoso.com", isFlowless: false },
    { url: "https://myapps.contoso.com", isFlowless: false },
    { url: "https://notoffice.com", isFlowless: false },
  ])("lead where nobody can sign up: $url, $isFlowless", ({ url, isFlowless }) => {
    expect(findFlowlessUrls({ redirectUrl: url })).toEqual(isFlowless ? [url] : []);
    expect(findFlowlessUrls({ redirectUrls: { suppliers: url } })).toEqual(isFlowless ? [url] : []);
    expect(findFlowlessUrls({ redirectUrl: url, redirectUrls: null } as never)).toEqual(isFlowless ? [url] : []);
  });

  it.each([
    { given: "all", changes: {}, mailFrom: "sign-up@contoso.com", approvers: ["it@contoso.com", "hr@contoso.com"] },
    {
      given: "as many approvers as one mail takes",
      changes: { approvers: approvers(50) },
      mailFrom: "sign-up@contoso.com",
      approvers: approvers(50).split(","),
    },
    { given: "no approver", changes: { approvers: "" }, mailFrom: "sign-up@contoso.com", approvers: [] },
    {
      given: "a name of the sender",
      changes: { mailFrom: "Zürich <Sign-Up@contoso.com>" },
      mailFrom: "=?UTF-8?B?WsO8cmljaA==?= <sign-up@contoso.com>",
      approvers: ["it@contoso.com", "hr@contoso.com"],
    },
    { given: "no sender", changes: { mailFrom: "" }, mailFrom: undefined, approvers: ["it@contoso.com", "hr@contoso.com"] },
    { given: "neither", changes: { mailFrom: undefined, approvers: undefined }, mailFrom: undefined, approvers: [] },
    {
      given: "nothing of Graph's",
      changes: { tenantId: "", clientSecret: 1 },
      mailFrom: "sign-up@contoso.com",
      approvers: expect.any(Array),
    },
  ])("are read from a secret that has $given", ({ changes, mailFrom, approvers }) => {
    expect(readApprovalSettings(secretWith(changes))).toEqual({
      redirectUrl: filledIn.redirectUrl,
      approvers,
      ...(mailFrom && { mailFrom }),
    });
  });

  it.each([
    { changes: { approvers: "it@contoso.com, hr" }, problem: "approvers is no e-mail address" },
    { changes: { approvers: ["it@contoso.com"] }, problem: "approvers is no text" },
    { changes: { mailFrom: "Contoso" }, problem: "mailFrom is no e-mail address" },
    {
      changes: { mailFrom: '"Contoso" <a@contoso.com>' },
      problem: "mailFrom has a name with quotes, with line breaks or of more than 100 characters",
    },
    { changes: { redirectUrl: "javascript:alert(1)" }, problem: "redirectUrl is no https address" },
    { changes: { redirectUrl: "http://app.contoso.com/" }, problem: "redirectUrl is no https address" },
    { changes: { redirectUrl: "app.contoso.com" }, problem: "redirectUrl is no https address" },
    { changes: { approvers: approvers(51) }, problem: "approvers has more than 50 addresses" },
    { changes: { redirectUrl: undefined, mailFrom: 5 }, problem: "mailFrom is no e-mail address; redirectUrl is missing" },
  ])("are refused if one of them is faulty: $problem", ({ changes, problem }) => {
    expect(() => readApprovalSettings(secretWith(changes))).toThrow(`cannot be used: ${problem}. docs/approvals.md`);
  });
});

describe("settings of provisioning", () => {
  it("accept a client secret or a certificate", () => {
    const { tenantId, clientId, tenantDomain, redirectUrl } = filledIn;
    const common = { tenantId, clientId, tenantDomain, redirectUrl, invitationMail: false, inviteAll: false, sponsor: "" };
    expect(readProvisioningSettings(secretWith({ certificate: "", privateKey: "" }))).toEqual({
      ...common,
      credential: JSON.stringify({ clientSecret: filledIn.clientSecret }),
    });
    expect(readProvisioningSettings(secretWith({ clientSecret: "", certificate: "PEM", privateKey: "KEY" }))).toEqual({
      ...common,
      credential: JSON.stringify({ certificate: "PEM", privateKey: "KEY" }),
    });
  });

  it.each([
    { given: undefined, sends: true },
    { given: true, sends: true },
    { given: "true", sends: true },
    { given: false, sends: false },
    { given: "false", sends: false },
  ])("send an invitation mail if invitationMail is $given: $sends", ({ given, sends }) => {
    expect(readProvisioningSettings(secretWith({ invitationMail: given })).invitationMail).toBe(sends);
  });

  it.each(["", "approver", "users/4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f", "groups/4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f"])(
    "accept %p as a sponsor",
    (sponsor) => {
      expect(readProvisioningSettings(secretWith({ sponsor, inviteAll: true }))).toMatchObject({ sponsor, inviteAll: true });
    },
  );

  it.each([
    { changes: { tenantId: "contoso" }, problem: "tenantId is no GUID, as Entra shows it" },
    { changes: { tenantId: "", clientId: undefined }, problem: "tenantId is missing; clientId is missing" },
    { changes: { tenantDomain: "contoso" }, problem: "tenantDomain is no domain such as contoso.onmicrosoft.com" },
    { changes: { inviteAll: "yes" }, problem: "inviteAll is neither true nor false" },
    { changes: { sponsor: "kim@contoso.com" }, problem: "sponsor is none of approver, users/OBJECT-ID, groups/OBJECT-ID" },
    { changes: { invitationMail: "yes" }, problem: "invitationMail is neither true nor false" },
    { changes: { invitationMail: { toString: [] } }, problem: "invitationMail is neither true nor false" },
    { changes: { clientSecret: undefined }, problem: "it needs clientSecret, or certificate and privateKey" },
    { changes: { certificate: "PEM" }, problem: "it needs clientSecret, or certificate and privateKey" },
  ])("are refused if one of them is faulty: $problem", ({ changes, problem }) => {
    expect(() => readProvisioningSettings(secretWith(changes))).toThrow(`cannot be used: ${problem}. docs/approvals.md`);
  });

  it.each(["", "generated-by-Secrets-Manager", "[]", "null", "5"])("are refused if the secret is %p and not a JSON object", (secret) => {
    expect(() => readProvisioningSettings(secret)).toThrow("it holds no JSON object");
  });

  it("never appear in the error message if they are refused", () => {
    const members = fc.record(
      Object.fromEntries(
        Object.keys(filledIn).map((name) => [name, fc.oneof(fc.jsonValue(), fc.constant("QUOTED"), fc.constant(["QUOTED"]))]),
      ),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(members, (value) => {
        for (const read of [readApprovalSettings, readProvisioningSettings]) {
          try {
            read(JSON.stringify(value));
          } catch (error) {
            expect(error).toBeInstanceOf(SettingsError);
            expect(String(error)).not.toMatch(/QUOTED|received|Expected/);
          }
        }
      }),
    );
  });
});

describe("the secret of the settings", () => {
  let double: AwsDouble;
  beforeAll(async () => {
    double = await startAwsDouble();
    Object.assign(process.env, {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: double.endpoint,
      APPROVALS_SECRET: "settings",
      APPROVAL_MAIL_SECRET: "mail",
    });
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await double.close();
  });
  let provisioning: ReturnType<typeof provisioningSettings>;
  let mail: ReturnType<typeof approvalSettings>;
  beforeEach(() => {
    const world = { ...awsRuntime(), ...awsSecrets() };
    provisioning = provisioningSettings(world);
    mail = approvalSettings(world);
  });
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  it("is read at most once a minute; unchanged content yields the same settings object", async () => {
    double.will(json({ SecretString: secretWith() }));
    const first = await provisioning();
    pass(59_000);
    expect(await provisioning()).toBe(first);
    expect(double.calls).toHaveLength(1);
    pass(2_000);
    expect(await provisioning()).toBe(first);
    expect(double.calls).toHaveLength(2);
    double.will(json({ SecretString: secretWith({ tenantDomain: "fabrikam.com" }) }));
    pass(61_000);
    expect((await provisioning()).tenantDomain).toBe("fabrikam.com");
    expect(double.calls[0]?.input).toEqual({ SecretId: "settings", VersionStage: "AWSCURRENT" });
  });

  it("is used for five minutes from memory if Secrets Manager fails", async () => {
    double.will(json({ SecretString: secretWith() }));
    const first = await provisioning();
    double.will(refuse("AccessDeniedException"));
    pass(61_000);
    expect(await provisioning()).toBe(first);
    pass(240_000);
    await expect(provisioning()).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("is used at the next try after its content is corrected", async () => {
    double.will(json({ SecretString: "{}" }));
    await expect(mail()).rejects.toThrow(SettingsError);
    double.will(json({ SecretString: secretWith() }));
    expect(await mail()).toMatchObject({ redirectUrl: filledIn.redirectUrl });
  });
});
