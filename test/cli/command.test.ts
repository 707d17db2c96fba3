import { Command } from "commander";
import { type DeploymentOptions, placeFlags, withDeployment } from "../../cli/command";
import { gatehouse } from "./support";

const URL = "https://gate.example.com/{step}";
const table = ["--from-table", "old", "--table", "accessList"];

it.each([
  { args: ["audit", "verify", "--keep-days", "365"], says: "--keep-days needs --archive: alone it does nothing." },
  { args: ["list", "show", "--data", "folder"], says: "--data needs --local" },
  { args: ["entra", "conform", URL, "--data", "folder"], says: "--data needs --local" },
  { args: ["list", "check", "kim@contoso.com", "--id", "1184"], says: "--id needs --issuer: at which provider" },
  { args: ["why", "kim@contoso.com", "--id", "1184"], says: "--id needs --issuer: at which provider" },
  { args: ["list", "lint", "--format", "csv"], says: "--format needs a file" },
  { args: ["list", "export", "--force"], says: "--force needs a file" },
  { args: ["table", "export", "profiles", "--force"], says: "--force needs a file" },
  { args: ["preview", "--local", "--if-deployed"], says: "--if-deployed cannot be used with --local" },
  { args: ["doctor", "--local", "--before-deploy"], says: "--before-deploy cannot be used with --local" },
  { args: ["backup", "restore", ...table, "--identity", "key.txt"], says: "--identity cannot be used with --from-table" },
  { args: ["backup", "restore", ...table, "--another-key"], says: "--another-key cannot be used with --from-table" },
  { args: ["simulate", "kim.json", "--local", "--username", "u"], says: "--username cannot be used with --local" },
  { args: ["entra", "conform", "--local", "--tenant", "t"], says: "--tenant cannot be used with --local" },
  { args: ["entra", "conform", URL, "--tenant", "t"], says: "--tenant needs --as external-tenant" },
  { args: ["simulate", "kim.json", URL, "--as", "b2c", "--audience", "a"], says: "--audience cannot be used with --as b2c" },
  {
    args: ["entra", "conform", URL, "--as", "external-tenant", "--username", "u"],
    says: "--username cannot be used with --as external-tenant",
  },
  { args: ["test", "--watch", "--json"], says: "--watch cannot be used with --json: leave one of them out." },
  { args: ["test", "--watch", "--update"], says: "--watch cannot be used with --update" },
  { args: ["test", "--watch", "--require-coverage"], says: "--watch cannot be used with --require-coverage" },
  { args: ["entra", "apply", "--user-flow", "B2X_1_Partner", "--grant-consent"], says: "--grant-consent cannot be used with --user-flow" },
  { args: ["entra", "pull", "--stdout", "--force"], says: "--force cannot be used with --stdout" },
])("a command refuses $args, which would have no effect", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(`error: ${says}`);
});

it.each([
  {
    args: ["allow", "kim@contoso.com"],
    says: "There is no command allow: write npm run gate -- list allow kim@contoso.com",
  },
  { args: ["deny"], says: "There is no command deny: write npm run gate -- list deny ADDRESS" },
  {
    args: ["approve", "--local", "K7QD-9MXD"],
    says: "There is no command approve: write npm run gate -- approvals approve --local K7QD-9MXD",
  },
  { args: ["explain", "kim@contoso.com"], says: "There is no command explain: write npm run gate -- why kim@contoso.com" },
  { args: ["posture", "show"], says: "There is no command posture: write npm run gate -- gate show" },
  {
    args: ["codes", "list", "extension_Code", "--data", "my data"],
    says: "There is no command codes: write npm run gate -- invite codes list extension_Code --data 'my data'",
  },
  { args: ["diff", "-q"], says: "There is no command diff: write npx cdk diff" },
  {
    args: ["gate", "close", "--reason", "bots sign up"],
    says: "There is no command gate close: write npm run gate -- gate closed --reason 'bots sign up'",
  },
  { args: ["list", "block", "kim@contoso.com"], says: "There is no command list block: write npm run gate -- list deny kim@contoso.com" },
  { args: ["conform"], says: "There is no command conform: write npm run gate -- entra conform" },
  { args: ["list", "add", "kim@contoso.com", "--allow"], says: "There is no --allow: write list allow in place of list add." },
  { args: ["list", "add", "--deny", "kim@contoso.com"], says: "There is no --deny: write list deny in place of list add." },
])("an error says what to write instead of $args", async ({ args, says }) =>
  expect(await gatehouse(...args)).toEqual({ exitCode: 1, stdout: "", stderr: `${says}\n` }),
);

it.each<{ given: DeploymentOptions; flags: string }>([
  { given: { stack: "Gatehouse" }, flags: "" },
  { given: { stack: "Gatehouse", local: true }, flags: " --local" },
  { given: { stack: "Gatehouse", local: true, data: "my data", stage: "test" }, flags: " --local --data 'my data'" },
  { given: { stack: "Gatehouse-test", stage: "test", region: "eu-west-1" }, flags: " --stage 'test' --region 'eu-west-1'" },
  { given: { stack: "Portal/SignUp", profile: "ops" }, flags: " --stack 'Portal/SignUp' --profile 'ops'" },
])("the place of a deployment is written as the flags '$flags'", ({ given, flags }) => {
  expect(placeFlags(given)).toBe(flags);
});

/** The stack that a command works on. */
async function stackOf(...args: readonly string[]): Promise<string> {
  let stack = "";
  const command = withDeployment(new Command("list"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.action((options: { stack: string }) => {
    stack = options.stack;
  });
  await command.parseAsync(args, { from: "user" });
  return stack;
}

beforeEach(() => {
  delete process.env.GATEHOUSE_STAGE;
});
afterAll(() => {
  delete process.env.GATEHOUSE_STAGE;
});

it.each<{ args: readonly string[]; stage?: string; stack: string }>([
  { args: [], stack: "Gatehouse" },
  { args: ["--stage", "test"], stack: "Gatehouse-test" },
  { args: ["--stack", "Portal", "--stage", "test"], stack: "Portal-test" },
  { args: ["--stack", "Portal/SignUp", "--stage", "test"], stack: "Portal-test/SignUp" },
  { args: [], stage: "test", stack: "Gatehouse-test" },
  { args: ["--stage", "eu"], stage: "test", stack: "Gatehouse-eu" },
  // As outputs print it.
  { args: ["--stack", "Gatehouse-test"], stage: "test", stack: "Gatehouse-test" },
  { args: ["--local", "--stage", "test"], stack: "Gatehouse" },
])("$args with GATEHOUSE_STAGE=$stage works on the stack $stack", async ({ args, stage, stack }) => {
  if (stage !== undefined) process.env.GATEHOUSE_STAGE = stage;
  expect(await stackOf(...args)).toBe(stack);
});

it("settings.ts gets the stage", async () => {
  await stackOf("--stage", "test");
  expect(process.env.GATEHOUSE_STAGE).toBe("test");
});

it.each([
  { args: ["--stage", "Test"], stage: undefined, says: '--stage is "Test": a stage\'s name has up to 32 small letters' },
  { args: [], stage: "a b", says: 'GATEHOUSE_STAGE is "a b": a stage\'s name has up to 32 small letters' },
])("an invalid stage is refused: $says", async ({ args, stage, says }) => {
  if (stage !== undefined) process.env.GATEHOUSE_STAGE = stage;
  await expect(stackOf(...args)).rejects.toThrow(says);
});
